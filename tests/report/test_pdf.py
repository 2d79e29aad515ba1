"""The printed summary: what stands in it, that it is tagged, and that nobody's text is anything but text."""

import io
import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from PIL import Image

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import Condition, Outcome
from mcassess.paths import resources
from mcassess.report.deidentify import deidentified
from mcassess.report.document import summary_json
from mcassess.report.layout import clean, paragraphs, plain
from mcassess.report.pdf import REPLACEMENT, lacking, summary_pdf
from mcassess.report.summary import ReviewSummary, summarise
from tests.support import summaries as example
from tests.support.strategies import History

STILL = "v1@00:07:14-00:07:48"
PRINTABLE = st.text(
    st.sampled_from("".join(map(chr, range(0x20, 0x7F))) + "äöüßéñçøÅ“”‘’–—…€£×½ΩЖш" + "*_#$@<>\\`~/[]{}=+-|&%^"),
    min_size=1,
)
pytestmark = pytest.mark.filterwarnings("ignore:builtin type .* has no __module__ attribute:DeprecationWarning")


def opened(*summaries: ReviewSummary) -> pymupdf.Document:
    return pymupdf.open(stream=summary_pdf(summaries), filetype="pdf")


def text_of(*summaries: ReviewSummary) -> str:
    with opened(*summaries) as document:
        return folded(" ".join(page.get_text() for page in document))


def poppler_text_of(*summaries: ReviewSummary) -> str:
    pdf = summary_pdf(summaries)
    made = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, timeout=20, check=True)
    return folded(made.stdout.decode())


needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text.replace("\u200b", "")).split())


def objects(document: pymupdf.Document) -> Iterator[str]:
    return (document.xref_object(number) for number in range(1, document.xref_length()))


def tags(document: pymupdf.Document) -> set[str]:
    return {found for each in objects(document) for found in re.findall(r"/S\s*/(\w+)", each)}


def draft() -> ReviewSummary:
    work = History().do(example.score("c1", 2), example.comment("c2", "Come back to this"))
    return summarise(example.SUBMISSION, example.MICROCREDENTIAL, example.RUBRIC, work, options=example.OPTIONS)


def returned() -> ReviewSummary:
    work = History().do(
        Entry(kind=ChangeKind.COMPLETENESS, target="k1", value=False),
        Entry(kind=ChangeKind.CONDITION, value=Condition.UNPLAYABLE.value),
        Entry(kind=ChangeKind.FEEDBACK, value="The video stops after eleven seconds."),
    )
    sealed = example.decision(Outcome.RETURNED, work)
    return summarise(example.SUBMISSION, example.MICROCREDENTIAL, example.RUBRIC, work, sealed, options=example.OPTIONS)


class TestContent:
    @pytest.mark.parametrize(
        "words",
        [
            "Riverside District",
            "Morning Meeting for SEL",
            "Part of Class Structures to Support SEL",
            "Not yet earned",
            "3 of 5 criteria pass.",
            "Educator Educator 7F3A",
            "Decided 22 November 2026",
            "Assessor Robin Assessor",
            "Thank you for a warm and well-kept meeting.",
            "4 Peer feedback Almost not yet",
            "Leading the meeting",
            "Almost: Some respond, in general words.",
            "To pass, Meets: All give specific, kind feedback and have time to use it.",
            "Lesson video, 07:14–07:48 two of nine pairs answer",
            "Activity plans, rev. 2, page 2 “belonging means that somebody waits for you”",
            "The video can be seen and heard Yes",
            "Page 1 of 2",
        ],
    )
    def test_holds(self, words: str) -> None:
        assert words in text_of(example.summary())

    def test_never_holds_the_private_note(self) -> None:
        assert "coordinator" not in text_of(example.summary())

    def test_a_draft_says_so_on_every_page(self) -> None:
        with opened(draft()) as document:
            pages = [folded(page.get_text()) for page in document]
        assert "Draft, not decided Nothing of this is sealed or sent" in pages[0]
        assert all("Attempt 2 · Draft" in page for page in pages)
        assert "Draft" not in text_of(example.summary())

    def test_a_returned_submission_says_why_and_shows_no_scores(self) -> None:
        said = text_of(returned())
        assert "Returned, not complete Not scored, and it uses up no attempt. Condition: Cannot be played." in said
        assert "The video can be seen and heard No Every document opens and can be read not answered" in said
        assert "Peer feedback" not in said

    def test_an_award_without_pass_levels_speaks_of_no_passing(self) -> None:
        free = tuple(
            replace(
                each,
                criteria=tuple(
                    replace(c, levels=tuple(replace(v, passes=None) for v in c.levels)) for c in each.criteria
                ),
            )
            for each in example.summary().requirements
        )
        said = text_of(
            replace(example.summary(), outcome=Outcome.AWARD, requirements=free, points=12.5, points_needed=12)
        )
        assert "5 of 5 criteria scored." in said
        assert "Passes" not in said
        assert "Total: 12.5 points; an award needs 12" in said
        assert "Meets · 2" in said

    def test_each_summary_begins_a_page_and_counts_its_own(self) -> None:
        with opened(example.summary(), returned(), draft()) as document:
            counts = [folded(page.get_text()).rpartition("Page ")[2] for page in document]
            assert document.metadata["title"] == "3 review summaries"
        assert counts == ["1 of 2", "2 of 2", "1 of 1", "1 of 2", "2 of 2"]

    def test_a_document_of_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            summary_pdf([])

    def test_the_same_summary_gives_the_same_bytes(self) -> None:
        assert summary_pdf([example.summary()]) == summary_pdf([example.summary()])

    def test_deidentified_it_leaks_no_name_in_text_or_metadata(self) -> None:
        hidden = deidentified(example.summary(), example.EDUCATOR)
        with opened(hidden) as document:
            said = text_of(hidden) + str(document.metadata) + document.get_xml_metadata() + "".join(objects(document))
        for name in ("Educator 7F3A", "7F3A", "e-7f3a", "Dana", "Robin", "s-0001"):
            assert name not in said
        assert "Morning Meeting for SEL" in said


class TestAccess:
    def test_is_tagged_with_language_title_headings_and_tables(self) -> None:
        with opened(example.summary()) as document:
            catalogue = document.xref_object(document.pdf_catalog())
            assert "/Lang(en)" in catalogue.replace(" ", "")
            assert re.search(r"/Marked\s+true", catalogue)
            assert re.search(r"/DisplayDocTitle\s+true", catalogue)
            assert "pdfuaid:part" in document.get_xml_metadata()
            assert tags(document) >= {"H1", "H2", "H3", "H4", "P", "Table", "TH", "TD", "L", "LI"}
            assert [entry[:2] for entry in document.get_toc()][:3] == [
                [1, "Morning Meeting for SEL"],
                [2, "Feedback"],
                [2, "Scores"],
            ]
            assert document.metadata["title"].startswith("Review summary: Morning Meeting for SEL")

    @needs_poppler
    def test_pdfinfo_calls_it_tagged(self, tmp_path: Path) -> None:
        path = tmp_path / "summary.pdf"
        path.write_bytes(summary_pdf([example.summary()]))
        said = subprocess.run(["pdfinfo", path], capture_output=True, text=True, timeout=20, check=True).stdout
        assert re.search(r"Tagged:\s+yes", said)
        assert re.search(r"JavaScript:\s+no", said)

    def test_headings_keep_their_order_where_requirements_have_no_title(self) -> None:
        bare = tuple(replace(each, title="") for each in example.summary().requirements)
        with opened(replace(example.summary(), requirements=bare)) as document:
            assert tags(document) >= {"H1", "H2", "H3"}
            assert "H4" not in tags(document)

    def test_a_still_is_shown_and_described(self) -> None:
        stored = io.BytesIO()
        Image.new("RGB", (64, 36), "#456").save(stored, "PNG")
        made = example.summary(replace(example.OPTIONS, stills={STILL: stored.getvalue()}))
        with opened(made) as document:
            assert sum(len(page.get_images()) for page in document) == 1
            assert "Figure" in tags(document)
            assert any("Picture of Lesson video 07:14" in _alternative(each) for each in objects(document))
        with opened(example.summary()) as document:
            assert sum(len(page.get_images()) for page in document) == 0

    def test_every_font_is_one_of_typst_and_embedded(self) -> None:
        with opened(example.summary()) as document:
            fonts = {font[3] for page in document for font in page.get_fonts()}
        assert fonts
        assert all("Libertinus" in name or "NewCM" in name for name in fonts)


def _alternative(source: str) -> str:
    found = re.search(r"/Alt\s*(?:\((.*?)\)|<([0-9a-fA-F]+)>)", source, re.DOTALL)
    if found is None:
        return ""
    return found[1] or bytes.fromhex(found[2]).decode("utf-16")


def hostile(text: str) -> ReviewSummary:
    """A summary with the text in every place that somebody else writes."""
    made = example.summary()
    cited = replace(made.criteria[0].citations[0], evidence=text, quote=text, text=text)
    criterion = replace(made.criteria[0], title=text, comment=text, description=text, citations=(cited,))
    requirement = replace(made.requirements[0], title=text, criteria=(criterion, *made.requirements[0].criteria[1:]))
    return replace(
        made,
        programme=text,
        microcredential=text or "x",
        stack=text,
        educator=text,
        assessor=text,
        feedback=text,
        requirements=(requirement, made.requirements[1]),
    )


class TestHostileText:
    @pytest.mark.parametrize(
        "text",
        [
            '#set page(width: 1pt) #panic("x") #sys.inputs',
            "*bold* _thin_ $x^2$ `code` <label> @reference = Heading",
            "#include \"/etc/passwd\" #read('/etc/passwd') \\u{41}",
            "// not /* a comment */ -- --- ... ~ 'quotes' \"double\"",
            "office, fjord, waffle, Zebrafink, The Thin",
            "]] }} ) ${x} %s {page} {pages} {what}",
        ],
    )
    def test_prints_as_itself(self, text: str) -> None:
        made = replace(example.summary(), feedback=text)
        assert folded(text) in text_of(made)

    @needs_poppler
    @settings(max_examples=40, deadline=None)
    @given(PRINTABLE)
    def test_any_printable_text_comes_back(self, text: str) -> None:
        letter = f"begin {text} end"
        said = poppler_text_of(replace(example.summary(), feedback=letter))
        # A line may break after any sign, so spaces do not count.
        assert folded(letter).replace(" ", "") in said.replace(" ", "")

    def test_scripts_from_right_to_left_come_back(self) -> None:
        said = text_of(replace(example.summary(), feedback="שלום לכולם"))
        assert "שלום" in said or "םולש" in said

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.text(max_size=40))
    def test_any_text_at_all_prints(self, text: str) -> None:
        with opened(hostile(text)) as document:
            assert document.page_count >= 2

    @pytest.mark.parametrize(
        "text",
        [
            "\x00\x07\x1b",
            "\ud800",
            "\ufdd0\uffff",
            "\u202eevil\u202c",
            "\u0378",
            "a\u0301\u0302" * 50,
            "\U000e0041",
            "\n\n\n",
        ],
    )
    def test_characters_that_nobody_can_print_do_no_harm(self, text: str) -> None:
        assert "Not yet earned" in text_of(hostile(text))

    @needs_poppler
    def test_what_no_font_has_is_shown_as_missing_and_the_rest_stays(self) -> None:
        assert f"one {REPLACEMENT} two" in poppler_text_of(replace(example.summary(), feedback="one \u0378 two"))

    def test_a_directional_override_does_not_turn_a_line_round(self) -> None:
        assert "award not yet" in text_of(replace(example.summary(), feedback="award\u202e not yet"))

    def test_a_word_longer_than_the_line_stays_on_the_page(self) -> None:
        with opened(replace(example.summary(), feedback="https://example.org/" + "a" * 400)) as document:
            rightmost = max(word[2] for page in document for word in page.get_text("words"))
            assert rightmost <= document[0].rect.width - 60

    def test_a_letter_of_many_pages_is_printed_whole(self) -> None:
        letter = "\n\n".join(f"Paragraph {number} of this letter." for number in range(400))
        said = text_of(replace(example.summary(), feedback=letter))
        assert all(f"Paragraph {number} of" in said for number in range(400))


class TestPreparation:
    def test_paragraphs_keep_lines_and_know_their_direction(self) -> None:
        assert paragraphs("one\r\ntwo\n\n \n\nשלום\u2028עולם\n") == [
            {"lines": ["one", "two"], "rtl": False},
            {"lines": ["שלום", "עולם"], "rtl": True},
        ]
        assert paragraphs(" \n ") == []

    def test_one_line_has_no_breaks(self) -> None:
        assert plain(" a\n\tb\x00 c ") == "a b c"

    @given(st.text())
    def test_cleaning_twice_changes_nothing_more_than_once(self, text: str) -> None:
        once = clean(text)
        assert clean(once).replace("\u200b", "") == once.replace("\u200b", "")
        assert all(unicodedata.category(each) not in {"Cs", "Cc"} or each in "\n\t" for each in once)

    def test_missing_characters_are_read_from_what_typst_says(self) -> None:
        said = (
            'error: PDF/UA-1 error: the text `"日"` could not be displayed with font `"L"`\n'
            'error: PDF/UA-1 error: the text `"\\u{378}\\n"` could not be displayed with font `"L"`'
        )
        assert lacking(said) == {"日", "\u0378", "\n"}
        assert lacking("error: something else `x`") == set()


class TestDocument:
    SCHEMA = json.loads((resources() / "schemas" / "summary.schema.json").read_text(encoding="utf-8"))

    def test_the_schema_is_one(self) -> None:
        Draft202012Validator.check_schema(self.SCHEMA)

    @pytest.mark.parametrize(
        "make", [example.summary, draft, returned, lambda: deidentified(example.summary(), example.EDUCATOR)]
    )
    def test_every_summary_fits_the_schema(self, make: object) -> None:
        document = json.loads(json.dumps(summary_json([make()])))
        assert list(Draft202012Validator(self.SCHEMA).iter_errors(document)) == []

    def test_the_schema_refuses_what_it_does_not_know(self) -> None:
        document = summary_json([example.summary()])
        document["summaries"][0]["surprise"] = 1
        assert list(Draft202012Validator(self.SCHEMA).iter_errors(document))
