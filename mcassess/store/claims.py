"""Claims as the feed has told of them. Asking for them is the sync's."""

from mcassess.domain.submission import Claim
from mcassess.store import shapes
from mcassess.store.session import Repository


class Claims(Repository):
    """Which submissions are promised to somebody."""

    def known(self, account: int) -> dict[str, Claim]:
        """Returns the claims on submissions of an account that are still shown, by the submissions' ids."""
        rows = self._session.sql(
            "SELECT s.id, json_extract(b.raw, '$.claim') FROM submission s JOIN submission_body b ON b.key = s.key "
            "WHERE s.account = ? AND s.platform_state = 'claimed' AND s.removed_reason IS NULL",
            account,
        )
        return {row[0]: shapes.read(Claim, row[1]) for row in rows if row[1] is not None}
