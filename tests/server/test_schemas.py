"""The JSON Schemas are the program's own shapes, and what is really printed and sent keeps to them."""

import argparse
import importlib.util
import io
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from mcassess.cli import platform as platform_commands
from mcassess.cli.output import Output
from mcassess.paths import resources
from tests.support.platform import SMALL_PACK

FOLDER = resources() / "schemas"


def maker():
    spec = importlib.util.spec_from_file_location("schemas_make", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(document, name):
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)


def printed(data_dir: Path, *arguments: str):
    parser = argparse.ArgumentParser()
    platform_commands.register(parser.add_subparsers())
    parsed = parser.parse_args(["platform", *arguments, "--data", str(data_dir)])
    out = io.StringIO()
    parsed.run(parsed, Output(json=True, out=out))
    return json.loads(out.getvalue())


def test_the_schemas_are_those_of_the_models():
    make = maker()
    expected = {name: make.written(schema) for name, schema in make.schemas().items()}
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("wire-*.json")}
    found |= {name: (FOLDER / name).read_text(encoding="utf-8") for name in expected if (FOLDER / name).exists()}
    assert found == expected, "run python resources/schemas/make.py"


def test_what_the_platform_prints_and_sends_keeps_to_the_schemas(platform, client):
    ada = client()
    op = ada.decision()
    check(op, "wire-op")
    check({"results": ada.push(op, ada.decision(seq=2))}, "wire-op-results")
    check(printed(platform.data_dir, "decisions"), "platform-decisions")
    check(printed(platform.data_dir, "assessor", "Bea"), "platform-assessor")
    check(printed(platform.data_dir, "load", str(SMALL_PACK)), "platform-load")
    check({"url": platform.url}, "serve")
    for path, name in [
        ("/server", "wire-server"),
        ("/me", "wire-me"),
        ("/changes", "wire-changes"),
        ("/snapshot", "wire-snapshot"),
        ("/digest", "wire-digest"),
        ("/nothing", "wire-problem"),
    ]:
        check(ada.get(path).json(), name)


@pytest.mark.parametrize("folder", [SMALL_PACK, resources() / "practice" / "pack"])
def test_packs_keep_to_the_schema(folder):
    check(json.loads((folder / "pack.json").read_text(encoding="utf-8")), "pack")


def test_the_schema_of_packs_wants_every_award_rule_to_name_its_kind():
    document = json.loads((SMALL_PACK / "pack.json").read_text())
    document["microcredentials"][1]["rubric"]["award_rule"] = {"at_least": 6}
    with pytest.raises(Exception, match="at_least"):
        check(document, "pack")
