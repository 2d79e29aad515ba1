"""What the simulation takes into its own hands while it runs: threads, chance, waiting, and where processes may die."""

import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import patch

import anyio.to_thread
import httpx._client
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mcassess.server.data import PlatformData
from mcassess.store import file_lock, vault_writer
from mcassess.store.database import Database
from mcassess.sync import room, sending_files
from mcassess.sync.run import Cancel

PIECE_BYTES = 64 << 10
"""Attachments go up in smaller pieces than usual, so that they have several."""
ROOMY = SimpleNamespace(total=10**12, used=0, free=10**12)


class Actors:
    """Who acts in which thread, so that what happens deep below can be told to her."""

    def __init__(self) -> None:
        self._of_thread: dict[int, Any] = {}

    @property
    def now(self) -> Any:
        """The laptop that acts, or None."""
        return self._of_thread.get(threading.get_ident())

    @contextmanager
    def acting(self, laptop: Any) -> Iterator[None]:
        """Lets a laptop act in this thread while the block lasts."""
        mine, before = threading.get_ident(), self.now
        self._of_thread[mine] = laptop
        try:
            yield
        finally:
            self._of_thread[mine] = before


class InlineExecutor:
    """A pool without threads: what is handed in is done at once."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call(*arguments, **named))
        except Exception as error:  # noqa: BLE001 - handed on, as a pool does
            future.set_exception(error)
        return future

    def map(self, call: Callable[..., Any], *several: Any) -> Iterator[Any]:
        return iter([call(*each) for each in zip(*several, strict=False)])

    def shutdown(self, *_: object, **__: object) -> None:
        pass


async def _inline(call: Callable[..., Any], *arguments: Any, **_: Any) -> Any:
    return call(*arguments)


@contextmanager
def taken_over(world: Any) -> Iterator[None]:
    """Gives threads, randomness, waiting, the network and the commits of this process to a world."""
    chance = random.Random(f"{world.seed}|urandom")
    actors: Actors = world.actors

    def pause(cancel: Cancel, seconds: float) -> None:
        cancel.raise_if_set()
        world.time.pass_by(seconds)
        world.pause()

    def sleep(seconds: float) -> None:
        world.time.pass_by(seconds)
        world.pause()

    keys = SimpleNamespace(
        generate=lambda: Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)),
        from_private_bytes=Ed25519PrivateKey.from_private_bytes,
    )
    with ExitStack() as stack:
        for each in (
            patch.object(os, "urandom", chance.randbytes),
            patch.object(random, "_urandom", chance.randbytes),
            patch.object(anyio.to_thread, "run_sync", _inline),
            patch.object(httpx._client, "HTTPTransport", lambda *_, **__: world.network.transport(actors.now)),
            patch.object(Database, "write", _laptop_write(actors)),
            patch.object(PlatformData, "write", _platform_write(world)),
            patch.object(Cancel, "pause", pause),
            patch.object(file_lock, "time", SimpleNamespace(monotonic=lambda: world.time.ms / 1000, sleep=sleep)),
            patch.object(vault_writer, "write_fully", _chunk_written(actors)),
            patch.object(sending_files, "MAX_CHUNK_BYTES", PIECE_BYTES),
            patch.object(room.shutil, "disk_usage", lambda _place: ROOMY),
            *everywhere("mcassess.sync", "ThreadPoolExecutor", InlineExecutor),
            *everywhere("mcassess.server", "Ed25519PrivateKey", keys),
        ):
            stack.enter_context(each)
        yield


def _laptop_write(actors: Actors) -> Any:
    kept = Database.write

    @contextmanager
    def write(self: Database) -> Iterator[Any]:
        laptop = actors.now
        with kept(self) as connection:
            yield connection
            if laptop is not None:
                laptop.point("before commit")
        if laptop is not None:
            laptop.point("after commit")

    return write


def _chunk_written(actors: Actors) -> Any:
    kept = vault_writer.write_fully

    def write_fully(file: Any, data: Any) -> None:
        if actors.now is not None:
            actors.now.chunk()
        kept(file, data)

    return write_fully


def _platform_write(world: Any) -> Any:
    kept = PlatformData.write

    @contextmanager
    def write(self: PlatformData) -> Iterator[Any]:
        with kept(self) as connection:
            yield connection
            world.platform_point("before commit")
        world.after_platform_commit()
        world.platform_point("after commit")

    return write


def everywhere(room_name: str, name: str, new: Any) -> Iterator[Any]:
    """Yields a patch for each module of a room that knows something by this name."""
    for module in [module for key, module in sorted(sys.modules.items()) if key.startswith(room_name)]:
        if hasattr(module, name):
            yield patch.object(module, name, new)
