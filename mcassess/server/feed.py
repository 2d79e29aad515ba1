"""The feed of changes, the snapshot and the digest, as one person sees them; writes get their place in it here."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import Connection, delete, insert, select, tuple_

from mcassess.domain.submission import MicroCredential, Submission
from mcassess.server import tables
from mcassess.server.cursors import read_cursor, write_cursor
from mcassess.server.data import PlatformData
from mcassess.server.involved import Involved, involved_in
from mcassess.server.problems import ProblemError
from mcassess.server.records import Person, microcredential_of, submission_of
from mcassess.server.schema import last_seq, next_seq
from mcassess.server.views import shown, sight
from mcassess.sync.wire import (
    MAX_PAGE,
    ChangeRow,
    ChangesPage,
    ResourceType,
    SnapshotPage,
    StateDigest,
    TypeDigest,
    resource_adapter,
    state_digest,
)

MAX_PAGE_BYTES = 1 << 20


def add_to_feed(connection: Connection, kind: ResourceType, identifier: str, version: int) -> int:
    """Notes in the writing transaction that an entity has a new version; returns the change's ``seq``.

    Only the latest change of an entity is kept. Versions of a rubric stand side by side, for submissions stay
    pinned to theirs.
    """
    entity = f"{identifier}\n{version}" if kind == "rubric" else identifier
    table = tables.feed
    connection.execute(delete(table).where(table.c.type == kind, table.c.entity == entity))
    seq = next_seq(connection)
    connection.execute(insert(table).values(seq=seq, type=kind, id=identifier, version=version, entity=entity))
    return seq


def changes_page(data: PlatformData, person: Person, cursor: str | None, limit: int) -> ChangesPage:
    """Returns the changes after a cursor, in the order of ``seq``.

    Raises:
        ProblemError: The cursor is not good any more.
    """
    after = read_cursor(data, person, cursor).get("s", 0) if cursor else 0
    with data.read() as connection:
        if after > last_seq(connection):
            raise ProblemError("cursor-expired")
        rows, reached, more = _page(_Viewer(data, connection, person), after, limit)
    return ChangesPage(changes=rows, next=write_cursor(data, person, s=reached), more=more)


def snapshot_page(data: PlatformData, person: Person, page: str | None, limit: int = MAX_PAGE) -> SnapshotPage:
    """Returns a page of all that is visible; what changes meanwhile comes again by the feed.

    Raises:
        ProblemError: The page's token is not good any more.
    """
    fields = read_cursor(data, person, page) if page else {}
    with data.read() as connection:
        start = fields.get("b", last_seq(connection))
        rows, reached, more = _page(_Viewer(data, connection, person), fields.get("p", 0), limit)
    return SnapshotPage(
        changes=[row for row in rows if row.op == "upsert"],
        page=write_cursor(data, person, b=start, p=reached) if more else None,
        cursor=None if more else write_cursor(data, person, s=start),
    )


def digest(data: PlatformData, person: Person, cursor: str | None) -> StateDigest:
    """Returns the sum of all that a person may see.

    Raises:
        ProblemError: The cursor is not good any more.
    """
    fields = read_cursor(data, person, cursor) if cursor else {}
    names: list[tuple[str, str, int]] = []
    with data.read() as connection:
        last, reached, more = last_seq(connection), 0, True
        while more:
            rows, reached, more = _page(_Viewer(data, connection, person), reached, MAX_PAGE)
            names += [(row.type, row.id, row.version) for row in rows if row.op == "upsert"]
    # Types of which there is nothing are named too, or a laptop could not tell that it holds too much.
    none = {kind: TypeDigest(count=0, xor="0" * 64) for kind in get_args(ResourceType)}
    return StateDigest(
        cursor=write_cursor(data, person, s=last),
        caught_up=fields.get("s", -1) == last,
        types=none | state_digest(names),
    )


def visible_submission(
    data: PlatformData, connection: Connection, person: Person, identifier: str
) -> tuple[Submission, ChangeRow] | None:
    """Returns a submission with all that the platform knows, and what of it a person may have; None if nothing."""
    table = tables.feed
    row = connection.execute(select(table).where(table.c.type == "submission", table.c.entity == identifier)).first()
    if row is None:
        return None
    viewer = _Viewer(data, connection, person)
    change = next(iter(viewer.rows([row])))
    return (viewer.submissions[identifier], change) if change.op == "upsert" else None


def _page(viewer: "_Viewer", after: int, limit: int) -> tuple[list[ChangeRow], int, bool]:
    """Returns rows after a ``seq``, the ``seq`` that was reached, and whether there is more."""
    table = tables.feed
    limit = max(1, min(limit, MAX_PAGE))
    raw = viewer.connection.execute(
        select(table).where(table.c.seq > after).order_by(table.c.seq).limit(limit + 1)
    ).all()
    page: list[ChangeRow] = []
    size = 0
    for row in viewer.rows(raw[:limit]):
        size += len(json.dumps(row.data))
        if page and size > MAX_PAGE_BYTES:
            return page, page[-1].seq, True
        page.append(row)
    return page, page[-1].seq if page else after, len(raw) > limit


@dataclass(frozen=True, slots=True)
class _Resources:
    microcredentials: dict[str, MicroCredential]
    involved: dict[str, Involved]


class _Viewer:
    """Turns rows of the feed into what one person gets, a page at a time."""

    def __init__(self, data: PlatformData, connection: Connection, person: Person) -> None:
        self.connection = connection
        self.submissions: dict[str, Submission] = {}
        self._data = data
        self._person = person

    def rows(self, raw: Sequence[Any]) -> Iterator[ChangeRow]:
        """Yields a change for each row, in their order."""
        resources = self._load([row.id for row in raw if row.type == "submission"])
        microcredentials = self._stored(tables.microcredential, [r.id for r in raw if r.type == "microcredential"])
        rubrics = self._rubrics([(row.id, row.version) for row in raw if row.type == "rubric"])
        for row in raw:
            if row.type == "submission":
                yield self._submission(row, resources)
            else:
                document = rubrics[row.id, row.version] if row.type == "rubric" else microcredentials[row.id]
                yield _upsert(row, json.loads(document))

    def _submission(self, row: Any, resources: _Resources) -> ChangeRow:  # noqa: ANN401 - a row of the feed
        submission = self.submissions[row.id]
        policy = resources.microcredentials[submission.microcredential].policy
        involved = resources.involved[row.id]
        seen = sight(self._person, submission, policy, involved)
        if isinstance(seen, str):
            return ChangeRow(seq=row.seq, type=row.type, id=row.id, version=row.version, op="remove", reason=seen)
        hidden = shown(seen, policy, self._data.alias_secret, appealed=involved.appeal > 0)
        return _upsert(row, resource_adapter("submission").dump_python(hidden, mode="json"))

    def _load(self, ids: list[str]) -> _Resources:
        if not ids:
            return _Resources({}, {})
        table = tables.submission
        found = [submission_of(row) for row in self.connection.execute(select(table).where(table.c.id.in_(ids)))]
        self.submissions = {each.submission.id: each.submission for each in found}
        documents = self._stored(
            tables.microcredential, list({each.microcredential for each in self.submissions.values()})
        )
        return _Resources(
            {identifier: microcredential_of(document) for identifier, document in documents.items()},
            involved_in(self.connection, found),
        )

    def _stored(self, table: Any, ids: list[str]) -> dict[str, bytes]:  # noqa: ANN401 - one of our tables
        if not ids:
            return {}
        rows = self.connection.execute(select(table.c.id, table.c.data).where(table.c.id.in_(ids)))
        return {row.id: row.data for row in rows}

    def _rubrics(self, pins: list[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        table = tables.rubric
        if not pins:
            return {}
        rows = self.connection.execute(select(table).where(tuple_(table.c.id, table.c.version).in_(pins)))
        return {(row.id, row.version): row.data for row in rows}


def _upsert(row: Any, document: dict[str, Any]) -> ChangeRow:  # noqa: ANN401 - a row of the feed
    return ChangeRow(seq=row.seq, type=row.type, id=row.id, version=row.version, op="upsert", data=document)
