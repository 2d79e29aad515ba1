"""The desk with much on it, in small and in large windows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton, QWidget

from mcassess.domain.rubric import Criterion, Level, Requirement, Rubric
from mcassess.store.library import Library
from mcassess.sync.pack import read_pack
from tests.support.filled import SMALL, put_pack
from tests.support.library import TestClock, open_library

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

LONG = (
    "The candidate's evidence shows that instruction is planned so that every student, including those with "
    "individual education programmes, builds conceptual understanding, procedural fluency and reasoning, and the "
    "commentary justifies each choice by what these students have shown they know and can do. "
)


def big_rubric(criteria: int = 18, levels: int = 5) -> Rubric:
    """A rubric as large as the largest in use: no requirement has a title, every level a long text."""
    return Rubric(
        id="mm-sel-r",
        version=3,
        requirements=(
            Requirement(
                id="r1",
                criteria=tuple(
                    Criterion(
                        id=f"c{number}",
                        title=f"Planning for content understandings, part {number} of the learning segment",
                        description="How do the plans build understanding?",
                        pass_level=f"c{number}-3",
                        levels=tuple(
                            Level(
                                id=f"c{number}-{level}",
                                title=f"Level {level}",
                                description=LONG * (1 + level % 2),
                                points=level,
                            )
                            for level in range(1, levels + 1)
                        ),
                    )
                    for number in range(1, criteria + 1)
                ),
            ),
        ),
    )


@pytest.fixture
def library(tmp_path: Path, clock: TestClock) -> Iterator[Library]:
    library = open_library(tmp_path / "home", clock)
    pack = read_pack(SMALL)
    rubrics = tuple(big_rubric() if each.id == "mm-sel-r" else each for each in pack.rubrics)
    put_pack(library, replace(pack, rubrics=rubrics))
    yield library
    library.close()


def shown_labels(widget: QWidget) -> list[QLabel]:
    return [label for label in widget.findChildren(QLabel) if label.isVisible()]


def settle_layout(bench) -> None:
    for _ in range(5):
        QApplication.processEvents()


def test_all_level_texts_of_the_criterion_in_hand_are_whole_and_of_no_other(bench) -> None:
    bench.open()
    settle_layout(bench)
    rubric = bench.desk.right.rubric
    for criterion in bench.presenter.contents.criteria[:3]:
        bench.presenter.hand.take(criterion.id)
        settle_layout(bench)
        card = rubric.card(criterion.id)
        labels = [
            label for label in shown_labels(card) if label.text() in {each.description for each in criterion.levels}
        ]
        assert len(labels) == 5
        for label in labels:
            assert label.height() >= label.heightForWidth(label.width()), "no line of a level text is cut"
    other = rubric.card("c9")
    assert not any(LONG[:40] in label.text() for label in shown_labels(other))


def test_the_card_in_hand_comes_into_sight(bench) -> None:
    bench.open()
    viewport = bench.desk.right.rubric._scroll.viewport()
    for criterion in ("c18", "c2"):
        bench.presenter.hand.take(criterion)
        bench.qtbot.wait(400)
        card = bench.desk.right.rubric.card(criterion)
        top = card.mapTo(viewport, card.rect().topLeft()).y()
        bottom = top + card.height()
        assert top >= 0
        assert bottom <= viewport.height() or top < 20, "a card that is too tall is shown from its head"


def test_a_comment_below_long_level_texts_stays_in_sight_while_it_is_written(bench) -> None:
    bench.open()
    bench.press(Qt.Key.Key_Return)
    for _ in range(5):
        bench.write("a line")
        bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    bench.qtbot.wait(100)
    viewport = bench.desk.right.rubric._scroll.viewport()
    edit = bench.desk.right.rubric.card("c1").comment_edit()
    cursor = edit.cursorRect()
    assert edit.mapTo(viewport, cursor.topLeft()).y() >= 0
    assert edit.mapTo(viewport, cursor.bottomLeft()).y() <= viewport.height()


def test_tab_brings_the_next_card_into_sight(bench) -> None:
    bench.open()
    for _ in range(17):
        bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert bench.presenter.hand.criterion == "c18"
    bench.qtbot.wait(400)
    assert bench.desk.right.rubric.card("c18").visibleRegion().boundingRect().height() > 100


@pytest.mark.parametrize("size", [(964, 672), (1380, 872), (3780, 2100)])
def test_nothing_is_wider_than_its_place(bench, size: tuple[int, int]) -> None:
    bench.desk.resize(*size)
    bench.open()
    settle_layout(bench)
    assert (bench.desk.width(), bench.desk.height()) == size
    right = bench.desk.right
    edge = right.mapTo(bench.desk, right.rect().topRight()).x()
    assert edge <= bench.desk.width()
    for widget in right.findChildren(QRadioButton) + list(right.footer.buttons().values()):
        if widget.isVisible():
            place = widget.mapTo(right, widget.rect().topRight()).x()
            assert place <= right.width(), f"{type(widget).__name__} {widget.text()} is cut"
    assert bench.desk.area.width() >= 300


def test_twice_the_font_size_still_fits_the_smallest_window(bench, qapp: QApplication) -> None:
    font = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(font.pointSizeF() * 1.5)
    qapp.setFont(larger)
    try:
        bench.desk.resize(964, 672)
        bench.open()
        settle_layout(bench)
        assert bench.desk.minimumSizeHint().width() <= 964
        assert bench.desk.width() == 964
    finally:
        qapp.setFont(font)
