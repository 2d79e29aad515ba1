"""Adding to a restored database what could be read of the one it replaces: work of the assessor, matched by its ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from mcassess.store.salvage import Row, Salvage


@dataclass(slots=True)
class Merged:
    """What was added.

    Attributes:
        touched: Keys of submissions whose review, outbox or self is new.
    """

    changes: int = 0
    operations: int = 0
    submissions: int = 0
    touched: set[int] = field(default_factory=set)


class Merge:
    """One merge of a damaged database into a sound one, within one transaction of the latter.

    Rows are matched by what the platform or the device calls them, never by row ids, since after a restore these part
    ways. Where both have an operation or a file, the damaged database knows the later state.
    """

    def __init__(self, source: Salvage, connection: Connection) -> None:
        self._source = source
        self._connection = connection
        self._columns: dict[str, list[str]] = {}
        self.merged = Merged()

    def run(self) -> Merged:
        """Adds all that can be read, in the order in which rows refer to each other."""
        accounts = self._map("account", ("server_id", "assessor_id"), {})
        for table in ("microcredential", "rubric", "former_rubric"):
            for row in self._source.rows(table):
                self._insert(table, self._placed(row, account=accounts))
        submissions = self._submissions(accounts)
        self._files(submissions)
        reviews = self._map("review", ("submission", "attempt"), {"submission": submissions})
        self._changes(reviews)
        self._operations(accounts, submissions)
        self._attachments(submissions)
        self._settings()
        return self.merged

    def _map(self, table: str, identity: tuple[str, str], references: dict[str, dict[int, int]]) -> dict[int, int]:
        """Inserts the rows of a table that are new, and returns where each row is now, by where it was."""
        known = self._identities(table, identity)
        places = {key: key for key in known.values()}  # for rows that cannot be read: mostly they are where they were
        for row in self._source.rows(table):
            old = row.pop("key")
            placed = self._placed(row, **references)
            name = tuple(placed[column] for column in identity)
            if any(placed[column] is None for column in references):  # what it belongs to could not be read
                places.pop(old, None)
                continue
            if name not in known:
                self._insert(table, placed)
                known |= self._identities(table, identity, name)
            places[old] = known[name]
        return places

    def _submissions(self, accounts: dict[int, int]) -> dict[int, int]:
        known = self._identities("submission", ("account", "id"))
        places = {key: key for key in known.values()}
        missing: dict[int, Row] = {}
        for row in self._source.rows("submission"):
            placed = self._placed(row, account=accounts)
            name = (placed["account"], placed["id"])
            if name in known:
                places[row["key"]] = known[name]
            else:
                missing[row["key"]] = placed
                places.pop(row["key"], None)
        for body in self._source.rows("submission_body") if missing else ():
            if body["key"] not in missing:
                continue
            placed = missing[body["key"]]
            placed.pop("key")
            self._insert("submission", placed)
            new = self._identities("submission", ("account", "id"), (placed["account"], placed["id"])).popitem()[1]
            self._insert("submission_body", {**body, "key": new})
            places[body["key"]] = new
            self.merged.submissions += 1
            self.merged.touched.add(new)
        return places

    def _files(self, submissions: dict[int, int]) -> None:
        for row in self._source.rows("evidence_file"):
            self._insert("evidence_file", row)
            if row["wrapped_key"] is not None or row["destroyed_at"] is not None:
                names = [name for name in self._columns_of("evidence_file") if name != "sha256" and name in row]
                self._run(
                    f"UPDATE evidence_file SET {', '.join(f'{name} = ?' for name in names)} "  # noqa: S608 - our columns
                    "WHERE sha256 = ? AND state = 'wanted'",
                    *(row[name] for name in names),
                    row["sha256"],
                )
        for row in self._source.keyed_rows("evidence"):
            if submissions.get(row["submission"]) in self.merged.touched:
                self._insert("evidence", self._placed(row, submission=submissions))

    def _changes(self, reviews: dict[int, int]) -> None:
        owners = dict(self._all("SELECT key, submission FROM review"))
        known = {row[0] for row in self._all("SELECT id FROM change")}
        places = {row[0]: int(row[1]) for row in self._all("SELECT review, max(row) FROM change GROUP BY review")}
        for row in self._source.rows("change"):
            if row["id"] in known or row["review"] not in reviews:
                continue
            placed = self._placed(row, review=reviews)
            places[placed["review"]] = placed["row"] = places.get(placed["review"], placed["review"] << 32) + 1
            self._insert("change", placed)
            self.merged.changes += 1
            self.merged.touched.add(owners[reviews[row["review"]]])

    def _operations(self, accounts: dict[int, int], submissions: dict[int, int]) -> None:
        known = dict(self._all("SELECT op_id, submission FROM outbox"))
        read = {row["op_id"]: row for row in self._source.rows("outbox")}
        if "outbox" not in self._source.incomplete:
            for op_id in known.keys() - read.keys():  # taken back since
                self._run("DELETE FROM outbox WHERE op_id = ? AND state = 'ready' AND tries = 0", op_id)
                self.merged.touched.add(known[op_id])
        for op_id, row in read.items():
            if row["submission"] not in submissions:
                continue
            if op_id in known:
                self._run("DELETE FROM outbox WHERE op_id = ?", op_id)  # the same bytes, in an earlier state
            else:
                self.merged.operations += 1
            self._insert("outbox", self._placed(row, account=accounts, submission=submissions))
            self.merged.touched.add(submissions[row["submission"]])

    def _attachments(self, submissions: dict[int, int]) -> None:
        for row in self._source.rows("attachment"):
            row.pop("key")
            placed = self._placed(row, submission=submissions)
            self._run(
                "DELETE FROM attachment WHERE submission = ? AND attempt = ? AND sha256 = ?",
                *(placed[name] for name in ("submission", "attempt", "sha256")),
            )
            self._insert("attachment", placed)

    def _settings(self) -> None:
        for row in self._source.keyed_rows("setting"):
            if row["name"] == "device_seq":
                self._run(
                    "INSERT INTO setting (name, value) VALUES ('device_seq', ?1) ON CONFLICT (name) DO UPDATE "
                    "SET value = max(CAST(value AS INTEGER), CAST(?1 AS INTEGER))",
                    row["value"],
                )
            elif row["name"] != "device_id":
                self._run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", row["name"], row["value"])

    def _identities(
        self, table: str, columns: tuple[str, str], only: tuple[object, ...] | None = None
    ) -> dict[tuple[object, ...], int]:
        where = "" if only is None else f" WHERE {columns[0]} = ? AND {columns[1]} = ?"
        rows = self._all(f"SELECT {', '.join(columns)}, key FROM {table}{where}", *(only or ()))  # noqa: S608 - ours
        return {(row[0], row[1]): int(row[2]) for row in rows}

    @staticmethod
    def _placed(row: Row, **references: Mapping[int, int]) -> Row:
        """Returns a row with its references led to where the rows are now; None where such a row is not there."""
        return row | {name: places.get(row[name]) for name, places in references.items()}

    def _insert(self, table: str, row: Row) -> None:
        names = [name for name in self._columns_of(table) if name in row]
        if any(row[name] is None for name in ("account", "submission", "review") if name in row):
            return
        self._run(
            f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
            *(row[name] for name in names),
        )

    def _columns_of(self, table: str) -> list[str]:
        if table not in self._columns:
            self._columns[table] = [row[1] for row in self._all(f"PRAGMA table_info({table})")]
        return self._columns[table]

    def _all(self, statement: str, *values: object) -> Iterable[Any]:
        return self._connection.exec_driver_sql(statement, values).all()

    def _run(self, statement: str, *values: object) -> None:
        self._connection.exec_driver_sql(statement, values)
