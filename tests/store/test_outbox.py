"""Operations go out in order, once, unchanged; what was never tried can be taken back."""

from datetime import timedelta

import pytest

from mcassess.domain.kinds import Outcome
from mcassess.errors import RefusedError
from mcassess.store.library import Library
from mcassess.store.outbox import OpState
from tests.support.library import TestClock, put, submission


@pytest.fixture
def keys(library: Library, account: int) -> list[int]:
    return put(library, account, *(submission(f"s-{number}") for number in range(1, 5)))


def seal(library: Library, key: int, op_id: str, **more: object) -> None:
    with library.write() as writing:
        outbox = writing.outbox
        payload = f'{{"op_id":"{op_id}"}}'.encode()
        outbox.add(key, 1, op_id, outbox.next_device_seq(), "decision.submit", payload, Outcome.AWARD, **more)  # type: ignore[arg-type]


def due(library: Library, account: int, clock: TestClock) -> list[str]:
    with library.read() as reading:
        return [row.op_id for row in reading.outbox.due(account, clock.now())]


def test_a_sealed_operation_is_kept_as_it_was_sealed(
    library: Library, account: int, keys: list[int], clock: TestClock
) -> None:
    seal(library, keys[0], "op-1", hold_until=clock.now() + timedelta(seconds=10))
    with library.read() as reading:
        row = reading.outbox.get("op-1")
        assert reading.outbox.sealed(keys[0], 1) == row
        assert reading.outbox.sealed(keys[0], 2) is None
        assert reading.outbox.list() == [row]
    assert (row.account, row.key, row.submission_id, row.attempt) == (account, keys[0], "s-1", 1)
    assert (row.kind, row.payload, row.outcome) == ("decision.submit", b'{"op_id":"op-1"}', Outcome.AWARD)
    assert (row.state, row.tries, row.sealed_at) == (OpState.READY, 0, clock.now())


def test_a_clock_that_is_set_back_does_not_hold_an_operation_for_years(
    library: Library, account: int, keys: list[int], clock: TestClock
) -> None:
    clock.advance(days=3653)
    seal(library, keys[0], "op-1", hold_until=clock.now() + timedelta(seconds=10))
    assert due(library, account, clock) == []
    clock.advance(days=-3653)
    assert due(library, account, clock) == ["op-1"]


def test_operations_leave_in_the_order_of_sealing_when_their_hold_is_over(
    library: Library, account: int, keys: list[int], clock: TestClock
) -> None:
    seal(library, keys[1], "op-b")
    seal(library, keys[0], "op-a", hold_until=clock.now() + timedelta(seconds=10))
    seal(library, keys[2], "op-c")
    assert due(library, account, clock) == ["op-b", "op-c"]
    clock.advance(seconds=10)
    assert due(library, account, clock) == ["op-b", "op-a", "op-c"]
    assert due(library, account + 1, clock) == []


def test_what_may_have_arrived_is_sent_again_and_never_taken_back(
    library: Library, account: int, keys: list[int], clock: TestClock
) -> None:
    seal(library, keys[0], "op-1")
    with library.write() as writing:
        assert writing.outbox.mark_sending(["op-1"]) == ["op-1"]
        writing.outbox.put_back("op-1", "no route to host")
    with library.read() as reading:
        row = reading.outbox.get("op-1")
    assert (row.state, row.tries, row.last_error) == (OpState.SENDING, 1, "no route to host")
    assert due(library, account, clock) == ["op-1"]
    with pytest.raises(RefusedError, match="cannot be taken back"), library.write() as writing:
        writing.outbox.take_back("op-1")


def test_what_was_taken_back_before_it_left_is_not_marked(
    library: Library, account: int, keys: list[int], clock: TestClock
) -> None:
    seal(library, keys[0], "op-1")
    seal(library, keys[1], "op-2")
    with library.write() as writing:
        writing.outbox.take_back("op-1")
    with library.write() as writing:
        assert writing.outbox.mark_sending(["op-1", "op-2"]) == ["op-2"]
        with pytest.raises(KeyError):
            writing.outbox.get("op-1")


def test_what_is_settled_or_refused_is_not_sent_again(
    library: Library, account: int, keys: list[int], clock: TestClock
) -> None:
    for key, op_id in zip(keys, ("op-1", "op-2", "op-3"), strict=False):
        seal(library, key, op_id)
    clock.advance(minutes=1)
    with library.write() as writing:
        writing.outbox.mark_sending(["op-1", "op-2"])
        writing.outbox.settle("op-1", {"status": "applied", "seq": 7}, {"signature": "c2ln"})
        writing.outbox.refuse("op-2", {"status": "rejected", "problem": {"code": "claim-lost"}})
        assert writing.outbox.mark_sending(["op-1", "op-2"]) == []
        writing.outbox.put_back("op-1", "a late failure")
    assert writing.change_set.outbox
    assert due(library, account, clock) == ["op-3"]
    with library.read() as reading:
        first, second = reading.outbox.get("op-1"), reading.outbox.get("op-2")
        assert [row.op_id for row in reading.outbox.list()] == ["op-2", "op-3"]
        assert [row.op_id for row in reading.outbox.list(settled=True)] == ["op-1", "op-2", "op-3"]
        counts = reading.outbox.counts()
    assert (first.result, first.receipt) == ({"status": "applied", "seq": 7}, {"signature": "c2ln"})
    assert (first.state, first.settled_at, first.last_error) == (OpState.SETTLED, clock.now(), None)
    assert (second.state, second.last_error) == (OpState.ATTENTION, "claim-lost")
    assert counts == {
        OpState.READY: 1,
        OpState.SENDING: 0,
        OpState.SETTLED: 1,
        OpState.ATTENTION: 1,
        OpState.KEPT: 0,
    }


def test_an_attempt_has_one_sealed_decision(library: Library, keys: list[int]) -> None:
    seal(library, keys[0], "op-1")
    with pytest.raises(RefusedError, match="sealed already"):
        seal(library, keys[0], "op-2")
    with pytest.raises(KeyError):
        seal(library, 4711, "op-3")


def test_numbers_in_the_order_of_sending_are_never_given_twice(library: Library, keys: list[int]) -> None:
    seal(library, keys[0], "op-1")
    with library.write() as writing:
        writing.outbox.take_back("op-1")
    seal(library, keys[0], "op-2")
    with library.read() as reading:
        assert reading.outbox.get("op-2").device_seq == 2
