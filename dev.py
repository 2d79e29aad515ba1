#!/usr/bin/env python3
"""The developer's one tool: set-up, demo, tests, tour, screenshots and benchmarks, from a fresh checkout.

Standard library only; needs Python 3.11 or newer and nothing else. What each command does in detail lies elsewhere:
tests/ for the tests, tests/e2e/ for the tour and the screenshots, tests/benchmarks/ for the benchmarks.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
TOURS = ROOT / "build" / "tour"

# What the window needs from Debian and Ubuntu: Qt's libraries, libVLC, a font. On other systems VLC itself is needed.
WINDOW_PACKAGES = (
    *("fonts-dejavu-core", "libdbus-1-3", "libegl1", "libfontconfig1", "libgl1", "libglib2.0-0", "libvlc5", "libx11-6"),
    *("libx11-xcb1", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0"),
    *("libxcb-render-util0", "libxcb-shape0", "libxcb-xkb1", "libxkbcommon-x11-0", "libxkbcommon0", "vlc-plugin-base"),
)
# What the tests and benchmarks measure against and break things with.
TEST_PACKAGES = (
    *("curl", "dbus", "dbus-x11", "espeak-ng", "ffmpeg", "gnome-keyring", "openssl", "poppler-utils", "postgresql"),
    *("strace", "xauth", "xvfb"),
)
# So many processes share the tests; a process that has none left takes from another.
_SIDE_BY_SIDE = ("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal")


class SetupError(Exception):
    """The set-up cannot go on by itself; the text says what to do."""


def main() -> int:
    """Runs the command that was asked for and returns its exit code."""
    arguments = _arguments()
    try:
        _set_up(tests=arguments.command != "demo")
    except SetupError as error:
        print(error, file=sys.stderr)
        return 3
    match arguments.command:
        case "setup":
            return 0
        case "demo":
            return _demo()
        case "test":
            return _test(arguments.long, arguments.pytest)
        case "tour":
            return _run("-m", "tests.e2e.tour", "--out", str(arguments.out.resolve()))
        case "shots":
            return _run("-m", "tests.e2e.shots", "--out", str(arguments.out.resolve()))
        case _:
            only = ("--only", arguments.only) if arguments.only else ()
            return _run("-m", "tests.benchmarks.run", "--json", str(arguments.json.resolve()), *only)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, does: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=does, description=f"Does this: {does}.")

    command("setup", "make .venv and install what is locked, development tools included")
    command("demo", "set up, then the practice platform and the window connected to it; without a display the tour")
    test = command("test", "set up, then every check and test")
    test.add_argument("--long", type=float, default=0, metavar="MINUTES", help="run the random series for that long")
    test.add_argument("pytest", nargs="*", help="only these tests (paths or options for pytest, after --)")
    tour = command("tour", "set up, then the main job by itself through the real window")
    tour.add_argument("--out", type=Path, required=True, metavar="DIR", help="where its pictures go")
    shots = command("shots", "set up, then every screen, light and dark, as PNG")
    shots.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the pictures go")
    bench = command("bench", "set up, then the benchmarks, each beside its own baseline")
    bench.add_argument("--json", type=Path, required=True, metavar="FILE", help="where the figures go")
    bench.add_argument("--only", metavar="NAME", help="only this benchmark")
    return parser.parse_args()


def _demo() -> int:
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print(f"There is no display here, so the tour runs instead; its pictures go to {TOURS}.", flush=True)
        return _run("-m", "tests.e2e.tour", "--out", str(TOURS))
    return _run("-m", "mcassess", "practice")


def _test(long_minutes: float, only: list[str]) -> int:
    environment = {"QT_QPA_PLATFORM": "offscreen", "MCASSESS_LONG_MINUTES": str(long_minutes)}
    if only:
        return _run("-m", "pytest", *only, environment=environment)
    checks = (
        ("Style", ("-m", "ruff", "check", ".")),
        ("Layout", ("-m", "ruff", "format", "--check", ".")),
        ("Types", ("-m", "mypy")),
        ("Import contracts", ("-c", "from importlinter.cli import lint_imports_command as c; c()")),
    )
    failed = [name for name, command in checks if _step(name, *command) != 0]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
        return 1
    if sys.platform == "linux" and _smoke_test() != 0:
        print("Failed: the smoke test under Xvfb.", file=sys.stderr)
        return 1
    print("== Tests", flush=True)
    return _run("-m", "pytest", "-q", "-m", "not xvfb", *_SIDE_BY_SIDE, environment=environment)


def _smoke_test() -> int:
    print("== Smoke test on an X server", flush=True)
    server = ("xvfb-run", "-a", "-s", "-screen 0 1600x1000x24")
    command = [*server, str(PYTHON), "-m", "pytest", "-q", "-m", "xvfb", "tests/e2e"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _step(name: str, *command: str) -> int:
    print(f"== {name}", flush=True)
    return _run(*command)


def _run(*command: str, environment: dict[str, str] | None = None) -> int:
    try:
        return subprocess.run(
            [PYTHON, *command], cwd=ROOT, env={**os.environ, **(environment or {})}, check=False
        ).returncode
    except KeyboardInterrupt:
        return 130


def _set_up(*, tests: bool) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may be what starts this file
        raise SetupError(f"mcassess needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    _system_packages(WINDOW_PACKAGES + (TEST_PACKAGES if tests else ()))
    stamp = VENV / "set-up"
    wanted = _fingerprint()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    _step_outside("Making .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)] if _own_venv() else [])
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _step_outside("Installing what is locked", [*pip, "--require-hashes", "-r", str(LOCK)])
    _step_outside("Installing mcassess", [*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    stamp.write_text(wanted)


def _own_venv() -> bool:
    """Tells whether .venv has to be made: it is missing, or its Python does not run."""
    if not PYTHON.exists():
        return True
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode != 0


def _fingerprint() -> str:
    """What the installed state depends on: the locked packages, our own metadata, the Python and the place."""
    digest = hashlib.sha256()
    for part in (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), bytes(ROOT)):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _step_outside(what: str, command: list[str]) -> None:
    if not command:
        return
    print(f"{what} …", file=sys.stderr, flush=True)
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise SetupError(f"{what} failed; what was printed above says why.")


def _system_packages(names: tuple[str, ...]) -> None:
    """Installs missing Debian packages when it may; else says which line to run."""
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return
    installed = _installed_packages()
    missing = sorted(name for name in names if name not in installed)
    if importlib.util.find_spec("ensurepip") is None and "python3-venv" not in installed:
        missing.append("python3-venv")
    if not missing:
        return
    line = f"apt-get install --yes --no-install-recommends {' '.join(missing)}"
    if not _may_install():
        raise SetupError(f"Some system packages are missing. Run this line, then start again:\n  sudo {line}")
    print(f"Installing system packages: {' '.join(missing)} …", file=sys.stderr, flush=True)
    prefix = [] if _is_root() else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    said = ""
    for attempt in (line.split(), ["apt-get", "update"], line.split()):
        done = subprocess.run([*prefix, *attempt], env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0 and attempt[1] == "install":
            return
        said = done.stderr
    raise SetupError(f"System packages could not be installed:\n{said}\nRun this line yourself:\n  sudo {line}")


def _installed_packages() -> set[str]:
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}\t${Provides}\n"]
    listing = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    found: set[str] = set()
    for row in listing.splitlines():
        status, package, provides = row.split("\t")
        if status == "installed":
            found.add(package)
            found.update(entry.split("(")[0].strip() for entry in provides.split(",") if entry.strip())
    return found


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _may_install() -> bool:
    if _is_root():
        return True
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
