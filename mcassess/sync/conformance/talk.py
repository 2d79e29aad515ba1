"""Talking to a platform under test: plain requests, whole answers, and what a check says when it is not content."""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mcassess.clock import Clock
from mcassess.errors import WorldError
from mcassess.sync import wire
from mcassess.texts import tr

_SECONDS = 30.0
_MOST_BYTES = 64 << 20


class FaultError(Exception):
    """The platform does not do what the protocol wants; the text says what it did."""


class NotAskedError(Exception):
    """A check could not be made here; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One whole answer.

    Attributes:
        headers: With names in lower case.
        request_id: What was sent to be repeated.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_id: str

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:  # noqa: ANN401 - whatever the platform says
        """Returns the body as JSON.

        Raises:
            FaultError: It is none.
        """
        try:
            return json.loads(self.body)
        except ValueError:
            raise FaultError(f"the body of an answer with status {self.status} is not JSON") from None


@dataclass(slots=True, kw_only=True)
class Talk:
    """One assessor's side of a conversation.

    Attributes:
        url: Of the platform, without the protocol's prefix.
        token: Signs her in; empty asks without.
        device: The id of her laptop.
    """

    url: str
    token: str
    device: str
    clock: Clock
    _sent: int = field(default=0)

    def get(
        self, path: str, query: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Asks for something."""
        return self.ask("GET", path, headers=headers, query=query)

    def post(self, path: str, document: object) -> Answer:
        """Sends a JSON document."""
        body = json.dumps(document, ensure_ascii=False).encode()
        return self.ask("POST", path, body=body, headers={"Content-Type": wire.MEDIA_TYPE})

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, object] | None = None,
    ) -> Answer:
        """Makes one request on a connection of its own.

        Raises:
            WorldError: There is no answer.
            FaultError: The answer is no HTTP, or far too large.
        """
        place = urlsplit(self.url)
        asked = {name: str(value) for name, value in (query or {}).items() if value is not None}
        target = f"{place.path.rstrip('/')}{wire.PREFIX}{path}" + (f"?{urlencode(asked)}" if asked else "")
        request_id = self.clock.new_id()
        own = {wire.DEVICE_HEADER: self.device, wire.REQUEST_HEADER: request_id, "User-Agent": "mcassess-conformance"}
        if self.token:
            own["Authorization"] = f"Bearer {self.token}"
        connection = _connection(place.scheme, place.hostname or "", place.port)
        try:
            connection.request(method, target, body, own | dict(headers or {}))
            response = connection.getresponse()
            content = response.read(_MOST_BYTES + 1)
            found = {name.lower(): value for name, value in response.getheaders()}
        except http.client.HTTPException as error:
            raise FaultError(f"{method} {path}: the answer is not whole HTTP ({type(error).__name__})") from None
        except OSError as error:
            text = tr("{url} does not answer: {reason}.")
            raise WorldError(text.format(url=self.url, reason=error.strerror or type(error).__name__)) from None
        finally:
            connection.close()
        if len(content) > _MOST_BYTES:
            raise FaultError(f"{method} {path}: the answer has more than {_MOST_BYTES} bytes")
        return Answer(status=response.status, headers=found, body=content, request_id=request_id)

    def message(self, path: str, query: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Returns the message that a path answers.

        Raises:
            FaultError: It answers something else.
        """
        return self.document(self.get(path, query), path)

    def document(self, answer: Answer, what: str) -> dict[str, Any]:
        """Returns the JSON object of a successful answer."""
        must(answer.status == 200, f"{what} answers {answer.status}, not 200: {_said(answer)}")
        found = answer.json()
        must(isinstance(found, dict), f"{what} answers no JSON object")
        assert isinstance(found, dict), "tested just now"
        return found


def must(holds: object, otherwise: str) -> None:
    """Ends a check unless something holds.

    Raises:
        FaultError: It does not.
    """
    if not holds:
        raise FaultError(otherwise)


def refused(answer: Answer, status: int, code: str, what: str) -> dict[str, Any]:
    """Returns the problem by which something was refused.

    Raises:
        FaultError: It was not, or otherwise than by this status and code.
    """
    must(answer.status == status, f"{what} answers {answer.status}, not {status}: {_said(answer)}")
    must(answer.media_type == wire.PROBLEM_TYPE, f"{what} is refused as {answer.media_type!r}, not as a problem")
    problem = answer.json()
    found = problem.get("code") if isinstance(problem, dict) else None
    must(found == code, f"{what} is refused by the code {found!r}, not {code!r}")
    assert isinstance(problem, dict), "it has a code"
    return problem


def segment(identifier: str) -> str:
    """Returns an id as it stands in a path."""
    return quote(identifier, safe="") if identifier.strip(".") else "%2E" * len(identifier)


def _said(answer: Answer) -> str:
    return answer.body[:200].decode("utf-8", "replace")


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=_SECONDS)
