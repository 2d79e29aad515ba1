"""mcassess serve: runs the reference platform until it is stopped."""

import argparse
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.errors import ExitCode
from mcassess.texts import tr


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    text = tr("Run the reference platform, where submissions come from and decisions go.")
    parser = subparsers.add_parser("serve", help=text, description=text)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=tr("folder of the platform's data"))
    parser.add_argument("--host", default="127.0.0.1", help=tr("address of this computer to listen on"))
    parser.add_argument(
        "--port", type=int, default=0, help=tr("port to listen on; without it, or with 0, any that is free")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Serves until SIGTERM or SIGINT. The one line on standard output, ever, is ``{"url"}`` when it is ready."""
    from mcassess.server.serve import serve  # noqa: PLC0415 - the platform's libraries are heavy

    serve(arguments.data, arguments.host, arguments.port, lambda url: output.line({"url": url}))
    return None
