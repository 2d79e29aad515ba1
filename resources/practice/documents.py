"""The papers of the practice pack: which typst source becomes which PDF, the scan, and the words of the DOCX files."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from PIL import Image, ImageFilter

from handwriting import write
from papers import paragraph, picture, table, write_docx, write_scan

SOURCES = Path(__file__).resolve().parent / "papers"

_PDFS = (
    ("plans-first.pdf", "plans", "1"), ("plans.pdf", "plans", "2"), ("structure.pdf", "structure", "1"),
    ("calm-plan.pdf", "calm-plan", "1"), ("wait-log-first.pdf", "wait-log", "1"), ("wait-log.pdf", "wait-log", "2"),
    ("wait-plan.pdf", "wait-plan", "1"), ("ticket-analysis.pdf", "ticket-analysis", "1"),
    ("protocol-first.pdf", "protocol", "1"), ("protocol.pdf", "protocol", "2"),
)  # fmt: skip


def make_documents(folder: Path) -> None:
    """Makes all documents; the pictures must be there already."""
    for name, source, attempt in _PDFS:
        made = typst.compile(str(SOURCES / f"{source}.typ"), root=str(SOURCES), sys_inputs={"attempt": attempt})
        (folder / name).write_bytes(made)
    _scan(folder / "tally-scan.pdf")
    small = _shrunk(folder / "promises.jpg", 420)
    write_docx(folder / "justification.docx", _justification(), small)
    write_docx(folder / "next-steps.docx", _next_steps(), _shrunk(folder / "ticket-1.jpg", 520))


def _shrunk(photo: Path, wide: int) -> bytes:
    with Image.open(photo) as image:
        image.thumbnail((wide, wide * 2))
        held = io.BytesIO()
        image.save(held, "JPEG", quality=70)
    return held.getvalue()


def _scan(path: Path) -> None:
    """Two pages of a handwritten tally, a little crooked and grey, as the staff room's scanner makes them."""
    pages = (
        ("Tally: who speaks?", ["Science, 10 Nov", "hand up, called on:   9", "no hand, invited:   6", "answered a classmate:   5",
                                "spoke twice:   3", "not yet today:   4", "", "longest silence 15 s", "(felt like an hour)"]),
        ("Thoughts after the lesson", ["the peel idea came after 4 s of", "nothing. I nearly filled it.", "", "the group at the back talks to me,",
                                       "not to each other. Next time I", "stand behind them.", "", "ask who has NOT spoken:", "worked, but say it warmly"]),
    )  # fmt: skip
    with TemporaryDirectory() as place:
        files = []
        for number, (title, lines) in enumerate(pages):
            sheet = Image.new("L", (1240, 1754), 243)
            write(sheet, (150, 230), title, 66, "#303030", number, width=6)
            write(sheet, (160, 400), "\n".join(lines), 46, "#3c3c3c", number + 3, leading=122)
            noise = Image.effect_noise(sheet.size, 9).filter(ImageFilter.GaussianBlur(0.8))
            grey = Image.blend(sheet.rotate((-0.9, 1.3)[number], fillcolor=226), noise, 0.07)
            files.append(Path(place) / f"page{number}.jpg")
            grey.save(files[-1], quality=42, dpi=(150, 150))
        write_scan(path, files)


def _justification() -> list[str]:
    return [
        paragraph("Justification statement", "Title"),
        paragraph("Morning Meeting for SEL · second attempt"),
        paragraph("What I changed, and why", "Heading1"),
        paragraph(
            "My first meeting had a clear purpose, but only three students shared, and I answered each of them myself. The "
            "feedback asked where each student could speak and be heard. I changed three things: **everyone speaks** or says “come "
            "back to me”; **partners respond** to each other before I say anything; and students, not I, say why we meet."
        ),
        paragraph("How the parts serve the purpose", "Heading1"),
        table(
            [
                ["Part", "Skill", "What to look for in the video"],
                ["Greeting", "Relationship skills", "A name and a kind word, 00:35"],
                ["Why do we meet?", "Self-awareness", "Students give the reasons, 01:02"],
                ["Share circle", "Social awareness", "The student who passed is asked again, 05:12"],
                ["Partner talk", "Relationship skills", "Feedback with sentence starters, 07:14"],
                ["Look back", "Responsible choices", "Students judge the meeting, 10:31"],
            ]
        ),
        paragraph("What the students made of it", "Heading1"),
        paragraph("In the third week the class turned our routines into promises. The words are theirs; I only offered the frame."),
        picture(300, 393),
        paragraph("What I am not sure about", "Heading1"),
        paragraph(
            "Two students in the corner talk softly, and the recording hardly shows whether they respond to each other. I asked "
            "them afterwards; they could tell me what their partner had said. I have added photographs of four reflection slips, "
            "which the class wrote directly after the meeting. I did not choose the best: they are the top four of the pile."
        ),
        paragraph(
            "I also do not know yet whether listening in the meeting reaches the afternoon. In the mornings it does: fourteen "
            "students spoke in the maths talk of that day, twice as many as in October."
        ),
    ]  # fmt: skip


def _next_steps() -> list[str]:
    return [
        paragraph("Next steps after the exit ticket", "Title"),
        paragraph("Grade 4 · comparing fractions · three tables, one lesson"),
        paragraph("One ticket, read closely", "Heading1"),
        picture(420, 328),
        paragraph(
            "This student makes fourths into eighths without being asked to. What I cannot see is whether the step would also come "
            "with pieces that do not fit into each other. **So my next question is about 2/3 and 3/5.**"
        ),
        paragraph("Plan", "Heading1"),
        table(
            [
                ["When", "What", "How I will know"],
                ["Thursday", "Three tables, students choose", "Second ticket, same question"],
                ["Friday", "Students sort anonymous reasons: convinces me, not yet", "They can say what is missing"],
                ["Monday", "New pair of fractions, alone", "Ticket with a reason"],
            ]
        ),
        paragraph("What students do with the feedback", "Heading1"),
        paragraph(
            "They answer it. Each ticket has room for a reply, and the lesson begins with five quiet minutes to write it."
        ),
    ]
