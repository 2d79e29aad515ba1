"""In the child of kind ``preflight``: what a video or sound holds, from a few places of it. Looks at no whole file."""

import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import av
from av.container import InputContainer

from mcassess.evidence.frames import FrameDecoder, open_container
from mcassess.evidence.hearing import hear
from mcassess.evidence.hurried_reader import Allowance, HurriedReader
from mcassess.evidence.reader import Reader

_PICTURES_A_PLACE = 12
_WORK_SECONDS, _WORK_BYTES = 0.25, 48 << 20  # for looking, and for listening: within a second for a file of any size
_BUFFER_BYTES = 1 << 15  # each part of a file that was written in parts is looked at on opening
_HEAD_BYTES = 4096
_SEGMENT = b"\x18S\x80g"
_FLV_SIZE = b"\x00\x08filesize\x00"
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
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
        unheard: Whether nothing was heard of the sound in time, so that nothing is known of it.
        where: Whether the file says where it was recorded.
        who: What it says of its maker, by property.
        ran_out: Whether it was not found out in time if the pictures come to their end.
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
    unheard: bool = False
    where: bool = False
    who: dict[str, str] = field(default_factory=dict)
    ran_out: bool = False


def survey_media(reader: Callable[[], Reader], seconds: float) -> MediaSurvey:
    """Looks at the beginning, the middle and the end of a media file, and listens at some places.

    Where that would read too much of it, the end stays unknown.

    Args:
        reader: Makes a reader of the file, with a place of its own.
        seconds: About so long at most.

    Raises:
        EvidenceError: ``broken``, ``empty`` or ``damaged``: it is no video and no sound that can be opened.
    """
    until = time.monotonic() + seconds
    decoder = FrameDecoder(reader(), _BUFFER_BYTES)
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
    looking, listening = Allowance(), Allowance()
    with open_container(HurriedReader(reader(), looking), _BUFFER_BYTES) as container:
        looking.limit(_WORK_SECONDS, _WORK_BYTES)
        _read_properties(container, found)
        if found.plays:
            _look_at_middle_and_end(container, looking, found, until, reader().size)
    if found.has_sound:
        with open_container(HurriedReader(reader(), listening), _BUFFER_BYTES) as container:
            listening.limit(_WORK_SECONDS, _WORK_BYTES)
            _listen(container, found, 0 if looking.ran_out else found.duration_ms, until)
        found.unheard = found.peak is None and (listening.ran_out or time.monotonic() > until)
    unseen = looking.ran_out or time.monotonic() > until
    found.ran_out = unseen and found.ends_ms is None and found.here is None
    return found


def _read_properties(container: InputContainer, found: MediaSurvey) -> None:
    for key, value in container.metadata.items():
        name = key.lower()
        if any(sign in name for sign in _WHERE):
            found.where = True
        elif any(sign in name for sign in _WHO) and value.strip():
            found.who[name] = value.strip()[:_MOST_VALUE]


def _share_here(reader: Reader) -> float | None:
    """Returns which share of a file is here, told from the size that some containers state at their start."""
    stated = _stated_size(reader.read(_HEAD_BYTES))
    return min(1.0, reader.size / max(1, stated)) if stated is not None else None


def _stated_size(head: bytes) -> int | None:
    """Returns the number of bytes that the start of a RIFF, Matroska, FLV or ASF file says the whole has."""
    if head[:4] == b"RIFF" and len(head) > 8:
        return int.from_bytes(head[4:8], "little") + 8
    if head[:4] == b"\x1aE\xdf\xa3" and 0 < (at := head.find(_SEGMENT)) < len(head) - 12:
        length = 9 - head[at + 4].bit_length()
        value = int.from_bytes(head[at + 4 : at + 4 + length], "big") & ((1 << 7 * length) - 1)
        unknown = value == (1 << 7 * length) - 1  # a recording that did not know its end
        return None if unknown else at + 4 + length + value
    if head[:3] == b"FLV" and 0 < (at := head.find(_FLV_SIZE)) < len(head) - 19:
        stated = struct.unpack_from(">d", head, at + len(_FLV_SIZE))[0]
        return int(stated) if 0 < stated < 1 << 53 else None
    if 0 < (at := head.find(_ASF_FILE)) < len(head) - 48:
        return int.from_bytes(head[at + 40 : at + 48], "little") or None
    return None


def _look_at_middle_and_end(
    container: InputContainer, allowance: Allowance, found: MediaSurvey, until: float, size: int
) -> None:
    stream = container.streams.video[0]
    start = container.start_time or 0
    found.ends_ms = _end_by_index(stream, size)
    places = [found.duration_ms // 2] if found.ends_ms is None else [found.ends_ms // 2]
    places += [found.duration_ms] if found.ends_ms is None else []
    for place in places:
        to_end = place == found.duration_ms
        if allowance.ran_out:
            return
        try:
            container.seek(place * 1000 + start, backward=True)
            last = _look_on(container.demux(stream), found, lambda: _may_go_on(allowance, until), to_end=to_end)
        except (av.FFmpegError, OSError, ValueError, EOFError):
            continue
        if to_end and last is not None and not allowance.ran_out:
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
    packets: "Iterator[av.Packet[av.VideoStream]]", found: MediaSurvey, may_go_on: Callable[[], bool], *, to_end: bool
) -> int | None:
    """Decodes a few pictures from here; returns the time of the last of all if that is wanted, and comes in time."""
    last = None
    for number, packet in enumerate(packets):
        broken = _count_broken(packet) if number < _PICTURES_A_PLACE else 0
        if not may_go_on():
            return None  # what was read last may have been cut off by that alone
        found.broken += broken
        if packet.pts is not None:
            last = max(last or 0, round(float(packet.pts * packet.time_base) * 1000))
        if number >= _PICTURES_A_PLACE and not to_end:
            return None
    return last


def _may_go_on(allowance: Allowance, until: float) -> bool:
    return not allowance.ran_out and time.monotonic() <= until


def _count_broken(packet: "av.Packet[av.VideoStream]") -> int:
    try:
        return sum(picture.is_corrupt for picture in packet.decode())
    except (av.FFmpegError, ValueError, EOFError):
        return 1


def _listen(container: InputContainer, found: MediaSurvey, duration_ms: int, until: float) -> None:
    heard = hear(container, duration_ms, lambda: time.monotonic() < until)
    if heard is not None:
        found.peak, found.loudness_db = heard.peak, heard.loudness_db
        found.plays = found.plays or not found.has_picture
