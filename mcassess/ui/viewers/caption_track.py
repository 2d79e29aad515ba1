"""The captions of the video that lies open: of the file that came with it, or of a track inside. Paints nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QLocale, QObject, Signal

from mcassess.errors import McassessError
from mcassess.evidence.captions import Caption, TextTrack, open_captions, open_track_captions, text_tracks
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader
from mcassess.texts import tr
from mcassess.ui.viewers.background import Background, Job
from mcassess.ui.viewers.marks import captions_at
from mcassess.ui.viewers.viewer import EvidenceSource

FILE = "file"
"""Id of the captions that came as a file beside the video; those inside it are called by their number."""

_Found = TypeVar("_Found")
_HIDDEN = "-"
_HOPELESS = frozenset({"no_captions", "empty", "not_text"})


class CaptionState(StrEnum):
    """How it stands with a video's captions."""

    NONE = "none"
    AWAITED = "awaited"
    READING = "reading"
    THERE = "there"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionChoice:
    """Captions that can be chosen.

    Attributes:
        name: Language and title, as people read them.
    """

    id: str
    name: str


class CaptionTrack(QObject):
    """Reads captions in the background. The file goes before tracks inside the video, unless others are chosen.

    Signals:
        changed: State, captions, choices or whether they are shown differ.
        chosen: The person chose: ``kept`` is another.

    Attributes:
        state: How it stands with them.
        captions: All captions of the track in hand, in the order of their start.
        choices: What can be chosen, the usual one first.
        shown: Whether they are shown over the picture.
        sentence: Why they cannot be read, while the state is ``FAILED``.
        can_retry: Whether reading them again may help then.
    """

    changed = Signal()
    chosen = Signal(str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job[tuple[Caption, ...]] | None = None
        self._looking: Job[tuple[TextTrack, ...]] | None = None
        self._source: EvidenceSource | None = None
        self._in_hand = ""
        self._wish = ""
        self.state = CaptionState.NONE
        self.captions: tuple[Caption, ...] = ()
        self.choices: tuple[CaptionChoice, ...] = ()
        self.shown = True
        self.sentence = ""
        self.can_retry = False

    @property
    def in_hand(self) -> str:
        """Id of the captions that are read or there; empty while there are none."""
        return self._in_hand

    @property
    def kept(self) -> str:
        """What ``restore`` takes to come back to this choice: the id, with a minus before it while they are hidden."""
        return ("" if self.shown else _HIDDEN) + self._in_hand

    def open(self, source: EvidenceSource) -> None:
        """Begins with the captions of another video; what is inside it, its player has to tell first."""
        self._source = source
        self.state = CaptionState.READING
        if source.open_captions is not None:
            self._offer_file()
        self.changed.emit()

    def look_inside(self, *, has_text: bool) -> None:
        """Looks for tracks inside the video, if there are any at all."""
        if self._source is None:
            return
        if has_text:
            opened = self._source.open_reader
            self._looking = self._background.run(
                lambda: _read(opened, text_tracks), self._offer_tracks, self._no_tracks
            )
        else:
            self._offer_tracks(())

    def take_arrived(self, source: EvidenceSource) -> None:
        """Takes the file of captions that has arrived since the video was opened."""
        if self._source is not None and self._source.open_captions is None and source.open_captions is not None:
            self._source = source
            self._offer_file()
            self.changed.emit()

    def close(self) -> None:
        """Forgets the captions, and what was chosen for this video."""
        for job in (self._job, self._looking):
            if job is not None:
                job.cancel()
        self._job = self._looking = self._source = None
        self._in_hand = self._wish = self.sentence = ""
        self.choices, self.captions, self.shown = (), (), True
        self.state = CaptionState.NONE
        self.changed.emit()

    def restore(self, kept: str) -> None:
        """Comes back to what was chosen before, as soon as it is there; nothing for an empty word."""
        if kept and kept != self.kept:
            self.shown = not kept.startswith(_HIDDEN)
            self._wish = kept.removeprefix(_HIDDEN)
            self._take_wished()
            self.changed.emit()

    def choose(self, identifier: str) -> None:
        """Takes other captions in hand, and shows them over the picture."""
        self.shown = True
        if identifier != self._in_hand:
            self._begin(identifier)
        self.changed.emit()
        self.chosen.emit(self.kept)

    def show(self, *, shown: bool) -> None:
        """Shows them over the picture, or no more; the transcript has them all the same."""
        self.shown = shown
        self.changed.emit()
        self.chosen.emit(self.kept)

    def step(self) -> None:
        """Goes from choice to choice, then hides them, then begins again."""
        order = [each.id for each in self.choices]
        if not order:
            return
        here = order.index(self._in_hand) if self._in_hand in order else -1
        if not self.shown:
            self.choose(order[0])
        elif here + 1 < len(order):
            self.choose(order[here + 1])
        else:
            self.show(shown=False)

    def retry(self) -> None:
        """Reads them once more."""
        if self._in_hand:
            self._begin(self._in_hand)
        else:
            self.state = CaptionState.READING
            self.look_inside(has_text=True)
        self.changed.emit()

    def shown_at(self, at_ms: int) -> tuple[Caption, ...]:
        """Returns what is to be read over the picture at an instant, in milliseconds."""
        return captions_at(self.captions, at_ms) if self.shown else ()

    def _offer_file(self) -> None:
        self.choices = (CaptionChoice(id=FILE, name=tr("Captions of the file")), *self.choices)
        if self._wish in ("", FILE) and self.state is not CaptionState.THERE:
            self._begin(FILE)

    def _offer_tracks(self, tracks: Sequence[TextTrack]) -> None:
        self.choices += tuple(CaptionChoice(id=str(track.number), name=track_name(track)) for track in tracks)
        if not self._take_wished() and not self._in_hand and self.choices:
            self._begin(self.choices[0].id)
        if not self.choices and self._source is not None:
            belongs = self._source.evidence.captions is not None
            self.state = CaptionState.AWAITED if belongs else CaptionState.NONE
        self.changed.emit()

    def _no_tracks(self, error: McassessError) -> None:
        if not self._in_hand:
            self._fail(error)

    def _take_wished(self) -> bool:
        """Begins to read what was wished, if it is there and not in hand already."""
        there = any(each.id == self._wish for each in self.choices)
        if there and self._wish != self._in_hand:
            self._begin(self._wish)
        return there

    def _begin(self, identifier: str) -> None:
        source = self._source
        if source is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._in_hand, self._wish = identifier, identifier
        self.captions, self.sentence, self.state = (), "", CaptionState.READING
        self._job = self._background.run(lambda: _captions_of(source, identifier), self._take, self._fail)

    def _take(self, captions: tuple[Caption, ...]) -> None:
        self.captions, self.state = captions, CaptionState.THERE
        self.changed.emit()

    def _fail(self, error: McassessError) -> None:
        self.state, self.sentence = CaptionState.FAILED, error.text
        self.can_retry = not (isinstance(error, EvidenceError) and error.code in _HOPELESS)
        self.changed.emit()


def track_name(track: TextTrack) -> str:
    """Returns what a track is called: its language and its title; or its number."""
    language = QLocale.codeToLanguage(track.language.partition("-")[0])
    known = language not in (QLocale.Language.AnyLanguage, QLocale.Language.C)
    spoken = QLocale.languageToString(language) if known else track.language
    named = [each for each in (spoken, track.title.strip()) if each]
    return " · ".join(named) or tr("Track {number}").format(number=track.number + 1)


def _captions_of(source: EvidenceSource, identifier: str) -> tuple[Caption, ...]:
    if identifier == FILE and source.open_captions is not None:
        return _read(source.open_captions, open_captions)
    return _read(source.open_reader, lambda reader: open_track_captions(reader, int(identifier)))


def _read(open_reader: Callable[[], Reader], read: Callable[[Reader], _Found]) -> _Found:
    reader = open_reader()
    try:
        return read(reader)
    finally:
        reader.close()
