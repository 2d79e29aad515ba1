"""Encoding drawn pictures and spoken samples into video and sound files. Knows no scenes and no texts."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from PIL import Image

RATE = 22_050
"""Samples a second of all speech."""

_BLOCK = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a film is encoded: picture size in pixels, frames a second, codecs, how much finer it is drawn."""

    width: int = 640
    height: int = 360
    fps: int = 12
    video_codec: str = "libx264"
    audio_codec: str = "aac"
    crf: int = 31
    audio_bits: int = 24_000
    key_seconds: int = 6
    finer: float = 2.0
    upright: bool = False


def write_film(path: Path, frames: Iterable[Image.Image], samples: "array[int] | None", recipe: Recipe) -> None:
    """Writes frames, and samples if there are any, into the container that the file's name asks for."""
    with av.open(str(path), "w", options=_container_options(path)) as container:
        picture = _video_stream(container, recipe)
        sound = _audio_stream(container, recipe) if samples is not None else None
        sent = 0
        for number, image in enumerate(frames):
            frame = av.VideoFrame.from_image(_fitted(image, recipe))
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, recipe.fps)
            container.mux(picture.encode(frame))
            if sound is not None and samples is not None:
                sent = _send_samples(container, sound, samples, sent, (number + 1) * RATE // recipe.fps)
        container.mux(picture.encode(None))
        if sound is not None and samples is not None:
            _send_samples(container, sound, samples, sent, len(samples))
            container.mux(sound.encode(None))


def _fitted(image: Image.Image, recipe: Recipe) -> Image.Image:
    if recipe.upright:
        wide = image.height * recipe.width // recipe.height
        left = (image.width - wide) // 2
        image = image.crop((left, 0, left + wide, image.height))
    return image.resize((recipe.width, recipe.height), Image.Resampling.BOX)


def write_sound(path: Path, samples: "array[int]", audio_bits: int = 24_000) -> None:
    """Writes a sound-only recording."""
    with av.open(str(path), "w", options=_container_options(path)) as container:
        sound = _audio_stream(container, Recipe(audio_bits=audio_bits))
        _send_samples(container, sound, samples, 0, len(samples))
        container.mux(sound.encode(None))


def _container_options(path: Path) -> dict[str, str]:
    options = {"fflags": "+bitexact"}
    if path.suffix in {".mp4", ".m4a", ".mov"}:
        options["movflags"] = "+faststart"
    return options


def _video_stream(container: OutputContainer, recipe: Recipe) -> VideoStream:
    stream = container.add_stream(recipe.video_codec, rate=recipe.fps)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = recipe.width, recipe.height, "yuv420p"
    stream.codec_context.gop_size = recipe.fps * recipe.key_seconds
    options = {"crf": str(recipe.crf), "threads": "1"}
    if recipe.video_codec == "libx264":
        options |= {"preset": "medium", "tune": "stillimage", "profile": "main"}
    else:
        options |= {"deadline": "good", "cpu-used": "4", "b": "0"}
    stream.codec_context.options = options
    return stream


def _audio_stream(container: OutputContainer, recipe: Recipe) -> AudioStream:
    rate = 48_000 if recipe.audio_codec == "libopus" else RATE
    stream = container.add_stream(recipe.audio_codec, rate=rate, layout="mono")
    assert isinstance(stream, AudioStream)
    stream.bit_rate = recipe.audio_bits
    return stream


def _send_samples(container: OutputContainer, stream: AudioStream, samples: "array[int]", start: int, stop: int) -> int:
    """Encodes whole blocks from start up to stop (all of them at the very end) and returns where it stopped."""
    stop = min(stop, len(samples))
    while start < stop:
        block = samples[start : start + _BLOCK]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(block))
        frame.planes[0].update(block.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        container.mux(stream.encode(frame))
        start += len(block)
    return start
