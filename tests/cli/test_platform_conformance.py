"""mcassess platform conformance: one document, a line for each check, and 4 where one fails."""

import argparse
import io
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from mcassess.cli import platform
from mcassess.cli.output import Output
from mcassess.errors import ExitCode, RefusedError, UsageError
from mcassess.paths import resources
from mcassess.sync.conformance import suite
from mcassess.sync.conformance.talk import FaultError
from tests.support.platform import running_platform


def conformance(*arguments: str) -> tuple[ExitCode | None, dict, str]:
    parser = argparse.ArgumentParser()
    platform.register(parser.add_subparsers())
    parsed = parser.parse_args(["platform", "conformance", *arguments])
    out, err = io.StringIO(), io.StringIO()
    code = parsed.run(parsed, Output(json=True, out=out, err=err))
    return code, json.loads(out.getvalue()), err.getvalue()


def test_a_platform_that_conforms_is_said_to_and_one_failure_ends_with_4(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = json.loads((resources() / "schemas" / "platform-conformance.schema.json").read_text())
    with running_platform(tmp_path) as running:
        code, document, said = conformance(running.url, "--token", running.token, "--read-only")
        assert (code, document["failed"]) == (None, 0)
        assert said.count("\n") == len(document["checks"]) == document["passed"] + document["skipped"]
        Draft202012Validator(schema).validate(document)

        def wrong(_scene: suite.Scene) -> None:
            raise FaultError("it sings")

        monkeypatch.setattr(suite.check_conformance, "__kwdefaults__", {"checks": (wrong,)})
        code, document, said = conformance(running.url, "--token", running.token)
    assert (code, document["failed"]) == (ExitCode.REFUSED, 1)
    assert said == "failed: wrong: it sings\n"


def test_what_cannot_be_tested_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="token is empty"):
        conformance("http://127.0.0.1:9", "--token", "")
    with running_platform(tmp_path) as running, pytest.raises(RefusedError, match="does not speak the protocol"):
        conformance(f"{running.url}/elsewhere", "--token", "x")
