"""Photographs of student work and boards: drawn sheets, laid on a desk and photographed with a phone. No names."""

import math
import random
from pathlib import Path

from figures import Pen
from handwriting import Hand, write
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

PENCIL, BLUE, RED, GREEN, ORANGE = "#4b4b50", "#2f5fa8", "#c2453f", "#3f8f57", "#dd8a34"
_EXIF_ORIENTATION = 0x0112


def make_pictures(folder: Path) -> None:
    """Makes all photographs."""
    for number, text in enumerate(_SLIPS, start=1):
        photograph(slip(text, number), folder / f"reflection-{number}.jpg", number, turned=number == 3)
    for number, ticket in enumerate(_TICKETS, start=1):
        photograph(fractions(ticket, number), folder / f"ticket-{number}.jpg", 20 + number, turned=number == 2)
    photograph(promise_poster(), folder / "promises.jpg", 40, desk="#cfd6c8", quality=68)
    photograph(sticky_wall(_IDEAS), folder / "idea-wall.jpg", 41, desk="#d9dcd6", quality=68)
    photograph(sticky_wall(_IDEAS[:5]), folder / "idea-wall-first.jpg", 42, desk="#d9dcd6")
    photograph(river_sketch(), folder / "river-sketch.jpg", 43)
    results_chart().save(folder / "ticket-results.png", optimize=True)


def photograph(
    sheet: Image.Image, path: Path, seed: int, *, turned: bool = False, desk: str = "#b58d63", quality: int = 64
) -> None:
    """Lays the sheet on a desk, a little askew, lights it unevenly and saves it; turned stores it on its side."""
    chance = random.Random(seed)
    wide, high = (sheet.width * 112 // 100, sheet.height * 112 // 100)
    table = _desk(wide, high, desk, chance)
    angle = chance.choice((-1, 1)) * chance.uniform(1.2, 3.6)
    mask = Image.new("L", sheet.size, 255).rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
    paper = sheet.rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
    corner = ((wide - paper.width) // 2 + chance.randint(-9, 9), (high - paper.height) // 2 + chance.randint(-9, 9))
    shade = Image.new("L", table.size, 0)
    shade.paste(mask.point(lambda value: value * 5 // 9), (corner[0] + 9, corner[1] + 13))
    table.paste(Image.new("RGB", table.size, "#2b2119"), mask=shade.filter(ImageFilter.GaussianBlur(11)))
    table.paste(paper, corner, mask)
    lit = _light(table, chance)
    exif = Image.Exif()
    if turned:
        exif[_EXIF_ORIENTATION] = 6
        lit = lit.transpose(Image.Transpose.ROTATE_90)
    lit.save(path, quality=quality, optimize=True, exif=exif)


def _desk(wide: int, high: int, colour: str, chance: random.Random) -> Image.Image:
    table = Image.new("RGB", (wide, high), colour)
    draw = ImageDraw.Draw(table, "RGBA")
    y = 0.0
    while y < high:
        dark = chance.choice([(70, 45, 20, 22), (255, 235, 205, 20)])
        draw.line([(0, y), (wide, y + chance.uniform(-14, 14))], fill=dark, width=chance.randint(2, 7))
        y += chance.uniform(6, 22)
    return table.filter(ImageFilter.GaussianBlur(1.2))


def _light(image: Image.Image, chance: random.Random) -> Image.Image:
    """Window light from one side, dim corners, and the softness of a phone's lens."""
    slope = Image.linear_gradient("L").resize(image.size)
    if chance.random() < 0.5:
        slope = ImageOps.mirror(Image.linear_gradient("L").rotate(90).resize(image.size))
    bright = ImageEnhance.Brightness(image).enhance(1.04)
    dim = Image.blend(image, Image.new("RGB", image.size, "#5f4c33"), 0.2)
    lit = Image.composite(dim, bright, slope)
    corners = Image.radial_gradient("L").resize(image.size).point(lambda value: max(0, value - 150) // 2)
    lit = Image.composite(Image.new("RGB", image.size, "#2a2118"), lit, corners)
    return lit.filter(ImageFilter.GaussianBlur(0.6))


def _lined(wide: int, high: int, first: int, step: int, paper: str = "#fdfbf3") -> Image.Image:
    sheet = Image.new("RGB", (wide, high), paper)
    draw = ImageDraw.Draw(sheet)
    for y in range(first, high - step // 2, step):
        draw.line([(40, y), (wide - 40, y)], fill="#c4d3df", width=2)
    return sheet


_SLIPS = (
    "I herd my partner say that\nhis brother cryed. It made me\nthink he is kind. I will try to\nlook at the person.",
    "I heard that somebody speaks\n3 languages! I want to learn\ngood morning in all of them.\nShe asked me a qestion.",
    "My partner said tell me more.\nNobody ever said that to me.\nSo I told more about the\ndragon. It is green.",
    "It was hard to wait. I wanted to\nsay my idea. But then her idea\nwas alike mine so we made\none big idea.",
)


def slip(text: str, seed: int) -> Image.Image:
    """A reflection slip: a printed head, four written lines and a face to colour."""
    sheet = _lined(1000, 720, 250, 92)
    pen = Pen(sheet, 1000)
    pen.text((56, 76), "What I heard today", 40, "#1f4e48", bold=True)
    pen.text((56, 136), "I heard …   It made me think …   Next time I …", 24, "#6d7a78")
    ink = (PENCIL, BLUE, PENCIL, GREEN)[seed % 4]
    write(sheet, (62, 244), text, Hand(42, ink, leading=92), seed)
    for number in range(3):
        centre = (740 + number * 92, 92)
        chosen = number == (0, 0, 0, 1)[seed % 4 - 1]
        pen.oval(centre, 37, 37, "#3f3f3f")
        pen.oval(centre, 34, 34, "#f4cf62" if chosen else "#fdfbf3")
        for side in (-1, 1):
            pen.oval((centre[0] + side * 12, centre[1] - 8), 4, 4, "#3f3f3f")
        pen.arc(
            (centre[0], centre[1] + (4, 12, 20)[number]),
            (14, (11, 1, 9)[number]),
            ((20, 160), (0, 180), (200, 340))[number],
            "#3f3f3f",
            4,
        )
    return sheet


_TICKETS = (
    ((3, 4, 5, 8), ">", "3/4 is 6/8 and 6 is more\nthan 5. So it is more."),
    ((3, 4, 5, 8), "<", "5 and 8 are biger numbers\nso 5/8 is more"),
    ((3, 4, 5, 8), ">", "because I drawed it and you\ncan see it"),
    ((3, 4, 5, 8), ">", "3/4 is 1/4 away from one. 5/8 is\n3/8 away. 1/4 is closer."),
)


def fractions(ticket: tuple[tuple[int, int, int, int], str, str], seed: int) -> Image.Image:
    """An exit ticket: which fraction is more, a drawing of two bars and a written reason."""
    (top, parts, other, pieces), sign, reason = ticket
    sheet = Image.new("RGB", (1000, 780), "#fdfcf7")
    pen = Pen(sheet, 1000)
    pen.box((26, 26), (948, 728), "#fdfcf7", 18, "#8aa0a0")
    pen.text((64, 82), "Exit ticket", 42, "#2d4d66", bold=True)
    pen.text((64, 140), "Which is more? Put <, > or =. Draw it. Say why.", 25, "#55626a")
    write(sheet, (640, 104), f"{top}/{parts} {sign} {other}/{pieces}", Hand(48, PENCIL), seed)
    chance = random.Random(seed)
    for row, (filled, whole, colour) in enumerate(((top, parts, "#e79a86"), (other, pieces, "#93b7dd"))):
        _bar(sheet, (80, 200 + row * 150), (filled, whole), colour, chance)
    pen.text((64, 530), "Because", 26, "#55626a")
    write(sheet, (84, 610), reason, Hand(40, (PENCIL, BLUE, PENCIL, PENCIL)[seed % 4]), seed + 5)
    return sheet


def _bar(
    sheet: Image.Image, corner: tuple[int, int], share: tuple[int, int], colour: str, chance: random.Random
) -> None:
    """A hand-drawn bar in equal parts, some of them scribbled full."""
    draw = ImageDraw.Draw(sheet)
    (x, y), (filled, whole) = corner, share
    long, tall = 800, 96
    for part in range(filled):
        left, right = x + long * part / whole + 5, x + long * (part + 1) / whole - 5
        spots = []
        across = left
        while across < right:
            spots += [(across, y + chance.uniform(4, 12)), (min(right, across + 9), y + tall - chance.uniform(4, 12))]
            across += 11
        draw.line(spots, fill=colour, width=7, joint="curve")
    for part in range(whole + 1):
        at = x + long * part / whole + chance.uniform(-3, 3)
        draw.line([(at, y - 3), (at + chance.uniform(-4, 4), y + tall + 3)], fill=PENCIL, width=4)
    for edge in (y, y + tall):
        draw.line(
            [(x - 5, edge + chance.uniform(-3, 3)), (x + long + 4, edge + chance.uniform(-3, 3))], fill=PENCIL, width=4
        )


def promise_poster() -> Image.Image:
    """A class poster in marker pen."""
    sheet = Image.new("RGB", (900, 1180), "#fbf3dc")
    pen = Pen(sheet, 900)
    pen.box((34, 34), (832, 1112), "#fbf3dc", 30, "#c98b2b")
    write(sheet, (120, 190), "Our meeting", Hand(84, "#1f5c54", width=11), 3)
    write(sheet, (200, 320), "promises", Hand(84, "#c2453f", width=11), 4)
    lines = (("We lean in", BLUE), ("Every voice counts", ORANGE), ("What if...", GREEN), ("Come back to me", RED))
    for number, (text, ink) in enumerate(lines):
        y = 500 + number * 160
        _doodle(pen, number, (130, y - 22), ink)
        write(sheet, (210, y), text, Hand(52, ink, width=7), number + 9)
    return sheet


def _doodle(pen: Pen, number: int, centre: tuple[float, float], ink: str) -> None:
    x, y = centre
    if number == 0:
        pen.arc(centre, (34, 40), (90, 330), ink, 7)
        pen.arc((x + 4, y), (16, 20), (60, 330), ink, 6)
    elif number == 1:
        for side in range(3):
            pen.oval((x - 34 + side * 34, y - 14 + side % 2 * 18), 13, 13, ink)
            pen.slice((x - 34 + side * 34, y + 30 + side % 2 * 18), (19, 22), (180, 360), ink)
    elif number == 2:
        pen.oval((x, y - 8), 28, 28, "#f2d15c")
        pen.box((x - 11, y + 20), (22, 20), ink, 5)
    else:
        pen.arc(centre, (34, 34), (20, 320), ink, 8)
        pen.shape([(x + 16, y - 34), (x + 46, y - 30), (x + 28, y - 6)], ink)


_IDEAS = (
    "paint a\nriver on\nthe floor", "music gets\nslower and\nslower", "2 doors\nin + out", "whisper\nday",
    "little ones\nfirst", "stones to\nstand on", "fish = in\nbird = out", "we play\nthe music", "soft shoes",
)  # fmt: skip


def sticky_wall(ideas: tuple[str, ...]) -> Image.Image:
    """Sticky notes with children's ideas, and the dots of their votes."""
    sheet = Image.new("RGB", (1200, 900), "#eef0ea")
    write(sheet, (60, 100), "How might we make the hall calmer?", Hand(46, "#33444a", width=6), 2)
    chance = random.Random(len(ideas))
    papers = ("#f7e27d", "#f6b6a0", "#b5dba8", "#a9d0ea", "#e3c1e6")
    for number, idea in enumerate(ideas):
        x, y = 60 + number % 4 * 285 + chance.randint(-12, 12), 160 + number // 4 * 245 + chance.randint(-10, 10)
        note = Image.new("RGB", (232, 212), papers[number * 3 % 5])
        write(note, (18, 60), idea, Hand(31, "#3a3a40"), number + 30)
        votes = (9, 3, 4, 1, 0, 3, 2, 1, 0)[number] if len(ideas) > 5 else 0
        for vote in range(votes):
            Pen(note, 232).oval((24 + vote % 9 * 23, 192), 8, 8, ("#c2453f", "#2f5fa8", "#3f8f57")[vote % 3])
        turned = note.convert("RGBA").rotate(chance.uniform(-5, 5), expand=True, resample=Image.Resampling.BICUBIC)
        shade = Image.new("RGBA", turned.size, (60, 60, 50, 255))
        soft = turned.getchannel("A").point(lambda value: value // 3)
        sheet.paste(shade, (x + 5, y + 7), soft)
        sheet.paste(turned, (x, y), turned)
    return sheet


def river_sketch() -> Image.Image:
    """A pencil-and-crayon plan of the painted river, with labels."""
    sheet = Image.new("RGB", (1100, 800), "#fcfaf2")
    pen = Pen(sheet, 1100)
    write(sheet, (60, 90), "Our river for the hall", Hand(54, PENCIL), 6)
    for shift, colour in ((0, "#a9cdea"), (26, "#8dbbe0"), (54, "#b9d9ef")):
        pen.path([(70 + step * 12, 400 + shift + 62 * math.sin(step / 9)) for step in range(81)], colour, 30)
    for x, y in ((230, 380), (390, 470), (560, 400), (730, 470), (880, 410)):
        pen.oval((x, y), 44, 27, "#9b9b93")
        pen.oval((x - 6, y - 6), 32, 17, "#b7b7ae")
    pen.oval((150, 620), 46, 24, ORANGE)
    pen.shape([(192, 620), (232, 594), (232, 646)], ORANGE)
    pen.oval((132, 612), 5, 5, PENCIL)
    pen.path([(920, 590), (956, 626), (992, 590)], GREEN, 8)
    write(sheet, (250, 640), "fish = this way in", Hand(36, ORANGE), 7)
    write(sheet, (640, 680), "bird = this way out", Hand(36, GREEN), 8)
    write(sheet, (420, 270), "stand here when you wait", Hand(34, PENCIL), 9)
    pen.path([(520, 288), (556, 368)], PENCIL, 4)
    write(sheet, (60, 760), "we need tape, blue paint, 2 mornings", Hand(34, BLUE), 10)
    return sheet


def results_chart() -> Image.Image:
    """A teacher's chart of the tickets, as a screen picture."""
    sheet = Image.new("RGB", (1000, 620), "#ffffff")
    pen = Pen(sheet, 1000)
    pen.text((50, 60), "Exit tickets, before and after the three tables", 30, "#22313a", bold=True)
    groups = (("Answer and reason", 11, 18), ("Answer only", 6, 3), ("Not yet", 4, 0))
    for number, (label, before, after) in enumerate(groups):
        y = 150 + number * 140
        pen.text((50, y + 34), label, 24, "#22313a")
        pen.box((330, y - 6), (before * 30 + 4, 38), "#c9d6d2", 5)
        pen.text((350 + before * 30, y + 13), str(before), 24, "#55626a")
        pen.box((330, y + 40), (after * 30 + 4, 38), "#0f6b5c", 5)
        pen.text((350 + after * 30, y + 59), str(after), 24, "#0f6b5c", bold=True)
    pen.box((330, 560), (24, 24), "#c9d6d2", 4)
    pen.text((366, 572), "Tuesday", 22, "#55626a")
    pen.box((510, 560), (24, 24), "#0f6b5c", 4)
    pen.text((546, 572), "Thursday, 21 students", 22, "#55626a")
    return sheet
