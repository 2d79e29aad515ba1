"""All widgets of the kit on one sheet, light and dark, to look at and to see that each paints something."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.kit.buttons import Button, ButtonKind, IconButton
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.chip import Chip
from mcassess.ui.kit.choice import Choice, SegmentedChoice
from mcassess.ui.kit.dropdown import Dropdown
from mcassess.ui.kit.fields import GrowingEdit, SearchField
from mcassess.ui.kit.filters import Filter, FilterPills
from mcassess.ui.kit.labels import ElidedLabel, KeyHint, Pill, make_label
from mcassess.ui.kit.layouts import FlowLayout
from mcassess.ui.kit.progress import ProgressLine
from mcassess.ui.kit.rail import Rail, RailItem
from mcassess.ui.kit.states import EmptyState, ErrorState, LoadingState
from mcassess.ui.kit.status_line import Side, StatusLine
from mcassess.ui.kit.tabs import Tab, Tabs
from mcassess.ui.kit.timeline import Timeline
from mcassess.ui.kit.timeline_geometry import RangeKind, TimelinePointer, TimelineRange
from mcassess.ui.kit.toast import Toast
from mcassess.ui.theme.style import apply_theme
from mcassess.ui.theme.tokens import DARK, LIGHT, SPACES, Tone

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

LEVELS = [
    Choice(id="1", title="Not yet", passes=False, hint="Students do not respond to one another."),
    Choice(id="2", title="Almost", passes=False, hint="Some respond, in general words."),
    Choice(id="3", title="Meets", passes=True, hint="All give specific, kind feedback."),
]


def row(*widgets: QWidget, stretch_last: bool = True) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(SPACES.near)
    for widget in widgets:
        line.addWidget(widget)
    if stretch_last:
        line.addStretch(1)
    return line


def signs() -> list[QHBoxLayout]:
    return [
        row(
            Pill("Attempt 2 of 3"),
            Pill("Award · waiting to send", Tone.OK, "check"),
            Pill("Offline · everything is saved here", Tone.WARN, "offline"),
            Pill("Needs you: new rubric version", Tone.BAD, "warning"),
            KeyHint("Ctrl K"),
            KeyHint("\\"),
        ),
        row(
            Button("Award", ButtonKind.PRIMARY),
            Button("Sync now", ButtonKind.PRIMARY, icon="sync", key="Ctrl R"),
            Button("Claim next", key="N"),
            Button("Not yet earned", ButtonKind.DANGER),
            Button("Quiet", ButtonKind.QUIET, icon="undo"),
            *(IconButton(icon, icon) for icon in ("back-5", "play", "forward-5", "loop", "captions", "volume")),
        ),
    ]


def disabled_buttons() -> QHBoxLayout:
    award, plain = Button("Award", ButtonKind.PRIMARY), Button("Return…", icon="return")
    award.setEnabled(False)
    plain.setEnabled(False)
    combo = Dropdown("Range")
    combo.addItems(["12 weeks", "6 weeks"])
    check = QCheckBox("The video can be seen and heard")
    check.setChecked(True)
    captions = IconButton("captions", "Captions")
    captions.setCheckable(True)
    captions.setChecked(True)
    return row(award, plain, combo, check, captions)


def criterion(place: int, title: str, chosen: str | None, *citations: str, in_hand: bool = False) -> Card:
    card = Card(criterion=place)
    card.set_selected(selected=in_hand)
    card.body.addLayout(row(make_label(f"{place + 1} {title}", "strong")))
    choice = SegmentedChoice(f"Level for {title}", LEVELS)
    choice.set_chosen(chosen)
    choice.show_keys(shown=in_hand)
    card.body.addWidget(choice)
    flow = FlowLayout(gap=4)
    for text in citations:
        flow.addWidget(Chip(text, icon="play" if ":" in text else "document", criterion=place, removable=in_hand))
    if in_hand:
        flow.addWidget(Chip("cite this moment", icon="plus", key="E"))
    card.body.addLayout(flow)
    if in_hand:
        edit = GrowingEdit("Comment", placeholder="Comment")
        edit.set_text(
            "The pair talk at 07:14 is just what I asked for. Next step: give the pairs a sentence starter so that"
        )
        card.body.addWidget(edit)
    return card


def timeline() -> Timeline:
    line = Timeline("Lesson video")
    line.set_duration(760_000)
    line.set_ranges(
        [
            TimelineRange(id="a", start_ms=62_000, end_ms=106_000, label="Purpose", criterion=0),
            TimelineRange(id="b", start_ms=186_000, end_ms=212_000, label="Routine", criterion=2),
            TimelineRange(id="c", start_ms=312_000, end_ms=380_000, label="Students greet", criterion=1),
            TimelineRange(id="d", start_ms=434_000, end_ms=468_000, label="Peer feedback in pairs", criterion=3),
            TimelineRange(id="e", start_ms=520_000, end_ms=560_000, label="Marked", kind=RangeKind.MOMENT),
            TimelineRange(id="f", start_ms=540_000, end_ms=590_000, label="Overlaps", criterion=4),
            TimelineRange(
                id="g", start_ms=631_000, end_ms=668_000, label="Closing", kind=RangeKind.MOMENT, criterion=0
            ),
        ]
    )
    line.set_selected_range("d")
    line.set_pointers([TimelinePointer(at_ms=420_000, label="see 07:00 for pairs", criterion=3)])
    line.set_marks(470_000, 505_000)
    line.set_position(461_200)
    return line


def left_column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(SPACES.inner)
    column.addLayout(row(make_label("My queue", "heading"), make_label("8 open · 3 due this week", "muted")))
    counts = (
        ("open", "Open", 8),
        ("progress", "In progress", 1),
        ("waiting", "Waiting to send", 1),
        ("sent", "Sent", 211),
    )
    filters = FilterPills("Queue", [Filter(id=key, title=title, count=count) for key, title, count in counts])
    column.addLayout(
        row(SearchField("Search educators, micro-credentials…", key="Ctrl K"), filters, stretch_last=False)
    )
    for line in signs():
        column.addLayout(line)
    column.addLayout(disabled_buttons())
    card = Card()
    card.body.addLayout(row(make_label("07:41.20", "strong"), make_label("/ 12:40.00", "muted")))
    card.body.addWidget(timeline())
    column.addWidget(card)
    progress = Card()
    for fraction, text in (
        (1.0, "412 MB"),
        (0.62, "downloading 1.1 GB · 4 min left"),
        (0.0, "not downloaded · 640 MB"),
    ):
        line = ProgressLine("Lesson video", stoppable=fraction == 0.62)
        line.show_progress(fraction, text)
        progress.body.addWidget(line)
    column.addWidget(progress)
    states = QHBoxLayout()
    for state in (
        EmptyState(
            "queue", "Nothing waits for you. New submissions come with the next sync.", "Sync now", key="Ctrl R"
        ),
        ErrorState("The document could not be opened: it wants a password. Ask the educator for one without."),
        LoadingState(),
    ):
        holder = Card()
        holder.body.addWidget(state)
        states.addWidget(holder, 1)
    column.addLayout(states)
    column.addStretch(1)
    return column


def right_column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(SPACES.near)
    tabs = ("Rubric", "Feedback to educator", "Attempt 1", "Notes")
    column.addWidget(Tabs("Panel", [Tab(id=title, title=title) for title in tabs]))
    column.addWidget(criterion(0, "Purpose of the meeting", "3", "01:02–01:46", "p. 2 “belonging”"))
    column.addWidget(criterion(1, "Every student takes part", "2", "05:12–06:20"))
    column.addWidget(criterion(3, "Peer feedback", None, "07:14–07:48", in_hand=True))
    wrong = Card(clickable_name="Design Thinking")
    wrong.set_tone(Tone.BAD)
    wrong.body.addLayout(row(Pill("Needs you", Tone.BAD), make_label("Design Thinking", "strong")))
    wrong.body.addWidget(make_label("The rubric changed on the platform after you packed it.", "muted", wrap=True))
    column.addWidget(wrong)
    column.addWidget(
        ElidedLabel("A line that is far too long for the room it has been given here, so that it is cut at its end")
    )
    field = QLineEdit()
    field.setPlaceholderText("A line to fill in")
    column.addWidget(field)
    column.addStretch(1)
    return column


def gallery() -> QWidget:
    window = QWidget()
    outer = QVBoxLayout(window)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.setSpacing(0)
    top = QHBoxLayout()
    top.setSpacing(0)
    items = [("queue", "Queue"), ("desk", "Desk"), ("offline", "Offline"), ("sync", "Sync"), ("settings", "Settings")]
    rail = Rail("Places", [RailItem(id=i, title=t, icon=i, at_bottom=i in ("sync", "settings")) for i, t in items])
    rail.set_chosen("desk")
    top.addWidget(rail)
    columns = QHBoxLayout()
    columns.setContentsMargins(SPACES.page, SPACES.card, SPACES.page, SPACES.card)
    columns.setSpacing(SPACES.page)
    columns.addLayout(left_column(), 3)
    columns.addLayout(right_column(), 2)
    top.addLayout(columns, 1)
    outer.addLayout(top, 1)
    status = StatusLine()
    status.show_fact("net", "Offline since 09:12", tone=Tone.WARN)
    status.show_fact("outbox", "3 waiting to send")
    status.show_fact("undo", "Undo: score 3 → Meets", key="Ctrl Z")
    status.show_fact("saved", "Review autosaved 1 s ago", side=Side.RIGHT)
    status.show_fact("disk", "412 MB here", side=Side.RIGHT)
    outer.addWidget(status)
    window.resize(1440, 900)
    return window


def colours_in(image: QImage, rect: QRect) -> set[int]:
    return {
        image.pixel(x, y)
        for x in range(rect.left(), min(rect.right(), image.width() - 1) + 1)
        for y in range(rect.top(), min(rect.bottom(), image.height() - 1) + 1)
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_widget_paints_itself_in_the_themes_own_colours(dark: bool, qtbot: QtBot, tmp_path: Path) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, dark)
    window = gallery()
    qtbot.addWidget(window)
    toast = Toast(window)
    window.show()
    qtbot.waitExposed(window)
    loading = window.findChild(LoadingState)
    qtbot.waitUntil(loading.turns, timeout=3000)
    toast.show_message("Finished. It will be sent in 10 s.", action_text="Undo")
    picture = window.grab().toImage()
    assert picture.save(str(tmp_path / f"gallery-{'dark' if dark else 'light'}.png"))

    colours = DARK if dark else LIGHT
    assert picture.pixelColor(70, 5).name().upper() == colours.window
    kinds = (Pill, KeyHint, Button, IconButton, SegmentedChoice, Timeline, Chip, Card, Tabs, EmptyState, ErrorState)
    kinds += (
        LoadingState,
        ProgressLine,
        Rail,
        StatusLine,
        SearchField,
        FilterPills,
        GrowingEdit,
        ElidedLabel,
        Toast,
        Dropdown,
    )
    for kind in kinds:
        found = window.findChildren(kind)
        assert found, f"the gallery shows no {kind.__name__}"
        for widget in found:
            place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
            assert len(colours_in(picture, place)) > 3, f"{kind.__name__} is blank"


@pytest.fixture
def twice_the_font(qapp: QApplication) -> Iterator[None]:
    before = qapp.font()
    font = qapp.font()
    font.setPointSizeF(before.pointSizeF() * 2)
    qapp.setFont(font)
    apply_theme(qapp, dark=False)
    yield
    qapp.setFont(before)
    apply_theme(qapp, dark=False)


@pytest.mark.usefixtures("twice_the_font")
def test_at_twice_the_font_nothing_of_a_rubric_lies_over_another_thing(qtbot: QtBot) -> None:
    area, rubric = QScrollArea(), QWidget()
    rubric.setLayout(right_column())
    area.setWidgetResizable(True)
    area.setWidget(rubric)
    area.resize(440, 800)
    qtbot.addWidget(area)
    area.show()
    level = rubric.findChild(SegmentedChoice)

    def tidy() -> bool:
        parts = [[part for part in card.children() if isinstance(part, QWidget)] for card in rubric.findChildren(Card)]
        lie_over = [
            (a, b) for inside in parts for a, b in combinations(inside, 2) if a.geometry().intersects(b.geometry())
        ]
        stick_out = [a for inside in parts for a in inside if not a.parentWidget().rect().contains(a.geometry())]
        return not lie_over and not stick_out and level.height() == level.heightForWidth(level.width())

    qtbot.waitUntil(tidy, timeout=2000)


@pytest.mark.usefixtures("twice_the_font")
def test_at_twice_the_font_a_button_has_room_for_all_that_it_says(qtbot: QtBot) -> None:
    button = Button("Not yet earned", icon="check", key="Ctrl R")
    qtbot.addWidget(button)
    assert button.sizeHint().height() >= button.fontMetrics().height() + 12
    assert button.sizeHint().width() > button.fontMetrics().horizontalAdvance("Not yet earned Ctrl R")
