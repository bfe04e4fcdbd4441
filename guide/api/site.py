"""What a page draws: the site, in one answer."""

import asyncio

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response

from guide.api.access import MaybeCaller, open_site
from guide.api.conditions import answer
from guide.api.shapes_content import SiteShape
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.services.bundle import site_body

router = APIRouter(tags=["devices"])


@router.get("/site", response_model=SiteShape, name="read_site")
async def read_site(request: Request, caller: MaybeCaller, language: str | None = None) -> Response:
    """Levels, zones, exhibits and coverage of the active release, in local metres.

    Strangers may read it where the site lets them in.
    """
    guide = wired(request)
    site = caller.site if caller is not None else await asyncio.to_thread(open_site, guide)
    reader = reader_of(request, language)
    return await asyncio.to_thread(
        lambda: answer(request, to_json(site_body(guide.releases.active(site, fresh=True), reader)))
    )
