"""The tiny pack holds one of everything, and the planted phrases are where the list says."""

import json
import subprocess
import zipfile
from pathlib import Path

import av

SMALL = Path(__file__).resolve().parents[2] / "tests/data/packs/small"
PLANTED = json.loads((SMALL / "PLANTED.json").read_text(encoding="utf-8"))


def test_every_planted_phrase_is_in_the_pack_and_in_no_other_place_of_the_list() -> None:
    phrases = [phrase for found in PLANTED.values() for phrase in found]
    with zipfile.ZipFile(SMALL / "files/statement.docx") as archive:
        written = archive.read("word/document.xml").decode()
    for name in ("plans", "structure"):
        written += subprocess.run(
            ["pdftotext", SMALL / f"files/{name}.pdf", "-"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    plain = (SMALL / "pack.json").read_text("utf-8") + (SMALL / "files/lesson.vtt").read_text("utf-8") + written

    assert len(phrases) == len(set(phrases))
    for where, found in PLANTED.items():
        assert all(phrase in plain for phrase in found), where


def test_the_tiny_lesson_lasts_four_seconds_with_picture_and_sound() -> None:
    with av.open(str(SMALL / "files/lesson.mp4")) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.width, picture.height) == (320, 180)
        assert abs(container.duration / av.time_base - 4) < 0.1
        assert sum(1 for _ in container.decode(picture)) == 40
        assert sound.codec_context.name == "aac"
