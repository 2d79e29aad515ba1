"""Small office files for tests, made in memory: slides, sheets, OpenDocument, RTF."""

import io
import zipfile

from odfdo import Document, DrawPage, Element, Frame, Header, List, Paragraph, Table

from tests.support.documents import image

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NAMES = f'xmlns:p="{_SLIDES}" xmlns:a="{_DRAWING}" xmlns:r="{_RELATIONS}" xmlns="{_SHEETS}"'


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A zip of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return target.getvalue()


def _relations(**targets: str) -> str:
    rows = "".join(f'<Relationship Id="{name}" Target="{target}"/>' for name, target in targets.items())
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _shape(text: str, place: str = "") -> str:
    holder = f'<p:nvSpPr><p:nvPr><p:ph type="{place}"/></p:nvPr></p:nvSpPr>' if place else ""
    return f"<p:sp>{holder}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def pptx() -> bytes:
    """Two slides: a title, words, a table and a picture; then a title and the speaker's notes."""
    cells = "".join(
        f"<a:tc><a:txBody><a:p><a:r><a:t>{t}</a:t></a:r></a:p></a:txBody></a:tc>" for t in ("left", "right")
    )
    table = (
        f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr>{cells}"
        "</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    picture = (
        '<p:pic><p:blipFill><a:blip r:embed="rId9"/></p:blipFill>'
        '<p:spPr><a:xfrm><a:ext cx="4572000" cy="1"/></a:xfrm></p:spPr></p:pic>'
    )
    slide = "<p:sld {names}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
    first = _shape("Share circle", "title") + _shape("Pairs talk", "body") + table + picture
    return zipped(
        {
            "_rels/.rels": _relations(rId1="ppt/presentation.xml"),
            "ppt/presentation.xml": f'<p:presentation {_NAMES}><p:sldIdLst><p:sldId r:id="rId2"/><p:sldId r:id="rId1"/>'
            '</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/></p:presentation>',
            "ppt/_rels/presentation.xml.rels": _relations(rId1="slides/slide1.xml", rId2="slides/slide2.xml"),
            "ppt/slides/slide2.xml": slide.format(names=_NAMES, shapes=first),
            "ppt/slides/slide1.xml": slide.format(names=_NAMES, shapes=_shape("Closing", "title")),
            "ppt/slides/_rels/slide2.xml.rels": _relations(rId9="../media/image1.png"),
            "ppt/slides/_rels/slide1.xml.rels": _relations(rId1="../notesSlides/notesSlide1.xml"),
            "ppt/notesSlides/notesSlide1.xml": f"<p:notes {_NAMES}><p:spTree>{_shape('Wait for hands', 'body')}"
            f"{_shape('7', 'sldNum')}</p:spTree></p:notes>",
            "ppt/media/image1.png": image((150, 100)),
        }
    )


def xlsx(cells: str = "") -> bytes:
    """A sheet with shared and inline texts, numbers, a date, an empty column between, and a hidden sheet."""
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>Ada</t></is></c><c r="B3" s="1"><v>45000</v></c>'
        '<c r="C3"><v>7.5</v></c></row>'
    )
    return zipped(
        {
            "xl/workbook.xml": f'<workbook {_NAMES}><sheets><sheet name="Grades" r:id="rId1"/>'
            '<sheet name="Secret" state="hidden" r:id="rId2"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(rId1="worksheets/sheet1.xml", rId2="worksheets/sheet2.xml"),
            "xl/sharedStrings.xml": f"<sst {_NAMES}><si><t>Name</t></si>"
            "<si><r><t>Po</t></r><r><t>ints</t></r></si></sst>",
            "xl/styles.xml": f"<styleSheet {_NAMES}>"
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
            "xl/worksheets/sheet1.xml": f"<worksheet {_NAMES}><sheetData>{rows}{cells}</sheetData></worksheet>",
            "xl/worksheets/sheet2.xml": f"<worksheet {_NAMES}>"
            '<sheetData><row r="1"><c r="A1"><v>666</v></c></row></sheetData></worksheet>',
            "xl/worksheets/_rels/sheet1.xml.rels": _relations(rId1="../drawings/drawing1.xml"),
            "xl/drawings/drawing1.xml": "<d/>",
            "xl/drawings/_rels/drawing1.xml.rels": _relations(rId1="../media/image1.png"),
            "xl/media/image1.png": image((150, 100)),
        }
    )


def odt() -> bytes:
    """A text with a title, a heading, a list, a table and a picture."""
    document = Document("text")
    body = document.body
    body.clear()
    body.append(Paragraph("Everyone belongs", style="Title"))
    body.append(Header(1, "Purpose"))
    body.append(Paragraph("We  greet each other."))
    body.append(List(["first point", "second point"]))
    table = Table("Turns", width=2, height=1)
    table.set_value("A1", "left")
    table.set_value("B1", "right")
    body.append(table)
    document.container.set_part("Pictures/p.png", image((150, 100)))
    paragraph = Paragraph("")
    paragraph.append(Frame.image_frame("Pictures/p.png", size=("5cm", "3cm")))
    body.append(paragraph)
    outside = Element.from_tag('<draw:image xlink:href="https://example.org/spy.png"/>')
    body.append(Paragraph(""))
    body.append(outside)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def ods() -> bytes:
    """A sheet with repeated empty cells, as office programs write them."""
    document = Document("spreadsheet")
    document.body.clear()
    table = Table("Marks")
    table.set_value("A1", "Ada")
    table.set_value("C2", 7)
    document.body.append(table)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def odp() -> bytes:
    """Two slides: a title and words with the speaker's notes, then a picture."""
    document = Document("presentation")
    document.body.clear()
    first, second = DrawPage("first", name="first"), DrawPage("second", name="second")
    first.append(Frame.text_frame(Paragraph("Share circle", style="Title"), size=("20cm", "3cm")))
    first.append(Frame.text_frame("Pairs talk", size=("20cm", "3cm")))
    notes = Element.from_tag("<presentation:notes/>")
    notes.append(Frame.text_frame("Wait for hands", size=("20cm", "3cm")))
    first.append(notes)
    document.container.set_part("Pictures/p.png", image((150, 100)))
    second.append(Frame.image_frame("Pictures/p.png", size=("5cm", "3cm")))
    document.body.extend([first, second])
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Le\'e7on de groupe\par "
    rb"\trowd\cellx900\cellx1800 left\cell right\cell\row\pard after\par}"
)


def epub() -> bytes:
    """A book of two chapters with a table of contents and a link from the first to the second."""
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>{}</body></html>'
    items = (
        "".join(f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in (1, 2))
        + '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    )
    spine = '<itemref idref="c1"/><itemref idref="c2"/>'
    points = "".join(
        f'<navPoint id="p{n}" playOrder="{n}"><navLabel><text>Chapter {n}</text></navLabel>'
        f'<content src="c{n}.xhtml"/></navPoint>'
        for n in (1, 2)
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container version="1.0" '
            'xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<rootfiles><rootfile full-path="b.opf" media-type="application/oebps-package+xml"/>'
            "</rootfiles></container>",
            "b.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="i"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title><dc:identifier id="i">x</dc:identifier>'
            f'</metadata><manifest>{items}</manifest><spine toc="ncx">{spine}</spine></package>',
            "toc.ncx": '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head/><docTitle><text>T'
            f"</text></docTitle><navMap>{points}</navMap></ncx>",
            "c1.xhtml": page.format('<p>First greeting, <a href="c2.xhtml">see the second</a></p>'),
            "c2.xhtml": page.format("<p>Second greeting</p>"),
        }
    )


def xps() -> bytes:
    """A page with a red square on it."""
    names = "http://schemas.microsoft.com/xps/2005/06"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="fpage" ContentType="application/vnd.ms-package.xps-fixedpage+xml"/>'
            '<Default Extension="fdoc" ContentType="application/vnd.ms-package.xps-fixeddocument+xml"/>'
            '<Default Extension="fdseq" ContentType="application/vnd.ms-package.xps-fixeddocumentsequence+xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            "</Types>",
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{names}/fixedrepresentation" Target="/FixedDocumentSequence.fdseq"/></Relationships>',
            "FixedDocumentSequence.fdseq": f'<FixedDocumentSequence xmlns="{names}">'
            '<DocumentReference Source="/d/d.fdoc"/></FixedDocumentSequence>',
            "d/d.fdoc": f'<FixedDocument xmlns="{names}"><PageContent Source="/d/1.fpage"/></FixedDocument>',
            "d/1.fpage": f'<FixedPage xmlns="{names}" Width="400" Height="200" xml:lang="en">'
            '<Path Fill="#FFFF0000" Data="M 100,50 L 200,50 200,150 100,150 Z"/></FixedPage>',
        }
    )
