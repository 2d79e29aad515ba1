"""The rooms that lessons happen in, drawn once a scene: walls, windows, boards, rugs, tables. No figures."""

import math

from figures import HIGH, WIDE, Pen
from PIL import Image

WALL, FLOOR, WOOD = "#cfd9cd", "#b8946a", "#8a6846"


def room(width: int, height: int, scene: str, board: tuple[str, ...], minutes: int) -> Image.Image:
    """A room's still background; minutes past midnight set the clock on the wall."""
    image = Image.new("RGB", (width, height), WALL)
    pen = Pen(image)
    if scene == "title":
        _title(pen, board)
    elif scene == "circle":
        _walls(pen, 430)
        _window(pen, 110)
        _board(pen, (520, 56), (600, 270), board)
        _shelf(pen, 1270)
        _clock(pen, (1200, 110), minutes)
        _rug(pen, 690)
    elif scene == "board":
        _walls(pen, 600)
        _board(pen, (420, 70), (860, 430), board, 46)
        _clock(pen, (1400, 120), minutes)
        _plant(pen, (190, 640))
    elif scene == "pairs":
        _walls(pen, 520)
        _bunting(pen)
        _posters(pen, board)
        _rug(pen, 770)
    elif scene == "close":
        _walls(pen, 640)
        _bunting(pen)
        _posters(pen, board)
    elif scene == "phone":
        _walls(pen, 560)
        _board(pen, (610, 120), (380, 230), board)
        _rug(pen, 760)
    elif scene == "tables":
        _walls(pen, 400)
        _window(pen, 1130)
        _board(pen, (330, 50), (640, 270), board)
        _clock(pen, (180, 130), minutes)
    return image


def _walls(pen: Pen, floor: float) -> None:
    pen.box((0, 0), (WIDE, 26), "#e8ece4")
    pen.box((0, floor), (WIDE, HIGH - floor), FLOOR)
    for row in range(8):
        y = floor + 14 + row * row * 9 + row * 18
        pen.path([(0, y), (WIDE, y)], "#ac8860", 2)
    pen.box((0, floor - 16), (WIDE, 18), "#e9e2d3")


def _window(pen: Pen, x: float) -> None:
    pen.box((x, 60), (360, 270), "#f4efe3", 8)
    pen.box((x + 16, 76), (328, 238), "#c9e3ee")
    pen.oval((x + 270, 130), 32, 32, "#f7e3a1")
    pen.slice((x + 110, 314), (94, 84), (180, 360), "#8fb59a")
    pen.slice((x + 236, 314), (108, 64), (180, 360), "#7aa588")
    pen.box((x + 16, 314), (328, 16), "#f4efe3")
    pen.box((x - 10, 326), (380, 18), "#e9e2d3", 6)
    pen.box((x + 174, 76), (12, 240), "#f4efe3")
    pen.box((x + 16, 186), (328, 10), "#f4efe3")


def _board(
    pen: Pen, corner: tuple[float, float], size: tuple[float, float], lines: tuple[str, ...], text: float = 34
) -> None:
    (x, y), (w, h) = corner, size
    pen.box((x - 12, y - 12), (w + 24, h + 24), "#b99a6b", 10)
    pen.box((x, y), (w, h), "#fbfbf6", 4)
    pen.box((x + w * 0.3, y + h + 8), (w * 0.4, 12), "#a78858", 4)
    pen.box((x + w * 0.36, y + h + 2), (44, 8), "#c0504d", 3)
    pen.box((x + w * 0.46, y + h + 2), (44, 8), "#3e6ea8", 3)
    if not lines:
        return
    pen.text((x + 30, y + text * 1.25), lines[0], text * 1.15, "#1f4e48", bold=True)
    pen.path([(x + 30, y + text * 2.1), (x + w - 60, y + text * 2.05)], "#c98b2b", 3)
    for number, line in enumerate(lines[1:]):
        pen.text((x + 34, y + text * (3.0 + number * 1.5)), line, text, "#33444a")


def _clock(pen: Pen, centre: tuple[float, float], minutes: int) -> None:
    pen.oval(centre, 52, 52, "#3c4a48")
    pen.oval(centre, 45, 45, "#fcfaf3")
    for hour in range(12):
        angle = math.radians(hour * 30)
        pen.oval((centre[0] + math.sin(angle) * 37, centre[1] - math.cos(angle) * 37), 3, 3, "#3c4a48")
    for turn, length, width in ((minutes / 720, 22, 7), (minutes % 60 / 60, 33, 5)):
        angle = turn * math.tau
        tip = (centre[0] + math.sin(angle) * length, centre[1] - math.cos(angle) * length)
        pen.path([centre, tip], "#3c4a48", width)


def _shelf(pen: Pen, x: float) -> None:
    pen.box((x, 210), (290, 226), WOOD, 6)
    colours = ("#c96b4b", "#3f7d74", "#d9a441", "#5b7ba8", "#a3587a", "#7d9a5a")
    for row in range(2):
        pen.box((x + 12, 222 + row * 104), (266, 90), "#6f5236")
        for book in range(14):
            tall = 60 + (book * 7 + row * 5) % 24
            pen.box((x + 16 + book * 18, 312 + row * 104 - tall), (15, tall), colours[(book * 5 + row * 2) % 6], 2)
    _plant(pen, (x + 226, 212), 0.6)


def _plant(pen: Pen, foot: tuple[float, float], size: float = 1.0) -> None:
    x, y = foot
    for angle in (-62, -34, -8, 20, 48):
        lean = math.radians(angle)
        pen.path(
            [(x, y - 60 * size), (x + math.sin(lean) * 120 * size, y - (60 + math.cos(lean) * 130) * size)],
            "#5f8f6b" if angle % 4 else "#7aa67c", 26 * size,
        )  # fmt: skip
    pen.box((x - 48 * size, y - 76 * size), (96 * size, 78 * size), "#c4744f", 14 * size)


def _rug(pen: Pen, y: float) -> None:
    pen.oval((WIDE / 2, y), 700, 205, "#7e9f98")
    pen.oval((WIDE / 2, y), 664, 188, "#e3d3b0")
    pen.oval((WIDE / 2, y), 610, 168, "#93b1a8")
    pen.oval((WIDE / 2, y), 350, 92, "#a9c2b8")


def _bunting(pen: Pen) -> None:
    colours = ("#d9a441", "#c96b4b", "#3f7d74", "#5b7ba8", "#a3587a")
    pen.path([(0, 40), (400, 78), (800, 84), (1200, 78), (1600, 40)], "#f4efe3", 5)
    for flag in range(16):
        x = 30 + flag * 102
        y = 84 - ((x - 800) / 800) ** 2 * 44
        pen.shape([(x - 28, y), (x + 28, y), (x, y + 52)], colours[flag % 5])


def _posters(pen: Pen, lines: tuple[str, ...]) -> None:
    pen.box((90, 150), (300, 230), "#f7ecd0", 6)
    pen.text((240, 190), "We listen with", 30, "#6b4a2b", bold=True, middle=True)
    for number, word in enumerate(("our eyes", "our ears", "our hearts")):
        pen.oval((150, 240 + number * 46), 12, 12, ("#3f7d74", "#d9a441", "#c96b4b")[number])
        pen.text((180, 240 + number * 46), word, 28, "#6b4a2b")
    if lines:
        pen.box((1110, 140), (400, 250), "#e4eef2", 6)
        pen.text((1310, 180), lines[0], 30, "#2d4d66", bold=True, middle=True)
        for number, line in enumerate(lines[1:5]):
            pen.text((1134, 232 + number * 42), line, 26, "#2d4d66")


def _title(pen: Pen, lines: tuple[str, ...]) -> None:
    pen.box((0, 0), (WIDE, HIGH), "#234b47")
    pen.box((0, 640), (WIDE, 260), "#1d403d")
    for ring, colour in ((150, "#2f5f59"), (104, "#3d746c"), (60, "#d9b56d")):
        pen.oval((1340, 640), ring, ring, colour)
    pen.box((0, 642), (WIDE, 260), "#1d403d")
    for number, line in enumerate(lines):
        size = 76 if number == 0 else 38
        pen.text(
            (140, 330 + number * 82 + (26 if number else 0)),
            line,
            size,
            "#f6efdf" if number == 0 else "#b9d2c9",
            bold=number == 0,
        )
