"""Files whose names hold every odd character are checked like others, and steer nothing."""

import json
from pathlib import Path

import pytest

from mcassess.cli.main import run
from tests.support.zoo import ODD_NAMES, svg


def test_files_of_every_odd_name_are_checked_and_steer_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / name for name in ODD_NAMES]
    for path in paths:
        path.write_bytes(svg())
    words = ["--home", str(tmp_path / "home"), "check", "--json", *map(str, paths)]
    assert run(words, lambda *_: pytest.fail("the window was opened")) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert [each["path"] for each in told] == [str(path) for path in paths]
    assert all(each["opens"] for each in told), told
    assert run(words[: -len(paths) - 1] + [str(path) for path in paths], lambda *_: pytest.fail("a window")) == 0
    assert not any(sign in capsys.readouterr().out for sign in ("\x1b", "\r"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(ODD_NAMES)
