"""Keys, passphrases, codes and people's words do not show in representations, errors, tracebacks and logs."""

import logging
import traceback
from pathlib import Path

import pytest

from mcassess.crash import describe
from mcassess.domain.changes import ChangeKind, Entry
from mcassess.errors import WorldError
from mcassess.store import key_file
from mcassess.store.key_changes import make_recovery_code, recover
from mcassess.store.key_wrapping import Secrets
from mcassess.store.keys import Argon2Cost, GivenKeys, PassphraseKeys
from mcassess.store.library import Library
from tests.support.library import TestClock, add_account, put, submission

CHEAP = Argon2Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "planted passphrase"
WORDS = "Ruth Nakamura reads aloud"


@pytest.fixture
def opened(home: Path):
    library = Library.open(home, PassphraseKeys(lambda: PASSPHRASE, CHEAP), TestClock())
    yield library
    library.close()


def secrets_of(home: Path) -> list[str]:
    found = PassphraseKeys(lambda: PASSPHRASE).unlock(home)
    each = (found.database, found.evidence)
    return [PASSPHRASE, *(key.hex() for key in each), *(repr(key)[2:-1] for key in each)]


def assert_hidden(text: str, *planted: str) -> None:
    shown = [secret for secret in planted if secret in text]
    assert not shown, f"{len(shown)} secrets show in {len(text)} signs of text"


def test_representations_show_no_key(opened: Library, home: Path) -> None:
    found = PassphraseKeys(lambda: PASSPHRASE).unlock(home)
    described = key_file.read(home)
    add_account(opened)
    with opened.read() as reading:
        accounts = reading.accounts.list()
    things = [
        opened,
        opened.vault,
        opened._database,
        opened._database._connections,
        opened._database._connections._engine,
        opened._keys,
        found,
        GivenKeys(found),
        PassphraseKeys(lambda: PASSPHRASE),
        described,
        described.passphrase,
        *accounts,
    ]
    text = "\n".join(f"{each!r} {each!s} {[each]}" for each in things)
    assert_hidden(text, *secrets_of(home), "secret-token")


@pytest.mark.parametrize("direct", [True, False])
def test_errors_of_the_database_hide_what_was_written(
    opened: Library, home: Path, caplog: pytest.LogCaptureFixture, direct: bool
) -> None:
    [key] = put(opened, add_account(opened), submission())
    caplog.set_level(logging.DEBUG)

    def break_a_constraint() -> None:
        with opened.write() as writing:
            writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, target="", value=WORDS)])
            writing.settings._session.sql("INSERT INTO setting (name, value) VALUES (?, NULL)", WORDS)

    def break_it_in_another_way() -> None:
        with opened._database.write() as connection:
            connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES (?, NULL)", (WORDS,))

    with pytest.raises(Exception, match="constraint") as raised:
        (break_a_constraint if direct else break_it_in_another_way)()
    error = raised.value
    text = "".join(traceback.format_exception(error)) + str(error) + repr(error) + describe(error) + caplog.text
    assert_hidden(text, WORDS, *secrets_of(home))


def test_a_database_that_does_not_open_does_not_quote_its_key(opened: Library, home: Path) -> None:
    wrong = Secrets(b"W" * 32, b"V" * 32)
    with pytest.raises(WorldError) as raised:
        Library.open(home, GivenKeys(wrong), TestClock())
    text = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    assert_hidden(text, wrong.database.hex(), "WWWW", *secrets_of(home))


def test_a_wrong_passphrase_or_code_is_not_quoted(opened: Library, home: Path) -> None:
    keys = PassphraseKeys(lambda: PASSPHRASE)
    code = make_recovery_code(home, keys)
    make_recovery_code(home, keys)
    texts = []
    for work in (
        lambda: PassphraseKeys(lambda: "planted wrong words").unlock(home),
        lambda: recover(home, code, "planted new words", without_evidence=lambda _keys: None),
        lambda: recover(home, code[:-1] + "?", "planted new words", without_evidence=lambda _keys: None),
    ):
        with pytest.raises(WorldError) as raised:
            work()
        texts += [*traceback.format_exception(raised.value), repr(raised.value), raised.value.text]
    source_lines_left_out = "\n".join(each for text in texts for each in text.splitlines() if "lambda" not in each)
    assert_hidden(source_lines_left_out, code, code.replace("-", ""), "planted wrong", "planted new", PASSPHRASE)


def test_after_closing_the_library_holds_no_key(home: Path) -> None:
    library = Library.open(home, PassphraseKeys(lambda: PASSPHRASE, CHEAP), TestClock())
    library.close()
    assert library._keys is None
    assert library._database._connections._key == b""
    assert library.vault._evidence_key._key == b""
