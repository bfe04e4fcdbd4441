"""The transcript of a track over HTTP: WebVTT in and out, or its words alone."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic_core import to_json
from starlette.responses import Response

from guide.api.access import Curator, Staff
from guide.api.conditions import IF_MATCH, knows, precondition, version_tag
from guide.api.shapes_tracks import TranscriptShape
from guide.api.tracks import TrackId, told
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.errors import Malformed, UnsupportedType
from guide.replies import NOT_MODIFIED
from guide.services.jobs import job_body
from media.errors import Fault, in_words
from media.transcript import parse
from media.transcript_check import plain_text

router = APIRouter(tags=["curators"])

VTT: Final = "text/vtt"
PLAIN: Final = "text/plain"
_TEXT: Final = {"schema": {"type": "string"}}
TELLS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The text.", "content": {VTT: _TEXT, PLAIN: _TEXT}},
    304: {"description": "`If-None-Match` names it: it is known already."},
}
TAKES: Final = {**IF_MATCH, "requestBody": {"required": True, "content": {VTT: _TEXT}}}


@router.get("/tracks/{track}/transcript", responses=TELLS, response_class=Response, name="read_transcript")
def read_transcript(request: Request, caller: Staff, track: TrackId) -> Response:
    """The transcript of a track as WebVTT, in the times of its source; `Accept: text/plain` for its words (staff)."""
    text, version = wired(request).catalogue.transcripts.read(caller.site, track)
    words = _prefers_plain(request.headers.get("accept", ""))
    # the version is what an edit names
    headers = {
        "ETag": version_tag(version),
        "Cache-Control": "no-cache",
        "Vary": "Accept, Authorization, Cookie",
    }
    if not words and knows(request, headers["ETag"]):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return Response(
        plain_text(parse(text)) if words else text, headers=headers, media_type=PLAIN if words else VTT
    )


def _prefers_plain(accept: str) -> bool:
    """Whether words alone are asked for.

    >>> _prefers_plain("text/plain"), _prefers_plain("text/vtt, text/plain"), _prefers_plain("*/*")
    (True, False, False)
    """
    kinds = [each.partition(";")[0].strip().lower() for each in accept.split(",")]
    return PLAIN in kinds and VTT not in kinds


async def text_body(request: Request) -> str:
    """The body as text.

    Raises:
        UnsupportedType: It is said to be something else.
        Malformed: It is not UTF-8.
    """
    kind = request.headers.get("content-type", VTT).partition(";")[0].strip().lower()
    if kind not in {VTT, PLAIN}:
        raise UnsupportedType.of("unsupported_type/transcript", kind=kind[:80], wanted=VTT)
    try:
        return (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed.of("malformed_body/transcript") from None


@router.put(
    "/tracks/{track}/transcript", response_model=TranscriptShape, openapi_extra=TAKES, name="put_transcript"
)
def put_transcript(
    request: Request, caller: Curator, track: TrackId, text: Annotated[str, Depends(text_body)]
) -> Response:
    """Give a track another transcript, as WebVTT (curator). Every fault is told at once, with its line.

    What only looks odd is told in `notes`. The languages are counted anew: at once where it is known when somebody
    speaks, else by the `job` of the answer.
    """
    guide = wired(request)
    made = guide.catalogue.transcripts.put(caller.site, track, text, precondition(request), caller.name)
    reader = reader_of(request, None)
    body = {
        "track": told(guide, caller, made.track, reader),
        "notes": [_note(each, reader) for each in made.notes],
        "job": None if made.job is None else job_body(made.job, reader),
    }
    return Response(to_json(body), headers={"ETag": version_tag(made.version)}, media_type="application/json")


def _note(note: Fault, reader: str) -> str:
    line = "ligne" if reader == "fr" else "line"
    return f"{line} {note.line}: {in_words(note, reader)}"
