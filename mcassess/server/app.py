"""The platform as an ASGI application: its end points, in the frame that every answer has."""

from collections.abc import Callable

from fastapi import FastAPI

from mcassess.clock import Clock, written
from mcassess.server import (
    routes_claims,
    routes_feed,
    routes_operations,
    routes_sign_in,
    routes_submissions,
    routes_uploads,
)
from mcassess.server.answers import describe
from mcassess.server.data import PlatformData
from mcassess.server.framing import Frame, add_problem_handlers
from mcassess.sync import wire

_DESCRIPTION = "Where submissions come from and decisions go. docs/protocol.md says how it is meant to be used."


def create_app(data: PlatformData, clock: Clock, stopping: Callable[[], bool] = lambda: False) -> FastAPI:
    """Returns the platform as an ASGI application.

    Args:
        data: Open; closed by whoever opened it.
        stopping: Tells whether waiting requests shall come to an end, because the server stops.
    """
    app = FastAPI(title="mcassess reference platform", description=_DESCRIPTION, docs_url=None, redoc_url=None)
    app.router.redirect_slashes = False
    app.state.data = data
    app.state.stopping = stopping
    app.add_middleware(
        Frame,
        headers=lambda: {
            wire.SERVER_HEADER: data.server_id,
            wire.EPOCH_HEADER: data.epoch,
            wire.TIME_HEADER: written(clock.now()),
        },
    )
    add_problem_handlers(app)
    for routes in (routes_feed, routes_submissions, routes_claims, routes_operations, routes_uploads, routes_sign_in):
        app.include_router(routes.router)
    app.include_router(routes_sign_in.pages)
    routes_sign_in.limit_attempts(app, clock)
    describe(app)
    return app
