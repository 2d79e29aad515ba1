"""Looking at SQLite's write-ahead log from outside: whether saved transactions stand behind damage. Decrypts nothing.

SQLite itself reads a log up to the first frame that is not sound and takes that for the end, silently. After a power
cut this is right; where a place in the middle is damaged, saved transactions stand behind it.
"""

import struct
from pathlib import Path

_HEADER = struct.Struct(">8I")
_FRAME_HEADER = struct.Struct(">6I")
_PAGE = 4096
_FRAME = _FRAME_HEADER.size + _PAGE
_MASK = 0xFFFFFFFF


def is_torn(wal: Path) -> bool:
    """Tells whether a transaction ends behind a frame that is not sound.

    A last frame that is not there whole does not count: nobody was told that it was saved.
    """
    try:
        with wal.open("rb") as file:
            header = file.read(_HEADER.size)
            if len(header) < _HEADER.size:
                return False
            order = ">" if header[3] & 1 else "<"
            sums = _add(order, header[:24], (0, 0))
            sound = sums == _HEADER.unpack(header)[6:8]
            salts = _HEADER.unpack(header)[4:6] if sound else None
            while len(frame := file.read(_FRAME)) == _FRAME:
                _, pages, *found = _FRAME_HEADER.unpack_from(frame)
                salts = salts or (found[0], found[1])  # a damaged header may have lost them
                if sound:
                    sums = _add(order, frame[:8] + frame[_FRAME_HEADER.size :], sums)
                    sound = (*salts, *sums) == tuple(found)
                # Frames of earlier rounds are left behind the end, and have both numbers different.
                if not sound and pages and (found[0] == salts[0] or found[1] == salts[1]):
                    return True
    except FileNotFoundError:
        pass
    return False


def _add(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    """Returns the running checksum after some more data, as SQLite's file format describes it."""
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & _MASK
        second = (second + two + first) & _MASK
    return first, second
