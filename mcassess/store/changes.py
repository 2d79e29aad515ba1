"""What a write touched, and who asked for it. Screens refresh from this and from nothing else."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """What one write, or several taken together, touched.

    Attributes:
        submissions: Keys of submissions whose row in the queue or whose content may differ now.
        reviews: Keys of submissions whose review has grown.
        evidence: SHA-256 of files whose state differs now.
        outbox: Whether the outbox differs.
        accounts: Whether an account or its cursor differs.
        initiator: Who asked, as given to ``write``.
    """

    submissions: frozenset[int] = frozenset()
    reviews: frozenset[int] = frozenset()
    evidence: frozenset[str] = frozenset()
    outbox: bool = False
    accounts: bool = False
    initiator: str = ""

    def __bool__(self) -> bool:
        return bool(self.submissions or self.reviews or self.evidence or self.outbox or self.accounts)

    def __or__(self, other: "ChangeSet") -> "ChangeSet":
        return ChangeSet(
            submissions=self.submissions | other.submissions,
            reviews=self.reviews | other.reviews,
            evidence=self.evidence | other.evidence,
            outbox=self.outbox or other.outbox,
            accounts=self.accounts or other.accounts,
            initiator=self.initiator or other.initiator,
        )


@dataclass(slots=True)
class Touched:
    """The change set of a write that is under way."""

    submissions: set[int] = field(default_factory=set)
    reviews: set[int] = field(default_factory=set)
    evidence: set[str] = field(default_factory=set)
    outbox: bool = False
    accounts: bool = False

    def change_set(self, initiator: str) -> ChangeSet:
        """Returns what was touched so far."""
        return ChangeSet(
            submissions=frozenset(self.submissions),
            reviews=frozenset(self.reviews),
            evidence=frozenset(self.evidence),
            outbox=self.outbox,
            accounts=self.accounts,
            initiator=initiator,
        )
