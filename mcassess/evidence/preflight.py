"""What a file is and whether it opens, plays and sounds, told on arrival. Raises nothing for what is wrong with it."""

import time
from dataclasses import replace
from typing import Any

from mcassess.domain.preflight import Findings, Problem
from mcassess.evidence import sentences
from mcassess.evidence.errors import EvidenceError, damaged
from mcassess.evidence.kinds import FileKind
from mcassess.evidence.pages import PageDocument
from mcassess.evidence.reader import Reader, ReaderView, SharedReader
from mcassess.evidence.story import reading_child
from mcassess.evidence.text import open_text
from mcassess.evidence.worker import Worker

CHECK_SECONDS = 10.0
_RESERVED_SECONDS = 0.5  # for ending a child and telling the result
_SURVEY_SECONDS = 4.0
_SMALL = 0.2
_PACKAGES = frozenset({FileKind.DOCX, FileKind.PPTX, FileKind.XLSX, FileKind.OPEN_DOCUMENT, FileKind.EPUB})


class Preflight:
    """Checks files one after the other, in child processes that it keeps until ``close``.

    Args:
        seconds: Time limit for each file.
        gentle: Whether the children let others go first, because nobody waits for them.
    """

    def __init__(self, seconds: float = CHECK_SECONDS, *, gentle: bool = False) -> None:
        self._seconds = seconds
        self._gentle = gentle
        self._workers = {kind: Worker(kind, gentle=gentle) for kind in ("preflight", "pages", "words")}
        self._reading: Worker | None = None
        self._closed = False

    def check(self, reader: Reader, name: str = "") -> Findings:
        """Returns what ``reader`` holds and what is wrong with it; it stays open.

        Args:
            reader: The file.
            name: Its name, for its ending, and for names of people in it; may be empty.
        """
        until = time.monotonic() + self._seconds - _RESERVED_SECONDS
        view = SharedReader(reader).view()
        named = sentences.named_in_file_name(name)
        try:
            kind = self._workers["preflight"].kind_of(view, name, _left(until))
        except EvidenceError as error:
            return Findings(kind="unknown", problems=(_problem(error), *named))
        findings = Findings(kind=_word(kind))
        try:
            findings = self._look(kind, view, name, until)
        except EvidenceError as error:
            plays = False if kind is FileKind.MEDIA else None
            findings = replace(findings, plays=plays, problems=(_problem(error),))
        except Exception as error:  # noqa: BLE001 - text is read here, and whatever a reader raises means damage
            findings = replace(findings, problems=(_problem(damaged(error)),))
        return replace(findings, problems=(*findings.problems, *named))

    def close(self) -> None:
        """Ends the children, in the middle of a check too."""
        self._closed = True
        for worker in (*self._workers.values(), self._reading):
            if worker is not None:
                worker.close()

    def _look(self, kind: FileKind, view: ReaderView, name: str, until: float) -> Findings:
        if kind is FileKind.MEDIA:
            seconds = min(_SURVEY_SECONDS, _left(until) / 2)
            return sentences.media_findings(self._ask("preflight", view, until, do="media", for_seconds=seconds))
        if kind is FileKind.IMAGE:
            return sentences.photo_findings(self._ask("preflight", view, until, do="photo"))
        if kind is FileKind.TEXT:
            text = open_text(view, worker=self._workers["words"])
            return Findings(kind="text", opens=True, words=len(text.split()))
        return self._document(kind, view, name, until)

    def _document(self, kind: FileKind, view: ReaderView, name: str, until: float) -> Findings:
        pages = self._workers["pages"]
        reading = self._reading = Worker(reading_child(kind), gentle=self._gentle)  # ends with the document
        if self._closed:  # asked only now: either this sees it, or closing sees the child
            reading.close()
        document = PageDocument(view, name, open_seconds=_left(until), worker=pages, converter=reading)
        document.page_seconds = _left(until)
        document.render(0, _SMALL)
        document.page_seconds = _left(until)
        words, who = document.survey(min(_SURVEY_SECONDS, _left(until) / 2))
        if kind in _PACKAGES:
            who = self._ask("preflight", view, until, do="package")["who"]
        return Findings(
            kind="document",
            opens=True,
            pages=document.page_count,
            words=words,
            problems=(*sentences.mended(repaired=document.repaired), *sentences.makers(who)),
        )

    def _ask(self, child: str, view: ReaderView, until: float, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        view.seek(0)
        message = self._workers[child].call({**request, "size": view.size}, _left(until), view)
        answer: dict[str, Any] = message.header["done"]
        return answer


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
