"""What every connector to a platform implements: its operations, what it can do, and how it fails. No network here.

McassessError
├── WorldError
│   ├── TransientError             may be tried again, unchanged
│   │   ├── OfflineError           no connection, or it broke off
│   │   └── BusyError              the platform cannot answer now
│   │       └── RateLimitedError   it asks to be left alone for a while
│   ├── NotOurPlatformError        somebody else answers: pause, touch nothing
│   ├── UnreadableAnswerError      the platform's answer cannot be understood
│   └── ContentError               one file did not come as announced
└── RefusedError
    ├── SignedOutError             the token is wrong, expired or revoked
    │   └── LaptopLostError        the programme says that this laptop is lost: its evidence goes
    └── PlatformRefusedError       any other refusal, with the platform's code
        ├── CursorExpiredError     the feed cannot go on from here: read everything again
        ├── RoleEndedError         the assessor has left, or this laptop was revoked; what is sealed is still kept there
        └── TooOldError            this program is too old to read from the platform; what is sealed may still go
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self

from mcassess.errors import RefusedError, WorldError
from mcassess.store.accounts import Account
from mcassess.sync.wire import (
    ChangeRow,
    ChangesPage,
    LeafList,
    Me,
    OpResults,
    Receipt,
    ServerInfo,
    SnapshotPage,
    StateDigest,
)
from mcassess.sync.wire_claims import ClaimRequest, ClaimResults


class TransientError(WorldError):
    """A failure that may pass: the same request may be tried again.

    Attributes:
        retry_after_s: How long the platform asks to be left alone, in seconds, if it said so.
    """

    def __init__(self, text: str, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class OfflineError(TransientError):
    """There is no connection to the platform, or it broke off."""


class BusyError(TransientError):
    """The platform is there and cannot answer now."""


class RateLimitedError(BusyError):
    """The platform asks to be left alone for a while."""


class NotOurPlatformError(WorldError):
    """What answers is not the platform: a login page of a network, a proxy, another server."""


class UnreadableAnswerError(WorldError):
    """The platform answered, and its answer cannot be understood."""


class ContentError(WorldError):
    """One file did not come as announced; other files are not concerned."""


class SignedOutError(RefusedError):
    """The platform does not accept the token."""


class LaptopLostError(SignedOutError):
    """The programme has said that the laptop with this token is lost."""


class PlatformRefusedError(RefusedError):
    """The platform understood, and refused.

    Attributes:
        code: The platform's own word for the reason, such as ``policy``.
        status: The HTTP status, where there is one.
    """

    def __init__(self, text: str, code: str, status: int = 0) -> None:
        super().__init__(text)
        self.code = code
        self.status = status


class CursorExpiredError(PlatformRefusedError):
    """The feed cannot go on from this cursor; everything has to be read again."""


class RoleEndedError(PlatformRefusedError):
    """The assessor is none here any more, or this laptop was revoked. What she sealed is still taken and kept."""


class TooOldError(PlatformRefusedError):
    """The platform speaks a newer version of the protocol. What is frozen is still accepted for a while."""


class MassRemovalError(RefusedError):
    """So much of the queue would go that a person has to confirm it first.

    Attributes:
        removals: How many submissions would go.
        local: How many there are.
    """

    def __init__(self, text: str, removals: int, local: int) -> None:
        super().__init__(text)
        self.removals = removals
        self.local = local


class CancelledError(Exception):
    """The run was broken off on request. Never shown to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can do; the engine asks before it relies on it.

    Attributes:
        receipts: Whether an accepted decision comes back with a signed receipt. A platform that has receipts must
            give one: a decision stays in the outbox until it has come.
        digests: Whether it can say in sum what the laptop should hold.
        claims: Whether it promises submissions to one assessor for some days.
    """

    receipts: bool
    digests: bool
    claims: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the platform's last answer said about itself.

    Attributes:
        clock_offset_ms: The platform's clock minus the laptop's, in milliseconds.
    """

    server_id: str
    epoch: str
    clock_offset_ms: int


class Role(StrEnum):
    """Which file of a piece of evidence is meant."""

    CONTENT = "content"
    CAPTIONS = "captions"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """One file of a submission, and what it must be.

    Attributes:
        size: In bytes.
    """

    submission_id: str
    attempt: int
    evidence_id: str
    role: Role
    sha256: str
    size: int


class ContentStream(Protocol):
    """The bytes of one file as they arrive; a context manager that ends the transfer.

    Attributes:
        offset: Where in the file the bytes begin; 0 whenever the platform sends the whole.
        length: How many bytes were announced.
    """

    offset: int
    length: int

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...

    def readinto(self, buffer: memoryview) -> int:
        """Puts what has arrived into the buffer and returns how many bytes that were; waits for the first of them.

        Returns 0 after the last one; by then exactly as many have come as were announced.

        Raises:
            OfflineError: The connection broke off, or nothing came for 30 seconds.
            ContentError: More bytes came than were announced.
            CancelledError: The connector was interrupted meanwhile.
        """
        ...


class Platform(Protocol):
    """One account's connection to a platform. Calls may come from several threads.

    Every method raises the errors at the top of this module.
    """

    capabilities: Capabilities

    @property
    def heard(self) -> Heard | None:
        """What the last answer said about the platform; None before the first."""
        ...

    def server(self) -> ServerInfo:
        """Says who answers; needs no sign-in."""
        ...

    def me(self) -> Me:
        """Says who is signed in."""
        ...

    def changes(self, cursor: str | None, limit: int, wait_s: int = 0) -> ChangesPage:
        """Returns what came after the cursor, or from the beginning; rows that cannot be read have type ``""``.

        Args:
            cursor: Where the last page ended.
            limit: How many rows at the most.
            wait_s: For how long the platform may hold an empty answer back, in seconds.
        """
        ...

    def submission(self, submission_id: str) -> ChangeRow:
        """Returns one submission, as in the feed."""
        ...

    def snapshot(self, page: str | None) -> SnapshotPage:
        """Returns a page of all that is visible now."""
        ...

    def digest(self, cursor: str) -> StateDigest:
        """Says in sum what the laptop should hold at this cursor."""
        ...

    def push(self, ops: list[bytes], receipts: dict[str, Receipt] | None = None) -> OpResults:
        """Sends operations, byte for byte as they are.

        Args:
            ops: Their canonical bytes.
            receipts: By operation id, those of before a backup was restored.
        """
        ...

    def results(self, device_id: str, after_device_seq: int) -> OpResults:
        """Returns what became of a device's operations after one of its numbers, the first of them."""
        ...

    def claims(self, request: ClaimRequest) -> ClaimResults:
        """Claims, renews, releases or hands over; the same request again gets the same answer."""
        ...

    def open_content(self, file: RemoteFile, offset: int, until: int) -> ContentStream:
        """Begins to fetch a part of a file, up to ``until``; the platform may send the whole file all the same.

        Raises:
            ContentError: The file is not there, or is another than the one that was announced.
        """
        ...

    def leaves(self, file: RemoteFile) -> LeafList | None:
        """Returns the digests of a file's leaves, or None where the platform has none."""
        ...

    def interrupt(self) -> None:
        """Breaks off, from another thread, what is going on; it and all that follows raises CancelledError."""
        ...

    def close(self) -> None:
        """Ends the connection."""
        ...


Connect = Callable[[Account], Platform]
"""Opens the connector of an account. Costs no request."""
