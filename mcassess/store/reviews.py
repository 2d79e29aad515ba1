"""Reviews: their changes, appended and never altered, and what they add up to.

The changes of a review lie together in the table: their rows are its key times 2 to the 32, plus 1, 2, 3 and so on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mcassess.clock import written
from mcassess.domain.changes import Change, ChangeKind, Entry
from mcassess.domain.review import EMPTY, Review, fold
from mcassess.errors import RefusedError
from mcassess.store import search, snapshots, summary
from mcassess.store.folds import Folded
from mcassess.store.session import Repository, from_json, to_json
from mcassess.texts import tr

_WORDS = frozenset({ChangeKind.COMMENT, ChangeKind.FEEDBACK, ChangeKind.NOTE})

_COLUMNS = "row, id, action, device, number, at, monotonic_ms, kind, target, value, undoes, redoes"

_PRESENT = f"""
    SELECT s.attempt, r.key,
           EXISTS (SELECT 1 FROM outbox WHERE submission = s.key AND attempt = s.attempt AND {summary.SEALING}), s.id,
           (SELECT max(row) FROM change WHERE row BETWEEN r.key << 32 AND (r.key + 1 << 32) - 1),
           EXISTS (SELECT 1 FROM unindexed WHERE submission = s.key)
    FROM submission s LEFT JOIN review r ON r.submission = s.key AND r.attempt = s.attempt
    WHERE s.key = ?
"""  # noqa: S608 - of our own pieces only


class Reviews(Repository):
    """The assessor's work, by submission and attempt. Where no attempt is named, the present one is meant."""

    def get(self, key: int, attempt: int | None = None) -> Review:
        """Returns what the changes of a review add up to; empty where there are none."""
        row = self._row(key, attempt)
        return EMPTY if row is None else self._folded(row).review

    def changes(self, key: int, attempt: int | None = None) -> list[Change]:
        """Returns the changes of a review, the oldest first."""
        row = self._row(key, attempt)
        return [] if row is None else [change for _, change in self._after(row, 0)]

    def append(self, key: int, entries: Sequence[Entry]) -> Review:
        """Records changes of the present attempt's review as one action, and returns what it adds up to now.

        Raises:
            KeyError: There is no submission with this key.
            RefusedError: A decision on this attempt is sealed.
        """
        session = self._session
        session.touched.reviews.add(key)
        found = session.sql(_PRESENT, key).one_or_none()
        if found is None:
            raise KeyError(key)
        attempt, row, sealed, identifier, newest, is_marked = found
        if sealed:
            text = tr("The decision on {id} is sealed, so its review cannot be changed. Take it back first.")
            raise RefusedError(text.format(id=identifier))
        if row is None:
            row = self._insert_row(key, attempt)
        before = self._folded(row, newest or 0)
        if not entries:
            return before.review
        place = newest or row << 32
        changes = self._numbered(entries, place - (row << 32) + 1)
        last = self._insert(row, changes, place)
        after = snapshots.write(session, Folded(fold(changes, before.review), last, before.kept))
        session.folded[row] = after
        then, now = before.review.values, after.review.values
        if any(((entry.kind, entry.target) in then) is not ((entry.kind, entry.target) in now) for entry in entries):
            summary.refresh_review(session, key, after.review)
        if not is_marked and any(entry.kind in _WORDS for entry in entries):
            search.mark(session, key)
        return after.review

    def place(self, key: int) -> dict[str, Any] | None:
        """Returns where the assessor stopped in the present attempt, as ``set_place`` was given it."""
        place = self._session.sql(
            "SELECT r.place FROM submission s JOIN review r ON r.submission = s.key AND r.attempt = s.attempt "
            "WHERE s.key = ?",
            key,
        ).scalar_one_or_none()
        return None if place is None else dict(from_json(place))

    def set_place(self, key: int, place: dict[str, Any]) -> None:
        """Remembers where the assessor is: plain JSON; no change of the review."""
        session = self._session
        found = session.sql(_PRESENT, key).one_or_none()
        if found is None:
            raise KeyError(key)
        row = self._insert_row(key, found[0]) if found[1] is None else found[1]
        session.touched  # noqa: B018 - raises in a read transaction
        session.sql("UPDATE review SET place = ? WHERE key = ?", to_json(place), row)

    def drop_wrong_snapshots(self) -> int:
        """Folds every review that has a snapshot from its first change, and drops and counts the snapshots that differ.

        The next change of a review writes its snapshot anew.
        """
        session, dropped = self._session, 0
        _ = session.touched
        for row in session.sql("SELECT review FROM snapshot").scalars():
            kept = snapshots.read(session, row)
            if fold(change for at, change in self._after(row, 0) if at <= kept.row) != kept.review or not kept.row:
                snapshots.drop(session, row)
                dropped += 1
        return dropped

    def _row(self, key: int, attempt: int | None) -> int | None:
        present = "(SELECT attempt FROM submission WHERE key = ?1)" if attempt is None else "?2"
        statement = f"SELECT key FROM review WHERE submission = ?1 AND attempt = {present}"  # noqa: S608 - one of two
        values = (key,) if attempt is None else (key, attempt)
        found: int | None = self._session.sql(statement, *values).scalar_one_or_none()
        return found

    def _insert_row(self, key: int, attempt: int) -> int:
        inserted = self._session.sql(
            "INSERT INTO review (submission, attempt) VALUES (?, ?) RETURNING key", key, attempt
        )
        return int(inserted.scalar_one())

    def _folded(self, row: int, newest: int | None = None) -> Folded:
        session = self._session
        known = session.folded.get(row) or session.folds.get(row) or snapshots.read(session, row)
        if known.row != newest and (newer := self._after(row, known.row)):
            known = Folded(fold((change for _, change in newer), known.review), newer[-1][0], known.kept)
        session.folded[row] = known
        return known

    def _after(self, review: int, row: int) -> list[tuple[int, Change]]:
        statement = f"SELECT {_COLUMNS} FROM change WHERE row > ? AND row < ? ORDER BY row"  # noqa: S608 - our columns
        beyond = review + 1 << 32
        return [(each[0], _change(tuple(each))) for each in self._session.sql(statement, row or review << 32, beyond)]

    def _numbered(self, entries: Sequence[Entry], first: int) -> list[Change]:
        clock, device = self._session.clock, self._session.device_id
        at, monotonic_ms = clock.now(), clock.monotonic_ms()
        # As it will be read again: with milliseconds, so that the fold is the same before and after a restart.
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        ids = [clock.new_id() for _ in entries]
        return [
            Change(
                id=identifier,
                action=ids[0],
                device=device,
                number=number,
                at=at,
                monotonic_ms=monotonic_ms,
                entry=entry,
            )
            for number, (identifier, entry) in enumerate(zip(ids, entries, strict=True), first)
        ]

    def _insert(self, review: int, changes: Sequence[Change], newest: int) -> int:
        """Writes changes behind the newest one of their review, and returns the row of the last."""
        for row, change in enumerate(changes, newest + 1):
            entry = change.entry
            self._session.sql(
                "INSERT INTO change (row, review, id, action, device, number, at, monotonic_ms, kind, target, value, "
                "undoes, redoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
                review,
                change.id,
                change.action,
                change.device,
                change.number,
                written(change.at),
                change.monotonic_ms,
                entry.kind.value,
                entry.target,
                to_json(entry.value),
                entry.undoes,
                entry.redoes,
            )
        return newest + len(changes)


def _change(row: tuple[Any, ...]) -> Change:
    _, identifier, action, device, number, at, monotonic_ms, kind, target, value, undoes, redoes = row
    return Change(
        id=identifier,
        action=action,
        device=device,
        number=number,
        at=datetime.fromisoformat(at),
        monotonic_ms=monotonic_ms,
        entry=Entry(kind=ChangeKind(kind), target=target, value=from_json(value), undoes=undoes, redoes=redoes),
    )
