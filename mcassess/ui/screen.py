"""What the window asks of each of its screens."""

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutHelp:
    """One line of the overview of keys: what is pressed, and what it does (translated)."""

    keys: tuple[str, ...]
    text: str


class Screen(QWidget):
    """A place that the rail leads to."""

    def activated(self) -> None:
        """Is called when it comes into sight."""

    def deactivated(self) -> None:
        """Is called when it goes out of sight, and before the window closes; what was typed is recorded now."""

    def shortcuts(self) -> list[ShortcutHelp]:
        """Returns its keys, for the overview."""
        return []
