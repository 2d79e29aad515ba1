"""What a child process can still do once it is confined, tried from inside."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these walls")

PROBE = """
import ctypes, json, mmap, os, signal, socket, sys, threading
from mcassess.evidence.confinement import confine

if sys.argv[1] == "landlock alone":
    sys.modules["pyseccomp"] = None
elif sys.argv[1] == "seccomp alone":
    from mcassess.evidence import confinement
    confinement._close_file_system = lambda system: None
secret, folder, port, parent = sys.argv[2], sys.argv[3], int(sys.argv[4]), os.getppid()

def outcome(attempt):
    try:
        attempt()
    except MemoryError:
        return "no memory"
    except BaseException as error:
        return type(error).__name__
    return "done"

def thread():
    done = []
    each = threading.Thread(target=lambda: done.append(1))
    each.start()
    each.join()
    assert done

def process():
    if os.fork() == 0:
        os._exit(0)

def anonymous():
    memory = os.memfd_create("x")
    os.write(memory, b"x" * 70_000)
    mmap.mmap(memory, 70_000, prot=mmap.PROT_READ).close()
    os.close(memory)

attempts = {
    "read a file": lambda: open(secret).read(),
    "write a file": lambda: open(folder + "/new", "w"),
    "look at a folder": lambda: os.listdir(folder),
    "look at a file": lambda: os.stat(secret),
    "remove a file": lambda: os.unlink(secret),
    "make a link": lambda: os.link(secret, folder + "/link"),
    "read memory of others": lambda: open(f"/proc/{parent}/mem", "rb").read(1),
    "reach an address": lambda: socket.create_connection(("127.0.0.1", port), 5),
    "have a local socket": lambda: socket.socket(socket.AF_UNIX).close(),
    "import": lambda: __import__("wave"),
    "start a process": process,
    "run a program": lambda: os.execv(sys.executable, [sys.executable, "-V"]),
    "signal others": lambda: os.kill(parent, 0),
    "run fresh memory": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
    "have all memory": lambda: bytearray(2 << 30),
    "have some memory": lambda: bytearray(100 << 20),
    "have a thread": thread,
    "have anonymous memory": anonymous,
}
report = os.dup(1)
confine(1 << 30)
found = {name: outcome(attempt) for name, attempt in attempts.items()}
os.write(report, json.dumps(found).encode())
os._exit(0)
"""
POSSIBLE = {"have some memory", "have a thread", "have anonymous memory"}
LANDLOCK_ALONE = {"read a file", "write a file", "look at a folder", "read memory of others", "import", "remove a file"}


def tried(walls: str, folder: Path) -> dict[str, str]:
    secret = folder / "secret.txt"
    secret.write_text("a word of the library")
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", PROBE, walls, str(secret), str(folder), str(server.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert sorted(path.name for path in folder.iterdir()) == ["secret.txt"]
    return json.loads(done.stdout)


@pytest.mark.parametrize("walls", ["all", "seccomp alone"])
def test_a_confined_child_can_only_think_and_talk_to_its_parent(tmp_path: Path, walls: str) -> None:
    found = tried(walls, tmp_path)
    assert {name for name, outcome in found.items() if outcome == "done"} == POSSIBLE
    assert found["have all memory"] == "no memory"


def test_where_seccomp_is_missing_landlock_still_keeps_the_library_away(tmp_path: Path) -> None:
    found = tried("landlock alone", tmp_path)
    if found["read a file"] == "done":
        pytest.skip("this kernel has no Landlock")
    assert {name for name in LANDLOCK_ALONE if found[name] == "done"} == set()


PARSERS = {"av", "charset_normalizer", "mammoth", "odfdo", "pillow_heif", "PIL", "pymupdf", "striprtf", "webvtt"}
DOORS = [
    *(
        f"mcassess.evidence.{name}"
        for name in ["player", "pages", "images", "stills", "text", "captions", "film_strip", "preflight"]
    ),
    *(f"mcassess.ui.viewers.{name}" for name in ["video", "pages", "image", "text"]),
]


def test_the_program_itself_loads_no_parser() -> None:
    program = f"import importlib, sys\nfor name in {DOORS!r}: importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert PARSERS & {name.split(".")[0] for name in done.stdout.split()} == set()
