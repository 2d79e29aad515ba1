"""Videos of a gigabyte and no index: as much of them is looked at as takes a second, and what stays unknown is said."""

import struct
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from mcassess.domain.preflight import Findings
from mcassess.evidence import media_survey, sentences
from mcassess.evidence.hurried_reader import Allowance, HurriedReader
from mcassess.evidence.media_survey import MediaSurvey, survey_media
from mcassess.evidence.reader import BytesReader
from tests.support.media import make_sound, make_video

HUGE = 1 << 30
MOST_READ = 160 << 20
HOUR_MS = 3_600_000


class Repeated(BytesReader):
    """A gigabyte: the beginning of a file, then its body again and again. Counts what is read of it."""

    def __init__(self, content: bytes, body: int, counted: list[int]) -> None:
        super().__init__(content)
        self._content, self._body, self._at, self._counted = content, body, 0, counted

    @property
    def size(self) -> int:
        return HUGE

    def read(self, count: int) -> bytes:
        self._counted.append(count)
        pieces, missing = [], min(count, HUGE - self._at)
        while missing > 0:
            body = len(self._content) - self._body
            at = self._at if self._at < self._body else self._body + (self._at - self._body) % body
            piece = self._content[at : at + missing]
            pieces.append(piece)
            missing -= len(piece)
            self._at += len(piece)
        return b"".join(pieces)

    def seek(self, offset: int) -> None:
        self._at = offset


def stated(content: bytes, name: bytes, value: float) -> bytes:
    at = content.index(name) + len(name)
    return content[:at] + struct.pack(">d", value) + content[at + 8 :]


def findings_of(found: MediaSurvey) -> Findings:
    return sentences.media_findings(asdict(found))


@pytest.fixture(scope="module", params=["flv", "mkv", "mp3"])
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, int]:
    """A file that says it lasts an hour, and where what is repeated of it begins."""
    path: Path = tmp_path_factory.mktemp("large") / f"lesson.{request.param}"
    if request.param == "mp3":
        return make_sound(path, codec="libmp3lame").read_bytes(), 3000
    content = make_video(path, frames=120, sound="aac" if request.param == "flv" else "mp3").read_bytes()
    if request.param == "flv":
        content = stated(content, b"\x00\x08duration\x00", HOUR_MS / 1000)
        return content.replace(b"filesize", b"somesize"), 13
    content = stated(content, b"\x44\x89\x88", HOUR_MS)
    segment = content.index(b"\x18S\x80g") + 4
    content = content[:segment] + b"\x01" + b"\xff" * 7 + content[segment + 8 :]  # it did not know its end
    cues = content.index(b"\x1c\x53\xbb\x6b", content.rindex(b"\x1f\x43\xb6\x75"))
    return content[:cues], content.index(b"\x1f\x43\xb6\x75")


def test_a_second_s_work_is_enough_for_a_gigabyte_and_what_is_not_known_is_said(large: tuple[bytes, int]) -> None:
    counted: list[int] = []
    found = survey_media(lambda: Repeated(*large, counted), 60.0)
    assert sum(counted) < MOST_READ
    assert found.plays
    if found.has_picture:
        assert found.broken == 0
        assert found.ran_out
        told = findings_of(found)
        (unknown,) = [problem for problem in told.problems if problem.code == "unfinished"]
        assert "not known" in unknown.text


def test_a_file_that_states_its_size_is_told_to_be_whole_or_cut_without_looking(tmp_path: Path) -> None:
    for name, codec in (("a.flv", "libx264"), ("a.wmv", "wmv2")):
        content = make_video(tmp_path / name, codec=codec, sound=None).read_bytes()
        whole = survey_media(lambda content=content: BytesReader(content), 4.0)
        assert (whole.here, whole.ran_out) == (1.0, False), name
        cut = survey_media(lambda content=content: BytesReader(content[: len(content) * 6 // 10]), 4.0)
        assert cut.here == pytest.approx(0.6, abs=0.01), name


def test_of_sound_that_nobody_had_time_for_nothing_is_said_but_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = make_video(tmp_path / "a.mp4", frames=900).read_bytes()
    monkeypatch.setattr(media_survey, "_WORK_BYTES", 0)
    found = survey_media(lambda: BytesReader(content), 60.0)
    assert (found.has_sound, found.peak, found.unheard) == (True, None, True)
    told = findings_of(found)
    assert told.sound is None
    assert [problem.code for problem in told.problems] == ["unfinished"]
    assert found.plays


def test_opening_a_recording_in_many_parts_takes_nothing_from_the_time_to_listen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_video(tmp_path / "whole.mp4", frames=600, key_every=5)
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        "whole.mp4",
        "-c",
        "copy",
        "-movflags",
        "frag_keyframe+empty_moov",
        "a.mp4",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    content = (tmp_path / "a.mp4").read_bytes()
    monkeypatch.setattr(media_survey, "_WORK_BYTES", len(content))
    counted: list[int] = []

    class Counted(BytesReader):
        def read(self, count: int) -> bytes:
            counted.append(count)
            return super().read(count)

    found = survey_media(lambda: Counted(content), 60.0)
    assert found.peak is not None
    assert max(counted) <= 1 << 15, "each part costs one read, and a small one"


def test_a_reader_whose_allowance_ran_out_comes_to_its_end() -> None:
    allowance = Allowance()
    reader = HurriedReader(BytesReader(b"a lesson"), allowance)
    assert reader.read(2) == b"a "
    allowance.limit(60.0, 5)
    assert reader.read(3) == b"les"
    assert (reader.read(3), allowance.ran_out) == (b"", True)
    worked = Allowance()
    worked.limit(-1.0, 5)
    assert (HurriedReader(BytesReader(b"lesson"), worked).read(3), worked.ran_out) == (b"", True)
