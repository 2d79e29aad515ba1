"""Choosing a file of the person's own, by the system's chooser. What is done with it is its owner's."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_file(parent: QWidget, title: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Opens the chooser beside what goes on, and calls back with the file; where none is chosen, with nothing.

    Where she looked is forgotten: Qt would write the folder down, and folders tell of people.

    Args:
        parent: The widget it belongs to.
        title: Of the chooser, translated.
        chosen: Takes the file.
    """
    chooser = QFileDialog(parent, title)
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chooser.setFileMode(QFileDialog.FileMode.ExistingFile)

    def finish() -> None:
        files = chooser.selectedFiles() if chooser.result() else []
        chooser.setHistory([])
        chooser.setDirectory(QDir.homePath())
        if files:
            chosen(Path(files[0]))

    chooser.finished.connect(finish)
    chooser.open()
    return chooser
