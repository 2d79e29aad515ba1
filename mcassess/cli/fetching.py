"""The command about fetching evidence and sending files: pausing it, limiting it, metered connections."""

import argparse
import dataclasses

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.jobs import fetching
from mcassess.jobs.sentences import bytes_text
from mcassess.sync.pace import Wishes
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    command = subparsers.add_parser("fetching", help=tr("show or change how evidence is fetched and files are sent"))
    pausing = command.add_mutually_exclusive_group()
    pausing.add_argument("--pause", action="store_true", help=tr("fetch no evidence and send no files, until --resume"))
    pausing.add_argument("--resume", action="store_true", help=tr("fetch evidence and send files again"))
    limiting = command.add_mutually_exclusive_group()
    limiting.add_argument("--limit", type=int, metavar="KB", help=tr("not faster than so many kilobytes a second"))
    limiting.add_argument("--no-limit", action="store_true", help=tr("as fast as it comes"))
    command.add_argument(
        "--metered", choices=["yes", "no"], help=tr("whether files may come and go by connections paid by volume")
    )
    keeping = command.add_mutually_exclusive_group()
    keeping.add_argument("--room", type=int, metavar="GB", help=tr("keep so many gigabytes of evidence at most"))
    keeping.add_argument("--all-room", action="store_true", help=tr("keep as much evidence as the disk holds"))
    command.set_defaults(run=_fetching)


def _fetching(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        if arguments.pause or arguments.resume:
            fetching.wish(library, paused=arguments.pause)
        if arguments.metered is not None:
            fetching.wish(library, on_metered=arguments.metered == "yes")
        if arguments.limit is not None:
            fetching.limit(library, arguments.limit * 1000)
        elif arguments.no_limit:
            fetching.limit(library, None)
        if arguments.room is not None:
            fetching.give_room(library, arguments.room * 10**9)
        elif arguments.all_room:
            fetching.give_room(library, None)
        wishes, room = fetching.wishes(library), fetching.room(library)
    output.result({**dataclasses.asdict(wishes), "room_bytes": room}, _text(wishes, room))


def _text(wishes: Wishes, room: int | None) -> str:
    lines = [tr("Fetching and sending files is paused.") if wishes.paused else tr("Evidence is fetched at each sync.")]
    if wishes.bytes_per_s is not None:
        lines.append(tr("Not faster than {size} a second.").format(size=bytes_text(wishes.bytes_per_s)))
    if wishes.on_metered:
        lines.append(tr("By connections that are paid by volume too."))
    else:
        lines.append(tr("Not by connections that are paid by volume."))
    if room is not None:
        lines.append(tr("At most {size} of evidence are kept here.").format(size=bytes_text(room)))
    return "\n".join(lines)
