"""The PostgreSQL of the tests leaves nothing behind, also where a run is killed."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.postgres import clear_folders, own_folder

_RUN = "from tests.support.postgres import running_postgres\nwith running_postgres() as server:\n"
_RUN += "    print(server._folder, server._process.pid, flush=True)\n    input()"


@pytest.fixture
def root():
    """A folder that the server's own user may enter, other than pytest's."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_server_ends_with_whoever_started_it_and_its_folder_goes_at_the_next_start(root, wait_until):
    environment = {"TMPDIR": str(root), "PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}
    run = subprocess.Popen(
        [sys.executable, "-c", _RUN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    with run:
        folder, pid = run.stdout.readline().split()
        clear_folders(root)
        assert Path(folder, "data", "PG_VERSION").exists(), "somebody runs it"
        run.send_signal(signal.SIGKILL)
    wait_until(lambda: not Path("/proc", pid).exists())
    clear_folders(root)
    assert not Path(folder).exists()


def test_a_folder_that_is_being_made_is_left_alone(tmp_path):
    (tmp_path / "mcassess-pg-new").mkdir()
    (tmp_path / "mcassess-pg-run").mkdir()
    with own_folder(tmp_path / "mcassess-pg-run"):
        clear_folders(tmp_path)
        assert len(list(tmp_path.iterdir())) == 2
    clear_folders(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mcassess-pg-new"]
