"""Attachments up to a native platform, piece by piece."""

from mcassess.sync import wire
from mcassess.sync.platform import PlatformRefusedError, UnreadableAnswerError
from mcassess.sync.platforms.native_answers import one_line
from mcassess.sync.platforms.native_messages import Answered, Asking, Exchange, read, segment
from mcassess.sync.wire_uploads import (
    COMPLETE_HEADER,
    DIGEST_HEADER,
    LENGTH_HEADER,
    OFFSET_HEADER,
    OFFSET_TYPE,
    UploadRequest,
    UploadState,
    content_digest,
)
from mcassess.texts import tr


class NativeUploads:
    """The two things that are asked about an upload."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def begin(self, request: UploadRequest) -> UploadState:
        """Announces a file, or asks how much of it has arrived."""
        headers = {"Content-Type": wire.MEDIA_TYPE, "Accept": wire.MEDIA_TYPE}
        body = request.model_dump_json().encode()
        expected = frozenset({200, 400})
        answered = self._exchange.exchange(Asking("POST", "/uploads", body=body, headers=headers, expected=expected))
        if answered.status == 200:
            return _plausible(request, read(UploadState, answered.body))
        return _begun_anew(request, answered, 0)

    def send(self, request: UploadRequest, offset: int, piece: bytes) -> UploadState:
        """Sends the bytes from ``offset`` on, and returns how much has arrived then: that may be less, or more."""
        last = offset + len(piece) == request.size
        headers = {
            "Content-Type": OFFSET_TYPE,
            "Accept": wire.MEDIA_TYPE,
            OFFSET_HEADER: str(offset),
            LENGTH_HEADER: str(request.size),
            COMPLETE_HEADER: "?1" if last else "?0",
            DIGEST_HEADER: content_digest(piece),
        }
        path = f"/uploads/{segment(request.upload_id)}"
        expected = frozenset({200, 400, 404, 409, 410})
        answered = self._exchange.exchange(Asking("PATCH", path, body=piece, headers=headers, expected=expected))
        if answered.status == 200:
            return _plausible(request, read(UploadState, answered.body))
        if answered.status in {404, 410}:
            return self.begin(request)  # forgotten meanwhile
        return _begun_anew(request, answered, offset)


def _begun_anew(request: UploadRequest, answered: Answered, offset: int) -> UploadState:
    """Returns where an upload stands that the platform wants to have gone on elsewhere than it was."""
    if answered.status == 409 or _code(answered) == "digest-mismatch":
        stands = answered.headers.get(OFFSET_HEADER.lower(), str(offset))
        if stands.isascii() and stands.isdigit() and int(stands[:15]) <= request.size:
            return UploadState(upload_id=request.upload_id, offset=int(stands[:15]), size=request.size, complete=False)
    raise _refused(answered)


def _plausible(request: UploadRequest, state: UploadState) -> UploadState:
    if state.size != request.size or not 0 <= state.offset <= request.size:
        raise UnreadableAnswerError(tr("The platform's answer about a file on its way up cannot be understood."))
    return state


def _code(answered: Answered) -> str:
    try:
        return wire.Problem.model_validate_json(answered.body).code
    except ValueError:
        return ""


def _refused(answered: Answered) -> PlatformRefusedError:
    code = _code(answered)
    text = tr("The platform refused: {reason}").format(reason=one_line(code or str(answered.status)))
    return PlatformRefusedError(text, code, answered.status)
