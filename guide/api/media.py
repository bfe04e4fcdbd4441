"""Media by their hash: whole or in part, never changing, public, because an `<audio>` element cannot send a key."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from guide.api.conditions import knows
from guide.api.wired import wired
from guide.replies import NOT_MODIFIED
from guide.services.media_files import TYPES, Part, pieces, wanted_part
from media.transcript_check import shift

router = APIRouter(tags=["devices"])

FOREVER: Final = "public, max-age=31536000, immutable"
DRAWING_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A floor plan opened by itself may show itself, and nothing else."""

Sha = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The SHA-256 of the file.")]
Ext = Annotated[
    str, Path(pattern=r"^[a-z0-9]{1,8}$", description="opus, m4a, vtt, dat, svg, png, jpg or webp.")
]
Lead = Annotated[
    int,
    Query(
        ge=0,
        le=10_800_000,
        description="Of a transcript: its cues this much earlier, for a sound whose beginning was cut.",
    ),
]

_CONTENT: Final = {
    kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES.values()
}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The whole file.", "content": _CONTENT},
    206: {"description": "The part that `Range` asked for.", "content": _CONTENT},
    304: {"description": "`If-None-Match` names the file: it is known already."},
}


@router.head("/media/{sha256}.{ext}", responses=_ANSWERS, response_class=StreamingResponse, name="head_media")
@router.get("/media/{sha256}.{ext}", responses=_ANSWERS, response_class=StreamingResponse, name="read_media")
def read_media(request: Request, sha256: Sha, ext: Ext, lead_ms: Lead = 0) -> Response:
    """A narration, a transcript, a plan or an image. Takes `Range` (one range of bytes), answers for ever the same."""
    path = wired(request).catalogue.files.path(sha256, ext)
    moved = (
        shift(path.read_text(encoding="utf-8-sig"), lead_ms).encode() if ext == "vtt" and lead_ms else None
    )
    etag = f'"{sha256}"' if moved is None else f'"{sha256}-{lead_ms}"'
    headers = {
        "ETag": etag,
        "Cache-Control": FOREVER,
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if ext == "svg":
        headers["Content-Security-Policy"] = DRAWING_POLICY
    if knows(request, etag):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    if moved is not None:
        return Response(moved, headers={**headers, "Accept-Ranges": "none"}, media_type=TYPES[ext])
    size = path.stat().st_size
    part = wanted_part(request.headers.get("range"), size) if _may_be_partial(request, etag) else None
    whole = part is None
    part = part or Part(0, size)
    headers["Content-Length"] = str(part.length)
    if not whole:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    body = iter(()) if request.method == "HEAD" else pieces(path, part)
    return StreamingResponse(body, 200 if whole else 206, headers, TYPES[ext])


def _may_be_partial(request: Request, etag: str) -> bool:
    """Whether `If-Range` allows a part: it must name this very file, strongly; a date never does."""
    return request.headers.get("if-range", etag) == etag
