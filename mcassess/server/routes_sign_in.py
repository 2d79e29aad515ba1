"""End points of signing in: the device flow's three, and the page on which a person agrees."""

import html
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel

from mcassess.server import sign_in
from mcassess.server.access import Platform
from mcassess.server.answers import answers
from mcassess.server.data import PlatformData
from mcassess.server.framing import bounded_body
from mcassess.server.problems import ProblemError
from mcassess.server.records import person_of_token
from mcassess.server.throttle import count, refuse_too_many
from mcassess.sync import wire, wire_sign_in
from mcassess.texts import tr

PAGE_PATH = "/device"
_MAX_FORM_BYTES = 16 << 10
_PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
router = APIRouter(prefix=wire.PREFIX, tags=["signing in"])
pages = APIRouter(include_in_schema=False)


def _form_answers(model: type[BaseModel] | None, *fields: str) -> dict[str, Any]:
    described = answers(model, "too-many-requests", "too-large", signed_in=False)
    described["response_class"] = JSONResponse if model else Response
    described["responses"][400] = {"model": wire_sign_in.SignInFault, "description": "OAuth's word for why not."}
    properties: dict[str, Any] = {name: {"type": "string", "maxLength": 2000} for name in fields}
    if "client_id" in properties:
        properties["client_id"] = {"const": wire_sign_in.CLIENT_ID}
    schema = {"type": "object", "properties": properties, "required": fields[:1]}
    body = {"requestBody": {"required": True, "content": {wire_sign_in.FORM_TYPE: {"schema": schema}}}}
    return described | {"openapi_extra": body}


@router.post(wire_sign_in.DEVICE_PATH, **_form_answers(wire_sign_in.DeviceAuthorization, "client_id", "device_name"))
async def device_authorization(request: Request, data: Platform) -> Response:
    """A laptop asks to be signed in: a code for the person, and one to ask with whether she has agreed."""
    form = await _form(request)
    if form is None or form.get("client_id") != wire_sign_in.CLIENT_ID:
        return _fault("invalid_request" if form is None else "invalid_client")
    device_id = _line(request.headers.get(wire.DEVICE_HEADER, ""))
    page = str(request.base_url).rstrip("/") + PAGE_PATH
    name = _line(form.get("device_name", ""))
    return _message(await run_in_threadpool(sign_in.ask, data, _address(request), device_id, name, page))


@router.post(
    wire_sign_in.TOKEN_PATH,
    **_form_answers(wire_sign_in.Tokens, "grant_type", "device_code", "refresh_token", "client_id"),
)
async def tokens(request: Request, data: Platform) -> Response:
    """Tokens for a device code whose person has agreed, or for a refresh token."""
    form = await _form(request) or {}
    code, text = form.get("device_code", ""), form.get("refresh_token", "")
    try:
        if form.get("grant_type") == wire_sign_in.DEVICE_GRANT and code:
            return _message(await run_in_threadpool(sign_in.tokens_of_device_code, data, code))
        if form.get("grant_type") == wire_sign_in.REFRESH_GRANT and text:
            return _message(await run_in_threadpool(sign_in.refresh, data, text))
    except sign_in.SignInRefusedError as refused:
        if refused.error == "invalid_grant" and await run_in_threadpool(sign_in.is_lost, data, text):
            raise ProblemError(wire.LAPTOP_LOST) from None
        if refused.error not in {"authorization_pending", "slow_down", "access_denied"}:
            # Only what fails is counted: others at the same address shall not suffer.
            await run_in_threadpool(_count_failure, data, _address(request))
        return _fault(refused.error, refused.text)
    known = form.get("grant_type") in {wire_sign_in.DEVICE_GRANT, wire_sign_in.REFRESH_GRANT}
    return _fault("invalid_request" if known or "grant_type" not in form else "unsupported_grant_type")


@router.post(wire_sign_in.REVOKE_PATH, **_form_answers(None, "token"))
async def revocation(request: Request, data: Platform) -> Response:
    """Ends a laptop's sign-in (RFC 7009); what is no token is answered alike."""
    form = await _form(request)
    if form is None or "token" not in form:
        return _fault("invalid_request")
    await run_in_threadpool(sign_in.revoke, data, form["token"])
    return Response(headers={"Cache-Control": "no-store"})


@pages.get(PAGE_PATH)
async def page(user_code: str = "") -> Response:
    """The page on which a person agrees to a laptop's being signed in."""
    return _page(_question(user_code[:20]))


@pages.post(PAGE_PATH)
async def page_answer(request: Request, data: Platform) -> Response:
    """What the person answers: her code, and the token that only she has. No cookie stands for her."""
    await run_in_threadpool(refuse_too_many, data, sign_in.FAILING, _address(request))
    form = await _form(request) or {}
    code, agreed = form.get("user_code", "")[:20], form.get("answer") == "agree"
    said = await run_in_threadpool(_answer, data, code, form.get("token", "").strip(), agreed=agreed)
    if said is None:
        await run_in_threadpool(_count_failure, data, _address(request))
        wrong = tr("The code or the token is not right, or the code is older than 15 minutes.")
        return _page(f"<p><strong>{html.escape(wrong)}</strong></p>{_question(code)}", 403)
    done = tr("“{name}” is signed in. You can close this page.") if agreed else tr("“{name}” is not signed in.")
    return _page(f"<p>{html.escape(done.format(name=said or tr('The laptop')))}</p>")


def _answer(data: PlatformData, code: str, token: str, *, agreed: bool) -> str | None:
    with data.read() as connection:
        person = person_of_token(connection, token)
    return None if person is None else sign_in.answer(data, code, person.id, agreed=agreed)


def _question(code: str) -> str:
    lead = tr("A laptop asks to be signed in. Agree only if it is yours and shows this very code.")
    fields = (
        (tr("Code"), f'<input name="user_code" required value="{html.escape(code)}">'),
        (tr("Your token"), '<input name="token" type="password" required>'),
    )
    labels = "".join(f"<p><label>{html.escape(label)}<br>{field}</label></p>" for label, field in fields)
    choices = (("agree", tr("Sign in")), ("refuse", tr("Refuse")))
    buttons = " ".join(
        f'<button name="answer" value="{value}">{html.escape(label)}</button>' for value, label in choices
    )
    form = f'<form method="post" autocomplete="off">{labels}<p>{buttons}</p></form>'
    return f"<p>{html.escape(lead)}</p>{form}"


def _page(body: str, status: int = 200) -> Response:
    title = html.escape(tr("Sign a laptop in"))
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return HTMLResponse(f"{head}<title>{title}</title><h1>{title}</h1>{body}</html>", status, _PAGE_HEADERS)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _count_failure(data: PlatformData, address: str) -> None:
    refuse_too_many(data, sign_in.FAILING, address)
    with data.write() as connection:
        count(data, connection, sign_in.FAILING, address)


async def _form(request: Request) -> dict[str, str] | None:
    """Returns the fields of a form; None if the body is none, or names a field twice."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await bounded_body(request, _MAX_FORM_BYTES)
    if kind != wire_sign_in.FORM_TYPE:
        return None
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()} if all(len(v) == 1 for v in fields.values()) else None


def _line(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:100].strip()


def _message(message: BaseModel) -> Response:
    return JSONResponse(message.model_dump(), headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


def _fault(error: wire_sign_in.SignInError, text: str = "") -> Response:
    fault = wire_sign_in.SignInFault(error=error, error_description=text)
    return JSONResponse(fault.model_dump(), 400, {"Cache-Control": "no-store", "Pragma": "no-cache"})
