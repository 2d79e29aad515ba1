"""Platforms with an assessor named Ada, made once in each database, bare and with the tiny pack, to be copied.

Making all tables takes longer than most tests do, and so does making a database in PostgreSQL: there is one, whose rows
are put back for each test.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, delete, insert, inspect, select

from mcassess.clock import Clock, SystemClock
from mcassess.server import schema  # noqa: F401 - it knows all tables
from mcassess.server.admin import add_assessor, load_pack
from mcassess.server.data import PlatformData
from mcassess.server.tables import metadata
from tests.support.platform import SMALL_PACK, Platform
from tests.support.postgres import Postgres

_Rows = dict[str, list[dict[str, Any]]]


class Prepared:
    """The platforms to be copied, by kind of database."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self._folder = folder
        self._engine = create_engine(postgres.database(), poolclass=NullPool)
        self._rows: dict[str, _Rows] = {}
        self._tokens: dict[str, str] = {}
        for kind in ("sqlite", "postgresql"):
            bare, small = folder / kind / "bare", folder / kind / "small"
            address = self._engine.url.render_as_string() if kind == "postgresql" else None
            PlatformData(bare, SystemClock(), address).close()
            self._tokens[kind] = add_assessor(bare, "Ada")
            self._rows["bare"] = self._read()
            shutil.copytree(bare, small)
            load_pack(small, SMALL_PACK)
            self._rows["small"] = self._read()

    @contextmanager
    def running(self, tmp_path: Path, kind: str, pack: Path | None, clock: Clock) -> Iterator[Platform]:
        """Runs a copy, with a pack or without any; one at a time."""
        folder, name = tmp_path / "platform-data", "small" if pack == SMALL_PACK else "bare"
        shutil.copytree(self._folder / kind / name, folder)
        if kind == "postgresql":
            self._put_back(self._rows[name])
        platform = Platform(folder, clock)
        platform.token = self._tokens[kind]
        if pack is not None and pack != SMALL_PACK:
            platform.load(pack)
        platform.start()
        try:
            yield platform
        finally:
            platform.stop()

    def _read(self) -> _Rows:
        with self._engine.connect() as connection:
            there = set(inspect(connection).get_table_names())
            return {
                table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in metadata.sorted_tables
                if table.name in there
            }

    def _put_back(self, rows: _Rows) -> None:
        with self._engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
            for table in metadata.sorted_tables:
                if rows[table.name]:
                    connection.execute(insert(table), rows[table.name])
