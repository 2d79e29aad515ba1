"""mcassess serve: runs the reference platform until it is stopped."""

import argparse
from pathlib import Path

from mcassess.cli.output import Output
from mcassess.errors import ExitCode, UsageError
from mcassess.texts import tr

MAX_WORKERS = 64


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    text = tr("Run the reference platform, where submissions come from and decisions go.")
    parser = subparsers.add_parser("serve", help=text, description=text)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=tr("folder of the platform's data"))
    parser.add_argument("--host", default="127.0.0.1", help=tr("address of this computer to listen on"))
    parser.add_argument(
        "--port", type=int, default=0, help=tr("port to listen on; without it, or with 0, any that is free")
    )
    parser.add_argument(
        "--database", metavar="URL", help=tr("PostgreSQL instead of SQLite: postgresql+psycopg://USER@HOST/DATABASE")
    )
    parser.add_argument("--workers", type=_workers, default=1, metavar="N", help=tr("how many processes serve"))
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help=tr("certificate with its chain, PEM"))
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help=tr("the certificate's key, PEM"))
    parser.add_argument(
        "--new-epoch", action="store_true", help=tr("the database was put back from a backup by other means")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Serves until SIGTERM or SIGINT. The one line on standard output, ever, is ``{"url"}`` when it is ready."""
    # The platform's libraries are heavy.
    from mcassess.server.listening import Tls  # noqa: PLC0415
    from mcassess.server.serve import Place, serve_at  # noqa: PLC0415
    from mcassess.server.workers import serve_with_workers  # noqa: PLC0415

    if (arguments.tls_cert is None) != (arguments.tls_key is None):
        raise UsageError(tr("--tls-cert and --tls-key belong together."))
    tls = Tls(certificate=arguments.tls_cert, key=arguments.tls_key) if arguments.tls_cert else None
    place = Place(host=arguments.host, port=arguments.port, tls=tls)
    data, beginning = arguments.data, {"database": arguments.database, "new_epoch": arguments.new_epoch}

    def ready(url: str) -> None:
        output.line({"url": url})

    if arguments.workers == 1:
        serve_at(data, place, ready, **beginning)
    else:
        serve_with_workers(data, place, arguments.workers, ready, **beginning)
    return None


def _workers(word: str) -> int:
    number = int(word)
    if not 1 <= number <= MAX_WORKERS:
        raise ValueError
    return number
