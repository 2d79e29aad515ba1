"""The actions that can be undone behave as a list of bounded length, however they lie."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mcassess.domain.changes import Change, ChangeKind, Entry
from mcassess.domain.undo import UNDO_DEPTH, Step, Steps

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MANY = 40


def step(number: int) -> Step:
    return Step(action=str(number), values=(), last_action=str(number), device="d1", at=NOW)


def scored(number: int, action: int) -> Change:
    entry = Entry(kind=ChangeKind.SCORE, target=f"c{number}", value="met")
    return Change(
        id=str(number), action=str(action), device="d1", number=number + 1, at=NOW, monotonic_ms=0, entry=entry
    )


@given(st.integers(0, UNDO_DEPTH), st.lists(st.sampled_from(["more", "many", "less", "same"]), max_size=40))
def test_one_more_and_one_less_are_those_of_a_list_without_its_oldest(begun: int, work: list[str]) -> None:
    model = [step(-number) for number in range(begun)]
    steps = Steps(model)
    for number, what in enumerate(work, 1):
        if what == "less":
            model, steps = model[:-1], steps.without_newest()
        elif what == "same" and model:
            change = scored(number, action=int(model[-1].last_action))
            slot = (change.entry.kind, change.entry.target)
            steps = steps.with_change(change, slot, None)
            last = model[-1]
            values = (*last.values, (slot, None, change.entry.value))
            model[-1] = Step(action=last.action, values=values, last_action=change.action, device="d1", at=NOW)
        else:
            for each in range(MANY if what == "many" else 1):
                added = step(1000 * number + each)
                model, steps = [*model, added][-UNDO_DEPTH:], steps.with_newest(added)
        assert list(steps) == model
        assert len(steps) == len(model)
        assert steps.newest == (model[-1] if model else None)
        assert bool(steps) is bool(model)
        assert steps == Steps(model), "however they came about"
        assert hash(steps) == hash(Steps(model))
