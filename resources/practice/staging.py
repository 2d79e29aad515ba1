"""Sets a play on its stage: from beats, a sound track and a cast to the pictures of a film."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from figures import Pen, Person, Pose, draw_person
from film import Recipe
from PIL import Image
from rooms import room
from speech import Beat, Track


@dataclass(frozen=True, slots=True)
class Mark:
    """Where somebody sits or stands in a scene, in stage units."""

    who: str
    x: float
    y: float
    size: float
    back: bool = False
    stand: bool = False


SCENES: dict[str, tuple[Mark, ...]] = {
    "title": (),
    "circle": (
        Mark("S2", 550, 590, 0.80), Mark("S3", 1140, 590, 0.80), Mark("T", 930, 586, 0.90),
        Mark("S1", 270, 660, 0.90), Mark("S4", 1330, 660, 0.90),
        Mark("S5", 330, 830, 1.0, back=True), Mark("S8", 1270, 830, 1.0, back=True),
        Mark("S6", 640, 890, 1.06, back=True), Mark("S7", 960, 890, 1.06, back=True),
    ),
    "board": (
        Mark("T", 1330, 820, 1.15, stand=True),
        Mark("S5", 250, 930, 1.1, back=True), Mark("S6", 560, 950, 1.1, back=True),
        Mark("S7", 860, 950, 1.1, back=True), Mark("S8", 1120, 930, 1.1, back=True),
    ),
    "pairs": (
        Mark("S1", 330, 760, 1.3), Mark("S2", 610, 770, 1.3), Mark("S3", 1010, 770, 1.3), Mark("S4", 1290, 760, 1.3),
    ),
    "close": (Mark("S3", 600, 960, 2.0), Mark("S4", 1030, 980, 1.95)),
    "phone": (Mark("S3", 692, 770, 0.98), Mark("S4", 912, 775, 0.98)),
    "tables": (
        Mark("T", 1060, 600, 0.95, stand=True), Mark("S1", 220, 660, 0.95), Mark("S2", 480, 660, 0.95),
        Mark("S3", 760, 660, 0.95), Mark("S4", 1300, 660, 0.95),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """All that a film needs: who plays, what happens, when it sounds, and the time on the wall at the start."""

    cast: dict[str, Person]
    beats: list[Beat]
    track: Track
    starts_at: int
    holder: str = "#d98b4a"


def pictures(play: Play, recipe: Recipe) -> Iterator[Image.Image]:
    """The film's frames drawn finer than the film is, from the first to the end of the sound."""
    wide = recipe.height * 16 / 9 if recipe.upright else recipe.width
    size = (round(wide * recipe.finer), round(recipe.height * recipe.finer))
    kept: tuple[object, Image.Image] | None = None
    for number in range(math.ceil(play.track.seconds * recipe.fps)):
        at = number / recipe.fps
        index = _beat_at(play.track, at)
        scene, board = _setting(play.beats, index)
        key = (scene, board, play.starts_at + int(at // 60))
        if kept is None or kept[0] != key:
            kept = (key, room(*size, scene, board, play.starts_at + int(at // 60)))
        image = kept[1].copy()
        pen = Pen(image)
        for mark in SCENES[scene]:
            draw_person(pen, play.cast[mark.who], (mark.x, mark.y), mark.size, _pose(play, mark, index, at))
        if scene == "tables":
            _tables(pen)
        yield image


def _beat_at(track: Track, at: float) -> int:
    """The beat that is on, or the next one when none is."""
    return next((i for i, (_, end) in enumerate(track.times) if at < end), len(track.times) - 1)


def _setting(beats: list[Beat], index: int) -> tuple[str, tuple[str, ...]]:
    scene, board = "circle", ()
    for beat in beats[: index + 1]:
        scene = beat.scene or scene
        board = beat.board or board
    return scene, board


def _pose(play: Play, mark: Mark, index: int, at: float) -> Pose:
    beat, (start, end) = play.beats[index], play.track.times[index]
    on = start <= at < end
    own = sum(map(ord, mark.who)) * 0.37
    speaks = on and beat.who == mark.who and bool(beat.text)
    murmurs = on and beat.murmur and math.sin(at * 1.1 + own * 9) > 0
    mouth = 0.0
    if speaks:
        mouth = play.track.loudness(at)
    elif murmurs and mark.who != "T":
        mouth = 0.35 + 0.35 * math.sin(at * 17 + own)
    raised = 0.0
    if on and mark.who in beat.hands:
        raised = min(1.0, (at - start) * 2.2, (end - at) * 3.0)
    wave = 0.30 + 0.16 * math.sin((at - start) * 2.6) if speaks and mark.who == "T" else 0.0
    small = 0.14 + 0.08 * math.sin(at * 3 + own) if (speaks or murmurs) and mark.who != "T" else 0.0
    steps = round(math.sin(at * 0.55 + own * 5) * 4) / 4
    return Pose(
        left=max(wave, small * 0.7), right=max(raised, small, wave * 0.7), mouth=max(0.0, mouth),
        shut=(at * 1.0 + own * 3) % 4.3 < 0.14, look=_look(mark, beat, on=on), tilt=steps,
        back=mark.back, stand=mark.stand, holds=play.holder if speaks and mark.who != "T" else "",
    )  # fmt: skip


def _look(mark: Mark, beat: Beat, *, on: bool) -> float:
    if on and beat.murmur:
        return {"S1": 0.7, "S2": -0.7, "S3": 0.7, "S4": -0.7}.get(mark.who, 0.0)
    others = {other.who: other for marks in SCENES.values() for other in marks if other.who == beat.who}
    if not beat.who or mark.who == beat.who or beat.who not in others:
        return 0.0
    away = others[beat.who].x - mark.x
    return max(-0.6, min(0.6, away / 500))


def _tables(pen: Pen) -> None:
    for x, wide in ((90, 520), (620, 400), (1130, 400)):
        pen.box((x + 30, 700), (30, 190), "#6f5236")
        pen.box((x + wide - 60, 700), (30, 190), "#6f5236")
        pen.box((x, 620), (wide, 92), "#caa372", 14)
        pen.box((x, 696), (wide, 22), "#a9835a", 6)
        for sheet in range(wide // 190):
            left = x + 60 + sheet * 200
            pen.shape([(left + 10, 640), (left + 120, 640), (left + 136, 684), (left, 684)], "#fbfaf4")
