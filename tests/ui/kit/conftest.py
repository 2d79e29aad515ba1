"""The kit's tests run under the light theme, in windows that go away with them."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from mcassess.ui.theme.style import apply_theme

Shown = TypeVar("Shown", bound=QWidget)


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    apply_theme(qapp, dark=False)


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[Shown], Shown]:
    """Shows a widget as an active window that goes away with the test."""

    kept: list[QWidget] = []  # qtbot holds its widgets weakly

    def shown(widget: Shown) -> Shown:
        kept.append(widget)
        qtbot.addWidget(widget)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        widget.clearFocus()
        return widget

    return shown
