"""Moments on the desk: from the key, the list and the timeline to the review. Records by jobs; shows nothing."""

from PySide6.QtCore import QObject

from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Moment
from mcassess.jobs import moments
from mcassess.ui.desk.presenter import DeskPresenter
from mcassess.ui.desk.viewer_area import ViewerArea


class MomentKeeping(QObject):
    """Marks, names, moves and removes moments of the present attempt's videos and sounds."""

    def __init__(self, presenter: DeskPresenter, area: ViewerArea, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._area = area
        area.moments.renamed.connect(lambda moment, title: presenter.texts.typed(ChangeKind.MOMENT, moment, title))
        area.moments.left.connect(presenter.texts.flush)
        area.moments.removed.connect(self._remove)
        area.range_changed.connect(self._move)

    def mark(self) -> None:
        """Marks the moment that plays, or what lies between the in and out marks."""
        pane, contents = self._area.timed_pane, self._presenter.contents
        place, evidence = pane.place(), pane.evidence
        present = contents is not None and pane.attempt == contents.submission.attempt
        if present and evidence is not None and isinstance(place, Moment) and self._presenter.can_record():
            self._presenter.recorder.carry_out(lambda library, key: moments.mark(library, key, evidence.id, place))

    def _remove(self, identifier: str) -> None:
        if self._presenter.can_record():
            self._presenter.recorder.carry_out(lambda library, key: moments.remove(library, key, identifier))

    def _move(self, identifier: str, start_ms: int, end_ms: int) -> None:
        if self._presenter.can_record():
            self._presenter.recorder.carry_out(
                lambda library, key: moments.move_range(library, key, identifier, start_ms, end_ms)
            )
