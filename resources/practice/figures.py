"""Flat, warm figures drawn with a scaled pen. Nobody's likeness; knows no rooms and no times."""

import math
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

WIDE, HIGH = 1600, 900
"""The stage's own units, whatever size a film has."""

Point = tuple[float, float]


class Pen:
    """Draws in stage units on a picture of any size."""

    def __init__(self, image: Image.Image, wide: int = WIDE) -> None:
        self._draw = ImageDraw.Draw(image)
        self._scale = image.width / wide

    def _all(self, points: list[Point]) -> list[Point]:
        return [(x * self._scale, y * self._scale) for x, y in points]

    def oval(self, centre: Point, rx: float, ry: float, fill: str) -> None:
        """An ellipse round a centre."""
        (x, y) = centre
        self._draw.ellipse(self._all([(x - rx, y - ry), (x + rx, y + ry)]), fill=fill)

    def slice(self, centre: Point, radius: Point, angles: Point, fill: str) -> None:
        """A chord of an ellipse between two angles in degrees, clockwise from three o'clock."""
        (x, y), (rx, ry) = centre, radius
        self._draw.chord(self._all([(x - rx, y - ry), (x + rx, y + ry)]), angles[0], angles[1], fill=fill)

    def arc(self, centre: Point, radius: Point, angles: Point, fill: str, width: float) -> None:
        """A bow of an ellipse's outline."""
        (x, y), (rx, ry) = centre, radius
        thick = max(1, round(width * self._scale))
        self._draw.arc(self._all([(x - rx, y - ry), (x + rx, y + ry)]), angles[0], angles[1], fill=fill, width=thick)

    def box(self, corner: Point, size: Point, fill: str, round_by: float = 0, edge: str | None = None) -> None:
        """A rectangle from its upper left corner, perhaps with round corners and an edge."""
        (x, y), (w, h) = corner, size
        self._draw.rounded_rectangle(
            self._all([(x, y), (x + w, y + h)]), round_by * self._scale, fill=fill, outline=edge,
            width=max(1, round(4 * self._scale)) if edge else 0,
        )  # fmt: skip

    def shape(self, points: list[Point], fill: str) -> None:
        """A filled polygon."""
        self._draw.polygon(self._all(points), fill=fill)

    def path(self, points: list[Point], fill: str, width: float) -> None:
        """A thick line with round ends and joints."""
        placed = self._all(points)
        thick = max(1, round(width * self._scale))
        self._draw.line(placed, fill=fill, width=thick, joint="curve")
        for x, y in placed:
            half = thick / 2
            self._draw.ellipse([x - half, y - half, x + half, y + half], fill=fill)

    def text(
        self, place: Point, words: str, size: float, fill: str, *, bold: bool = False, middle: bool = False
    ) -> None:
        """Printed words; the place is their left, or centre, on the line's middle."""
        name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
        font = ImageFont.truetype(name, max(6, round(size * self._scale)))
        (spot,) = self._all([place])
        self._draw.text(spot, words, font=font, fill=fill, anchor="mm" if middle else "lm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """How somebody looks."""

    skin: str
    hair: str
    style: str
    top: str
    legs: str = "#4a5a78"
    adult: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """What somebody does just now; left and right are as the viewer sees them, 0 (rest) to 1 (raised)."""

    left: float = 0.0
    right: float = 0.0
    mouth: float = 0.0
    shut: bool = False
    look: float = 0.0
    tilt: float = 0.0
    back: bool = False
    stand: bool = False
    holds: str = ""


def draw_person(pen: Pen, who: Person, foot: Point, size: float, pose: Pose) -> None:
    """Draws a figure whose lowest point is at foot; size 1 is a seated child of 280 units."""
    x, y = foot
    s = size * (1.22 if who.adult else 1.0)
    hip = y - (150 * s if pose.stand else 34 * s)
    sway = pose.tilt * 9 * s
    _legs(pen, who, (x, y), hip, s, pose)
    shoulder = hip - 132 * s
    head = (x + sway + pose.look * 5 * s, shoulder - 66 * s)
    if pose.back:
        _arm(pen, who, (x + sway, shoulder), -1, s, pose)
        _arm(pen, who, (x + sway, shoulder), 1, s, pose)
    else:
        _hair_behind(pen, who, head, s)
    _torso(pen, who, (x, sway), (hip, shoulder), s)
    pen.box((x + sway - 17 * s, shoulder - 22 * s), (34 * s, 40 * s), _shade(who.skin, 0.9), 12 * s)
    if pose.back:
        _head_behind(pen, who, head, s)
        return
    _head(pen, who, head, s, pose)
    _arm(pen, who, (x + sway, shoulder), -1, s, pose)
    _arm(pen, who, (x + sway, shoulder), 1, s, pose)


def _legs(pen: Pen, who: Person, foot: Point, hip: float, s: float, pose: Pose) -> None:
    x, y = foot
    if pose.stand:
        for side in (-1, 1):
            pen.path([(x + side * 24 * s, hip), (x + side * 27 * s, y - 14 * s)], who.legs, 42 * s)
            pen.oval((x + side * 33 * s, y - 8 * s), 30 * s, 13 * s, "#3b322c")
        return
    pen.oval((x, y - 4 * s), 104 * s, 15 * s, "#8f7350")
    pen.path([(x - 78 * s, y - 24 * s), (x, y - 34 * s), (x + 78 * s, y - 24 * s)], who.legs, 42 * s)
    pen.oval((x - 44 * s, y - 13 * s), 26 * s, 13 * s, "#3b322c")
    pen.oval((x + 44 * s, y - 13 * s), 26 * s, 13 * s, "#3b322c")


def _torso(pen: Pen, who: Person, across: Point, along: Point, s: float) -> None:
    (x, sway), (hip, shoulder) = across, along
    pen.shape(
        [(x - 60 * s, hip + 12 * s), (x + 60 * s, hip + 12 * s), (x + sway + 52 * s, shoulder + 22 * s),
         (x + sway - 52 * s, shoulder + 22 * s)],
        who.top,
    )  # fmt: skip
    pen.box((x + sway - 58 * s, shoulder), (116 * s, 70 * s), who.top, 34 * s)
    pen.box((x - 62 * s, hip - 18 * s), (124 * s, 36 * s), who.top, 16 * s)


def _arm(pen: Pen, who: Person, neck: Point, side: int, s: float, pose: Pose) -> None:
    lift = pose.left if side < 0 else pose.right
    x, y = neck[0] + side * 50 * s, neck[1] + 28 * s
    upper = math.radians(78 - 138 * lift)
    elbow = (x + side * math.cos(upper) * (44 + 8 * lift) * s, y + math.sin(upper) * 62 * s)
    lower = math.radians((100 if pose.stand else 112) - 192 * lift)
    inward = max(0.0, 1 - 1.6 * lift) * (0.2 if pose.stand else 0.9)
    hand = (elbow[0] + side * (math.cos(lower) * 20 - inward * 26) * s, elbow[1] + math.sin(lower) * 62 * s)
    pen.path([(x, y), elbow], _shade(who.top, 0.9), 34 * s)
    pen.path([elbow, hand], who.skin, 25 * s)
    pen.oval(hand, 16 * s, 16 * s, who.skin)
    if pose.holds and side == 1:
        pen.oval((hand[0], hand[1] - 14 * s), 24 * s, 24 * s, pose.holds)
        pen.arc((hand[0], hand[1] - 14 * s), (15 * s, 24 * s), (90, 270), "#ffffff", 3 * s)


def _head(pen: Pen, who: Person, centre: Point, s: float, pose: Pose) -> None:
    x, y = centre
    for side in (-1, 1) if who.style != "scarf" else ():
        pen.oval((x + side * 53 * s, y + 4 * s), 10 * s, 14 * s, _shade(who.skin, 0.92))
    pen.oval(centre, 54 * s, 59 * s, who.skin)
    look = pose.look * 12 * s
    for side in (-1, 1):
        eye = (x + look + side * 21 * s, y + 2 * s)
        pen.oval((eye[0] + side * 9 * s, y + 24 * s), 11 * s, 7 * s, _blend(who.skin, "#e07a6a", 0.28))
        if pose.shut:
            pen.arc(eye, (7 * s, 5 * s), (0, 180), "#33261f", 3.2 * s)
        else:
            pen.oval(eye, 5.5 * s, 7.5 * s, "#33261f")
        pen.arc((eye[0], y - 12 * s), (11 * s, 7 * s), (205, 335), _shade(who.hair, 0.8), 3.5 * s)
    pen.arc((x + look, y + 14 * s), (6 * s, 5 * s), (20, 160), _shade(who.skin, 0.76), 3 * s)
    if pose.mouth > 0.12:
        pen.oval((x + look, y + 34 * s), 12 * s, (3 + 11 * pose.mouth) * s, "#7c2f2c")
    else:
        pen.arc((x + look, y + 26 * s), (16 * s, 11 * s), (25, 155), "#7c2f2c", 4 * s)
    _hair_front(pen, who, centre, s)


def _hair_behind(pen: Pen, who: Person, centre: Point, s: float) -> None:
    x, y = centre
    if who.style == "long":
        pen.box((x - 66 * s, y - 50 * s), (132 * s, 150 * s), who.hair, 56 * s)
    elif who.style == "scarf":
        pen.box((x - 70 * s, y - 62 * s), (140 * s, 170 * s), who.hair, 62 * s)
    elif who.style == "bunches":
        for side in (-1, 1):
            pen.oval((x + side * 68 * s, y - 24 * s), 30 * s, 30 * s, who.hair)
    elif who.style == "bun":
        pen.oval((x, y - 70 * s), 30 * s, 26 * s, who.hair)
    elif who.style == "curls":
        for turn in range(9):
            angle = math.radians(160 + turn * 27.5)
            pen.oval((x + math.cos(angle) * 52 * s, y - 6 * s + math.sin(angle) * 54 * s), 24 * s, 24 * s, who.hair)


def _hair_front(pen: Pen, who: Person, centre: Point, s: float) -> None:
    x, y = centre
    if who.style == "scarf":
        pen.arc((x, y + 2 * s), (68 * s, 72 * s), (0, 360), who.hair, 21 * s)
        pen.slice((x, y - 8 * s), (58 * s, 60 * s), (205, 335), who.hair)
        pen.path([(x - 40 * s, y + 66 * s), (x, y + 76 * s), (x + 40 * s, y + 66 * s)], who.hair, 24 * s)
        return
    cut = {"crop": (200, 340), "curls": (198, 342), "side": (186, 322)}.get(who.style, (194, 346))
    pen.slice((x, y - 6 * s), (57 * s, 58 * s), cut, who.hair)
    if who.style == "side":
        pen.slice((x + 18 * s, y - 30 * s), (44 * s, 32 * s), (160, 380), who.hair)


def _head_behind(pen: Pen, who: Person, centre: Point, s: float) -> None:
    x, y = centre
    pen.oval(centre, 54 * s, 59 * s, who.skin)
    _hair_behind(pen, who, centre, s)
    lower = 44 if who.style == "crop" else 30
    pen.oval((x, y - 8 * s), 58 * s, (94 - lower) * s, who.hair)
    if who.style == "bun":
        pen.oval((x, y - 46 * s), 32 * s, 28 * s, _shade(who.hair, 1.18))
    if who.style == "bunches":
        pen.path([(x, y - 66 * s), (x, y + 30 * s)], _shade(who.hair, 1.2), 3 * s)


def _blend(one: str, other: str, share: float) -> str:
    mixed = [round(int(one[i : i + 2], 16) * (1 - share) + int(other[i : i + 2], 16) * share) for i in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _shade(colour: str, by: float) -> str:
    return "#" + "".join(f"{min(255, round(int(colour[i : i + 2], 16) * by)):02x}" for i in (1, 3, 5))
