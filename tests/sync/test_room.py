"""A budget for evidence: what can be fetched again makes room, what the assessor works with never does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.store.states import EvidenceState
from tests.support.syncing import Laptop, Served, served, write_pack

SIZE = 300_000
DUE = {"s-0001": "2026-11-24", "s-0002": "2026-11-25", "s-0003": "2026-11-26"}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serves three submissions with a file each; the first is due first."""
    folder = tmp_path_factory.mktemp("room")
    pack = write_pack(folder / "pack", {f"f{number}": SIZE for number in (1, 2, 3)}, submissions=3)
    document = json.loads((pack / "pack.json").read_text())
    pieces = document["submissions"][0]["evidence"]
    for submission, piece in zip(document["submissions"], pieces, strict=True):
        submission |= {"evidence": [piece], "due_at": f"{DUE[submission['id']]}T17:00:00Z"}
    (pack / "pack.json").write_text(json.dumps(document))
    with served(folder, pack) as running:
        yield running


@pytest.fixture
def joined(tmp_path: Path, platform: Served) -> Iterator[Laptop]:
    laptop = Laptop(tmp_path / "home")
    laptop.join(platform.url, platform.token)
    yield laptop
    laptop.close()


def budget(laptop: Laptop, files: int) -> None:
    with laptop.library.write() as writing:
        writing.settings.set("budget_bytes", files * SIZE)


def ready(laptop: Laptop) -> set[str]:
    found = set()
    for identifier in DUE:
        with laptop.library.read() as reading:
            [row] = reading.evidence.states(laptop.key(identifier)).values()
        if row.state is EvidenceState.READY:
            found.add(identifier)
    return found


def only(laptop: Laptop, identifier: str) -> None:
    """Packs one submission alone, as if its file had come before the others were known."""
    laptop.sync()
    for other in DUE.keys() - {identifier}:
        with laptop.library.read() as reading:
            [row] = reading.evidence.states(laptop.key(other)).values()
        laptop.library.vault.evict([row.sha256])
    assert ready(laptop) == {identifier}


def test_what_is_due_first_is_packed_within_the_budget_and_the_rest_is_said(joined: Laptop) -> None:
    joined.sync(evidence=False)
    budget(joined, 2)
    report = joined.sync()
    assert ready(joined) == {"s-0001", "s-0002"}
    assert ["used up" in each["text"] for each in report.failed] == [True]
    assert joined.sync().evidence == [], "nothing comes and goes for ever"


def test_what_is_due_later_makes_room(joined: Laptop) -> None:
    only(joined, "s-0003")
    budget(joined, 2)
    joined.sync()
    assert ready(joined) == {"s-0001", "s-0002"}


@pytest.mark.parametrize("held_by", ["a draft", "an unsent decision", "an open viewer", "a removal"])
def test_what_the_assessor_needs_or_nobody_else_has_stays(joined: Laptop, held_by: str) -> None:
    only(joined, "s-0003")
    budget(joined, 1)
    key, reader = joined.key("s-0003"), None
    with joined.library.read() as reading:
        [row] = reading.evidence.states(key).values()
    if held_by == "an open viewer":
        reader = joined.library.vault.reader(row.sha256)
    elif held_by == "an unsent decision":
        joined.seal("s-0003")
    with joined.library.write() as writing:
        if held_by == "a draft":
            writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value="Begun.")])
        elif held_by == "a removal":
            writing.evidence.set_available(key, row.evidence_id, 1, "content", available=False)
    with joined.library.read() as reading:
        spare = [each.sha256 for each in reading.holdings.spare(joined.library.vault.in_use())]
    assert spare == []
    if held_by != "an unsent decision":  # the run would send it
        joined.sync()
        assert joined.library.vault.verify().ok == 1
    if reader is not None:
        assert len(reader.read(SIZE)) == SIZE
        reader.close()
        joined.sync()
        assert ready(joined) == {"s-0001"}


def test_a_film_strip_counts_in_the_budget_and_goes_with_its_file(joined: Laptop) -> None:
    only(joined, "s-0003")
    with joined.library.read() as reading:
        [row] = reading.evidence.states(joined.key("s-0003")).values()
    joined.library.vault.derived.keep(row.sha256, bytes(SIZE // 2))
    [beside] = joined.library.vault.derived.sizes().values()
    assert SIZE // 2 < beside < SIZE // 2 + 100
    budget(joined, 3)
    joined.sync()
    assert ready(joined) == {"s-0001", "s-0002"}, "without the strip there was room for all three"
    assert joined.library.vault.derived.sizes() == {}


@pytest.mark.parametrize("files", [3, 1])
def test_mending_a_damaged_file_takes_no_room_that_it_has_already(joined: Laptop, files: int) -> None:
    if files == 3:
        joined.sync()
    else:
        only(joined, "s-0001")
    budget(joined, files)
    with joined.library.read() as reading:
        [row] = reading.evidence.states(joined.key("s-0001")).values()
        stored = reading.evidence.get(row.sha256)
    assert stored is not None
    with (joined.library.home / "vault" / str(stored.name)).open("r+b") as file:
        file.seek(200_000)
        file.write(b"damage")
    assert joined.library.vault.verify().damaged == 1
    report = joined.sync()
    assert [each["submission"] for each in report.evidence] == ["s-0001"]
    assert len(ready(joined)) == files, "nothing had to make room"
