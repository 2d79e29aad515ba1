"""Refusals as RFC 9457 problems, and their codes."""

from typing import Any

from mcassess.sync.wire import Problem

DEVICE_REVOKED = "device-revoked"

TITLES: dict[str, tuple[int, str]] = {
    "not-signed-in": (401, "The token is missing or not known"),
    "laptop-lost": (403, "This laptop was noted as lost"),
    "forbidden": (403, "This is for others to see"),
    "not-found": (404, "There is no such thing here"),
    "method-not-allowed": (405, "This cannot be done here"),
    "protocol-unsupported": (400, "The platform does not speak this version of the protocol"),
    "bad-request": (400, "The request is not understood"),
    "too-large": (413, "The request is too large"),
    "unsupported-media": (415, "The request is coded in a way that is not understood"),
    "range-not-satisfiable": (416, "The file does not reach that far"),
    "withheld": (403, "This evidence may not be used for scoring"),
    "evidence-missing": (503, "The platform does not find its file at present"),
    "cursor-expired": (410, "The cursor is not known any more"),
    "epoch-changed": (410, "The platform was restored from a backup"),
    "cursor-scope": (410, "What you may see has changed"),
    "device-fork": (409, "Another copy of this library has sent operations under the same numbers"),
    "too-many-requests": (429, "Too many tries"),
    "upload-limit": (409, "Too many uploads are on their way"),
    "upload-id-reused": (409, "Another upload has this id already"),
    "offset-mismatch": (409, "The piece does not begin where the platform's bytes end"),
    "digest-mismatch": (400, "The bytes do not have the digest that was announced"),
    "storage": (503, "The platform cannot store files at present"),
    "unavailable": (503, "The platform's database does not answer at present"),
    "bug": (500, "The platform has met a fault of its own"),
    "already-decided": (409, "Another decision on this attempt was accepted before"),
    "attempt-superseded": (409, "A newer attempt has arrived"),
    "attempt-unknown": (409, "The platform does not know this attempt"),
    "evidence-changed": (409, "The attempt has other evidence here than was judged"),
    "rubric-changed": (409, "The submission was moved to another version of its rubric"),
    "lease-expired": (409, "The claim on the submission has run out"),
    "claimed": (409, "Others hold the submission"),
    "claimed-on-other-device": (409, "She holds it on another of her devices"),
    "claim-limit": (409, "She holds as many submissions as one may"),
    "request-id-reused": (409, "Another request has this id already"),
    "assessor-removed": (403, "She does not assess here any more"),
    "device-revoked": (403, "This device was revoked"),
    "claim-lost": (409, "The claim on the submission is not held any more"),
    "withdrawn": (409, "The educator has withdrawn the submission"),
    "policy": (422, "The programme's policy does not allow this decision"),
    "schema": (422, "The operation is not well formed"),
    "unsupported-kind": (422, "The platform does not know this kind of operation"),
    "op-id-reused": (409, "Another operation has this id already"),
}


def problem(code: str, detail: str = "", **more: Any) -> Problem:  # noqa: ANN401 - fields of Problem, checked by it
    """Returns the problem with this code."""
    status, title = TITLES[code]
    return Problem(
        type=f"urn:mcassess:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        retryable=status >= 500 or status == 429,
        **more,
    )


class ProblemError(Exception):
    """The request as a whole is refused.

    Attributes:
        headers: Sent along with the problem.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        headers: dict[str, str] | None = None,
        *,
        retry_after_s: int | None = None,
        current: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.problem = problem(code, detail, retry_after_s=retry_after_s, current=current)
        self.headers = dict(headers or {})
        if retry_after_s is not None:
            self.headers["Retry-After"] = str(retry_after_s)
