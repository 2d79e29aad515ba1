"""Keys that a file beside the home keeps, as a keyring would: the evidence key can be replaced there."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from mcassess.store.evidence_key import Keeper
from mcassess.store.keys import KEY_FILE, Secrets


@dataclass(frozen=True)
class KeptKeys:
    """A keyring of one library; each change of it is whole or not there, as with a real one."""

    file: Path

    def unlock(self, home: Path) -> Secrets:
        if not self.file.exists():
            self._write({"main": Secrets.random().packed().hex()})
            (home / KEY_FILE).write_text('{"version": 1, "lock": "keyring", "library": "of a test"}')
        return Secrets.unpack(bytes.fromhex(self._read()["main"]))

    def keeper(self, home: Path) -> Keeper:  # noqa: ARG002 - as ReplaceableKeys has it
        return _Keeper(self)

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.file.read_text())
        return found

    def _write(self, entries: dict[str, str]) -> None:
        draft = self.file.with_suffix(f".{secrets.token_hex(4)}")
        draft.write_text(json.dumps(entries))
        draft.replace(self.file)


@dataclass(frozen=True)
class _Keeper:
    keys: KeptKeys

    def kept(self) -> list[bytes]:
        entries = self.keys._read()
        found = [Secrets.unpack(bytes.fromhex(entries["main"])).evidence]
        return [*found, bytes.fromhex(entries["beside"])] if "beside" in entries else found

    def keep_beside(self, key: bytes) -> None:
        self.keys._write(self.keys._read() | {"beside": key.hex()})

    def put_in_place(self, key: bytes) -> None:
        entries = self.keys._read()
        main = Secrets(Secrets.unpack(bytes.fromhex(entries["main"])).database, key)
        self.keys._write(entries | {"main": main.packed().hex()})
        self.keys._write({"main": main.packed().hex()})
