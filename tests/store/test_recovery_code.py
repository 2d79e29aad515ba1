"""The recovery code as it is printed and typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcassess.errors import WorldError
from mcassess.store.recovery_code import CODE_BYTES, new_code, printed, typed

CODES = st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES)


@given(CODES)
def test_what_is_printed_is_read_again(code: bytes) -> None:
    text = printed(code)
    assert [len(group) for group in text.split("-")] == [4] * 9
    for written in (text, text.lower(), text.replace("-", " "), text.replace("0", "O").replace("1", "l"), f" {text}\n"):
        assert typed(written) == code


@given(CODES, st.data())
def test_one_wrong_sign_or_two_swapped_ones_are_told(code: bytes, data: st.DataObject) -> None:
    signs = list(printed(code).replace("-", ""))
    place = data.draw(st.integers(0, len(signs) - 2))
    if data.draw(st.booleans()):
        signs[place], signs[place + 1] = signs[place + 1], signs[place]
    else:
        signs[place] = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    wrong = "".join(signs)
    if wrong != printed(code).replace("-", ""):
        # 20 bits of checksum: of a million mistakes one may pass, and then opens nothing.
        with pytest.raises(WorldError, match="mistake"):
            typed(wrong)


@pytest.mark.parametrize(("text", "sentence"), [("", "36 signs"), ("ABCD", "these are 4"), ("U" * 36, "no recovery")])
def test_what_is_no_code_says_why(text: str, sentence: str) -> None:
    with pytest.raises(WorldError, match=sentence):
        typed(text)


def test_codes_are_random() -> None:
    assert len({new_code() for _ in range(50)}) == 50
