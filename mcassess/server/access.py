"""What the end points ask for: the platform's data, and who is signed in. Who may do what is decided elsewhere."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from mcassess.server.data import PlatformData
from mcassess.server.problems import ProblemError
from mcassess.server.records import Person, is_of_lost_laptop, person_of_token
from mcassess.sync import wire

_BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="A personal token, or one of the device flow.")


def _platform(request: Request) -> PlatformData:
    data: PlatformData = request.app.state.data
    return data


Platform = Annotated[PlatformData, Depends(_platform)]


def _signed_in(data: Platform, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Person:
    token = given.credentials.strip() if given else ""
    with data.read() as connection:
        person = person_of_token(connection, token) if token else None
        lost = person is None and is_of_lost_laptop(connection, token)
    if lost:
        raise ProblemError(wire.LAPTOP_LOST)
    if person is None:
        raise ProblemError("not-signed-in", headers={"WWW-Authenticate": "Bearer"})
    return person


SignedIn = Annotated[Person, Depends(_signed_in)]
