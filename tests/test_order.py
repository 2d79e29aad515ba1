"""The suite's own order: long tests begin first."""

from types import SimpleNamespace

import pytest

from tests.support.order import LONG, ROOT, put_long_first


@pytest.mark.parametrize("name", LONG)
def test_a_file_that_is_called_long_exists(name: str) -> None:
    assert (ROOT / name).is_file()


def test_what_takes_long_comes_first_and_all_else_stays_in_order() -> None:
    last, first = LONG[1], LONG[0]
    names = ["tests/a.py", last, "tests/c.py", first, "tests/b.py", first]
    tests = [SimpleNamespace(path=ROOT / name, number=number) for number, name in enumerate(names)]
    put_long_first(tests)  # type: ignore[arg-type]
    assert [test.number for test in tests] == [3, 5, 1, 0, 2, 4]
