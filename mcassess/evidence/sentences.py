"""What a survey of a file means, in sentences for people. Pure: opens nothing."""

from collections.abc import Mapping
from typing import Any

from mcassess.domain.names import name_of_maker, names_in
from mcassess.domain.preflight import Findings, Problem
from mcassess.texts import tr

_SILENT = 0.003
_QUIET, _QUIET_DB = 0.05, -42.0
_MISSING_END_MS = 2000
_WHOLE = 0.995


def media_findings(survey: Mapping[str, Any]) -> Findings:
    """Returns the findings of a video or sound, from what ``media_survey`` has found."""
    has_picture, has_sound = bool(survey["has_picture"]), bool(survey["has_sound"])
    problems = [*_picture_problems(survey), *_sound_problems(survey)]
    if survey["ran_out"]:
        text = tr("The file opens and begins well. Whether it plays to its end is not known: looking takes too long.")
        problems.append(Problem(code="unfinished", text=text))
    elif survey["unheard"]:
        text = tr("The file opens. Whether its sound can be heard is not known: listening takes too long.")
        problems.append(Problem(code="unfinished", text=text))
    if survey["where"]:
        problems.append(_location(tr("The file says where it was recorded.")))
    return Findings(
        kind="video" if has_picture else "sound",
        opens=True,
        plays=bool(survey["plays"]),
        sound=None if survey["unheard"] else has_sound and survey["peak"] is not None,
        loudness_db=survey["loudness_db"],
        duration_ms=int(survey["duration_ms"]),
        width=int(survey["width"]) if has_picture else None,
        height=int(survey["height"]) if has_picture else None,
        problems=(*problems, *makers(survey["who"])),
    )


def photo_findings(survey: Mapping[str, Any]) -> Findings:
    """Returns the findings of a picture, from what ``photo_survey`` has found."""
    where = [_location(tr("The picture says where it was taken."))] if survey["where"] else []
    return Findings(
        kind="image",
        opens=True,
        width=survey["width"] or None,
        height=survey["height"] or None,
        problems=(*where, *makers(survey["who"])),
    )


def makers(who: Mapping[str, str]) -> tuple[Problem, ...]:
    """Returns what to say where the properties of a file name people; nothing where they name none."""
    named = [name for key, value in who.items() for name in (names_in(value) if key == "title" else _maker(value))]
    if not named:
        return ()
    text = tr("The file's properties name somebody: {names}.").format(names=", ".join(dict.fromkeys(named)))
    return (Problem(code="names", text=text),)


def named_in_file_name(name: str) -> tuple[Problem, ...]:
    """Returns what to say where a file's name looks like somebody's."""
    found = names_in(name)
    if not found:
        return ()
    text = tr("The file's name looks like somebody's: {names}.").format(names=", ".join(found))
    return (Problem(code="names", text=text),)


def mended(*, repaired: bool) -> tuple[Problem, ...]:
    """Returns what to say of a document that was mended on opening."""
    if not repaired:
        return ()
    text = tr("The document was broken and has been mended as far as possible: parts of it may be missing.")
    return (Problem(code="mended", text=text),)


def _picture_problems(survey: Mapping[str, Any]) -> list[Problem]:
    if not survey["has_picture"]:
        return []
    stated, ends = int(survey["duration_ms"]), survey["ends_ms"]
    if not survey["plays"]:
        text = tr("The video has no picture that can be shown: it is broken or cut off.")
        return [Problem(code="broken", text=text)]
    if ends is not None and ends < stated - max(_MISSING_END_MS, stated // 50):
        text = tr("The video is cut off: it says it is {stated} long, but its pictures end at {end}.")
        return [Problem(code="cut_off", text=text.format(stated=_clock(stated), end=_clock(ends)))]
    if survey["here"] is not None and survey["here"] < _WHOLE:
        text = tr("The file is cut off: only {percent} % of it came.")
        return [Problem(code="cut_off", text=text.format(percent=int(survey["here"] * 100)))]
    if survey["broken"]:
        text = tr("Parts of the video are broken: pictures may be missing or disturbed.")
        return [Problem(code="broken_parts", text=text)]
    return []


def _sound_problems(survey: Mapping[str, Any]) -> list[Problem]:
    peak, loudness = survey["peak"], survey["loudness_db"]
    if not survey["has_sound"]:
        return [Problem(code="no_sound", text=tr("The video has no sound."))]
    if survey["unheard"]:
        return []
    if peak is None:
        return [Problem(code="no_sound", text=tr("The sound of the file cannot be played."))]
    if peak < _SILENT:
        return [Problem(code="silent", text=tr("The file has a sound track, but nothing is heard."))]
    if peak < _QUIET and loudness < _QUIET_DB:
        return [Problem(code="quiet", text=tr("The sound is very quiet: it may be hard to hear what is said."))]
    return []


def _location(text: str) -> Problem:
    return Problem(code="location", text=text)


def _maker(value: str) -> tuple[str, ...]:
    name = name_of_maker(value)
    return (name,) if name else ()


def _clock(time_ms: int) -> str:
    seconds = time_ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
