"""A library for tests, opened with given keys instead of a keyring; and submissions to put into it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter

from mcassess.clock import uuid7
from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.rubric import CompletenessCheck, Criterion, Level, Requirement, Rubric, RubricPin
from mcassess.domain.submission import (
    Content,
    EarlierAttempt,
    Educator,
    Evidence,
    MicroCredential,
    Policy,
    Stack,
    Submission,
)
from mcassess.store.keys import KEY_FILE, Secrets
from mcassess.store.library import Library

_ = Field  # PySide looks into modules as they are imported; half of pydantic before it and half after it does not load


class TestClock:
    """A clock that moves only when told to; its ids are in order."""

    __test__ = False

    def __init__(self, start: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)) -> None:
        self.at = start
        self._started = start
        self._ids = 0

    def now(self) -> datetime:
        return self.at

    def monotonic_ms(self) -> int:
        return int((self.at - self._started) / timedelta(milliseconds=1))

    def new_id(self) -> str:
        self._ids += 1
        return uuid7(int(self.at.timestamp() * 1000), self._ids.to_bytes(10))

    def advance(self, **time: float) -> None:
        self.at += timedelta(**time)


SHARED = Secrets(b"d" * 32, b"e" * 32)


@dataclass(frozen=True)
class GivenKeys:
    """Opens a library with keys that a test holds: no keyring, no derivation."""

    secrets: Secrets = SHARED

    def unlock(self, home: Path) -> Secrets:
        key_file = home / KEY_FILE
        if not key_file.exists():
            key_file.write_text('{"version": 1, "lock": "keyring", "library": "of a test"}')
        return self.secrets


def open_library(home: Path, clock: TestClock | None = None) -> Library:
    """Opens a library with the keys that all tests share; a second call on the same home opens the same one."""
    return Library.open(home, GivenKeys(), clock or TestClock())


def add_account(library: Library, url: str = "https://platform.example") -> int:
    with library.write() as writing:
        return writing.accounts.add(
            url=url,
            server_id=f"server of {url}",
            epoch="e1",
            public_key="",
            assessor_id="a-1",
            assessor_name="Ada Assessor",
            token="secret-token",
        )


def rubric(criteria: int = 3) -> Rubric:
    levels = (Level(id="low", title="Not yet"), Level(id="high", title="Meets", points=1.0))
    return Rubric(
        id="r-1",
        version=1,
        title="Questioning",
        completeness=(CompletenessCheck(id="k1", text="The video can be seen and heard"),),
        requirements=(
            Requirement(
                id="q1",
                criteria=tuple(
                    Criterion(id=f"c{number}", title=f"Criterion {number}", levels=levels, pass_level="high")
                    for number in range(1, criteria + 1)
                ),
            ),
        ),
    )


def microcredential(*, blind: bool = True, title: str = "Wait Time When Asking Questions") -> MicroCredential:
    return MicroCredential(
        id="m-1",
        title=title,
        rubric=RubricPin(id="r-1", version=1),
        stack=Stack(id="st-1", title="Classroom Talk", position=2),
        policy=Policy(attempts_max=3, blind=blind),
    )


def content(sha256: str, size: int, media_type: str = "video/mp4") -> Content:
    return Content(sha256=sha256, size=size, media_type=media_type)


def submission(identifier: str = "s-0001", **changes: object) -> Submission:
    values: dict[str, object] = {
        "id": identifier,
        "microcredential": "m-1",
        "rubric": RubricPin(id="r-1", version=1),
        "educator": Educator(id=f"e-{identifier}", alias="Educator 7F3A", name="Ruth Nakamura"),
        "due_at": datetime(2026, 11, 24, 17, 0, tzinfo=UTC),
        "submitted_at": datetime(2026, 11, 2, 9, 12, tzinfo=UTC),
    }
    return Submission(**{**values, **changes})  # type: ignore[arg-type]


def video(sha256: str, size: int, identifier: str = "v1") -> Evidence:
    return Evidence(id=identifier, title="Lesson video", kind=EvidenceKind.VIDEO, content=content(sha256, size))


def earlier(attempt: int, *evidence: Evidence) -> EarlierAttempt:
    return EarlierAttempt(attempt=attempt, evidence=evidence)


def raw(value: object) -> str:
    """Returns a domain object as the platform would send it."""
    return _adapter(type(value)).dump_json(value).decode()


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)  # costs more than what the test then does with it


def put(library: Library, account: int, *submissions: Submission, version: int = 1) -> list[int]:
    """Stores submissions with their micro-credential and rubric, and returns their keys."""
    with library.write() as writing:
        mc, rub = microcredential(), rubric()
        writing.submissions.put_microcredential(account, mc, 1, raw(mc))
        writing.rubrics.put(account, rub, raw(rub))
        return [writing.submissions.put_submission(account, each, version, raw(each)) for each in submissions]
