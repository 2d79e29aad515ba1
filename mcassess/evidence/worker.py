"""The child processes that open what strangers send: started, asked, ended in time. Their walls are in confinement."""

import codecs
import importlib
import io
import os
import socket
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from mcassess.evidence.channel import Channel, ChannelClosedError, Message
from mcassess.evidence.confinement import allow_seconds, confine
from mcassess.evidence.errors import EvidenceError, damaged
from mcassess.evidence.kinds import FileKind, kind_of
from mcassess.evidence.reader import Reader, tell_killed
from mcassess.texts import tr

_PIECE_BYTES = 1 << 20
_KIND_SECONDS = 10.0
_GENTLE = 5
_LEAST_SHARE = 0.05  # a child that had less of a processor than this was not slow: the computer was busy
_HANDLERS = {
    "captions": ("captions_process", "CaptionsHandler"),
    "frames": ("frames_process", "FramesHandler"),
    "office": ("office_process", "OfficeHandler"),
    "pages": ("render_process", "PageHandler"),
    "photos": ("photos_process", "PhotosHandler"),
    "preflight": ("preflight_process", "PreflightHandler"),
    "stills": ("stills_process", "StillHandler"),
    "words": ("words_process", "WordsHandler"),
}
_ENCODINGS = ("ascii", "latin-1", "cp437", "cp1252", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
_HANDED_DOWN = ("PATH", "SYSTEMROOT", "VIRTUAL_ENV", "LANG", "LANGUAGE")


KILLS = frozenset({"crashed", "too_slow"})
"""Codes of errors over which a child has ended."""


class Worker:
    """One child process of a kind. Started at the first call, and again after it died.

    Calls from several threads take turns.

    Args:
        kind: Its name in ``_HANDLERS``.
        gentle: Whether it lets others go first, because nobody waits for it.
    """

    def __init__(self, kind: str, *, gentle: bool = False) -> None:
        self._kind = kind
        self._gentle = gentle
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._closed = False
        self._started = 0

    @property
    def process_id(self) -> int | None:
        """The child's process number, None when none runs."""
        process = self._process
        return process.pid if process is not None else None

    @property
    def generation(self) -> int:
        """Which child runs, counted from 1; 0 while none does. What a child had open, the next one does not know."""
        process = self._process
        return self._started if process is not None and process.poll() is None else 0

    def call(self, request: dict[str, Any], timeout_s: float, reader: Reader | None = None) -> Message:
        """Asks the child and waits for its answer.

        Args:
            request: ``{"do": name, …}`` with plain values.
            timeout_s: After so many seconds the child is killed.
            reader: The evidence that the child may read from during this call.

        Raises:
            EvidenceError: What the child says; ``too_slow``; ``busy`` when it had hardly any of a processor;
                ``crashed``; ``damaged`` when the reader fails.
        """
        with self._turn:
            channel, process = self._running()
            if self._closed:  # asked only now: either this sees it, or closing sees the process that was started
                self._end()
                raise EvidenceError("closed", tr("The evidence was closed."))
            deadline = _Deadline(process, timeout_s)
            timer = threading.Timer(timeout_s, deadline.expire)
            timer.daemon = True
            timer.start()
            try:
                return self._converse(channel, {**request, "seconds": timeout_s}, reader)
            except ChannelClosedError:
                self._end()
                error = _gone(reader, deadline, closed=self._closed)
                if error.code in KILLS:
                    tell_killed(reader)
                raise error from None
            except EvidenceError:
                raise
            except BaseException:
                self._end()
                raise
            finally:
                timer.cancel()
                timer.join()

    def warm_up(self) -> None:
        """Starts the child if none runs, so that the first call need not wait for it.

        Raises:
            EvidenceError: ``closed``.
        """
        with self._turn:
            self._running()
            if self._closed:  # as in ``call``
                self._end()

    def kind_of(self, reader: Reader, name: str = "", timeout_s: float = _KIND_SECONDS) -> FileKind:
        """Lets the child tell what a file is; any kind of child can.

        Args:
            reader: The file.
            name: Its name, for its ending only; may be empty.
            timeout_s: As in ``call``.

        Raises:
            EvidenceError: As ``call``.
        """
        message = self.call({"do": "kind", "name": name, "size": reader.size}, timeout_s, reader)
        return FileKind(message.header["done"]["kind"])

    def walls(self) -> tuple[str, ...]:
        """Returns which walls stand round the child, as ``confinement.confine`` does.

        Raises:
            EvidenceError: As ``call``.
        """
        return tuple(self.call({"do": "walls"}, _KIND_SECONDS).header["done"]["walls"])

    def close(self) -> None:
        """Ends the child, in the middle of a call too; that call raises ``closed``."""
        self._closed = True
        process = self._process
        if process is not None:
            with suppress(OSError):
                process.kill()
        with self._turn:
            self._end()

    def _converse(self, channel: Channel, request: dict[str, Any], reader: Reader | None) -> Message:
        channel.send(request)
        while True:
            message = channel.receive()
            header = message.header
            if "read" in header and reader is not None:
                offset, count = header["read"]
                reader.seek(int(offset))
                try:
                    piece = reader.read(min(int(count), _PIECE_BYTES))
                except Exception as error:  # whatever a reader raises means damage
                    raise ChannelClosedError from error
                channel.send({}, piece)
            elif "failed" in header:
                raise EvidenceError(str(header["failed"]), str(header.get("text", "")))
            elif "done" in header:
                return message
            else:
                raise ChannelClosedError

    def _running(self) -> tuple[Channel, subprocess.Popen[bytes]]:
        if self._closed:
            raise EvidenceError("closed", tr("The evidence was closed."))
        if self._channel is None or self._process is None or self._process.poll() is not None:
            self._end()
            self._channel, self._process = _start(self._kind)
            if self._gentle and sys.platform != "win32":
                with suppress(OSError):  # it has ended already: the call that follows tells
                    os.setpriority(os.PRIO_PROCESS, self._process.pid, _GENTLE)
            self._started += 1
        return self._channel, self._process

    def _end(self) -> None:
        process, channel = self._process, self._channel
        self._process = self._channel = None
        if channel is not None:
            channel.close()
        if process is not None:
            process.kill()
            process.wait()


class _Deadline:
    """The end of a call's time: kills the child, and knows whether that one had worked for it."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process = process
        self._seconds = seconds
        self._worked_before = _worked_seconds(process.pid)
        self.passed = False
        self.computer_was_busy = False

    def expire(self) -> None:
        worked = _worked_seconds(self._process.pid)
        if worked is not None and self._worked_before is not None:
            self.computer_was_busy = worked - self._worked_before < self._seconds * _LEAST_SHARE
        self.passed = True
        with suppress(OSError):
            self._process.kill()


def _worked_seconds(process_id: int) -> float | None:
    """Returns the processor time of a process; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def _gone(reader: Reader | None, deadline: _Deadline, *, closed: bool) -> EvidenceError:
    if closed:
        return EvidenceError("closed", tr("The evidence was closed."))
    if reader is not None and reader.error is not None:
        return damaged(reader.error)
    if deadline.passed and deadline.computer_was_busy:
        return EvidenceError("busy", tr("The computer is too busy to open the file now. Try again later."))
    if deadline.passed:
        return EvidenceError("too_slow", tr("The file takes too long to open or to draw, so it was stopped."))
    return EvidenceError("crashed", tr("The file cannot be shown: the process that opened it ended unexpectedly."))


def _start(kind: str) -> tuple[Channel, subprocess.Popen[bytes]]:
    frozen = bool(getattr(sys, "frozen", False))
    command = [sys.executable, *([] if frozen else ["-m", "mcassess"]), "worker", kind]
    environment = _environment()
    if sys.platform == "win32":
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            incoming, outgoing = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
        return Channel(io.FileIO(incoming, "rb"), io.FileIO(outgoing, "wb")), process
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
    return Channel.over_socket(ours), process


def _environment() -> dict[str, str]:
    """What a child knows of its surroundings: where Python lies and which language is spoken, and no secrets."""
    starts = ("PYTHON", "LC_", "COVERAGE_", "COV_CORE_")
    kept = {name: value for name, value in os.environ.items() if name in _HANDED_DOWN or name.startswith(starts)}
    return {**kept, "MALLOC_ARENA_MAX": "4"}  # each arena more reserves address space, which is limited


class RemoteReader:
    """In the child: the evidence, piece by piece from the parent. Satisfies ``Reader``."""

    def __init__(self, channel: Channel, size: int) -> None:
        self._channel = channel
        self._size = size
        self._offset = 0

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._size

    @property
    def error(self) -> Exception | None:
        """Always None: on a failed read the parent ends this process."""
        return None

    def read(self, count: int) -> bytes:
        """Returns up to ``count`` bytes from the current place."""
        wanted = min(count, _PIECE_BYTES, self._size - self._offset)
        if wanted <= 0:
            return b""
        self._channel.send({"read": [self._offset, wanted]})
        piece = bytes(self._channel.receive().payload)
        self._offset += len(piece)
        return piece

    def seek(self, offset: int) -> None:
        """Moves to ``offset`` bytes from the start."""
        self._offset = max(0, offset)

    def beside(self) -> "RemoteReader":
        """Returns another reader of the same evidence, with a place of its own, at the start."""
        return RemoteReader(self._channel, self._size)

    def close(self) -> None:
        """Nothing to let go of."""


class Handler(Protocol):
    """What a kind of child does; keeps the open document or video from call to call.

    A child is confined once its handler is made: it opens no file and imports no module any more. So the module of a
    handler imports at its top all that it will ever need, and what libraries import only on use as well.
    """

    def handle(self, request: dict[str, Any], reader: RemoteReader) -> tuple[dict[str, Any], bytes | memoryview]:
        """Answers one request.

        Raises:
            EvidenceError: The evidence cannot be opened or drawn.
        """
        ...


def worker_main(kind: str) -> int:
    """Runs a child process of a kind until its parent is gone; its standard input is the channel.

    Args:
        kind: Its name in ``_HANDLERS``.

    Returns:
        The exit code.
    """
    handler = _handler(kind)
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)  # Python imports them on use, and then it is too late
    channel = _inherited_channel()
    walls = confine()
    while True:
        try:
            message = channel.receive()
            _answer(channel, handler, message, walls)
        except ChannelClosedError:
            return 0


def _answer(channel: Channel, handler: Handler, message: Message, walls: tuple[str, ...]) -> None:
    request = message.header
    disarm = allow_seconds(float(request["seconds"]))
    try:
        reader = RemoteReader(channel, int(request.get("size", 0)))
        result: dict[str, Any] = {}
        payload: bytes | memoryview = b""
        if request["do"] == "kind":
            result["kind"] = kind_of(reader, str(request["name"])).value
        elif request["do"] == "walls":
            result["walls"] = walls
        else:
            result, payload = handler.handle(request, reader)
    except EvidenceError as error:
        channel.send({"failed": error.code, "text": error.text})
    except MemoryError:
        channel.send(
            {"failed": "too_big", "text": tr("The file needs more memory than it may have, so it was stopped.")}
        )
    else:
        channel.send({"done": result}, payload)
    finally:
        disarm()


def _inherited_channel() -> Channel:
    if stat.S_ISSOCK(os.fstat(0).st_mode):
        return Channel.over_socket(socket.socket(fileno=os.dup(0)))
    incoming, outgoing = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what a library prints must not get between the messages
    os.close(nowhere)
    return Channel(io.FileIO(incoming, "rb"), io.FileIO(outgoing, "wb"))


def _handler(kind: str) -> Handler:
    if kind not in _HANDLERS:
        raise ValueError(kind)
    module, name = _HANDLERS[kind]
    # Imported by its name: each kind of child loads its own libraries and no others.
    handler: Handler = getattr(importlib.import_module(f"mcassess.evidence.{module}"), name)()
    return handler
