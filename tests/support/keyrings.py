"""A keyring in a file: stands in for the desktop's where the keyring itself is not what is tested."""

import json
from pathlib import Path


class FileKeyring:
    """Keeps passwords in a file, written whole or not at all."""

    name = "keyring of a test"

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def kept(self) -> dict[str, str]:
        return json.loads(self._path.read_text()) if self._path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write(self.kept | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self.kept
        del kept[f"{service}/{username}"]
        self._write(kept)

    def _write(self, kept: dict[str, str]) -> None:
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(kept))
        draft.replace(self._path)
