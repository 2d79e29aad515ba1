import base64
import io
import zipfile
from collections.abc import Iterator

import pillow_heif
import pytest

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.kinds import FileKind
from mcassess.evidence.pages import PageDocument
from mcassess.evidence.reader import BytesReader
from mcassess.evidence.worker import Worker
from tests.support.documents import docx, image
from tests.support.office import RTF, epub, odp, ods, odt, pptx, xlsx, xps, zipped

pillow_heif.register_heif_opener()
WEB_PAGE = """<!DOCTYPE html><html><head><title>T</title><style>p{{display:none}}</style><script>document.write("evil")
</script></head><body><h1>Our class</h1><p>We &amp; they <a href="https://example.org/">site</a></p>
<img src="https://example.org/spy.png" alt="a wall"><iframe src="https://example.org/">inner</iframe>
<img src="data:image/png;base64,{picture}"></body></html>"""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """The child that draws, for all tests."""
    worker = Worker("pages")
    PageDocument(BytesReader(RTF), worker=worker)
    yield worker
    worker.close()


def words(document: PageDocument, page: int = 0) -> list[str]:
    return [word.text for word in document.words(page)]


def colours(document: PageDocument, page: int = 0) -> set[tuple[int, ...]]:
    picture = document.render(page, 1.0)
    places = range(0, len(picture.pixels) - 3, 3 * 41)
    return {tuple(picture.pixels[place : place + 3]) for place in places}


def boxes(document: PageDocument, page: int, *texts: str) -> list[tuple[float, float]]:
    found = {word.text: (word.x, word.y) for word in document.words(page)}
    return [found[text] for text in texts]


def test_slides_are_pages_with_text_table_picture_and_notes(worker: Worker) -> None:
    document = PageDocument(BytesReader(pptx()), worker=worker)
    assert document.kind is FileKind.PPTX
    assert document.page_count == 2
    assert document.page_sizes[0].width > document.page_sizes[0].height
    assert words(document)[:2] == ["Share", "circle"]
    (left_x, left_y), (right_x, right_y) = boxes(document, 0, "left", "right")
    assert right_x > left_x + 0.1
    assert abs(right_y - left_y) < 0.01
    assert {(255, 0, 0), (0, 0, 255)} <= colours(document)
    assert words(document, 1) == ["Closing", "Notes", "of", "the", "speaker", "Wait", "for", "hands"]


def test_sheets_are_tables_with_their_values_in_their_places(worker: Worker) -> None:
    document = PageDocument(BytesReader(xlsx()), worker=worker)
    assert document.kind is FileKind.XLSX
    assert words(document) == ["Grades", "Name", "Points", "Ada", "2023-03-15", "7.5"]
    (name_x, _), (points_x, _), (ada_x, _), (number_x, _) = boxes(document, 0, "Name", "Points", "Ada", "7.5")
    assert ada_x == pytest.approx(name_x, abs=0.01)
    assert number_x == pytest.approx(points_x, abs=0.01)
    assert points_x > name_x + 0.2
    assert (255, 0, 0) in colours(document)


def test_a_sheet_that_goes_on_for_ever_is_cut_and_says_so(worker: Worker) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(4, 2600))
    document = PageDocument(BytesReader(xlsx(rows)), worker=worker)
    last = words(document, document.page_count - 1)
    assert "longer" in last
    assert "2599" not in last


def test_an_opendocument_text_keeps_headings_lists_tables_and_pictures(worker: Worker) -> None:
    document = PageDocument(BytesReader(odt()), worker=worker)
    assert document.kind is FileKind.OPEN_DOCUMENT
    assert " ".join(words(document)).startswith("Everyone belongs Purpose We greet each other. • first point")
    (left_x, _), (right_x, _) = boxes(document, 0, "left", "right")
    assert right_x > left_x + 0.1
    assert {(255, 0, 0), (0, 0, 255)} <= colours(document)
    heights = {word.text: word.height for word in document.words(0)}
    assert heights["Everyone"] > 1.4 * heights["greet"]


def test_an_opendocument_sheet_is_a_table(worker: Worker) -> None:
    document = PageDocument(BytesReader(ods()), worker=worker)
    assert words(document) == ["Marks", "Ada", "7"]


def test_an_opendocument_presentation_has_a_page_a_slide_with_notes_and_pictures(worker: Worker) -> None:
    document = PageDocument(BytesReader(odp()), worker=worker)
    assert document.kind is FileKind.OPEN_DOCUMENT
    assert document.page_count == 2
    assert document.page_sizes[0].width > document.page_sizes[0].height
    said = "Share circle Pairs talk Notes of the speaker Wait for hands"
    assert " ".join(words(document)) == said
    assert {(255, 0, 0), (0, 0, 255)} <= colours(document, 1)


def test_rich_text_keeps_its_words_and_its_table(worker: Worker) -> None:
    document = PageDocument(BytesReader(RTF), worker=worker)
    assert document.kind is FileKind.RTF
    assert words(document) == ["Leçon", "de", "groupe", "left", "right", "after"]
    (left_x, left_y), (right_x, right_y) = boxes(document, 0, "left", "right")
    assert right_x > left_x + 0.1
    assert abs(right_y - left_y) < 0.01


def test_a_web_page_is_read_without_its_script_its_look_and_anything_from_outside(worker: Worker) -> None:
    page = WEB_PAGE.format(picture=base64.b64encode(image((150, 100))).decode())
    for encoding in ("utf-8", "utf-16", "cp1252"):
        document = PageDocument(BytesReader(page.encode(encoding)), worker=worker)
        assert document.kind is FileKind.HTML
        text = " ".join(words(document))
        assert text == "Our class We & they site (https://example.org/) [a wall]"
        assert {(255, 0, 0), (0, 0, 255)} <= colours(document)


def test_a_book_has_pages_contents_and_links_inside(worker: Worker) -> None:
    document = PageDocument(BytesReader(epub()), worker=worker)
    assert document.kind is FileKind.EPUB
    assert words(document)[:2] == ["First", "greeting,"]
    assert [(each.title, each.page) for each in document.outline()] == [("Chapter 1", 0), ("Chapter 2", 1)]
    (link,) = document.links(0)
    assert link.page == 1
    assert [(hit.page, hit.first) for hit in document.find("greeting", 0, 2)] == [(0, 1), (1, 1)]


def test_an_xps_page_is_drawn(worker: Worker) -> None:
    document = PageDocument(BytesReader(xps()), worker=worker)
    assert document.kind is FileKind.XPS
    assert (round(document.page_sizes[0].width), round(document.page_sizes[0].height)) == (300, 150)
    assert {(255, 0, 0), (255, 255, 255)} <= colours(document)


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


@pytest.mark.parametrize(
    ("content", "code", "advice"),
    [
        (OLD_OFFICE, "unsupported", "copy saved as .docx, .xlsx or .pptx"),
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "password", "Ask for a copy without one"),
        (zipped({"Index/Document.iwa": b"x", "preview.jpg": image()}), "unsupported", "Ask for a PDF of it"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.graphics"}), "unsupported", "Ask for a PDF of it"),
        (zipped({"a/lesson.txt": "a", "b.txt": "b"}), "unsupported", "Ask for each file by itself"),
    ],
    ids=["old office", "locked", "Apple's", "drawing", "archive"],
)
def test_what_is_not_shown_says_what_to_ask_for(worker: Worker, content: bytes, code: str, advice: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        PageDocument(BytesReader(content), worker=worker)
    assert caught.value.code == code
    assert advice in caught.value.text
    assert caught.value.text.endswith(".")


def with_picture(content: bytes, picture: bytes) -> bytes:
    """The package, with another picture in the place of each PNG."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return zipped({name: picture if name.endswith(".png") else part for name, part in parts.items()})


@pytest.mark.parametrize(("made", "form"), [(docx, "HEIF"), (pptx, "WEBP"), (xlsx, "AVIF"), (odt, "HEIF")])
def test_pictures_of_phones_are_shown_in_office_files_too(worker: Worker, made, form: str) -> None:
    document = PageDocument(BytesReader(with_picture(made(), image((300, 200), form))), worker=worker)
    assert any(red > 200 and max(green, blue) < 60 for red, green, blue in colours(document))


@pytest.mark.parametrize("made", [docx, pptx, xlsx, odt], ids=lambda made: made.__name__)
def test_a_picture_of_an_old_program_says_in_its_place_that_it_is_not_shown(worker: Worker, made) -> None:
    drawing = b"\xd7\xcd\xc6\x9a" + bytes(200)
    document = PageDocument(BytesReader(with_picture(made(), drawing)), worker=worker)
    assert "[A picture of a kind that cannot be shown here]" in " ".join(words(document))


@pytest.mark.parametrize(
    "content",
    [
        pptx()[:-400],
        zipped({"xl/workbook.xml": "<workbook", "xl/x": "y"}),
        zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<office"}),
    ],
    ids=["cut slides", "broken sheets", "broken text"],
)
def test_a_broken_office_file_says_so_in_one_sentence(worker: Worker, content: bytes) -> None:
    with pytest.raises(EvidenceError) as caught:
        PageDocument(BytesReader(content), worker=worker)
    assert caught.value.code == "broken"


def test_entities_that_blow_up_are_refused(worker: Worker) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE w [<!ENTITY e0 "ha">{levels}]><workbook>&e8;</workbook>'
    with pytest.raises(EvidenceError) as caught:
        PageDocument(BytesReader(zipped({"xl/workbook.xml": bomb})), worker=worker)
    assert caught.value.code in {"broken", "too_big"}


def test_the_child_that_reads_an_office_file_ends_with_it(worker: Worker) -> None:
    reading = Worker("office")
    PageDocument(BytesReader(odt()), worker=worker, converter=reading)
    assert reading.process_id is None
