"""The command that starts the practice platform, and the window connected to it."""

import argparse
import signal
import threading
from types import FrameType

from mcassess.cli.output import Output
from mcassess.errors import ExitCode
from mcassess.jobs import practising
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    practice = subparsers.add_parser("practice", help=tr("practise with made-up submissions"))
    practice.add_argument("--fresh", action="store_true", help=tr("forget all earlier practice first"))
    practice.add_argument("--no-window", action="store_true", help=tr("serve until stopped, without a window"))
    practice.set_defaults(run=_practice)


def _practice(arguments: argparse.Namespace, output: Output) -> ExitCode:
    home = practising.practice_home(arguments.home)
    if arguments.fresh:
        practising.forget_practice(home)
    with practising.practice_platform(home) as platform:
        if arguments.no_window:
            output.line({"url": platform.url, "token": platform.token})
            _wait_for_stop()
            return ExitCode.DONE
        return ExitCode(arguments.open_window(home, output.message, (platform.url, platform.token)))


def _wait_for_stop() -> None:
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    stopped.wait()
