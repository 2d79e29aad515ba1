"""In the child of kind ``preflight``: what a video or sound holds, from a few places of it. Looks at no whole file."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import av
from av.container import InputContainer

from mcassess.evidence.frames import FrameDecoder, open_container
from mcassess.evidence.hearing import hear
from mcassess.evidence.reader import Reader

_PICTURES_A_PLACE = 12
_SEEK_SECONDS = 0.25
_HEAD_BYTES = 4096
_SEGMENT = b"\x18S\x80g"
_WHERE = ("location", "gps", "geo")
_WHO = ("artist", "author", "composer", "copyright", "creator", "director", "performer", "publisher", "title")
_MOST_VALUE = 200


@dataclass(slots=True)
class MediaSurvey:
    """What was found.

    Attributes:
        has_picture: Whether there are moving pictures.
        has_sound: Whether there is a sound track.
        duration_ms: Stated length, 0 when it states none.
        width: Pixels in a row, upright; 0 without pictures.
        height: Rows, upright.
        plays: Whether a picture, or sound where there are none, can be decoded.
        ends_ms: Where the pictures end; None where that could not be found out in time.
        here: Which share of the bytes that the file states is here, 0.0 to 1.0; None where it states none.
        broken: How many of the pictures that were tried could not be decoded whole.
        peak: Greatest sample heard, 0.0 to 1.0; None where no sound could be decoded.
        loudness_db: How loud it is on the whole.
        where: Whether the file says where it was recorded.
        who: What it says of its maker, by property.
        ran_out: Whether the time was over before all was tried.
    """

    has_picture: bool
    has_sound: bool
    duration_ms: int
    width: int = 0
    height: int = 0
    plays: bool = False
    ends_ms: int | None = None
    here: float | None = None
    broken: int = 0
    peak: float | None = None
    loudness_db: float | None = None
    where: bool = False
    who: dict[str, str] = field(default_factory=dict)
    ran_out: bool = False


class HurriedReader:
    """A reader that comes to its end when time is up: in files without an index, one seek reads half of them.

    Attributes:
        until: When, by the processor time of this child, so that a busy machine changes nothing; infinity at first.
        gave_up: Whether time was up.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.until = float("inf")
        self.gave_up = False

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._reader.size

    @property
    def error(self) -> Exception | None:
        """What made a read fail."""
        return self._reader.error

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place; none once time is up."""
        if time.process_time() > self.until:
            self.gave_up = True
            return b""
        return self._reader.read(count)

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start."""
        self._reader.seek(offset)

    def close(self) -> None:
        """Closes the reader."""
        self._reader.close()


def survey_media(reader: Callable[[], Reader], seconds: float) -> MediaSurvey:
    """Looks at the beginning, the middle and the end of a media file, and listens at some places.

    Args:
        reader: Makes a reader of the file, with a place of its own.
        seconds: About so long at most.

    Raises:
        EvidenceError: ``broken``, ``empty`` or ``damaged``: it is no video and no sound that can be opened.
    """
    until = time.monotonic() + seconds
    decoder = FrameDecoder(reader())
    try:
        found = MediaSurvey(
            has_picture=decoder.has_picture, has_sound=decoder.has_sound, duration_ms=decoder.duration_ms
        )
        first = decoder.at(0) if decoder.has_picture else None
        if first is not None:
            found.plays = True
            turned = round(first.image.rotation) % 180 != 0
            size = first.image.width, first.image.height
            found.width, found.height = reversed(size) if turned else size
    finally:
        decoder.close()
    found.here = _share_here(reader())
    hurried = HurriedReader(reader())
    with open_container(hurried) as container:
        _read_properties(container, found)
        if found.plays:
            _look_at_middle_and_end(container, hurried, found, until)
    _listen(reader(), found, 0 if hurried.gave_up else found.duration_ms, until)
    found.ran_out = hurried.gave_up or time.monotonic() > until
    return found


def _read_properties(container: InputContainer, found: MediaSurvey) -> None:
    for key, value in container.metadata.items():
        name = key.lower()
        if any(sign in name for sign in _WHERE):
            found.where = True
        elif any(sign in name for sign in _WHO) and value.strip():
            found.who[name] = value.strip()[:_MOST_VALUE]


def _share_here(reader: Reader) -> float | None:
    """Returns which share of a file is here, told from the size that RIFF and Matroska files state at their start."""
    head = reader.read(_HEAD_BYTES)
    if head[:4] == b"RIFF" and len(head) > 8:
        stated = int.from_bytes(head[4:8], "little") + 8
    elif head[:4] == b"\x1aE\xdf\xa3" and 0 < (at := head.find(_SEGMENT)) < len(head) - 12:
        length = 9 - head[at + 4].bit_length()
        value = int.from_bytes(head[at + 4 : at + 4 + length], "big") & ((1 << 7 * length) - 1)
        if value == (1 << 7 * length) - 1:  # a recording that did not know its end
            return None
        stated = at + 4 + length + value
    else:
        return None
    return min(1.0, reader.size / max(1, stated))


def _look_at_middle_and_end(
    container: InputContainer, reader: "HurriedReader", found: MediaSurvey, until: float
) -> None:
    stream = container.streams.video[0]
    start = container.start_time or 0
    found.ends_ms = _end_by_index(stream, reader.size)
    places = [found.duration_ms // 2] if found.ends_ms is None else [found.ends_ms // 2]
    places += [found.duration_ms] if found.ends_ms is None else []
    for place in places:
        to_end = place == found.duration_ms
        if reader.gave_up:
            return
        reader.until = time.process_time() + _SEEK_SECONDS
        try:
            container.seek(place * 1000 + start, backward=True)
            last = _look_on(container.demux(stream), found, until, to_end=to_end)
        except (av.FFmpegError, OSError, ValueError, EOFError):
            continue
        if to_end and last is not None and not reader.gave_up:
            found.ends_ms = last - start // 1000


def _end_by_index(stream: av.VideoStream, size: int) -> int | None:
    """Returns where the file's own list of pictures leaves the file; None where all of it lies within."""
    entries = stream.index_entries
    missing = None
    for place in range(len(entries) - 1, -1, -1):
        entry = entries[place]
        if entry.pos + entry.size <= size:
            break
        missing = entry.timestamp
    if missing is None or stream.time_base is None:
        return None
    return max(0, round(float((missing - (stream.start_time or 0)) * stream.time_base) * 1000))


def _look_on(
    packets: "Iterator[av.Packet[av.VideoStream]]", found: MediaSurvey, until: float, *, to_end: bool
) -> int | None:
    """Decodes a few pictures from here; returns the time of the last of all if that is wanted, and comes in time."""
    last = None
    for number, packet in enumerate(packets):
        if packet.pts is not None:
            last = max(last or 0, round(float(packet.pts * packet.time_base) * 1000))
        if number < _PICTURES_A_PLACE:
            found.broken += _count_broken(packet)
        elif not to_end:
            return None
        if time.monotonic() > until:
            return None
    return last


def _count_broken(packet: "av.Packet[av.VideoStream]") -> int:
    try:
        return sum(picture.is_corrupt for picture in packet.decode())
    except (av.FFmpegError, ValueError, EOFError):
        return 1


def _listen(reader: Reader, found: MediaSurvey, duration_ms: int, until: float) -> None:
    if not found.has_sound:
        return
    heard = hear(reader, duration_ms, lambda: time.monotonic() < until)
    if heard is not None:
        found.peak, found.loudness_db = heard.peak, heard.loudness_db
        found.plays = found.plays or not found.has_picture
