"""What an educator wrote into her evidence goes when her files would: nobody who has the key finds it then."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mcassess.clock import written
from mcassess.domain.kinds import EvidenceKind, Outcome, SubmissionState
from mcassess.domain.submission import EarlierAttempt, Evidence, Submission
from mcassess.jobs import retention, withholding
from mcassess.store.library import DATABASE_FILE, WAL_FILE, Library
from tests.support.library import TestClock, add_account, open_library, put, raw, submission
from tests.support.plain_pages import plain_pages

SENTENCE = "Seven velvet herons whispered behind the gymnasium. " * 200
KEY_OF_ALL = ("velvet", "herons", "gymnasium")


def text(words: str = SENTENCE) -> Evidence:
    return Evidence(id="t1", title="Reflection", kind=EvidenceKind.TEXT, text=words)


def worded(identifier: str = "s-1", **more: object) -> Submission:
    past = EarlierAttempt(attempt=1, submitted_at=submission().submitted_at, evidence=(text(),))
    return submission(identifier, evidence=(text(),), earlier=(past,), attempt=2, **more)


@pytest.fixture
def library(tmp_path: Path, clock: TestClock):
    opened = open_library(tmp_path / "home", clock)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def account(library: Library, clock: TestClock) -> int:
    key = add_account(library)
    with library.write() as writing:
        writing.accounts.update(key, last_sync_at=clock.now(), clock_offset_ms=0, cursor="c-1")
    return key


def left(library: Library) -> list[str]:
    """Which of the words are still there, in whatever page or file."""
    assert (library.home / WAL_FILE).stat().st_size == 0
    pages = plain_pages(library.home / DATABASE_FILE, library._database._connections._key).lower()
    assert b"create table" in pages, "they are decrypted"
    return [word for word in KEY_OF_ALL if word.encode() in pages]


def shown(library: Library, key: int) -> list[str | None]:
    with library.read() as reading:
        one = reading.submissions.get(key).submission
    return [piece.text for piece in (*one.evidence, *one.earlier[0].evidence)]


@pytest.mark.parametrize("reason", ["withdrawn", "reassigned"])
def test_words_go_with_what_the_platform_takes_away(library: Library, account: int, reason: str) -> None:
    kept, key = put(library, account, worded("s-1"), worded("s-2"))
    with library.write() as writing:
        writing.submissions.remove(account, "submission", "s-2", 9, reason)
        writing.submissions.quarantine(account, "submission", "s-2", 10, SENTENCE, "a fault")
    assert key in retention.enforce(library).change_set.submissions
    assert shown(library, key) == [None, None]
    assert shown(library, kept) == [SENTENCE, SENTENCE]
    assert retention.enforce(library) == retention.Gone()
    with library.write() as writing:
        writing.submissions.remove(account, "submission", "s-1", 9, "withdrawn")
    retention.enforce(library)
    assert left(library) == []
    with library.read() as reading:
        assert reading.queue.ids(search="herons") == []
        record = reading.holdings.destructions(key)
    assert [(each.role, each.attempt, each.evidence_id) for each in record] == [("words", 2, "t1"), ("words", 1, "t1")]


def test_words_go_when_their_time_is_over_and_with_a_withdrawal_that_is_shown(
    library: Library, account: int, clock: TestClock
) -> None:
    decided, withdrawn = put(library, account, worded("s-1"), worded("s-2", state=SubmissionState.WITHDRAWN))
    with library.write() as writing:
        writing.outbox.add(decided, 2, "op", writing.outbox.next_device_seq(), "decision.submit", b"{}", Outcome.AWARD)
        writing.outbox.settle("op", {"status": "applied"}, {"accepted_at": written(clock.now())})
    retention.enforce(library)
    assert (shown(library, decided)[0], shown(library, withdrawn)[0]) == (SENTENCE, None)
    with library.write() as writing:
        writing.accounts.update(account, last_sync_at=clock.now() + timedelta(days=31))
    retention.enforce(library)
    assert left(library) == []


def test_withheld_words_never_come_back(library: Library, account: int) -> None:
    other = worded("s-2").evidence[0]
    [key] = put(library, account, replace(worded(), evidence=(replace(other, id="t2", text="A quiet page."), text())))
    withholding.withhold(library, key, "t1")
    withholding.withhold(library, key, "t1", attempt=1)
    assert shown(library, key) == ["A quiet page.", None, None]
    assert left(library) == []
    put(library, account, worded(), version=7)
    assert shown(library, key) == [None, None], "the platform has not heard of it yet"
    with library.write() as writing:  # as an older backup of the library has it
        writing.words._store(key, raw(worded()))
    retention.enforce(library)
    assert shown(library, key) == [None, None]
    assert left(library) == []


def test_words_that_were_wiped_or_lost_come_back_only_from_the_platform(library: Library, account: int) -> None:
    [key] = put(library, account, worded())
    retention.wipe(library, None)
    assert left(library) == []
    put(library, account, worded())
    assert shown(library, key) == [SENTENCE, SENTENCE]
