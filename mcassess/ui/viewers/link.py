"""The viewer of links: shows the address, and opens it elsewhere when asked. Fetches nothing itself."""

from collections.abc import Callable
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcassess.domain.citation import Place, Whole
from mcassess.texts import tr
from mcassess.ui.kit.card import Card
from mcassess.ui.kit.labels import ElidedLabel
from mcassess.ui.kit.states import EmptyState
from mcassess.ui.theme.tokens import SPACES
from mcassess.ui.viewers.seen import seen_value
from mcassess.ui.viewers.viewer import EvidenceSource, Viewer, centred


class LinkViewer(Viewer):
    """Shows a link.

    Args:
        open_address: Shows an address in the system's browser.
        parent: The widget that owns it.
    """

    def __init__(self, open_address: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open_address = open_address

    def show_place(self, place: Place) -> None:
        """Nothing: a link has one place."""

    def current_place(self) -> Whole:
        """Returns the link as a whole."""
        return Whole()

    def _begin(self, source: EvidenceSource, place: Place | None) -> None:
        address = source.evidence.url or ""
        can_open = urlsplit(address).scheme in {"http", "https"}
        state = EmptyState(
            "link",
            tr("A link cannot be taken along, so it is not available offline.")
            if can_open
            else tr("This is not the address of a web page, so it cannot be opened from here."),
            tr("Open in the browser") if can_open else "",
        )
        state.acted.connect(lambda: self._open(address))
        shown = ElidedLabel(address, "strong", mode=Qt.TextElideMode.ElideMiddle)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        card = Card(padding=SPACES.page)
        card.body.addStretch(2)
        card.body.addWidget(shown)
        card.body.addWidget(centred(state))
        card.body.addStretch(3)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        self._state(page)
        self.place_changed.emit(self.current_place())

    def _end(self) -> None:
        """Nothing is open."""

    def _open(self, address: str) -> None:
        self._open_address(address)
        self.seen.emit(seen_value(pages=[1]))
