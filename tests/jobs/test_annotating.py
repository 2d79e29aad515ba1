"""Annotations: marks of a review, with undo; and the copy with them that leaves only by the policy's leave."""

import hashlib
from dataclasses import replace

import pymupdf
import pytest

from mcassess.domain.annotation import AnnotationStyle
from mcassess.domain.citation import Area, PageRegion, PictureArea
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence, Policy
from mcassess.errors import RefusedError, UsageError
from mcassess.jobs import annotating, reviewing
from mcassess.jobs.passwords import document_password, keep_document_password
from tests.support.documents import image, pdf
from tests.support.library import content, microcredential, put, raw, submission, video

WORDS = PageRegion(page=2, area=Area(x=0.1, y=0.1, width=0.4, height=0.03), quote="Lesson plan")
AREA = PageRegion(page=1, area=Area(x=0.5, y=0.5, width=0.2, height=0.2))


def bring(library, account, kind, data, identifier="s-9"):
    """Puts a submission with one piece of evidence, whose file is here, into the library."""
    sha256 = hashlib.sha256(data).hexdigest()
    piece = Evidence(id="d1", title="Plans", kind=kind, content=content(sha256, len(data), "application/pdf"))
    (key,) = put(library, account, submission(identifier, evidence=(piece, video("b" * 64, 5))))
    writer = library.vault.writer(sha256, len(data))
    writer.write(data)
    writer.finish()
    return key


@pytest.fixture
def plans(library, account):
    return bring(library, account, EvidenceKind.DOCUMENT, pdf())


def marks(library, key):
    with library.read() as reading:
        return reading.reviews.get(key).annotations


def words(document, page):
    return " ".join(document[page].get_text().split())


def test_a_mark_is_kept_in_the_review_with_what_it_covers_and_undo_takes_it_away(library, plans):
    annotating.annotate(library, plans, "d1", WORDS, boxes=[WORDS.area], text="Whose plan?")
    annotating.annotate(library, plans, "d1", AREA)
    annotating.annotate(library, plans, "d1", PageRegion(page=1), text="Kind.")
    found = marks(library, plans)
    assert [each.style for each in found] == [AnnotationStyle.NOTE, AnnotationStyle.REGION, AnnotationStyle.HIGHLIGHT]
    assert (found[2].place, found[2].boxes, found[2].text) == (WORDS, (WORDS.area,), "Whose plan?")
    reviewing.undo(library, plans)
    assert [each.page for each in marks(library, plans)] == [1, 2]
    reviewing.redo(library, plans)
    assert len(marks(library, plans)) == 3


def test_what_is_said_about_a_mark_can_be_changed_and_the_mark_be_removed(library, plans):
    annotating.annotate(library, plans, "d1", AREA, text="One")
    (mark,) = marks(library, plans)
    annotating.rewrite(library, plans, mark.id, "Two")
    assert [each.text for each in marks(library, plans)] == ["Two"]
    annotating.remove(library, plans, mark.id)
    assert marks(library, plans) == ()
    annotating.rewrite(library, plans, mark.id, "Three")
    assert marks(library, plans) == ()


def test_the_copy_carries_marks_and_cited_areas_with_the_criterion_and_leaves_the_file_as_it_was(library, plans):
    annotating.annotate(library, plans, "d1", WORDS, boxes=[WORDS.area], text="Whose plan?")
    reviewing.cite(library, plans, "c2", "d1", WORDS)
    reviewing.cite(library, plans, "c1", "d1", AREA)
    copy = annotating.annotated_copy(library, plans, "d1")
    assert copy.annotations == 2
    made = pymupdf.open(stream=copy.content, filetype="pdf")
    assert made.page_count == 3
    assert words(made, 2).startswith("Notes on “Plans” 1 Page 1 1 Criterion 1 2 Page 2 2 Criterion 2")
    assert "“Lesson plan” Whose plan?" in words(made, 2)
    with library.read() as reading:
        sha256 = reading.submissions.get(plans).submission.evidence[0].content.sha256
    assert sha256 == hashlib.sha256(pdf_bytes(library, sha256)).hexdigest()


def pdf_bytes(library, sha256):
    reader = library.vault.reader(sha256)
    try:
        return reader.read(reader.size)
    finally:
        reader.close()


def test_a_picture_gets_a_copy_too(library, account):
    key = bring(library, account, EvidenceKind.IMAGE, image((400, 200)))
    annotating.annotate(library, key, "d1", PictureArea(area=Area(x=0.5, y=0.5, width=0.4, height=0.4)), text="Here")
    made = pymupdf.open(stream=annotating.annotated_copy(library, key, "d1").content, filetype="pdf")
    assert made.page_count == 2
    drawn = made[0].get_pixmap()
    assert drawn.pixel(60, 100) != drawn.pixel(180, 100), "the area is washed"


def test_a_locked_document_is_copied_with_the_password_that_the_library_keeps(library, account):
    key = bring(library, account, EvidenceKind.DOCUMENT, pdf(password="apple"))
    annotating.annotate(library, key, "d1", PageRegion(page=1), text="Open")
    with library.read() as reading:
        sha256 = reading.submissions.get(key).submission.evidence[0].content.sha256
    assert document_password(library, sha256) is None
    keep_document_password(library, "f" * 64, "of nothing here")
    keep_document_password(library, sha256, "apple")
    assert (document_password(library, sha256), document_password(library, "f" * 64)) == ("apple", None)
    made = pymupdf.open(stream=annotating.annotated_copy(library, key, "d1").content, filetype="pdf")
    assert not made.needs_pass


def test_a_copy_leaves_only_where_the_policy_lets_it(library, account, plans, tmp_path):
    annotating.annotate(library, plans, "d1", WORDS)
    with pytest.raises(RefusedError, match="does not let evidence leave"):
        annotating.save_annotated_copy(library, plans, "d1", tmp_path / "copy.pdf")
    assert list(tmp_path.glob("*.pdf")) == []
    allowed = replace(microcredential(), policy=Policy(files_may_leave=True))
    with library.write() as writing:
        writing.submissions.put_microcredential(account, allowed, 2, raw(allowed))
    annotating.save_annotated_copy(library, plans, "d1", tmp_path / "copy.pdf")
    assert (tmp_path / "copy.pdf").read_bytes().startswith(b"%PDF-")


def test_what_has_no_marks_or_no_pages_has_no_copy(library, plans):
    with pytest.raises(RefusedError, match="Nothing is marked"):
        annotating.annotated_copy(library, plans, "d1")
    with pytest.raises(UsageError, match="no pages"):
        annotating.annotated_copy(library, plans, "v1")
    with pytest.raises(UsageError, match="no evidence"):
        annotating.annotated_copy(library, plans, "x1")
