"""Changes in, from the real platform and from one that misbehaves."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from mcassess.errors import ExitCode
from mcassess.store.states import QueueState
from tests.support.faults import Asked, Fault, FaultProxy
from tests.support.syncing import Laptop, Served, served, write_pack

Document = dict[str, Any]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("pull")
    with served(folder, write_pack(folder / "pack", {"small": 100}, submissions=30)) as running:
        yield running


def edited(edit: Callable[[Document], None]) -> Fault:
    """Alters a message of the platform."""

    def body(content: bytes) -> bytes:
        document = json.loads(content)
        edit(document)
        return json.dumps(document).encode()

    return Fault(body=body, headers={"Content-Length": None})


def states(laptop: Laptop) -> dict[str, QueueState]:
    with laptop.library.read() as reading:
        return {row.id: row.state for row in reading.queue.rows(reading.queue.ids(None))}


def quarantined(laptop: Laptop) -> list[tuple[str, str]]:
    with laptop.library.read() as reading:
        return [(each.type, each.id) for each in reading.submissions.quarantined(laptop.account().key)]


def submission_rows(document: Document) -> list[Document]:
    return [row for row in document["changes"] if row["type"] == "submission"]


POISONS: dict[str, Callable[[Document], object]] = {
    "no rubric": lambda row: row["data"].pop("rubric"),
    "no data": lambda row: row.update(data=None),
    "attempt 0": lambda row: row["data"].update(attempt=0),
    "huge number": lambda row: row["data"].update(attempt=10**30),
    "huge version": lambda row: row.update(version=10**30),
    "infinite": lambda row: row["data"].update(unknown=float("inf")),
    "other id": lambda row: row["data"].update(id="another"),
    "bad digest": lambda row: row["data"].update(
        evidence=[{"id": "v", "title": "v", "kind": "video", "content": {"sha256": "../../etc", "size": 1}}]
    ),
    "unknown type": lambda row: row.update(type="programme"),
    "unknown operation": lambda row: row.update(op="merge"),
}


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_a_row_that_cannot_be_read_is_set_aside_and_holds_nothing_up(
    joined: Laptop, network: FaultProxy, poison: Callable[[Document], object]
) -> None:
    network.rule = _digestless(edited(lambda document: poison(submission_rows(document)[3]) and None))
    joined.sync(evidence=False)
    assert len(states(joined)) == 29
    assert len(quarantined(joined)) == 1
    assert joined.account().cursor is not None


def test_what_was_set_aside_is_taken_out_when_it_comes_readable(joined: Laptop, network: FaultProxy) -> None:
    def spoil(document: Document) -> None:
        submission_rows(document)[0]["data"].pop("rubric")

    network.always("/changes", edited(spoil))
    joined.sync(evidence=False)
    network.rule = lambda _asked: None
    with joined.library.write() as writing:
        writing.accounts.update(joined.account().key, cursor=None)
    report = joined.sync(evidence=False)
    assert report.failed == []
    assert quarantined(joined) == []
    assert len(states(joined)) == 30


def test_a_page_that_breaks_off_leaves_cursor_and_rows_as_they_were(joined: Laptop, network: FaultProxy) -> None:
    network.always("/changes", Fault(cut=500))
    report = joined.sync(evidence=False)
    assert report.exit_code() is ExitCode.WORLD
    assert states(joined) == {}
    assert joined.account().cursor is None


def test_a_cursor_that_is_not_known_any_more_is_healed_by_reading_everything_again(
    joined: Laptop, network: FaultProxy
) -> None:
    joined.sync(evidence=False)
    with joined.library.write() as writing:
        writing.accounts.update(joined.account().key, cursor="forgotten")
    report = joined.sync(evidence=False)
    assert report.failed == []
    assert network.count("/snapshot") >= 1
    assert len(states(joined)) == 30
    assert joined.sync(evidence=False).failed == []


def test_what_a_fresh_reading_does_not_show_any_more_leaves_the_queue_but_stays_in_the_library(
    joined: Laptop, network: FaultProxy
) -> None:
    joined.sync(evidence=False)
    with joined.library.write() as writing:
        writing.accounts.update(joined.account().key, cursor="forgotten")

    def without_first(document: Document) -> None:
        document["changes"].remove(next(row for row in document["changes"] if row["id"] == "s-0001"))

    network.always("/snapshot", edited(without_first))
    joined.sync(evidence=False)
    assert states(joined)["s-0001"] is QueueState.WITHDRAWN
    assert joined.key("s-0001")


def _removing(count: int) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        document["changes"] = [
            {
                "seq": 10**6 + n,
                "type": "submission",
                "id": f"s-{n:04d}",
                "version": 99,
                "op": "remove",
                "reason": "deleted",
            }
            for n in range(1, count + 1)
        ]

    return edit


def test_removing_most_of_the_queue_stops_and_asks_until_it_is_confirmed(joined: Laptop, network: FaultProxy) -> None:
    joined.sync(evidence=False)
    cursor = joined.account().cursor
    network.always("/changes", edited(_removing(25)))
    report = joined.sync(evidence=False)
    assert [each["kind"] for each in report.needs_you] == ["mass-removal"]
    assert report.exit_code() is ExitCode.REFUSED
    assert QueueState.WITHDRAWN not in states(joined).values()
    assert joined.account().cursor == cursor
    network.rule = _digestless(edited(_removing(25)))
    report = joined.sync(evidence=False, removals_confirmed=True)
    assert report.needs_you == []
    assert list(states(joined).values()).count(QueueState.WITHDRAWN) == 25


def _digestless(fault: Fault) -> Callable[[Asked], Fault | None]:
    """Keeps the run from repairing what the test has made wrong."""

    def still(document: Document) -> None:
        document["caught_up"] = False

    return lambda asked: fault if "/changes" in asked.path else edited(still) if "/digest" in asked.path else None


def test_a_few_removals_are_applied_without_a_question(joined: Laptop, network: FaultProxy) -> None:
    joined.sync(evidence=False)
    network.rule = _digestless(edited(_removing(20)))
    assert joined.sync(evidence=False).needs_you == []
    assert list(states(joined).values()).count(QueueState.WITHDRAWN) == 20


def test_a_library_that_differs_from_the_platform_is_found_and_repaired(joined: Laptop, network: FaultProxy) -> None:
    def lose_one(document: Document) -> None:
        document["changes"].remove(submission_rows(document)[5])

    network.always("/changes", edited(lose_one))
    report = joined.sync(evidence=False)
    assert report.failed == []
    assert len(states(joined)) == 30
    assert network.count("/snapshot") >= 1


def test_a_list_of_changes_that_runs_in_circles_is_left(joined: Laptop, network: FaultProxy) -> None:
    def circle(document: Document) -> None:
        document.update(more=True)

    network.always("/changes", edited(circle))
    report = joined.sync(evidence=False)
    assert report.exit_code() is ExitCode.WORLD
    assert network.count("/changes") < 10


def test_a_change_seen_twice_changes_nothing(joined: Laptop) -> None:
    joined.sync(evidence=False)
    with joined.library.write() as writing:
        writing.accounts.update(joined.account().key, cursor=None)
    assert joined.sync(evidence=False).received == []


def test_what_was_set_aside_is_forgotten_when_a_fresh_reading_does_not_show_it(joined: Laptop) -> None:
    joined.sync(evidence=False)
    account = joined.account().key
    with joined.library.write() as writing:
        writing.submissions.quarantine(account, "submission", "s-9999", 7, "{}", "an earlier fault")
        writing.accounts.update(account, cursor="of nobody's")
    report = joined.sync(evidence=False)
    assert report.failed == []
    assert quarantined(joined) == []


def test_a_rubric_that_a_restored_platform_has_lost_counts_no_more_and_is_still_there(joined: Laptop) -> None:
    joined.sync(evidence=False)
    account = joined.account().key
    with joined.library.write() as writing:
        stored = writing.submissions.get(joined.key("s-0001"))
        later = replace(stored.rubric, version=stored.rubric.version + 1)
        writing.rubrics.put(account, later, "{}")
        writing.accounts.update(account, cursor="of nobody's")
    report = joined.sync(evidence=False)
    assert report.failed == []
    with joined.library.read() as reading:
        rubrics = {each[1:] for each in reading.submissions.known(account) if each[0] == "rubric"}
        assert (later.id, later.version) not in rubrics
        assert (stored.rubric.id, stored.rubric.version) in rubrics
        assert reading.submissions.get(joined.key("s-0001")).rubric == stored.rubric


def test_the_educators_words_do_not_stand_in_the_reason_for_setting_a_row_aside(
    joined: Laptop, network: FaultProxy
) -> None:
    def spoil(document: Document) -> None:
        submission_rows(document)[0]["data"]["due_at"] = "Ruth Nakamura said so"

    network.always("/changes", edited(spoil))
    joined.sync(evidence=False)
    with joined.library.read() as reading:
        [aside] = reading.submissions.quarantined(joined.account().key)
    assert "Nakamura" not in aside.error
    assert "due_at" in aside.error
