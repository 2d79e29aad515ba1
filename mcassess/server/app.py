"""The platform as an ASGI application: its end points, in the frame that every answer has."""

from collections.abc import Callable

from fastapi import FastAPI
from starlette.routing import Route

from mcassess.clock import Clock, written
from mcassess.server import (
    routes_claims,
    routes_feed,
    routes_health,
    routes_operations,
    routes_sign_in,
    routes_submissions,
    routes_uploads,
)
from mcassess.server.answers import describe
from mcassess.server.data import PlatformData
from mcassess.server.framing import Frame, add_problem_handlers
from mcassess.server.metrics import Metrics
from mcassess.sync import wire

_ROUTES = (
    routes_feed,
    routes_submissions,
    routes_claims,
    routes_operations,
    routes_uploads,
    routes_sign_in,
    routes_health,
)
_DESCRIPTION = "Where submissions come from and decisions go. docs/protocol.md says how it is meant to be used."


def create_app(
    data: PlatformData, clock: Clock, stopping: Callable[[], bool] = lambda: False, metrics: Metrics | None = None
) -> FastAPI:
    """Returns the platform as an ASGI application.

    Args:
        data: Open; closed by whoever opened it.
        stopping: Tells whether waiting requests shall come to an end, because the server stops.
        metrics: What counts the requests; without it, something of its own.
    """
    metrics = metrics or Metrics()
    app = FastAPI(title="mcassess reference platform", description=_DESCRIPTION, docs_url=None, redoc_url=None)
    app.router.redirect_slashes = False
    app.state.data = data
    app.state.stopping = stopping
    app.state.metrics = metrics
    app.add_middleware(
        Frame,
        headers=lambda: {
            wire.SERVER_HEADER: data.server_id,
            wire.EPOCH_HEADER: data.epoch,
            wire.TIME_HEADER: written(clock.now()),
        },
        metrics=metrics,
    )
    add_problem_handlers(app)
    routers = [routes.router for routes in _ROUTES] + [routes_sign_in.pages]
    for router in routers:
        app.include_router(router)
    metrics.know([route.path for router in routers for route in router.routes if isinstance(route, Route)])
    describe(app)
    return app
