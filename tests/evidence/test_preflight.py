import io
import os
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from mcassess.domain.preflight import Findings
from mcassess.evidence.kinds import FileKind, kind_of
from mcassess.evidence.preflight import Preflight, check
from mcassess.evidence.reader import BytesReader, FileReader
from tests.support.documents import docx, endless_pdf, image, pdf, pdf_without_pages
from tests.support.media import make_sound, make_video


@pytest.fixture(scope="module")
def preflight():
    """Its children run before the first test counts its processes."""
    preflight = Preflight()
    preflight.check(BytesReader(pdf()))
    preflight.check(BytesReader(docx()))
    preflight.check(BytesReader("Grüße".encode("cp1252")), "letter.txt")
    yield preflight
    preflight.close()


def found(preflight: Preflight, content: bytes | Path, name: str = "") -> Findings:
    reader = BytesReader(content) if isinstance(content, bytes) else FileReader(content)
    try:
        return preflight.check(reader, name)
    finally:
        reader.close()


def codes(findings: Findings) -> list[str]:
    assert all(problem.text.endswith(".") for problem in findings.problems)
    return [problem.code for problem in findings.problems]


def test_a_good_video_opens_plays_and_sounds(preflight: Preflight, clips) -> None:
    findings = found(preflight, clips.lesson)
    assert findings.loudness_db == pytest.approx(-13.5, abs=1.0)
    assert replace(findings, loudness_db=None) == Findings(
        kind="video", opens=True, plays=True, sound=True, duration_ms=4000, width=320, height=180
    )


@pytest.mark.parametrize("clip", ["old_camera", "web", "phone"])
def test_videos_of_other_kinds_are_fine_too(preflight: Preflight, clips, clip: str) -> None:
    findings = found(preflight, getattr(clips, clip))
    assert (findings.kind, findings.opens, findings.plays, codes(findings)) == ("video", True, True, [])


def test_a_video_without_sound_plays_and_is_told(preflight: Preflight, clips) -> None:
    findings = found(preflight, clips.mute)
    assert (findings.plays, findings.sound, codes(findings)) == (True, False, ["no_sound"])


def test_a_video_whose_sound_is_silence_is_told(preflight: Preflight, tmp_path: Path) -> None:
    findings = found(preflight, make_video(tmp_path / "still.mp4", frames=30, level=0.0))
    assert (findings.plays, findings.sound, codes(findings)) == (True, True, ["silent"])


def test_sound_alone_is_sound(preflight: Preflight, tmp_path: Path) -> None:
    findings = found(preflight, make_sound(tmp_path / "talk.m4a"))
    assert (findings.kind, findings.plays, findings.sound, codes(findings)) == ("sound", True, True, [])


def test_a_video_cut_in_half_is_told(preflight: Preflight, clips) -> None:
    findings = found(preflight, clips.cut)
    assert (findings.opens, findings.plays, codes(findings)) == (True, True, ["cut_off"])
    assert "0:00:08" in findings.problems[0].text


def test_a_video_cut_before_its_contents_does_not_open(preflight: Preflight, clips) -> None:
    findings = found(preflight, clips.cut_before_contents)
    assert (findings.kind, findings.opens, findings.plays, codes(findings)) == ("video", False, False, ["broken"])


@pytest.mark.parametrize(
    ("content", "name", "kind", "pages", "expected"),
    [
        (pdf(), "", "document", 2, []),
        (docx(), "", "document", 1, []),
        (pdf(password="apple"), "", "document", None, ["password"]),
        (pdf_without_pages(), "", "document", None, ["no_pages"]),
        (b"%PDF-1.4 nothing", "", "document", None, ["broken"]),
        (pdf(40)[: len(pdf(40)) * 2 // 3], "", "document", None, None),
        (docx()[:-600], "", "document", None, ["broken"]),
        (image(), "", "image", None, []),
        (image((400, 400), "JPEG")[:900], "", "image", None, ["broken"]),
        ("Grüße".encode("cp1252") + b" to all of you", "letter.txt", "text", None, []),
        (b"", "lesson.mp4", "unknown", None, ["empty"]),
        (os.urandom(50_000), "lesson.mp4", "video", None, ["broken"]),
        (os.urandom(50_000), "", "unknown", None, ["unsupported"]),
        (b"{\\rtf1 hello}", "plan.rtf", "document", 1, []),
    ],

)  # fmt: skip
def test_each_kind_of_file_gets_its_findings(preflight: Preflight, content, name, kind, pages, expected) -> None:
    findings = found(preflight, content, name)
    assert findings.kind == kind
    if expected is None:
        assert codes(findings)[0] in {"mended", "broken", "no_pages"}
        return
    assert codes(findings) == expected
    assert findings.opens is (expected == [])
    assert findings.pages == pages


def named_docx() -> bytes:
    target = io.BytesIO(docx())
    with zipfile.ZipFile(target, "a") as package:
        package.writestr(
            "docProps/core.xml",
            "<cp:coreProperties><dc:creator>Ruth Nakamura</dc:creator>"
            "<cp:lastModifiedBy>Microsoft Office User</cp:lastModifiedBy></cp:coreProperties>",
        )
    return target.getvalue()


def named_pdf() -> bytes:
    document = pymupdf.open(stream=pdf())
    document.set_metadata({"author": "Ruth Nakamura", "producer": "LibreOffice"})
    return document.tobytes()


def located_photo() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (52.0, 31.0, 12.0)}
    target = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(target, "JPEG", exif=exif)
    return target.getvalue()


@pytest.mark.parametrize("content", [named_docx(), named_pdf()], ids=["docx", "pdf"])
def test_who_made_a_document_is_told_and_programs_are_nobody(preflight: Preflight, content: bytes) -> None:
    findings = found(preflight, content)
    assert (findings.opens, codes(findings)) == (True, ["names"])
    assert "Ruth Nakamura" in findings.problems[0].text
    assert "Office" not in findings.problems[0].text
    assert findings.words


def test_a_name_in_a_file_s_name_is_told(preflight: Preflight) -> None:
    assert codes(found(preflight, image(), "RuthNakamura_sample.png")) == ["names"]
    assert codes(found(preflight, image(), "sample of work 3.png")) == []


def test_a_photo_tells_its_place_and_its_size_upright(preflight: Preflight) -> None:
    findings = found(preflight, located_photo())
    assert (findings.width, findings.height, codes(findings)) == (40, 60, ["location"])


def test_a_video_s_place_and_upright_size_are_told(preflight: Preflight, clips, tmp_path: Path) -> None:
    with_place = tmp_path / "placed.mov"
    place = ["-metadata", "location=+52.5200+013.4050/", "-movflags", "use_metadata_tags"]
    command = ["ffmpeg", "-v", "error", "-i", str(clips.turned), "-c", "copy", *place, str(with_place)]
    subprocess.run(command, check=True, timeout=60)
    findings = found(preflight, with_place)
    assert (findings.width, findings.height, codes(findings)) == (180, 320, ["location"])


def test_a_classroom_that_is_hardly_heard_is_told(preflight: Preflight, tmp_path: Path) -> None:
    findings = found(preflight, make_video(tmp_path / "far.mp4", frames=60, level=0.006))
    assert codes(findings) == ["quiet"]
    assert findings.loudness_db == pytest.approx(-47.5, abs=2)


def test_a_file_that_takes_for_ever_is_given_up_in_time() -> None:
    findings = check(BytesReader(endless_pdf()), "plan.pdf", seconds=1.5)
    assert (findings.opens, codes(findings)) == (False, ["too_slow"])


def test_a_file_that_cannot_be_read_is_damaged() -> None:
    class Failing(BytesReader):
        error = OSError("the disk does not answer")

        def read(self, _count: int) -> bytes:
            raise self.error

    findings = check(Failing(pdf()))
    assert codes(findings) == ["damaged"]


STARTS = [b"", b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"RIFF", b"<svg"]


@settings(max_examples=60, deadline=None)
@given(
    start=st.sampled_from(STARTS),
    rest=st.binary(max_size=300),
)
def test_any_bytes_are_of_some_kind(start: bytes, rest: bytes) -> None:
    assert kind_of(BytesReader(start + rest), "x.mp4") in FileKind


def test_a_cut_recording_without_an_index_is_told_by_the_size_that_it_states(
    preflight: Preflight, tmp_path: Path
) -> None:
    whole = make_video(tmp_path / "lesson.mkv", frames=240).read_bytes()
    assert codes(found(preflight, whole, "a.mkv")) == []
    for share in (50, 90):
        findings = found(preflight, whole[: len(whole) * share // 100], "a.mkv")
        assert codes(findings) == ["cut_off"], findings
