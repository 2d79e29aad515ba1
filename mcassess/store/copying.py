"""Copying an encrypted database, compact and without the values that no copy may hold. Knows no table of ours."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

Blanked = Mapping[str, Mapping[str, str] | None]
"""What is not copied: by table and column, the SQL that stands in its place; None leaves out a virtual table."""


def copy_database(connection: Any, target: Path, blanked: Blanked) -> None:  # noqa: ANN401 - the driver has no types
    """Writes what one moment's read transaction sees to a new file, with the key of the original.

    Blanked values never reach the file, so that there is nothing in it to overwrite. Durable only after an fsync.

    Args:
        connection: Of the driver, in no transaction, and of no further use to anybody.
        target: A file that is not there yet.
        blanked: What is not copied.
    """
    connection.execute("ATTACH ? AS copy", (str(target),))  # without a key of its own it gets the original's
    for pragma in ("journal_mode = OFF", "synchronous = OFF"):  # a copy that is not finished is thrown away
        connection.execute(f"PRAGMA copy.{pragma}")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN")
    version = connection.execute("PRAGMA main.user_version").fetchone()[0]
    entries = connection.execute(
        "SELECT type, name, sql, rootpage FROM main.sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    ).fetchall()
    entries = [entry for entry in entries if not _is_left_out(entry[1], blanked)]
    tables = [(name, sql) for kind, name, sql, root in entries if kind == "table" and root]
    for name, sql in tables:
        if name.startswith("sqlite_"):
            continue
        connection.execute(_within_copy(sql))
        connection.execute(_copy_rows(connection, name, blanked.get(name) or {}))
    for kind, _, sql, _ in entries:
        if kind == "index":
            connection.execute(_within_copy(sql))
    # Virtual tables and triggers stand in the schema alone; what a virtual table keeps was copied with the tables.
    connection.execute("PRAGMA writable_schema = ON")
    for kind, name, _, root in entries:
        if kind in {"trigger", "view"} or not root:
            connection.execute(
                "INSERT INTO copy.sqlite_master SELECT * FROM main.sqlite_master WHERE type = ? AND name = ?",
                (kind, name),
            )
    connection.execute(f"PRAGMA copy.user_version = {version}")
    connection.execute("COMMIT")
    connection.execute("PRAGMA writable_schema = OFF")
    connection.execute("DETACH copy")


def _is_left_out(name: str, blanked: Blanked) -> bool:
    # A virtual table keeps what it holds in tables that begin with its name.
    left_out = [table for table, columns in blanked.items() if columns is None]
    return any(name == table or name.startswith(f"{table}_") for table in left_out)


def _within_copy(sql: str) -> str:
    """Returns a CREATE statement with its object in the copy; SQLite keeps its first words in one form."""
    for begin in ("CREATE TABLE ", "CREATE UNIQUE INDEX ", "CREATE INDEX "):
        if sql.startswith(begin):
            return f"{begin}copy.{sql.removeprefix(begin)}"
    raise ValueError("neither a table nor an index")


def _copy_rows(connection: Any, name: str, blanked: Mapping[str, str]) -> str:  # noqa: ANN401 - as above
    if not blanked:  # in this form SQLite copies rows as they are, without taking them apart
        return f'INSERT INTO copy."{name}" SELECT * FROM main."{name}"'  # noqa: S608 - names of our own
    columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info('{name}')")]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(blanked.get(column, f'"{column}"') for column in columns)
    return f'INSERT INTO copy."{name}" ({names}) SELECT {values} FROM main."{name}"'  # noqa: S608 - names of our own
