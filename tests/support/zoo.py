"""The zoo: a file of each format that educators send, ways to damage it, and files made to do harm."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pillow_heif

from mcassess.domain.kinds import EvidenceKind
from tests.support.documents import docx, endless_pdf, image, pdf, scans
from tests.support.formats import FORMATS, make
from tests.support.media import make_video
from tests.support.office import odp, ods, odt, pptx, xlsx, xps, zipped

ODD_NAMES = (
    "plan\n.pdf", "plan\t.pdf", "pl\x1b[31man.pdf", "pla\u202efdp.exe", "-rf.pdf", "--json", "a" * 200 + ".pdf",
    "plan.", " .pdf", "%s%n.pdf", "{0}.pdf", "'; DROP TABLE evidence; --.pdf", "plän ☃ 日本.pdf",
    "e\u0301\u0301\u0301.pdf", "CON.pdf", "plan.pdf.", "$(touch x).pdf", "&amp;<b>.pdf", "\\..\\plan.pdf",
    "plan\u2028.pdf", "\U0001f468\u200d\U0001f469.pdf", "*?.pdf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Specimen:
    """One file: its format, as what it comes, its ending, its bytes, and what was done to it."""

    form: str
    kind: EvidenceKind
    ending: str
    content: bytes
    damage: str = "whole"

    @property
    def name(self) -> str:
        return f"{self.form} {self.damage}"

    def damaged(self, how: str, content: bytes) -> "Specimen":
        return replace(self, damage=how, content=content)


def media(folder: Path) -> Iterator[Specimen]:
    """Videos and sounds; each is made when it is asked for."""
    source = folder / "source.mp4"
    if not source.exists():
        make_video(source, frames=75, rate=25)
    for form in FORMATS:
        kind = EvidenceKind.VIDEO if form.has_picture else EvidenceKind.AUDIO
        yield Specimen(form.name, kind, form.ending, make(form, source, folder).read_bytes())


def paper() -> Iterator[Specimen]:
    """Documents, pictures and texts."""
    pillow_heif.register_heif_opener()
    documents: dict[str, Callable[[], bytes]] = {
        "pdf": pdf, "docx": docx, "pptx": pptx, "xlsx": xlsx, "odt": odt, "ods": ods, "odp": odp,
        "epub": epub, "svg": svg, "xps": xps,
        "rtf": lambda: b"{\\rtf1\\ansi A lesson {\\b plan} for Monday\\par and Tuesday}",
        "html": lambda: b"<!doctype html><html><body><h1>Plan</h1><p>Monday</p></body></html>",
    }  # fmt: skip
    for ending, made in documents.items():
        yield Specimen(ending, EvidenceKind.DOCUMENT, ending, made())
    for form in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "HEIF", "AVIF"):
        yield Specimen(form.lower(), EvidenceKind.IMAGE, form.lower(), image((200, 120), form))
    yield Specimen("jp2", EvidenceKind.IMAGE, "jp2", image((200, 120), "JPEG2000"))
    yield Specimen("j2k", EvidenceKind.IMAGE, "j2k", _bare_jpeg_2000())
    yield Specimen("tiff", EvidenceKind.IMAGE, "tiff", scans((40, 60), (60, 40)))
    texts = {"txt": "Zoë wrote this on Monday.\n" * 40, "md": "# Plan\n\n* one\n* two\n", "csv": "a,b\n1,2\n" * 20}
    for ending, text in texts.items():
        yield Specimen(ending, EvidenceKind.TEXT, ending, text.encode())
    yield Specimen("txt utf-16", EvidenceKind.TEXT, "txt", texts["txt"].encode("utf-16"))
    yield Specimen("txt cp1252", EvidenceKind.TEXT, "txt", texts["txt"].encode("cp1252"))


def _bare_jpeg_2000() -> bytes:
    """A JPEG 2000 picture without the boxes round it, as some scanners write it."""
    boxed = image((200, 120), "JPEG2000")
    return boxed[boxed.index(b"\xff\x4f\xff\x51") :]


def epub() -> bytes:
    page = "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>P</title></head><body><p>Monday</p></body></html>"
    package = (
        "<package xmlns='http://www.idpf.org/2007/opf' version='2.0' unique-identifier='i'>"
        "<metadata xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>P</dc:title></metadata>"
        "<manifest><item id='p' href='p.xhtml' media-type='application/xhtml+xml'/></manifest>"
        "<spine><itemref idref='p'/></spine></package>"
    )
    container = (
        "<container version='1.0' xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
        "<rootfile full-path='c.opf' media-type='application/oebps-package+xml'/></rootfiles></container>"
    )
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "c.opf": package, "p.xhtml": page}
    return zipped(dict(files))


def svg() -> bytes:
    return b"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='60'><rect width='30' height='30'/></svg>"


def cut(specimen: Specimen, percent: int) -> Specimen:
    size = len(specimen.content) * percent // 100
    return specimen.damaged(f"cut at {percent} %", specimen.content[:size])


def flipped(specimen: Specimen, chance: random.Random) -> Specimen:
    content = bytearray(specimen.content)
    for _ in range(chance.choice([1, 4, 40])):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return specimen.damaged("with bits turned", bytes(content))


def blanked(specimen: Specimen, chance: random.Random) -> Specimen:
    content = bytearray(specimen.content)
    begin = chance.randrange(len(content))
    length = chance.randint(1, max(1, len(content) // 4))
    content[begin : begin + length] = bytes(len(content[begin : begin + length]))
    return specimen.damaged("with zeros in it", bytes(content))


def empty(specimen: Specimen) -> Specimen:
    return specimen.damaged("without a byte", b"")


def misnamed(specimen: Specimen, chance: random.Random) -> Specimen:
    ending = chance.choice(["mp4", "pdf", "docx", "png", "txt", "exe", ""])
    return replace(specimen, damage=f"misnamed called .{ending}", ending=ending)


def harmful() -> Iterator[tuple[str, Callable[[], Specimen]]]:
    """Files made to do harm, by name; each is made when it is asked for."""
    makers: dict[str, tuple[EvidenceKind, str, Callable[[], bytes]]] = {
        "a PDF that draws for ever": (EvidenceKind.DOCUMENT, "pdf", endless_pdf),
        "a PDF with a picture of 400 million pixels": (EvidenceKind.DOCUMENT, "pdf", _vast_pdf),
        "a DOCX that takes a gigabyte": (EvidenceKind.DOCUMENT, "docx", _heavy_docx),
        "a DOCX that unpacks to a gigabyte": (EvidenceKind.DOCUMENT, "docx", lambda: _bomb("word/document.xml")),
        "an XLSX that unpacks to a gigabyte": (EvidenceKind.DOCUMENT, "xlsx", lambda: _bomb("xl/workbook.xml")),
        "an ODT of laughs": (EvidenceKind.DOCUMENT, "odt", _laughing_odt),
        "an SVG of laughs": (EvidenceKind.DOCUMENT, "svg", lambda: _laughs("svg")),
        "a web page a million deep": (EvidenceKind.DOCUMENT, "html", lambda: b"<html>" + b"<div>" * 1_000_000),
        "an RTF a million deep": (EvidenceKind.DOCUMENT, "rtf", lambda: b"{\\rtf1 " + b"{\\b " * 1_000_000),
        "a PNG of 3 600 million pixels": (EvidenceKind.IMAGE, "png", lambda: _vast_png(60_000)),
        "a PNG of 100 million pixels": (EvidenceKind.IMAGE, "png", lambda: _vast_png(10_000)),
        "a GIF that states a vast canvas": (EvidenceKind.IMAGE, "gif", _vast_gif),
        "a text in one line": (EvidenceKind.TEXT, "txt", lambda: b"wordless" * 2_000_000),
        "Markdown a hundred thousand deep": (EvidenceKind.TEXT, "md", lambda: b"> " * 100_000 + b"x"),
        "a video that says it lasts for years": (EvidenceKind.VIDEO, "avi", _endless_avi),
    }
    for name, (kind, ending, made) in makers.items():
        yield name, lambda name=name, kind=kind, ending=ending, made=made: Specimen(name, kind, ending, made())


def _vast_pdf(side: int = 20_000) -> bytes:
    packer = zlib.compressobj(1)
    row = bytes(side)
    pixels = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
    head = f"<</Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceGray/BitsPerComponent 8"
    parts = [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 90]/Contents 4 0 R",
        b"/Resources<</XObject<</I 5 0 R>>>>>>endobj\n",
        b"4 0 obj<</Length 19>>stream\n90 0 0 90 0 0 cm /I Do\nendstream endobj\n",
        f"5 0 obj{head}/Filter/FlateDecode/Length {len(pixels)}>>stream\n".encode(),
        pixels,
        b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 6>>\n%%EOF\n",
    ]
    return b"".join(parts)


def _heavy_docx() -> bytes:
    body = "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 400_000
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>'
    source = io.BytesIO(docx())
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, document if entry == "word/document.xml" else old.read(entry))
    return target.getvalue()


def _bomb(entry: str, mebibytes: int = 1024) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open(entry, "w") as file:
            for _ in range(mebibytes):
                file.write(bytes(1 << 20))
    return target.getvalue()


def _laughs(root: str) -> bytes:
    entities = '<!ENTITY l0 "lol">' + "".join(
        f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12)
    )
    space = " xmlns='http://www.w3.org/2000/svg'" if root == "svg" else ""
    return f"<?xml version='1.0'?><!DOCTYPE {root} [{entities}]><{root}{space}><text>&l11;</text></{root}>".encode()


def _laughing_odt() -> bytes:
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": _laughs("document")})


def _vast_png(side: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(1)
    row = bytes(side // 8 + 1)
    rows = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _vast_gif() -> bytes:
    made = bytearray(image((8, 8), "GIF"))
    made[6:10] = struct.pack("<HH", 65_535, 65_535)
    return bytes(made)


def _endless_avi() -> bytes:
    head = struct.pack("<14I", 1, 0, 0, 0, 4_000_000_000, 0, 1, 0, 60_000, 60_000, 0, 0, 0, 0)
    header = b"avih" + struct.pack("<I", len(head)) + head
    listed = b"LIST" + struct.pack("<I", len(header) + 4) + b"hdrl" + header
    return b"RIFF" + struct.pack("<I", len(listed) + 4) + b"AVI " + listed
