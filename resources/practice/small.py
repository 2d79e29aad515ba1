"""The tiny pack that tests use: every kind of evidence once, in under 200 kB, full of phrases to look for in leak scans."""

import json
from pathlib import Path

from PIL import Image

from cast import CLASS_A, VOICES
from figures import Pen
from film import Recipe, write_film
from papers import paragraph, picture, table, write_docx, write_pdf
from speech import Beat, captions, perform
from staging import Play, pictures

PLANTED = {
    "educator names": ["Wilhelmina Quackenbush", "Thaddeus Brambleforth", "Perpetua Nightingale-Okafor"],
    "captions": ["marble otter parade"],
    "pointer": ["velvet comet sandwich"],
    "document, pdf of three pages": ["zebra quilt lantern", "copper walrus almanac", "thistle harbour bassoon"],
    "document, pdf of one page": ["pumice heron ledger"],
    "document, docx": ["saffron kettle orchestra"],
    "text": ["willow tractor confetti"],
    "link": ["juniper-cactus-flute"],
    "first attempt, text": ["glacier mitten sonata"],
    "first attempt, comment": ["brass pelican umbrella"],
    "first attempt, feedback": ["tulip anvil serenade"],
    "exemplar, reason": ["onyx badger calendar"],
}
"""What is planted where; PLANTED.json in the pack repeats it."""

_NAMES = PLANTED["educator names"]
_LEVELS = (("Not yet", 0), ("Almost", 1), ("Meets", 2))


def make_small(folder: Path) -> None:
    """Makes the tiny pack in a folder."""
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    _lesson(files / "lesson.mp4", files / "lesson.vtt")
    _poster(files / "poster.jpg")
    pages = [
        f"== Page {number + 1}\n\n{_plan(phrase)}"
        for number, phrase in enumerate(PLANTED["document, pdf of three pages"])
    ]
    write_pdf(files / "plans.pdf", "Activity plans", "Grade 3", "\n#pagebreak()\n".join(pages))
    write_pdf(files / "structure.pdf", "Meeting structure", "Grade 3", _plan("pumice heron ledger"))
    write_docx(
        files / "statement.docx",
        [
            paragraph("Justification statement", "Title"),
            paragraph("We open each day with a saffron kettle orchestra, because the class asked for it."),
            table([["Step", "Minutes"], ["Greeting", "3"], ["Share", "6"]]),
            picture(160, 120),
        ],
        (files / "poster.jpg").read_bytes(),
    )
    pack = {
        "format": "mcassess-pack", "version": 1, "microcredentials": [_meeting(), _ticket()],
        "submissions": [_second_attempt(), _first_attempt(), _named()], "exemplars": [_exemplar()],
    }  # fmt: skip
    _write_json(folder / "pack.json", pack)
    _write_json(folder / "PLANTED.json", PLANTED)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _lesson(film: Path, text: Path) -> None:
    beats = [
        Beat(who="T", text="Today, a marble otter parade.", scene="circle", board=("Good morning!",), after=0.2),
        Beat(who="S3", text="Me first!", after=0.1),
    ]
    track = perform(beats, VOICES, 1, lead_in=0.2)
    missing = 4 * 22_050 - len(track.samples)
    track.samples.extend([0] * missing) if missing > 0 else track.samples.__delitem__(slice(missing, None))
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
    return f"""Students sit in a circle. The question of the day is about a {phrase}. Every student thinks, then tells a partner.
#table(columns: (1fr, auto), [Step], [Minutes], [Greeting], [3], [Share], [6])"""


def _levels(criterion: str, texts: tuple[str, ...]) -> list[dict[str, object]]:
    return [
        {"id": f"{criterion}-{number + 1}", "title": title, "description": text, "points": points}
        for number, ((title, points), text) in enumerate(zip(_LEVELS, texts, strict=True))
    ]


def _criterion(criterion: str, title: str, description: str, texts: tuple[str, ...]) -> dict[str, object]:
    return {
        "id": criterion, "title": title, "description": description, "pass_level": f"{criterion}-3",
        "levels": _levels(criterion, texts),
    }  # fmt: skip


def _meeting() -> dict[str, object]:
    return {
        "id": "mm-sel", "title": "Morning Meeting for SEL",
        "stack": {"id": "cs-sel", "title": "Class Structures to Support SEL", "position": 2},
        "policy": {"attempts_max": 3, "blind": True, "assessors": 1, "approver": False, "review_days": 7,
                   "comment_below_pass": True, "evidence_days": 30, "earlier_scores": "after_mine", "stills_may_leave": False},
        "slots": [{"id": "video", "title": "One lesson video", "kinds": ["video"], "min": 1, "max": 1, "max_minutes": 15},
                  {"id": "plans", "title": "Activity plans", "kinds": ["document"], "min": 1, "max": 3}],
        "rubric": {
            "id": "mm-sel-r", "version": 3, "title": "Morning Meeting rubric",
            "completeness": [{"id": "k1", "text": "The video can be seen and heard"}, {"id": "k2", "text": "The plans can be read"}],
            "requirements": [
                {"id": "r1", "title": "The meeting", "criteria": [
                    _criterion("c1", "Purpose of the meeting", "Students can say why they meet.",
                               ("No purpose is named.", "The teacher names a purpose.", "Students name the purpose themselves.")),
                    _criterion("c2", "Every student takes part", "Each student speaks or responds.",
                               ("A few students speak.", "Most students speak.", "Every student speaks or responds.")),
                ]},
                {"id": "r2", "title": "The talk", "criteria": [
                    _criterion("c3", "Peer feedback", "Students respond to one another.",
                               ("Students do not respond to one another.", "Some respond, in general words.",
                                "All give specific, kind feedback."))]},
            ]},
        "award_rule": {"kind": "all"},
    }  # fmt: skip


def _ticket() -> dict[str, object]:
    def criterion(name: str, title: str) -> dict[str, object]:
        texts = ("Not shown", "Shown in part", "Shown", "Shown with insight")
        levels = [
            {"id": f"{name}-{points}", "title": str(points), "description": text, "points": points}
            for points, text in enumerate(texts, start=1)
        ]
        return {"id": name, "title": title, "pass_level": f"{name}-3", "levels": levels}

    return {
        "id": "exit-ticket", "title": "Exit Tickets", "policy": {"attempts_max": 2, "blind": False, "comment_below_pass": False},
        "rubric": {"id": "exit-ticket-r", "version": 1, "title": "Exit ticket rubric", "requirements": [
            {"id": "q1", "title": "Tickets", "criteria": [criterion("g1", "The question asked"), criterion("g2", "The use made of answers")]}]},
        "award_rule": {"kind": "total", "at_least": 6},
    }  # fmt: skip


def _second_attempt() -> dict[str, object]:
    return {
        "id": "s-0001", "microcredential": "mm-sel", "educator": {"id": "e-1", "name": _NAMES[0], "alias": "Educator 7F31"},
        "attempt": 2, "submitted_at": "2026-11-19T09:12:00Z", "due_at": "2026-11-24T17:00:00Z",
        "evidence": [
            {"id": "v1", "slot": "video", "title": "Lesson video", "kind": "video", "file": "files/lesson.mp4",
             "captions": "files/lesson.vtt", "consent": {"scoring": True, "training": True},
             "pointers": [{"at": "00:00:01", "criterion": "c2", "text": "the velvet comet sandwich begins"}]},
            {"id": "d1", "slot": "plans", "title": "Activity plans, rev. 2", "kind": "document", "file": "files/plans.pdf"},
            {"id": "d2", "slot": "plans", "title": "Justification statement", "kind": "document", "file": "files/statement.docx"},
            {"id": "i1", "title": "Class poster", "kind": "image", "file": "files/poster.jpg", "consent": {"scoring": True, "training": False}},
            {"id": "t1", "title": "Reflection", "kind": "text",
             "text": "This time every student spoke.\n\nThe willow tractor confetti was their own idea."},
            {"id": "l1", "title": "Class site", "kind": "link", "url": "https://example.org/juniper-cactus-flute"},
        ],
        "earlier": [{
            "attempt": 1, "submitted_at": "2026-11-02T09:12:00Z",
            "evidence": [
                {"id": "d1", "slot": "plans", "title": "Activity plans", "kind": "document", "file": "files/structure.pdf"},
                {"id": "t1", "title": "Reflection", "kind": "text", "text": "Three students spoke about a glacier mitten sonata."}],
            "decision": {
                "outcome": "not_yet", "decided_at": "2026-11-06T15:20:00Z",
                "scores": {"c1": {"level": "c1-3"},
                           "c2": {"level": "c2-2", "comment": "Most speak; the brass pelican umbrella leaves four out."},
                           "c3": {"level": "c3-1", "comment": "Students do not respond to one another yet."}},
                "feedback": "A clear purpose. Next, let everyone answer about the tulip anvil serenade."},
        }],
    }  # fmt: skip


def _first_attempt() -> dict[str, object]:
    return {
        "id": "s-0002", "microcredential": "mm-sel", "educator": {"id": "e-2", "name": _NAMES[1], "alias": "Educator 19C0"},
        "attempt": 1, "submitted_at": "2026-11-18T14:40:00Z", "due_at": "2026-11-27T17:00:00Z",
        "evidence": [{"id": "v1", "slot": "video", "title": "Lesson video", "kind": "video", "file": "files/lesson.mp4"},
                     {"id": "d1", "slot": "plans", "title": "Meeting structure", "kind": "document", "file": "files/structure.pdf"}],
    }  # fmt: skip


def _named() -> dict[str, object]:
    return {
        "id": "s-0003", "microcredential": "exit-ticket", "educator": {"id": "e-3", "name": _NAMES[2], "alias": "Educator 2A91"},
        "submitted_at": "2026-11-20T08:00:00Z", "due_at": "2026-12-04T17:00:00Z",
        "evidence": [{"id": "d1", "title": "Three tickets", "kind": "document", "file": "files/plans.pdf"},
                     {"id": "i1", "title": "A ticket", "kind": "image", "file": "files/poster.jpg"}],
    }  # fmt: skip


def _exemplar() -> dict[str, object]:
    return {
        "id": "x1", "microcredential": "mm-sel", "title": "A meeting that meets",
        "evidence": [{"id": "d1", "title": "Activity plans", "kind": "document", "file": "files/plans.pdf"}],
        "true_scores": {"c1": {"level": "c1-3", "reason": "Page 2 names the onyx badger calendar."},
                        "c2": {"level": "c2-3", "reason": "All speak."}, "c3": {"level": "c3-2", "reason": "General words."}},
    }  # fmt: skip
