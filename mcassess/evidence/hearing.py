"""How loud a file's sound is, to find videos without audible speech. Decodes samples; plays nothing."""

from array import array
from collections.abc import Callable

import av

from mcassess.evidence.frames import open_container
from mcassess.evidence.reader import Reader

_PLACES = 8
_BLOCKS_A_PLACE = 40
_AUDIBLE = 0.02


def loudest(reader: Reader, duration_ms: int, may_go_on: Callable[[], bool]) -> float | None:
    """Returns the greatest sample found at some places of the sound, 0.0 for silence to 1.0; None if none decodes.

    Args:
        reader: The file.
        duration_ms: Its length, to spread the places over; 0 listens at the start only.
        may_go_on: Asked again and again; once it is false, what was found so far is the answer.
    """
    peak: float | None = None
    with open_container(reader) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        even = av.AudioResampler(format="s16", layout="mono", rate=8000)
        for place in range(_PLACES if duration_ms > 0 else 1):
            try:
                container.seek(place * duration_ms * 1000 // _PLACES + (container.start_time or 0))
                for index, block in enumerate(container.decode(stream)):
                    for piece in even.resample(block):
                        samples = array("h", bytes(piece.planes[0])[: piece.samples * 2])
                        peak = max(peak or 0.0, max(samples, default=0) / 32767, -min(samples, default=0) / 32767)
                    if index >= _BLOCKS_A_PLACE or not may_go_on():
                        break
            except (av.FFmpegError, EOFError, OSError, ValueError):
                continue
            if (peak or 0.0) > _AUDIBLE or not may_go_on():
                break
    return peak
