"""The queue's columns follow whatever happens to a submission; its order and its search."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import EvidenceKind, Outcome, SubmissionState
from mcassess.domain.review import undo_entries
from mcassess.domain.submission import Educator, Evidence
from mcassess.store import search_words
from mcassess.store.library import Library
from mcassess.store.queue import Filter, QueueRow, QueueState, _walk
from mcassess.store.states import OpState
from mcassess.store.summary import queue_state
from tests.support.library import TestClock, add_account, microcredential, put, raw, submission, video

DUE = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def row(library: Library, key: int) -> QueueRow:
    with library.read() as reading:
        return reading.queue.rows([key])[0]


def seal(library: Library, key: int, op_id: str = "op-1", attempt: int = 1) -> None:
    with library.write() as writing:
        outbox = writing.outbox
        outbox.add(key, attempt, op_id, outbox.next_device_seq(), "decision.submit", b"{}", Outcome.NOT_YET)


def score(criterion: str = "c1") -> Entry:
    return Entry(kind=ChangeKind.SCORE, target=criterion, value="low")


def test_a_row_shows_a_submission_as_it_came(library: Library, account: int) -> None:
    pieces = (
        video("a" * 64, 1000),
        Evidence(id="d1", title="Plans", kind=EvidenceKind.DOCUMENT),
        Evidence(id="i1", title="Board", kind=EvidenceKind.IMAGE),
        Evidence(id="l1", title="Site", kind=EvidenceKind.LINK),
        Evidence(id="t1", title="Reflection", kind=EvidenceKind.TEXT),
    )
    [key] = put(library, account, submission(evidence=pieces))
    assert row(library, key) == QueueRow(
        key=key,
        id="s-0001",
        microcredential_title="Wait Time When Asking Questions",
        stack_title="Classroom Talk",
        stack_position=2,
        educator_shown="Educator 7F3A",
        blind=True,
        attempt=1,
        attempts_max=3,
        state=QueueState.TO_REVIEW,
        due_at=DUE,
        submitted_at=datetime(2026, 11, 2, 9, 12, tzinfo=UTC),
        videos=1,
        documents=1,
        images=1,
        others=2,
        packed_bytes=0,
        total_bytes=1000,
        scored=0,
        criteria=3,
        outcome=None,
        problem=None,
    )


def test_a_submission_that_comes_before_its_micro_credential_is_shown_by_its_ids(
    library: Library, account: int
) -> None:
    one = submission()
    with library.write() as writing:
        key = writing.submissions.put_submission(account, one, 1, raw(one))
    shown = row(library, key)
    assert (shown.microcredential_title, shown.criteria, shown.educator_shown) == ("m-1", 0, "Educator 7F3A")
    put(library, account)
    assert row(library, key).microcredential_title == "Wait Time When Asking Questions"
    with library.read() as reading:
        assert reading.queue.ids(search="wait time") == [key]


def test_the_name_is_shown_only_where_the_policy_is_not_blind(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.write() as writing:
        open_one = microcredential(blind=False)
        writing.submissions.put_microcredential(account, open_one, 2, raw(open_one))
    assert row(library, key).educator_shown == "Ruth Nakamura"
    assert not row(library, key).blind
    with library.read() as reading:
        assert reading.queue.ids(search="naka") == [key]
        assert reading.queue.ids(search="7f3a") == []


def test_scores_count_and_undoing_the_last_of_them_leaves_it_to_review(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.write() as writing:
        writing.reviews.append(key, [score("c1"), score("c2")])
    assert (row(library, key).state, row(library, key).scored) == (QueueState.IN_PROGRESS, 2)
    with library.write() as writing:
        writing.reviews.append(key, undo_entries(writing.reviews.get(key)))
    assert (row(library, key).state, row(library, key).scored) == (QueueState.TO_REVIEW, 0)


def test_looking_at_evidence_does_not_begin_a_review(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.write() as writing:
        writing.reviews.append(key, [Entry(kind=ChangeKind.SEEN, target="v1", value={"ranges": [[0, 500]]})])
    assert row(library, key).state is QueueState.TO_REVIEW


def test_a_decision_waits_is_sent_and_then_rests(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    seal(library, key)
    assert (row(library, key).state, row(library, key).outcome) == (QueueState.WAITING, Outcome.NOT_YET)
    with library.write() as writing:
        writing.outbox.mark_sending(["op-1"])
    assert row(library, key).state is QueueState.WAITING
    with library.write() as writing:
        writing.outbox.settle("op-1", {"status": "applied"}, {"signature": "…"})
    assert row(library, key).state is QueueState.SENT
    with library.write() as writing:
        writing.submissions.remove(account, "submission", "s-0001", 2, "decided_elsewhere")
    assert row(library, key).state is QueueState.SENT, "what she sent stays in sight"


def test_a_decision_that_was_taken_back_is_in_progress_again(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.write() as writing:
        writing.reviews.append(key, [score()])
    seal(library, key)
    with library.write() as writing:
        writing.outbox.take_back("op-1")
    assert (row(library, key).state, row(library, key).outcome) == (QueueState.IN_PROGRESS, None)


def test_a_refused_decision_needs_the_assessor_and_says_why(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    seal(library, key)
    with library.write() as writing:
        writing.outbox.mark_sending(["op-1"])
        writing.outbox.refuse("op-1", {"problem": {"title": "already decided", "code": "already-decided"}})
    assert (row(library, key).state, row(library, key).problem) == (QueueState.NEEDS_YOU, "already decided")
    put(library, account, submission(attempt=2), version=2)
    assert row(library, key).state is QueueState.NEEDS_YOU, "a new attempt does not hide the refusal"


def test_a_new_attempt_begins_at_zero_and_keeps_the_review_of_the_one_before(library: Library, account: int) -> None:
    [key] = put(library, account, submission())
    with library.write() as writing:
        writing.reviews.append(key, [score()])
    seal(library, key)
    with library.write() as writing:
        writing.outbox.mark_sending(["op-1"])
        writing.outbox.settle("op-1", {}, None)
    assert put(library, account, submission(attempt=2), version=2) == [key]
    shown = row(library, key)
    assert (shown.state, shown.scored, shown.attempt, shown.outcome) == (QueueState.TO_REVIEW, 0, 2, None)
    with library.read() as reading:
        assert reading.reviews.get(key, attempt=1).scores == {"c1": "low"}


@pytest.mark.parametrize("reason", ["withdrawn", "reassigned", "access_revoked"])
def test_what_the_platform_takes_away_leaves_the_open_queue_and_nothing_else(
    library: Library, account: int, reason: str
) -> None:
    [key] = put(library, account, submission())
    with library.write() as writing:
        writing.reviews.append(key, [score()])
        writing.submissions.remove(account, "submission", "s-0001", 2, reason)
    assert row(library, key).state is QueueState.WITHDRAWN
    with library.read() as reading:
        assert reading.queue.ids("open") == []
        assert reading.reviews.get(key).scores == {"c1": "low"}
        assert reading.submissions.get(key).removed_reason == reason
    put(library, account, submission(), version=3)
    assert row(library, key).state is QueueState.IN_PROGRESS, "given back, with the work that was done"


def test_a_submission_decided_elsewhere_is_nothing_to_review(library: Library, account: int) -> None:
    [key] = put(library, account, submission(state=SubmissionState.DECIDED))
    assert row(library, key).state is QueueState.SENT


def test_the_queue_is_in_the_order_of_due_time_and_none_comes_last(library: Library, account: int) -> None:
    keys = put(
        library,
        account,
        submission("s-none", due_at=None),
        submission("s-late", due_at=DUE + timedelta(days=1)),
        submission("s-b", due_at=DUE, submitted_at=None),
        submission("s-a", due_at=DUE),
    )
    none, late, undated, early = keys
    with library.read() as reading:
        for state in (None, "open", QueueState.TO_REVIEW):
            assert reading.queue.ids(state) == [early, undated, late, none]
        assert reading.queue.ids("open", limit=2) == [early, undated]
        assert [each.key for each in reading.queue.rows([none, 999, early])] == [none, early]


def test_counts_follow_every_change_of_state(library: Library, account: int) -> None:
    first, second, _ = put(library, account, submission("s-1"), submission("s-2"), submission("s-3"))
    with library.write() as writing:
        writing.reviews.append(first, [score()])
    seal(library, second)
    with library.read() as reading:
        counts = reading.queue.counts()
        assert set(counts) == set(QueueState)
        assert counts == {state: len(reading.queue.ids(state)) for state in QueueState}
        assert counts[QueueState.IN_PROGRESS] == counts[QueueState.WAITING] == counts[QueueState.TO_REVIEW] == 1


def test_search_finds_beginnings_of_words_wherever_they_stand(library: Library, account: int) -> None:
    first, second = put(
        library, account, submission("s-1"), submission("s-2", educator=Educator(id="e-2", alias="Educator 19C0"))
    )
    with library.write() as writing:
        writing.reviews.append(second, [Entry(kind=ChangeKind.COMMENT, target="c1", value="Crème brûlée was counted")])
        writing.reviews.append(second, [Entry(kind=ChangeKind.FEEDBACK, value="Dear colleague")])

    def found(text: str) -> list[int]:
        library.catch_up_search()
        with library.read() as reading:
            return reading.queue.ids("open", text)

    assert found("wait") == found("CLASSROOM ta") == found("  ") == found("…") == [first, second]
    assert found("19c") == found("brulee") == found("collea 19C0") == found("s-2") == [second]
    assert found("brulee 7F3A") == found("rulee") == []
    with library.write() as writing:
        writing.reviews.append(second, [Entry(kind=ChangeKind.COMMENT, target="c1", value="")])
    assert found("brulee") == []
    assert found("collea") == [second]


@given(text=st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_a_query_that_the_search_refuses(searchable: Library, text: str) -> None:
    with searchable.read() as reading:
        reading.queue.ids("open", text)


@pytest.fixture(scope="module")
def searchable(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    from tests.support.library import open_library

    library = open_library(tmp_path_factory.mktemp("searchable"), TestClock())
    put(library, add_account(library), submission())
    yield library
    library.close()


def test_many_hits_come_in_the_same_order_as_few(
    library: Library, account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, account, *(submission(f"s-{n}", due_at=DUE - timedelta(hours=n)) for n in range(9)))
    with library.read() as reading:
        few = reading.queue.ids("open", "wait")
        monkeypatch.setattr("mcassess.store.queue._MANY", 3)
        assert reading.queue.ids("open", "wait") == few == reading.queue.ids("open")
        assert reading.queue.ids(QueueState.SENT, "wait") == []


@pytest.mark.parametrize("state", [None, "open", *QueueState])
def test_the_queue_is_read_off_an_index_and_never_sorted(library: Library, state: Filter) -> None:
    statement, values = _walk(state)
    with library.read() as reading:
        plan = [row[3] for row in reading.queue._session.sql(f"EXPLAIN QUERY PLAN {statement} LIMIT 200", *values)]
    assert plan
    assert not [step for step in plan if "TEMP B-TREE" in step]


@given(
    platform_state=st.sampled_from(SubmissionState),
    removed=st.booleans(),
    begun=st.booleans(),
    sealed=st.none() | st.sampled_from(OpState),
    needs_you=st.booleans(),
)
def test_what_is_sealed_never_looks_open(
    platform_state: SubmissionState, removed: bool, begun: bool, sealed: OpState | None, needs_you: bool
) -> None:
    state = queue_state(platform_state=platform_state, removed=removed, begun=begun, sealed=sealed, needs_you=needs_you)
    is_open = state in {QueueState.TO_REVIEW, QueueState.IN_PROGRESS}
    assert is_open <= (sealed is None and not needs_you and not removed)
    assert (state is QueueState.NEEDS_YOU) == needs_you


def test_a_search_query_quotes_each_word() -> None:
    assert search_words.query('wait" OR x*') == '"wait"* "OR"* "x"*'
    assert search_words.query("a_b") == '"a"* "b"*'
    assert search_words.query("%$") == ""


def test_a_whole_letter_pasted_into_the_search_asks_for_its_first_words() -> None:
    asked = search_words.query(" ".join(f"word{n % 5000}" for n in range(40_000)))
    assert asked.split() == [f'"word{n}"*' for n in range(search_words.MOST_WORDS)]


WRITTEN = {
    "ẹ̀kọ́ gíga": ["ẹ̀kọ́", "eko", "ẹkọ gi"],
    "生徒は互いに挨拶する": ["挨拶", "生徒", "互いに挨", "する 生"],
    "นักเรียนอ่านหนังสือ": ["อ่าน", "นักเรียน"],
    "カタカナのガ": ["ガ", unicodedata.normalize("NFD", "ガ")],
    unicodedata.normalize("NFD", "한국어 수업"): ["한국", "수업"],
    "שָׁלוֹם לַמּוֹרָה": ["שלום", "שָׁלוֹם", "למורה של"],
    "قال المُعَلِّم": ["المعلم", "المُعَلِّم", "قا"],
    "die Straße in Łódź": ["strasse", "STRASSE", "lodz", "Łódź"],
    "Zebraﬁnk im stu\u00addent, ＡＢＣ": ["zebrafink", "student", "abc"],
    "half\u200bway": ["half", "way"],
    "before\x00after": ["before", "after"],
    "she said “don’t”": ["don't", '"said', "she said"],
}


@pytest.mark.parametrize("text", WRITTEN)
def test_words_are_found_however_they_are_written(library: Library, account: int, text: str) -> None:
    own, evidence, title, _ = put(
        library,
        account,
        submission("s-1"),
        submission("s-2", evidence=(Evidence(id="t1", title="T", kind=EvidenceKind.TEXT, text=text),)),
        submission("s-3", educator=Educator(id="e-3", alias=text)),
        submission("s-4"),
    )
    with library.write() as writing:
        writing.reviews.append(own, [Entry(kind=ChangeKind.NOTE, value=text)])
    library.catch_up_search()
    with library.read() as reading:
        for asked in WRITTEN[text]:
            assert set(reading.queue.ids(search=asked)) == {own, evidence, title}, asked


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("wait* time", True),
        ("^wait -time", True),
        ('"wait time"', True),
        ("time wait", True),
        ("wait AND time", False),
        ("wait OR classroom", False),
        ("wait NOT classroom", False),
        ("NEAR(wait time)", False),
        ("title:wait", False),
    ],
)
def test_nothing_that_is_typed_is_an_operator(library: Library, account: int, asked: str, *, is_found: bool) -> None:
    (key,) = put(library, account, submission("s-1"))
    with library.read() as reading:
        assert reading.queue.ids(search=asked) == ([key] if is_found else [])
