"""Typed text on its way to the disk."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from mcassess.domain.changes import ChangeKind
from mcassess.domain.review import EMPTY
from mcassess.ui.desk.kept_texts import KeptTexts, Slot
from tests.support.given_time import GivenTimer

NOTE = ChangeKind.NOTE


class Disk:
    """Takes texts; answers when told to."""

    def __init__(self) -> None:
        self.written: list[tuple[Slot, str]] = []
        self.answers: list[tuple[Callable[[], None], Callable[[str], None]]] = []

    def save(self, slot: Slot, text: str, done: Callable[[], None], refused: Callable[[str], None]) -> None:
        self.written.append((slot, text))
        self.answers.append((done, refused))

    def newest(self) -> str:
        return self.written[-1][1] if self.written else ""


def test_nothing_typed_waits_longer_than_a_tenth_of_a_second_even_while_typing_goes_on(qtbot: QtBot) -> None:
    disk = Disk()
    texts = KeptTexts(disk.save)
    timer = texts._timer = GivenTimer(texts.flush)  # type: ignore[assignment]  # it stands in
    texts.take_up(7)
    text, typed = "", dict[str, int]()
    for _ in range(100):
        text += "x"
        typed[text] = timer.now_ms
        texts.typed(NOTE, "", text)
        for _ in range(20):
            timer.give(1)
            assert all(timer.now_ms - at <= 100 for each, at in typed.items() if len(each) > len(disk.newest()))
    assert len(disk.written) < len(typed) / 3, "keys are gathered, not written one by one"


def test_leaving_writes_at_once(qtbot: QtBot) -> None:
    disk = Disk()
    texts = KeptTexts(disk.save)
    texts.take_up(7)
    texts.typed(NOTE, "", "half a wo")
    texts.flush()
    assert [(slot, text) for slot, text in disk.written] == [((7, NOTE, ""), "half a wo")]


def test_the_newest_typed_text_is_what_is_shown_until_the_review_has_it(qtbot: QtBot) -> None:
    disk = Disk()
    texts = KeptTexts(disk.save)
    texts.take_up(7)
    texts.typed(NOTE, "", "one")
    texts.flush()
    assert texts.text(NOTE, "", EMPTY) == "one"
    texts.typed(NOTE, "", "one two")
    disk.answers[0][0]()
    texts.read_again()
    assert texts.text(NOTE, "", EMPTY) == "one two", "a review read meanwhile does not set the writer back"
    texts.flush()
    disk.answers[1][0]()
    texts.read_again()
    assert texts.text(NOTE, "", EMPTY) == ""
    assert not texts.is_waiting()


def test_a_text_stays_with_the_review_it_was_typed_for(qtbot: QtBot) -> None:
    disk = Disk()
    texts = KeptTexts(disk.save)
    texts.take_up(7)
    texts.typed(NOTE, "", "about seven")
    texts.take_up(8)
    assert [(slot[0], text) for slot, text in disk.written] == [(7, "about seven")]
    assert texts.text(NOTE, "", EMPTY) == ""


def test_what_could_not_be_written_is_tried_again_by_itself_and_sooner_with_the_next_key(qtbot: QtBot) -> None:
    disk = Disk()
    texts = KeptTexts(disk.save)
    timer = texts._timer = GivenTimer(texts.flush)  # type: ignore[assignment]  # it stands in
    texts.take_up(7)
    texts.typed(NOTE, "", "kept")
    timer.give(100)
    disk.answers[0][1]("The disk is full.")
    timer.give(2_999)
    assert len(disk.written) == 1
    timer.give(1)
    assert [text for _, text in disk.written] == ["kept", "kept"]
    disk.answers[1][1]("The disk is full.")
    texts.typed(NOTE, "", "kept on")
    timer.give(100)
    assert disk.newest() == "kept on"
    disk.answers[2][0]()
    assert not texts.is_waiting()


def test_what_could_not_be_written_is_said_kept_and_tried_again(qtbot: QtBot) -> None:
    disk = Disk()
    texts = KeptTexts(disk.save)
    texts.take_up(7)
    said: list[str] = []
    texts.failed.connect(said.append)
    texts.typed(NOTE, "", "kept")
    texts.flush()
    disk.answers[0][1]("The disk is full.")
    assert said == ["The disk is full."]
    assert texts.is_waiting()
    assert texts.text(NOTE, "", EMPTY) == "kept"
    texts.typed(NOTE, "", "kept on")
    qtbot.waitUntil(lambda: len(disk.written) == 2, timeout=2000)
    assert disk.written[1][1] == "kept on"
    disk.answers[1][0]()
    assert not texts.is_waiting()
