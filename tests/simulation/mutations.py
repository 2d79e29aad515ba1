"""Deliberate breakages, each a switch: a simulation that does not notice one of them proves nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import true

from mcassess.server import (
    deciding,
    feed,
    operations,
    remarks,
    revising,
    routes_feed,
    routes_submissions,
    sign_in,
    views,
)
from mcassess.server.tokens import read_token
from mcassess.store.outbox import Outbox
from mcassess.store.submissions import Submissions
from mcassess.store.vault import Vault
from mcassess.sync import exchange, plan, pull, push, runner
from mcassess.sync.run import Step
from tests.simulation.laptop import Laptop
from tests.simulation.setting import Setting
from tests.simulation.taking_over import everywhere
from tests.simulation.world import Broken

HARSH = Setting(submissions=4, assessors=2, devices=1, trouble=0.3, deaths=0.2, steps=14)


@dataclass(frozen=True)
class Mutation:
    """A breakage.

    broken: is in force while the block lasts.
    setting: a world in which it matters.
    """

    broken: Broken
    setting: Setting


MUTATIONS: dict[str, Mutation] = {}


def mutation(**changes: Any) -> Callable[[Callable[[Any], Iterator[Any]]], None]:
    """Registers a breakage: a generator that yields the patches to put on; ``changes`` are those of the setting."""

    def register(make: Callable[[Any], Iterator[Any]]) -> None:
        @contextmanager
        def broken(world: Any) -> Iterator[None]:
            with ExitStack() as stack:
                for each in make(world):
                    stack.enter_context(each)
                yield

        MUTATIONS[make.__name__] = Mutation(broken, replace(HARSH, **changes))

    return register


# -- those of the design


@mutation(trouble=0.0, deaths=0.0, rushes=0.9, assessors=3, steps=10)
def compare_and_set_in_two_statements(world: Any) -> Iterator[Any]:
    kept = deciding._compare_and_set

    def split(work: Any, *arguments: Any, **more: Any) -> bool:
        driver, name = work.connection.connection.dbapi_connection, work.op.submission_id
        driver.execute("SAVEPOINT compared")
        holds = kept(work, *arguments, **more)
        driver.execute("ROLLBACK TO compared")
        driver.execute("COMMIT")  # between the comparing and the setting, others may come
        world.pause()
        driver.execute("BEGIN IMMEDIATE")
        if holds:
            driver.execute("UPDATE submission SET state = 'decided', version = version + 1 WHERE id = ?", [name])
        return holds

    yield patch.object(deciding, "_compare_and_set", split)


@mutation(trouble=0.0, deaths=0.9, wishes=("syncs",))
def cursor_stored_before_its_rows(world: Any) -> Iterator[Any]:
    kept = pull._apply

    def apply(run: Any, rows: Any, *, cursor: str | None) -> Any:
        if cursor is not None:
            with run.library.write("sync") as writing:
                writing.accounts.update(run.account.key, cursor=cursor)
        return kept(run, rows, cursor=None)

    yield patch.object(pull, "_apply", apply)


@mutation()
def result_of_an_operation_not_stored(world: Any) -> Iterator[Any]:
    kept = operations._settle

    def settle(data: Any, connection: Any, person: Any, incoming: Any, receipt: Any) -> Any:
        known = connection.exec_driver_sql("SELECT 1 FROM operation WHERE op_id = ?", (incoming.op_id,)).first()
        if known is None:
            return kept(data, connection, person, incoming, receipt)
        return operations._answer(connection, operations.place(data, connection, person, incoming))

    yield patch.object(operations, "_settle", settle)


@mutation(trouble=0.0, wishes=("claims", "works", "syncs"))
def fence_ignored(world: Any) -> Iterator[Any]:
    yield patch.object(deciding, "_holds", lambda _work: true())


@mutation(trouble=0.0, deaths=0.0, events=("the_platform_is_backed_up", "the_platform_is_put_back"))
def epoch_ignored(world: Any) -> Iterator[Any]:
    def heal(run: Any, _heard: Any) -> Any:
        exchange.take(run, Step.PUSH, lambda: push.push(run))
        return exchange.take(run, Step.PULL, lambda: pull.pull(run, afresh=False))

    yield patch.object(exchange, "_heal", heal)


@mutation(trouble=0.4, deaths=0.0, faults=("answer_lost", "gateway_afterwards"), wishes=("syncs",), by_code=1.0)
def refresh_without_overlap(world: Any) -> Iterator[Any]:
    kept = sign_in.refresh

    def refresh(data: Any, text: str) -> Any:
        tokens = kept(data, text)
        new = read_token(data.token_key, tokens.refresh_token)
        with data.write() as connection:  # the former one is gone before anybody has the new one
            connection.exec_driver_sql("UPDATE sign_in SET generation = ? WHERE id = ?", (new.number, new.sign_in))
        return tokens

    yield patch.object(sign_in, "refresh", refresh)


@mutation(faults=("flipped_byte",), trouble=0.6, wishes=("syncs",))
def file_taken_for_whole_before_its_hash(world: Any) -> Iterator[Any]:
    kept = Vault._ended

    def ended(self: Vault, name: str, sha256: str, size: int, _found: str) -> Any:
        return kept(self, name, sha256, size, sha256)

    yield patch.object(Vault, "_ended", ended)


@mutation()
def bytes_written_anew_on_upgrade(world: Any) -> Iterator[Any]:
    kept = Laptop.open

    def opened(self: Laptop) -> Any:
        library = kept(self)
        with library.write() as writing:
            for row in writing.outbox.list():
                spaced = bytes(row.payload).replace(b'","', b'", "')
                writing.outbox._session.sql("UPDATE outbox SET payload = ? WHERE op_id = ?", spaced, row.op_id)
        return library

    yield patch.object(Laptop, "open", opened)


@mutation()
def refused_operation_left_at_the_head(world: Any) -> Iterator[Any]:
    def refuse(self: Outbox, op_id: str, _result: Any) -> None:
        self.put_back(op_id, "refused")

    yield patch.object(Outbox, "refuse", refuse)


# -- and others


@mutation(faults=("answer_lost", "gateway_afterwards"), trouble=0.5, wishes=("works", "syncs", "takes_back"))
def sent_before_it_is_marked(world: Any) -> Iterator[Any]:
    yield patch.object(push, "_marked", lambda _run, rows: list(rows))
    yield patch.object(Outbox, "put_back", lambda *_: None)


@mutation()
def receipts_not_looked_at(world: Any) -> Iterator[Any]:
    yield patch.object(plan, "_proves", lambda *_: True)


@mutation(
    faults=("page_of_before",),
    trouble=0.5,
    deaths=0.0,
    wishes=("syncs",),
    events=("something_small_changes",),
    submissions=2,
)
def older_rows_overwrite_newer_ones(world: Any) -> Iterator[Any]:
    kept = Submissions.put_submission

    def put(self: Submissions, account: int, submission: Any, version: int, raw: str, **more: Any) -> Any:
        self._session.sql("UPDATE submission SET version = 0 WHERE account = ? AND id = ?", account, submission.id)
        return kept(self, account, submission, version, raw, **more)

    yield patch.object(Submissions, "put_submission", put)


@mutation(trouble=0.0, deaths=0.0, wishes=("works", "syncs"), events=("a_coordinator_acts",), submissions=2, steps=24)
def removal_takes_the_review_along(world: Any) -> Iterator[Any]:
    kept = Submissions.remove

    def remove(self: Submissions, account: int, kind: str, name: str, version: int, reason: str) -> None:
        kept(self, account, kind, name, version, reason)
        self._session.sql(
            "DELETE FROM change WHERE review IN (SELECT r.key FROM review r JOIN submission s ON s.key = r.submission "
            "WHERE s.account = ? AND s.id = ?)",
            account,
            name,
        )

    yield patch.object(Submissions, "remove", remove)


@mutation(
    trouble=0.0, deaths=0.0, wishes=("works", "syncs"), events=("an_educator_resubmits",), submissions=2, steps=24
)
def attempt_not_compared(world: Any) -> Iterator[Any]:
    kept = deciding._compare_and_set

    def compare(work: Any, *arguments: Any, **more: Any) -> bool:
        base = work.op.base.model_copy(update={"attempt": work.stored.submission.attempt})
        return kept(replace(work, op=work.op.model_copy(update={"base": base})), *arguments, **more)

    yield patch.object(deciding, "_compare_and_set", compare)


@mutation()
def feed_skips_a_row(world: Any) -> Iterator[Any]:
    kept = feed._page

    def page(viewer: Any, after: int, limit: int) -> Any:
        rows, reached, more = kept(viewer, after, limit)
        return (rows[:-1], reached, more) if len(rows) > 1 and viewer.skipping else (rows, reached, more)

    original = feed.changes_page

    def skipping(*arguments: Any) -> Any:
        feed._Viewer.skipping = world.actors.now is not None
        try:
            return original(*arguments)
        finally:
            feed._Viewer.skipping = False

    yield patch.object(feed._Viewer, "skipping", False, create=True)
    yield patch.object(feed, "_page", page)
    yield patch.object(routes_feed, "changes_page", skipping)


# -- those that only people who leave, revise or have another version of the program notice


@mutation(trouble=0.0, deaths=0.0, wishes=("comments", "syncs"))
def comment_confirmed_and_not_kept(world: Any) -> Iterator[Any]:
    yield patch.object(remarks, "_recorded", lambda work, **_: work.applied())


@mutation(trouble=0.0, deaths=0.0, wishes=("revises", "syncs"), steps=20)
def revision_confirmed_and_not_made(world: Any) -> Iterator[Any]:
    yield patch.object(revising, "accept", lambda work, *_, **__: work.applied())


@mutation(trouble=0.0, deaths=0.0, wishes=("works", "syncs"), events=("somebody_comes_or_goes",))
def who_has_left_is_still_heard(world: Any) -> Iterator[Any]:
    kept = operations._answer

    def answer(connection: Any, found: Any) -> Any:
        return kept(connection, replace(found, person=replace(found.person, standing="")))

    yield patch.object(operations, "_answer", answer)
    yield patch.object(operations, "is_revoked", lambda *_: False)


@mutation(trouble=0.0, deaths=0.0, wishes=("syncs",), events=("somebody_comes_or_goes",))
def evidence_stays_with_who_has_left(world: Any) -> Iterator[Any]:
    yield patch.object(runner, "_destroy_evidence", lambda *_: None)


@mutation(trouble=0.0, deaths=0.0, wishes=("syncs",), events=("evidence_is_looked_after",))
def withheld_evidence_given_out(world: Any) -> Iterator[Any]:
    kept = views.shown

    def shown(submission: Any, *arguments: Any, **more: Any) -> Any:
        found = kept(submission, *arguments, **more)
        return replace(found, evidence=tuple(replace(piece, available=True) for piece in found.evidence))

    yield patch.object(routes_submissions, "may_be_fetched", lambda _piece: True)
    yield from everywhere("mcassess.server", "shown", shown)


@mutation(trouble=0.3, deaths=0.0, faults=("other_version",), wishes=("works", "syncs"))
def another_version_taken_for_a_refusal(world: Any) -> Iterator[Any]:
    yield patch.object(push, "TooOldError", ())


@mutation()
def log_quotes_what_was_sent(world: Any) -> Iterator[Any]:
    kept = operations._settle

    def settle(*arguments: Any) -> Any:
        try:
            return kept(*arguments)
        finally:
            operations._LOG.info("settled %s", arguments[3].payload)

    yield patch.object(operations, "_settle", settle)
