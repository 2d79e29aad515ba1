"""Signing in by device flow (RFC 8628): asking, agreeing, tokens, refreshing with overlap, and ending it."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from mcassess.clock import written
from mcassess.server.audit import note
from mcassess.server.data import PlatformData
from mcassess.server.problems import ProblemError
from mcassess.server.records import token_digest
from mcassess.server.tables_sign_in import device_request, sign_in
from mcassess.server.throttle import Limit, count, refuse_too_many
from mcassess.server.tokens import Token, read_token, write_token
from mcassess.sync.wire_sign_in import DeviceAuthorization, SignInError, Tokens

ACCESS_SECONDS = 3600
REQUEST_SECONDS = 900
POLL_SECONDS = 5
_POLLED_WITHIN = timedelta(seconds=POLL_SECONDS - 1)
ASKING = Limit(name="asking", burst=60, per_minute=20)
"""How often one address may ask for codes."""
FAILING = Limit(name="failing", burst=20, per_minute=10)
"""How often one address may fail to sign in."""
OVERLAP = timedelta(days=1)
"""How long an old refresh token stays good where the new one is not used."""
IDLE = timedelta(days=180)
"""A sign-in that was not refreshed for so long has ended."""
_MAX_REQUESTS = 1000
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no words come about; 8 of them are 25 thousand million codes."""


class SignInRefusedError(Exception):
    """No tokens are given; the first argument is OAuth's word for why."""

    def __init__(self, error: SignInError, text: str = "") -> None:
        super().__init__(error)
        self.error: SignInError = error
        self.text = text


def ask(data: PlatformData, address: str, device_id: str, device_name: str, page: str) -> DeviceAuthorization:
    """Notes that a laptop wants to be signed in.

    Args:
        address: Where it asks from.
        page: Address of the page on which the person agrees.

    Raises:
        ProblemError: It asks too often, or too many others are waiting.
    """
    refuse_too_many(data, ASKING, address)
    device_code = secrets.token_urlsafe(32)
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    user_code = f"{letters[:4]}-{letters[4:]}"
    now = data.clock.now()
    table = device_request
    with data.write() as connection:
        count(data, connection, ASKING, address)
        connection.execute(delete(table).where(table.c.expires_at < written(now)))
        if (connection.execute(select(func.count()).select_from(table)).scalar() or 0) >= _MAX_REQUESTS:
            raise ProblemError("too-many-requests", retry_after_s=60)
        connection.execute(delete(table).where(table.c.user_code == user_code))
        connection.execute(
            insert(table).values(
                device_code_sha256=token_digest(device_code),
                user_code=user_code,
                device_id=device_id,
                device_name=device_name,
                expires_at=written(now + timedelta(seconds=REQUEST_SECONDS)),
            )
        )
    return DeviceAuthorization(
        device_code=device_code,
        user_code=user_code,
        verification_uri=page,
        verification_uri_complete=f"{page}?user_code={user_code}",
        expires_in=REQUEST_SECONDS,
        interval=POLL_SECONDS,
    )


def answer(data: PlatformData, user_code: str, person_id: str, *, agreed: bool, actor: str | None = None) -> str | None:
    """Writes down what a person answers to a laptop's request.

    Args:
        actor: Who answers for her; None: she herself.

    Returns:
        What the laptop calls itself; None if no such request is waiting.
    """
    letters = "".join(letter for letter in user_code.upper() if letter in _LETTERS)
    table, now = device_request, written(data.clock.now())
    with data.write() as connection:
        row = connection.execute(
            select(table).where(
                table.c.user_code == f"{letters[:4]}-{letters[4:]}",
                table.c.expires_at >= now,
                table.c.sign_in_id.is_(None),
                table.c.denied_at.is_(None),
            )
        ).one_or_none()
        if row is None:
            return None
        values: dict[str, Any] = {"denied_at": now}
        if agreed:
            values = {"sign_in_id": _sign_in(data, connection, row, person_id)}
        connection.execute(update(table).where(table.c.user_code == row.user_code).values(**values))
        action = "laptop.signed_in" if agreed else "laptop.refused"
        note(connection, now, actor or person_id, action, person=person_id, device=row.device_id)
    return str(row.device_name)


def tokens_of_device_code(data: PlatformData, device_code: str) -> Tokens:
    """Returns the tokens of a laptop whose person has agreed; asked again, the same ones, until they were used.

    Raises:
        SignInRefusedError: She has not agreed yet, has refused, or the code is not good any more.
    """
    table = device_request
    with data.read() as connection:
        row = connection.execute(
            select(table).where(table.c.device_code_sha256 == token_digest(device_code))
        ).one_or_none()
        if row is None or row.expires_at < written(data.clock.now()):
            raise SignInRefusedError("expired_token")
        if row.denied_at is not None:
            raise SignInRefusedError("access_denied")
        signed_in = None if row.sign_in_id is None else _row(connection, row.sign_in_id)
    if row.sign_in_id is None:
        raise SignInRefusedError(_not_yet(data, row))
    if signed_in is None or signed_in.ended_at is not None or signed_in.generation > 0:
        raise SignInRefusedError("invalid_grant", "the code was used")
    return _tokens(data, row.sign_in_id, 0)


def _not_yet(data: PlatformData, row: Row[Any]) -> SignInError:
    """Says that the person has not agreed yet, or that it is asked too often; notes when it was asked."""
    now = data.clock.now()
    if row.polled_at is not None and timedelta() <= _age(row.polled_at, now) < _POLLED_WITHIN:
        return "slow_down"
    table = device_request
    mine = table.c.device_code_sha256 == row.device_code_sha256
    with data.write() as connection:
        connection.execute(update(table).where(mine).values(polled_at=written(now)))
    return "authorization_pending"


def refresh(data: PlatformData, text: str) -> Tokens:
    """Returns new tokens for a refresh token.

    The one that is sent stays good until the next one is used, a day at most. An older one ends the sign-in: it is in
    two hands.

    Raises:
        SignInRefusedError: The token does not count any more.
    """
    token = read_token(data.token_key, text)
    if token is None or token.kind != "refresh":
        raise SignInRefusedError("invalid_grant")
    now = data.clock.now()
    with data.write() as connection:
        row = _row(connection, token.sign_in)
        if row is None or row.ended_at is not None or _age(row.used_at, now) > IDLE:
            raise SignInRefusedError("invalid_grant")
        good = _may_refresh(row, token.number, now)
        if not good:
            _end(connection, sign_in.c.id == row.id, "reused", now)
            note(connection, written(now), row.person_id, "sign_in.reused", sign_in=row.id, device=row.device_id)
        elif token.number > row.generation:
            # Also far above it: a restored backup has forgotten the ones between.
            used = {"generation": token.number, "used_at": written(now)}
            connection.execute(update(sign_in).where(sign_in.c.id == row.id).values(**used))
    if not good:
        raise SignInRefusedError("invalid_grant", "the token was used before; sign in again")
    return _tokens(data, token.sign_in, token.number)


def revoke(data: PlatformData, text: str) -> None:
    """Ends the sign-in that a token of either kind is of; does nothing where it is none."""
    token = read_token(data.token_key, text)
    if token is not None:
        with data.write() as connection:
            end_sign_in(connection, token.sign_in, data.clock.now())


def end_sign_in(connection: Connection, identifier: str, now: datetime, actor: str | None = None) -> bool:
    """Ends one sign-in; tells whether there was one that had not ended.

    Args:
        actor: Who ends it; None: whoever it is of.
    """
    row = _row(connection, identifier)
    if row is None or not _end(connection, sign_in.c.id == identifier, "revoked", now):
        return False
    note(connection, written(now), actor or row.person_id, "sign_in.ended", sign_in=row.id, device=row.device_id)
    return True


def lose_sign_ins(connection: Connection, person_id: str, now: datetime) -> None:
    """Notes that the laptops of a person are lost: each destroys its evidence at its next contact."""
    _end(connection, sign_in.c.person_id == person_id, "lost", now)


def signed_in_person(data: PlatformData, connection: Connection, text: str) -> str | None:
    """Returns the id of the person whom an access token signs in; None if it does not count.

    Raises:
        ProblemError: The laptop was noted as lost.
    """
    token = read_token(data.token_key, text)
    if token is None:
        return None
    row = _row(connection, token.sign_in)
    if row is not None and row.ended_by == "lost":
        raise ProblemError("laptop-lost")
    if row is None or row.ended_at is not None or token.kind != "access":
        return None
    return str(row.person_id) if data.clock.now().timestamp() < token.number else None


def is_lost(data: PlatformData, text: str) -> bool:
    """Tells whether a refresh token is of a laptop that was noted as lost."""
    token = read_token(data.token_key, text)
    if token is None:
        return False
    with data.read() as connection:
        row = _row(connection, token.sign_in)
    return row is not None and row.ended_by == "lost"


def sign_ins(connection: Connection, person_id: str | None = None) -> list[Row[Any]]:
    """Returns the sign-ins, newest first; of one person where she is given."""
    query = select(sign_in).order_by(sign_in.c.signed_in_at.desc(), sign_in.c.id)
    if person_id is not None:
        query = query.where(sign_in.c.person_id == person_id)
    return list(connection.execute(query))


def _sign_in(data: PlatformData, connection: Connection, request: Row[Any], person_id: str) -> str:
    identifier, now = data.clock.new_id(), written(data.clock.now())
    connection.execute(
        insert(sign_in).values(
            id=identifier,
            person_id=person_id,
            device_id=request.device_id,
            device_name=request.device_name,
            signed_in_at=now,
            generation=0,
            used_at=now,
        )
    )
    return identifier


def _may_refresh(row: Row[Any], number: int, now: datetime) -> bool:
    if number == row.generation:
        return _age(row.used_at, now) <= OVERLAP
    return bool(number > row.generation)


def _tokens(data: PlatformData, identifier: str, generation: int) -> Tokens:
    until = int(data.clock.now().timestamp()) + ACCESS_SECONDS
    return Tokens(
        access_token=write_token(data.token_key, Token("access", identifier, until)),
        expires_in=ACCESS_SECONDS,
        refresh_token=write_token(data.token_key, Token("refresh", identifier, generation + 1)),
    )


def _row(connection: Connection, identifier: str) -> Row[Any] | None:
    return connection.execute(select(sign_in).where(sign_in.c.id == identifier)).one_or_none()


def _end(connection: Connection, which: Any, why: str, now: datetime) -> int:  # noqa: ANN401 - a clause of SQLAlchemy
    # That a laptop is lost counts over every other end.
    still = (
        or_(sign_in.c.ended_at.is_(None), sign_in.c.ended_by != "lost")
        if why == "lost"
        else sign_in.c.ended_at.is_(None)
    )
    ended = update(sign_in).where(which, still).values(ended_at=written(now), ended_by=why)
    return connection.execute(ended).rowcount


def _age(at: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(at)
