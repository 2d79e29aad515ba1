"""Starting and stopping: the port, the signals, where it may listen."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import closing

import httpx
import pytest

from mcassess.clock import SystemClock
from mcassess.errors import UsageError, WorldError
from mcassess.server.data import PlatformData
from mcassess.server.serve import Serving, serve
from mcassess.sync.wire import PREFIX

COMMAND = (
    "import argparse, sys; from mcassess.cli import platform, serve; from mcassess.cli.output import Output; "
    "parser = argparse.ArgumentParser(); commands = parser.add_subparsers(); "
    "platform.register(commands); serve.register(commands); "
    "arguments = parser.parse_args(); arguments.run(arguments, Output(json=False))"
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_one_line_serves_and_ends_cleanly_on_a_signal(tmp_path, number):
    command = [sys.executable, "-c", COMMAND, "serve", "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            url = json.loads(line)["url"]
            assert url.startswith("http://127.0.0.1:")
            with httpx.Client() as kept_alive:
                assert kept_alive.get(f"{url}{PREFIX}/server").status_code == 200
                assert kept_alive.get(f"{url}/favicon.ico").status_code == 404
                with closing(socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))) as broken:
                    broken.sendall(b"\x16\x03\x01 is not HTTP\r\n\r\n")
                    broken.recv(100)
                process.send_signal(number)
                out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "", "")


def test_without_tls_it_listens_on_this_computer_alone(tmp_path):
    data = PlatformData(tmp_path, SystemClock())
    try:
        for host in ("0.0.0.0", "192.168.1.2", "::", "example.org"):
            with pytest.raises(UsageError, match="this computer alone"):
                Serving(data, host)
    finally:
        data.close()


@pytest.mark.parametrize("port", [0, -1, 70000])
def test_a_port_that_is_taken_or_none_is_named_in_a_sentence(tmp_path, port):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        taken = port or other.getsockname()[1]
        with pytest.raises(WorldError, match=str(taken)):
            serve(tmp_path, "127.0.0.1", taken, lambda _url: None)


def test_a_folder_that_cannot_be_made_is_named_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorldError, match="data folder"):
        serve(tmp_path / "file" / "data", "127.0.0.1", 0, lambda _url: None)


def test_a_stopped_platform_comes_back_under_its_address_with_its_identity(platform, client):
    ada = client()
    before = ada.get("/server").json()
    platform.stop()
    with pytest.raises(httpx.ConnectError):
        ada.get("/server")
    platform.start()
    assert ada.get("/server").json() == before


def test_a_laptop_that_hangs_up_in_the_middle_of_its_request_is_no_fault_of_the_platform(platform, client):
    ada, port = client(), int(platform.url.rpartition(":")[2])
    with closing(socket.create_connection(("127.0.0.1", port))) as hanging_up:
        head = f"POST {PREFIX}/ops HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {platform.token}\r\n"
        hanging_up.sendall(f'{head}Content-Length: 500\r\n\r\n{{"ops":'.encode())
    # What the platform logs unasked fails a test; it has read the end of the connection when it answers the next one.
    assert ada.get("/me").status_code == 200
