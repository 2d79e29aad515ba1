"""What the desk shows, read from the library in one go, and where the assessor stopped. Changes are in recorder.py."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from mcassess.domain.award import Block
from mcassess.domain.citation import Place, format_place, parse_place
from mcassess.domain.comparison import visible_earlier
from mcassess.domain.completeness import SlotFinding
from mcassess.domain.decision import decision_blocks
from mcassess.domain.kinds import Outcome
from mcassess.domain.review import EMPTY, Review
from mcassess.domain.rubric import Criterion, Rubric
from mcassess.domain.submission import EarlierAttempt, Evidence, Policy, Submission
from mcassess.jobs import annotating, proposing
from mcassess.jobs.attaching import AttachedFile, read_files
from mcassess.jobs.proposing import Preflights
from mcassess.jobs.sentences import block_sentences
from mcassess.store.changes import ChangeSet
from mcassess.store.evidence import CAPTIONS, CONTENT, FileRow
from mcassess.store.library import Library
from mcassess.store.outbox import OutboxRow
from mcassess.store.submissions import StoredSubmission


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskContents:
    """One submission as it lies on the desk.

    Attributes:
        files: By attempt, evidence id and role.
        sealed: The decision in the outbox, if this attempt has one.
        preflights: What was found out about the files, by attempt and evidence id.
        attached: The files that go with the decision, and where each stands.
    """

    stored: StoredSubmission
    review: Review = EMPTY
    files: dict[tuple[int, str, str], FileRow] = field(default_factory=dict)
    sealed: OutboxRow | None = None
    preflights: Preflights = field(default_factory=dict)
    attached: tuple[AttachedFile, ...] = ()

    @property
    def submission(self) -> Submission:
        """The submission itself."""
        return self.stored.submission

    @property
    def rubric(self) -> Rubric:
        """The rubric that the educator worked from."""
        return self.stored.rubric

    @property
    def policy(self) -> Policy:
        """The programme's rules."""
        return self.stored.microcredential.policy

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in the order of the rubric."""
        return tuple(self.rubric.criteria)

    @property
    def scores(self) -> dict[str, str]:
        """Level id by criterion id, of levels that this rubric has."""
        return self.rubric.known(self.review.scores)

    @property
    def read_only(self) -> bool:
        """Whether the review can be read only: a decision is sealed."""
        return self.sealed is not None

    @property
    def educator(self) -> str:
        """What the educator is called here."""
        return self.submission.educator.shown(blind=self.policy.blind)

    @property
    def findings(self) -> tuple[SlotFinding, ...]:
        """What came for each evidence slot."""
        return proposing.slots_of(self.stored, self.preflights)

    @property
    def earlier(self) -> tuple[EarlierAttempt, ...]:
        """Earlier attempts, the newest first, with the scores that the policy shows by now."""
        scored = self.scores
        past = sorted(self.submission.earlier, key=lambda each: -each.attempt)
        return tuple(visible_earlier(each, self.policy.earlier_scores, scored) for each in past)

    @property
    def marked(self) -> tuple[Evidence, ...]:
        """The pieces of the present attempt of which there can be a copy with marks."""
        return annotating.marked_pieces(self.stored, self.review)

    def blocks(self, outcome: Outcome) -> tuple[Block, ...]:
        """Returns what still stands in the way of a decision."""
        return decision_blocks(outcome, self.review, self.rubric, self.policy)

    def refusal(self, outcome: Outcome) -> str:
        """Returns why a decision cannot be made yet, in whole sentences; empty where it can."""
        return " ".join(block_sentences(self.blocks(outcome), self.rubric))

    def evidence_of(self, attempt: int) -> tuple[Evidence, ...]:
        """Returns the evidence of an attempt, the present one or an earlier."""
        if attempt == self.submission.attempt:
            return self.submission.evidence
        past = self.submission.earlier_attempt(attempt)
        return past.evidence if past else ()

    def find_evidence(self, attempt: int, evidence_id: str) -> Evidence | None:
        """Returns a piece of evidence of an attempt, or None."""
        return next((each for each in self.evidence_of(attempt) if each.id == evidence_id), None)

    def file(self, attempt: int, evidence_id: str) -> FileRow | None:
        """Returns where a piece's content stands on this laptop; None for a text or a link."""
        return self.files.get((attempt, evidence_id, CONTENT))

    def captions_file(self, attempt: int, evidence_id: str) -> FileRow | None:
        """Returns where a piece's captions stand on this laptop, or None."""
        return self.files.get((attempt, evidence_id, CAPTIONS))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedAt:
    """Where an assessor stopped in a review.

    Attributes:
        attempt: The attempt whose evidence lay open.
        evidence: Its id; empty for none.
        places: Where in each piece that lay open, by ``piece_key``.
        captions: The id of the captions chosen for a video, by ``piece_key``.
        tab: Id of the tab.
        criterion: Id of the criterion in hand.
        caret: In which text she was writing, and where in it, as in caret.py; empty for none.
    """

    attempt: int = 0
    evidence: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)
    tab: str = "rubric"
    criterion: str = ""
    caret: str = ""

    @property
    def place(self) -> Place | None:
        """Where in the piece that lay open; None where that is not known."""
        return self.places.get(piece_key(self.attempt, self.evidence))

    def to_json(self) -> dict[str, Any]:
        """Returns it as the library keeps it."""
        return {
            "attempt": self.attempt,
            "evidence": self.evidence,
            "places": {piece: format_place(place) for piece, place in self.places.items()},
            "captions": dict(self.captions),
            "tab": self.tab,
            "criterion": self.criterion,
            "caret": self.caret,
        }

    @staticmethod
    def from_json(kept: dict[str, Any] | None) -> "StoppedAt":
        """Returns what ``to_json`` wrote; the beginning where nothing was kept, or nothing that can be read."""
        kept = kept or {}
        key = piece_key(kept.get("attempt") or 0, kept.get("evidence") or "")  # once only the last place was kept
        return StoppedAt(
            attempt=int(kept.get("attempt") or 0),
            evidence=str(kept.get("evidence") or ""),
            places=_places_from(kept.get("places", {key: kept.get("place")})),
            captions={str(piece): str(chosen) for piece, chosen in _table(kept.get("captions")).items()},
            tab=str(kept.get("tab") or "rubric"),
            criterion=str(kept.get("criterion") or ""),
            caret=str(kept.get("caret") or ""),
        )


def piece_key(attempt: int, evidence: str) -> str:
    """Returns the name under which something is kept of one piece of an attempt."""
    return f"{attempt}/{evidence}"


def _places_from(kept: object) -> dict[str, Place]:
    found = {}
    for piece, place in _table(kept).items():
        with suppress(ValueError, TypeError, AttributeError):  # from another version, perhaps
            found[str(piece)] = parse_place(place)
    return found


def _table(kept: object) -> dict[Any, Any]:
    return kept if isinstance(kept, dict) else {}


def load(library: Library, key: int, stored: StoredSubmission | None = None) -> DeskContents:
    """Reads a submission and all that the desk shows of it.

    Args:
        library: Where it lies.
        key: The library's key of the submission.
        stored: The submission, if it was read before and has not changed since.

    Raises:
        WorldError: It cannot be read.
    """
    with library.read() as reading:
        stored = stored or reading.submissions.get(key)
        attempt = stored.submission.attempt
        return DeskContents(
            stored=stored,
            review=reading.reviews.get(key),
            files=reading.evidence.states(key),
            sealed=reading.outbox.sealed(key, attempt),
            preflights=reading.preflights.of(key),
            attached=read_files(reading, key, attempt),
        )


def load_place(library: Library, key: int) -> StoppedAt:
    """Reads where the assessor stopped in this review."""
    with library.read() as reading:
        return StoppedAt.from_json(reading.reviews.place(key))


def keep_place(library: Library, key: int, stopped: StoppedAt) -> ChangeSet:
    """Keeps where the assessor stopped in this review."""
    with library.write("place") as writing:
        writing.reviews.set_place(key, stopped.to_json())
    return writing.change_set
