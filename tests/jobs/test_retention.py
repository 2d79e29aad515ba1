"""Evidence goes when its time is over and when somebody says so; the assessor's words never do."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mcassess.clock import written
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Condition, DestroyReason, Outcome
from mcassess.domain.submission import MicroCredential, Policy, Submission
from mcassess.errors import RefusedError, UsageError, WorldError
from mcassess.jobs import passwords, retention, withholding
from mcassess.store.evidence import EvidenceState
from mcassess.store.library import Library
from mcassess.store.states import QueueState
from tests.support.library import (
    TestClock,
    add_account,
    earlier,
    microcredential,
    open_library,
    raw,
    rubric,
    submission,
    video,
)


class Desk:
    """A library in which submissions are packed and decided."""

    def __init__(self, library: Library, clock: TestClock) -> None:
        self.library, self.clock = library, clock
        self.account = add_account(library)
        self.policy()
        self.contact()

    def policy(self, **fields: object) -> None:
        known = replace(microcredential(), policy=Policy(**fields))  # type: ignore[arg-type]
        with self.library.write() as writing:
            version = writing.settings.get("version", 0) + 1
            writing.settings.set("version", version)
            writing.submissions.put_microcredential(self.account, known, version, raw(known))
            writing.rubrics.put(self.account, rubric(), raw(rubric()))

    def contact(self, offset_ms: int = 0) -> None:
        with self.library.write() as writing:
            writing.accounts.update(self.account, last_sync_at=self.clock.now(), clock_offset_ms=offset_ms)

    def put(self, one: Submission, version: int = 1) -> int:
        with self.library.write() as writing:
            return writing.submissions.put_submission(self.account, one, version, raw(one))

    def pack(self, content: bytes, identifier: str = "s-1") -> int:
        key = self.put(submission(identifier, evidence=(video(digest(content), len(content)),)))
        self.fetch(content)
        return key

    def fetch(self, content: bytes) -> None:
        writer = self.library.vault.writer(digest(content), len(content))
        writer.write(content)
        writer.finish()

    def receipt(self, key: int) -> None:
        with self.library.write() as writing:
            sequence = writing.outbox.next_device_seq()
            writing.outbox.add(key, 1, f"op-{key}", sequence, "decision.submit", b"{}", Outcome.AWARD)
            writing.outbox.mark_sending([f"op-{key}"])
            accepted = {"accepted_at": written(self.clock.now())}
            writing.outbox.settle(f"op-{key}", {"status": "applied"}, accepted)

    def state(self, content: bytes) -> EvidenceState:
        with self.library.read() as reading:
            stored = reading.evidence.get(digest(content))
        assert stored is not None
        return stored.state

    def reasons(self, key: int) -> list[DestroyReason]:
        with self.library.read() as reading:
            return [each.reason for each in reading.holdings.destructions(key)]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def desk(tmp_path: Path, clock: TestClock) -> Iterator[Desk]:
    library = open_library(tmp_path / "home", clock)
    yield Desk(library, clock)
    library.close()


FILM = b"a lesson"


def test_evidence_goes_after_the_days_of_the_policy_and_the_words_stay(desk: Desk, clock: TestClock) -> None:
    key = desk.pack(FILM)
    with desk.library.write() as writing:
        writing.reviews.append(key, [Entry(kind=ChangeKind.COMMENT, target="c1", value="Well waited.")])
    desk.receipt(key)
    clock.advance(days=31)
    assert retention.enforce(desk.library).files == {}, "without a contact nothing says that the clock is right"
    desk.contact(offset_ms=-10 * 86_400_000)
    assert retention.enforce(desk.library).files == {}, "the platform's clock says that it is day 21"
    desk.contact()
    gone = retention.enforce(desk.library)
    assert gone.files == {DestroyReason.TIME_OVER: 1}
    assert digest(FILM) in gone.change_set.evidence
    assert desk.reasons(key) == [DestroyReason.TIME_OVER]
    assert list((desk.library.home / "vault").iterdir()) == []
    with desk.library.read() as reading:
        assert reading.reviews.get(key).begun
        assert reading.outbox.get(f"op-{key}").receipt is not None
    assert retention.enforce(desk.library).files == {}


@pytest.mark.parametrize("days", [3650, -3650])
def test_a_clock_that_jumps_ten_years_destroys_nothing(desk: Desk, clock: TestClock, days: int) -> None:
    desk.policy(check_in_days=14)
    desk.receipt(desk.pack(FILM))
    clock.advance(days=days)
    gone = retention.enforce(desk.library)
    assert gone.files == {}
    assert bool(gone.warnings) is (days > 0)
    clock.advance(hours=12)
    assert retention.enforce(desk.library).files == {}
    clock.advance(days=-days)
    assert retention.enforce(desk.library) == retention.Gone()
    assert desk.state(FILM) is EvidenceState.READY


def test_who_does_not_check_in_loses_the_evidence_a_day_after_the_warning(desk: Desk, clock: TestClock) -> None:
    desk.policy(check_in_days=14)
    key = desk.pack(FILM)
    clock.advance(days=15)
    assert retention.enforce(desk.library).warnings
    clock.advance(days=1)
    assert retention.enforce(desk.library).files == {DestroyReason.NOT_CHECKED_IN: 1}
    with desk.library.write() as writing:
        writing.holdings.want_again(desk.account, DestroyReason.NOT_CHECKED_IN)
    assert desk.state(FILM) is EvidenceState.WANTED
    assert desk.reasons(key) == [DestroyReason.NOT_CHECKED_IN], "the record stays"


def test_a_file_that_another_submission_holds_stays_until_that_goes_too(desk: Desk) -> None:
    first = desk.pack(FILM, "s-1")
    desk.put(submission("s-2", evidence=(video(digest(FILM), len(FILM)),)))
    with desk.library.write() as writing:
        writing.submissions.remove(desk.account, "submission", "s-1", 2, "access_revoked")
    assert retention.enforce(desk.library).files == {}
    assert retention.wipe(desk.library, [first]) == {"destroyed": 0, "bytes": 0, "kept": 1}
    with desk.library.write() as writing:
        writing.submissions.remove(desk.account, "submission", "s-2", 2, "withdrawn")
    assert sum(retention.enforce(desk.library).files.values()) == 1
    assert len(desk.reasons(first)) == 1


def test_a_file_that_no_submission_names_any_more_goes(desk: Desk) -> None:
    desk.pack(FILM)
    desk.put(submission("s-1", evidence=()), version=2)
    assert retention.enforce(desk.library).files == {DestroyReason.WITHDRAWN: 1}


def test_wiping_destroys_what_is_named_and_leaves_the_rest(desk: Desk) -> None:
    first = desk.pack(FILM, "s-1")
    desk.pack(b"another", "s-2")
    assert retention.wipe(desk.library, [first]) == {"destroyed": 1, "bytes": len(FILM), "kept": 0}
    assert desk.state(FILM) is EvidenceState.DESTROYED
    assert desk.state(b"another") is EvidenceState.READY
    assert retention.wipe(desk.library, None) == {"destroyed": 1, "bytes": 7, "kept": 0}
    with desk.library.read() as reading:
        assert reading.evidence.wanted(desk.account) == []


def test_a_new_attempt_with_the_same_file_wants_it_again(desk: Desk) -> None:
    desk.pack(FILM)
    retention.wipe(desk.library, None)
    piece = video(digest(FILM), len(FILM))
    desk.put(submission("s-1", attempt=2, evidence=(piece,), earlier=(earlier(1, piece),)), version=2)
    assert desk.state(FILM) is EvidenceState.WANTED
    desk.fetch(FILM)


def test_withheld_evidence_is_gone_for_good_and_the_review_says_why(desk: Desk) -> None:
    key = desk.pack(FILM)
    reader = desk.library.vault.reader(digest(FILM))
    with pytest.raises(UsageError):
        withholding.withhold(desk.library, key, "v9")
    withholding.withhold(desk.library, key, "v1")
    with desk.library.read() as reading:
        assert reading.reviews.get(key).condition is Condition.PRIVACY_BREACH
        [row] = reading.outbox.list()
    assert (row.kind, row.attempt, row.outcome) == ("evidence.report", 1, None)
    assert json.loads(row.payload)["body"] == {"evidence": "v1", "reason": "privacy_breach", "text": ""}
    assert desk.reasons(key) == [DestroyReason.PRIVACY_BREACH]
    with pytest.raises(WorldError, match="removed"):
        reader.read(1)
    reader.close()
    desk.put(submission("s-7", evidence=(video(digest(FILM), len(FILM)),)))
    assert desk.state(FILM) is EvidenceState.DESTROYED


@pytest.mark.parametrize("before", ["wiped", "never fetched"])
def test_what_is_not_here_any_more_can_still_be_withheld_for_good(desk: Desk, before: str) -> None:
    key = desk.put(submission("s-1", evidence=(video(digest(FILM), len(FILM)),)))
    if before == "wiped":
        desk.fetch(FILM)
        retention.wipe(desk.library, [key])
    withholding.withhold(desk.library, key, "v1", reason=DestroyReason.SAFETY)
    assert desk.reasons(key)[-1] is DestroyReason.SAFETY
    desk.put(submission("s-7", evidence=(video(digest(FILM), len(FILM)),)))
    assert desk.state(FILM) is EvidenceState.DESTROYED, "the same bytes never come again"


def test_the_password_of_a_document_goes_with_it(desk: Desk) -> None:
    key = desk.pack(FILM, "s-1")
    desk.pack(b"another", "s-2")
    for content in (FILM, b"another"):
        passwords.keep_document_password(desk.library, digest(content), "open sesame")
    retention.wipe(desk.library, [key])
    assert passwords.document_password(desk.library, digest(FILM)) is None
    assert passwords.document_password(desk.library, digest(b"another")) == "open sesame"


def test_a_foreign_folder_in_the_vault_stops_no_destruction(desk: Desk) -> None:
    desk.pack(FILM)
    (desk.library.home / "vault" / ".synchronised").mkdir()
    desk.put(submission("s-1", evidence=()), version=2)
    assert retention.enforce(desk.library).files == {DestroyReason.WITHDRAWN: 1}


def test_evidence_is_withheld_and_reported_after_the_seal_too(desk: Desk) -> None:
    key = desk.pack(FILM)
    with desk.library.write() as writing:
        writing.outbox.add(key, 1, "op-1", writing.outbox.next_device_seq(), "decision.submit", b"{}", Outcome.AWARD)
    withholding.withhold(desk.library, key, "v1", reason=DestroyReason.SAFETY, text=" A bruise. ")
    with desk.library.read() as reading:
        rows = reading.outbox.list()
        assert reading.reviews.get(key).condition is None
        assert reading.queue.rows([key])[0].state is QueueState.WAITING
        assert reading.outbox.sealed(key, 1) == rows[0]
    assert json.loads(rows[1].payload)["body"]["text"] == "A bruise."
    assert desk.reasons(key) == [DestroyReason.SAFETY]
    desk.put(submission("s-7", evidence=(video(digest(FILM), len(FILM)),)))
    assert desk.state(FILM) is EvidenceState.DESTROYED


def test_what_cannot_be_reported_is_not_destroyed(desk: Desk) -> None:
    key = desk.pack(FILM)
    with pytest.raises(RefusedError, match="too large"):
        withholding.withhold(desk.library, key, "v1", text="x" * 300_000)
    with pytest.raises(UsageError):
        withholding.withhold(desk.library, key, "v1", reason=DestroyReason.WIPE)
    assert desk.state(FILM) is EvidenceState.READY
    with desk.library.read() as reading:
        assert reading.outbox.list() == []
        assert reading.reviews.get(key).condition is None


def test_the_days_of_a_check_in_cannot_be_none_at_all() -> None:
    with pytest.raises(ValueError, match="check_in_days"):
        Policy(check_in_days=0)
    assert MicroCredential(id="m", title="M", rubric=microcredential().rubric).policy.check_in_days is None
