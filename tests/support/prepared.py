"""A platform with the tiny pack and an assessor named Ada, made once in each database and copied for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mcassess.clock import SystemClock
from mcassess.server.admin import add_assessor, load_pack
from mcassess.server.data import ADDRESS_NAME, PlatformData
from tests.support.platform import SMALL_PACK, Platform
from tests.support.postgres import Postgres


class Prepared:
    """The platforms to be copied, by kind of database."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self._folder = folder
        self._postgres = postgres
        self._template = postgres.database()
        PlatformData(folder / "postgresql", SystemClock(), self._template).close()
        self._tokens: dict[str, str] = {}
        for kind in ("sqlite", "postgresql"):
            load_pack(folder / kind, SMALL_PACK)
            self._tokens[kind] = add_assessor(folder / kind, "Ada")

    @contextmanager
    def running(self, tmp_path: Path, kind: str) -> Iterator[Platform]:
        """Runs a copy."""
        folder = tmp_path / "platform-data"
        shutil.copytree(self._folder / kind, folder)
        address = None
        if kind == "postgresql":
            address = self._postgres.database(self._template)
            (folder / ADDRESS_NAME).write_text(address)
        platform = Platform(folder)
        platform.token = self._tokens[kind]
        platform.start()
        try:
            yield platform
        finally:
            platform.stop()
            if address is not None:
                self._postgres.drop(address)
