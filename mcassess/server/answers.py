"""How end points describe their answers, and the making of the whole OpenAPI document from that."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from mcassess import __version__
from mcassess.server.framing import WireResponse
from mcassess.server.problems import TITLES
from mcassess.sync import wire

Responses = dict[int | str, dict[str, Any]]
METHODS = ("get", "head", "post", "put", "patch", "delete")
_SIGNING_IN = ("not-signed-in", wire.LAPTOP_LOST, "assessor-removed", "device-revoked")
_HEADERS = {
    wire.SERVER_HEADER: "Names this platform for good.",
    wire.EPOCH_HEADER: "Another one after a backup was restored.",
    wire.TIME_HEADER: "The platform's time, RFC 3339 with milliseconds, UTC.",
    wire.REQUEST_HEADER: "The request's own id, sent back.",
}
_ASKED = {
    wire.DEVICE_HEADER: "Names the library that asks, for good.",
    wire.REQUEST_HEADER: "Names this request; comes back with the answer.",
}


def answers(model: type[BaseModel] | None, *codes: str, status: int = 200, signed_in: bool = True) -> dict[str, Any]:
    """Returns what a route says of its answers: the message that it gives, and the problems it may give instead.

    Args:
        model: The message's shape; None where the answer has no message of the protocol.
        codes: Of problems beside ``bad-request``; those of signing in come by themselves.
        status: Of the good answer.
    """
    said = ("bad-request", *(_SIGNING_IN if signed_in else ()), *codes)
    responses: Responses = {}
    for code in said:
        number, title = TITLES[code]
        before = responses.get(number, {}).get("description")
        text = f"{before}; {code}: {title}" if before else f"{code}: {title}"
        responses[number] = {"model": wire.Problem, "description": text}
    responses["default"] = {"model": wire.Problem, "description": "Any other problem, such as a fault of its own."}
    if model is not None:
        responses[status] = {"model": model, "description": (model.__doc__ or "").strip().splitlines()[0]}
    return {"responses": responses, "response_class": WireResponse, "status_code": status}


def describe(app: FastAPI) -> None:
    """Makes the application give its whole description at /openapi.json."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=__version__, description=app.description, routes=app.routes)
            for path in made["paths"].values():
                for method in METHODS:
                    if method in path:
                        _complete(path[method])
                        made["components"]["schemas"].update(_parts_of_body(path[method]))
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # FastAPI's own way to another document


def _parts_of_body(operation: dict[str, Any]) -> dict[str, Any]:
    """Takes the shapes that a body's schema is made of out of it, to where it refers to them."""
    parts: dict[str, Any] = {}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        parts |= content["schema"].pop("$defs", {})
    return parts


def _complete(operation: dict[str, Any]) -> None:
    for response in operation["responses"].values():
        for media_type, content in list(response.get("content", {}).items()):
            if "$ref" in content["schema"]:
                content["schema"] = {"$ref": content["schema"]["$ref"]}
                if content["schema"]["$ref"].endswith("/Problem"):
                    response["content"] = {wire.PROBLEM_TYPE: response["content"].pop(media_type)}
        response.setdefault("headers", {}).update(
            {name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()}
        )
    operation.setdefault("parameters", []).extend(
        {"name": name, "in": "header", "description": text, "schema": {"type": "string", "maxLength": 200}}
        for name, text in _ASKED.items()
    )
