"""Small documents and pictures for tests, good and bad, made in memory."""

import io
import zipfile

import pymupdf
from PIL import Image


def pdf(pages: int = 2, password: str | None = None) -> bytes:
    """An A4 document with a line of text and a red square on each page."""
    document = pymupdf.open()
    for number in range(pages):
        page = document.new_page()
        page.insert_text((72, 100), f"Lesson plan page {number + 1}")
        page.draw_rect((100, 200, 300, 400), color=None, fill=(0.8, 0.1, 0.1))
    if password is not None:
        return document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=password, owner_pw=password)
    return document.tobytes()


def linked_form(turn: int = 0) -> bytes:
    """Three pages: links in and out, an outline, a form filled in, and words over two lines on the second."""
    document = pymupdf.open()
    for _ in range(3):
        document.new_page()
    first, second = document[0], document[1]
    first.insert_text((72, 100), "See the plan below or the site")
    inner = {"kind": pymupdf.LINK_GOTO, "from": pymupdf.Rect(72, 90, 172, 105), "page": 2, "to": pymupdf.Point(0, 0)}
    outer = {"kind": pymupdf.LINK_URI, "from": pymupdf.Rect(200, 90, 300, 105), "uri": "https://example.org/"}
    first.insert_link(inner)
    first.insert_link(outer)
    second.insert_text((72, 100), "All students find")
    second.insert_text((72, 120), "another way to greet, another way to share")
    for place, (kind, name, value) in enumerate(
        (
            (pymupdf.PDF_WIDGET_TYPE_TEXT, "Goal", "Everyone speaks"),
            (pymupdf.PDF_WIDGET_TYPE_CHECKBOX, "Unedited", True),
        )
    ):
        widget = pymupdf.Widget()
        widget.field_type, widget.field_name, widget.field_value = kind, name, value
        widget.rect = pymupdf.Rect(72, 300 + 40 * place, 300, 320 + 40 * place)
        first.add_widget(widget)
    document.set_toc([[1, "Plan", 1], [2, "Greeting", 2], [1, "Closing", 3]])
    for page in document:
        page.set_rotation(turn)
    return document.tobytes()


def pdf_without_pages() -> bytes:
    """A well-formed PDF whose list of pages is empty."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF\n"
    )


def endless_pdf(good_pages: int = 0) -> bytes:
    """A page that takes practically for ever, each level drawing the one below five times; then empty ones."""
    form = (
        "{n} 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<</XObject<</F {below} 0 R>>>>"
        "/Length {size}>>stream\n{draw}\nendstream endobj\n"
    )
    levels = [form.format(n=number, below=number - 1, size=29, draw="/F Do " * 4 + "/F Do") for number in range(6, 26)]
    bottom = (
        "5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Length 16>>stream\n0 0 9 9 re f    \nendstream endobj\n"
    )
    page = "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R"
    page += "/Resources<</XObject<</F 25 0 R>>>>>>endobj\n"
    top = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    top += f"2 0 obj<</Type/Pages/Kids[3 0 R{' 26 0 R' * good_pages}]/Count {1 + good_pages}>>endobj\n"
    good = "26 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj\n"
    contents = "4 0 obj<</Length 5>>stream\n/F Do\nendstream endobj\n"
    return (
        top + page + contents + bottom + "".join(levels) + good + "trailer<</Root 1 0 R/Size 27>>\n%%EOF\n"
    ).encode()


def image(
    size: tuple[int, int] = (60, 40), form: str = "PNG", orientation: int | None = None, mode: str = "RGB"
) -> bytes:
    """A picture whose upper left quarter is red and the rest blue."""
    made = Image.new(mode, size, (0, 0, 255) if mode == "RGB" else (0, 0, 255, 0))
    made.paste((255, 0, 0) if mode == "RGB" else (255, 0, 0, 255), (0, 0, size[0] // 2, size[1] // 2))
    target = io.BytesIO()
    options = {}
    if orientation is not None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        if form == "HEIF":
            made.info["exif"] = exif.tobytes()  # from here it takes how the picture is to be turned
        else:
            options["exif"] = exif
    made.save(target, form, **options)
    return target.getvalue()


def scans(*sizes: tuple[int, int]) -> bytes:
    """A TIFF of many pages; the first is of grey 40, each further one lighter by 40."""
    pages = [Image.new("L", size, 40 + 40 * number) for number, size in enumerate(sizes)]
    target = io.BytesIO()
    pages[0].save(target, "TIFF", save_all=True, append_images=pages[1:])
    return target.getvalue()


_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = """<w:p><w:r><w:drawing>
<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">
<wp:extent cx="1905000" cy="1270000"/>
<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData
uri="http://schemas.openxmlformats.org/drawingml/2006/picture">
<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">
<pic:blipFill><a:blip r:embed="rId9"/></pic:blipFill></pic:pic>
</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"""


def docx(paragraphs: int = 1, extra: dict[str, bytes] | None = None) -> bytes:
    """A Word document with text, a table of two by two and a picture."""
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = "".join("<w:tr>" + "".join(cell.format(f"cell {r}{c}") for c in (1, 2)) + "</w:tr>" for r in (1, 2))
    text = "".join(f"<w:p><w:r><w:t>Reflection on groups, part {n}.</w:t></w:r></w:p>" for n in range(paragraphs))
    title = '<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Everyone belongs</w:t></w:r></w:p>'
    body = title + text + f"<w:tbl>{rows}</w:tbl>" + _DRAWING
    main = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'xmlns:r="{_RELATIONS}"><w:body>{body}</w:body></w:document>'
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId9" '
        f'Type="{_RELATIONS}/image" Target="media/picture.png"/></Relationships>',
        "word/document.xml": main,
        "word/media/picture.png": image((150, 100)),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package_file:
        for name, content in {**files, **(extra or {})}.items():
            package_file.writestr(name, content)
    return target.getvalue()
