"""Where the program's viewers come from, and what they share: players and threads. Loads each kind when needed."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from mcassess.domain.kinds import EvidenceKind
from mcassess.ui.viewers.background import Background
from mcassess.ui.viewers.player_pool import PlayerPool
from mcassess.ui.viewers.spare_workers import SpareWorkers
from mcassess.ui.viewers.viewer import Viewer


def open_in_browser(address: str) -> None:
    """Shows an address in the system's browser."""
    QDesktopServices.openUrl(QUrl(address))


class ViewerFactory:
    """Makes viewers, and ends what they leave running.

    Args:
        audio_output: Name of libVLC's sound output, ``dummy`` where nothing must be heard; None lets it choose.
        open_address: Shows an address in the system's browser.
    """

    def __init__(
        self, audio_output: str | None = None, *, open_address: Callable[[str], object] = open_in_browser
    ) -> None:
        self._open_address = open_address
        self._background = Background()
        self._players = PlayerPool(audio_output)
        self._page_workers = SpareWorkers("pages", self._background.run)
        self._made: list[Viewer] = []

    def warm_up(self) -> None:
        """Loads in the background what the first video and document need; to be called after the first picture."""
        self._background.run(self._players.warm_up)
        self._page_workers.prepare()

    def viewer(self, kind: EvidenceKind) -> Viewer:
        """Returns a new viewer for evidence of a kind; it belongs to whoever puts it into a window."""
        viewer = self._make(kind)
        self._made = [each for each in self._made if shiboken6.isValid(each)]
        self._made.append(viewer)
        return viewer

    def close(self) -> None:
        """Closes what is open in every viewer, and ends players, threads and child processes."""
        for viewer in self._made:
            if shiboken6.isValid(viewer):
                viewer.close_evidence()
        self._made.clear()
        self._players.close()
        self._page_workers.close()
        self._background.close()

    def _make(self, kind: EvidenceKind) -> Viewer:
        # imported here: decoders and page drawing are not needed for the first picture of the program
        match kind:
            case EvidenceKind.VIDEO | EvidenceKind.AUDIO:
                from mcassess.ui.viewers.video import VideoViewer  # noqa: PLC0415 - see above

                return VideoViewer(self._players, self._background)
            case EvidenceKind.DOCUMENT:
                from mcassess.ui.viewers.pages import PagesViewer  # noqa: PLC0415 - see above

                return PagesViewer(self._background, self._page_workers)
            case EvidenceKind.IMAGE:
                from mcassess.ui.viewers.image import ImageViewer  # noqa: PLC0415 - see above

                return ImageViewer(self._background)
            case EvidenceKind.TEXT:
                from mcassess.ui.viewers.text import TextViewer  # noqa: PLC0415 - see above

                return TextViewer(self._background)
            case EvidenceKind.LINK:
                from mcassess.ui.viewers.link import LinkViewer  # noqa: PLC0415 - see above

                return LinkViewer(self._open_address)
