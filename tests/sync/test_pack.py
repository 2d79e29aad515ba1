"""Packs: a good one is read whole from a folder or a zip; a wrong one is refused with every fault named."""

import json
import os
import shutil
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcassess.domain.award import Total
from mcassess.domain.kinds import EvidenceKind, Outcome
from mcassess.errors import WorldError
from mcassess.sync import pack_files
from mcassess.sync.pack import PackError, read_pack
from tests.support.packs import changed_pack
from tests.support.platform import SMALL_PACK

DOCUMENT = json.loads((SMALL_PACK / "pack.json").read_text())


def unchanged(_document: object) -> None:
    """For packs whose files are changed, not their pack.json."""


def zipped(folder: Path, target: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, prefix + path.relative_to(folder).as_posix())
    return target


def faults_of(path: Path) -> str:
    with pytest.raises(PackError) as refused:
        read_pack(path)
    assert refused.value.faults
    assert isinstance(refused.value, WorldError)
    return "\n".join(refused.value.faults)


def test_a_good_pack_is_read_whole(tmp_path):
    pack = read_pack(SMALL_PACK)
    first, second, third = pack.submissions
    assert [credential.id for credential in pack.microcredentials] == ["mm-sel", "exit-ticket"]
    assert pack.rubrics[1].award_rule == Total(at_least=6)
    assert (first.attempt, second.attempt, third.attempt) == (2, 1, 1)
    assert first.due_at == datetime(2026, 11, 24, 17, tzinfo=UTC)
    video = first.evidence[0]
    assert (video.kind, video.content.media_type, video.captions.media_type) == (
        EvidenceKind.VIDEO,
        "video/mp4",
        "text/vtt",
    )
    assert video.pointers[0].at_ms == 1000
    assert (video.consent.training, first.evidence[1].consent.training) == (True, False)
    assert first.earlier[0].decision.outcome is Outcome.NOT_YET
    assert pack.exemplars[0].true_scores["c3"].level == "c3-2"
    assert first.evidence[1].content == third.evidence[0].content, "the same bytes are one file"
    with pack.read_files() as files:
        assert b"".join(files.blocks(video.content.sha256)) == (SMALL_PACK / "files" / "lesson.mp4").read_bytes()


@pytest.mark.parametrize("prefix", ["", "my pack/"])
def test_a_zip_of_a_folder_is_the_same_pack(tmp_path, prefix):
    from_zip = read_pack(zipped(SMALL_PACK, tmp_path / "pack.zip", prefix))
    from_folder = read_pack(SMALL_PACK)
    assert from_zip.submissions == from_folder.submissions
    assert from_zip.files == from_folder.files
    with from_zip.read_files() as files:
        assert all(b"".join(files.blocks(sha256)) for sha256 in from_zip.files)


def test_what_is_absent_has_its_default(tmp_path):
    pack = changed_pack(tmp_path / "bare", unchanged)
    document = {
        "format": "mcassess-pack",
        "version": 1,
        "microcredentials": [
            {
                "id": "m",
                "title": "M",
                "rubric": {
                    "id": "r",
                    "requirements": [
                        {"id": "q", "criteria": [{"id": "c", "title": "C", "levels": [{"id": "l", "title": "L"}]}]}
                    ],
                },
            }
        ],
        "submissions": [{"id": "s", "microcredential": "m", "educator": {"id": "e"}}],
    }
    (pack / "pack.json").write_text("\ufeff" + json.dumps(document), encoding="utf-8")
    read = read_pack(pack)
    assert read.microcredentials[0].policy.blind
    assert (read.submissions[0].attempt, read.submissions[0].evidence) == (1, ())
    assert (read.rubrics[0].version, read.rubrics[0].award_rule.kind) == (1, "all")


def put(document, path, value):
    *way, last = path
    for part in way:
        document = document[part]
    document[last] = value


FIRST = ("submissions", 0)
EVIDENCE = (*FIRST, "evidence")
RUBRIC = ("microcredentials", 0, "rubric")
CRITERION = (*RUBRIC, "requirements", 0, "criteria", 0)
FAULTS = [
    (("format",), "other", "format"),
    (("version",), 2, "version"),
    (("version",), True, "version"),
    ((*EVIDENCE, 0, "file"), "files/none.mp4", "is missing"),
    ((*EVIDENCE, 0, "captions"), "files/none.vtt", "is missing"),
    ((*EVIDENCE, 0, "file"), "/etc/passwd", "outside the pack"),
    ((*EVIDENCE, 0, "file"), "../small/files/lesson.mp4", "outside the pack"),
    ((*EVIDENCE, 0, "file"), "files/../../x", "outside the pack"),
    ((*EVIDENCE, 0, "file"), "C:/x", "outside the pack"),
    ((*EVIDENCE, 0, "file"), "files\\lesson.mp4", "backslash"),
    ((*EVIDENCE, 0, "file"), "files", "is not a file"),
    ((*EVIDENCE, 0, "file"), "", "is no file name"),
    ((*EVIDENCE, 0, "file"), "files/" + "x" * 300, "cannot be read"),
    ((*EVIDENCE, 0, "file"), None, "needs its 'file'"),
    ((*EVIDENCE, 0, "kind"), "hologram", "kind"),
    ((*EVIDENCE, 0, "slot"), "none", "no slot 'none'"),
    ((*EVIDENCE, 0, "pointers", 0, "criterion"), "c9", "c9"),
    ((*EVIDENCE, 0, "pointers", 0, "at"), "7 o'clock", "not a time"),
    ((*EVIDENCE, 1, "id"), "v1", "'v1' stands there twice"),
    ((*EVIDENCE, 4, "text"), None, "a text needs"),
    ((*EVIDENCE, 5, "url"), None, "a link needs"),
    ((*EVIDENCE, 5, "url"), "file:///etc/passwd", "http"),
    ((*FIRST, "id"), "s-0002", "'s-0002' stands there twice"),
    ((*FIRST, "id"), "", "an id is"),
    ((*FIRST, "id"), "..", "an id is"),
    ((*FIRST, "id"), "a\nb", "an id is"),
    ((*FIRST, "microcredential"), "none", "no micro-credential 'none'"),
    ((*FIRST, "attempt"), 0, "attempt"),
    ((*FIRST, "attempt"), "2", "attempt"),
    ((*FIRST, "attempt"), True, "attempt"),
    ((*FIRST, "attempt"), 1, "not earlier"),
    ((*FIRST, "attempt"), 2**70, "too large"),
    ((*FIRST, "submitted_at"), "2026-11-19", "not a date with its time zone"),
    ((*FIRST, "submitted_at"), "2026-11-19T09:12:00", "not a date with its time zone"),
    ((*FIRST, "submitted_at"), "2026-02-30T09:12:00Z", "not a date with its time zone"),
    ((*FIRST, "due_at"), 1700000000, "not a date with its time zone"),
    ((*FIRST, "due_at"), "20261119", "not a date with its time zone"),
    ((*FIRST, "due_at"), "0001-01-01T00:00:00+14:00", "not a date with its time zone"),
    ((*FIRST, "earlier", 0, "decision", "decided_at"), "soon", "not a date with its time zone"),
    ((*FIRST, "earlier", 0, "decision", "scores", "c1", "level"), "c2-1", "no level 'c2-1'"),
    ((*FIRST, "earlier", 0, "decision", "scores"), {"c9": {"level": "x"}}, "no criterion 'c9'"),
    ((*FIRST, "earlier", 0, "decision", "outcome"), "win", "outcome"),
    ((*FIRST, "educator"), None, "educator"),
    ((*FIRST, "educator", "name"), "\ud800", "not text"),
    ((*CRITERION, "pass_level"), "c1-9", "pass level 'c1-9'"),
    ((*CRITERION, "id"), "c2", "'c2' stands there twice"),
    ((*CRITERION, "levels", 0, "id"), "c1-2", "'c1-2' stands there twice"),
    ((*CRITERION, "levels", 0, "points"), float("nan"), "finite"),
    ((*CRITERION, "levels", 0, "points"), "2", "points"),
    ((*CRITERION, "levels"), [], "no levels"),
    ((*RUBRIC, "requirements"), [], "no criteria"),
    ((*RUBRIC, "award_rule"), {}, "award rule"),
    ((*RUBRIC, "award_rule"), {"at_least": 5}, "award rule"),
    ((*RUBRIC, "award_rule"), {"kind": []}, "award rule"),
    ((*RUBRIC, "award_rule"), {"kind": "total"}, "at_least"),
    ((*RUBRIC, "award_rule"), {"kind": "total", "at_least": float("inf")}, "at_least"),
    ((*RUBRIC, "award_rule"), {"kind": "any_of", "rules": []}, "rules"),
    ((*RUBRIC, "award_rule"), {"kind": "any_of", "rules": [{"kind": "all"}, {"at_least": 5}]}, "rules[1]"),
    (("microcredentials", 0, "award_rule"), {"kind": "all"}, "inside the rubric"),
    (("microcredentials", 1, "id"), "mm-sel", "'mm-sel' stands there twice"),
    (("microcredentials", 1, "rubric", "id"), "mm-sel-r", None),
    (("microcredentials", 0, "policy", "assessors"), 0, "assessors"),
    (("microcredentials", 0, "policy", "earlier_scores"), "sometimes", "earlier_scores"),
    (("microcredentials", 0, "slots", 0, "max"), 0, "contradict"),
    (("submissions",), {}, "submissions"),
    (("exemplars", 0, "true_scores", "c1", "level"), "c2-1", "no level 'c2-1'"),
    (("exemplars", 0, "evidence", 0, "file"), "files/none", "is missing"),
]


@pytest.mark.parametrize(("path", "value", "named"), FAULTS)
def test_each_fault_is_named(tmp_path, path, value, named):
    pack = changed_pack(tmp_path / "wrong", lambda document: put(document, path, value))
    if named is None:  # another rubric under an id of its own version: nothing is wrong with that
        assert len(read_pack(pack).rubrics) == 2
    else:
        assert named in faults_of(pack)


def test_one_rubric_version_with_two_contents_is_a_fault(tmp_path):
    def clash(document):
        document["microcredentials"][1]["rubric"] |= {"id": "mm-sel-r", "version": 3}

    assert "with other contents" in faults_of(changed_pack(tmp_path / "wrong", clash))


def test_all_faults_are_named_at_once(tmp_path):
    chosen = [fault for number, fault in enumerate(FAULTS) if number in {3, 17, 31, 32, 39, 44, 53}]

    def spoil(document):
        for path, value, _ in chosen:
            put(document, path, value)
        document["submissions"][1]["evidence"][0]["file"] = "../x"
        document["submissions"][2]["id"] = "s-0002"

    named = faults_of(changed_pack(tmp_path / "wrong", spoil))
    for _, _, text in chosen:
        assert text in named
    assert "outside the pack" in named
    assert "'s-0002' stands there twice" in named
    assert "submission 's-0001'" in named


def test_links_and_devices_are_not_followed(tmp_path):
    secret = tmp_path / "secret.pdf"
    secret.write_text("secret")
    pack = changed_pack(tmp_path / "linked", unchanged)
    (pack / "files" / "plans.pdf").unlink()
    (pack / "files" / "plans.pdf").symlink_to(secret)
    assert "is a link" in faults_of(pack)
    shutil.rmtree(pack / "files")
    (pack / "files").symlink_to(SMALL_PACK / "files")
    assert "is a link" in faults_of(pack)
    os.mkfifo(tmp_path / "pipe")
    (pack / "files").unlink()
    shutil.copytree(SMALL_PACK / "files", pack / "files")
    (pack / "files" / "plans.pdf").unlink()
    os.mkfifo(pack / "files" / "plans.pdf")
    assert "is not a file" in faults_of(pack)
    assert "neither a folder nor a file" in faults_of(tmp_path / "pipe")


def test_a_link_in_a_zip_is_not_followed(tmp_path):
    path = zipped(SMALL_PACK, tmp_path / "pack.zip")
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name)
            if name == "files/plans.pdf":
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, data)
    assert "is a link" in faults_of(path)


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    pack = changed_pack(tmp_path / "bomb", unchanged)
    with (pack / "files" / "plans.pdf").open("wb") as stream:
        stream.truncate(64 << 20)
    assert "bomb" in faults_of(zipped(pack, tmp_path / "bomb.zip"))
    assert read_pack(pack), "as a folder it is a large file like any other"


def test_a_zip_that_unpacks_to_too_much_or_holds_too_many_is_refused(tmp_path, monkeypatch):
    path = zipped(SMALL_PACK, tmp_path / "pack.zip")
    monkeypatch.setattr(pack_files, "MAX_TOTAL_BYTES", 100_000)
    monkeypatch.setattr(pack_files, "MAX_ENTRIES", 3)
    named = faults_of(path)
    assert "bomb" in named
    assert "3 are allowed" in named


def test_a_file_named_twice_in_a_zip_is_refused(tmp_path):
    path = zipped(SMALL_PACK, tmp_path / "pack.zip")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("files/plans.pdf", b"other")
    assert "2 times" in faults_of(path)


def test_a_broken_zip_is_refused(tmp_path):
    data = bytearray(zipped(SMALL_PACK, tmp_path / "pack.zip").read_bytes())
    (tmp_path / "cut.zip").write_bytes(data[: len(data) // 2])
    assert "not a readable zip" in faults_of(tmp_path / "cut.zip")
    (tmp_path / "none.zip").write_bytes(b"")
    assert "not a readable zip" in faults_of(tmp_path / "none.zip")
    at = data.index(b"files/lesson.mp4") + 500
    data[at : at + 8] = b"\0" * 8
    (tmp_path / "flipped.zip").write_bytes(data)
    assert "cannot be read" in faults_of(tmp_path / "flipped.zip")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '{"format": "mcassess-pack"}', "[" * 200_000, '{"a":' * 50_000, "\x00", '"\\ud800"'],
)
def test_a_manifest_of_any_other_kind_is_refused(tmp_path, text):
    pack = changed_pack(tmp_path / "wrong", unchanged)
    (pack / "pack.json").write_text(text)
    faults_of(pack)
    (pack / "pack.json").write_bytes(b"\xff\xfe\x00")
    faults_of(pack)


def test_a_manifest_nested_deeply_inside_is_refused(tmp_path):
    pack = changed_pack(tmp_path / "wrong", unchanged)
    rule = '{"kind": "any_of", "rules": [' * 300 + '{"kind": "all"}' + "]}" * 300
    text = json.dumps(DOCUMENT).replace('{"kind": "all"}', rule)
    (pack / "pack.json").write_text(text)
    assert "nested too deeply" in faults_of(pack)


def places(value, way=()):
    """All places in a JSON document."""
    yield way
    for part, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(each, (*way, part))


PLACES = [place for place in places(DOCUMENT) if place]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["c1", "c1-1", ".."]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "kind", "file", "x"]), inner),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING, st.booleans()), min_size=1, max_size=4))
def test_a_pack_changed_anyhow_is_read_or_refused_in_sentences(tmp_path, changes):
    document = json.loads(json.dumps(DOCUMENT))
    for path, value, remove in changes:
        try:
            put(document, path, value)
            if remove:
                holder = document
                for part in path[:-1]:
                    holder = holder[part]
                del holder[path[-1]]
        except (LookupError, TypeError):
            continue  # an earlier change took this place away
    if not (tmp_path / "files").exists():
        shutil.copytree(SMALL_PACK / "files", tmp_path / "files")
    (tmp_path / "pack.json").write_text(json.dumps(document))
    try:
        pack = read_pack(tmp_path)
    except PackError as error:
        refused = error
    else:
        known = {credential.id for credential in pack.microcredentials}
        assert all(submission.microcredential in known for submission in pack.submissions)
        return
    assert refused.faults
    assert all(fault.strip() for fault in refused.faults)
