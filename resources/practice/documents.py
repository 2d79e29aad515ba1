"""The papers of the practice pack: which source in papers/ becomes which PDF, scan or DOCX."""

import io
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from handwriting import Hand, write
from papers import paragraph, picture, table, write_docx, write_scan
from PIL import Image, ImageFilter

SOURCES = Path(__file__).resolve().parent / "papers"

_PDFS = (
    ("plans-first.pdf", "plans", "1"), ("plans.pdf", "plans", "2"), ("structure.pdf", "structure", "1"),
    ("calm-plan.pdf", "calm-plan", "1"), ("wait-log-first.pdf", "wait-log", "1"), ("wait-log.pdf", "wait-log", "2"),
    ("wait-plan.pdf", "wait-plan", "1"), ("ticket-analysis.pdf", "ticket-analysis", "1"),
    ("protocol-first.pdf", "protocol", "1"), ("protocol.pdf", "protocol", "2"),
)  # fmt: skip


def make_documents(folder: Path) -> None:
    """Makes all documents; the pictures must be there already."""
    for name, source, attempt in _PDFS:
        made = typst.compile(str(SOURCES / f"{source}.typ"), root=str(SOURCES), sys_inputs={"attempt": attempt})
        (folder / name).write_bytes(made)
    _scan(folder / "tally-scan.pdf", SOURCES / "tally-scan.txt")
    for name, photo, wide in (("justification", "promises.jpg", 420), ("next-steps", "ticket-1.jpg", 520)):
        words = (SOURCES / f"{name}.txt").read_text(encoding="utf-8")
        write_docx(folder / f"{name}.docx", _blocks(words), _shrunk(folder / photo, wide))


def _shrunk(photo: Path, wide: int) -> bytes:
    with Image.open(photo) as image:
        image.thumbnail((wide, wide * 2))
        held = io.BytesIO()
        image.save(held, "JPEG", quality=70)
    return held.getvalue()


def _blocks(words: str) -> list[str]:
    """The blocks of a DOCX: # and ## head, | begins each cell of a table's row, ![width height] is the picture."""
    blocks = []
    for part in words.strip().split("\n\n"):
        if part.startswith("## "):
            blocks.append(paragraph(part[3:], "Heading2"))
        elif part.startswith("# "):
            blocks.append(paragraph(part[2:], "Heading1"))
        elif part.startswith("|"):
            blocks.append(table([[cell.strip() for cell in row.split("|")[1:]] for row in part.splitlines()]))
        elif part.startswith("!["):
            width, height = part[2:-1].split()
            blocks.append(picture(int(width), int(height)))
        else:
            blocks.append(paragraph(part))
    return blocks


def _scan(path: Path, source: Path) -> None:
    """Handwritten pages, a little crooked and grey, as the staff room's scanner makes them."""
    pages = source.read_text(encoding="utf-8").removeprefix("# ").split("\n# ")
    with TemporaryDirectory() as place:
        files = []
        for number, page in enumerate(pages):
            title, lines = page.rstrip().split("\n", 1)
            sheet = Image.new("L", (1240, 1754), 243)
            write(sheet, (150, 230), title, Hand(66, "#303030", width=6), number)
            write(sheet, (160, 400), lines, Hand(46, "#3c3c3c", leading=122), number + 3)
            grain = random.Random(number).randbytes(sheet.width * sheet.height)
            noise = Image.frombytes("L", sheet.size, grain).filter(ImageFilter.GaussianBlur(0.9))
            grey = Image.blend(sheet.rotate((-0.9, 1.3)[number % 2], fillcolor=226), noise, 0.05)
            files.append(Path(place) / f"page{number}.jpg")
            grey.save(files[-1], quality=42, dpi=(150, 150))
        write_scan(path, files)
