"""What was found out about each file of evidence on arrival, and which ones ended the process that opened them."""

from dataclasses import asdict, dataclass

from mcassess.domain.preflight import Findings, Problem
from mcassess.store.session import Repository, from_json, to_json

FORM = 1
"""What is found out today; what was found in an older form is found out anew."""

MOST_KILLS = 2
"""A file that has ended so many processes is not opened any more until somebody asks for it."""

_UNCHECKED = """
    SELECT f.sha256, f.media_type, f.size FROM evidence_file f
    LEFT JOIN preflight p ON p.sha256 = f.sha256
    WHERE f.state = 'ready' AND (p.form IS NULL OR p.form < ?)
      AND EXISTS (SELECT 1 FROM evidence e WHERE e.sha256 = f.sha256 AND e.role = 'content')
    ORDER BY f.size, f.sha256
"""
_PUT = """
    INSERT INTO preflight (sha256, form, found)
    SELECT sha256, ?, ? FROM evidence_file WHERE sha256 = ? AND state = 'ready'
    ON CONFLICT (sha256) DO UPDATE SET form = excluded.form, found = excluded.found
"""
_KILL = """
    INSERT INTO preflight (sha256, kills) SELECT sha256, 1 FROM evidence_file WHERE sha256 = ?
    ON CONFLICT (sha256) DO UPDATE SET kills = kills + 1
"""
_OF = """
    SELECT e.attempt, e.id, p.kills, p.found FROM evidence e JOIN preflight p ON p.sha256 = e.sha256
    WHERE e.submission = ? AND e.role = 'content'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UncheckedFile:
    """A file of evidence that is here and was not looked at yet; ``size`` in bytes."""

    sha256: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What is known of a file.

    Attributes:
        kills: How many processes it has ended since somebody last asked to try it again.
        findings: None as long as it was not looked at.
    """

    kills: int = 0
    findings: Findings | None = None

    @property
    def is_marked(self) -> bool:
        """Whether it is not opened any more."""
        return self.kills >= MOST_KILLS


class Preflights(Repository):
    """Findings by file; the same file in two places is looked at once."""

    def unchecked(self) -> list[UncheckedFile]:
        """Returns what is here and was not looked at in today's form, the smallest first."""
        rows = self._session.sql(_UNCHECKED, FORM)
        return [UncheckedFile(sha256=row[0], media_type=row[1], size=row[2]) for row in rows]

    def get(self, sha256: str) -> Preflight:
        """Returns what is known of a file."""
        row = self._session.sql("SELECT kills, found FROM preflight WHERE sha256 = ?", sha256).one_or_none()
        return Preflight() if row is None else _preflight(*row)

    def of(self, key: int) -> dict[tuple[int, str], Preflight]:
        """Returns what is known of a submission's files by attempt and evidence id."""
        return {(row[0], row[1]): _preflight(row[2], row[3]) for row in self._session.sql(_OF, key)}

    def put(self, sha256: str, findings: Findings) -> None:
        """Keeps what was found; of a file that was destroyed meanwhile nothing is kept."""
        if self._session.sql(_PUT, FORM, to_json(asdict(findings)), sha256).rowcount:
            self._session.touched.evidence.add(sha256)

    def file_named(self, name: str) -> str | None:
        """Returns the SHA-256 of the file that has a name in the vault, or None."""
        found = self._session.sql("SELECT sha256 FROM evidence_file WHERE name = ?", name).scalar_one_or_none()
        return None if found is None else str(found)

    def places_of(self, sha256: str) -> list[tuple[int, int, str]]:
        """Returns where a file stands as content: key of the submission, attempt and evidence id."""
        rows = self._session.sql(
            "SELECT submission, attempt, id FROM evidence WHERE sha256 = ? AND role = 'content'", sha256
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def note_kill(self, sha256: str) -> None:
        """Counts a process that a file has ended."""
        self._session.touched.evidence.add(sha256)
        self._session.sql(_KILL, sha256)

    def try_again(self, sha256: str) -> None:
        """Forgets the processes that a file has ended, and what was found: it is looked at anew."""
        self._session.touched.evidence.add(sha256)
        self._session.sql("UPDATE preflight SET kills = 0, form = 0, found = NULL WHERE sha256 = ?", sha256)


def _preflight(kills: int, found: str | None) -> Preflight:
    kept = from_json(found)
    if kept is None:
        return Preflight(kills=kills)
    problems = tuple(Problem(**each) for each in kept.pop("problems"))
    return Preflight(kills=kills, findings=Findings(**kept, problems=problems))
