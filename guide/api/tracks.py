"""Tracks over HTTP: sent as a form, listed with their measurements, edited, taken away."""

import asyncio
from typing import Annotated, Any, BinaryIO, Final

from fastapi import APIRouter, Body, Header, Path, Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from guide.api.access import Curator, Staff
from guide.api.conditions import IF_MATCH, precondition, version_tag
from guide.api.forms import Form, read_form
from guide.api.shapes_tracks import SubmittedShape, TrackList, TrackShape
from guide.api.strict import StrictRoute
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.content import TrackDoc, canonical
from guide.errors import Fault, Malformed
from guide.replies import cursor, page, read_cursor
from guide.services import idempotency
from guide.services.access import Caller
from guide.services.incoming import told_when_full
from guide.services.jobs import job_body
from guide.services.tracks import curator_body
from guide.services.uploads import ACCEPTED
from guide.store.jobs import JobRow
from guide.wiring import Guide

router = APIRouter(tags=["curators"], route_class=StrictRoute)

JSON: Final = "application/json"
TrackId = Annotated[str, Path(min_length=1, max_length=200, description="The id of the track.")]
Language = Annotated[str | None, Query(max_length=35, description="Of the sentences: en or fr.")]
_TEXT: Final = {"type": "string"}
TAKES: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["exhibit", "language"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "WAV, MP3, M4A, Ogg, Opus or FLAC.",
                        },
                        "exhibit": {**_TEXT, "description": "The id of the exhibit."},
                        "language": {**_TEXT, "description": "One of the site's."},
                        "variant": {**_TEXT, "description": "`standard` where it is left out."},
                        "transcript": {**_TEXT, "description": "WebVTT, as text or as a file."},
                    },
                }
            }
        },
    }
}


@router.post(
    "/tracks", status_code=202, response_model=SubmittedShape, openapi_extra=TAKES, name="submit_track"
)
async def submit_track(
    request: Request,
    caller: Curator,
    language: Language = None,
    idempotency_key: Annotated[str | None, Header(max_length=idempotency.LONGEST)] = None,
) -> Response:
    """Send a narration: it is judged, measured and encoded as a job (curator). The track before stays until then.

    A transcript alone is a track of text, or the new text of the track that is there. Send a file over 5 MB by tus,
    under `/uploads`.
    """
    guide = wired(request)
    uploads = guide.catalogue.uploads
    length = request.headers.get("content-length", "")
    name, path = await asyncio.to_thread(uploads.receive, caller, int(length) if length.isdigit() else None)

    def opened() -> BinaryIO:
        return path.open("wb")

    try:
        with told_when_full(kept=False):
            form = await read_form(request.headers.get("content-type"), request.stream(), "file", opened)
        _require_bytes(form)
    except BaseException:
        await asyncio.to_thread(uploads.drop, name)
        raise
    reader = reader_of(request, language)
    once = None if idempotency_key is None else (idempotency_key, _digest(form))
    made = await asyncio.to_thread(
        uploads.submit,
        caller,
        form.fields,
        None if form.file_bytes is None else name,
        lambda job: to_json(submitted(job, reader)),
        once,
    )
    job = made.partition(b'"job":{"id":"')[2].partition(b'"')[0].decode()
    headers = {"Location": f"/api/v1/jobs/{job}", "Cache-Control": "no-store"}
    return Response(made, ACCEPTED, headers, JSON)


def _require_bytes(form: Form) -> None:
    if form.file_bytes == 0:
        raise Malformed.of("file_empty", [Fault.of("body.file", "empty")])


def _digest(form: Form) -> str:
    return idempotency.digest(canonical({**form.fields, "file": form.file_sha256 or ""}).encode())


def submitted(job: JobRow, reader: str) -> dict[str, Any]:
    """What is told of an upload that became a job."""
    args = job.args
    track = {"id": job.track, **{key: args[key] for key in ("exhibit", "language", "variant")}}
    return {"track": track, "job": job_body(job, reader)}


@router.get("/tracks", response_model=TrackList, name="list_tracks")
def list_tracks(
    request: Request,
    caller: Staff,
    exhibit: Annotated[str | None, Query(max_length=64)] = None,
    language: Annotated[str | None, Query(max_length=35, description="Of the tracks.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor_: Annotated[str | None, Query(alias="cursor", max_length=400)] = None,
) -> dict[str, Any]:
    """The draft's tracks with their measurements, in the order of their ids (staff)."""
    after = read_cursor(cursor_, str)[0] if cursor_ else ""
    items, more = wired(request).catalogue.tracks.listed(
        caller.site,
        exhibit=exhibit,
        language=language,
        after=after,
        limit=limit,
        reader=reader_of(request, None),
    )
    return page(items, cursor(more) if more else None)


@router.get("/tracks/{track}", response_model=TrackShape, name="read_track")
def read_track(request: Request, caller: Staff, track: TrackId, language: Language = None) -> Response:
    """A track of the draft with its measurements, and the `ETag` that an edit of it needs (staff)."""
    guide = wired(request)
    found = guide.catalogue.edits.read(caller.site, track)
    body = told(guide, caller, found.track, reader_of(request, language))
    # Why no 304? The tag is what an edit names, and files may be added to a track that has not changed.
    headers = {"ETag": version_tag(found.version), "Cache-Control": "no-store"}
    return Response(to_json(body), headers=headers, media_type=JSON)


@router.patch("/tracks/{track}", response_model=TrackShape, openapi_extra=IF_MATCH, name="change_track")
def change_track(
    request: Request,
    caller: Curator,
    track: TrackId,
    patch: Annotated[dict[str, Any], Body(description="`language`, `variant`, or both.")],
) -> Response:
    """Say that a track is in another language or variant; it gets the id that belongs to it (curator)."""
    guide = wired(request)
    made = guide.catalogue.edits.change(caller.site, track, patch, precondition(request), caller.name)
    body = told(guide, caller, made.track, reader_of(request, None))
    headers = {"ETag": version_tag(made.version), "Location": f"/api/v1/tracks/{made.track.id}"}
    return Response(to_json(body), headers=headers, media_type=JSON)


@router.delete("/tracks/{track}", status_code=204, openapi_extra=IF_MATCH, name="delete_track")
def delete_track(request: Request, caller: Curator, track: TrackId) -> Response:
    """Take a track out of the draft (curator). Releases keep it. The `ETag` is the draft's, for an undo of this."""
    version = wired(request).catalogue.edits.delete(caller.site, track, precondition(request), caller.name)
    return Response(status_code=204, headers={"ETag": version_tag(version)})


def told(guide: Guide, caller: Caller, track: TrackDoc, reader: str) -> dict[str, Any]:
    """A track as curators read it."""
    return curator_body(track, guide.releases.renditions_of(caller.site, track), reader)
