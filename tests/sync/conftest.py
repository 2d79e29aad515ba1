"""A laptop, a platform, and a network between them that can fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.attaching import BIG, PIECE, content
from tests.support.faults import FaultProxy, fault_proxy
from tests.support.platform import SMALL_PACK, Platform, running_platform
from tests.support.syncing import Laptop


@pytest.fixture
def pack() -> Path:
    """What the platform has loaded; a module may have its own."""
    return SMALL_PACK


@pytest.fixture
def platform(tmp_path: Path, pack: Path) -> Iterator[Platform]:
    with running_platform(tmp_path, pack) as running:
        yield running


@pytest.fixture
def network(platform: Platform) -> Iterator[FaultProxy]:
    with fault_proxy(platform.url) as proxy:
        yield proxy


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    opened = Laptop(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def joined(laptop: Laptop, platform: Platform, network: FaultProxy) -> Laptop:
    """A laptop that is connected through the network that can fail."""
    laptop.join(network.url, platform.token)
    return laptop


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has files go up in pieces so small that a small file has several."""
    monkeypatch.setattr("mcassess.sync.sending_files.MAX_CHUNK_BYTES", PIECE)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file that goes up in several pieces."""
    path = tmp_path / "reflection annotated.pdf"
    path.write_bytes(content(BIG))
    return path


@pytest.fixture
def desk(joined: Laptop) -> Laptop:
    """A laptop that has read the queue."""
    joined.sync(evidence=False)
    return joined
