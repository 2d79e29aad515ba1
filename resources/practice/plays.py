"""Reads plays: text files of scenes, spoken lines and silences. README.md says how they are written."""

import re
from pathlib import Path

from speech import Beat

_SCENE = re.compile(r"\[(\w+)\]\s*(.*)")
_LINE = re.compile(r"([TS]\d?):\s+(.+)")
_SILENCE = re.compile(r"~(\d+(?:\.\d+)?)\s*(\*?)\s*((?:S\d\s*)*)(\(.+\))?")
_UNTIL = re.compile(r"@(\d\d):(\d\d)")


def read_play(path: Path) -> list[Beat]:
    """The beats of a play file; raises ValueError with the line that cannot be understood."""
    beats: list[Beat] = []
    scene, board = "", ()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if found := _SCENE.fullmatch(line):
            scene, board = found[1], tuple(part.strip() for part in found[2].split("|"))
            continue
        beat = _beat(line, scene, board)
        if beat is None:
            raise ValueError(f"{path.name}, line {number}: not a scene, a line, a silence or a time: {line!r}")
        beats.append(beat)
        scene, board = "", ()
    return beats


def _beat(line: str, scene: str, board: tuple[str, ...]) -> Beat | None:
    if found := _LINE.fullmatch(line):
        return Beat(who=found[1], text=found[2], scene=scene, board=board)
    if found := _UNTIL.fullmatch(line):
        return Beat(until=int(found[1]) * 60 + int(found[2]), scene=scene, board=board, after=0)
    if found := _SILENCE.fullmatch(line):
        return Beat(
            pause=float(found[1]), murmur=bool(found[2]), hands=tuple(found[3].split()), text=found[4] or "",
            scene=scene, board=board, after=0.2,
        )  # fmt: skip
    return None
