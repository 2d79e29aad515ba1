"""Death in the middle of a migration leaves the old library or the new one, with every word in it."""

import json
import shutil
from contextlib import closing
from pathlib import Path

from mcassess.clock import SystemClock, written
from mcassess.domain.changes import Change, ChangeKind, Entry
from mcassess.store.database import Database
from mcassess.store.library import Library
from mcassess.store.migrations import STEPS, step_1
from tests.support.library import SHARED, GivenKeys, add_account, microcredential, open_library, put, raw
from tests.support.library import rubric as made_rubric
from tests.support.library import submission as made_submission
from tests.support.library_samples import FOLDER, facts
from tests.support.lives import Lives
from tests.support.series import rounds
from tests.support.strategies import History
from tests.support.tally import Tally

POINTS = [
    "before CREATE:1",
    "after CREATE:2",
    "after CREATE:5",
    "before COMMIT:2",
    "after COMMIT:2",
    "before PRAGMA:30",
]
POINTS += [
    "before fsync:1",
    "before replace:1",
    "after replace:1",
    "before COMMIT:4",
    "after COMMIT:4",
    "after ALTER:1",
]

SHARE = 1 / 8
"""Of the time that was asked for; the rest goes to the other stretches of work."""

LASTS_S = 0.5
"""About how long the migration of a sample takes."""


def version_1(home: Path) -> list[Change]:
    """Makes a library of the first schema, as the program of that time left it, and returns its review's changes."""
    open_library(home.with_name("new")).close()
    home.mkdir()
    (home / "vault").mkdir()
    (home / "key.json").write_bytes((home.with_name("new") / "key.json").read_bytes())
    history = History()
    for number in range(700):
        history.do(Entry(kind=ChangeKind.COMMENT, target=f"c{number % 3}", value=f"Words of version one, {number}"))
    database = Database(home / "library.db", SHARED.database)
    database.migrate((step_1.STATEMENTS,))
    with database.write() as connection:
        run = connection.exec_driver_sql
        run("INSERT INTO setting VALUES ('device_id', '\"device\"')")
        run("INSERT INTO account VALUES (1, 'https://p', 's', 'e', '', 'a', 'A', '', 't', NULL, NULL, NULL, NULL)")
        run(
            "INSERT INTO microcredential VALUES (1, 'm-1', 1, 'Wait', NULL, NULL, 1, 3, NULL, ?)",
            (raw(microcredential()),),
        )
        run("INSERT INTO rubric VALUES (1, 'r-1', 1, 3, NULL, ?)", (raw(made_rubric()),))
        names = "key, account, id, microcredential, rubric, rubric_version, version, platform_state, attempt, educator"
        names += ", submitted_at, due_at, videos, documents, images, others, total_bytes, state, begun"
        values = "1, 1, 's-0001', 'm-1', 'r-1', 1, 1, 'open', 1, 'e', '~', '~', 0, 0, 0, 0, 0, 'in_progress', 1"
        run(f"INSERT INTO submission ({names}) VALUES ({values})")
        run("INSERT INTO submission_body VALUES (1, ?)", (raw(made_submission()),))
        run("INSERT INTO review VALUES (1, 1, 1, NULL)")
        for change in history.changes:
            entry = change.entry
            run(
                "INSERT INTO change VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(change.number, change.id, change.action, change.device, change.number, written(change.at)),
                    *(change.monotonic_ms, entry.kind.value, entry.target, json.dumps(entry.value)),
                    *(entry.undoes, entry.redoes),
                ),
            )
    database.close()
    return history.changes


def test_death_at_any_point_of_a_migration_loses_no_word(tmp_path: Path, tally: Tally) -> None:
    home = tmp_path / "home"
    changes = version_1(home)
    with closing(Lives()) as lives:
        for point in POINTS:
            life = lives.live(home, "open", 0, point, 10.0)
            if not life.finished:
                tally.add("Kills while migrating", point.partition(":")[0])
            database = Database(home / "library.db", SHARED.database)
            assert 1 <= database.version() <= len(STEPS)
            database.close()
    with closing(Library.open(home, GivenKeys(), SystemClock())) as library:
        assert library.check() == []
        with library.read() as reading:
            kept = reading.reviews.changes(1)
            assert [each.entry for each in kept] == [each.entry for each in changes]
            assert reading.reviews.get(1).comments["c0"] == "Words of version one, 699"
            assert reading.queue.rows([1])[0].id == "s-0001"


def test_death_at_any_instant_of_a_migration_leaves_what_the_sample_adds_up_to(tmp_path: Path, tally: Tally) -> None:
    samples = sorted(path.name for path in FOLDER.glob("version-*") if path.is_dir())[:-1]
    with closing(Lives()) as lives:
        for chance in rounds(4, 800, SHARE):
            sample, home = chance.choice(samples), tmp_path / "home"
            expected = json.loads((FOLDER / f"{sample}.json").read_text(encoding="utf-8"))
            shutil.copytree(FOLDER / sample, home)
            life = lives.live(home, "open", 0, "", chance.uniform(0.0, LASTS_S))
            with closing(open_library(home)) as library:
                assert facts(library) == expected
                assert library.check() == []
            shutil.rmtree(home)
            if not life.finished:
                tally.add("Kills while migrating", "at any instant")


def test_a_library_of_the_first_schema_folds_as_before_and_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    changes = version_1(home)
    with closing(open_library(home)) as library:
        with library.read() as reading:
            before = reading.reviews.get(1)
            assert before.length == len(changes)
        account = add_account(library)
        assert put(library, account, made_submission("s-2"))
        library.catch_up_search()
        with library.read() as reading:
            assert reading.search.unread_files() == []
