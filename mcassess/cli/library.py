"""Commands that look at the library: queue and show."""

import argparse
import sys

from mcassess.cli.output import Output
from mcassess.cli.session import opened
from mcassess.jobs import finding, showing
from mcassess.jobs.sentences import bytes_text
from mcassess.store.queue import Filter, QueueState
from mcassess.texts import tr

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def register(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    """Adds the commands of this topic."""
    queue = subparsers.add_parser("queue", help=tr("list the submissions"))
    states = ["open", *(state.value for state in QueueState)]
    queue.add_argument(
        "--state", choices=states, help=tr("only those in this state; open is to_review and in_progress")
    )
    queue.add_argument("--search", default="", metavar="WORDS", help=tr("only those where these words stand"))
    queue.add_argument("--limit", type=_count, metavar="N", help=tr("at most so many"))
    queue.set_defaults(run=_queue)
    show = subparsers.add_parser("show", help=tr("show one submission, its evidence, rubric and review"))
    show.add_argument("id", help=tr("the submission's id, or how it begins"))
    show.set_defaults(run=_show)


def _queue(arguments: argparse.Namespace, output: Output) -> None:
    state: Filter = "open" if arguments.state == "open" else arguments.state and QueueState(arguments.state)
    with opened(arguments) as library:
        if arguments.search:
            showing.catch_up_search(library)
        rows = showing.queue(library, state=state, search=arguments.search, limit=arguments.limit)
    lines = [
        f"{row['id']}  {row['microcredential']}  {row['educator']}  "
        f"{tr('attempt {number}').format(number=row['attempt'])}  {row['state']}  "
        f"{bytes_text(row['packed_bytes'])} / {bytes_text(row['total_bytes'])}"
        for row in rows
    ]
    output.result(rows, "\n".join(lines) or _nothing(arguments))


def _nothing(arguments: argparse.Namespace) -> str:
    if arguments.state or arguments.search or arguments.limit is not None:
        return tr("No submission is like that.")
    return tr("The queue is empty. 'mcassess sync' fetches what is new.")


def _show(arguments: argparse.Namespace, output: Output) -> None:
    with opened(arguments) as library:
        document = showing.submission(library, finding.submission_key(library, arguments.id))
    output.result(document, _as_text(document))


def _as_text(document: showing.Document) -> str:
    submission, review = document["submission"], document["review"]
    attempt = tr("attempt {number}").format(number=submission["attempt"])
    head = (submission["microcredential"]["title"], submission["educator"], attempt, review["state"])
    lines = [" · ".join(head), "", tr("Evidence")]
    lines += [
        f"  {each['id']}  {each['title']}  ({each['kind']}, {each['state'] or '–'})" for each in document["evidence"]
    ]
    lines += ["", tr("Completeness")] if document["rubric"]["completeness"] else []
    for check in document["rubric"]["completeness"]:
        answer = {True: tr("yes"), False: tr("no"), None: "–"}[review["completeness"].get(check["id"])]
        lines.append(f"  {check['id']}  {check['text']}: {answer}")
    for requirement in document["rubric"]["requirements"]:
        lines += ["", requirement["title"] or tr("Rubric")]
        for criterion in requirement["criteria"]:
            given = review["scores"].get(criterion["id"], {})
            lines.append(f"  {criterion['id']}  {criterion['title']}: {given.get('level') or '–'}")
            lines += [f"      {text}" for text in given.get("citations", ())]
            lines += [f"      {given['comment']}"] if given.get("comment") else []
    for title, text in ((tr("Feedback"), review["feedback"]), (tr("Note"), review["notes"])):
        lines += ["", title, f"  {text}"] if text else []
    lines += ["", *(block["text"] for block in document["blocks"])]
    return "\n".join(lines).rstrip()


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(tr("'{text}' is not a number from 0 on").format(text=text))
    return min(int(text[:18]), sys.maxsize)
