"""The captions of the video that lies open: from the file that came with it, or from the track inside it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from mcassess.evidence.captions import Caption, open_captions, open_track_captions
from mcassess.evidence.reader import Reader
from mcassess.ui.viewers.background import Background, Job
from mcassess.ui.viewers.marks import captions_at
from mcassess.ui.viewers.viewer import EvidenceSource

OpenReader = Callable[[], Reader]


class CaptionTrack(QObject):
    """Reads captions in the background. A file of captions goes before a track inside the video.

    Signals:
        loaded: Captions have come.

    Attributes:
        wanted: Whether they are to be shown over the picture.
    """

    loaded = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job[tuple[Caption, ...]] | None = None
        self._source: EvidenceSource | None = None
        self._captions: tuple[Caption, ...] = ()
        self.wanted = True

    @property
    def captions(self) -> tuple[Caption, ...]:
        """All captions, in the order of their start."""
        return self._captions

    def open(self, source: EvidenceSource) -> None:
        """Begins to read the captions that came with a video."""
        self._source = source
        if source.open_captions is not None:
            self._read(source.open_captions, open_captions)

    def look_inside(self) -> None:
        """Reads the track inside the video, unless captions came with it."""
        if self._source is not None and self._source.open_captions is None:
            self._read(self._source.open_reader, open_track_captions)

    def close(self) -> None:
        """Forgets the captions."""
        if self._job is not None:
            self._job.cancel()
        self._job = self._source = None
        self._captions = ()

    def shown_at(self, at_ms: int) -> tuple[Caption, ...]:
        """Returns what is to be read at an instant; nothing while captions are switched off."""
        return captions_at(self._captions, at_ms) if self.wanted else ()

    def _read(self, open_reader: OpenReader, read: Callable[[Reader], tuple[Caption, ...]]) -> None:
        def work() -> tuple[Caption, ...]:
            reader = open_reader()
            try:
                return read(reader)
            finally:
                reader.close()

        self._job = self._background.run(work, self._take)

    def _take(self, captions: tuple[Caption, ...]) -> None:
        self._captions = captions
        self.loaded.emit()
