"""Captions as they are met: rules of WebVTT, voices, styles, and text tracks inside videos."""

import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from mcassess.evidence.captions import Caption, captions_of, open_track_captions
from mcassess.evidence.cue_text import TextStyle, ass_text, style_rules, tagged_text
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import FileReader
from mcassess.evidence.worker import Worker

_HI = "00:01.000 --> 00:02.000\nHi\n"


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeffWEBVTT\n\n{_HI}",
        f"WEBVTT - a title\n\n{_HI}",
        f"WEBVTT\ttitle\n\n{_HI}",
        f"WEBVTT\nKind: captions\nLanguage: en\n\n{_HI}",
        f"WEBVTT\n{_HI}",
        f"WEBVTT\n\nNOTE a note\nof two lines\n\n{_HI}",
        f"WEBVTT\n\nREGION\nid:fred\nwidth:40%\n\n{_HI}",
        f"WEBVTT\n\n1 - intro\n{_HI}",
        "WEBVTT\n\n00:01.000\t-->\t00:02.000 align:start position:10% line:0\nHi\n",
        "WEBVTT\n\n00:01.000-->00:02.000\nHi\n",
        "WEBVTT\n\n00:01,000 --> 00:02,000\nHi\n",
        "WEBVTT\n\n0:00:01.000 --> 00:00:02.000\n<lang en>Hi</lang>",
        f"WEBVTT\n\n00:09.000 --> 00:03.000\nBackwards\n\n00:01.000 --> nonsense\nBad\n\n{_HI}",
        f"WEBVTT\n\n00:03.000 --> 00:04.000\n\n{_HI}",
        f"WEBVTT\r\r{_HI}".replace("\n", "\r"),
        f"webvtt\n\n{_HI}",
        "1\n00:00:01,000 --> 00:00:02,000 X1:0 X2:10\n{\\an8}Hi\n",
        "00:00:01,000 --> 00:00:02,000\nHi\n",
        "1\n0:0:1,0 --> 0:0:2.0\nHi",
    ],
)
def test_what_players_take_for_one_caption_is_one(text: str) -> None:
    assert captions_of(text) == (Caption(start_ms=1000, end_ms=2000, text="Hi"),)


@pytest.mark.parametrize(
    ("raw", "text", "speaker"),
    [
        ("<v Ms. Ray>Good <i>morning</i>", "Good morning", "Ms. Ray"),
        ("<v.loud Ann>Hi</v>\n<v Bob>Ho</v>", "Hi\nBob: Ho", "Ann"),
        ("<v Ann>Hi</v> <v Ann>again</v>", "Hi again", "Ann"),
        ("One <00:01.500>two <c.a.b>three</c>", "One two three", None),
        ("3 &lt; 4 &amp; 5 < 6", "3 < 4 & 5 < 6", None),
        ("<ruby>a<rt>b</rt></ruby>", "ab", None),
        ("</b>never opened", "never opened", None),
        ("<b>never closed", "never closed", None),
    ],
)
def test_marks_are_left_out_and_voices_are_named(raw: str, text: str, speaker: str | None) -> None:
    found = tagged_text(raw, {})
    assert (found.text, found.speaker) == (text, speaker)


def test_what_stands_out_is_told_by_place() -> None:
    rules = style_rules("::cue(.shout) { color: #ff8800; font-weight: bold }\n::cue(b) { color: red }")
    found = tagged_text("  Say <i>it <b>now</b></i>, <c.shout>loud</c> and <c.yellow>clear</c> ", rules)
    assert found.text == "Say it now, loud and clear"
    stretches = [(found.text[s.start : s.start + s.length], s) for s in found.styles]
    assert [words for words, _ in stretches] == ["it ", "now", "loud", "clear"]
    it, now, loud, clear = (style for _, style in stretches)
    assert (it.italic, it.bold) == (True, False)
    assert (now.italic, now.bold) == (True, True)
    assert (loud.colour, loud.bold) == ("#ff8800", True)
    assert clear.colour == "yellow"
    [red] = tagged_text('<font color="#FF0000">stop</font>', {}).styles
    assert red == TextStyle(start=0, length=4, colour="#ff0000")
    assert tagged_text('<font color="url(x)">stop</font>', {}).styles == ()


def test_codes_of_text_tracks_are_read_alike() -> None:
    found = ass_text("0,0,Default,Ms. Ray,0,0,0,,{\\i1}Good{\\i0} day,\\Nall {\\c&H0000FF&}red{\\r} ones")
    assert (found.text, found.speaker) == ("Good day,\nall red ones", "Ms. Ray")
    assert found.styles == (
        TextStyle(start=0, length=4, italic=True),
        TextStyle(start=14, length=3, colour="#ff0000"),
    )


def test_a_style_sheet_of_the_file_counts() -> None:
    [caption] = captions_of(f"WEBVTT\n\nSTYLE\n::cue(.a) {{ color: lime }}\n\n{_HI.replace('Hi', '<c.a>Hi</c>')}")
    assert caption.styles == (TextStyle(start=0, length=2, colour="lime"),)


_SUBTITLES = "1\n00:00:00,500 --> 00:00:01,500\n<i>Good</i> morning.\n\n2\n00:00:02,000 --> 00:00:03,000\nZwei & drei\n"


@pytest.mark.parametrize(
    ("ending", "coding"), [("mp4", "mov_text"), ("mkv", "srt"), ("mkv", "ass"), ("webm", "webvtt"), ("mov", "mov_text")]
)
def test_a_text_track_inside_a_video_is_read(
    clips, captions_child: Worker, tmp_path: Path, ending: str, coding: str
) -> None:
    (tmp_path / "words.srt").write_text(_SUBTITLES)
    video = clips.web if ending == "webm" else clips.lesson
    path = tmp_path / f"spoken.{ending}"
    command = ["ffmpeg", "-v", "error", "-i", str(video), "-i", str(tmp_path / "words.srt"), "-map", "0", "-map", "1"]
    subprocess.run([*command, "-c", "copy", "-c:s", coding, str(path)], check=True, timeout=60)
    with closing(FileReader(path)) as reader:
        first, second = open_track_captions(reader, 0, captions_child)
    assert (first.text, second.text) == ("Good morning.", "Zwei & drei")
    assert (first.start_ms, first.end_ms) == (pytest.approx(500, abs=30), pytest.approx(1500, abs=30))
    if coding != "webvtt":  # FFmpeg's decoder of this one leaves styles out
        assert first.styles == (TextStyle(start=0, length=4, italic=True),)


def test_a_video_without_a_text_track_has_no_captions(clips, captions_child: Worker) -> None:
    with closing(FileReader(clips.lesson)) as reader, pytest.raises(EvidenceError) as caught:
        open_track_captions(reader, 0, captions_child)
    assert caught.value.code == "no_captions"
