"""The platform's database: where it lies, how it is brought up to date, and that numbers appear in their order."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from mcassess.clock import SystemClock
from mcassess.errors import UsageError, WorldError
from mcassess.server.admin import add_assessor, decisions, load_pack
from mcassess.server.data import ADDRESS_NAME, DATABASE_NAME, PlatformData
from mcassess.server.feed import add_to_feed
from mcassess.server.schema import last_seq, next_seq
from tests.support.platform import SMALL_PACK


@pytest.fixture
def data(data_dir: Path):
    opened = PlatformData(data_dir, SystemClock())
    yield opened
    opened.close()


def test_the_folder_remembers_its_database_for_its_owner_alone(tmp_path, postgres):
    folder = tmp_path / "data"
    PlatformData(folder, SystemClock(), postgres.database()).close()
    assert (folder / ADDRESS_NAME).stat().st_mode & 0o777 == 0o600
    load_pack(folder, SMALL_PACK)
    add_assessor(folder, "Ada")
    assert decisions(folder) == []
    assert not (folder / DATABASE_NAME).exists()


@pytest.mark.parametrize("address", ["", "nonsense", "sqlite:///x", "mysql://host/db", "postgresql+asyncpg://host/db"])
def test_what_is_no_address_of_a_database_is_refused(tmp_path, address):
    with pytest.raises(UsageError, match="postgresql"):
        PlatformData(tmp_path / "data", SystemClock(), address)
    assert not (tmp_path / "data").exists()


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path):
    with pytest.raises(WorldError) as caught:
        PlatformData(tmp_path, SystemClock(), "postgresql://ada:secret-word@/none?host=/nowhere")
    assert "secret-word" not in caught.value.text
    assert not (tmp_path / ADDRESS_NAME).exists()


def test_a_database_of_the_first_version_is_brought_up_to_date(data):
    with data.write() as connection:
        add_to_feed(connection, "submission", "s-1", 1)
    with data._engines.writer.begin() as connection:
        connection.execute(text("DROP TABLE counter"))
        connection.execute(text("ALTER TABLE submission DROP COLUMN decision_id"))
        connection.execute(text("DELETE FROM meta WHERE key = 'schema_version'"))
        connection.execute(text("UPDATE feed SET seq = 41"))
    PlatformData(data.folder, data.clock).close()
    with data.write() as connection:
        assert add_to_feed(connection, "submission", "s-2", 1) == 42
        assert connection.execute(text("SELECT decision_id FROM submission")).all() == []


def test_a_number_is_seen_only_after_all_that_came_before_it(data):
    """Without the order, a laptop that reads between two commits would never see the earlier row."""
    has_number, may_commit = threading.Event(), threading.Event()
    taken: list[int] = []

    def slow() -> None:
        with data.write() as connection:
            taken.append(next_seq(connection))
            has_number.set()
            assert may_commit.wait(20)

    def quick() -> None:
        with data.write() as connection:
            taken.append(next_seq(connection))

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    threads[0].start()
    assert has_number.wait(20)
    threads[1].start()
    threads[1].join(0.3)
    with data.read() as connection:
        assert last_seq(connection) == 0, "the later one is not visible before the earlier"
    may_commit.set()
    for thread in threads:
        thread.join(20)
    assert taken == [1, 2]


def test_a_reader_sees_one_state_from_beginning_to_end(data):
    with data.read() as reading:
        assert last_seq(reading) == 0
        with data.write() as writing:
            next_seq(writing)
        assert last_seq(reading) == 0


def test_an_exception_takes_back_what_was_written(data):
    def fail() -> None:
        with data.write() as connection:
            next_seq(connection)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with data.read() as connection:
        assert last_seq(connection) == 0
