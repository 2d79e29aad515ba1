"""The program as a process of its own: what only the system can do to it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import ChildCommands, cheaply_locked

posix = pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")


@pytest.fixture
def commands(tmp_path):
    return ChildCommands(cheaply_locked(tmp_path / "home"), tmp_path)


def test_the_installed_program_prints_one_document_and_nothing_else(commands):
    done = commands.result("queue", "--json")
    assert (done.document, done.err) == ([], "")
    assert commands.result("show", "x", code=2).out == ""


@posix
def test_a_home_that_cannot_be_written_is_told_and_left_alone(commands):
    # The superuser writes everywhere, unless that one right of hers is taken away.
    without_rights = ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()
    commands("queue")
    before = {path: path.read_bytes() for path in commands.home.rglob("*") if path.is_file()}
    commands.home.chmod(0o500)
    for words in (("queue",), ("note", "s-0001", "x"), ("--home", commands.home / "new", "queue")):
        told = commands.result(*words, code=3, wrapper=without_rights)
        assert "write" in told.err
        assert told.err.count("\n") == 1
    commands.home.chmod(0o700)
    assert {path: path.read_bytes() for path in commands.home.rglob("*") if path.is_file()} == before
    assert commands.result("queue", wrapper=without_rights).code == 0


@posix
def test_a_reader_that_goes_away_is_no_bug(commands):
    command = [sys.executable, "-m", "mcassess", "doctor", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=commands.environment) as child:
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(30) == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_behind_standard_output_is_the_worlds_fault(commands):
    command = [sys.executable, "-m", "mcassess", "doctor"]
    with Path("/dev/full").open("wb", buffering=0) as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=commands.environment, check=False)
    assert done.returncode == 3
    assert done.stderr.decode().count("\n") == 1


@posix
def test_the_practice_platform_serves_until_it_is_stopped_and_leaves_nothing_running(tmp_path):
    home = tmp_path / "home"
    commands = ChildCommands(home, tmp_path)
    command = [sys.executable, "-m", "mcassess", "practice", "--no-window", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=commands.environment) as child:
        told = json.loads(child.stdout.readline())
        commands("connect", told["url"], "--token", told["token"])
        assert len(commands("sync", "--no-evidence")["received"]) >= 10
        child.send_signal(signal.SIGTERM)
        assert child.stdout.read() == ""
        assert child.wait(30) == 0
    assert commands("sync", code=3)["failed"]
    assert not any("platform" in path.name for path in home.iterdir()), "its data lie beside the home"


def test_no_work_is_taken_for_practice(commands):
    commands("queue")
    assert "not a practice library" in commands.result("practice", "--fresh", "--no-window", code=3).err
    assert commands("queue") == []
