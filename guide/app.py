"""The app: every service made once, every router included, from one literal list."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guide.api import (
    bundle,
    check,
    coverage,
    decisions,
    docs,
    draft,
    fleet,
    jobs,
    media,
    operations,
    people,
    releases,
    site,
    stream,
    tracks,
    transcripts,
    tus,
    uploads,
    visits,
)
from guide.api.edge import Edge
from guide.api.pages import WEB, Pages
from guide.clock import Clock, SystemClock
from guide.errors import GuideError
from guide.metrics import Metrics
from guide.replies import problem, reader_in
from guide.secret import secret_key
from guide.security import RateLimit
from guide.services.access import Access
from guide.services.catalogue import Catalogue
from guide.services.fleet import Fleet
from guide.services.health import Health
from guide.services.journal import Journal
from guide.services.log import Log
from guide.services.people import People
from guide.services.polling import Polling
from guide.services.releases import Releases
from guide.services.tickets import Tickets
from guide.services.visits import Visits
from guide.settings import Settings
from guide.store.database import Database
from guide.wiring import Guide

PREFIX: Final = "/api/v1"
API: Final[tuple[APIRouter, ...]] = (
    visits.router,
    stream.router,
    site.router,
    bundle.router,
    media.router,
    draft.router,
    check.router,
    uploads.router,
    tracks.router,
    transcripts.router,
    tus.router,
    jobs.router,
    coverage.router,
    releases.router,
    decisions.router,
    fleet.router,
    people.router,
)
"""The routers below `/api/v1`."""
ROOT: Final[tuple[APIRouter, ...]] = (operations.router, docs.router)
"""The routers at the root."""
_LOOK_S: Final = 2.0
"""How soon a release that another process has activated is followed."""
_SWEEP_S: Final = 60.0

log = logging.getLogger(__name__)


def create_app(settings: Settings, *, clock: Clock | None = None) -> FastAPI:
    """The whole service as an ASGI app; an empty database is filled with tables first.

    Raises:
        Unusable: The database does not open, or is of another version.
    """
    guide = wire(settings, clock or SystemClock())
    app = FastAPI(
        title="Coupole",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.guide = guide
    for kind in (GuideError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _refuse)
    for each in API:
        app.include_router(each, prefix=PREFIX)
    for each in ROOT:
        app.include_router(each)
    app.router.default = Pages(WEB)
    app.openapi = lambda: docs.describe(app)  # type: ignore[method-assign]  # FastAPI's own way to say it
    app.add_middleware(
        Edge,
        metrics=guide.metrics,
        body_limit=settings.body_limit_bytes,
        upload_limit=settings.upload_limit_bytes,
    )
    return app


def wire(settings: Settings, clock: Clock) -> Guide:
    """Every service of one installation, on a database of this version."""
    database = Database(settings.database)
    database.prepare()
    metrics = Metrics()
    access = Access(database, clock)
    active = Releases(database, clock)
    journal = Journal(database, on_commit=metrics.decisions)
    open_visits = Visits(database, journal, active, Polling(active, clock), access, clock)
    metrics.watch_visits(lambda: open_visits.count)
    content = Catalogue.wire(settings, database, active, clock, metrics)
    return Guide(
        settings=settings,
        clock=clock,
        database=database,
        access=access,
        people=People(
            database,
            clock,
            secret_key(settings),
            hours=settings.sign_in_hours,
            attempts=settings.sign_in_attempts,
        ),
        fleet=Fleet(database, clock, access, enrolment_hours=settings.enrolment_hours),
        strangers=RateLimit(clock, settings.anonymous_visits_per_minute, 60),
        releases=active,
        catalogue=content,
        journal=journal,
        visits=open_visits,
        tickets=Tickets(clock),
        log=Log(database, active),
        health=Health(settings, database, journal, content.runner),
        metrics=metrics,
    )


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the requests, from the first to the last."""
    guide: Guide = app.state.guide
    # The first poll of the morning should not be the one that loads the release.
    await asyncio.to_thread(guide.releases.refresh)
    guide.catalogue.runner.start()
    guide.catalogue.chores.start()
    tasks = [
        asyncio.create_task(guide.visits.sweep_forever(_SWEEP_S)),
        asyncio.create_task(_again_and_again(lambda: _look_about(guide), _LOOK_S)),
    ]
    try:
        yield
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(guide.close)


def _look_about(guide: Guide) -> None:
    """Follow what other processes have published; with the first visitor, begin to encode what is missing."""
    guide.releases.refresh()
    # Who leaves the work on sounds to `coupole worker` has another machine for it, or another core.
    if guide.visits.count and guide.settings.workers:
        guide.catalogue.background.start()


async def _again_and_again(act: Callable[[], None], every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        acting = asyncio.ensure_future(asyncio.to_thread(act))
        try:
            await asyncio.shield(acting)
        except asyncio.CancelledError:
            # Nobody can cancel a thread: what it has begun is over before the database is closed.
            await asyncio.gather(acting, return_exceptions=True)
            raise
        except GuideError as error:
            log.warning("%s", error.detail)
        except Exception:
            log.exception("something that runs beside the requests failed; it will be tried again")


async def _refuse(request: Request, error: Exception) -> Response:
    return problem(error, reader_in(request.headers.get("accept-language", "")))
