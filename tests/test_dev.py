"""The developer's tool without its set-up: what each command starts, and that its help and the README name it."""

import sys
from pathlib import Path

import pytest

import dev

COMMANDS = ("setup", "demo", "test", "tour", "shots", "bench")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What would have been started."""
    found: list[tuple[str, ...]] = []

    def run(*command: str, environment: dict[str, str] | None = None) -> int:
        found.append(command)
        return 0

    monkeypatch.setattr(dev, "_run", run)
    monkeypatch.setattr(dev, "_set_up", lambda **_options: None)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_the_demo_is_the_tour_where_there_is_no_display_and_says_so(
    started: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["dev.py", "demo"])
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert dev.main() == 0
    assert "the tour runs instead" in capsys.readouterr().out
    monkeypatch.setenv("DISPLAY", ":0")
    assert dev.main() == 0
    assert capsys.readouterr().out == ""
    assert [command[1] for command in started] == ["tests.e2e.tour", "mcassess"]


def test_some_tests_are_run_as_they_were_asked_for(
    started: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["dev.py", "test", "--", "tests/domain", "-k", "award"])
    assert dev.main() == 0
    assert started == [("-m", "pytest", "tests/domain", "-k", "award")]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["dev.py", command, "--help"])
    with pytest.raises(SystemExit) as ended:
        dev.main()
    assert ended.value.code == 0
    assert "Does this: " in capsys.readouterr().out


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "setup"])
def test_the_readme_names_each_command(command: str) -> None:
    assert f"dev.py {command}" in (Path(dev.__file__).parent / "README.md").read_text(encoding="utf-8")
