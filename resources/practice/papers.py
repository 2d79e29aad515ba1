"""Papers: PDFs set with typst and DOCX files written as minimal OOXML. The words come from elsewhere."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import typst

_FIXED = (2026, 11, 2, 9, 0, 0)

_TEMPLATES = Path(__file__).resolve().parent / "papers"


def write_pdf(path: Path, title: str, subtitle: str, body: str) -> None:
    """Sets a body of typst markup in the look of papers/paper.typ."""
    source = f'#import "/paper.typ": paper\n#show: paper.with([{title}], [{subtitle}])\n{body}'
    path.write_bytes(typst.compile(source.encode(), root=str(_TEMPLATES)))


def write_scan(path: Path, pages: list[Path]) -> None:
    """Makes a PDF of page pictures, as a flat-bed scanner does."""
    images = "\n#pagebreak()\n".join(f'#image("{page.name}", width: 100%, height: 100%)' for page in pages)
    document = '#set document(title: "Scan", date: datetime(year: 2026, month: 11, day: 2))'
    source = f'{document}\n#set page(paper: "a4", margin: 0pt)\n{images}'
    path.write_bytes(typst.compile(source.encode(), root=str(pages[0].parent)))


def paragraph(text: str, style: str = "") -> str:
    """A DOCX paragraph; style is a heading's name or nothing; **bold** at the start ends at the next **."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    runs = []
    for number, part in enumerate(text.split("**")):
        if part:
            bold = "<w:rPr><w:b/></w:rPr>" if number % 2 else ""
            runs.append(f'<w:r>{bold}<w:t xml:space="preserve">{escape(part)}</w:t></w:r>')
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def table(rows: list[list[str]]) -> str:
    """A DOCX table with lines; the first row is bold."""
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    lines = [
        "<w:tr>"
        + "".join(f"<w:tc>{paragraph(f'**{cell}**' if number == 0 else cell)}</w:tc>" for cell in row)
        + "</w:tr>"
        for number, row in enumerate(rows)
    ]
    properties = f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>'
    grid = "<w:tblGrid>" + '<w:gridCol w:w="2400"/>' * len(rows[0]) + "</w:tblGrid>"
    return f"<w:tbl>{properties}{grid}{''.join(lines)}</w:tbl>"


def picture(width: int, height: int) -> str:
    """The DOCX's one picture, sized in pixels at 96 to the inch."""
    across, down = width * 9525, height * 9525
    return (
        '<w:p><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{across}" cy="{down}"/><wp:docPr id="1" name="Picture 1" descr="Photograph"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        '<pic:nvPicPr><pic:cNvPr id="1" name="picture.jpg"/><pic:cNvPicPr/></pic:nvPicPr>'
        '<pic:blipFill><a:blip r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )


def write_docx(path: Path, body: list[str], image: bytes) -> None:
    """Writes a Word document of those blocks, with one JPEG that picture() shows."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    mime = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    parts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpg" ContentType="image/jpeg"/>'
        f'<Override PartName="/word/document.xml" ContentType="{mime}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{mime}.styles+xml"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{head}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId2" Type="{office}/image" Target="media/picture.jpg"/></Relationships>',
        "word/styles.xml": f'{head}<w:styles xmlns:w="{words}">{_STYLES}</w:styles>',
        "word/document.xml": f'{head}<w:document xmlns:w="{words}" xmlns:r="{office}" xmlns:a="{drawing}/main" '
        f'xmlns:wp="{drawing}/wordprocessingDrawing" xmlns:pic="{drawing}/picture"><w:body>{"".join(body)}'
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED), text, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("word/media/picture.jpg", _FIXED), image)


_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/>'
    f'<w:rPr><w:b/><w:color w:val="1F5C54"/><w:sz w:val="{size}"/></w:rPr></w:style>'
    for name, shown, size in (("Heading1", "heading 1", 40), ("Heading2", "heading 2", 26))
)
