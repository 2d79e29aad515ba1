"""What reading all files of the vault found. Reading them is in vault.py."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedFile:
    """A file that is not as it was written.

    Attributes:
        chunks: The numbers of the damaged chunks, counted from 1; none where the whole file is missing.
    """

    sha256: str
    chunks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCounts:
    """What reading all evidence found. What was never fetched, or destroyed on purpose, is not counted.

    Attributes:
        damage: The files that are missing or damaged, and which of their chunks.
    """

    ok: int
    missing: int
    damaged: int
    damage: tuple[DamagedFile, ...] = ()

    @property
    def damaged_files(self) -> tuple[str, ...]:
        """SHA-256 of those that are missing or damaged."""
        return tuple(each.sha256 for each in self.damage)
