"""Files of a decision: what may be attached, what a revision makes of them, and what the programme does not want."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcassess.errors import RefusedError, WorldError
from mcassess.jobs import attaching, conflicts, resolving, retention, revising, sealing
from mcassess.jobs.attaching import FileState
from mcassess.sync.ways import Way
from tests.support.attaching import content, pending, seal, waiting
from tests.support.packs import changed_pack
from tests.support.platform import Platform
from tests.support.syncing import Laptop

Make = Callable[[str, int], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(name: str, size: int) -> Path:
        path = tmp_path / name
        path.write_bytes(content(size))
        return path

    return made


def files(laptop: Laptop, key: int) -> list[tuple[str, FileState]]:
    return [(each.name, each.state) for each in attaching.attached_files(laptop.library, key)]


def named(laptop: Laptop, op_id: str) -> list[str]:
    return [each["name"] for each in json.loads(laptop.op(op_id).payload)["body"].get("attachments", [])]


@pytest.fixture
def sent(laptop: Laptop, make: Make) -> int:
    """The key of a submission whose decision has gone up with its file."""
    key = laptop.key("s-0003")
    attaching.attach(laptop.library, key, make("first.pdf", 500))
    seal(laptop, key)
    assert files(laptop, key) == [("first.pdf", FileState.WAITING)]
    assert laptop.sync(evidence=False).failed == []
    assert files(laptop, key) == [("first.pdf", FileState.SENT)]
    return key


def test_a_revision_carries_the_files_that_stay_and_brings_those_that_are_new(
    laptop: Laptop, platform: Platform, sent: int, make: Make
) -> None:
    revising.reopen(laptop.library, sent)
    attaching.attach(laptop.library, sent, make("second.pdf", 700))
    assert files(laptop, sent) == [("first.pdf", FileState.SENT), ("second.pdf", FileState.ATTACHED)]
    op_id = seal(laptop, sent, "A second look.")
    assert waiting(laptop) == 0, "the decision goes first, also where an earlier one has arrived"
    assert named(laptop, op_id) == ["first.pdf", "second.pdf"]
    assert laptop.sync(evidence=False).failed == []
    assert files(laptop, sent) == [("first.pdf", FileState.SENT), ("second.pdf", FileState.SENT)]
    assert pending(platform) == [[]]


def test_a_revision_that_is_taken_back_or_given_up_takes_no_file_from_the_decision(
    laptop: Laptop, platform: Platform, make: Make
) -> None:
    key = laptop.key("s-0003")
    attaching.attach(laptop.library, key, make("first.pdf", 500))
    seal(laptop, key)
    with laptop.library.write() as writing:  # as if the upload had not been possible
        row = writing.outbox.list()[0]
        writing.outbox.settle(row.op_id, {"op_id": row.op_id, "status": "applied"}, None)
    revising.reopen(laptop.library, key)
    attaching.attach(laptop.library, key, make("second.pdf", 700))
    seal(laptop, key)
    sealing.take_back(laptop.library, key)
    attaching.detach(laptop.library, key, "first.pdf")
    assert files(laptop, key) == [("second.pdf", FileState.ATTACHED)]
    assert waiting(laptop) == 1, "the decision that stands names it still"
    revising.give_up(laptop.library, key)
    assert files(laptop, key) == [("first.pdf", FileState.SENDING)]
    assert waiting(laptop) == 1


def test_a_file_that_a_revision_leaves_out_need_not_come_any_more(
    laptop: Laptop, platform: Platform, sent: int
) -> None:
    revising.reopen(laptop.library, sent)
    attaching.detach(laptop.library, sent, "first.pdf")
    op_id = seal(laptop, sent)
    assert named(laptop, op_id) == []
    assert laptop.sync(evidence=False).failed == []
    assert files(laptop, sent) == []
    with laptop.library.write() as writing:
        writing.attachments.missing(sent, 1, [each.sha256 for each in writing.attachments.of(sent, 1, dropped=True)])
    assert waiting(laptop) == 0


def test_a_refused_revision_leaves_the_files_of_the_decision_that_stands(laptop: Laptop, sent: int, make: Make) -> None:
    revising.reopen(laptop.library, sent)
    attaching.detach(laptop.library, sent, "first.pdf")
    attaching.attach(laptop.library, sent, make("second.pdf", 700))
    op_id = seal(laptop, sent)
    with laptop.library.write() as writing:
        writing.outbox.mark_sending([op_id])
        writing.outbox.refuse(op_id, {"problem": {"code": "policy", "title": "told already", "current": {}}})
    [found] = conflicts.conflicts(laptop.library)
    resolving.resolve(laptop.library, found.name, Way.RECORD, claim=pytest.fail)
    assert files(laptop, sent) == [("first.pdf", FileState.SENT)]
    assert waiting(laptop) == 0


def test_a_file_of_the_same_name_takes_the_place_of_the_former_one(laptop: Laptop, make: Make) -> None:
    key = laptop.key("s-0003")
    for size in (100, 200, 200):
        attaching.attach(laptop.library, key, make("notes.pdf", size))
    assert [(each.name, each.size) for each in attaching.attached(laptop.library, key)] == [("notes.pdf", 200)]


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ({"attachment_kinds": ["image/*", "text/plain"]}, "takes image/\\*, text/plain only"),
        ({"attachment_bytes": 499}, "larger than the 499 bytes"),
    ],
    ids=["kind", "size"],
)
def test_what_the_programme_does_not_want_is_refused_by_laptop_and_platform(
    laptop: Laptop, platform: Platform, make: Make, tmp_path: Path, policy: dict[str, Any], sentence: str
) -> None:
    key = laptop.key("s-0003")
    attaching.attach(laptop.library, key, make("before.pdf", 500))
    op_id = seal(laptop, key)

    def stricter(document: dict[str, Any]) -> None:
        for each in document["microcredentials"]:
            each["policy"] |= policy

    platform.load(changed_pack(tmp_path / "stricter", stricter))
    report = laptop.sync(evidence=False)
    assert [(each["op_id"], each["code"]) for each in report.needs_you] == [(op_id, "policy")]
    [found] = conflicts.conflicts(laptop.library)
    resolving.resolve(laptop.library, found.name, Way.EDIT, claim=pytest.fail)
    with pytest.raises(RefusedError, match=sentence):
        seal(laptop, key)
    attaching.detach(laptop.library, key, "before.pdf")
    with pytest.raises(RefusedError, match=sentence):
        attaching.attach(laptop.library, key, make("after.pdf", 501))
    assert files(laptop, key) == []
    seal(laptop, key)


def test_a_file_that_could_not_be_kept_is_not_attached(
    laptop: Laptop, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise WorldError("The disk is full.")

    key = laptop.key("s-0003")
    with monkeypatch.context() as patch:
        patch.setattr("mcassess.store.vault_writer.VaultWriter.write", full)
        with pytest.raises(WorldError, match="full"):
            attaching.attach(laptop.library, key, make("notes.pdf", 500))
    assert files(laptop, key) == []
    attaching.attach(laptop.library, key, make("notes.pdf", 500))
    assert files(laptop, key) == [("notes.pdf", FileState.ATTACHED)]


def test_a_decision_is_not_sealed_with_a_file_that_is_not_whole_here(laptop: Laptop, make: Make) -> None:
    key = laptop.key("s-0003")
    with laptop.library.write() as writing:  # as death between the note and the bytes leaves it
        writing.attachments.add(key, 1, "ab" * 32, 500, "notes.pdf", "application/pdf", "", "u-1")
    assert files(laptop, key) == [("notes.pdf", FileState.LOST)]
    with pytest.raises(RefusedError, match="not whole"):
        seal(laptop, key)
    attaching.attach(laptop.library, key, make("notes.pdf", 500))
    assert files(laptop, key) == [("notes.pdf", FileState.ATTACHED)]
    seal(laptop, key)


@pytest.mark.parametrize("all_of_it", [True, False])
def test_wiping_takes_no_file_that_has_yet_to_go_up(
    laptop: Laptop, platform: Platform, make: Make, all_of_it: bool
) -> None:
    key = laptop.key("s-0003")
    attaching.attach(laptop.library, key, make("first.pdf", 500))
    seal(laptop, key)
    retention.wipe(laptop.library, None if all_of_it else [key])
    assert files(laptop, key) == [("first.pdf", FileState.WAITING)]
    assert laptop.sync(evidence=False).failed == []
    assert pending(platform) == [[]]
    retention.wipe(laptop.library, None if all_of_it else [key])
    assert list((laptop.library.home / "vault").iterdir()) == [], "what went up goes with the evidence"
