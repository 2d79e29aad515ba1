"""What a file is and whether it opens, plays and sounds, told on arrival. Raises nothing for what is wrong with it."""

import time
from dataclasses import dataclass, field

from mcassess.evidence.errors import EvidenceError, damaged
from mcassess.evidence.images import open_image
from mcassess.evidence.kinds import FileKind, kind_of
from mcassess.evidence.pages import PageDocument
from mcassess.evidence.reader import Reader, ReaderView, SharedReader
from mcassess.evidence.stills import VideoStills
from mcassess.evidence.text import open_text
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

CHECK_SECONDS = 10.0
_RESERVED_SECONDS = 0.5  # for ending a child and telling the result
_LISTEN_SECONDS = 2.0
_SILENT = 0.003
_MISSING_END_MS = 2000
_THUMBNAIL_PIXELS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a file.

    Attributes:
        code: One stable word for programs.
        text: One sentence for people.
    """

    code: str
    text: str


@dataclass(slots=True, kw_only=True)
class Findings:
    """What was found out about a file.

    Attributes:
        kind: ``video``, ``sound``, ``document``, ``image``, ``text`` or ``unknown``.
        opens: Whether it can be shown at all.
        plays: Whether its pictures or its sound can be decoded; None for what does not play.
        sound: Whether there is sound; None for what has none by nature.
        duration_ms: Stated length in milliseconds; None for what does not play.
        pages: Number of pages; None for what has none.
        problems: What is wrong, the gravest first.
    """

    kind: str
    opens: bool = False
    plays: bool | None = None
    sound: bool | None = None
    duration_ms: int | None = None
    pages: int | None = None
    problems: list[Problem] = field(default_factory=list)


class Preflight:
    """Checks files one after the other, in child processes that it keeps until ``close``.

    Args:
        seconds: Time limit for each file.
    """

    def __init__(self, seconds: float = CHECK_SECONDS) -> None:
        self._seconds = seconds
        self._pages = Worker("pages")
        self._stills = Worker("stills")

    def check(self, reader: Reader, name: str = "") -> Findings:
        """Returns what ``reader`` holds and what is wrong with it; it stays open.

        Args:
            reader: The file.
            name: Its name, for its ending only; may be empty.
        """
        until = time.monotonic() + self._seconds - _RESERVED_SECONDS
        view = SharedReader(reader).view()
        try:
            kind = kind_of(view, name)
        except Exception as error:  # noqa: BLE001 - whatever a reader raises means damage
            return Findings(kind="unknown", problems=[_problem(damaged(error))])
        findings = Findings(kind=_word(kind))
        try:
            if kind is FileKind.MEDIA:
                self._check_media(findings, view, until)
            elif kind is FileKind.IMAGE:
                open_image(view, most=_THUMBNAIL_PIXELS, seconds=_left(until), worker=self._stills)
            elif kind is FileKind.TEXT:
                open_text(view)
            else:
                self._check_document(findings, view, name, until)
            findings.opens = True
        except EvidenceError as error:
            findings.problems.insert(0, _problem(error))
        except Exception as error:  # noqa: BLE001 - text is read here, and whatever a reader raises means damage
            findings.problems.insert(0, _problem(damaged(error)))
        return findings

    def close(self) -> None:
        """Ends the children."""
        self._pages.close()
        self._stills.close()

    def _check_document(self, findings: Findings, view: ReaderView, name: str, until: float) -> None:
        document = PageDocument(view, name, open_seconds=_left(until), worker=self._pages)
        findings.pages = document.page_count
        document.page_seconds = _left(until)
        document.render(0, 0.2)
        if document.repaired:
            text = tr("The document was broken and has been mended as far as possible: parts of it may be missing.")
            findings.problems.append(Problem(code="mended", text=text))

    def _check_media(self, findings: Findings, view: ReaderView, until: float) -> None:
        findings.plays = False
        stills = VideoStills(view, seconds=_left(until), worker=self._stills)
        facts = stills.facts
        findings.kind = "video" if facts.has_picture else "sound"
        findings.sound, findings.duration_ms = facts.has_sound, facts.duration_ms
        if facts.has_picture:
            stills.seconds = _left(until)
            stills.at(0, _THUMBNAIL_PIXELS)
            findings.plays = True
        try:
            self._check_sound(findings, stills, until)
            if facts.has_picture:
                self._check_whole(findings, stills, until)
        except EvidenceError as error:
            if error.code != "too_slow" or not findings.plays:
                raise
            text = tr("The video opens, but could not be looked through in the time allowed.")
            findings.problems.append(Problem(code="too_slow", text=text))

    def _check_sound(self, findings: Findings, stills: VideoStills, until: float) -> None:
        if not findings.sound:
            findings.problems.append(Problem(code="no_sound", text=tr("The video has no sound.")))
            return
        stills.seconds = _left(until)
        peak = stills.loudness(min(_LISTEN_SECONDS, _left(until) / 2))
        if peak is None:
            findings.sound = False
            findings.problems.append(Problem(code="no_sound", text=tr("The sound of the file cannot be played.")))
        elif peak < _SILENT:
            findings.problems.append(
                Problem(code="silent", text=tr("The file has a sound track, but nothing is heard."))
            )
        if not stills.facts.has_picture:
            findings.plays = peak is not None

    def _check_whole(self, findings: Findings, stills: VideoStills, until: float) -> None:
        duration_ms = stills.facts.duration_ms
        stills.seconds = _left(until)
        stills.at(duration_ms // 2, _THUMBNAIL_PIXELS)
        stills.seconds = _left(until)
        last = stills.at(duration_ms, _THUMBNAIL_PIXELS)
        if last.time_ms < duration_ms - max(_MISSING_END_MS, duration_ms // 50):
            text = tr("The video is cut off: it says it is {stated} long, but its pictures end at {end}.")
            text = text.format(stated=_clock(duration_ms), end=_clock(last.time_ms))
            findings.problems.append(Problem(code="cut_off", text=text))
        elif last.broken_packets:
            text = tr("Parts of the video are broken: pictures may be missing or disturbed.")
            findings.problems.append(Problem(code="broken_parts", text=text))


def check(reader: Reader, name: str = "", seconds: float = CHECK_SECONDS) -> Findings:
    """Checks one file, see ``Preflight.check``."""
    preflight = Preflight(seconds)
    try:
        return preflight.check(reader, name)
    finally:
        preflight.close()


def _left(until: float) -> float:
    return max(0.1, until - time.monotonic())


def _problem(error: EvidenceError) -> Problem:
    return Problem(code=error.code, text=error.text)


def _word(kind: FileKind) -> str:
    if kind.is_document or kind in {FileKind.OFFICE, FileKind.LOCKED_OFFICE}:
        return "document"
    return {FileKind.MEDIA: "video", FileKind.IMAGE: "image", FileKind.TEXT: "text"}.get(kind, "unknown")


def _clock(time_ms: int) -> str:
    seconds = time_ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
