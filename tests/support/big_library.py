"""Libraries with any number of made-up submissions, filled through the library's own doors."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from mcassess.clock import SystemClock
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.rubric import CompletenessCheck, Criterion, Level, Requirement, Rubric
from mcassess.domain.submission import Educator, Evidence, MicroCredential, Stack, Submission
from mcassess.store.library import Library
from mcassess.store.sessions import Writing
from tests.support.key_stub import KEYS

_DUE = datetime(2026, 11, 24, 17, tzinfo=UTC)
_BATCH = 500
_ADAPTER = TypeAdapter(Submission)


def rubric() -> Rubric:
    """Returns a rubric of five criteria and three levels."""
    levels = tuple(Level(id=f"l{n}", title=("Not yet", "Almost", "Meets")[n], points=n) for n in range(3))
    criteria = tuple(Criterion(id=f"c{n}", title=f"Criterion {n}", levels=levels, pass_level="l2") for n in range(5))
    checks = (CompletenessCheck(id="k1", text="The video can be seen and heard"),)
    return Rubric(id="r", version=1, requirements=(Requirement(id="q", criteria=criteria),), completeness=checks)


def big_library(home: Path, submissions: int, changed: Callable[[Submission], Submission] = lambda s: s) -> Library:
    """Returns an open library with so many submissions, each as ``changed`` makes it."""
    library = Library.open(home, KEYS, SystemClock())
    pinned = rubric()
    microcredential = MicroCredential(
        id="m", title="Morning Meeting for SEL", rubric=pinned.pin, stack=Stack(id="s", title="Class Structures")
    )
    with library.write() as writing:
        account = writing.accounts.add(
            url="http://127.0.0.1:1/",
            server_id="server",
            epoch="e",
            public_key="",
            assessor_id="a",
            assessor_name="Assessor",
            token="t",
        )
        writing.submissions.put_microcredential(account, microcredential, 1, _raw(microcredential))
        writing.rubrics.put(account, pinned, _raw(pinned))
    for first in range(0, submissions, _BATCH):
        with library.write() as writing:
            for number in range(first, min(first + _BATCH, submissions)):
                _put(writing, account, number, pinned, changed)
    return library


def put_raw(writing: Writing, account: int, microcredential: MicroCredential) -> None:
    """Adds a micro-credential."""
    writing.submissions.put_microcredential(account, microcredential, 1, _raw(microcredential))


def _put(
    writing: Writing, account: int, number: int, pinned: Rubric, changed: Callable[[Submission], Submission]
) -> None:
    submission = Submission(
        id=f"s-{number:06d}",
        microcredential="m",
        educator=Educator(id=f"e-{number}", alias=f"Educator {number:05X}"),
        rubric=pinned.pin,
        due_at=_DUE + timedelta(hours=number % 700),
        evidence=(Evidence(id="t1", title="Reflection", kind=EvidenceKind.TEXT, text="What I tried, and why."),),
    )
    submission = changed(submission)
    writing.submissions.put_submission(account, submission, 1, _ADAPTER.dump_json(submission).decode())


def _raw(thing: object) -> str:
    return TypeAdapter(type(thing)).dump_json(thing).decode()


def put_evidence(library: Library, evidence: Evidence) -> int:
    """Adds a submission with one piece of evidence to a big library and returns its key."""
    submission = Submission(
        id=f"with-{evidence.id}",
        microcredential="m",
        educator=Educator(id="e", alias="Educator"),
        rubric=rubric().pin,
        evidence=(evidence,),
    )
    with library.write() as writing:
        account = writing.accounts.list()[0].key
        return writing.submissions.put_submission(account, submission, 1, _ADAPTER.dump_json(submission).decode())
