"""Sample libraries, one of every schema version, with what they add up to. ``python -m`` this makes that of the newest.

A sample is made once, by the code of its time, and never again: that later code opens it is what is tested.
"""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from mcassess.domain.changes import ChangeKind, ChangeValue, Entry
from mcassess.domain.kinds import Outcome
from mcassess.store.library import Library
from mcassess.store.migrations import STEPS
from tests.support.library import TestClock, add_account, earlier, open_library, put, submission, video

FOLDER = Path(__file__).parents[1] / "data" / "libraries"
CONTENT = b"bytes of a lesson video" * 20_000


def facts(library: Library) -> dict[str, Any]:
    """Returns what a library says of every submission, as plain data."""
    with library.read() as reading:
        shown = {}
        for row in reading.queue.rows(reading.queue.ids(None)):
            review = reading.reviews.get(row.key)
            sealed = reading.outbox.sealed(row.key, row.attempt)
            shown[row.id] = {
                "state": row.state.value,
                "attempt": row.attempt,
                "educator": row.educator_shown,
                "microcredential": reading.submissions.get(row.key).microcredential.title,
                "scores": review.scores,
                "comments": review.comments,
                "citations": {name: [each.id for each in found] for name, found in review.citations.items()},
                "moments": [each.id for each in review.moments],
                "completeness": review.completeness,
                "condition": review.condition and review.condition.value,
                "note": review.note,
                "feedback": review.feedback,
                "seen": {name: [list(each) for each in seen.ranges] for name, seen in review.seen.items()},
                "time_spent_ms": review.time_spent_ms,
                "undoable": len(review.undoable),
                "redoable": len(review.redoable),
                "changes": len(reading.reviews.changes(row.key)),
                "sealed": None if sealed is None else {"op_id": sealed.op_id, "payload": sealed.payload.decode()},
                "evidence": {str(place): file.state.value for place, file in reading.evidence.states(row.key).items()},
            }
        accounts = [(each.url, each.assessor_name, each.cursor) for each in reading.accounts.list()]
        return json.loads(json.dumps({"submissions": shown, "accounts": accounts, "device": library.device_id}))


def fill(library: Library, clock: TestClock) -> None:
    """Works through a bit of everything."""
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    account = add_account(library)
    first, second, third, _ = put(
        library,
        account,
        submission("s-0001", evidence=(video(sha256, len(CONTENT)),)),
        submission("s-0002", attempt=2, earlier=(earlier(1, video("b" * 64, 99)),)),
        submission("s-0003"),
        submission("s-0004"),
    )
    writer = library.vault.writer(sha256, len(CONTENT))
    writer.write(CONTENT)
    writer.finish()
    for key in (first, second):
        for kind, target, value in _WORK:
            clock.advance(minutes=1)
            with library.write() as writing:
                writing.reviews.append(key, [Entry(kind=kind, target=target, value=value)])
    with library.write() as writing:
        undone = writing.reviews.changes(first)[-3]
        back = Entry(kind=ChangeKind.FEEDBACK, value="Ünder way – well done.", undoes=undone.action)
        writing.reviews.append(first, [back])
        sequence = writing.outbox.next_device_seq()
        writing.outbox.add(second, 2, "op-2", sequence, "decision.submit", b'{"outcome":"not_yet"}', Outcome.NOT_YET)
        writing.reviews.append(third, [Entry(kind=ChangeKind.CONDITION, value="unplayable")])
        writing.accounts.update(account, cursor="cursor-7")


_WORK: tuple[tuple[ChangeKind, str, ChangeValue], ...] = (
    (ChangeKind.COMPLETENESS, "k1", True),
    (ChangeKind.SCORE, "c1", "low"),
    (ChangeKind.SCORE, "c1", "high"),
    (ChangeKind.SCORE, "c2", "low"),
    (ChangeKind.COMMENT, "c2", "Wait three seconds. 請等三秒。"),
    (ChangeKind.CITATION, "z1", {"criterion": "c1", "evidence": "v1", "place": "@00:00:05-00:00:09", "text": "pairs"}),
    (ChangeKind.CITATION, "z2", {"criterion": "c2", "evidence": "v1", "place": "@00:01:00-00:01:02"}),
    (ChangeKind.CITATION, "z2", None),
    (ChangeKind.MOMENT, "m1", {"evidence": "v1", "start_ms": 5000, "end_ms": 9000, "title": "The question"}),
    (ChangeKind.NOTE, "", "ask the coach"),
    (ChangeKind.FEEDBACK, "", "Ünder way – well done."),
    (ChangeKind.FEEDBACK, "", "Ünder way – well done. And now"),
    (ChangeKind.SEEN, "v1", {"ranges": [[0, 4000], [3000, 9000]], "pages": []}),
    (ChangeKind.TIME_SPENT, "", 65_000),
)


def make() -> Path:
    """Makes the sample of the newest schema version.

    Raises:
        FileExistsError: There is one; it is never made again.
    """
    name = f"version-{len(STEPS)}"
    if (FOLDER / name).exists():
        raise FileExistsError(FOLDER / name)
    with tempfile.TemporaryDirectory() as scratch:
        home, clock = Path(scratch) / "home", TestClock()
        library = open_library(home, clock)
        fill(library, clock)
        expected = facts(library)
        library.close()
        FOLDER.mkdir(exist_ok=True)
        shutil.copytree(home, FOLDER / name, ignore=shutil.ignore_patterns("running"))
    (FOLDER / f"{name}.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return FOLDER / name


if __name__ == "__main__":
    print(make())
