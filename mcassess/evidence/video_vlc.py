"""libVLC: moving pictures into memory, and the sound. The only file that imports vlc; decides nothing.

libVLC 3 asks for care, each point learnt from a hang or a crash: its callbacks call nothing of libVLC and only hand
over; they are kept alive until ``stop`` has returned; no lock is held around ``stop``; a failed read is just an end to
it, so the reader is asked afterwards; ``--demux=avformat`` because its own mp4 reader shows garbage after some seeks.
"""

import ctypes
import math
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, cast

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.output_messages import Broke, Buffered, Clocked, Finished, OutputMessage, Shown, Started
from mcassess.evidence.planar import PlanarLayout
from mcassess.evidence.reader import Reader
from mcassess.texts import tr

_OPTIONS = (
    "--demux=avformat",
    "--no-xlib",
    "--quiet",
    "--no-video-title-show",
    "--no-osd",
    "--no-spu",
    "--no-sub-autodetect-file",
    "--no-metadata-network-access",
    "--no-lua",
    "--intf=dummy",
)
_BUFFERS_OUT_AT_MOST = 8
_UNCHANGED_DECIBELS = 12.0  # of the equalizer's preamplifier
_Native = Any  # the binding and ctypes have no types worth naming
_POINTERS = ctypes.POINTER(ctypes.c_void_p)
_UNSIGNED = ctypes.POINTER(ctypes.c_uint)
_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, _POINTERS, ctypes.POINTER(ctypes.c_uint64))
_READ = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_SEEK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint64)
_CLOSE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_LOCK = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, _POINTERS)
_DISPLAY = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_FORMAT = ctypes.CFUNCTYPE(
    ctypes.c_uint, _POINTERS, ctypes.POINTER(ctypes.c_char), _UNSIGNED, _UNSIGNED, _UNSIGNED, _UNSIGNED
)


def version() -> str | None:
    """Returns libVLC's version, None when it is not installed."""
    try:
        return str(_load().libvlc_get_version().decode())
    except EvidenceError:
        return None


def _load() -> ModuleType:
    try:
        import vlc  # noqa: PLC0415 - 31 ms, and it fails where libVLC is not installed
    except (Exception, SystemExit) as error:
        # what it raises depends on the system: OSError, NotImplementedError, FileNotFoundError, even SystemExit
        raise EvidenceError(
            "libvlc_missing",
            tr(
                "Videos cannot be played because VLC is not installed. Install VLC "
                "(on Debian and Ubuntu: the packages libvlc5 and vlc-plugin-base)."
            ),
        ) from error
    return cast("ModuleType", vlc)


class VlcEngine:
    """The one libVLC instance of the program, made when the first video plays.

    Args:
        audio_output: Name of libVLC's sound output, ``dummy`` where nothing must be heard; None lets it choose.
    """

    def __init__(self, audio_output: str | None = None) -> None:
        self._options = [*_OPTIONS, *([f"--aout={audio_output}"] if audio_output else [])]
        self._instance: Any = None
        self._module: ModuleType | None = None
        self._making = threading.Lock()
        self._warming: threading.Thread | None = None

    def warm_up(self) -> None:
        """Makes the instance, which takes half a second where VLC keeps no list of its plug-ins."""
        assert self.instance is not None

    def warm_up_aside(self) -> None:
        """Makes the instance in a thread of its own, unless that was begun before; ``release`` waits for it."""
        if self._warming is None:
            self._warming = threading.Thread(target=self._try_to_warm_up, name="libVLC", daemon=True)
            self._warming.start()

    def check(self) -> None:
        """Raises ``EvidenceError`` with the code ``libvlc_missing`` where libVLC is not installed."""
        assert self.module is not None

    @property
    def module(self) -> ModuleType:
        """The binding.

        Raises:
            EvidenceError: ``libvlc_missing``.
        """
        if self._module is None:
            self._module = _load()
        return self._module

    @property
    def instance(self) -> _Native:
        """The libVLC instance.

        Raises:
            EvidenceError: ``libvlc_missing``.
        """
        with self._making:
            if self._instance is None:
                self._instance = self.module.Instance(self._options)
            if self._instance is None:
                raise EvidenceError(
                    "libvlc_missing", tr("Videos cannot be played because VLC does not start. Install VLC again.")
                )
        return self._instance

    def release(self) -> None:
        """Lets go of libVLC; every output has been released before."""
        if self._warming is not None:
            self._warming.join()
            self._warming = None
        if self._instance is not None:
            self._instance.release()
            self._instance = None

    def _try_to_warm_up(self) -> None:
        with suppress(EvidenceError):  # whoever plays is told
            self.warm_up()


class _Buffers:
    """Memory for pictures, used again when nobody looks at the picture any more."""

    def __init__(self) -> None:
        self._free: deque[Any] = deque()
        self._size = 0
        self._out: set[int] = set()

    def resize(self, size: int) -> None:
        self._size = size
        self._free.clear()

    def take(self) -> _Native | None:
        """Returns a buffer, or None when too many are being looked at."""
        with suppress(IndexError):
            while True:
                buffer = self._free.popleft()
                if len(buffer) == self._size:
                    self._out.add(id(buffer))
                    return buffer
        if len(self._out) >= _BUFFERS_OUT_AT_MOST:
            return None
        buffer = (ctypes.c_ubyte * self._size)()
        self._out.add(id(buffer))
        return buffer

    def give_back(self, buffer: _Native) -> None:
        self._out.discard(id(buffer))
        self._free.append(buffer)

    def clear(self) -> None:
        self._free.clear()


class VlcOutput:
    """Plays one file at a time from a reader. Called by one thread; tells through ``post`` from libVLC's threads.

    Args:
        engine: Where the libVLC instance comes from.
        post: Takes each message; must only hand over.
    """

    def __init__(self, engine: VlcEngine, post: Callable[[OutputMessage], None]) -> None:
        self._engine = engine
        self._post = post
        self._player: Any = None
        self._kept: list[Any] = []
        self._run = 0
        self._reader: Reader | None = None
        self._size = (0, 0)
        self._planar: PlanarLayout | None = None
        self._bytes = 0
        self._boost = 100
        self._buffers = _Buffers()
        self._scratch: Any = None
        self._locked: Any = None

    @property
    def running(self) -> bool:
        """Whether something was started and not stopped since."""
        return self._reader is not None

    def start(
        self, reader: Reader, run: int, start_ms: int, size: tuple[int, int] | None, planar: PlanarLayout | None = None
    ) -> None:
        """Plays ``reader`` from ``start_ms``; messages carry ``run``.

        Args:
            reader: Used by libVLC's thread until ``stop``.
            run: Tells the messages of this start from those of others.
            start_ms: Where to begin.
            size: Width and height of the upright pictures; None for sound alone.
            planar: How pictures lie whose colours are not libVLC's to convert; None for four bytes a pixel.

        Raises:
            EvidenceError: ``libvlc_missing``.
        """
        self.stop()
        if self._player is None:
            self._make_player()
        self._reader, self._run = reader, run
        self._size = size or (0, 0)
        self._planar = planar
        self._bytes = self._size[0] * self._size[1] * 4 if planar is None else sum(planar.sizes)
        self._buffers.resize(self._bytes)
        self._scratch = self._locked = None
        library = self._engine.module.dll
        media = library.libvlc_media_new_callbacks(self._engine.instance, *self._media_callbacks, None)
        for option in (f":start-time={start_ms / 1000:.3f}", *(() if size else (":no-video",))):
            library.libvlc_media_add_option(ctypes.c_void_p(media), option.encode())
        library.libvlc_media_player_set_media(self._player, ctypes.c_void_p(media))
        library.libvlc_media_release(ctypes.c_void_p(media))
        self._player.play()

    def stop(self) -> None:
        """Stops and lets the reader go; some 25 ms."""
        if self._reader is not None:
            self._player.stop()
            self._reader = None
            self._buffers.clear()
            self._scratch = self._locked = None

    def release(self) -> None:
        """Stops for good."""
        self.stop()
        if self._player is not None:
            events = self._player.event_manager()
            for kind in self._event_kinds():
                events.event_detach(kind)
            self._player.release()
            self._player = None
        self._kept = []

    def set_paused(self, *, paused: bool) -> None:
        """Holds or goes on."""
        self._player.set_pause(int(paused))

    def seek(self, time_ms: int) -> None:
        """Goes to the key frame's successors around ``time_ms``: at most two frames early."""
        self._player.set_time(time_ms)

    def set_rate(self, rate: float) -> None:
        """Sets the speed."""
        self._player.set_rate(rate)

    def set_sound(self, percent: int, *, muted: bool) -> None:
        """Sets the loudness, which libVLC takes only once sound runs; more than 100 is done by its equalizer.

        Its own volume above 100 depends on the system's sound output, and some take none.
        """
        self._player.audio_set_volume(min(percent, 100))
        self._player.audio_set_mute(muted)
        if max(percent, 100) != self._boost:
            self._boost = max(percent, 100)
            self._set_boost()

    def _set_boost(self) -> None:
        if self._boost == 100:
            self._player.set_equalizer(None)
            return
        equalizer = self._engine.module.libvlc_audio_equalizer_new()
        equalizer.set_preamp(_UNCHANGED_DECIBELS + 20 * math.log10(self._boost / 100))
        self._player.set_equalizer(equalizer)  # which copies it
        equalizer.release()

    def _make_player(self) -> None:
        module = self._engine.module
        library = module.dll
        player = self._engine.instance.media_player_new()
        library.libvlc_media_new_callbacks.restype = ctypes.c_void_p
        self._media_callbacks = (
            _OPEN(self._on_open),
            _READ(self._on_read),
            _SEEK(self._on_seek),
            _CLOSE(self._on_close),
        )
        lock, display, describe = _LOCK(self._on_lock), _DISPLAY(self._on_display), _FORMAT(self._on_format)
        library.libvlc_video_set_callbacks(player, lock, None, display, None)
        library.libvlc_video_set_format_callbacks(player, describe, None)
        self._kept = [self._media_callbacks, lock, display, describe]
        events = player.event_manager()
        for kind, handler in self._event_kinds().items():
            events.event_attach(kind, handler)
        self._player = player

    def _event_kinds(self) -> dict[Any, Callable[[Any], None]]:
        kinds = self._engine.module.EventType
        return {
            kinds.MediaPlayerTimeChanged: self._on_time,
            kinds.MediaPlayerBuffering: self._on_buffering,
            kinds.MediaPlayerPlaying: lambda _event: self._post(Started(run=self._run)),
            kinds.MediaPlayerEndReached: lambda _event: self._post(Finished(run=self._run)),
            kinds.MediaPlayerEncounteredError: lambda _event: self._post(Broke(run=self._run)),
        }

    def _on_time(self, event: _Native) -> None:
        self._post(Clocked(run=self._run, time_ms=event.u.new_time, at=time.monotonic()))

    def _on_buffering(self, event: _Native) -> None:
        if event.u.new_cache >= 100:
            self._post(Buffered(run=self._run))

    def _on_open(self, _opaque: int, _data: _Native, size: _Native) -> int:
        reader = self._reader
        if reader is None:
            return -1
        size[0] = reader.size
        reader.seek(0)
        return 0

    def _on_read(self, _opaque: int, target: int, count: int) -> int:
        reader = self._reader
        if reader is None:
            return -1
        try:
            piece = reader.read(count)
        except Exception:  # noqa: BLE001 - nothing may leave a callback; the reader remembers its error, and the player asks it
            return -1
        ctypes.memmove(target, piece, len(piece))
        return len(piece)

    def _on_seek(self, _opaque: int, offset: int) -> int:
        reader = self._reader
        if reader is None:
            return -1
        reader.seek(offset)
        return 0

    def _on_close(self, _opaque: int) -> None:
        """Nothing to do: the reader is the player's."""

    def _on_format(
        self, _opaque: _Native, chroma: _Native, width: _Native, height: _Native, pitches: _Native, lines: _Native
    ) -> int:
        # the size that comes in is the decoder's padded one; taking it would make libVLC scale the picture
        width[0], height[0] = self._size
        planar = self._planar
        if planar is None:
            ctypes.memmove(chroma, b"RV32", 4)
            pitches[0], lines[0] = self._size[0] * 4, self._size[1]
            return 1
        ctypes.memmove(chroma, b"J420" if planar.full_range else b"I420", 4)
        for plane, (pitch, rows) in enumerate(zip(planar.pitches, planar.lines, strict=True)):
            pitches[plane], lines[plane] = pitch, rows
        return 1

    def _on_lock(self, _opaque: int, planes: _Native) -> None:
        if self._locked is None:
            self._locked = self._buffers.take()
        target = self._locked
        if target is None:
            if self._scratch is None:
                self._scratch = (ctypes.c_ubyte * self._bytes)()
            target = self._scratch
        at = ctypes.addressof(target)
        for plane, size in enumerate(self._planar.sizes if self._planar is not None else (self._bytes,)):
            planes[plane] = at
            at += size

    def _on_display(self, _opaque: int, _picture: int) -> None:
        buffer, self._locked = self._locked, None
        if buffer is None:
            return
        width, height = self._size
        pixels = memoryview(buffer).cast("B")
        shown = Shown(run=self._run, width=width, height=height, stride=width * 4, pixels=pixels, at=time.monotonic())
        weakref.finalize(shown, self._buffers.give_back, buffer).atexit = False
        self._post(shown)
