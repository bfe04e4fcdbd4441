"""What a handheld takes along."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from guide.api.access import AnyCaller
from guide.api.conditions import answer
from guide.api.shapes_content import BundleShape
from guide.api.wired import wired
from guide.errors import Fault, Malformed
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
