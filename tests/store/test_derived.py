"""What is made of evidence lies beside it as unreadable as the evidence, and goes with it whatever the reason."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mcassess.domain.kinds import DestroyReason
from mcassess.store.derived import ENDING
from mcassess.store.evidence import EvidenceState
from mcassess.store.evidence_forgetting import forget_evidence
from mcassess.store.library import VAULT_FOLDER, Library
from mcassess.store.vault_format import CHUNK
from tests.store.test_vault_killed import FILES, digest, fill
from tests.support.library import put, submission, video

NAME = "goes"
STRIP = b"pictures of a class" * 40_000


@pytest.fixture
def sha256(library: Library, account: int) -> str:
    put(library, account, submission(NAME, evidence=(video(digest(NAME), len(FILES[NAME])),)))
    fill(library, NAME)
    return digest(NAME)


def strips(library: Library) -> list[Path]:
    return [path for path in (library.home / VAULT_FOLDER).iterdir() if path.name.endswith(ENDING)]


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, len(STRIP)])
def test_what_was_kept_comes_back_and_lies_unreadable(library: Library, sha256: str, size: int) -> None:
    assert library.vault.derived.get(sha256) is None
    assert library.vault.derived.keep(sha256, STRIP[:size])
    assert library.vault.derived.get(sha256) == STRIP[:size]
    [path] = strips(library)
    assert b"pictures" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0 or os.name != "posix"


def test_each_file_has_its_own(library: Library, account: int, sha256: str) -> None:
    put(library, account, submission("stays", evidence=(video(digest("stays"), len(FILES["stays"])),)))
    fill(library, "stays")
    library.vault.derived.keep(sha256, b"one")
    assert library.vault.derived.get(digest("stays")) is None
    library.vault.derived.keep(digest("stays"), b"other")
    first, second = strips(library)
    swapped = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(swapped)
    assert library.vault.derived.get(sha256) is None, "another file's strip does not pass for this one's"


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_foreign_file_in_its_place_is_never_written_to(
    library: Library, sha256: str, tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    library.vault.derived.keep(sha256, STRIP)
    [path] = strips(library)
    path.unlink()
    foreign = tmp_path / "thesis.txt"
    foreign.write_bytes(b"not ours")
    link(foreign, path)
    assert library.vault.derived.get(sha256) is None
    library.vault.derived.keep(sha256, STRIP)
    assert library.vault.derived.get(sha256) == STRIP
    assert foreign.read_bytes() == b"not ours"


@pytest.mark.parametrize("place", [0, 9, 40, -1])
def test_a_damaged_or_half_written_one_counts_as_none(library: Library, sha256: str, place: int) -> None:
    library.vault.derived.keep(sha256, STRIP)
    [path] = strips(library)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert library.vault.derived.get(sha256) is None
    library.vault.derived.keep(sha256, STRIP)
    path.write_bytes(path.read_bytes()[: len(STRIP) // 2])
    assert library.vault.derived.get(sha256) is None
    with library.read() as reading:
        assert reading.evidence.get(sha256).state is EvidenceState.READY, "the evidence itself is sound"


@pytest.mark.parametrize("reason", list(DestroyReason))
def test_it_goes_with_the_evidence_for_every_reason(library: Library, sha256: str, reason: DestroyReason) -> None:
    library.vault.derived.keep(sha256, STRIP)
    library.vault.destroy(sha256, reason.value)
    assert strips(library) == []
    assert library.vault.derived.get(sha256) is None
    assert not library.vault.derived.keep(sha256, STRIP), "who was still making it keeps it nowhere"
    assert strips(library) == []


def test_it_goes_when_the_evidence_makes_room_and_does_not_come_back_with_it(library: Library, sha256: str) -> None:
    library.vault.derived.keep(sha256, STRIP)
    library.vault.evict([sha256])
    assert strips(library) == []
    fill(library, NAME)
    assert library.vault.derived.get(sha256) is None


def test_it_goes_where_all_evidence_is_forgotten(library: Library, sha256: str) -> None:
    library.vault.derived.keep(sha256, STRIP)
    forget_evidence(library)
    assert strips(library) == []


def test_what_belongs_to_no_evidence_is_removed_and_what_does_stays(library: Library, sha256: str) -> None:
    library.vault.derived.keep(sha256, STRIP)
    stray = library.home / VAULT_FOLDER / f"{'0' * 32}{ENDING}"
    stray.write_bytes(b"left over")
    library.vault.remove_strays()
    assert not stray.exists()
    assert library.vault.derived.get(sha256) == STRIP


def test_destroyed_while_it_was_being_written_it_is_not_there_afterwards(
    library: Library, sha256: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def destroy(point: str) -> None:
        if point == "strip-written":
            library.vault.destroy(sha256, DestroyReason.WIPE.value)

    monkeypatch.setattr(library.vault.derived, "_at", destroy)
    assert not library.vault.derived.keep(sha256, STRIP)
    assert strips(library) == []
