"""How much there is in each language, and the jobs that go on beside the requests."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from guide.api.access import Staff
from guide.api.shapes_content import CoverageShape, JobList, JobShape
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.content import Content
from guide.errors import Conflict, Fault, Malformed, NotFound
from guide.replies import page
from guide.services.coverage_matrix import matrix
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
    language: Annotated[str | None, Query(max_length=35, description="Of the sentences: en or fr.")] = None,
) -> dict[str, Any]:
    """Exhibit by language in minutes, with totals for each language (staff)."""
    content, named = _content(wired(request), caller.site, release)
    return {"release": named, **matrix(content, reader_of(request, language))}


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


@router.get("/jobs", response_model=JobList, tags=["curators"], name="list_jobs")
def list_jobs(request: Request, caller: Staff) -> dict[str, Any]:
    """The work that goes on beside the requests: the active release's renditions (staff)."""
    guide = wired(request)
    try:
        view = guide.releases.active(caller.site, fresh=True)
    except Conflict:
        return page([], None)  # nothing is published, so nothing is to be made
    return page([guide.catalogue.background.job(view)], None)


@router.get("/jobs/{job}", response_model=JobShape, tags=["curators"], name="read_job")
def read_job(request: Request, caller: Staff, job: Annotated[str, Path(max_length=64)]) -> dict[str, Any]:
    """How far a job is (staff)."""
    found = next((each for each in list_jobs(request, caller)["items"] if each["id"] == job), None)
    if found is None:
        raise NotFound("unknown_job", f"There is no job {job!r}; `GET /jobs` lists them.")
    return dict(found)
