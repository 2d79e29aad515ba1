"""What the end points ask for: the platform's data, and who is signed in. Who may do what is decided elsewhere."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from mcassess.server.data import PlatformData
from mcassess.server.problems import DEVICE_REVOKED, ProblemError
from mcassess.server.records import Person, is_of_lost_laptop, is_revoked, person_of_id, person_of_token
from mcassess.server.sign_in import signed_in_person
from mcassess.sync import wire

_BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="A personal token, or one of the device flow.")


def _platform(request: Request) -> PlatformData:
    data: PlatformData = request.app.state.data
    return data


Platform = Annotated[PlatformData, Depends(_platform)]


def _known(
    request: Request, data: Platform, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> Person:
    token = given.credentials.strip() if given else ""
    with data.read() as connection:
        identifier = signed_in_person(data, connection, token)
        person = person_of_id(connection, identifier) if identifier else person_of_token(connection, token)
        lost = person is None and is_of_lost_laptop(connection, token)
        device = request.headers.get(wire.DEVICE_HEADER, "")
        if person is not None and is_revoked(connection, person, device):
            person = replace(person, standing=person.standing or DEVICE_REVOKED)
    if lost:
        raise ProblemError(wire.LAPTOP_LOST)
    if person is None:
        raise ProblemError("not-signed-in", headers={"WWW-Authenticate": "Bearer"})
    return person


Known = Annotated[Person, Depends(_known)]
"""Whoever has a token, also who has left: what she did is taken in from her, and nothing else."""


def _signed_in(person: Known) -> Person:
    if person.standing:
        raise ProblemError(person.standing)
    return person


SignedIn = Annotated[Person, Depends(_signed_in)]
