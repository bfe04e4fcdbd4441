"""What a handheld takes along, and the tracks."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from guide.api.access import AnyCaller, Staff
from guide.api.conditions import answer
from guide.api.shapes_content import BundleShape, TrackList
from guide.api.wired import wired
from guide.errors import Fault, Malformed
from guide.replies import cursor, page, read_cursor
from guide.services.language_names import is_language

router = APIRouter()

MOST_LANGUAGES = 20


@router.get("/bundle", response_model=BundleShape, tags=["devices"], name="read_bundle")
def read_bundle(
    request: Request,
    caller: AnyCaller,
    languages: Annotated[
        str,
        Query(
            max_length=400, description="Tags with commas between, `en,fr`; without it, all of the site's."
        ),
    ] = "",
) -> Response:
    """The manifest of the active release: zones, rules, programme, and files with SHA-256 and size.

    Take it with `If-None-Match`; while nothing has changed the answer is 304.
    """
    wished = [each.strip() for each in languages.split(",") if each.strip()]
    if wrong := [each for each in wished if not is_language(each)][:MOST_LANGUAGES]:
        faults = [
            Fault("query.languages", f"{each!r} is not a language; write it like en or en-GB")
            for each in wrong
        ]
        raise Malformed("malformed", "The languages are tags with commas between.", faults)
    made = wired(request).catalogue.bundles.bundle(caller.site, wished[:MOST_LANGUAGES])
    return answer(request, made.data, made.etag)


@router.get("/tracks", response_model=TrackList, tags=["curators"], name="list_tracks")
def list_tracks(
    request: Request,
    caller: Staff,
    exhibit: Annotated[str | None, Query(max_length=64)] = None,
    language: Annotated[str | None, Query(max_length=35)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor_: Annotated[str | None, Query(alias="cursor", max_length=400)] = None,
) -> dict[str, Any]:
    """The draft's tracks with their measurements, in the order of their ids (staff)."""
    after = read_cursor(cursor_, str)[0] if cursor_ else ""
    items, more = wired(request).catalogue.tracks.listed(
        caller.site, exhibit=exhibit, language=language, after=after, limit=limit
    )
    return page(items, cursor(more) if more else None)
