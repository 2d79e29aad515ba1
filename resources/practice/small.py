"""The files of the tiny pack that tests use: every kind once, with phrases planted for leak scans."""

from array import array
from pathlib import Path

from cast import CLASS_A, VOICES
from figures import Pen
from film import Recipe, write_film
from papers import paragraph, picture, table, write_docx, write_pdf
from PIL import Image
from speech import Beat, captions, perform
from staging import Play, pictures


def make_small(folder: Path) -> None:
    """Makes the tiny pack in a folder."""
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    _lesson(files / "lesson.mp4", files / "lesson.vtt")
    _poster(files / "poster.jpg")
    phrases = ("zebra quilt lantern", "copper walrus almanac", "thistle harbour bassoon")
    pages = [f"== Page {number + 1}\n\n{_plan(phrase)}" for number, phrase in enumerate(phrases)]
    write_pdf(files / "plans.pdf", "Activity plans", "Grade 3", "\n#pagebreak()\n".join(pages))
    write_pdf(files / "structure.pdf", "Meeting structure", "Grade 3", _plan("pumice heron ledger"))
    write_docx(
        files / "statement.docx",
        [
            paragraph("Justification statement", "Heading1"),
            paragraph("We open each day with a saffron kettle orchestra, because the class asked for it."),
            table([["Step", "Minutes"], ["Greeting", "3"], ["Share", "6"]]),
            picture(160, 120),
        ],
        (files / "poster.jpg").read_bytes(),
    )


def _lesson(film: Path, text: Path) -> None:
    beats = [
        Beat(who="T", text="Today, a marble otter parade.", scene="circle", board=("Good morning!",), after=0.2),
        Beat(who="S3", text="Me first!", after=0.1),
    ]
    track = perform(beats, VOICES, 1, lead_in=0.2)
    missing = 4 * 22_050 - len(track.samples)
    track.samples = track.samples[:missing] if missing < 0 else track.samples + array("h", [0] * missing)
    recipe = Recipe(width=320, height=180, fps=10, key_seconds=1)
    play = Play(cast=CLASS_A, beats=beats, track=track, starts_at=8 * 60 + 40)
    write_film(film, pictures(play, recipe), track.samples, recipe)
    text.write_text(captions(beats, VOICES, track), encoding="utf-8")


def _poster(path: Path) -> None:
    image = Image.new("RGB", (640, 480), "#fbf6e6")
    pen = Pen(image, 640)
    pen.text((320, 60), "Our class promise", 40, "#1f5c54", bold=True, middle=True)
    for number, (words, colour) in enumerate(
        (("We listen", "#c96b4b"), ("We share", "#5b7ba8"), ("We are kind", "#d9a441"))
    ):
        pen.oval((110, 160 + number * 110), 40, 40, colour)
        pen.text((180, 160 + number * 110), words, 38, "#33444a")
    image.save(path, quality=70)


def _plan(phrase: str) -> str:
    return f"""Students sit in a circle. The question of the day is about a {phrase}.
Every student thinks, then tells a partner.
#table(columns: (1fr, auto), [Step], [Minutes], [Greeting], [3], [Share], [6])"""
