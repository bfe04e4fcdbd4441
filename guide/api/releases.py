"""Releases over HTTP: publish, list, activate, and give back as a site folder."""

import tempfile
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, Final

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import StreamingResponse

from guide.api.access import Curator, Staff
from guide.api.shapes_content import PublishedShape, ReleaseList, ReleaseShape
from guide.api.strict import StrictRoute
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.replies import cursor, page, read_cursor
from guide.services.publishing import release_body

router = APIRouter(tags=["curators"], route_class=StrictRoute)

CHUNK: Final = 256 << 10
ZIP: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "A zip of a site folder.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Number = Annotated[int, Path(alias="number", ge=1, le=10**9, description="The number of the release.")]


class NoteBody(BaseModel):
    """Why this release."""

    model_config = ConfigDict(extra="forbid")
    note: Annotated[str, Field(max_length=2000)] = ""


@router.post("/releases", status_code=201, response_model=PublishedShape, name="publish")
def publish(
    request: Request, response: Response, caller: Curator, body: Annotated[NoteBody | None, Body()] = None
) -> dict[str, Any]:
    """Publish the draft as the next release, and make it the active one (curator).

    What stops it is told in `findings`, each with a sentence; what does not, in `warnings` of the answer.
    """
    note = body.note if body is not None else ""
    made = wired(request).catalogue.publishing.publish(
        caller.site, note=note, who=caller.name, reader=reader_of(request, None)
    )
    response.headers["Location"] = f"/api/v1/releases/{made.release.number}"
    active = made.release.number
    return {**release_body(made.release, active), "warnings": [each.body() for each in made.warnings]}


@router.get("/releases", response_model=ReleaseList, name="list_releases")
def list_releases(
    request: Request,
    caller: Staff,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor_: Annotated[str | None, Query(alias="cursor", max_length=400)] = None,
) -> dict[str, Any]:
    """The releases, newest first (staff)."""
    before = read_cursor(cursor_, int)[0] if cursor_ else None
    found, active, more = wired(request).catalogue.publishing.listed(caller.site, before, limit)
    return page([release_body(each, active) for each in found], cursor(more) if more else None)


@router.get("/releases/{number}", response_model=ReleaseShape, name="read_release")
def read_release(request: Request, caller: Staff, number: Number) -> dict[str, Any]:
    """One release (staff)."""
    return release_body(*wired(request).catalogue.publishing.found(caller.site, number))


@router.post("/releases/{number}/activate", response_model=ReleaseShape, name="activate_release")
def activate_release(request: Request, caller: Curator, number: Number) -> dict[str, Any]:
    """Make a release the active one: also the way back to an earlier one (curator). Visits follow at once."""
    guide = wired(request)
    guide.releases.activate(caller.site, number, caller.name)
    return release_body(*guide.catalogue.publishing.found(caller.site, number))


@router.get(
    "/releases/{number}/export", responses=ZIP, response_class=StreamingResponse, name="export_release"
)
def export_release(request: Request, caller: Staff, number: Number) -> StreamingResponse:
    """A release as a zip of its site folder; importing it gives the same content (staff)."""
    catalogue = wired(request).catalogue
    # a zip is written with its list at the end and its sizes at the front: on disk, then sent
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is sent
    try:
        done = catalogue.exporting.release(caller.site, number, packed)
    except BaseException:
        packed.close()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="{done.site}-{number}.zip"',
        "Content-Length": str(packed.tell()),
        "Cache-Control": "no-cache",
    }
    packed.seek(0)
    return StreamingResponse(_pieces(packed), headers=headers, media_type="application/zip")


def _pieces(packed: BinaryIO) -> Iterator[bytes]:
    with packed:
        while data := packed.read(CHUNK):
            yield data
