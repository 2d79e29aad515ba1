"""The formats that educators send, each made from one numbered video by ffmpeg, and read back by it."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

RATE = 25


@dataclass(frozen=True, slots=True)
class Format:
    """A container, the codings in it, and what ffmpeg needs to make it."""

    name: str
    options: tuple[str, ...]
    has_picture: bool = True
    has_sound: bool = True

    @property
    def ending(self) -> str:
        return self.name.split("-", 1)[0]


_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "2", "-pix_fmt", "yuv420p")
_HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=25")
_AAC = ("-c:a", "aac")
_SHARP = ("-q:v", "3")

PICTURES = (
    Format("mp4-h264", (*_H264, *_AAC)),
    Format("mp4-h264-moov-first", (*_H264, *_AAC, "-movflags", "+faststart")),
    Format("mp4-h264-fragmented", (*_H264, *_AAC, "-movflags", "+frag_keyframe+empty_moov")),
    Format("mp4-hevc", (*_HEVC, *_AAC)),
    Format("mp4-av1", ("-c:v", "libsvtav1", "-preset", "12", "-g", "25", "-svtav1-params", "lp=1", *_AAC)),
    Format("mov-h264", (*_H264, *_AAC)),
    Format(
        "mov-hevc-hvc1",
        (
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-x265-params",
            "log-level=none:keyint=25",
            "-tag:v",
            "hvc1",
            *_AAC,
        ),
    ),
    Format("mov-mjpeg", ("-c:v", "mjpeg", *_SHARP, "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le")),
    Format("m4v-mpeg4", ("-c:v", "mpeg4", *_SHARP, *_AAC, "-f", "mp4")),
    Format(
        "webm-vp8",
        ("-c:v", "libvpx", "-b:v", "2M", "-deadline", "realtime", "-cpu-used", "8", "-g", "25", "-c:a", "libopus"),
    ),
    Format(
        "webm-vp9",
        ("-c:v", "libvpx-vp9", "-b:v", "2M", "-deadline", "realtime", "-cpu-used", "8", "-g", "25", "-c:a", "libopus"),
    ),
    Format("webm-av1", ("-c:v", "libsvtav1", "-preset", "12", "-g", "25", "-svtav1-params", "lp=1", "-c:a", "libopus")),
    Format("mkv-h264", (*_H264, "-c:a", "ac3")),
    Format("avi-mpeg4", ("-c:v", "mpeg4", "-vtag", "XVID", *_SHARP, "-c:a", "libmp3lame")),
    Format("avi-mjpeg", ("-c:v", "mjpeg", *_SHARP, "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le")),
    Format("wmv-wmv2", ("-c:v", "wmv2", *_SHARP, "-c:a", "wmav2")),
    Format("asf-msmpeg4", ("-c:v", "msmpeg4", *_SHARP, "-c:a", "wmav2")),
    Format("flv-flv1", ("-c:v", "flv1", *_SHARP, "-c:a", "libmp3lame", "-ar", "44100")),
    Format("flv-h264", (*_H264, *_AAC)),
    Format("mpg-mpeg2", ("-c:v", "mpeg2video", *_SHARP, "-c:a", "mp2", "-f", "vob")),
    Format("mpg-mpeg1", ("-c:v", "mpeg1video", *_SHARP, "-c:a", "mp2", "-f", "mpeg")),
    Format("ts-h264", (*_H264, *_AAC)),
    Format("ts-mpeg2", ("-c:v", "mpeg2video", *_SHARP, "-c:a", "mp2")),
    Format("3gp-h263", ("-c:v", "h263", "-s", "352x288", *_SHARP, "-c:a", "aac", "-ar", "16000")),
    Format("3gp-mpeg4", ("-c:v", "mpeg4", *_SHARP, *_AAC)),
    Format("mp4-h264-mute", (*_H264, "-an"), has_sound=False),
)
SOUNDS = (
    Format("m4a-aac", ("-vn", *_AAC), has_picture=False),
    Format("mp3-mp3", ("-vn", "-c:a", "libmp3lame"), has_picture=False),
    Format("wav-pcm", ("-vn", "-c:a", "pcm_s16le"), has_picture=False),
)
FORMATS = (*PICTURES, *SOUNDS)


def make(form: Format, source: Path, folder: Path) -> Path:
    """Writes ``source`` in a format, once."""
    path = folder / f"{form.name}.{form.ending}"
    if not path.exists():
        command = ["ffmpeg", "-v", "error", "-y", "-threads", "1", "-i", str(source), *form.options, str(path)]
        subprocess.run(command, check=True, timeout=60, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path
