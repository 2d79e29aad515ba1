"""mcassess platform conformance: whether a platform, of whatever make, speaks the native protocol."""

import argparse
import sys
from dataclasses import asdict

from mcassess.cli.output import Output
from mcassess.clock import SystemClock
from mcassess.errors import ExitCode, UsageError
from mcassess.texts import tr


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    text = tr("Test whether a platform speaks our protocol. It decides the submissions that it is shown!")
    parser = commands.add_parser("conformance", help=text, description=text)
    parser.add_argument("url", metavar="URL", help=tr("address of a platform that was set up to be tested"))
    parser.add_argument(
        "--token", required=True, metavar="T", help=tr("of an assessor who sees ten open submissions; - reads it")
    )
    parser.add_argument("--second-token", default="", metavar="T", help=tr("of a colleague, for what needs two"))
    parser.add_argument("--read-only", action="store_true", help=tr("write nothing, and test only what can be read"))
    parser.set_defaults(run=run_conformance)


def run_conformance(arguments: argparse.Namespace, output: Output) -> ExitCode | None:
    """Runs all checks; ends with 4 where one of them fails."""
    from mcassess.sync.conformance.suite import (  # noqa: PLC0415 - pydantic is heavy
        Finding,
        Report,
        Tokens,
        check_conformance,
    )
    from mcassess.sync.platforms.address import normalised  # noqa: PLC0415 - as above

    token = sys.stdin.readline().strip() if arguments.token == "-" else arguments.token  # noqa: S105 - a sign, no token
    if not token:
        raise UsageError(tr("The token is empty."))

    def tell(finding: Finding) -> None:
        output.message(f"{finding.found.value}: {finding.name}" + (f": {finding.text}" if finding.text else ""))

    findings = check_conformance(
        normalised(arguments.url),
        Tokens(assessor=token, colleague=arguments.second_token),
        SystemClock(),
        writing=not arguments.read_only,
        on_finding=tell,
    )
    report = Report.of(arguments.url, findings)
    text = tr("{passed} checks passed, {failed} failed, {skipped} were skipped.")
    output.result(asdict(report), text.format(passed=report.passed, failed=report.failed, skipped=report.skipped))
    return ExitCode.REFUSED if report.failed else None
