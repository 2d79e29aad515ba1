"""Judging what an HTTP server answered: is it our platform, and what does it say? Pure: plain values in, errors out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from pydantic import ValidationError

from mcassess.errors import McassessError
from mcassess.sync import wire
from mcassess.sync.platform import (
    BusyError,
    ContentError,
    CursorExpiredError,
    Heard,
    LaptopLostError,
    NotOurPlatformError,
    PlatformRefusedError,
    RateLimitedError,
    RemoteFile,
    RoleEndedError,
    SignedOutError,
    TooOldError,
)
from mcassess.sync.platforms.address import is_loopback
from mcassess.sync.retry import may_be_retried, parse_retry_after
from mcassess.texts import tr

_EXPIRED = {"cursor-expired", "cursor-scope", "epoch-changed"}
_ENDED = {
    "assessor-removed": tr(
        "You are not an assessor of this programme any more, so its evidence was destroyed on this laptop. What you "
        "wrote stays; what you sealed is kept by the platform for your coordinator."
    ),
    "device-revoked": tr(
        "The programme has revoked this laptop, so its evidence was destroyed here. What you wrote stays; what you "
        "sealed is kept by the platform for your coordinator."
    ),
}
_TOO_OLD = "protocol-unsupported"
_LONGEST_DETAIL = 500
_LONGEST_ADDRESS = 8000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked, as far as it helps to judge the answer.

    Attributes:
        request_id: The id that the answer has to repeat.
        server_id: The platform that must answer; None while it is not known.
        before: The laptop's time when the question left.
        after: The laptop's time when the answer began.
    """

    request_id: str
    server_id: str | None
    before: datetime
    after: datetime


def recognise(headers: Mapping[str, str], asked: Asked) -> Heard:
    """Returns what the headers say about the platform.

    Args:
        headers: With names in lower case.

    Raises:
        NotOurPlatformError: They are not those of the platform that was asked.
    """
    server_id = headers.get(wire.SERVER_HEADER.lower(), "")
    epoch = headers.get(wire.EPOCH_HEADER.lower(), "")
    time = _moment(headers.get(wire.TIME_HEADER.lower(), ""))
    if not server_id or not epoch or time is None or headers.get(wire.REQUEST_HEADER.lower()) != asked.request_id:
        raise not_ours()
    if asked.server_id is not None and server_id != asked.server_id:
        raise NotOurPlatformError(
            tr(
                "Another platform answers at this address than the one that was connected, so nothing was sent or "
                "changed. Check the address with your programme."
            )
        )
    middle = asked.before + (asked.after - asked.before) / 2
    return Heard(server_id=server_id, epoch=epoch, clock_offset_ms=round((time - middle).total_seconds() * 1000))


def not_ours() -> NotOurPlatformError:
    """Returns the error for an answer that did not come from our platform."""
    return NotOurPlatformError(
        tr(
            "What answers at this address is not an mcassess platform. It may be the sign-in page of this network: "
            "open a browser, sign in there, and try again. Nothing was sent or changed."
        )
    )


def is_message(headers: Mapping[str, str]) -> bool:
    """Tells whether an answer says that it is a message of the native protocol."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == wire.MEDIA_TYPE.partition(";")[0]


def is_encoded(headers: Mapping[str, str]) -> bool:
    """Tells whether the bytes are packed in a way that was not asked for; they would be neither bounded nor exact."""
    return headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}


def failure(status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> McassessError:
    """Returns the error that an answer without success stands for."""
    retry_after = parse_retry_after(headers.get("retry-after"), asked.after)
    try:
        recognise(headers, asked)
        problem = _problem(headers, body)
    except NotOurPlatformError as error:
        # A gateway before the platform may say that it is busy, or that the platform is.
        return _busy(status, retry_after) if may_be_retried(status) else error
    if may_be_retried(status):
        return _busy(status, retry_after if retry_after is not None else problem.retry_after_s)
    if problem.code == wire.LAPTOP_LOST:
        return LaptopLostError(
            tr(
                "Your programme has noted that this laptop is lost, so its evidence was destroyed. What you wrote is "
                "still here. If the laptop is with you, ask your programme for a new token and connect again."
            )
        )
    if status == 401:
        return SignedOutError(
            tr(
                "The platform does not accept the token: it is wrong, or it was revoked. Ask your programme for a new "
                "one and connect again. Everything on this laptop stays as it is."
            )
        )
    said = problem.detail or problem.title
    text = tr("The platform refused: {reason}").format(reason=one_line(said))
    if status == 410 and problem.code in _EXPIRED:
        return CursorExpiredError(text, problem.code, status)
    if problem.code in _ENDED:
        return RoleEndedError(_ENDED[problem.code], problem.code, status)
    if problem.code == _TOO_OLD:
        return TooOldError(
            tr(
                "This program is too old for the platform: what is new cannot be read until you install a newer "
                "version. What you have sealed is still sent, and everything here stays as it is."
            ),
            problem.code,
            status,
        )
    return PlatformRefusedError(text, problem.code, status)


def content_part(status: int, headers: Mapping[str, str], file: RemoteFile, asked: range) -> range:
    """Returns which bytes of the file a successful answer brings: those that were asked for, or all.

    Raises:
        ContentError: The answer does not bring the file that was asked for.
    """
    etag = headers.get("etag")
    if status == 416:
        raise ContentError(tr("The platform has another size for this file than it announced. Sync again."))
    if etag is not None and etag != content_etag(file.sha256):
        raise ContentError(tr("The platform now has another file than the one it announced. Sync again."))
    return _part(status, headers, file, asked)


def storage_place(headers: Mapping[str, str], asked: str) -> str:
    """Returns where the platform has the bytes of a file, when it sends elsewhere for them.

    Args:
        headers: Of the platform's answer, with names in lower case.
        asked: The address that was asked.

    Raises:
        ContentError: It is no address that may be asked: only TLS, or loopback from loopback.
    """
    location = headers.get("location")
    if location is None or len(location) > _LONGEST_ADDRESS or not _may_be_asked(location, asked):
        raise ContentError(tr("The platform sent to an address for this file that is not safe to ask."))
    return urljoin(asked, location).partition("#")[0]


def _may_be_asked(location: str, asked: str) -> bool:
    try:
        place = urljoin(asked, location)
        parts = urlsplit(place)
        port = parts.port
    except ValueError:
        return False
    host, from_loopback = parts.hostname or "", is_loopback(urlsplit(asked).hostname or "")
    safe = parts.scheme == "https" or (parts.scheme == "http" and from_loopback and is_loopback(host))
    plain = place.isascii() and place.isprintable() and " " not in place and "@" not in parts.netloc
    return safe and plain and bool(host) and port != 0


def storage_part(status: int, headers: Mapping[str, str], file: RemoteFile, asked: range) -> range:
    """Returns which bytes of the file come from where the platform sent for them.

    Raises:
        TransientError: The address has run out, or the storage is busy: ask the platform for another.
        ContentError: The answer does not bring the file that was asked for.
    """
    if status in {401, 403, 404, 410} or may_be_retried(status):
        raise BusyError(tr("Where the platform keeps this file, it was not to be had. Sync again later."))
    if status not in {200, 206}:
        raise ContentError(tr("Where the platform keeps this file, something else answers. Sync again later."))
    return _part(status, headers, file, asked)


def _part(status: int, headers: Mapping[str, str], file: RemoteFile, asked: range) -> range:
    if is_encoded(headers):
        raise ContentError(tr("The network changed the file on its way. Try again in another network."))
    length = headers.get("content-length")
    if status == 200:
        part = range(file.size)
    elif headers.get("content-range", "").strip() == f"bytes {asked.start}-{asked.stop - 1}/{file.size}":
        part = asked
    else:
        raise ContentError(tr("The platform sent another part of the file than was asked for."))
    if length is not None and length != str(len(part)):
        raise ContentError(tr("The platform announced a file of another size than it sends."))
    return part


def content_etag(sha256: str) -> str:
    """Returns the strong ETag of the file with this digest."""
    return f'"sha256-{sha256}"'


def one_line(text: str) -> str:
    """Returns a platform's words as one line of bounded length, without control characters."""
    plain = "".join(char if char.isprintable() else " " for char in text[: _LONGEST_DETAIL * 4])
    return " ".join(plain.split())[:_LONGEST_DETAIL]


def _problem(headers: Mapping[str, str], body: bytes) -> wire.Problem:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != wire.PROBLEM_TYPE:
        raise not_ours()
    try:
        return wire.Problem.model_validate_json(body)
    except ValidationError:
        pass
    raise not_ours()


def _busy(status: int, retry_after_s: float | None) -> BusyError:
    if status == 429:
        return RateLimitedError(tr("The platform asks to be left alone for a while. Sync again later."), retry_after_s)
    text = tr("The platform cannot answer now (status {status}). Sync again later.").format(status=status)
    return BusyError(text, retry_after_s)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
