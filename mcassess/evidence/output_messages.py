"""What a video output tells while it plays: plain values, from whichever thread. Plays nothing itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True, eq=False)
class Shown:
    """libVLC shows a picture now. Its memory is used again once nobody holds ``pixels`` nor this object."""

    run: int
    width: int
    height: int
    stride: int
    pixels: memoryview
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """libVLC's clock stood at ``time_ms`` at the moment ``at`` (of ``time.monotonic``)."""

    run: int
    time_ms: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffered:
    """Enough is read after a start or seek: pictures from now on are from the new place."""

    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Sound and pictures run; loudness can be set from now on."""

    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The end is reached, or reading failed: to libVLC that is the same."""

    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """libVLC gave up."""

    run: int


OutputMessage = Shown | Clocked | Buffered | Started | Finished | Broke
