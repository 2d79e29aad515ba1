"""Looking at SQLite's write-ahead log from outside: how far whole transactions seem to reach. Decrypts nothing.

SQLite itself reads a log up to the first frame that is not sound and takes that for the end, silently. After a power
cut this is right; where a place in the middle is damaged, saved transactions stand behind it.
"""

import os
import struct
from pathlib import Path

_HEADER = struct.Struct(">8I")
_FRAME_HEADER = struct.Struct(">6I")
_PAGE = 4096


def last_commit(wal: Path) -> int:
    """Returns the number, from 1, of the last frame that says it ends a transaction of this log; 0 where none does.

    A frame that is not there whole does not count: nobody was told that it was saved.
    """
    try:
        with wal.open("rb") as file:
            header = file.read(_HEADER.size)
            if len(header) < _HEADER.size:
                return 0
            salts = _salts(header, file.read(_FRAME_HEADER.size))
            file.seek(_HEADER.size)
            frames = (wal.stat().st_size - _HEADER.size) // (_FRAME_HEADER.size + _PAGE)
            last = 0
            for number in range(1, frames + 1):
                _, pages, *found, _, _ = _FRAME_HEADER.unpack(file.read(_FRAME_HEADER.size))
                if pages and (found[0] == salts[0] or found[1] == salts[1]):
                    last = number
                file.seek(_PAGE, os.SEEK_CUR)
            return last
    except FileNotFoundError:
        return 0


def _salts(header: bytes, first_frame: bytes) -> tuple[int, int]:
    """Returns the two numbers that mark frames of this log; those of earlier rounds are others."""
    salts = _HEADER.unpack(header)[4:6]
    if len(first_frame) == _FRAME_HEADER.size:
        of_frame = _FRAME_HEADER.unpack(first_frame)[2:4]
        if not _header_is_sound(header) and of_frame != salts:
            return of_frame
    return salts[0], salts[1]


def _header_is_sound(header: bytes) -> bool:
    """Checks the header's checksum, as SQLite's file format describes it."""
    words = struct.unpack(">6I" if header[3] & 1 else "<6I", header[:24])
    first = second = 0
    for index in range(0, 6, 2):
        first = (first + words[index] + second) & 0xFFFFFFFF
        second = (second + words[index + 1] + first) & 0xFFFFFFFF
    return (first, second) == _HEADER.unpack(header)[6:8]
