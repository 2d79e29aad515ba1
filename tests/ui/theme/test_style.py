"""The application wears light or dark, follows the system where it was told to, and wears them at once."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.theme.style import apply_theme, colours_of, make_style_sheet, text_font
from mcassess.ui.theme.tokens import DARK, LIGHT, TextSize


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    apply_theme(qapp, dark=False)
    before = qapp.font()
    yield qapp
    qapp.setFont(before)
    apply_theme(qapp, dark=False)


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window
def test_a_widget_knows_its_colours_from_its_palette_even_when_they_changed_while_it_was_hidden(
    app: QApplication, qtbot: QtBot
) -> None:
    window = QWidget()
    widget = QWidget(window)
    qtbot.addWidget(window)
    window.show()
    apply_theme(app, dark=True)
    assert colours_of(widget) is DARK
    widget.hide()
    apply_theme(app, dark=False)
    widget.show()
    assert colours_of(widget) is LIGHT
    assert widget.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.window)


def test_there_is_one_theme_and_it_says_when_it_changed(app: QApplication, qtbot: QtBot) -> None:
    theme = apply_theme(app, dark=False)
    with qtbot.waitSignal(theme.changed, timeout=1000):
        assert apply_theme(app, dark=True) is theme
    assert theme.dark
    with qtbot.assertNotEmitted(theme.changed):
        apply_theme(app, dark=True)


def test_the_system_is_followed_only_when_asked_for(app: QApplication) -> None:
    system = app.styleHints().colorSchemeChanged
    theme = apply_theme(app, None)
    system.emit(Qt.ColorScheme.Dark)
    assert theme.dark
    system.emit(Qt.ColorScheme.Light)
    assert not theme.dark
    apply_theme(app, dark=False)
    system.emit(Qt.ColorScheme.Dark)
    assert not theme.dark


def test_text_sizes_are_shares_of_the_application_font(app: QApplication, qtbot: QtBot) -> None:
    widget = QWidget()
    heading = QLabel("My queue", widget)
    heading.setProperty("rank", "heading")
    qtbot.addWidget(widget)
    font = app.font()
    font.setPointSizeF(20)
    app.setFont(font)
    apply_theme(app, dark=False)
    heading.ensurePolished()
    assert text_font(widget).pointSizeF() == pytest.approx(20)
    assert text_font(widget, TextSize.SMALL).pointSizeF() == pytest.approx(17.7)
    assert heading.font().pointSizeF() == pytest.approx(30.8, abs=0.1)


def test_text_is_never_smaller_than_the_design(app: QApplication) -> None:
    font = app.font()
    font.setPointSizeF(7)
    app.setFont(font)
    apply_theme(app, dark=False)
    assert app.font().pointSizeF() == 9.75


def test_figures_are_tabular(app: QApplication) -> None:
    apply_theme(app, dark=False)
    assert [bytes(tag.toString()).decode() for tag in app.font().featureTags()] == ["tnum"]


def test_the_style_sheet_is_filled_in_whole() -> None:
    for colours in (LIGHT, DARK):
        sheet = make_style_sheet(colours, 10)
        assert "%(" not in sheet
        assert colours.accent in sheet
        assert sheet.count("{") == sheet.count("}") > 20
