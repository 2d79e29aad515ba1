from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.evidence.captions import Caption, captions_of, open_captions
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import BytesReader
from mcassess.evidence.text import decode, open_text

WORDS = "Zoë asked: “Why?” – 5 € für alle\nNext line"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_read_in_whatever_encoding_it_was_saved(encoding: str) -> None:
    assert decode(WORDS.encode(encoding)) == WORDS


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
        Caption(start_ms=1000, end_ms=2500, text="Who found another way? & why", speaker="Ms. Ray"),
        Caption(start_ms=3000, end_ms=4250, text="two\nlines"),
    )


def test_srt_is_read() -> None:
    assert [caption.text for caption in captions_of(SRT)] == ["Who found another way?", "two\nlines"]
    assert captions_of(SRT)[1].start_ms == 3000


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("text", [VTT, SRT])
def test_captions_are_read_in_odd_encodings_and_line_ends(text: str, encoding: str) -> None:
    content = text.replace("found", "fänd").replace("\n", "\r\n").encode(encoding)
    assert "fänd" in open_captions(BytesReader(content))[0].text


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
def test_captions_that_cannot_be_read_say_so(content: bytes) -> None:
    with pytest.raises(EvidenceError) as caught:
        open_captions(BytesReader(content))
    assert caught.value.code == "no_captions"


@given(st.text(alphabet="WEBVT\n0123456789:.,-> <v>&;{}\\ab", max_size=200))
def test_any_text_gives_captions_or_one_sentence(text: str) -> None:
    with suppress(EvidenceError):
        assert all(caption.start_ms < caption.end_ms for caption in captions_of("WEBVTT\n\n" + text))
