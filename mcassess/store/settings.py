"""What the library remembers of itself and of the assessor's choices: plain JSON by name."""

from typing import Any

from mcassess.store.session import Repository, from_json, to_json

DEVICE_SETTING = "device_id"
"""Under which the library counts its changes and operations."""
LOCK_SETTING = "lock_minutes"
"""After how many minutes without a sign of life the window locks; 0 means never."""

PASSWORDS_SETTING = "document_passwords"
"""What opens documents, by the SHA-256 of their files; gone with the document."""


class Settings(Repository):
    """Settings by name."""

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - plain JSON
        """Returns a setting, or ``default`` where it was never set."""
        value = self._session.sql("SELECT value FROM setting WHERE name = ?", name).scalar_one_or_none()
        return default if value is None else from_json(value)

    def set(self, name: str, value: Any) -> None:  # noqa: ANN401 - plain JSON
        """Remembers a setting."""
        _ = self._session.touched
        self._session.sql("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", name, to_json(value))
