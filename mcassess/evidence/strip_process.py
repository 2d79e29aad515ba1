"""In the child of kind ``stills``: goes once through a video, taking small stills and the outline of its sound."""

import time
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import av
from av.container import InputContainer

from mcassess.evidence.frames import FrameDecoder, TimedFrame, open_container, upright
from mcassess.evidence.reader import Reader

SOUND_STEP_MS = 100
_STILL_PIXELS = 160
_MOST_STILLS = 120
_LEAST_PART_MS = 2_000
_UNKNOWN_PART_MS = 10_000
_MOST_STEPS = 72_000
_SOUND_RATE = 8000
_FILL_SHARE = 0.05  # so much of its playing time may go into stills that no key frame gave
_LOOK_AT_CLOCK = 32

_Sized = tuple[int, int, int]


@dataclass(slots=True)
class Slice:
    """What one stretch of the work gave.

    Attributes:
        stills: Time in milliseconds, width and height of each still, in the order of ``pixels``.
        pixels: Three bytes a pixel, row after row, still after still.
        sound: One value a step.
        finished: Whether there is no more to come.
    """

    stills: list[_Sized] = field(default_factory=list)
    pixels: bytearray = field(default_factory=bytearray)
    sound: bytearray = field(default_factory=bytearray)
    finished: bool = False


class StripMaker:
    """Makes a film strip slice by slice. One pass over the file decodes all its sound, and of the pictures key frames.

    Where key frames stand too far apart, a second pass decodes on to what is missing, as long as that takes a small
    share of the playing time. Nothing here decides what a video is: a broken packet is passed over.

    Args:
        reader: The video; used while this lives.
        decoder: Of the same video; tells what it holds, and makes the stills of the second pass.
    """

    def __init__(self, reader: Reader, decoder: FrameDecoder) -> None:
        self._decoder = decoder
        self._container: InputContainer = open_container(reader)
        self.duration_ms = decoder.duration_ms
        self.part_ms = max(self.duration_ms / _MOST_STILLS, _LEAST_PART_MS) if self.duration_ms else _UNKNOWN_PART_MS
        self.sound_step_ms = max(SOUND_STEP_MS, -(-self.duration_ms // _MOST_STEPS // 10) * 10)
        self.aspect = 0.0
        self._origin = (self._container.start_time or 0) / 1_000_000
        self._parts: set[int] = set()
        self._keys: list[int] = [0]
        self._peaks: dict[int, int] = {}
        self._told_steps = 0
        self._slice = Slice()
        self._steps = self._work()

    def go_on(self, for_seconds: float) -> Slice:
        """Works for about so many seconds and returns what that gave."""
        self._slice = Slice()
        until = time.monotonic() + for_seconds
        for count, _ in enumerate(self._steps):
            if count % _LOOK_AT_CLOCK == 0 and time.monotonic() >= until:
                break
        else:
            self._slice.finished = True
            self._container.close()
        self._tell_sound(finished=self._slice.finished)
        return self._slice

    def close(self) -> None:
        """Lets go of the file."""
        self._steps = iter(())
        self._container.close()

    def _work(self) -> Iterator[None]:
        video = self._picture_stream()
        audio = next(iter(self._container.streams.audio), None)
        even = av.AudioResampler(format="s16", layout="mono", rate=_SOUND_RATE)
        streams = [stream for stream in (video, audio) if stream is not None]
        try:
            for packet in self._container.demux(streams):
                if packet.stream is video:
                    self._look(cast("av.Packet[av.VideoStream]", packet))
                elif packet.stream is audio:
                    self._listen(cast("av.Packet[av.AudioStream]", packet), even)
                yield
        except (av.FFmpegError, OSError, ValueError, EOFError):
            pass  # cut off: what came before it counts
        if video is not None:
            yield from self._fill()

    def _picture_stream(self) -> av.VideoStream | None:
        if not self._decoder.has_picture:
            return None
        own = [s for s in self._container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
        own[0].thread_type = "NONE"  # threads would hold a key frame back until others follow
        return own[0]

    def _look(self, packet: "av.Packet[av.VideoStream]") -> None:
        """Takes the key frame of each part that has one; other pictures are not even given to the decoder."""
        if packet.pts is None or not packet.is_keyframe:
            return
        at_ms = self._time_ms(float(packet.pts * packet.time_base))
        self.duration_ms = max(self.duration_ms, at_ms)
        self._keys.append(at_ms)
        if self._part(at_ms) in self._parts:
            return
        context = packet.stream.codec_context
        try:
            images = [*context.decode(packet), *context.decode(None)]
        except (av.FFmpegError, ValueError, EOFError):
            images = []
        context.flush_buffers()
        if images:
            self._take(TimedFrame(time_ms=at_ms, image=images[0]))

    def _take(self, frame: TimedFrame) -> None:
        self._parts.add(self._part(frame.time_ms))
        image = frame.image
        turned = round(image.rotation) % 180 != 0
        high = image.height > image.width
        longer, shorter = max(image.width, image.height), min(image.width, image.height)
        width = _STILL_PIXELS if high == turned else max(16, round(_STILL_PIXELS * shorter / longer / 16) * 16)
        picture = upright(frame, width)
        wide, tall = (image.height, image.width) if turned else (image.width, image.height)
        self.aspect = wide * self._decoder.pixel_aspect / tall
        for row in range(picture.height):
            line = bytes(picture.pixels[row * picture.stride : row * picture.stride + picture.width * 4])
            packed = bytearray(picture.width * 3)
            packed[0::3], packed[1::3], packed[2::3] = line[2::4], line[1::4], line[0::4]
            self._slice.pixels += packed
        self._slice.stills.append((frame.time_ms, picture.width, picture.height))

    def _listen(self, packet: "av.Packet[av.AudioStream]", even: av.AudioResampler) -> None:
        try:
            for block in packet.decode():
                began = self._time_ms(block.time or 0.0)
                for piece in even.resample(block):
                    self._note(began, array("h", bytes(piece.planes[0])[: piece.samples * 2]))
        except (av.FFmpegError, ValueError, EOFError):
            return

    def _note(self, began_ms: int, samples: "array[int]") -> None:
        at, size = 0, len(samples)
        while at < size:
            ms = began_ms + at * 1000 // _SOUND_RATE
            step = max(0, ms) // self.sound_step_ms
            left_ms = (step + 1) * self.sound_step_ms - ms
            piece = samples[at : at + max(1, left_ms * _SOUND_RATE // 1000)]
            loudest, lowest = max(piece), min(piece)
            peak = min(255, max(loudest, -lowest) >> 7)
            if step < _MOST_STEPS and peak > self._peaks.get(step, -1):
                self._peaks[step] = peak
            at += len(piece)

    def _tell_sound(self, *, finished: bool) -> None:
        """Tells steps that are over: sound comes in order, but for some packets that lie close together."""
        newest = max(self._peaks, default=-1)
        border = newest + 1 if finished else max(self._told_steps, newest - 20)
        self._slice.sound += bytes(self._peaks.get(step, 0) for step in range(self._told_steps, border))
        self._told_steps = max(self._told_steps, border)

    def _fill(self) -> Iterator[None]:
        """Makes stills of the parts that have no key frame, from the first on, until the time for it is over."""
        self._keys.sort()
        until = time.monotonic() + max(2.0, self.duration_ms / 1000 * _FILL_SHARE)
        for part in range(int(self.duration_ms / self.part_ms) + 1):
            if part in self._parts or time.monotonic() > until:
                continue
            yield
            middle = round((part + 0.5) * self.part_ms)
            frame = self._decoder.onwards(middle, self._keys[bisect_right(self._keys, middle) - 1], until)
            if frame is not None and self._part(frame.time_ms) == part:
                self._take(frame)

    def _part(self, at_ms: int) -> int:
        return int(max(0, at_ms) / self.part_ms)

    def _time_ms(self, seconds: float) -> int:
        return round((seconds - self._origin) * 1000)
