"""How much there is in each language."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from guide.api.access import Staff
from guide.api.shapes_coverage import CoverageShape
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.content import Content
from guide.errors import Fault, Malformed
from guide.services.coverage_matrix import matrix
from guide.services.demand import demand_of
from guide.wiring import Guide

router = APIRouter()
LONGEST_NUMBER = 9


@router.get("/coverage", response_model=CoverageShape, tags=["curators"], name="read_coverage")
def read_coverage(
    request: Request,
    caller: Staff,
    release: Annotated[
        str, Query(max_length=20, description="`draft`, `active`, or the number of a release.")
    ] = "draft",
    tour: Annotated[
        str | None, Query(max_length=64, description="The id of a tour: then its exhibits alone.")
    ] = None,
    language: Annotated[str | None, Query(max_length=35, description="Of the sentences: en or fr.")] = None,
) -> dict[str, Any]:
    """Exhibit by language in minutes, totals, and the recordings to make first (staff).

    What visitors missed is counted over the real visits of the last 30 days.
    """
    guide = wired(request)
    content, named = _content(guide, caller.site, release)
    demand = demand_of(guide.database, guide.clock, caller.site)
    return {"release": named, **matrix(content, reader_of(request, language), demand, tour)}


def _content(guide: Guide, site: str, release: str) -> tuple[Content, int | str]:
    if release == "draft":
        return guide.catalogue.draft.content(site)[0], "draft"
    if release == "active":
        view = guide.releases.active(site, fresh=True)
        return view.content, view.number
    if release.isascii() and release.isdigit() and len(release) <= LONGEST_NUMBER:
        return guide.releases.get(site, int(release)).content, int(release)
    message = f"is {release!r}; write draft, active or a number"
    raise Malformed("malformed", f"The release {message}.", [Fault("query.release", message)])
