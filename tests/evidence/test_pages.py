import subprocess
from pathlib import Path

import pymupdf
import pytest

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.kinds import FileKind
from mcassess.evidence.page_parts import PageWord
from mcassess.evidence.pages import PageDocument
from mcassess.evidence.picture import Picture
from mcassess.evidence.reader import BytesReader
from mcassess.evidence.worker import Worker
from tests.support.documents import docx, endless_pdf, image, linked_form, pdf, pdf_without_pages, scans


@pytest.fixture(scope="module")
def worker():
    """A child for all tests but those that end it; it runs before the first test counts its processes."""
    worker = Worker("pages")
    PageDocument(BytesReader(pdf()), worker=worker)
    yield worker
    worker.close()


def pixel(picture: Picture, x: float, y: float) -> tuple[int, ...]:
    start = int(y) * picture.stride + int(x) * 3
    return tuple(picture.pixels[start : start + 3])


def test_a_page_has_its_size_its_pixels_and_its_words(worker: Worker) -> None:
    document = PageDocument(BytesReader(pdf()), "plan.pdf", worker=worker)
    assert document.kind is FileKind.PDF
    assert [(round(size.width), round(size.height)) for size in document.page_sizes] == [(595, 842)] * 2
    picture = document.render(1, 2.0)
    assert (picture.width, picture.height) == (1190, 1684)
    assert pixel(picture, 400, 600) == pytest.approx((204, 26, 26), abs=2)
    assert pixel(picture, 1000, 1500) == (255, 255, 255)
    words = document.words(1)
    assert [word.text for word in words] == ["Lesson", "plan", "page", "2"]
    assert len({word.line for word in words}) == 1
    lesson = words[0]
    assert lesson.x == pytest.approx(72 / 595, abs=0.005)
    assert lesson.y < 100 / 842 < lesson.y + lesson.height


def test_a_page_looks_as_another_renderer_draws_it(worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(pdf())
    command = [
        "pdftoppm",
        "-r",
        "144",
        "-f",
        "1",
        "-l",
        "1",
        "-singlefile",
        str(tmp_path / "plan.pdf"),
        str(tmp_path / "page"),
    ]
    subprocess.run(command, check=True, timeout=30)
    theirs = (tmp_path / "page.ppm").read_bytes()
    header, _, pixels = theirs.partition(b"255\n")
    width, height = (int(number) for number in header.split()[1:3])
    ours = PageDocument(BytesReader(pdf()), worker=worker).render(0, 2.0)
    assert abs(ours.width - width) <= 1
    assert abs(ours.height - height) <= 1
    places = [(x, y) for x in range(10, ours.width - 10, 23) for y in range(10, ours.height - 10, 29)]
    differing = 0
    for x, y in places:
        start = (y * width + x) * 3
        there = pixels[start : start + 3]
        differing += max(abs(a - b) for a, b in zip(pixel(ours, x, y), there, strict=True)) > 40
    assert differing < len(places) // 100
    assert any(pixel(ours, x, y)[1] < 60 for x, y in places)


def test_a_turned_page_keeps_its_words_where_they_are_seen(worker: Worker) -> None:
    document = pymupdf.open(stream=pdf(1))
    document[0].set_rotation(90)
    turned = PageDocument(BytesReader(document.tobytes()), worker=worker)
    size, word = turned.page_sizes[0], turned.words(0)[0]
    assert size.width > size.height
    assert word.x > 0.8
    assert word.y < 0.2
    picture = turned.render(0, 1.0)
    box = [
        pixel(picture, x, y)
        for x in range(int(word.x * picture.width), int((word.x + word.width) * picture.width))
        for y in range(int(word.y * picture.height), int((word.y + word.height) * picture.height))
    ]
    assert any(sum(colour) < 300 for colour in box)


def test_a_word_document_keeps_its_text_tables_and_pictures(worker: Worker) -> None:
    document = PageDocument(BytesReader(docx()), "reflection.docx", worker=worker)
    assert document.kind is FileKind.DOCX
    words = [word.text for word in document.words(0)]
    for expected in ("Everyone", "belongs", "Reflection", "groups,", "11", "12", "21", "22"):
        assert expected in words
    left, right = (next(word for word in document.words(0) if word.text == cell) for cell in ("11", "12"))
    assert right.x > left.x + 0.1
    assert abs(right.y - left.y) < 0.01
    picture = document.render(0, 1.0)
    colours = {pixel(picture, x, y) for x in range(0, picture.width, 5) for y in range(0, picture.height, 5)}
    assert (255, 0, 0) in colours
    assert (0, 0, 255) in colours


def test_a_long_word_document_has_many_pages(worker: Worker) -> None:
    document = PageDocument(BytesReader(docx(paragraphs=200)), worker=worker)
    assert document.page_count > 3
    assert "part" in [word.text for word in document.words(document.page_count - 2)]


def test_a_photograph_among_documents_is_a_page_and_a_scan_many(worker: Worker) -> None:
    document = PageDocument(BytesReader(image((400, 200))), worker=worker)
    assert (document.page_sizes[0].width, document.page_sizes[0].height) == (300, 150)
    assert pixel(document.render(0, 4 / 3), 50, 50) == pytest.approx((255, 0, 0), abs=6)
    assert PageDocument(BytesReader(scans((200, 100), (100, 300))), worker=worker).page_count == 2


def test_a_drawing_is_a_page(worker: Worker) -> None:
    start = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">'
    svg = start + b'<rect width="90" height="60" fill="#00ff00"/></svg>'
    document = PageDocument(BytesReader(svg), "map.svg", worker=worker)
    assert pixel(document.render(0, 1.0), 45, 30) == (0, 255, 0)


def test_a_password_opens_what_it_locks(worker: Worker) -> None:
    locked = pdf(password="apple")
    for wrong in (None, "pear"):
        with pytest.raises(EvidenceError) as caught:
            PageDocument(BytesReader(locked), password=wrong, worker=worker)
        assert caught.value.code == "password"
    assert PageDocument(BytesReader(locked), password="apple", worker=worker).page_count == 2


def test_a_huge_scale_is_bounded(worker: Worker) -> None:
    picture = PageDocument(BytesReader(pdf()), worker=worker).render(0, 500.0)
    assert picture.width * picture.height <= 81_000_000


def test_a_page_outside_the_document_is_our_fault(worker: Worker) -> None:
    document = PageDocument(BytesReader(pdf()), worker=worker)
    with pytest.raises(IndexError):
        document.render(2, 1.0)


def cropped(turn: int) -> bytes:
    """A page of which only a part is shown, turned; colours and words lie uneven on it."""
    document = pymupdf.open(stream=pdf(1))
    page = document[0]
    page.draw_rect((320, 260, 420, 300), color=None, fill=(0.1, 0.2, 0.9))
    page.insert_text((150, 500), "Share circle", fontsize=30)
    page.set_cropbox(pymupdf.Rect(60, 150, 460, 700))
    page.set_rotation(turn)
    return bytes(document.tobytes())


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_cropped_and_turned_page_is_drawn_read_and_marked_in_its_place(
    worker: Worker, tmp_path: Path, turn: int
) -> None:
    document = PageDocument(BytesReader(cropped(turn)), worker=worker)
    ours, words = document.render(0, 1.0), document.words(0)
    (tmp_path / "plan.pdf").write_bytes(cropped(turn))
    command = ["pdftoppm", "-cropbox", "-r", "72", "-singlefile", str(tmp_path / "plan.pdf"), str(tmp_path / "page")]
    subprocess.run(command, check=True, timeout=30)
    header, _, pixels = (tmp_path / "page.ppm").read_bytes().partition(b"255\n")
    width, height = (int(number) for number in header.split()[1:3])
    assert (abs(width - ours.width), abs(height - ours.height)) <= (1, 1)
    places = [(x, y) for x in range(5, ours.width - 5, 11) for y in range(5, ours.height - 5, 13)]
    far = sum(
        max(abs(a - b) for a, b in zip(pixel(ours, x, y), pixels[(y * width + x) * 3 :][:3], strict=True)) > 60
        for x, y in places
    )
    assert far < len(places) // 50
    share = next(word for word in words if word.text == "Share")
    boxes = [[share.x, share.y, share.width, share.height]]
    mark = {"page": 0, "style": "highlight", "boxes": boxes, "colour": [0.0, 0.6, 0.0], "number": 1}
    made = document.burnt([mark | {"where": "", "quote": "", "about": "", "text": "x"}], "Notes")
    picture = PageDocument(BytesReader(made), worker=worker).render(0, 1.0)
    box = [(share.x + share.width * a, share.y + share.height * b) for a in (0.1, 0.3, 0.5, 0.9) for b in (0.1, 0.9)]
    green = [is_green(pixel(picture, x * picture.width, y * picture.height)) for x, y in box]
    assert sum(green) >= len(green) // 2
    assert not is_green(pixel(picture, picture.width * 0.02, picture.height * 0.98))


def test_links_lead_to_pages_inside_and_to_addresses_outside(worker: Worker) -> None:
    document = PageDocument(BytesReader(linked_form()), worker=worker)
    inner, outer = document.links(0)
    assert (inner.page, inner.address) == (2, "")
    assert (outer.page, outer.address) == (None, "https://example.org/")
    assert inner.box.x == pytest.approx(72 / 595, abs=0.005)
    assert document.links(1) == ()


def test_an_outline_leads_to_pages(worker: Worker) -> None:
    document = PageDocument(BytesReader(linked_form()), worker=worker)
    assert [(each.level, each.title, each.page) for each in document.outline()] == [
        (1, "Plan", 0),
        (2, "Greeting", 1),
        (1, "Closing", 2),
    ]
    assert PageDocument(BytesReader(pdf()), worker=worker).outline() == ()


def test_a_form_tells_what_was_entered_and_shows_it(worker: Worker) -> None:
    document = PageDocument(BytesReader(linked_form()), worker=worker)
    fields = document.fields(0, 3)
    assert [(each.name, each.value, each.page) for each in fields] == [
        ("Goal", "Everyone speaks", 0),
        ("Unedited", "yes", 0),
    ]
    picture, box = document.render(0, 2.0), fields[0].box
    inside = [
        pixel(picture, x, y)
        for x in range(int(box.x * picture.width), int((box.x + box.width) * picture.width))
        for y in range(int(box.y * picture.height), int((box.y + box.height) * picture.height))
    ]
    assert any(sum(colour) < 200 for colour in inside)
    assert document.fields(1, 2) == ()


def test_a_text_is_found_over_line_breaks_whatever_its_capitals(worker: Worker) -> None:
    document = PageDocument(BytesReader(linked_form()), worker=worker)
    (hit,) = document.find("FIND another", 0, 3)
    assert (hit.page, hit.first) == (1, 2)
    assert [word.text for word in hit.words] == ["find", "another"]
    assert hit.words[0].line != hit.words[1].line
    assert len(document.find("another way", 0, 3)) == 2
    assert document.find("another way", 2, 1) == ()
    assert document.find("  ", 0, 3) == ()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_annotations_are_burnt_in_where_they_are_seen_with_their_words_at_the_end(worker: Worker, turn: int) -> None:
    original = PageDocument(BytesReader(linked_form(turn)), worker=worker)
    (hit,) = original.find("find another", 0, 3)
    boxes = [[word.x, word.y, word.width, word.height] for word in hit.words]
    annotation = {"page": 1, "style": "highlight", "boxes": boxes, "colour": [0.0, 0.5, 0.0], "number": 1}
    region = {"page": 1, "style": "region", "boxes": [[0.5, 0.6, 0.2, 0.1]], "colour": [0.8, 0.0, 0.0], "number": 2}
    words = {"where": "page 2", "quote": "find another", "about": "Greeting", "text": "Now everyone speaks."}
    made = original.burnt([annotation | words, region | words | {"quote": ""}], "Notes on the plan")
    copy = PageDocument(BytesReader(made), worker=worker)
    assert copy.page_count == 4
    assert [word.text for word in copy.words(0)] == [word.text for word in original_words(linked_form(turn), worker)]
    copy = PageDocument(BytesReader(made), worker=worker)
    picture = copy.render(1, 2.0)
    for x, y, width, height in boxes:
        places = [(x + width * part, y + height * 0.1) for part in (0.1, 0.5, 0.9)]
        assert any(is_green(pixel(picture, px * picture.width, py * picture.height)) for px, py in places)
    inside = pixel(picture, 0.6 * picture.width, 0.65 * picture.height)
    assert inside[0] > inside[1] + 10
    assert pixel(picture, 0.3 * picture.width, 0.85 * picture.height) == (255, 255, 255)
    notes = " ".join(word.text for word in copy.words(3))
    assert "Notes on the plan" in notes
    assert "Now everyone speaks." in notes
    assert "1" in [word.text for word in copy.words(1)]


def original_words(content: bytes, worker: Worker) -> tuple[PageWord, ...]:
    return PageDocument(BytesReader(content), worker=worker).words(0)


def is_green(colour: tuple[int, ...]) -> bool:
    return colour[1] > colour[0] + 40 and colour[1] > colour[2] + 40


def test_any_document_becomes_a_copy_with_annotations(worker: Worker) -> None:
    document = PageDocument(BytesReader(docx()), worker=worker)
    note = {"page": 0, "style": "note", "boxes": [[0.1, 0.1, 0.01, 0.01]], "colour": [0, 0, 1], "number": 1}
    made = document.burnt([note | {"where": "page 1", "quote": "", "about": "", "text": "Why?"}], "Notes")
    assert PageDocument(BytesReader(made), worker=worker).page_count == document.page_count + 1


def test_a_page_that_draws_for_ever_is_stopped_and_the_document_goes_on() -> None:
    endless = endless_pdf(good_pages=1)
    document = PageDocument(BytesReader(endless), page_seconds=0.4)
    with pytest.raises(EvidenceError) as caught:
        document.render(0, 3.0)
    assert caught.value.code == "too_slow"
    document.page_seconds = 10
    assert document.render(1, 3.0).width == 300
    document.close()


def _zip_bomb() -> bytes:
    return docx(extra={"word/media/huge.bin": bytes(320 << 20)})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "broken"),
        (pdf()[:200], "broken"),
        (pdf_without_pages(), "no_pages"),
        (docx()[:-600], "broken"),
        (docx(extra={"word/document.xml": b"<w:document"}), "broken"),
        (bytes(range(256)) * 40, "unsupported"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
            "password",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "unsupported"),
    ],
    ids=[
        "nothing",
        "noise",
        "cut short",
        "no pages",
        "cut package",
        "broken text",
        "random",
        "locked Word",
        "old Word",
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_cannot_be_opened_says_so_in_one_sentence(worker: Worker, content: bytes, code: str) -> None:
    reader = BytesReader(content)
    with pytest.raises(EvidenceError) as caught:
        PageDocument(reader, "plan.pdf", worker=worker)
    assert caught.value.code == code
    assert caught.value.text.endswith(".")
    assert reader.size == 0, "the reader is closed"


def test_a_package_that_unpacks_to_more_than_the_memory_is_refused(worker: Worker) -> None:
    with pytest.raises(EvidenceError) as caught:
        PageDocument(BytesReader(_zip_bomb()), worker=worker)
    assert caught.value.code == "too_big"


def test_a_document_with_a_child_of_its_own_ends_it() -> None:
    reader = BytesReader(pdf())
    document = PageDocument(reader)
    document.close()
    document.close()
    assert reader.size == 0
    with pytest.raises(EvidenceError):
        document.render(0, 1.0)


def test_a_document_that_says_who_made_it_is_burnt_too_and_says_so_no_more(worker: Worker) -> None:
    with pymupdf.open(stream=pdf(1)) as written:
        written.set_metadata({"title": "Activity plans", "author": "Ruth Nakamura", "producer": "Typst"})
        document = PageDocument(BytesReader(written.tobytes()), worker=worker)
    note = {"page": 0, "style": "note", "boxes": [], "colour": [0, 0, 0], "number": 1}
    made = document.burnt([note | {"where": "page 1", "quote": "", "about": "", "text": "Why?"}], "Notes")
    assert b"Nakamura" not in made
    with pymupdf.open(stream=made) as copy:
        assert not any(copy.metadata[name] for name in ("title", "author", "producer"))
