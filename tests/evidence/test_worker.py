import json
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from mcassess.evidence.channel import Channel, ChannelClosedError
from mcassess.evidence.confinement import _OPEN_FILES, MEMORY_BYTES
from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.pages import PageDocument
from mcassess.evidence.reader import BytesReader
from mcassess.evidence.worker import _HANDLERS, Worker, worker_main
from tests.support.documents import endless_pdf, pdf
from tests.support.held import named_shared_memory


@pytest.fixture
def worker():
    worker = Worker("pages")
    yield worker
    worker.close()


def open_request(reader: BytesReader) -> dict[str, object]:
    return {"do": "open", "kind": "pdf", "password": None, "size": reader.size}


def test_a_child_that_works_for_ever_is_killed_in_time_and_replaced(worker: Worker) -> None:
    endless, good = BytesReader(endless_pdf()), BytesReader(pdf())
    worker.call({"do": "open", "kind": "pdf", "size": endless.size}, 20, endless)
    process = worker.process_id
    began = time.monotonic()
    with pytest.raises(EvidenceError) as caught:
        worker.call({"do": "draw", "page": 0, "scale": 3.0}, 0.5)
    assert caught.value.code == "too_slow"
    assert time.monotonic() - began < 3
    assert not Path(f"/proc/{process}").exists()
    assert worker.call(open_request(good), 20, good).header["done"]["sizes"]
    assert worker.generation == 2


def test_a_child_that_dies_between_two_pages_is_replaced_unnoticed(worker: Worker, wait_until) -> None:
    document = PageDocument(BytesReader(pdf()), worker=worker)
    os.kill(worker.process_id, signal.SIGKILL)
    wait_until(lambda: worker.generation == 0)
    assert document.render(0, 1.0).width == 595


def test_a_child_that_dies_over_a_page_is_replaced_and_the_page_drawn_unnoticed(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = PageDocument(BytesReader(pdf()), worker=worker)
    ask, killed = worker._converse, []

    def dying(channel: Channel, request: dict[str, object], reader: object) -> object:
        if request["do"] == "draw" and not killed:
            killed.append(worker.process_id)
            os.kill(worker.process_id, signal.SIGKILL)
        return ask(channel, request, reader)

    monkeypatch.setattr(worker, "_converse", dying)
    assert document.render(0, 1.0).width == 595
    assert killed
    assert worker.process_id not in killed


def test_a_gentle_child_lets_others_go_first() -> None:
    gentle = Worker("words", gentle=True)
    try:
        gentle.warm_up()
        assert os.getpriority(os.PRIO_PROCESS, gentle.process_id) > os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        gentle.close()


def test_closing_ends_a_call_under_way(worker: Worker) -> None:
    endless = BytesReader(endless_pdf())
    worker.call({"do": "open", "kind": "pdf", "size": endless.size}, 20, endless)
    codes = []

    def ask() -> None:
        try:
            worker.call({"do": "draw", "page": 0, "scale": 3.0}, 30)
        except EvidenceError as error:
            codes.append(error.code)

    asking = threading.Thread(target=ask)
    asking.start()
    worker.close()
    asking.join(5)
    assert codes == ["closed"]
    with pytest.raises(EvidenceError):
        worker.call({"do": "draw", "page": 0, "scale": 1.0}, 5)


def test_a_child_imports_only_what_its_kind_needs(worker: Worker) -> None:
    good = BytesReader(pdf())
    worker.call(open_request(good), 20, good)
    try:
        mapped = Path(f"/proc/{worker.process_id}/maps").read_text()
    except PermissionError:
        pytest.skip("only an administrator looks into a child")
    assert "mupdf" in mapped
    for stranger in ("/av/", "/PIL/", "PySide6", "sqlcipher", "libvlc"):
        assert stranger not in mapped


@pytest.mark.parametrize("kind", sorted(_HANDLERS))
def test_every_kind_of_child_is_confined_limited_and_holds_its_channel_alone(kind: str) -> None:
    child = Worker(kind)
    try:
        assert {"limits", "seccomp"} <= set(child.walls())
        process = Path(f"/proc/{child.process_id}")
        status = (process / "status").read_text()
        assert "Seccomp:\t2" in status
        assert "NoNewPrivs:\t1" in status
        limits = (process / "limits").read_text().splitlines()
        soft = {line[:26].strip(): int(line[26:].split()[0]) for line in limits if line[26:].split()[0].isdigit()}
        assert soft["Max core file size"] == 0
        assert soft["Max open files"] == _OPEN_FILES
        assert soft["Max address space"] == MEMORY_BYTES
        assert soft["Max file size"] <= 1 << 30
        assert soft["Max cpu time"] < 3600
        try:
            targets = {str(link.readlink()) for link in (process / "fd").iterdir()}
        except PermissionError:
            return  # only an administrator looks into a child
        assert all(target.startswith("socket:") or target == "/dev/null" for target in targets), targets
    finally:
        child.close()


def test_pixels_come_by_memory_that_has_no_name(worker: Worker, tmp_path_factory: pytest.TempPathFactory) -> None:
    document = PageDocument(BytesReader(pdf()), worker=worker)
    picture = document.render(0, 3.0)
    assert len(picture.pixels) > 1 << 20
    assert "memfd:evidence (deleted)" in Path("/proc/self/maps").read_text()
    assert named_shared_memory(os.getpid(), tmp_path_factory.getbasetemp()) == []


def test_a_child_learns_no_secrets_from_its_surroundings(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCASSESS_PASSPHRASE_FILE", "/secret/place")
    monkeypatch.setenv("SOME_TOKEN", "a-secret-token")
    good = BytesReader(pdf())
    worker.call(open_request(good), 20, good)
    try:
        surroundings = Path(f"/proc/{worker.process_id}/environ").read_bytes()
    except PermissionError:
        pytest.skip("only an administrator looks into a child")
    assert b"secret" not in surroundings


def test_neither_descriptors_nor_memory_pile_up(worker: Worker) -> None:
    document = PageDocument(BytesReader(pdf()), worker=worker)
    document.render(0, 1.0)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        document.render(0, 1.0)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_a_reader_that_fails_makes_the_file_damaged(worker: Worker) -> None:
    class Failing(BytesReader):
        failure: Exception | None = None

        @property
        def error(self) -> Exception | None:
            return self.failure

        def read(self, _count: int) -> bytes:
            self.failure = ValueError("piece 3 does not fit its seal")
            raise self.failure

    failing = Failing(pdf())
    with pytest.raises(EvidenceError) as caught:
        worker.call(open_request(failing), 20, failing)
    assert caught.value.code == "damaged"
    assert "piece 3" in caught.value.text


def test_a_message_arrives_whole_inline_and_in_memory() -> None:
    ours, theirs = (Channel.over_socket(end) for end in socket.socketpair())
    for payload in (b"", b"short", os.urandom(300_000)):
        ours.send({"done": {"a": 1}}, payload)
        message = theirs.receive()
        assert message.header == {"done": {"a": 1}}
        assert bytes(message.payload) == payload
    ours.close()
    with pytest.raises(ChannelClosedError):
        theirs.receive()
    theirs.close()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\xff" * 12,
        b"\0\0\0\x02" + b"\0" * 8 + b"[]",
        b"\0\0\0\x02" + b"\0" * 8 + b"{x",
        b"\0\0\0\x10" + b"\0" * 8 + b'{"memory": 4096}',
    ],
    ids=["sizes", "no object", "no JSON", "memory without any"],
)
def test_nonsense_from_the_other_side_is_an_end_not_a_crash(nonsense: bytes) -> None:
    raw, theirs = socket.socketpair()
    channel = Channel.over_socket(theirs)
    raw.sendall(nonsense)
    raw.close()
    with pytest.raises(ChannelClosedError):
        channel.receive()
    channel.close()


def test_memory_that_could_still_shrink_is_refused() -> None:
    raw, theirs = socket.socketpair()
    channel = Channel.over_socket(theirs)
    header = json.dumps({"memory": 4096}).encode()
    memory = os.memfd_create("open", os.MFD_ALLOW_SEALING)
    os.ftruncate(memory, 4096)
    raw.sendall(len(header).to_bytes(4, "big") + bytes(8) + header)
    socket.send_fds(raw, [b"m"], [memory])
    os.close(memory)
    with pytest.raises(ChannelClosedError):
        channel.receive()
    raw.close()
    channel.close()


def test_an_unknown_kind_of_child_ends_at_once() -> None:
    with pytest.raises(ValueError, match="letters"):
        worker_main("letters")


def test_a_child_that_had_no_time_to_work_is_not_called_slow(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = BytesReader(endless_pdf())
    worker.call({"do": "open", "kind": "pdf", "size": endless.size}, 20, endless)
    monkeypatch.setattr("mcassess.evidence.worker._worked_seconds", lambda _process: 1.0)
    with pytest.raises(EvidenceError) as caught:
        worker.call({"do": "draw", "page": 0, "scale": 3.0}, 0.3)
    assert caught.value.code == "busy"
