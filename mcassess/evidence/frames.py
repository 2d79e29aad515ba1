"""Single pictures of a video with their exact times, decoded by PyAV. Plays nothing and makes no sound."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import av
from av.container import InputContainer
from av.filter import Graph

from mcassess.evidence.errors import EvidenceError, damaged
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.evidence.reader import Reader, as_file
from mcassess.texts import tr

# playlists and the like name other files and addresses: only formats that carry their own pictures are opened
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,asf_o,flv,mpeg,mpegts,mpegvideo,m4v,h264,hevc,mxf,rm,gif,"
    "mp3,wav,aac,ogg,flac,amr,amrnb,amrwb,aiff,au,caf,w64,ac3,ape,wv"
)
_BUFFER_BYTES = 1 << 18
_DECODE_ON_MS = 1500  # up to this distance decoding on is cheaper than seeking back to a key frame
_KEPT_BYTES = 32 << 20
_WHOLE_BEFORE_MS = 300  # so far before the time that is sought, pictures that no other leans on are left out
_SAFE_WIDTH = 16  # at other widths PyAV's own conversion leaves the last pixels of a row as they were
_BROKEN_PACKETS_IN_A_ROW = 200
_TRANSPOSED = {
    90: ("cclock",),
    -270: ("cclock",),
    -90: ("clock",),
    270: ("clock",),
    180: ("clock", "clock"),
    -180: ("clock", "clock"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedFrame:
    """A decoded frame and the time in milliseconds at which it is first shown."""

    time_ms: int
    image: av.VideoFrame


def open_container(reader: Reader, buffer_bytes: int = _BUFFER_BYTES) -> InputContainer:
    """Opens a media file that carries its own pictures and sound, and nothing that names other files.

    Args:
        reader: The file.
        buffer_bytes: So many are read at once, at each place that is gone to.

    Raises:
        av.FFmpegError: It cannot be opened; ``OSError``, ``ValueError`` and ``EOFError`` come too.
    """
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}
    return cast(
        "InputContainer",
        av.open(as_file(reader), metadata_errors="replace", buffer_size=buffer_bytes, container_options=options),
    )


class FrameDecoder:
    """Finds the frame that is shown at a time, and its neighbours. For one thread.

    Attributes:
        duration_ms: Stated length, 0 when the file states none.
        has_picture: Whether there is a video stream, cover pictures not counted.
        has_sound: Whether there is a sound track.
        has_text: Whether there is a track of subtitles.
        width: Pixels in a row as stored, before any turning; 0 without pictures.
        height: Rows as stored; 0 without pictures.
        broken_packets: How many packets could not be decoded so far.
        codec: Name of the video's coding, or of the sound's where there is no picture.
        frame_rate: Pictures a second on the average, 0.0 when unknown.
        pixel_aspect: Width of a pixel by its height, as shown upright.
        colorspace: FFmpeg's number of the way in which colours are written; 2 where it is not said.
        color_range: FFmpeg's number of the range of colours; 0 where it is not said.
    """

    def __init__(self, reader: Reader, buffer_bytes: int = _BUFFER_BYTES) -> None:
        """Opens the video; ``buffer_bytes`` as in ``open_container``.

        Raises:
            EvidenceError: ``empty``, ``damaged`` or ``broken``.
        """
        if reader.size == 0:
            raise EvidenceError("empty", tr("The file is empty: it has no bytes at all. Ask for it to be sent again."))
        self._reader = reader
        self.broken_packets = 0
        try:
            self._container = open_container(reader, buffer_bytes)
        except (av.FFmpegError, OSError, ValueError, EOFError) as error:
            raise self._failure() from error
        try:
            self._describe()
        except BaseException:
            self._container.close()
            raise
        self._current: TimedFrame | None = None
        self._ahead: deque[TimedFrame] = deque()
        self._behind: deque[TimedFrame] = deque(maxlen=self._kept_frames())
        self._decoded: Iterator[av.VideoFrame] | None = None
        self._whole_from_ms = 0

    def _describe(self) -> None:
        videos = [s for s in self._container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
        self._stream = videos[0] if videos and videos[0].codec_context is not None else None
        audios = self._container.streams.audio
        self.has_picture = self._stream is not None
        self.has_sound = bool(audios)
        self.has_text = bool(self._container.streams.subtitles)
        if not self.has_picture and not self.has_sound:
            raise self._failure()
        self.duration_ms = self._stated_duration()
        self.frame_rate = 0.0
        self.width = self.height = 0
        self.pixel_aspect = 1.0
        self.colorspace, self.color_range = 2, 0
        if self._stream is None:
            self.codec = str(audios[0].codec_context.name)
            return
        self.codec = str(self._stream.codec_context.name)
        self.frame_rate = float(self._stream.guessed_rate or self._stream.average_rate or 0)
        self.pixel_aspect = float(self._stream.sample_aspect_ratio or 1) or 1.0
        self.colorspace = int(self._stream.codec_context.colorspace)
        self.color_range = int(self._stream.codec_context.color_range)
        self.width, self.height = self._stream.codec_context.width, self._stream.codec_context.height
        self._stream.thread_type = "AUTO"

    def _stated_duration(self) -> int:
        if self._container.duration:
            return max(0, round(self._container.duration / 1000))
        stream = self._stream or self._container.streams.audio[0]
        return round(float(stream.duration * stream.time_base) * 1000) if stream.duration and stream.time_base else 0

    def _kept_frames(self) -> int:
        if self._stream is None:
            return 1
        frame_bytes = max(1, self._stream.codec_context.width * self._stream.codec_context.height * 3 // 2)
        return max(2, min(16, _KEPT_BYTES // frame_bytes))

    def _failure(self) -> EvidenceError:
        if self._reader.error is not None:
            return damaged(self._reader.error)
        return EvidenceError(
            "broken", tr("The file cannot be read as video or sound: it is broken or of an unknown kind.")
        )

    def close(self) -> None:
        """Lets go of the decoder; the reader stays open."""
        self._decoded = None
        self._current = None
        self._ahead.clear()
        self._behind.clear()
        self._container.close()

    def at(self, time_ms: int) -> TimedFrame | None:
        """Returns the frame that is shown at ``time_ms``: the last one for any time after it, None if none decodes.

        Raises:
            EvidenceError: ``damaged``: the bytes cannot be read.
        """
        current = self._current
        if current is None or not current.time_ms <= time_ms <= current.time_ms + _DECODE_ON_MS:
            self._walk(time_ms, whole_from_ms=time_ms - _WHOLE_BEFORE_MS)
            if self._current is not None and self._current.time_ms < self._whole_from_ms:
                # pictures far apart: the right one may be among those that were left out
                self._walk(time_ms, whole_from_ms=0)
        self._advance_to(time_ms)
        self._check_reader()
        return self._current

    def onwards(self, time_ms: int, key_ms: int, until: float) -> TimedFrame | None:
        """Returns the frame shown at ``time_ms`` or soon before it, decoding on from where it is.

        Cheaper than ``at`` for one time after the other where key frames are rare; pictures that no other leans on are
        left out. None if none decodes, or if it has not come by ``until`` (of ``time.monotonic``).

        Args:
            time_ms: Where to.
            key_ms: The time of the last key frame before it.
            until: When to give up.

        Raises:
            EvidenceError: ``damaged``: the bytes cannot be read.
        """
        self._whole_from_ms = time_ms
        if self._current is None or not key_ms <= self._current.time_ms <= time_ms:
            self._go_before(time_ms)
        while self._peek() is not None and self._ahead[0].time_ms <= time_ms:
            self._current = self._ahead.popleft()
            if time.monotonic() > until:
                return None
        self._check_reader()
        return self._current

    def after(self) -> TimedFrame | None:
        """Goes one frame on and returns it; None at the end, where the current frame stays current."""
        if self._current is None or self._peek() is None:
            return None
        self._advance()
        self._check_reader()
        return self._current

    def before(self) -> TimedFrame | None:
        """Goes one frame back and returns it; None at the start, where the current frame stays current."""
        here = self._current
        if here is None:
            return None
        if not self._behind:
            found = self.at(here.time_ms - 1)
            return found if found is not None and found.time_ms < here.time_ms else None
        self._ahead.appendleft(here)
        self._current = self._behind.pop()
        return self._current

    def _check_reader(self) -> None:
        if self._reader.error is not None:
            raise damaged(self._reader.error)

    def _walk(self, time_ms: int, whole_from_ms: int) -> None:
        """Goes to the frame that is shown at ``time_ms`` from the key frame before it."""
        self._whole_from_ms = whole_from_ms
        self._go_before(time_ms)
        self._advance_to(time_ms)

    def _advance_to(self, time_ms: int) -> None:
        while self._peek() is not None and self._ahead[0].time_ms <= time_ms:
            self._advance()

    def _advance(self) -> None:
        if self._current is not None and self._current.time_ms >= self._whole_from_ms:
            self._behind.append(self._current)
        self._current = self._ahead.popleft()

    def _peek(self) -> TimedFrame | None:
        if not self._ahead and (found := self._decode_one()) is not None:
            self._ahead.append(found)
        return self._ahead[0] if self._ahead else None

    def _go_before(self, time_ms: int) -> None:
        """Makes a frame at or before ``time_ms`` the current one, or the first of all."""
        back_ms = 0
        while True:
            target_ms = max(0, min(time_ms, self.duration_ms or time_ms) - back_ms)
            self._seek(target_ms)
            self._current = self._decode_one()
            found = self._current is not None and self._current.time_ms <= time_ms
            if found or target_ms == 0:
                return
            back_ms = max(1000, back_ms * 3)

    def _seek(self, time_ms: int) -> None:
        self._ahead.clear()
        self._behind.clear()
        self._decoded = None
        if self._stream is None:
            return
        start = self._container.start_time or 0
        try:
            if time_ms == 0:
                self._container.seek(min(0, start), backward=True)
            else:
                self._container.seek(time_ms * 1000 + start, backward=True)
        except (av.FFmpegError, OSError):
            self._reopen_at_start(time_ms)

    def _reopen_at_start(self, time_ms: int) -> None:
        """Some formats cannot seek at all; their beginning is reached by any seek to the first byte."""
        try:
            self._container.seek(0, backward=True, any_frame=True)
        except (av.FFmpegError, OSError):
            if time_ms == 0:
                self._container.close()
                self._container = open_container(self._reader)
                self._describe()

    def _decode_one(self) -> TimedFrame | None:
        if self._stream is None:
            return None
        in_a_row = 0
        while in_a_row < _BROKEN_PACKETS_IN_A_ROW:
            if self._decoded is None:
                self._decoded = self._decode(self._stream)
            try:
                image = next(self._decoded)
            except (StopIteration, EOFError):
                return None
            except (av.FFmpegError, OSError, ValueError):
                if self._reader.error is not None:
                    return None
                self.broken_packets += 1
                in_a_row += 1
                self._decoded = None
                continue
            if image.time is not None:
                return TimedFrame(time_ms=self._time_of(image), image=image)
        return None

    def _decode(self, stream: av.VideoStream) -> Iterator[av.VideoFrame]:
        for packet in self._container.demux(stream):
            early = packet.pts is not None and self._time_ms(float(packet.pts * packet.time_base)) < self._whole_from_ms
            stream.codec_context.skip_frame = "NONREF" if early else "DEFAULT"
            yield from packet.decode()

    def _time_of(self, image: av.VideoFrame) -> int:
        seconds = image.time
        assert seconds is not None, "only frames with a time get here"
        return self._time_ms(seconds)

    def _time_ms(self, seconds: float) -> int:
        return round(seconds * 1000 - (self._container.start_time or 0) / 1000)


def upright(frame: TimedFrame, width: int | None = None) -> Picture:
    """Returns a frame's pixels, turned as its file asks, ``width`` pixels wide if given."""
    image = frame.image
    directions = _TRANSPOSED.get(round(image.rotation), ())
    if directions or (width or image.width) % _SAFE_WIDTH:
        painted = _filtered(image, directions, width)
    else:
        height = None if width is None else max(1, round(image.height * width / image.width))
        painted = image.reformat(width=width, height=height, format="bgra")
    plane = painted.planes[0]
    return Picture(
        width=painted.width,
        height=painted.height,
        stride=plane.line_size,
        layout=PixelLayout.BGRX,
        pixels=memoryview(plane),
    )


def _filtered(image: av.VideoFrame, directions: tuple[str, ...], width: int | None) -> av.VideoFrame:
    """Turns, scales and converts by filters, whose rows have room behind them for converters that work in blocks."""
    graph = Graph()
    last = graph.add_buffer(width=image.width, height=image.height, format=image.format, time_base=image.time_base)
    steps = [("transpose", direction) for direction in directions]
    steps += [("scale", f"{width}:-1")] if width is not None else []
    for name, value in (*steps, ("format", "bgra"), ("buffersink", None)):
        step = graph.add(name, value)
        last.link_to(step)
        last = step
    graph.configure()
    graph.push(image)
    return cast("av.VideoFrame", graph.pull())
