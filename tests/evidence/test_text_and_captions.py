import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.evidence.captions import Caption, captions_of, open_captions
from mcassess.evidence.cue_text import TextStyle
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.letters import decode
from mcassess.evidence.markdown import markdown_html
from mcassess.evidence.reader import BytesReader
from mcassess.evidence.text import ReadText, open_text, read_text
from mcassess.evidence.worker import Worker

WORDS = "Zoë asked: “Why?” – 5 € für alle\nNext line"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_read_in_whatever_encoding_it_was_saved(encoding: str) -> None:
    assert decode(WORDS.encode(encoding)) == WORDS


LESSON = {
    "cp1250": "Uczniowie słuchają się nawzajem. Żółta kartka była najważniejsza, a źródło jasne.",
    "cp1251": "Ученики слушают друг друга и отвечают на вопросы учителя.",
    "koi8-r": "Ученики слушают друг друга и отвечают на вопросы учителя.",
    "cp1253": "Οι μαθητές ακούνε ο ένας τον άλλον και απαντούν.",
    "gb18030": "学生们互相倾听并回答老师的问题。这是一堂很好的课。",
    "mac_roman": "Die Schüler hören gut zu, schön, sagt Jürgen über die Übung. Élève à côté.",
    "cp850": "Die Schüler hören gut zu, schön, sagt Jürgen über die Übung.",
}


@pytest.mark.parametrize("encoding", sorted(LESSON))
def test_what_an_old_laptop_saved_is_read_in_its_own_letters(encoding: str) -> None:
    assert decode(LESSON[encoding].encode(encoding)) == LESSON[encoding]


def test_few_letters_beyond_the_plain_ones_are_taken_for_western_ones() -> None:
    assert decode("Très bien, élève!".encode("cp1252")) == "Très bien, élève!"


def test_what_a_web_page_states_of_its_letters_counts() -> None:
    page = '<html><meta charset="iso-8859-5">Урок</html>'
    assert decode(page.encode("iso-8859-5")) == page


MARKDOWN = """Circle time
===========

We **greet** each *other*, see [site](https://example.org/) and `code *x*`.
Snake_case_name stays.

## Steps ##
1. Sit
2. Speak
   - in pairs
   - aloud

> They said <b>yes</b>.

| Name | Turns |
|------|------:|
| Ada  | 7     |

```
a | b  <c>
```
![wall](https://example.org/spy.png)
"""


def test_markdown_is_read_with_its_look_and_nothing_of_it_is_taken_as_html() -> None:
    html = markdown_html(MARKDOWN)
    assert html == (
        "<h1>Circle time</h1>"
        "<p>We <b>greet</b> each <i>other</i>, see site <i>(https://example.org/)</i> and <code>code *x*</code>. "
        "Snake_case_name stays.</p>"
        "<h2>Steps</h2><ol><li>Sit</li><li>Speak<ul><li>in pairs</li><li>aloud</li></ul></li></ol>"
        "<blockquote><p>They said &lt;b&gt;yes&lt;/b&gt;.</p></blockquote>"
        "<table><tr><th>Name</th><th>Turns</th></tr><tr><td>Ada</td><td>7</td></tr></table>"
        "<pre>a | b  &lt;c&gt;</pre><p><i>[wall]</i></p>"
    )


@given(st.text(alphabet="ab *_`#>-1.|[]()!\\\n\t<&", max_size=80))
def test_any_text_is_markdown_whose_tags_are_all_ours(text: str) -> None:
    tags = "p h1 h2 h3 h4 h5 h6 ul ol li b i code pre blockquote table tr th td br hr"
    allowed = set(tags.split(" "))
    assert {tag.strip("/") for tag in re.findall(r"<([^>]*)>", markdown_html(text))} <= allowed


@pytest.mark.parametrize(
    "text",
    ["*a " * 50_000, "[" * 50_000, ">" * 5_000, "- " * 3_000, "\n".join(" " * n + "- a" for n in range(1_500))],
    ids=["stars", "brackets", "quotes", "items", "stairs"],
)
def test_signs_without_end_neither_hang_nor_break_what_reads_them(text: str) -> None:
    letters = re.sub(r"<[^>]*>|&gt;", "", markdown_html(text)).count("a")
    assert letters == text.count("a")


def test_a_text_is_read_by_a_child_with_its_look() -> None:
    worker = Worker("words")
    try:
        assert read_text(BytesReader(b"# One"), worker=worker) == ReadText(text="# One")
        assert read_text(BytesReader(b"# One"), markdown=True, worker=worker).html == "<h1>One</h1>"
        page = read_text(BytesReader(b"<html><p>One<script>x</script><p>Two</html>"), worker=worker)
        assert page.text == "One\nTwo"
        assert open_text(BytesReader(LESSON["cp1251"].encode("cp1251")), worker=worker) == LESSON["cp1251"]
    finally:
        worker.close()


def test_all_line_ends_become_one_kind() -> None:
    assert decode(b"a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_a_long_text_is_cut_even_inside_a_letter() -> None:
    content = ("é" * 100).encode()
    assert open_text(BytesReader(content), limit=51) == "é" * 25


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_one_sentence(content: bytes) -> None:
    with suppress(EvidenceError):
        assert isinstance(decode(content), str)


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"\x00\x01\x02" * 200, "not_text"), (b"\x8d\x01\x02\x81", "not_text")]
)
def test_what_is_no_text_says_so(content: bytes, code: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        open_text(BytesReader(content))
    assert caught.value.code == code


VTT = """WEBVTT - lesson

STYLE
::cue { color: red }

1
00:01.000 --> 00:02.500 align:start
<v Ms. Ray>Who <i>found</i> another way? &amp; why

00:00:03.000 --> 00:00:04.250
two
lines
"""
SRT = """1
00:00:01,000 --> 00:00:02,500
Who {\\an8}found <i>another</i> way?

2
00:00:03,000 --> 00:00:04,250
two
lines
"""


def test_webvtt_is_read_with_speakers_and_without_marks() -> None:
    assert captions_of(VTT) == (
        Caption(
            start_ms=1000,
            end_ms=2500,
            text="Who found another way? & why",
            speaker="Ms. Ray",
            styles=(TextStyle(start=4, length=5, italic=True),),
        ),
        Caption(start_ms=3000, end_ms=4250, text="two\nlines"),
    )


def test_srt_is_read() -> None:
    assert [caption.text for caption in captions_of(SRT)] == ["Who found another way?", "two\nlines"]
    assert captions_of(SRT)[1].start_ms == 3000


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("text", [VTT, SRT])
def test_captions_are_read_in_odd_encodings_and_line_ends(text: str, encoding: str, captions_child: Worker) -> None:
    content = text.replace("found", "fänd").replace("\n", "\r\n").encode(encoding)
    assert "fänd" in open_captions(BytesReader(content), captions_child)[0].text


def test_captions_come_in_the_order_of_their_start_and_empty_ones_not_at_all() -> None:
    text = (
        "WEBVTT\n\n00:05.000 --> 00:06.000\nlate\n\n00:01.000 --> 00:02.000\nearly\n\n00:03.000 --> 00:03.000\nnever\n"
    )
    assert [caption.text for caption in captions_of(text)] == ["early", "late"]


@pytest.mark.parametrize(
    "content",
    [
        b"WEBVTT\n",
        b"WEBVTT\n\nno times here\n",
        b"hello",
        b"1\n00:00:xx --> 3\ntext\n",
        b"WEBVTT\n\n00:01.000 --> \ntext\n",
        b"\n\n\n",
    ],
)
def test_captions_that_cannot_be_read_say_so(content: bytes, captions_child: Worker) -> None:
    with pytest.raises(EvidenceError) as caught:
        open_captions(BytesReader(content), captions_child)
    assert caught.value.code == "no_captions"


@given(st.text(alphabet="WEBVT\n0123456789:.,-> <v>&;{}\\ab", max_size=200))
def test_any_text_gives_captions_or_one_sentence(text: str) -> None:
    with suppress(EvidenceError):
        assert all(caption.start_ms < caption.end_ms for caption in captions_of("WEBVTT\n\n" + text))
