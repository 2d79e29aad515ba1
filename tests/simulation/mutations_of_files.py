"""Deliberate breakages of how files go up and come down; registered beside those of mutations.py."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from mcassess.server import routes_uploads
from mcassess.store.attachments import Attachments
from mcassess.sync.platforms.native import NativePlatform
from tests.simulation.mutations import mutation

_FILES = {
    "trouble": 0.0,
    "deaths": 0.0,
    "wishes": ("attaches", "works", "works", "syncs"),
    "assessors": 1,
    "by_code": 0.0,
}
_RESTORES = ("the_platform_is_backed_up", "the_platform_is_put_back")


@mutation(**_FILES, events=_RESTORES)
def files_of_a_restored_platform_not_sent_again(world: Any) -> Iterator[Any]:
    yield patch.object(Attachments, "missing", lambda *_: [])


@mutation(**{**_FILES, "trouble": 0.8}, faults=("from_storage",))
def token_told_to_the_storage(world: Any) -> Iterator[Any]:
    kept = NativePlatform._unsigned_request

    def signed(self: NativePlatform, url: str, headers: dict[str, str]) -> Any:
        return kept(self, url, headers | {"Authorization": f"Bearer {self._token}"})

    yield patch.object(NativePlatform, "_unsigned_request", signed)


@mutation(**{**_FILES, "trouble": 0.5}, faults=("piece_damaged",))
def pieces_taken_whatever_their_digest(world: Any) -> Iterator[Any]:
    kept = routes_uploads.hashlib.sha256

    class Whatever:
        def __init__(self, wanted: bytes) -> None:
            self._wanted = wanted

        def update(self, _block: bytes) -> None:
            pass

        def digest(self) -> bytes:
            return self._wanted

    receive = routes_uploads._receive

    async def taken(request: Any, piece: Any, limit: int, digest: bytes) -> None:
        with patch.object(routes_uploads.hashlib, "sha256", lambda: Whatever(digest)):
            await receive(request, piece, limit, digest)
        assert kept is routes_uploads.hashlib.sha256, "others hash as ever"

    yield patch.object(routes_uploads, "_receive", taken)
