"""Words that look like somebody's name, and those that do not."""

import pytest

from mcassess.domain.names import name_of_maker, names_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RuthNakamura reflection.docx", ("Ruth Nakamura",)),
        ("maria_lopez_plan.pdf", ("maria",)),
        ("Sample of Jose", ("Jose",)),
        ("Michael O’Brien - essay.pdf", ("Michael O’Brien",)),
        ("Lesson video", ()),
        ("IMG_2033.mov", ()),
        ("Morning Meeting plan week 3.pdf", ()),
        ("Will and May read.pdf", ()),
        ("", ()),
    ],
)
def test_given_names_are_found_in_titles(text: str, expected: tuple[str, ...]) -> None:
    assert names_in(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ruth Nakamura", "Ruth Nakamura"),
        ("jane", "jane"),
        ("Microsoft Office User", ""),
        ("Springfield School District", ""),
        ("python-docx", ""),
        ("", ""),
    ],
)
def test_a_maker_is_a_person_or_nobody(value: str, expected: str) -> None:
    assert name_of_maker(value) == expected
