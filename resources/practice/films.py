"""Which films and recordings the practice pack holds, from which plays, and how thriftily each is encoded."""

from array import array
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cast import CLASS_A, CLASS_B, CLASS_C, CLASS_D, CLEAR_VOICES, LOW_VOICES, VOICES
from figures import Person
from film import RATE, Recipe, write_film, write_sound
from plays import read_play
from speech import Track, Voice, captions, perform
from staging import Play, pictures

PLAYS = Path(__file__).resolve().parent / "plays"


_THRIFTY = Recipe()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One recording to make: its file's name, its play, and what is special about it."""

    name: str
    play: str
    cast: dict[str, Person]
    voices: dict[str, Voice]
    recipe: Recipe = _THRIFTY
    starts_at: int = 520
    captioned: bool = True
    muted: bool = False


JOBS = (
    Job(name="meeting-main.mp4", play="meeting-main", cast=CLASS_A, voices=VOICES,
        recipe=Recipe(width=854, height=480, fps=10, crf=33, key_seconds=8, finer=1.6)),
    Job(name="meeting-first.mp4", play="meeting-first", cast=CLASS_A, voices=VOICES),
    Job(name="meeting-phone.mp4", play="meeting-phone", cast=CLASS_B, voices=LOW_VOICES, captioned=False,
        recipe=Recipe(width=360, height=640, upright=True)),
    Job(name="meeting-silent.mp4", play="meeting-silent", cast=CLASS_C, voices=CLEAR_VOICES, captioned=False,
        muted=True),
    Job(name="meeting-third.mp4", play="meeting-third", cast=CLASS_D, voices=LOW_VOICES, starts_at=505),
    Job(name="wait-time.mp4", play="wait-time", cast=CLASS_B, voices=LOW_VOICES, starts_at=618),
    Job(name="wait-time-film.webm", play="wait-time-film", cast=CLASS_C, voices=CLEAR_VOICES, starts_at=665,
        recipe=Recipe(video_codec="libvpx-vp9", audio_codec="libopus", crf=42)),
    Job(name="tickets.mp4", play="tickets", cast=CLASS_D, voices=LOW_VOICES, starts_at=540),
    Job(name="brainstorm.mp4", play="brainstorm", cast=CLASS_C, voices=CLEAR_VOICES, starts_at=785),
    Job(name="exemplar-meeting.mp4", play="exemplar-meeting", cast=CLASS_B, voices=LOW_VOICES, starts_at=515),
    Job(name="exemplar-wait.mp4", play="exemplar-wait", cast=CLASS_A, voices=VOICES, starts_at=600),
    Job(name="seminar.m4a", play="wait-time-sound", cast=CLASS_A, voices=CLEAR_VOICES, captioned=False),
    Job(name="review-lesson.m4a", play="wait-time-sound-first", cast=CLASS_A, voices=CLEAR_VOICES, captioned=False),
)  # fmt: skip


def make_films(folder: Path, only: str = "") -> None:
    """Makes all recordings whose name begins with only, two at a time."""
    jobs = [job for job in JOBS if job.name.startswith(only)]
    with ProcessPoolExecutor(max_workers=2) as pool:
        for name in pool.map(_make, jobs, [folder] * len(jobs)):
            print(name)


def _make(job: Job, folder: Path) -> str:
    beats = read_play(PLAYS / f"{job.play}.txt")
    track = perform(beats, job.voices, seed=len(beats))
    path = folder / job.name
    if path.suffix == ".m4a":
        write_sound(path, track.samples)
        return job.name
    if job.muted:
        track = Track(samples=array("h", [0] * len(track.samples)), times=track.times)
    play = Play(cast=job.cast, beats=beats, track=track, starts_at=job.starts_at)
    write_film(path, pictures(play, job.recipe), None if job.muted else track.samples, job.recipe)
    if job.captioned:
        path.with_suffix(".vtt").write_text(captions(beats, job.voices, track), encoding="utf-8")
    return f"{job.name}: {len(track.samples) / RATE:.0f} s, {path.stat().st_size // 1000} kB"
