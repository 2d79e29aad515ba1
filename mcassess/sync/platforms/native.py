"""The connector to a native platform over HTTP: the only file that imports httpx. Judging answers is next door."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import TypeVar

import httpx

from mcassess import __version__
from mcassess.clock import Clock
from mcassess.errors import McassessError
from mcassess.store.accounts import Account
from mcassess.sync import wire
from mcassess.sync.platform import (
    CancelledError,
    Capabilities,
    Connect,
    ContentError,
    Heard,
    LaptopLostError,
    NotOurPlatformError,
    OfflineError,
    PlatformRefusedError,
    RemoteFile,
    Role,
    SignedOutError,
    UnreadableAnswerError,
)
from mcassess.sync.platforms import native_answers as answers
from mcassess.sync.platforms.address import is_loopback
from mcassess.sync.platforms.native_content import NativeContent
from mcassess.sync.platforms.native_messages import Answered, Asking, read, segment
from mcassess.sync.platforms.native_sign_in import NativeSignIn, Renewal
from mcassess.sync.platforms.sockets import Sockets
from mcassess.sync.wire_claims import ClaimRequest, ClaimResults
from mcassess.texts import tr

_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 30.0
_MESSAGE_SECONDS = 600.0  # one byte every 29 seconds must not hold a run for ever
_MESSAGE_BYTES = 8 << 20
_PROBLEM_BYTES = 256 << 10
_ELSEWHERE = {302, 303, 307, 308}
_T = TypeVar("_T")


class NativePlatform:
    """One account's connection to a native platform."""

    capabilities = Capabilities(receipts=True, digests=True, claims=True)

    def __init__(
        self,
        url: str,
        token: str,
        server_id: str | None,
        device_id: str,
        clock: Clock,
        renewal: Renewal | None = None,
    ) -> None:
        """Prepares the connection; no request is made.

        Args:
            url: As ``address.normalised`` gives it.
            token: Signs the assessor in; may be empty for what needs no sign-in.
            server_id: The platform that must answer; None while it is not known.
            device_id: Under which this library counts its operations.
            clock: Tells the time.
            renewal: Renews the token; None where it is one that lasts.
        """
        self._renewal = renewal
        self._base = url + wire.PREFIX
        self._token = token
        self._server_id = server_id
        self._device_id = device_id
        self._clock = clock
        self._heard: Heard | None = None
        self._sockets = Sockets()
        self._client = httpx.Client(
            # A proxy has no business between this laptop and itself.
            trust_env=not is_loopback(httpx.URL(url).host),
            # Reading the authorities takes longer than a request; where there is no TLS, none is trusted instead.
            verify=url.startswith("https:") or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            follow_redirects=False,
            timeout=httpx.Timeout(_SILENCE_SECONDS, connect=_CONNECT_SECONDS),
            headers={"User-Agent": f"mcassess/{__version__}", "Accept-Encoding": "identity"},
        )

    @property
    def heard(self) -> Heard | None:
        """What the last answer said about the platform; None before the first."""
        return self._heard

    def server(self) -> wire.ServerInfo:
        """Says who answers; the token is not sent."""
        return read(wire.ServerInfo, self._message("GET", "/server", signed=False))

    def me(self) -> wire.Me:
        """Says who is signed in."""
        return read(wire.Me, self._message("GET", "/me"))

    def changes(self, cursor: str | None, limit: int, wait_s: int = 0) -> wire.ChangesPage:
        """Returns what came after the cursor, or from the beginning; rows that cannot be read have type ``""``."""
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor is not None else {})
        if wait_s:
            query["wait"] = str(wait_s)
        return read(wire.ChangesPage, self._message("GET", "/changes", query=query))

    def submission(self, submission_id: str) -> wire.ChangeRow:
        """Returns one submission, as in the feed."""
        return read(wire.ChangeRow, self._message("GET", f"/submissions/{segment(submission_id)}"))

    def snapshot(self, page: str | None) -> wire.SnapshotPage:
        """Returns a page of all that is visible now."""
        query = {"page": page} if page is not None else {}
        return read(wire.SnapshotPage, self._message("GET", "/snapshot", query=query))

    def digest(self, cursor: str) -> wire.StateDigest:
        """Says in sum what the laptop should hold at this cursor."""
        return read(wire.StateDigest, self._message("GET", "/digest", query={"cursor": cursor}))

    def push(self, ops: list[bytes], receipts: dict[str, wire.Receipt] | None = None) -> wire.OpResults:
        """Sends operations, byte for byte as they are."""
        body = b'{"ops":[' + b",".join(ops) + b"]"
        if receipts:
            given = {op_id: receipt.model_dump(mode="json") for op_id, receipt in receipts.items()}
            body += b',"receipts":' + wire.canonical(given)
        return read(wire.OpResults, self._message("POST", "/ops", body=body + b"}"))

    def results(self, device_id: str, after_device_seq: int) -> wire.OpResults:
        """Returns what became of a device's operations after one of its numbers, the first of them."""
        query = {"device": device_id, "after_device_seq": str(after_device_seq)}
        return read(wire.OpResults, self._message("GET", "/ops", query=query))

    def claims(self, request: ClaimRequest) -> ClaimResults:
        """Claims, renews, releases or hands over; the same request again gets the same answer."""
        body = request.model_dump_json(exclude_defaults=True).encode()
        return read(ClaimResults, self._message("POST", "/claims", body=body))

    def open_content(self, file: RemoteFile, offset: int, until: int) -> NativeContent:
        """Begins to fetch a part of a file, up to ``until``; the platform may send the whole file all the same."""
        return self._signed_in(lambda: self._open(file, offset, until))

    def leaves(self, file: RemoteFile) -> wire.LeafList | None:
        """Returns the digests of a file's leaves, or None where there are none."""
        if file.role is not Role.CONTENT:
            return None
        path = f"/submissions/{segment(file.submission_id)}/evidence/{segment(file.evidence_id)}/chunks"
        try:
            return read(wire.LeafList, self._message("GET", path, query={"attempt": str(file.attempt)}))
        except (PlatformRefusedError, UnreadableAnswerError):
            return None

    def interrupt(self) -> None:
        """Breaks off, from another thread, what is going on; it and all that follows raises CancelledError."""
        self._sockets.shut()

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def exchange(self, asking: Asking) -> Answered:
        """Asks the platform anything that fits in memory, and returns what it answers.

        Raises:
            McassessError: There is no connection, somebody else answers, or the status is not an expected one.
        """
        return self._signed_in(lambda: self._exchange(asking)) if asking.signed else self._exchange(asking)

    def _exchange(self, asking: Asking) -> Answered:
        request, request_id = self._request(asking.method, asking.path, asking.query, asking.body, asking.headers)
        if not asking.signed:
            del request.headers["Authorization"]
        with self._answer(request, request_id) as (response, asked):
            received = dict(response.headers)
            if response.status_code not in asking.expected:
                raise self._failure(response, asked)
            heard = answers.recognise(received, asked)
            if answers.is_encoded(received):
                raise answers.not_ours()
            answered = Answered(response.status_code, received, self._body(response, _MESSAGE_BYTES))
        self._heard = heard
        return answered

    def _message(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: bytes | None = None,
        signed: bool = True,
    ) -> bytes:
        headers = {"Accept": wire.MEDIA_TYPE} | ({"Content-Type": wire.MEDIA_TYPE} if body is not None else {})
        answered = self.exchange(Asking(method, path, query or {}, body, headers, signed=signed))
        if not answers.is_message(answered.headers):
            raise answers.not_ours()
        return answered.body

    def _signed_in(self, action: Callable[[], _T]) -> _T:
        """Returns what the action returns; where the token has run out, it is renewed, and the action taken again."""
        used = self._token
        if self._renewal is not None and self._renewal.is_due():
            self._token = used = self._renewal.renewed(used, NativeSignIn(self).renewed)
        try:
            return action()
        except LaptopLostError:
            raise
        except SignedOutError:
            if self._renewal is None:
                raise
        self._token = self._renewal.renewed(used, NativeSignIn(self).renewed)
        return action()

    def _open(self, file: RemoteFile, offset: int, until: int) -> NativeContent:
        path = f"/submissions/{segment(file.submission_id)}/evidence/{segment(file.evidence_id)}/{file.role.value}"
        headers = {"Accept": "*/*"}
        if offset or until < file.size:
            last = until - 1 if until < file.size else ""
            headers |= {"Range": f"bytes={offset}-{last}", "If-Range": answers.content_etag(file.sha256)}
        request, request_id = self._request("GET", path, {"attempt": str(file.attempt)}, None, headers)
        with ExitStack() as stack:
            response, asked = stack.enter_context(self._answer(request, request_id))
            status, received = response.status_code, dict(response.headers)
            if status in _ELSEWHERE:
                answers.recognise(received, asked)
                place = answers.storage_place(received, str(request.url))
                stack.close()
                response, _ = stack.enter_context(self._answer(self._unsigned_request(place, headers), ""))
                part = answers.storage_part(response.status_code, dict(response.headers), file, range(offset, until))
            else:
                if status not in {200, 206, 416}:
                    refusal = self._failure(response, asked)
                    raise ContentError(refusal.text) if type(refusal) is PlatformRefusedError else refusal
                answers.recognise(received, asked)
                part = answers.content_part(status, received, file, range(offset, until))
            bare_socket = partial(_bare_socket, response)
            return NativeContent(part, response.iter_raw(), bare_socket, self._guarded, stack.pop_all())

    def _request(
        self, method: str, path: str, query: dict[str, str], body: bytes | None, headers: dict[str, str]
    ) -> tuple[httpx.Request, str]:
        request_id = self._clock.new_id()
        own = {
            "Authorization": f"Bearer {self._token}",
            wire.DEVICE_HEADER: self._device_id,
            wire.REQUEST_HEADER: request_id,
        }
        try:
            request = self._client.build_request(
                method,
                self._base + path,
                params=query or None,
                content=body,
                headers=own | headers,
                extensions={"trace": self._sockets.trace},
            )
        except httpx.InvalidURL:
            raise UnreadableAnswerError(
                tr("The platform has given something a name that is too long to ask for it. Tell your programme.")
            ) from None
        return request, request_id

    def _unsigned_request(self, url: str, headers: dict[str, str]) -> httpx.Request:
        """Returns a request that tells nobody who asks."""
        return self._client.build_request("GET", url, headers=headers, extensions={"trace": self._sockets.trace})

    @contextmanager
    def _answer(self, request: httpx.Request, request_id: str) -> Iterator[tuple[httpx.Response, answers.Asked]]:
        before = self._clock.now()
        with self._guarded():
            response = self._client.send(request, stream=True)
        after = self._clock.now()
        with closing(response):
            yield response, answers.Asked(request_id=request_id, server_id=self._server_id, before=before, after=after)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turns errors of the connection into ours. Only calls into httpx belong in the block, no file's errors."""
        try:
            yield
        except (httpx.HTTPError, httpx.StreamError, OSError, UnicodeError) as error:
            if self._sockets.were_shut:
                raise CancelledError from None
            raise _connection_error(error) from None

    def _failure(self, response: httpx.Response, asked: answers.Asked) -> McassessError:
        received = dict(response.headers)
        body = b"" if answers.is_encoded(received) else self._body(response, _PROBLEM_BYTES)
        return answers.failure(response.status_code, received, body, asked)

    def _body(self, response: httpx.Response, most: int) -> bytes:
        """Reads a body whole, within bounds of bytes and time."""
        until = self._clock.monotonic_ms() + _MESSAGE_SECONDS * 1000
        parts = bytearray()
        with self._guarded():
            for part in response.iter_raw():
                parts += part
                if len(parts) > most:
                    raise UnreadableAnswerError(
                        tr("The platform's answer is larger than it may be, so it was not read.")
                    )
                if self._clock.monotonic_ms() > until:
                    raise OfflineError(tr("The connection is too slow to sync. Try again in another network."))
        return bytes(parts)


def _bare_socket(response: httpx.Response) -> socket.socket | None:
    """Returns the socket on which the rest of a body comes, exactly as it is; None where it would have to be decoded.

    Reading much is several times quicker there, straight into the reader's own memory. The client keeps nothing back
    that has arrived: whoever has taken a block has taken all. It closes the connection afterwards, which it would
    otherwise use again.
    """
    stream = response.extensions.get("network_stream")
    if stream is None or "content-length" not in response.headers or "transfer-encoding" in response.headers:
        return None
    found = stream.get_extra_info("socket")
    inner = isinstance(stream.get_extra_info("ssl_object"), ssl.SSLObject)  # TLS within the TLS of a proxy
    return found if isinstance(found, socket.socket) and not inner else None


def connector(device_id: str, clock: Clock, renewals: Callable[[Account], Renewal | None] | None = None) -> Connect:
    """Returns what opens the connection of an account whose platform speaks the native protocol.

    Args:
        device_id: Under which this library counts its operations.
        clock: Tells the time.
        renewals: Gives what renews an account's token, where it is one that runs out.
    """

    def connect(account: Account) -> NativePlatform:
        renewal = renewals(account) if renewals is not None else None
        return NativePlatform(account.url, account.token, account.server_id or None, device_id, clock, renewal)

    return connect


def _offline() -> OfflineError:
    return OfflineError(
        tr("There is no connection to the platform. Your work is safe on this laptop; sync again when you are online.")
    )


def _connection_error(error: Exception) -> McassessError:
    if isinstance(error, (httpx.TimeoutException, TimeoutError)) and not isinstance(error, httpx.ConnectTimeout):
        return OfflineError(tr("Nothing came from the platform for 30 seconds. Sync again later."))
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return NotOurPlatformError(
            tr(
                "What answers at this address cannot prove that it is the platform: its certificate is not accepted. "
                "It may be the sign-in page of this network. Nothing was sent or changed."
            )
        )
    return _offline()
