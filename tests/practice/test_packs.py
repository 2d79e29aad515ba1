"""The packs in the project are whole: their ids fit together, and every file of theirs opens."""

import json
import re
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import av
import pytest
import webvtt
from PIL import Image
from pydantic import TypeAdapter

from mcassess.domain.rubric import Rubric
from mcassess.sync.pack import read_pack

ROOT = Path(__file__).resolve().parents[2]
PACKS = {"small": ROOT / "tests/data/packs/small", "practice": ROOT / "resources/practice/pack"}
MOST_BYTES = {"small": 200_000, "practice": 20_000_000}
KINDS = {"video", "audio", "document", "image", "text", "link"}

Json = dict[str, Any]


@pytest.fixture(params=list(PACKS))
def folder(request: pytest.FixtureRequest) -> Path:
    return PACKS[request.param]


@pytest.fixture
def pack(folder: Path) -> Json:
    return json.loads((folder / "pack.json").read_text(encoding="utf-8"))


def evidence_of(pack: Json) -> list[Json]:
    holders = [*pack["submissions"], *pack["exemplars"]]
    holders += [attempt for submission in pack["submissions"] for attempt in submission.get("earlier", [])]
    return [item for holder in holders for item in holder["evidence"]]


def files_of(pack: Json, kind: str) -> list[str]:
    return sorted({item["file"] for item in evidence_of(pack) if item["kind"] == kind and "file" in item})


def criteria_of(microcredential: Json) -> dict[str, list[str]]:
    return {
        criterion["id"]: [level["id"] for level in criterion["levels"]]
        for requirement in microcredential["rubric"]["requirements"]
        for criterion in requirement["criteria"]
    }


def seconds(time: str) -> float:
    hours, minutes, rest = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def film_seconds(path: Path) -> float:
    with av.open(str(path)) as container:
        return float(container.duration or 0) / av.time_base


def test_a_pack_stays_within_its_size(folder: Path) -> None:
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    assert total < MOST_BYTES["small" if folder.name == "small" else "practice"]


def test_a_pack_is_read_whole_by_the_program(folder: Path, pack: Json) -> None:
    read = read_pack(folder)

    assert [entry.id for entry in read.submissions] == [entry["id"] for entry in pack["submissions"]]


def test_every_file_named_is_there_and_every_file_there_is_named(folder: Path, pack: Json) -> None:
    named = {item[key] for item in evidence_of(pack) for key in ("file", "captions") if key in item}
    there = {path.relative_to(folder).as_posix() for path in (folder / "files").iterdir()}

    assert named == there


def test_every_rubric_is_one_that_the_domain_accepts(pack: Json) -> None:
    for microcredential in pack["microcredentials"]:
        rubric = TypeAdapter(Rubric).validate_python(microcredential["rubric"])
        assert rubric.award_rule is not None
        assert "award_rule" in microcredential["rubric"]


def test_ids_are_unique_where_they_must_be(pack: Json) -> None:
    for group in ("microcredentials", "submissions", "exemplars"):
        ids = [entry["id"] for entry in pack[group]]
        assert len(ids) == len(set(ids))
    for submission in pack["submissions"]:
        for attempt in [submission, *submission.get("earlier", [])]:
            ids = [item["id"] for item in attempt["evidence"]]
            assert len(ids) == len(set(ids))
        numbers = [attempt["attempt"] for attempt in submission.get("earlier", [])]
        assert numbers == list(range(1, submission.get("attempt", 1)))


def test_every_level_is_filled_and_every_pass_level_exists(pack: Json) -> None:
    for microcredential in pack["microcredentials"]:
        for requirement in microcredential["rubric"]["requirements"]:
            for criterion in requirement["criteria"]:
                assert criterion["pass_level"] in [level["id"] for level in criterion["levels"]]
                assert all(level["description"] and level["title"] for level in criterion["levels"])


def test_scores_pointers_and_slots_name_things_that_exist(pack: Json) -> None:
    microcredentials = {entry["id"]: entry for entry in pack["microcredentials"]}
    for submission in pack["submissions"]:
        known = criteria_of(microcredentials[submission["microcredential"]])
        slots = {slot["id"] for slot in microcredentials[submission["microcredential"]].get("slots", [])}
        for attempt in [submission, *submission.get("earlier", [])]:
            for item in attempt["evidence"]:
                assert item["kind"] in KINDS
                assert item.get("slot", "") in slots | {""}
                assert all(pointer.get("criterion", "") in {*known, ""} for pointer in item.get("pointers", []))
            for criterion, score in attempt.get("decision", {}).get("scores", {}).items():
                assert score["level"] in known[criterion]
    for exemplar in pack["exemplars"]:
        known = criteria_of(microcredentials[exemplar["microcredential"]])
        assert {*exemplar["true_scores"]} == {*known}
        assert all(score["level"] in known[criterion] for criterion, score in exemplar["true_scores"].items())


def test_an_earlier_decision_of_not_yet_comments_every_criterion_below_its_pass_level(pack: Json) -> None:
    microcredentials = {entry["id"]: entry for entry in pack["microcredentials"]}
    for submission in pack["submissions"]:
        microcredential = microcredentials[submission["microcredential"]]
        for attempt in submission.get("earlier", []):
            scores = attempt["decision"]["scores"]
            assert {*scores} == {*criteria_of(microcredential)}
            assert len(attempt["decision"]["feedback"]) > 40
            for requirement in microcredential["rubric"]["requirements"]:
                for criterion in requirement["criteria"]:
                    levels = [level["id"] for level in criterion["levels"]]
                    score = scores[criterion["id"]]
                    if levels.index(score["level"]) < levels.index(criterion["pass_level"]):
                        assert score["comment"]


def test_times_are_utc_and_in_order(pack: Json) -> None:
    for submission in pack["submissions"]:
        times = []
        for attempt in submission.get("earlier", []):
            times += [attempt["submitted_at"], attempt["decision"]["decided_at"]]
        times += [submission["submitted_at"], submission["due_at"]]
        moments = [datetime.fromisoformat(time) for time in times]
        assert all(time.endswith("Z") for time in times)
        assert moments == sorted(moments)


def test_every_film_decodes_to_its_end(folder: Path, pack: Json) -> None:
    for name in files_of(pack, "video"):
        with av.open(str(folder / name)) as container:
            container.streams.video[0].thread_type = "AUTO"
            container.streams.video[0].codec_context.skip_frame = "NONKEY"
            last = max(picture.time for picture in container.decode(video=0))
        assert last > film_seconds(folder / name) - 10, name


def test_every_sound_decodes_and_is_not_silent(folder: Path, pack: Json) -> None:
    for name in files_of(pack, "audio"):
        with av.open(str(folder / name)) as container:
            loudest = max(
                max(map(abs, memoryview(bytes(frame.planes[0])).cast("f"))) for frame in container.decode(audio=0)
            )
        assert loudest > 0.05, name


def test_captions_are_in_order_within_their_film_and_name_who_speaks(folder: Path, pack: Json) -> None:
    captioned = {(item["file"], item["captions"]) for item in evidence_of(pack) if "captions" in item}
    assert captioned
    for film, captions in captioned:
        cues = webvtt.read(str(folder / captions)).captions
        starts = [seconds(cue.start) for cue in cues]
        assert starts == sorted(starts)
        assert all(seconds(cue.start) < seconds(cue.end) for cue in cues)
        assert seconds(cues[-1].end) <= film_seconds(folder / film)
        assert "<v Teacher>" in (folder / captions).read_text(encoding="utf-8")


@pytest.mark.parametrize("captions", sorted((PACKS["practice"] / "files").glob("*.vtt")), ids=lambda path: path.stem)
def test_captions_of_the_practice_films_say_what_their_play_says(captions: Path) -> None:
    play = (ROOT / f"resources/practice/plays/{captions.stem}.txt").read_text(encoding="utf-8")
    lines = re.findall(r"^(?:[TS]\d?: (.+)|~.*(\(.+\)))$", play, re.MULTILINE)
    spoken = " ".join(line or caption for line, caption in lines)

    assert " ".join(cue.text for cue in webvtt.read(str(captions)).captions) == spoken


def test_pointers_lie_within_their_film(folder: Path, pack: Json) -> None:
    for item in evidence_of(pack):
        for pointer in item.get("pointers", []):
            if "at" in pointer:
                assert seconds(pointer["at"]) < film_seconds(folder / item["file"]), item


def test_every_picture_opens(folder: Path, pack: Json) -> None:
    for name in files_of(pack, "image"):
        with Image.open(folder / name) as image:
            image.load()
            assert min(image.size) >= 300


def test_every_document_opens_and_has_pages(folder: Path, pack: Json) -> None:
    for name in files_of(pack, "document"):
        if name.endswith(".docx"):
            with zipfile.ZipFile(folder / name) as archive:
                assert archive.testzip() is None
                assert b"<w:tbl>" in archive.read("word/document.xml")
        else:
            told = subprocess.run(
                ["pdfinfo", folder / name], capture_output=True, text=True, check=True, timeout=20
            ).stdout
            assert int(re.search(r"Pages:\s+(\d+)", told)[1]) >= 1


def test_the_practice_pack_has_the_shapes_and_surprises_that_its_readme_promises() -> None:
    folder = PACKS["practice"]
    pack = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    kinds = {item["kind"] for item in evidence_of(pack)}
    rules = {entry["rubric"]["award_rule"]["kind"] for entry in pack["microcredentials"]}
    with (
        av.open(str(folder / "files/meeting-silent.mp4")) as silent,
        av.open(str(folder / "files/meeting-phone.mp4")) as phone,
    ):
        assert not silent.streams.audio
        assert phone.streams.video[0].height > phone.streams.video[0].width
    with Image.open(folder / "files/ticket-2.jpg") as stored:
        assert stored.getexif()[0x0112] == 6
    assert kinds == KINDS
    assert rules == {"all", "every_of", "any_of", "judgement"}
    may_leave = [entry["policy"].get("files_may_leave", False) for entry in pack["microcredentials"]]
    assert set(may_leave) == {True, False}
    assert sum(submission["attempt"] > 1 for submission in pack["submissions"]) == 5
    assert film_seconds(folder / "files/meeting-main.mp4") > 12 * 60
    assert {item.get("consent", {}).get("training", False) for item in evidence_of(pack)} == {True, False}
