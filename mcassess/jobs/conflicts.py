"""What waits for the assessor, as plain objects: both sides, and the ways on. Going one is in resolving.py."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mcassess.clock import written
from mcassess.domain.kinds import Outcome
from mcassess.domain.submission import Policy
from mcassess.errors import WorldError
from mcassess.jobs.sentences import outcome_name
from mcassess.store.library import Library
from mcassess.store.mass_removals import MassRemoval
from mcassess.store.outbox import OpState, OutboxRow
from mcassess.store.queue import QueueRow
from mcassess.store.sessions import Reading
from mcassess.sync.platforms.native_answers import one_line
from mcassess.sync.ways import Refusal, Way, ways_on
from mcassess.texts import tr, tr_n

MASS_REMOVAL = "mass-removal"


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOn:
    """One way on.

    Attributes:
        text: What a button says.
        recommended: Whether it is the one that is right most often.
    """

    way: Way
    text: str
    recommended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One thing that waits for the assessor.

    Attributes:
        name: What ``mcassess resolve`` takes: the operation's id, or ``mass-removal:ACCOUNT``.
        key: The library's key of the submission; None where it is about none.
        kind: Of the operation.
        code: The platform's word for the reason.
        title: Micro-credential, educator and attempt.
        text: One sentence: what happened.
        mine: What the assessor did, in a line.
        platform: How it stands on the platform, in a line.
        current: The same as the platform sent it.
    """

    name: str
    key: int | None
    submission: str | None
    attempt: int | None
    kind: str
    code: str
    title: str
    text: str
    mine: str
    platform: str
    ways: tuple[WayOn, ...]
    current: Mapping[str, Any]


def conflicts(library: Library) -> list[Conflict]:
    """Returns what waits for the assessor, in the order in which it was sealed."""
    with library.read() as reading:
        return list_conflicts(reading)


def list_conflicts(reading: Reading) -> list[Conflict]:
    """Returns the same within a transaction."""
    waiting = [row for row in reading.outbox.list() if row.state is OpState.ATTENTION]
    rows = {row.key: row for row in reading.queue.rows(sorted({each.key for each in waiting}))}
    found = [_conflict(reading, each, rows[each.key]) for each in waiting]
    return [*_mass_removals(reading), *found]


def as_document(conflict: Conflict) -> dict[str, Any]:
    """Returns a conflict as ``mcassess conflicts --json`` prints it."""
    return {
        "op": conflict.name,
        "submission": conflict.submission,
        "attempt": conflict.attempt,
        "kind": conflict.kind,
        "code": conflict.code,
        "title": conflict.title,
        "text": conflict.text,
        "mine": conflict.mine,
        "platform": conflict.platform,
        "current": dict(conflict.current),
        "ways": [{"way": each.way.value, "text": each.text, "recommended": each.recommended} for each in conflict.ways],
    }


def refusal_of(reading: Reading, row: OutboxRow) -> Refusal:
    """Returns what is known of a refused operation; where its micro-credential is missing, with the usual policy."""
    problem = (row.result or {}).get("problem") or {}
    try:
        policy = reading.submissions.get(row.key).microcredential.policy
    except WorldError:
        policy = Policy()
    code, current = str(problem.get("code") or ""), problem.get("current") or {}
    mine = _rubric_name(json.loads(row.payload).get("base") or {})
    same = mine is not None and mine == _rubric_name(current)
    return Refusal(kind=row.kind, code=code, policy=policy, current=current, same_version=same)


def _conflict(reading: Reading, row: OutboxRow, shown: QueueRow) -> Conflict:
    refusal = refusal_of(reading, row)
    operation = json.loads(row.payload)
    ways = ways_on(refusal)
    return Conflict(
        name=row.op_id,
        key=row.key,
        submission=row.submission_id,
        attempt=row.attempt,
        kind=row.kind,
        code=refusal.code,
        title=tr("{title} · {educator}, attempt {attempt}").format(
            title=shown.microcredential_title, educator=shown.educator_shown, attempt=row.attempt
        ),
        text=_sentence(refusal, operation, row),
        mine=" · ".join(_mine(operation, row)),
        platform=" · ".join(_platform(refusal)),
        ways=tuple(
            WayOn(way=way, text=_way_text(way, refusal, operation), recommended=not place)
            for place, way in enumerate(ways)
        ),
        current=refusal.current,
    )


def _mass_removals(reading: Reading) -> Iterator[Conflict]:
    for account in reading.accounts.list():
        removal = reading.mass_removals.get(account.key)
        if removal is not None and not removal.confirmed:
            yield _mass_removal(removal, account.url)


def _mass_removal(removal: MassRemoval, url: str) -> Conflict:
    return Conflict(
        name=f"{MASS_REMOVAL}:{removal.account}",
        key=None,
        submission=None,
        attempt=None,
        kind=MASS_REMOVAL,
        code=MASS_REMOVAL,
        title=url,
        text=tr(
            "The platform wants to take {count} of your {all} submissions away. Ask your programme whether that is "
            "meant."
        ).format(count=removal.count, all=removal.all),
        mine=tr("All are still here, and so is everything that you recorded"),
        platform=tr("{count} submissions are not shown any more").format(count=removal.count),
        ways=(
            WayOn(way=Way.KEEP, text=tr("Keep them for now"), recommended=True),
            WayOn(way=Way.REMOVE, text=tr("It is meant: take them off my queue")),
        ),
        current={"count": removal.count, "all": removal.all},
    )


def _sentence(refusal: Refusal, operation: dict[str, Any], row: OutboxRow) -> str:
    base, current = operation.get("base") or {}, refusal.current
    known = {
        "already-decided": tr("Somebody else's decision on this attempt was accepted first."),
        "attempt-superseded": tr("The educator has sent a newer attempt meanwhile."),
        "attempt-unknown": tr(
            "The platform does not know this attempt at present. It keeps your decision and applies it by itself when "
            "the attempt returns; there is nothing to do."
        ),
        "evidence-changed": tr(
            "The platform was restored from a backup, and has other evidence under this attempt than you judged."
        ),
        "rubric-changed": tr(
            "The rubric was changed on the platform after you worked with it (v{mine} → v{now})."
        ).format(mine=_version(base), now=_version(current)),
        "claim-lost": tr("The platform does not count the submission as yours any more."),
        "lease-expired": tr("Your claim on the submission ran out before the decision arrived."),
        "withdrawn": tr("The educator has withdrawn the submission."),
        "assessor-removed": tr("You are not an assessor of this programme any more. The platform keeps your decision."),
        "device-revoked": tr("This laptop may not send any more. The platform keeps your decision."),
        "policy": tr("The programme's rules do not allow it as it is: {reason}."),
        "too-large": tr("It is larger than the platform takes."),
    }
    if refusal.same_version:
        known["rubric-changed"] = tr(
            "The platform was restored from a backup, and v{version} of the rubric says something else there than when "
            "you worked with it."
        ).format(version=_version(base))
    text = known.get(refusal.code) if refusal.is_decision else None
    return (text or tr("The platform refused it: {reason}.")).format(reason=_reason(row))


def _reason(row: OutboxRow) -> str:
    problem = (row.result or {}).get("problem") or {}
    return _bounded(problem.get("detail") or row.last_error or "").rstrip(".")


def _rubric_name(of: Mapping[str, Any]) -> tuple[Any, Any] | None:
    rubric = of.get("rubric")
    return (rubric.get("id"), rubric.get("version")) if isinstance(rubric, dict) else None


def _version(of: Mapping[str, Any]) -> str:
    rubric = of.get("rubric")
    return _bounded(rubric.get("version", "?")) if isinstance(rubric, dict) else "?"


def _mine(operation: dict[str, Any], row: OutboxRow) -> Iterator[str]:
    body = operation.get("body") or {}
    yield outcome_name(row.outcome) if row.outcome is not None else row.kind
    if scores := body.get("scores"):
        text = tr_n("{n} criterion scored on v{version}", "{n} criteria scored on v{version}", len(scores))
        yield text.format(n=len(scores), version=_version(operation.get("base") or {}))
    if words := len(str(body.get("feedback") or body.get("text") or "").split()):
        yield tr_n("{n} word", "{n} words", words).format(n=words)
    yield tr("recorded {time}").format(time=_local(written(row.sealed_at)))


def _platform(refusal: Refusal) -> Iterator[str]:
    current = refusal.current
    decision, claim = current.get("decision"), current.get("claim")
    if "attempt" in current:
        text = tr("attempt {attempt}, rubric v{version}")
        yield text.format(attempt=_bounded(current["attempt"]), version=_version(current))
    if isinstance(decision, dict):
        text = tr("{outcome}, decided by {name} {time}")
        yield text.format(
            outcome=_outcome(decision.get("outcome")),
            name=_bounded(decision.get("assessor") or tr("somebody else")),
            time=_local(str(decision.get("accepted_at") or "")),
        ).strip()
    elif current:
        yield tr("not decided by anyone")
    if isinstance(claim, dict) and not claim.get("mine"):
        yield tr("held by {name}").format(name=_bounded(claim.get("assessor") or tr("somebody else")))


def _outcome(name: object) -> str:
    try:
        return outcome_name(Outcome(str(name)))
    except ValueError:
        return _bounded(name)


def _local(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text).astimezone():%d.%m. %H:%M}"
    except ValueError:
        return _bounded(text)


def _bounded(said: object) -> str:
    """A platform's words as one line of bounded length."""
    return one_line(str(said))


def _way_text(way: Way, refusal: Refusal, operation: dict[str, Any]) -> str:
    mine, now = _version(operation.get("base") or {}), _version(refusal.current)
    if way is Way.CARRY and refusal.code == "rubric-changed" and refusal.same_version:
        return tr("Carry my scores to what v{version} says now").format(version=now)
    if way is Way.CARRY and refusal.code == "rubric-changed":
        return tr("Carry my scores to v{version}").format(version=now)
    return {
        Way.KEEP_RUBRIC: tr("Keep my decision on v{version}, the version this educator worked from"),
        Way.CARRY: tr("Open the new attempt with my scores as a draft"),
        Way.OLD_ATTEMPT: tr("Send it for the attempt that I reviewed"),
        Way.CLAIM_AGAIN: tr("Claim it again and send"),
        Way.SECOND_OPINION: tr("Send mine as a second opinion"),
        Way.ASK: tr("Ask the coordinator"),
        Way.EDIT: tr("Open the review again"),
        Way.SEND_AGAIN: tr("Send it again"),
        Way.EXPORT: tr("Save it for the coordinator"),
        Way.RECORD: tr("Keep mine as a record"),
    }[way].format(version=mine)
