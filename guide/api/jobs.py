"""Jobs over HTTP: what goes on beside the requests, and how far it is."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request

from guide.api.access import Curator, Staff
from guide.api.shapes_tracks import JobList, JobShape
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.errors import Conflict, Fault, Malformed
from guide.replies import cursor, page, read_cursor
from guide.services.background import is_renditions
from guide.services.jobs import job_body
from guide.store.jobs import STATES

router = APIRouter(tags=["curators"])

Language = Annotated[str | None, Query(max_length=35, description="Of the sentences: en or fr.")]
_OPEN: Final = "open"


@router.get("/jobs", response_model=JobList, name="list_jobs")
def list_jobs(
    request: Request,
    caller: Staff,
    state: Annotated[
        str | None,
        Query(max_length=100, description="States with commas between; `open` for all that have not ended."),
    ] = None,
    language: Language = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor_: Annotated[str | None, Query(alias="cursor", max_length=400)] = None,
) -> dict[str, Any]:
    """The work that goes on beside the requests, newest first: uploads, and the active release's renditions (staff)."""
    states = _states(state)
    before: tuple[int, str] | None = read_cursor(cursor_, int, str) if cursor_ else None
    found, more = wired(request).catalogue.jobs.listed(caller.site, states, before, limit)
    reader = reader_of(request, language)
    items = [job_body(each, reader) for each in found]
    if before is None:
        items = [each for each in _renditions(request, caller.site) if _suits(each, states)] + items
    return page(items, cursor(*more) if more else None)


@router.get("/jobs/{job}", response_model=JobShape, name="read_job")
def read_job(
    request: Request, caller: Staff, job: Annotated[str, Path(max_length=64)], language: Language = None
) -> dict[str, Any]:
    """How far a job is: its state, its percentage, and in words what went wrong (staff)."""
    if is_renditions(job):
        for each in _renditions(request, caller.site):
            if each["id"] == job:
                return each
    return job_body(wired(request).catalogue.jobs.read(caller.site, job), reader_of(request, language))


@router.post("/jobs/{job}/retry", status_code=202, response_model=JobShape, name="retry_job")
def retry_job(
    request: Request, caller: Curator, job: Annotated[str, Path(max_length=64)], language: Language = None
) -> dict[str, Any]:
    """Begin a failed job anew, with the file that came for it (curator): where `can_retry` says that it is there.

    A job that failed for its file is not tried again: send another. Nor is one whose track has had a later upload.
    """
    if is_renditions(job) and any(each["id"] == job for each in _renditions(request, caller.site)):
        raise Conflict.of("job_not_failed")  # what is missing of a release is made without being asked for
    return job_body(wired(request).catalogue.retries.retry(caller, job), reader_of(request, language))


def _renditions(request: Request, site: str) -> list[dict[str, Any]]:
    guide = wired(request)
    try:
        view = guide.releases.active(site, fresh=True)
    except Conflict:
        return []  # nothing is published, so nothing is to be made
    return [{**guide.catalogue.background.job(view), "track": None, "can_retry": False, "created_at": None}]


def _suits(job: dict[str, Any], states: tuple[str, ...]) -> bool:
    return not states or job["state"] in states


def _states(asked: str | None) -> tuple[str, ...]:
    """The states that a query names.

    Raises:
        Malformed: It names one that there is not.
    """
    if asked is None:
        return ()
    named = [each.strip() for each in asked.split(",")]
    states = [state for each in named for state in (STATES[:-2] if each == _OPEN else (each,))]
    if wrong := [each for each in states if each not in STATES]:
        fault = Fault.of("query.state", "state", state=wrong[0], states=[*STATES, _OPEN])
        raise Malformed.of("malformed/states", [fault])
    return tuple(states)
