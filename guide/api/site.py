"""What a page draws: the site in one answer, its tours, and the screenings of a day."""

import asyncio
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from guide.api.access import MaybeCaller, open_site
from guide.api.conditions import answer
from guide.api.shapes_content import SiteShape
from guide.api.shapes_coverage import ScreeningList, TourList
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.errors import Fault, Malformed
from guide.replies import page
from guide.services.access import Caller
from guide.services.bundle import site_body
from guide.services.releases import ReleaseView
from guide.services.shows import screenings_on, today
from guide.services.tours import tour_bodies

router = APIRouter(tags=["devices"])

FIRST: Final = date(1971, 1, 1)
LAST: Final = date(2099, 12, 31)
Language = Annotated[str | None, Query(max_length=35, description="Of the sentences: en or fr.")]


async def _active(request: Request, caller: Caller | None) -> ReleaseView:
    """The active release of the caller's site, or of the one that lets strangers in."""
    guide = wired(request)
    site = caller.site if caller is not None else await asyncio.to_thread(open_site, guide)
    return await asyncio.to_thread(guide.releases.active, site, fresh=True)


@router.get("/site", response_model=SiteShape, name="read_site")
async def read_site(request: Request, caller: MaybeCaller, language: Language = None) -> Response:
    """Levels, zones, exhibits, shows and coverage of the active release, in local metres.

    Strangers may read it where the site lets them in.
    """
    view = await _active(request, caller)
    reader, now = reader_of(request, language), wired(request).clock.now_ms()
    return await asyncio.to_thread(lambda: answer(request, to_json(site_body(view, reader, now))))


@router.get("/tours", response_model=TourList, name="list_tours")
async def list_tours(request: Request, caller: MaybeCaller, language: Language = None) -> Response:
    """The tours of the active release, with minutes and coverage in each language.

    Strangers may read them where the site lets them in.
    """
    view = await _active(request, caller)
    reader = reader_of(request, language)
    return await asyncio.to_thread(lambda: answer(request, to_json(page(tour_bodies(view, reader), None))))


@router.get("/screenings", response_model=ScreeningList, name="list_screenings")
async def list_screenings(
    request: Request,
    caller: MaybeCaller,
    day: Annotated[
        str | None,
        Query(
            alias="date",
            max_length=10,
            description="Of the museum's calendar, 2026-11-22; without it, today.",
        ),
    ] = None,
) -> dict[str, Any]:
    """The sittings of one day in their order, on the museum's own clock, as the active release has them.

    Strangers may read them where the site lets them in.
    """
    view = await _active(request, caller)
    wanted = today(view.doc.time_zone, wired(request).clock.now_ms()) if day is None else _date(day)
    items = [each.body() for each in screenings_on(view.content, wanted)]
    return {"date": wanted.isoformat(), "time_zone": view.doc.time_zone, **page(items, None)}


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not FIRST <= found <= LAST:
        message = f"is {text!r}; write a date from {FIRST} to {LAST}, like 2026-11-22"
        raise Malformed("malformed", f"The date {message}.", [Fault("query.date", message)])
    return found
