"""End points for whoever watches the platform: is it well, and how much is there. They tell numbers, never whose."""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel
from sqlalchemy import Connection, Select, func, select

from mcassess.server import tables, tables_people, tables_sign_in, tables_uploads
from mcassess.server.access import Platform, SignedIn
from mcassess.server.answers import answers
from mcassess.server.metrics import Metrics
from mcassess.server.problems import ProblemError
from mcassess.server.schema import last_seq

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
router = APIRouter(tags=["watching"])


class Health(BaseModel):
    """The platform answers, and so does its database."""

    status: str
    seq: int


@router.get("/health", **answers(Health, "unavailable", signed_in=False) | {"response_class": JSONResponse})
def health(data: Platform) -> Response:
    """Whether the platform and its database answer; needs no sign-in."""
    with data.read() as connection:
        well = Health(status="ok", seq=last_seq(connection))
    return JSONResponse(well.model_dump(), headers={"Cache-Control": "no-store"})


@router.get("/metrics", **answers(None, "forbidden") | {"response_class": PlainTextResponse})
def metrics(request: Request, data: Platform, person: SignedIn) -> Response:
    """Numbers in the text format of Prometheus; for coordinators."""
    if person.role != "coordinator":
        raise ProblemError("forbidden")
    counted: Metrics = request.app.state.metrics
    with data.read() as connection:
        lines = [*_asked(counted), *_stored(connection)]
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": "no-store"}, media_type=METRICS_TYPE)


def _asked(counted: Metrics) -> Iterator[str]:
    yield "# TYPE mcassess_requests_total counter"
    yield "# TYPE mcassess_request_seconds_total counter"
    for route, counts, seconds in counted.asked():
        for number, count in enumerate(counts, 1):
            if count:
                yield f'mcassess_requests_total{{route="{route}",status="{number}xx"}} {count}'
        yield f'mcassess_request_seconds_total{{route="{route}"}} {seconds:.6f}'


def _stored(connection: Connection) -> Iterator[str]:
    submission, upload, signed_in = tables.submission, tables_uploads.upload, tables_sign_in.sign_in
    by_label = {
        "submissions": (submission.c.state, select(submission.c.state, func.count()).group_by(submission.c.state)),
        "people": (tables.person.c.role, select(tables.person.c.role, func.count()).group_by(tables.person.c.role)),
    }
    for name, (label, query) in by_label.items():
        yield f"# TYPE mcassess_{name} gauge"
        for value, count in sorted(connection.execute(query).all()):
            yield f'mcassess_{name}{{{label.name}="{value}"}} {count}'
    totals: dict[str, Select[int]] = {
        "operations": select(func.count()).select_from(tables.operation),
        "decisions": select(func.count()).select_from(tables.decision),
        "unapplied_operations": select(func.count()).select_from(tables.unapplied),
        "claims": select(func.count()).select_from(tables_people.claim),
        "unfinished_uploads": select(func.count()).where(upload.c.ready_at.is_(None)),
        "signed_in_laptops": select(func.count()).where(signed_in.c.ended_at.is_(None)),
    }
    for name, total in totals.items():
        yield f"# TYPE mcassess_{name} gauge"
        yield f"mcassess_{name} {connection.execute(total).scalar()}"
    yield "# TYPE mcassess_feed_seq gauge"
    yield f"mcassess_feed_seq {last_seq(connection)}"
