"""Reading a pack whole: from a folder or a zip to domain objects, or every fault named. Writes nothing."""

import json
import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mcassess.domain.rubric import Rubric
from mcassess.domain.submission import Content, EarlierAttempt, Evidence, MicroCredential, Submission
from mcassess.errors import WorldError
from mcassess.sync.pack_checks import DATE_FIELDS, Json, items, label, pack_faults, shape_of, text_of
from mcassess.sync.pack_files import FileFaultError, PackFiles, blocks, digest_file, open_files
from mcassess.sync.pack_models import PackDocument, PackEarlier, PackEvidence, TrueScore
from mcassess.texts import tr, tr_n

FORMAT = "mcassess-pack"
VERSION = 1
MANIFEST = "pack.json"
MAX_MANIFEST_BYTES = 64 << 20

_SHOWN_FAULTS = 30
_MEDIA_TYPES = {
    ".m4v": "video/x-m4v",
    ".3gp": "video/3gpp",
    ".flv": "video/x-flv",
    ".wmv": "video/x-ms-wmv",
    ".asf": "video/x-ms-asf",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".m4a": "audio/mp4",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".md": "text/markdown",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
}


class PackError(WorldError):
    """A pack is wrong; nothing was changed.

    Attributes:
        faults: Every fault, a sentence each.
    """

    def __init__(self, path: Path, faults: list[str]) -> None:
        shown = [f"- {fault}" for fault in faults[:_SHOWN_FAULTS]]
        if (rest := len(faults) - _SHOWN_FAULTS) > 0:
            shown.append("- " + tr_n("and {rest} more", "and {rest} more", rest).format(rest=rest))
        head = tr_n(
            "The pack '{name}' has {count} fault, so nothing of it was loaded:",
            "The pack '{name}' has {count} faults, so nothing of it was loaded:",
            len(faults),
        ).format(name=path.name, count=len(faults))
        super().__init__("\n".join([head, *shown]))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemplar:
    """Evidence with agreed true scores and their reasons."""

    id: str
    microcredential: str
    title: str
    evidence: tuple[Evidence, ...]
    true_scores: dict[str, TrueScore]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack that was read and found right.

    Attributes:
        rubrics: One for each micro-credential, in their order.
        files: Name in the pack by SHA-256 (hexadecimal).
    """

    path: Path
    microcredentials: tuple[MicroCredential, ...]
    rubrics: tuple[Rubric, ...]
    submissions: tuple[Submission, ...]
    exemplars: tuple[Exemplar, ...]
    files: Mapping[str, str]

    @contextmanager
    def read_files(self) -> Iterator["PackReader"]:
        """Opens the pack's files for a while.

        Raises:
            PackError: The pack has gone, or a file cannot be read any more.
        """
        try:
            with open_files(self.path) as files:
                yield PackReader(self, files)
        except FileFaultError as error:
            raise PackError(self.path, [str(error)]) from error


class PackReader:
    """Reads the files of a pack by their digests."""

    def __init__(self, pack: Pack, files: PackFiles) -> None:
        self._pack = pack
        self._files = files

    def blocks(self, sha256: str) -> Iterator[bytes]:
        """Yields a file's bytes. They may differ from the digest if the file was altered meanwhile."""
        with self._files.open(self._pack.files[sha256]) as stream:
            yield from blocks(stream)


def read_pack(path: Path, known: Mapping[str, tuple[MicroCredential, Rubric]] | None = None) -> Pack:
    """Reads a pack whole, every file of it included.

    Args:
        path: A folder that holds ``pack.json``, or a zip of one.
        known: Micro-credentials, by id, that submissions may name although they do not stand in the pack.

    Raises:
        PackError: The pack is wrong somewhere.
    """
    known = known or {}
    try:
        with open_files(path) as files:
            document = _manifest(path, files)
            faults = list(files.faults)
            shapes = {identifier: shape_of(*pair) for identifier, pair in known.items()}
            faults += pack_faults(document, shapes)
            contents = _contents(document, files, faults)
    except FileFaultError as error:
        raise PackError(path, [str(error)]) from error
    except RecursionError:
        raise PackError(path, [tr("pack.json is nested too deeply")]) from None
    model = _model(document, faults)
    if faults or model is None:
        raise PackError(path, list(dict.fromkeys(faults)))
    try:
        return _pack(path, model, contents, known)
    except ValueError as error:
        raise PackError(path, [str(error)]) from error


def _manifest(path: Path, files: PackFiles) -> Json:
    try:
        with files.open(MANIFEST) as stream:
            data = b"".join(_bounded(blocks(stream)))
    except FileFaultError as error:
        raise PackError(path, [*files.faults, f"pack.json {error}"]) from error
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except ValueError as error:
        raise PackError(path, [tr("pack.json is not JSON: {reason}").format(reason=error)]) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise PackError(path, [tr("pack.json does not say that its format is '{format}'").format(format=FORMAT)])
    if document.get("version") != VERSION or isinstance(document.get("version"), bool):
        raise PackError(
            path,
            [tr("its version is {found}, and only {known} can be read").format(found=document.get("version"), known=1)],
        )
    return document


def _bounded(found: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for block in found:
        size += len(block)
        if size > MAX_MANIFEST_BYTES:
            raise FileFaultError(tr("is larger than {limit} MiB").format(limit=MAX_MANIFEST_BYTES >> 20))
        yield block


def _contents(document: Json, files: PackFiles, faults: list[str]) -> dict[str, Content]:
    found: dict[str, Content | str] = {}
    for where, kind, name in _file_names(document):
        if name not in found:
            try:
                sha256, size = digest_file(files, name)
                found[name] = Content(sha256=sha256, size=size, media_type=media_type(name, kind))
            except FileFaultError as error:
                found[name] = str(error)
        if isinstance(fault := found[name], str):
            faults.append(f"{where}: '{name}' {fault}")
    return {name: content for name, content in found.items() if isinstance(content, Content)}


def _file_names(document: Json) -> Iterator[tuple[str, str, str]]:
    for kind in ("submission", "exemplar"):
        for position, raw in items(document, kind + "s"):
            where = label(kind, raw, position)
            for holder in (raw, *(past for _, past in items(raw, "earlier"))):
                for number, piece in items(holder, "evidence"):
                    place = f"{where}: {label('evidence', piece, number)}"
                    if (name := text_of(piece, "file")) is not None:
                        yield place, text_of(piece, "kind") or "", name
                    if (name := text_of(piece, "captions")) is not None:
                        yield place, "captions", name


def media_type(name: str, kind: str) -> str:
    """Returns the media type that a file's name tells; where it tells none, the broadest one of its kind."""
    suffix = Path(name).suffix.lower()
    known = _MEDIA_TYPES.get(suffix) or mimetypes.types_map.get(suffix)
    return known or {"captions": "text/vtt", "text": "text/plain"}.get(kind, "application/octet-stream")


def _model(document: Json, faults: list[str]) -> PackDocument | None:
    try:
        return PackDocument.model_validate_json(json.dumps(document).encode(errors="replace"), strict=True)
    except ValidationError as error:
        # The checks in pack_checks.py say more about dates and award rules than the types can.
        faults += [
            f"{_place(document, fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
            if not (faults and (DATE_FIELDS.intersection(fault["loc"][-1:]) or "award_rule" in fault["loc"]))
        ]
    except (RecursionError, ValueError) as error:
        faults.append(str(error))
    return None


def _place(document: Json, location: tuple[int | str, ...]) -> str:
    if len(location) < 2 or not isinstance(location[1], int):
        return ".".join(map(str, location)) or MANIFEST
    kind = str(location[0]).removesuffix("s")
    raw: Any = document[location[0]][location[1]]
    rest = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location[2:]).lstrip(".")
    return f"{label(kind, raw, location[1])}: {rest}" if rest else label(kind, raw, location[1])


def _pack(
    path: Path, model: PackDocument, contents: dict[str, Content], known: Mapping[str, tuple[MicroCredential, Rubric]]
) -> Pack:
    microcredentials = tuple(
        MicroCredential(
            id=each.id, title=each.title, rubric=each.rubric.pin, stack=each.stack, policy=each.policy, slots=each.slots
        )
        for each in model.microcredentials
    )
    pins = {identifier: pair[1].pin for identifier, pair in known.items()}
    pins.update({each.id: each.rubric for each in microcredentials})
    return Pack(
        path=path,
        microcredentials=microcredentials,
        rubrics=tuple(each.rubric for each in model.microcredentials),
        submissions=tuple(
            Submission(
                id=each.id,
                microcredential=each.microcredential,
                educator=each.educator,
                rubric=pins[each.microcredential],
                attempt=each.attempt,
                submitted_at=each.submitted_at,
                due_at=each.due_at,
                evidence=_evidence(each.evidence, contents),
                earlier=tuple(_earlier(past, contents) for past in each.earlier),
            )
            for each in model.submissions
        ),
        exemplars=tuple(
            Exemplar(
                id=each.id,
                microcredential=each.microcredential,
                title=each.title,
                evidence=_evidence(each.evidence, contents),
                true_scores=each.true_scores,
            )
            for each in model.exemplars
        ),
        files={content.sha256: name for name, content in contents.items()},
    )


def _earlier(past: PackEarlier, contents: dict[str, Content]) -> EarlierAttempt:
    return EarlierAttempt(
        attempt=past.attempt,
        submitted_at=past.submitted_at,
        evidence=_evidence(past.evidence, contents),
        decision=past.decision,
    )


def _evidence(pieces: tuple[PackEvidence, ...], contents: dict[str, Content]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            id=piece.id,
            title=piece.title,
            kind=piece.kind,
            slot=piece.slot,
            content=None if piece.file is None else contents[piece.file],
            captions=None if piece.captions is None else contents[piece.captions],
            url=piece.url,
            text=piece.text,
            pointers=piece.pointers,
            consent=piece.consent,
            duration_ms=piece.duration_ms,
        )
        for piece in pieces
    )
