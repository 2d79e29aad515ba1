"""Platforms with an assessor named Ada, made once in each database, bare and with the tiny pack, to be copied.

Making all tables takes longer than most tests do.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mcassess.clock import Clock, SystemClock
from mcassess.server.admin import add_assessor, load_pack
from mcassess.server.data import ADDRESS_NAME, PlatformData
from tests.support.platform import SMALL_PACK, Platform
from tests.support.postgres import Postgres

_KINDS = ("sqlite", "postgresql")


class Prepared:
    """The platforms to be copied, by kind of database."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self._folder = folder
        self._postgres = postgres
        self._databases: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        for kind in _KINDS:
            bare, small = folder / kind / "bare", folder / kind / "small"
            if kind == "postgresql":
                self._databases["bare"] = postgres.database()
            PlatformData(bare, SystemClock(), self._databases.get("bare")).close()
            self._tokens[kind] = add_assessor(bare, "Ada")
            self._databases["small"] = self._copy("bare", kind, small)
            load_pack(small, SMALL_PACK)

    @contextmanager
    def running(self, tmp_path: Path, kind: str, pack: Path | None, clock: Clock) -> Iterator[Platform]:
        """Runs a copy, with a pack or without any."""
        folder = tmp_path / "platform-data"
        address = self._copy("small" if pack == SMALL_PACK else "bare", kind, folder)
        platform = Platform(folder, clock)
        platform.token = self._tokens[kind]
        if pack is not None and pack != SMALL_PACK:
            platform.load(pack)
        platform.start()
        try:
            yield platform
        finally:
            platform.stop()
            if address:
                self._postgres.drop(address)

    def _copy(self, name: str, kind: str, target: Path) -> str:
        """Copies a platform, and returns the address of its database where that is PostgreSQL."""
        shutil.copytree(self._folder / kind / name, target)
        if kind == "sqlite":
            return ""
        address = self._postgres.database(self._databases[name])
        (target / ADDRESS_NAME).write_text(address)
        return address
