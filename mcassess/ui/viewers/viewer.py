"""What every viewer is: how evidence is handed to it, what it tells, and its states. Shows no evidence itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from mcassess.domain.citation import Place
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence
from mcassess.errors import McassessError
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader
from mcassess.store.evidence import FileRow
from mcassess.texts import tr
from mcassess.ui.kind_icon import kind_icon
from mcassess.ui.kit.buttons import Button
from mcassess.ui.kit.labels import make_label
from mcassess.ui.kit.states import EmptyState, ErrorState, LoadingState
from mcassess.ui.viewers.file_states import missing_sentence

_HOPELESS = frozenset({"broken", "empty", "unsupported", "no_pages", "password", "not_text", "too_big", "unplayable"})
_WAY_WIDTH = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSource:
    """A piece of evidence and the way to its bytes.

    Attributes:
        attempt: The attempt that it belongs to.
        open_reader: Opens its file; called off the window's thread, and raises ``McassessError`` where it cannot.
        open_captions: Opens the captions that belong to it; None where there are none here.
        state: Where its file stands on this laptop; None for what has no file.
        try_again: Called before it is opened again on the person's word.
        password: Finds the password that the library keeps for it; called off the window's thread.
        may_leave: Whether it may be opened by another program, outside the library.
        beside: All pieces of its kind that may be shown together with it, itself among them.
    """

    evidence: Evidence
    attempt: int
    open_reader: Callable[[], Reader]
    open_captions: Callable[[], Reader] | None = None
    state: FileRow | None = None
    try_again: Callable[[], None] = lambda: None
    password: Callable[[], str | None] | None = None
    may_leave: bool = False
    beside: "tuple[EvidenceSource, ...]" = ()


class Viewer(QWidget):
    """Shows one piece of evidence at a time, or one sentence why it cannot.

    Attributes:
        place_changed: Emits the Place now in hand.
        seen: Emits what was newly seen: ``{"ranges": [[from_ms, to_ms]], "pages": [number]}``.
        problem: Emits the one sentence that is shown in place where evidence cannot be opened.
        elsewhere_wanted: It is to be opened by another program.
    """

    place_changed = Signal(object)
    seen = Signal(object)
    problem = Signal(str)
    elsewhere_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: EvidenceSource | None = None
        self._wanted_place: Place | None = None
        self._stack = QStackedLayout(self)
        self._content: QWidget | None = None
        self._loading = LoadingState(parent=self)
        self._stack.addWidget(self._loading)
        self._statement: QWidget | None = None

    def open(self, source: EvidenceSource, place: Place | None = None) -> None:
        """Closes what was open and begins to open ``source``; ``place`` is gone to as soon as it is there."""
        self.close_evidence()
        self._source, self._wanted_place = source, place
        sentence = missing_sentence(source.evidence, source.state)
        if sentence:
            self._state(centred(EmptyState(kind_icon(source.evidence.kind), sentence)))
        else:
            self._begin(source, place)

    def show_place(self, place: Place) -> None:
        """Goes to a place in what is open, and shows where it is."""
        raise NotImplementedError

    def current_place(self) -> Place:
        """Returns the place in hand: what would be cited now."""
        raise NotImplementedError

    def close_evidence(self) -> None:
        """Stops what plays and closes what is open; tells before what was seen of it."""
        if self._source is not None:
            self._end()
            self._source = None

    def _begin(self, source: EvidenceSource, place: Place | None) -> None:
        """Opens evidence that is here; the kind of viewer knows how."""
        raise NotImplementedError

    def _end(self) -> None:
        """Closes what ``_begin`` opened; may find nothing to close."""
        raise NotImplementedError

    def _set_content(self, content: QWidget) -> None:
        self._content = content
        self._stack.addWidget(content)

    def _show_content(self) -> None:
        if self._content is not None:
            self._stack.setCurrentWidget(self._content)
            self._drop_statement()

    def _show_loading(self) -> None:
        self._stack.setCurrentWidget(self._loading)
        self._drop_statement()

    def _state(self, statement: QWidget) -> None:
        """Shows a statement in place of the content."""
        self._drop_statement()
        self._statement = statement
        self._stack.addWidget(statement)
        self._stack.setCurrentWidget(statement)

    def _fail(self, error: McassessError) -> None:
        """Shows why evidence cannot be opened, with a way to try again where that may help."""
        can_retry = not (isinstance(error, EvidenceError) and error.code in _HOPELESS)
        statement = ErrorState(error.text, can_retry=can_retry)
        statement.acted.connect(self._retry)
        self._state(self._with_way_out(centred(statement)))
        self.problem.emit(error.text)

    def _with_way_out(self, statement: QWidget) -> QWidget:
        """Adds a way to open the evidence elsewhere, or says that the programme lets none of it leave the library."""
        source = self._source
        if source is None or source.evidence.content is None:
            return statement
        way: QLabel | Button
        if source.may_leave:
            way = Button(tr("Open elsewhere…"), icon="external")
            way.clicked.connect(self.elsewhere_wanted)
        else:
            text = tr("This programme keeps evidence in the library, so it cannot be opened elsewhere.")
            way = make_label(text, "small", wrap=True)
            way.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            way.setFixedWidth(_WAY_WIDTH)
        place = QWidget()
        column = QVBoxLayout(place)
        column.addStretch(1)
        column.addWidget(statement)
        column.addWidget(centred(way))
        column.addStretch(1)
        return place

    def _retry(self) -> None:
        source = self._source
        if source is not None:
            source.try_again()
            self.open(source, self._wanted_place)

    def _drop_statement(self) -> None:
        statement, self._statement = self._statement, None
        if statement is not None:
            self._stack.removeWidget(statement)
            statement.hide()
            statement.deleteLater()


def centred(statement: QWidget) -> QWidget:
    """Returns a widget that shows a statement in its middle, no wider than it wants to be.

    In a wider place, Qt would give its wrapped sentence only the height of the fewer lines that this width needs.
    """
    place = QWidget()
    row = QHBoxLayout(place)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(statement)
    row.addStretch(1)
    return place


class ViewerFactory(Protocol):
    """Where viewers come from; the program's own is in factory.py."""

    def viewer(self, kind: EvidenceKind) -> Viewer:
        """Returns a new viewer for evidence of a kind."""
        ...
