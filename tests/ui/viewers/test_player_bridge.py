import threading
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.reader import BytesReader, Reader
from mcassess.evidence.video import PlayerEvents, PlayerState, VideoFrame
from mcassess.ui.viewers.player_bridge import OpeningReader, PlayerBridge


class FakePlayer:
    """Notes what is asked, and lets a test speak for the player's threads."""

    def __init__(self, events: PlayerEvents) -> None:
        self.events = events
        self.readers: list[Reader] = []

    def open(self, reader: Reader, **_how: object) -> None:
        self.readers.append(reader)

    def close(self) -> None: ...

    def shutdown(self) -> None: ...


def frame(serial: int) -> VideoFrame:
    return VideoFrame(
        width=1, height=1, stride=4, pixels=memoryview(b"\0\0\0\0"), time_ms=serial, serial=serial, whole=(1, 1)
    )


def in_a_thread(act: Callable[[], None]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


@pytest.fixture
def bridge(qapp: QApplication) -> PlayerBridge:
    return PlayerBridge(FakePlayer)  # type: ignore[arg-type]


@pytest.fixture
def shown(bridge: PlayerBridge) -> list[int]:
    serials: list[int] = []
    bridge.frame_arrived.connect(lambda each: serials.append(each.serial))
    return serials


def speak(bridge: PlayerBridge, *serials: int, begin: bool = False) -> None:
    events = bridge.player.events  # type: ignore[attr-defined]

    def act() -> None:
        if begin:
            events.on_state(PlayerState.OPENING)
        for serial in serials:
            events.on_frame(frame(serial))

    in_a_thread(act)


def test_of_many_pictures_between_two_turns_of_the_window_only_the_newest_is_shown(
    qtbot: QtBot, bridge: PlayerBridge, shown: list[int]
) -> None:
    turns: list[None] = []
    bridge._woken.connect(lambda: turns.append(None))
    bridge.open(lambda: BytesReader(b""), 0)
    speak(bridge, *range(500), begin=True)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [499]
    assert len(turns) == 1


def test_pictures_of_a_video_that_was_replaced_are_dropped(
    qtbot: QtBot, bridge: PlayerBridge, shown: list[int]
) -> None:
    bridge.open(lambda: BytesReader(b""), 0)
    speak(bridge, 1, begin=True)
    bridge.open(lambda: BytesReader(b""), 0)
    speak(bridge, 2)
    qtbot.wait(30)
    assert shown == []
    speak(bridge, 3, begin=True)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [3]


def test_nothing_is_shown_after_closing(qtbot: QtBot, bridge: PlayerBridge, shown: list[int]) -> None:
    bridge.open(lambda: BytesReader(b""), 0)
    speak(bridge, 1, begin=True)
    bridge.close()
    speak(bridge, 2)
    qtbot.wait(30)
    assert shown == []


def test_a_reader_that_cannot_be_opened_fails_as_players_understand_it() -> None:
    def opened() -> Reader:
        raise EvidenceError("damaged", "It is damaged.")

    reader = OpeningReader(opened)
    with pytest.raises(EvidenceError, match=r"It is damaged\."):
        reader.read(1)
    reader.close()
