"""The players of the program: as many as there are panes that play, made once and used again."""

from contextlib import suppress

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.video import Player, PlayerEvents
from mcassess.evidence.video_vlc import VlcEngine
from mcassess.evidence.worker import Worker
from mcassess.ui.viewers.player_bridge import PlayerBridge


class PlayerPool:
    """Lends players to viewers, so that opening the next video makes no new one.

    Args:
        audio_output: Name of libVLC's sound output, ``dummy`` where nothing must be heard; None lets it choose.
    """

    def __init__(self, audio_output: str | None = None) -> None:
        self._engine = VlcEngine(audio_output)
        self._free: list[PlayerBridge] = []
        self._all: list[PlayerBridge] = []
        self._workers = [Worker("frames")]  # one for each player, and one for the next

    def warm_up(self) -> None:
        """Loads the decoders and libVLC, off the window's thread, so that the first video opens as fast as the next."""
        import mcassess.evidence.player  # noqa: F401, PLC0415 - loading it is the point

        with suppress(EvidenceError):  # who opens a video is told
            self._workers[-1].warm_up()
            self._engine.warm_up()

    def take(self) -> PlayerBridge:
        """Returns a player that nobody else has."""
        if self._free:
            return self._free.pop()
        bridge = PlayerBridge(self._make)
        self._all.append(bridge)
        return bridge

    def give_back(self, bridge: PlayerBridge) -> None:
        """Closes what a player has open and keeps it for the next one; its signals are cut by whoever had it."""
        bridge.close()
        self._free.append(bridge)

    def close(self) -> None:
        """Ends all players and libVLC."""
        for bridge in self._all:
            bridge.shutdown()
        self._all.clear()
        self._free.clear()
        for worker in self._workers:
            worker.close()
        self._engine.release()

    def _make(self, events: PlayerEvents) -> Player:
        from mcassess.evidence.player import VideoPlayer  # noqa: PLC0415 - it loads a decoder

        worker = self._workers[-1]
        self._workers.append(Worker("frames"))
        return VideoPlayer(self._engine, events, worker)
