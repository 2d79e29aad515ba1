"""Synthesised speech: lines of a play become samples, a time table and WebVTT captions. Draws nothing."""

import functools
import io
import random
import subprocess
import wave
from array import array
from dataclasses import dataclass, field

from film import RATE


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker as captions name it, and how espeak-ng sounds it."""

    label: str
    espeak: str
    pitch: int
    words_a_minute: int = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One step of a play: a spoken line, or a silence with a caption, murmuring, raised hands."""

    who: str = ""
    text: str = ""
    pause: float = 0.0
    until: float = 0.0
    murmur: bool = False
    hands: tuple[str, ...] = ()
    scene: str = ""
    board: tuple[str, ...] = ()
    after: float = 0.5


@dataclass(slots=True)
class Track:
    """A play set to time: samples at RATE, and for each beat its start and end in seconds."""

    samples: "array[int]" = field(default_factory=lambda: array("h"))
    times: list[tuple[float, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / RATE

    def loudness(self, at: float) -> float:
        """How loud the eightieth of a second at that time is: 0 to 1."""
        start = int(at * RATE)
        part = self.samples[start : start + RATE // 40 : 8]
        loudest = max((abs(value) for value in part), default=0)
        return min(1.0, loudest / 14_000)


@functools.cache
def speak(text: str, voice: Voice) -> "array[int]":
    """The samples of one spoken line; needs espeak-ng on this machine."""
    command = ["espeak-ng", "-v", voice.espeak, "-p", str(voice.pitch), "-s", str(voice.words_a_minute), "--stdout"]
    sound = subprocess.run([*command, text], check=True, capture_output=True, timeout=30).stdout
    with wave.open(io.BytesIO(sound)) as reader:
        assert reader.getframerate() == RATE
        samples = array("h", reader.readframes(reader.getnframes()))
    loudest = max(1, *map(abs, samples))
    gain = 15_000 / loudest
    return array("h", (int(value * gain) for value in samples))


def perform(beats: list[Beat], voices: dict[str, Voice], seed: int, lead_in: float = 0.8) -> Track:
    """Speaks all beats one after another, with a soft room tone so that silence does not sound like a fault."""
    track = Track()
    chance = random.Random(seed)
    track.samples.extend(_room_tone(lead_in, chance))
    for beat in beats:
        start = track.seconds
        if beat.text and beat.who:
            track.samples.extend(speak(beat.text, voices[beat.who]))
        if beat.pause:
            room = _room_tone(beat.pause, chance)
            track.samples.extend(_murmur(room, voices, chance) if beat.murmur else room)
        if beat.until:
            if beat.until < start:
                raise ValueError(f"the play reaches {clock(start)} before {clock(beat.until)}")
            track.samples.extend(_room_tone(beat.until - start, chance))
        track.times.append((start, track.seconds))
        track.samples.extend(_room_tone(beat.after, chance))
    track.samples.extend(_room_tone(0.8, chance))
    return track


def captions(beats: list[Beat], voices: dict[str, Voice], track: Track) -> str:
    """WebVTT with the speakers as voice spans; long lines become several cues that share the line's time."""
    cues = ["WEBVTT", ""]
    for beat, (start, end) in zip(beats, track.times, strict=True):
        if not beat.text:
            continue
        parts = _parts(beat.text)
        letters = sum(len(part) for part in parts)
        voice = f"<v {voices[beat.who].label}>" if beat.who else ""
        begin = start
        for part in parts:
            stop = begin + (end - start) * len(part) / letters
            cues += [f"{clock(begin)} --> {clock(stop)}", f"{voice}{part}", ""]
            begin = stop
    return "\n".join(cues)


def clock(seconds: float) -> str:
    """Seconds as hh:mm:ss.mmm."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _parts(text: str, longest: int = 84) -> list[str]:
    parts = [""]
    for word in text.split():
        full = len(parts[-1]) + len(word) + 1 > longest
        ended = len(parts[-1]) > longest // 3 and parts[-1][-1] in ".?!"
        if parts[-1] and (full or ended):
            parts.append(word)
        else:
            parts[-1] = f"{parts[-1]} {word}".strip()
    if len(parts) > 1 and len(parts[-1]) < 16:
        last = parts.pop()
        parts[-1] = f"{parts[-1]} {last}"
    return parts


def _room_tone(seconds: float, chance: random.Random) -> "array[int]":
    block = array("h", (chance.randrange(-40, 41) for _ in range(RATE // 2)))
    count = int(seconds * RATE)
    return (block * (count // len(block) + 1))[:count]


def _murmur(room: "array[int]", voices: dict[str, Voice], chance: random.Random) -> "array[int]":
    """Many children at once: each voice says something unhearable, softly."""
    mixed = list(room)
    words = "I heard you say that you felt proud and then we shared it and my friend helped me with it too"
    for voice in [voice for who, voice in voices.items() if who != "T"][:5]:
        line = speak(words, voice)
        shift = chance.randrange(len(line))
        for place in range(len(mixed)):
            mixed[place] += line[(place + shift) % len(line)] // 7
    return array("h", (max(-32_000, min(32_000, value)) for value in mixed))
