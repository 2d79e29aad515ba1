"""One of several: by mouse, arrows and digits, spoken as radio buttons, with one stop of the Tab key."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QLineEdit, QRadioButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.kit.choice import Choice, SegmentedChoice
from mcassess.ui.kit.filters import Filter, FilterPills
from mcassess.ui.kit.rail import Rail, RailItem
from mcassess.ui.theme.tokens import LIGHT

Show = Callable[[QWidget], QWidget]

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LEVELS = [
    Choice(id="low", title="Not yet", passes=False, hint="Students do not respond."),
    Choice(id="mid", title="Almost", passes=False),
    Choice(id="high", title="Meets", passes=True),
]


@pytest.fixture
def choice(show: Show) -> SegmentedChoice:
    made = SegmentedChoice("Level for 4 Peer feedback", LEVELS)
    made.resize(420, 32)
    show(made)
    return made


def segments(group: QWidget) -> list[QRadioButton]:
    return group.findChildren(QRadioButton)


def heard(group: SegmentedChoice | FilterPills | Rail) -> list[str]:
    ids: list[str] = []
    group.chosen.connect(ids.append)
    return ids


def test_a_click_chooses_and_says_so(choice: SegmentedChoice, qtbot: QtBot) -> None:
    ids = heard(choice)
    qtbot.mouseClick(segments(choice)[2], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(segments(choice)[0], Qt.MouseButton.LeftButton)
    assert ids == ["high", "low"]
    assert choice.chosen_id() == "low"


def test_a_second_click_leaves_the_choice_as_it_is(choice: SegmentedChoice, qtbot: QtBot) -> None:
    choice.set_chosen("high")
    qtbot.mouseClick(segments(choice)[2], Qt.MouseButton.LeftButton)
    assert choice.chosen_id() == "high"


def test_showing_a_choice_or_none_says_nothing(choice: SegmentedChoice) -> None:
    ids = heard(choice)
    choice.set_chosen("mid")
    assert choice.chosen_id() == "mid"
    choice.set_chosen(None)
    assert choice.chosen_id() is None
    assert ids == []


def test_digits_choose_by_place(choice: SegmentedChoice, qtbot: QtBot) -> None:
    ids = heard(choice)
    segments(choice)[0].setFocus()
    qtbot.keyClick(segments(choice)[0], Qt.Key.Key_3)
    qtbot.keyClick(segments(choice)[0], Qt.Key.Key_4)
    qtbot.keyClick(segments(choice)[0], Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert ids == ["high"]


def test_arrows_choose_the_neighbour_and_go_round(choice: SegmentedChoice, qtbot: QtBot) -> None:
    ids = heard(choice)
    choice.set_chosen("low")
    segments(choice)[0].setFocus()
    for place, key in ((0, Qt.Key.Key_Right), (1, Qt.Key.Key_Down), (2, Qt.Key.Key_Right), (0, Qt.Key.Key_Left)):
        assert segments(choice)[place].hasFocus()
        qtbot.keyClick(segments(choice)[place], key)
    assert ids == ["mid", "high", "low", "high"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_space_and_enter_choose_the_one_in_focus(choice: SegmentedChoice, qtbot: QtBot, key: Qt.Key) -> None:
    ids = heard(choice)
    segments(choice)[0].setFocus()
    qtbot.keyClick(segments(choice)[0], key)
    assert ids == ["low"]


def test_tab_stops_once_at_the_chosen_one(show: Show, qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    before, group, after = QLineEdit(), SegmentedChoice("Level", LEVELS), QLineEdit()
    for widget in (before, group, after):
        column.addWidget(widget)
    group.set_chosen("mid")
    show(window)
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    assert segments(group)[1].hasFocus()
    qtbot.keyClick(segments(group)[1], Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_segments_are_spoken_as_radio_buttons_with_their_whole_text(choice: SegmentedChoice) -> None:
    choice.set_chosen("low")
    spoken = QAccessible.queryAccessibleInterface(segments(choice)[0])
    assert spoken.role() == QAccessible.Role.RadioButton
    assert spoken.text(QAccessible.Text.Name) == "Not yet"
    assert spoken.text(QAccessible.Text.Description) == "Students do not respond."
    assert spoken.state().checked
    assert choice.accessibleName() == "Level for 4 Peer feedback"


@pytest.mark.parametrize(("level", "colour"), [("high", LIGHT.accent), ("mid", LIGHT.not_yet)])
def test_the_chosen_level_wears_the_colour_of_passing_or_not_and_a_check_mark(
    choice: SegmentedChoice, level: str, colour: str
) -> None:
    place = choice.option_ids().index(level)
    plain = segments(choice)[place].grab().toImage()
    choice.set_chosen(level)
    picture = segments(choice)[place].grab().toImage()
    assert picture.pixelColor(8, 6) == QColor(colour)
    inked = [x for x in range(picture.width()) if picture.pixelColor(x, picture.height() // 2) != QColor(colour)]
    was_inked = [x for x in range(plain.width()) if plain.pixelColor(x, plain.height() // 2) != QColor(LIGHT.surface)]
    assert min(inked) < min(was_inked), "no mark stands before the text"


def test_the_digits_are_shown_for_the_criterion_in_hand_only(choice: SegmentedChoice) -> None:
    without = choice.grab().toImage()
    choice.show_keys(shown=True)
    assert choice.grab().toImage() != without
    choice.show_keys(shown=False)
    assert choice.grab().toImage() == without


def test_segments_that_do_not_fit_stand_below_one_another(choice: SegmentedChoice) -> None:
    one_row = choice.heightForWidth(420)
    assert choice.heightForWidth(150) == 3 * one_row
    choice.resize(150, 3 * one_row)
    places = [segment.geometry() for segment in segments(choice)]
    assert len({place.left() for place in places}) == 1
    assert all(not one.intersects(other) for one in places for other in places if one is not other)
    assert all(QRect(0, 0, 150, 3 * one_row).contains(place) for place in places)


def test_other_segments_take_the_place_of_the_old(choice: SegmentedChoice, qtbot: QtBot) -> None:
    choice.set_chosen("high")
    choice.set_choices([Choice(id="yes", title="Yes"), Choice(id="no", title="No")])
    assert choice.option_ids() == ["yes", "no"]
    assert choice.chosen_id() is None
    ids = heard(choice)
    qtbot.mouseClick(segments(choice)[1], Qt.MouseButton.LeftButton)
    assert ids == ["no"]


def test_a_disabled_choice_cannot_be_changed(choice: SegmentedChoice, qtbot: QtBot) -> None:
    ids = heard(choice)
    choice.setEnabled(False)
    qtbot.mouseClick(segments(choice)[2], Qt.MouseButton.LeftButton)
    assert ids == []


def test_filter_pills_begin_with_the_first_and_show_their_counts(show: Show, qtbot: QtBot) -> None:
    filters = [Filter(id="open", title="Open", count=8), Filter(id="sent", title="Sent")]
    pills = FilterPills("Queue", filters)
    show(pills)
    assert pills.chosen_id() == "open"
    assert [pill.text() for pill in segments(pills)] == ["Open 8", "Sent"]
    pills.set_counts({"sent": 211})
    assert segments(pills)[1].accessibleName() == "Sent 211"
    ids = heard(pills)
    qtbot.mouseClick(segments(pills)[1], Qt.MouseButton.LeftButton)
    assert ids == ["sent"]


def test_filter_pills_take_no_digits(show: Show, qtbot: QtBot) -> None:
    pills = FilterPills("Queue", [Filter(id="open", title="Open"), Filter(id="sent", title="Sent")])
    show(pills)
    ids = heard(pills)
    qtbot.keyClick(segments(pills)[0], Qt.Key.Key_2)
    assert ids == []


def test_the_rail_leads_to_its_places_with_some_at_the_bottom(show: Show, qtbot: QtBot) -> None:
    items = [RailItem(id="queue", title="Queue", icon="queue"), RailItem(id="desk", title="Desk", icon="desk")]
    rail = Rail("Places", [*items, RailItem(id="sync", title="Sync", icon="sync", at_bottom=True)])
    rail.resize(rail.sizeHint().width(), 700)
    show(rail)
    assert rail.chosen_id() == "queue"
    ids = heard(rail)
    qtbot.mouseClick(segments(rail)[1], Qt.MouseButton.LeftButton)
    qtbot.keyClick(segments(rail)[1], Qt.Key.Key_Down)
    assert ids == ["desk", "sync"]
    assert segments(rail)[2].geometry().bottom() > 650 > segments(rail)[1].geometry().bottom()
