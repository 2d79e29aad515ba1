"""Attaching files to the decision on the desk, and taking them away. What that does to the library is a job's."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from mcassess.jobs import attaching
from mcassess.store.changes import ChangeSet
from mcassess.store.library import Library
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.right_side import RightSide


class Attaching(QObject):
    """Connects the files below the letter with the library; a file is read and encrypted in the background."""

    def __init__(self, presenter: DeskPresenter, right: RightSide, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._right = right
        files = right.feedback.files
        files.given.connect(self.attach)
        files.copy_wanted.connect(self.attach_copy)
        files.removed.connect(self.detach)
        presenter.attached_changed.connect(self._show)

    def attach(self, path: str) -> None:
        """Attaches a file of the assessor's own."""
        self._run(lambda library, key: attaching.attach(library, key, Path(path)))

    def attach_copy(self, evidence: str) -> None:
        """Attaches a copy of a piece of evidence with what is marked on it."""
        self._run(lambda library, key: attaching.attach_annotated(library, key, evidence))

    def detach(self, name: str) -> None:
        """Takes a file away."""
        contents, library = self._presenter.contents, self._presenter.library
        if contents is not None:
            key = contents.stored.key
            self._presenter.write(lambda: attaching.detach(library, key, name))

    def _run(self, job: Callable[[Library, int], ChangeSet]) -> None:
        contents, library = self._presenter.contents, self._presenter.library
        if contents is None:
            return
        key, files = contents.stored.key, self._right.feedback.files
        files.show_busy(busy=True)
        self._presenter.write(lambda: job(library, key), over=lambda: files.show_busy(busy=False))

    def _show(self) -> None:
        contents = self._presenter.contents
        if contents is not None:
            self._right.show_files(contents)
