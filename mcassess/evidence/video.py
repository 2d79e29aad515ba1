"""What a video player is: its operations, its frames and its states. Plays nothing itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import Reader

SLOWEST_RATE = 0.5
FASTEST_RATE = 2.0
LOUDEST = 200


class PlayerState(Enum):
    """What a player is doing."""

    CLOSED = "closed"
    OPENING = "opening"
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VideoFrame:
    """One picture of a video, upright. Its pixels stay as they are for as long as this object is alive.

    Hold the newest only: a player that plays has memory for eight pictures, and waits for it with the next ones.

    Attributes:
        width: Pixels in a row.
        height: Rows.
        stride: Bytes from one row to the next.
        pixels: ``stride * height`` bytes, four a pixel: blue, green, red and one without meaning (Qt's RGB32).
        time_ms: The time of this picture in milliseconds from the start of the video. Exact while the video stands
            still; while it plays it follows the decoder's clock, within a frame or two.
        serial: Counts up by one with each picture of a player.
        pixel_aspect: Width of a recorded pixel by its height; 1.0 for square pixels.
        whole: Width and height of the picture as it was recorded, upright. While it plays, what is given may be
            smaller: as large as the room that was told.
        owner: What keeps the pixels' memory in place; of no other use.
    """

    width: int
    height: int
    stride: int
    pixels: memoryview = field(repr=False)
    time_ms: int
    serial: int
    pixel_aspect: float = 1.0
    whole: tuple[int, int]
    owner: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInfo:
    """What is known of a video once it is open.

    Attributes:
        duration_ms: Stated length, 0 when the file states none.
        has_picture: Whether there are pictures.
        has_sound: Whether there is a sound track.
        frame_rate: Pictures a second on the average, 0.0 when unknown.
        has_text: Whether there is a text track inside.
    """

    duration_ms: int
    has_picture: bool
    has_sound: bool
    frame_rate: float
    has_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerEvents:
    """Whom a player tells. All are called from the player's threads and must only hand over and return.

    Attributes:
        on_frame: A new picture is to be shown; the newest wins.
        on_state: The state is a new one.
        on_position: The shown time in milliseconds, for sound without pictures too; and the number of the seek that was
            carried out last, 0 before the first.
    """

    on_frame: Callable[[VideoFrame], None]
    on_state: Callable[[PlayerState], None]
    on_position: Callable[[int, int], None]


class Player(Protocol):
    """Plays one video at a time. No operation waits for a decoder, but ``shutdown`` and the wish to wait in ``close``.

    All times are milliseconds from the start of the video.
    """

    @property
    def state(self) -> PlayerState:
        """What the player is doing."""
        ...

    @property
    def failure(self) -> EvidenceError | None:
        """Why the state is ``FAILED``."""
        ...

    @property
    def position_ms(self) -> int:
        """The shown frame's time; for sound alone the time of what is heard."""
        ...

    @property
    def info(self) -> VideoInfo | None:
        """What is known of the open video, None until it is open."""
        ...

    def open(self, reader: Reader, *, start_ms: int = 0, paused: bool = True) -> None:
        """Opens a video, whatever was open before; the reader is the player's from now on, and closed by it.

        Paused, it shows the picture at ``start_ms`` and makes no sound.
        """
        ...

    def close(self, *, wait: bool = False) -> None:
        """Ends playing and closes the reader; with ``wait`` it has happened on return."""
        ...

    def shutdown(self) -> None:
        """Closes and ends the player's thread for good. Takes some tens of milliseconds."""
        ...

    def play(self) -> None:
        """Plays on; from the start when the video had ended."""
        ...

    def pause(self) -> None:
        """Stands still at the shown picture."""
        ...

    def seek(self, time_ms: int) -> int:
        """Goes to the picture that is shown at ``time_ms``; of several wishes in a row the newest wins.

        Returns:
            The number of this wish, higher than all before: positions are told with it from when it is carried out.
        """
        ...

    def step(self, count: int) -> None:
        """Pauses and goes exactly ``count`` pictures on, or back when negative."""
        ...

    def set_rate(self, rate: float) -> None:
        """Sets the speed, 0.5 to 2; the pitch stays."""
        ...

    def set_sound(self, percent: int, *, muted: bool = False) -> None:
        """Sets the loudness in percent, 0 to 200, or switches the sound off.

        More than 100 makes quiet sound louder than it was recorded.
        """
        ...

    def set_room(self, room: tuple[int, int] | None) -> None:
        """Says how large pictures are shown at the most, in pixels of the screen: larger ones are made smaller.

        Only while they move; what stands still is given as it was recorded. None gives all as they were recorded.
        """
        ...

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Plays from the first to the second time over and over, or no more."""
        ...
