"""Buttons, chips, cards, tabs and dropdowns do what they say, by mouse and by keyboard."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.kit.buttons import Button, ButtonKind, IconButton
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.chip import Chip
from mcassess.ui.kit.dropdown import Dropdown
from mcassess.ui.kit.labels import Pill
from mcassess.ui.kit.tabs import Tab, Tabs
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.theme.tokens import DARK, LIGHT, Tone

Show = Callable[[QWidget], QWidget]

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
PRESS_KEYS = [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter]


@pytest.mark.parametrize("key", PRESS_KEYS)
def test_a_button_is_pressed_by_the_keyboard(show: Show, qtbot: QtBot, key: Qt.Key) -> None:
    button = Button("Award", ButtonKind.PRIMARY)
    show(button)
    with qtbot.waitSignal(button.clicked, timeout=1000):
        qtbot.keyClick(button, key)


def test_a_click_leaves_the_writing_in_focus(show: Show, qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    edit, button = QPlainTextEdit(), Button("Sync now")
    column.addWidget(edit)
    column.addWidget(button)
    show(window)
    edit.setFocus()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert edit.hasFocus()


def test_a_buttons_key_is_seen_and_spoken(qtbot: QtBot) -> None:
    plain, hinted = Button("Sync now"), Button("Sync now", key="Ctrl R")
    for button in (plain, hinted):
        qtbot.addWidget(button)
    assert hinted.sizeHint().width() > plain.sizeHint().width() + 20
    assert hinted.accessibleDescription() == "Ctrl R"


@pytest.mark.parametrize("kind", list(ButtonKind))
def test_the_focus_ring_is_seen_on_every_kind_of_button(show: Show, qtbot: QtBot, kind: ButtonKind) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    button, other = Button("Award", kind), Button("Other")
    column.addWidget(button)
    column.addWidget(other)
    show(window)
    other.setFocus()
    rest = button.grab().toImage()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    ring = button.grab().toImage()
    changed = sum(rest.pixel(x, 3) != ring.pixel(x, 3) for x in range(rest.width()))
    changed += sum(rest.pixel(x, 0) != ring.pixel(x, 0) for x in range(rest.width()))
    assert changed > rest.width() / 2


def test_a_disabled_button_is_faded_and_silent(show: Show, qtbot: QtBot) -> None:
    button = Button("Award", ButtonKind.PRIMARY)
    button.setEnabled(False)
    show(button)
    assert button.grab().toImage().pixelColor(12, 4) != QColor(LIGHT.accent)
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_is_shown_follows_the_theme(show: Show, qapp: QApplication) -> None:
    pill = Pill("Award", Tone.OK)
    show(pill)
    apply_theme(qapp, dark=True)
    assert pill.grab().toImage().pixelColor(pill.width() // 2, 1) == QColor(DARK.accent_soft)


def test_an_icon_button_has_a_name_to_speak_and_to_show(qtbot: QtBot) -> None:
    button = IconButton("play", "Play", key="Space")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.toolTip()) == ("Play", "Play  (Space)")
    button.set_icon("pause")
    button.set_name("Pause")
    assert (button.accessibleName(), button.toolTip()) == ("Pause", "Pause  (Space)")
    assert button.sizeHint().width() == button.sizeHint().height() >= 28


def test_a_switched_icon_button_shows_a_frame(show: Show, qtbot: QtBot) -> None:
    button = IconButton("captions", "Captions")
    button.setCheckable(True)
    show(button)
    off = button.grab().toImage()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isChecked()
    middle = button.width() // 2
    assert button.grab().toImage().pixelColor(middle, 0) == QColor(LIGHT.accent) != off.pixelColor(middle, 0)


@pytest.mark.parametrize("key", PRESS_KEYS)
def test_a_chip_is_clicked_by_the_keyboard(show: Show, qtbot: QtBot, key: Qt.Key) -> None:
    chip = Chip("07:14–07:48", icon="play", criterion=3)
    show(chip)
    with qtbot.waitSignal(chip.clicked, timeout=1000):
        qtbot.keyClick(chip, key)


def test_the_cross_of_a_chip_asks_to_remove_it_and_the_rest_goes_there(show: Show, qtbot: QtBot) -> None:
    chip = Chip("07:14–07:48", icon="play", criterion=3, removable=True)
    show(chip)
    chip.resize(chip.sizeHint())
    with qtbot.waitSignal(chip.remove_requested, timeout=1000), qtbot.assertNotEmitted(chip.clicked):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=chip.cross_rect().center().toPoint())
    with qtbot.waitSignal(chip.clicked, timeout=1000), qtbot.assertNotEmitted(chip.remove_requested):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(12, 10))


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
@pytest.mark.parametrize("removable", [True, False])
def test_delete_asks_to_remove_a_chip_only_where_that_is_allowed(
    show: Show, qtbot: QtBot, key: Qt.Key, removable: bool
) -> None:
    chip = Chip("p. 2", icon="document", removable=removable)
    show(chip)
    asked: list[bool] = []
    chip.remove_requested.connect(lambda: asked.append(True))
    qtbot.keyClick(chip, key)
    assert bool(asked) is removable


def test_a_chip_wears_its_criterions_colour(show: Show) -> None:
    chip = Chip("07:14–07:48", icon="play", criterion=3)
    show(chip)
    assert chip.grab().toImage().pixelColor(1, chip.height() // 2) == QColor(LIGHT.criterion(3))


@pytest.mark.parametrize("key", PRESS_KEYS)
def test_a_clickable_card_is_chosen_by_mouse_and_keyboard(show: Show, qtbot: QtBot, key: Qt.Key) -> None:
    card = Card(clickable_name="Lesson video")
    card.resize(160, 90)
    show(card)
    assert card.accessibleName() == "Lesson video"
    with qtbot.waitSignal(card.clicked, timeout=1000):
        qtbot.keyClick(card, key)
    with qtbot.waitSignal(card.clicked, timeout=1000):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)


def test_a_plain_card_takes_no_clicks_and_no_focus(show: Show, qtbot: QtBot) -> None:
    card = Card()
    card.resize(160, 90)
    show(card)
    assert card.focusPolicy() == Qt.FocusPolicy.NoFocus
    with qtbot.assertNotEmitted(card.clicked):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)


def test_a_card_shows_its_bar_its_ring_and_its_tone(show: Show) -> None:
    card = Card(criterion=0)
    card.resize(160, 90)
    show(card)
    assert card.grab().toImage().pixelColor(1, 45) == QColor(LIGHT.criterion(0))
    card.set_tone(Tone.BAD)
    assert card.grab().toImage().pixelColor(80, 0) == QColor(LIGHT.not_yet)
    card.set_selected(selected=True)
    assert card.is_selected()
    assert card.grab().toImage().pixelColor(80, 1) == QColor(LIGHT.accent)


def test_tabs_are_chosen_by_mouse_keyboard_and_id(show: Show, qtbot: QtBot) -> None:
    tabs = Tabs(
        "Panel", [Tab(id="rubric", title="Rubric"), Tab(id="letter", title="Feedback"), Tab(id="notes", title="Notes")]
    )
    show(tabs)
    ids: list[str] = []
    tabs.chosen.connect(ids.append)
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    tabs.setFocus()
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    tabs.set_chosen("rubric")
    assert ids == ["letter", "notes", "rubric"]
    assert tabs.chosen_id() == "rubric"
    with pytest.raises(ValueError, match="absent"):
        tabs.set_chosen("absent")


def test_a_tab_keeps_its_place_when_it_becomes_current_and_can_change_its_title(show: Show) -> None:
    tabs = Tabs("Panel", [Tab(id="rubric", title="Rubric"), Tab(id="notes", title="Notes")])
    show(tabs)
    places = [tabs.tabRect(index) for index in range(2)]
    tabs.set_chosen("notes")
    assert [tabs.tabRect(index) for index in range(2)] == places
    tabs.set_title("notes", "Notes · 3")
    assert tabs.tabText(1) == "Notes · 3"
    assert QAccessible.queryAccessibleInterface(tabs).role() == QAccessible.Role.PageTabList


def test_a_dropdown_has_room_for_its_longest_choice_and_a_name(show: Show, qtbot: QtBot) -> None:
    dropdown = Dropdown("Range")
    dropdown.addItems(["6 weeks", "a whole school year"])
    show(dropdown)
    assert dropdown.sizeHint().width() > dropdown.fontMetrics().horizontalAdvance("a whole school year") + 30
    assert dropdown.accessibleName() == "Range"
    dropdown.setFocus()
    with qtbot.waitSignal(dropdown.currentTextChanged, timeout=1000):
        qtbot.keyClick(dropdown, Qt.Key.Key_Down)
    assert dropdown.currentText() == "a whole school year"
