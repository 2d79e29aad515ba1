"""Makes small videos whose pictures carry their own number as a bar code, and reads the number back from pixels."""

import math
import struct
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

WIDTH, HEIGHT, BITS, BLOCK = 320, 180, 12, 24
SAMPLE_RATE = 48000


def _numbered(number: int) -> av.VideoFrame:
    """A grey picture whose top rows spell ``number`` in blocks of black and white, least significant first."""
    frame = av.VideoFrame(WIDTH, HEIGHT, "gray")
    plane = frame.planes[0]
    plain = bytearray(bytes([number * 3 % 128 + 40]) * plane.line_size)
    coded = bytearray(plain)
    for bit in range(BITS):
        coded[bit * BLOCK : (bit + 1) * BLOCK] = bytes([235 if number >> bit & 1 else 16]) * BLOCK
    plane.update(bytes(coded) * BLOCK + bytes(plain) * (HEIGHT - BLOCK))
    return frame.reformat(format="yuv420p")


def number_of(picture: Any) -> int:
    """The number in a picture's bar code; takes anything with ``pixels`` (four bytes a pixel) and ``stride``."""
    row = BLOCK // 2 * picture.stride
    bits = (picture.pixels[row + (bit * BLOCK + BLOCK // 2) * 4 + 1] > 128 for bit in range(BITS))
    return sum(1 << bit for bit, is_set in enumerate(bits) if is_set)


def make_video(
    path: Path,
    *,
    frames: int = 120,
    rate: int = 30,
    codec: str = "libx264",
    sound: str | None = "aac",
    b_frames: int = 2,
    key_every: int = 30,
    times: list[int] | None = None,
    faststart: bool = False,
    level: float = 0.3,
) -> Path:
    """Writes a numbered video; ``times`` gives each picture's time in milliseconds instead of an even rate."""
    options = {"movflags": "faststart"} if faststart else {}
    with av.open(str(path), "w", options=options) as container:
        video = container.add_stream(codec, rate=rate)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.gop_size = key_every
        if codec == "libx264":
            parameters = f"keyint={key_every}:bframes={b_frames}:b-adapt=0:scenecut=0"
            video.options = {"preset": "ultrafast", "x264-params": parameters}
        if times is not None:
            video.codec_context.time_base = Fraction(1, 1000)
        tone = container.add_stream(sound, rate=SAMPLE_RATE, layout="mono") if sound else None
        for number in range(frames):
            frame = _numbered(number)
            frame.pts = number if times is None else times[number]
            frame.time_base = Fraction(1, rate) if times is None else Fraction(1, 1000)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if tone is not None:
            length = frames / rate if times is None else times[-1] / 1000
            _add_tone(container, tone, length, level)
    return path


def make_sound(path: Path, *, seconds: float = 3.0, codec: str = "aac", level: float = 0.3) -> Path:
    """Writes a file with a tone and no picture."""
    with av.open(str(path), "w") as container:
        _add_tone(container, container.add_stream(codec, rate=SAMPLE_RATE, layout="mono"), seconds, level)
    return path


def _add_tone(container: Any, stream: Any, seconds: float, level: float = 0.3) -> None:
    codec = stream.codec_context
    size = 960 if codec.name == "libopus" else 1024
    fitted = av.AudioResampler(
        codec.format or "fltp", "mono", SAMPLE_RATE, frame_size=1152 if "mp3" in codec.name else size
    )
    wave = [level * math.sin(2 * math.pi * i / 100) for i in range(100)]
    for start in range(0, round(SAMPLE_RATE * seconds), 1000):
        block = av.AudioFrame("flt", "mono", 1000)
        block.planes[0].update((struct.pack("<100f", *wave) * 10).ljust(block.planes[0].buffer_size, b"\0"))
        block.sample_rate, block.pts, block.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        for piece in fitted.resample(block):
            container.mux(stream.encode(piece))
    for piece in fitted.resample(None):
        container.mux(stream.encode(piece))
    container.mux(stream.encode(None))


def told_by_ffmpeg(path: Path) -> list[int]:
    """The time of each picture in milliseconds, as another reader of the file tells it."""
    command = [
        "ffprobe",
        "-v",
        "error",
        "-select_streams",
        "v",
        "-show_entries",
        "frame=best_effort_timestamp_time:format=start_time",
        "-of",
        "csv=p=0",
    ]
    lines = subprocess.run([*command, str(path)], check=True, capture_output=True, text=True, timeout=60).stdout.split()
    start = float(lines[-1].strip(","))
    # of the very last picture of some streams it knows no time
    return [round((float(line.strip(",")) - start) * 1000) for line in lines[:-1] if not line.startswith("N/A")]
