"""How loud a file's sound is, to find videos without audible speech. Decodes samples; plays nothing."""

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer

_PLACES = 8
_BLOCKS_A_PLACE = 40
_RATE = 8000
_QUIETEST_DB = -90.0


@dataclass(slots=True)
class Heard:
    """Samples that were listened to.

    Attributes:
        samples: How many.
        squares: The sum of their squares; a sample is at most 1.0.
        peak: The greatest, 0.0 for silence to 1.0.
    """

    samples: int = 0
    squares: float = 0.0
    peak: float = 0.0

    @property
    def loudness_db(self) -> float:
        """Loudness on the whole, in decibels below the loudest possible; -90 for silence."""
        mean = self.squares / max(1, self.samples)
        return max(_QUIETEST_DB, round(10 * math.log10(mean), 1)) if mean > 0 else _QUIETEST_DB

    def take(self, piece: AudioFrame) -> None:
        """Takes in a block of mono samples of 16 bits."""
        samples = array("h", bytes(piece.planes[0])[: piece.samples * 2])
        if samples:
            self.samples += len(samples)
            self.squares += sum(sample * sample for sample in samples) / (1 << 30)
            self.peak = max(self.peak, max(samples) / 32767, min(1.0, -min(samples) / 32767))


def hear(container: InputContainer, duration_ms: int, may_go_on: Callable[[], bool]) -> Heard | None:
    """Returns what is heard at some places of the sound; None if none of it decodes.

    Args:
        container: The file.
        duration_ms: Its length, to spread the places over; 0 listens at the start only.
        may_go_on: Asked again and again; once it is false, what was heard so far is the answer.
    """
    heard = Heard()
    if not container.streams.audio:
        return None
    stream = container.streams.audio[0]
    even = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    for place in range(_PLACES if duration_ms > 0 else 1):
        if place and not may_go_on():
            break
        try:
            container.seek(place * duration_ms * 1000 // _PLACES + (container.start_time or 0))
            for index, block in enumerate(container.decode(stream)):
                for piece in even.resample(block):
                    heard.take(piece)
                if index >= _BLOCKS_A_PLACE or not may_go_on():
                    break
        except (av.FFmpegError, EOFError, OSError, ValueError):
            continue
    return heard if heard.samples else None
