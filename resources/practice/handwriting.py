"""A child's print handwriting, drawn stroke by stroke with a wobble. Our own letters, no font."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from figures import Point
from PIL import Image, ImageDraw

# Each letter: its width, then strokes of points "xy" on a grid: x 0 to 8, y hexadecimal with 3 the base line,
# 8 the height of x, C the height of h. A point written twice is a corner.
_LETTERS = {
    "a": "6 57 38 17 15 33 43 55;58 55 53", "b": "6 1C 13;16 38 57 55 33 14", "c": "5 57 38 17 15 33 43 54",
    "d": "6 57 38 17 15 33 43 55;5C 53", "e": "6 16 56 56 57 38 17 15 33 43 54", "f": "4 4B 3C 2B 23;08 48",
    "g": "6 57 38 17 15 34 55;58 51 30 11", "h": "6 1C 13;16 38 57 53", "i": "2 18 13;1B 1A",
    "j": "4 38 31 20 01;3B 3A", "k": "5 1C 13;48 15;25 53", "l": "2 1C 13", "m": "8 18 13;16 28 37 33;36 58 77 73",
    "n": "6 18 13;16 38 57 53", "o": "6 38 17 15 33 55 57 38", "p": "6 18 10;16 38 57 55 33 14",
    "q": "6 57 38 17 15 34 55;58 50", "r": "4 18 13;16 28 48", "s": "5 57 38 17 26 45 54 33 14",
    "t": "4 2B 24 33 43;08 48", "u": "6 18 15 33 55;58 53", "v": "6 18 33 33 58", "w": "8 08 23 23 47 47 63 63 88",
    "x": "6 18 53;58 13", "y": "6 18 34;58 34 10", "z": "6 18 58 58 13 13 53",
    "A": "6 03 3C 3C 63;16 56", "B": "6 1C 13;1C 4B 4A 18;18 57 55 13", "C": "7 6A 4C 1A 15 33 53 65",
    "D": "7 1C 13;1C 5A 65 13", "E": "6 5C 1C 1C 13 13 53;18 48", "F": "6 5C 1C 1C 13;18 48",
    "G": "7 6A 4C 1A 15 33 55 57 57 37", "H": "7 1C 13;6C 63;18 68", "I": "2 1C 13", "J": "5 4C 45 33 14",
    "K": "6 1C 13;5C 17;27 63", "L": "6 1C 13 13 53", "M": "8 13 1C 1C 46 46 7C 7C 73", "N": "7 13 1C 1C 63 63 6C",
    "O": "8 4C 19 15 43 75 79 4C", "P": "6 1C 13;1C 5B 59 17", "Q": "8 4C 19 15 43 75 79 4C;55 72",
    "R": "6 1C 13;1C 5B 59 17;37 63", "S": "6 5A 3C 1A 28 56 54 33 14", "T": "6 0C 6C;3C 33", "U": "6 1C 15 33 55 5C",
    "V": "6 0C 33 33 6C", "W": "8 0C 23 23 4A 4A 63 63 8C", "X": "6 0C 63;6C 03", "Y": "6 0C 38;6C 38 33",
    "Z": "6 0C 6C 6C 03 03 63", "0": "6 3C 19 15 33 55 59 3C", "1": "4 1A 3C 3C 33", "2": "6 1A 3C 5A 58 13 13 63",
    "3": "6 1B 4C 59 38 38 56 43 14", "4": "6 3C 07 07 57;4A 43", "5": "6 5C 1C 1C 18 18 48 56 43 14",
    "6": "6 5C 28 15 33 55 47 16", "7": "6 0C 5C 5C 23", "8": "6 5A 3C 1A 38 55 33 15 38 5A",
    "9": "6 59 3C 19 37 59;59 43",
    ".": "2 14 13", ",": "2 14 02", "!": "2 1C 17;14 13", "?": "6 1A 3C 5A 38 36;34 33", "'": "2 1C 1A", "’": "2 1C 1A",
    "-": "5 17 47", "+": "6 17 57;39 35", "=": "6 18 58;16 56", "/": "5 13 4C", ":": "2 17 16;14 13",
    ">": "6 19 57 57 15", "<": "6 59 17 17 55", "(": "4 3C 18 33", ")": "4 1C 38 13",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody writes: a capital's height, ink, the pen's width, the lines' distance; 0 means by the size."""

    size: float
    ink: str
    width: float = 0.0
    leading: float = 0.0


def write(image: Image.Image, place: Point, text: str, hand: Hand, seed: int) -> None:
    """Writes lines of text; the place is the left end of the first base line."""
    draw = ImageDraw.Draw(image)
    chance = random.Random(seed)
    unit = hand.size / 9
    for number, line in enumerate(text.split("\n")):
        x = place[0] + chance.uniform(-1, 1) * unit
        y = place[1] + number * (hand.leading or hand.size * 1.9)
        drift = chance.uniform(-0.03, 0.03)
        for letter in line:
            if letter == " " or letter not in _LETTERS:
                x += unit * chance.uniform(4.2, 5.6)
                continue
            wide, strokes = _LETTERS[letter].split(" ", 1)
            grow, lean, lift = chance.uniform(0.93, 1.08), chance.uniform(-0.04, 0.12), chance.uniform(-0.5, 0.5)
            foot = (x, y + lift * unit + (x - place[0]) * drift)
            for stroke in strokes.split(";"):
                for spot in _stroke(stroke, foot, (unit * grow, lean), chance):
                    _dot(draw, spot, hand)
            x += (int(wide) + 0.9) * unit * grow


def _dot(draw: ImageDraw.ImageDraw, spot: Point, hand: Hand) -> None:
    thick = max(1.5, hand.width or hand.size / 13)
    half = thick * (0.5 + 0.05 * ((spot[0] * 7 + spot[1] * 3) % 3 - 1))
    draw.ellipse([spot[0] - half, spot[1] - half, spot[0] + half, spot[1] + half], fill=hand.ink)


def _stroke(stroke: str, foot: Point, form: Point, chance: random.Random) -> Iterator[Point]:
    """The places that a stroke passes; form is the grid's unit and the letter's lean."""
    unit, lean = form
    points = [
        (int(pair[0]) + chance.uniform(-0.22, 0.22), int(pair[1], 16) - 3 + chance.uniform(-0.22, 0.22))
        for pair in stroke.split()
    ]
    return ((foot[0] + (x + y * lean) * unit, foot[1] - y * unit) for x, y in _smooth(points))


def _smooth(points: list[Point]) -> Iterator[Point]:
    """A Catmull-Rom curve through the points, 14 steps between each two."""
    for number in range(len(points) - 1):
        before = points[max(0, number - 1)]
        start, end = points[number], points[number + 1]
        after = points[min(len(points) - 1, number + 2)]
        for step in range(15):
            t = step / 14
            yield (
                _curve(before[0], start[0], end[0], after[0], t),
                _curve(before[1], start[1], end[1], after[1], t),
            )


def _curve(before: float, start: float, end: float, after: float, t: float) -> float:
    one = end - before
    two = 2 * before - 5 * start + 4 * end - after
    three = 3 * start - 3 * end + after - before
    return start + 0.5 * t * (one + t * (two + t * three))
