"""docs/command-line.md names every command with every option, and every schema that commands are held against."""

import argparse
import json
import re

from mcassess.cli import main
from mcassess.paths import resources
from mcassess.sync.run import Step

PAGE = (resources().parent / "docs" / "command-line.md").read_text(encoding="utf-8")


def commands(parser: argparse.ArgumentParser, name: str = ""):
    """Yields each command's name and parser, those of ``platform`` too."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each, below in action.choices.items():
                nested = list(commands(below, f"{name}{each} "))
                yield from nested or [(f"{name}{each}", below)]


def section(name: str) -> str:
    """Returns the page from the heading that names a command to the next heading."""
    found = re.search(rf"^### [^\n]*`{re.escape(name)} .*?(?=^#|\Z)", PAGE + "\n#", re.MULTILINE | re.DOTALL)
    if found is None:
        found = re.search(rf"^### [^\n]*`{re.escape(name)}`.*?(?=^#|\Z)", PAGE + "\n#", re.MULTILINE | re.DOTALL)
    assert found, f"'{name}' is not on the page"
    return found[0]


def test_every_command_and_option_is_on_the_page():
    parser = main._Parser(prog="mcassess")
    main._add_commands(parser)
    known = dict(commands(parser))
    assert len(known) >= 22
    for name, command in known.items():
        text = section(name)
        for action in command._actions:
            for option in action.option_strings:
                if option.startswith("--") and option not in {"--help", "--home", "--json"}:
                    assert option in text, f"{name}: {option}"


def test_every_schema_of_a_command_is_on_the_page():
    names = {path.name for path in (resources() / "schemas").glob("*.schema.json")}
    named = set(re.findall(r"schemas/([a-z-]+\.schema\.json)", PAGE))
    assert named == {name for name in names if not name.startswith("wire-")} - {"pack.schema.json"}


def test_the_schema_of_a_sync_knows_every_step_that_can_fail():
    schema = json.loads((resources() / "schemas" / "sync.schema.json").read_text(encoding="utf-8"))
    steps = schema["properties"]["failed"]["items"]["properties"]["step"]["enum"]
    assert sorted(steps) == sorted(Step)
