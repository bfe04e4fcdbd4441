"""Large files in pieces that may be interrupted at any moment: tus 1.0.0.

Core, creation, termination, expiration and checksum. Who made an upload goes on with it; to everybody else it is
not there. Errors look as everywhere, with the statuses that the protocol asks for.

Source: tus resumable upload protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload).
"""

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from email.utils import formatdate
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.routing import APIRoute
from pydantic_core import to_json
from starlette.responses import Response

from guide.api.access import Curator
from guide.api.shapes_tracks import UploadShape
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.clock import rfc3339
from guide.errors import BadRequest, GuideError, MethodNotAllowed, PreconditionFailed, UnsupportedType
from guide.replies import problem
from guide.services.access import Caller
from guide.services.jobs import job_body
from guide.services.track_wishes import Wish
from guide.services.uploads import Checksum
from guide.store.uploads import UploadRow

VERSION: Final = "1.0.0"
RESUMABLE: Final = {"Tus-Resumable": VERSION}
EXTENSIONS: Final = "creation,expiration,checksum,termination"
ALGORITHMS: Final = ("sha1", "sha256")
PIECES: Final = "application/offset+octet-stream"
NAMES: Final = frozenset({"exhibit", "language", "variant", "transcript"})
"""What is read of the metadata; `filename` and others are given back and nothing more."""
LONGEST_METADATA: Final = 32 << 10
_NUMBER: Final = re.compile(r"\d{1,18}", re.ASCII)
_KEY: Final = re.compile(r"[!-+\--~]{1,100}")


class TusRoute(APIRoute):
    """A route whose every answer says which version it speaks."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, in the protocol's frame."""
        handle = super().get_route_handler()

        async def handle_tus(request: Request) -> Response:
            try:
                answer = await handle(request)
            except GuideError as error:
                answer = problem(error, reader_of(request, None))
                if isinstance(error, PreconditionFailed):
                    answer.headers["Tus-Version"] = VERSION
            answer.headers.update(RESUMABLE)
            return answer

        return handle_tus


router = APIRouter(tags=["curators"], route_class=TusRoute)

UploadId = Annotated[str, Path(pattern=r"^[a-z0-9]{1,64}$", description="The id of the upload.")]


def _header(name: str, about: str, *, required: bool = True) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "schema": {"type": "string"},
        "description": about,
    }


_RESUMABLE: Final = _header("Tus-Resumable", "`1.0.0`; another version is refused with 412.")
SPEAKS: Final = {"parameters": [_RESUMABLE]}
CREATES: Final = {
    "parameters": [
        _RESUMABLE,
        _header("Upload-Length", "The size of the file in bytes."),
        _header(
            "Upload-Metadata",
            "Keys with values in base64, commas between: `exhibit`, `language`, `variant`, `transcript`, `filename`.",
        ),
    ]
}
APPENDS: Final = {
    "parameters": [
        _RESUMABLE,
        _header("Upload-Offset", "Where the piece begins: as many bytes as are there."),
        _header(
            "Upload-Checksum", "`sha1` or `sha256` of the piece, then the digest in base64.", required=False
        ),
    ],
    "requestBody": {
        "required": True,
        "content": {PIECES: {"schema": {"type": "string", "format": "binary"}}},
    },
}


def _require_version(request: Request) -> None:
    """Nothing, where the request speaks our version; who calls has been asked before.

    Raises:
        PreconditionFailed: It speaks another one, or does not say which.
    """
    given = request.headers.get("tus-resumable")
    if given != VERSION:
        told = "is missing" if given is None else f"is {given[:20]!r}"
        raise PreconditionFailed(
            "tus_version", f"Tus-Resumable {told}; this service speaks version {VERSION} of tus."
        )


@router.options("/uploads", status_code=204, name="describe_uploads")
def describe_uploads(request: Request, caller: Curator) -> Response:  # noqa: ARG001 - asks who calls
    """What of tus is spoken here, and how large a file may be (curator)."""
    limits = wired(request).catalogue.uploads.limits
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(limits.file_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return Response(status_code=204, headers=headers)


@router.post(
    "/uploads", status_code=201, response_class=Response, openapi_extra=CREATES, name="create_upload"
)
def create_upload(request: Request, caller: Curator) -> Response:
    """Begin to send a large file; its `Location` takes the pieces (curator)."""
    _require_version(request)
    if request.headers.get("upload-defer-length") is not None:
        raise BadRequest(
            "upload_length", "Say with Upload-Length how large the file is; it cannot be left open."
        )
    length = _number(request, "upload-length")
    header = request.headers.get("upload-metadata", "")
    fields = {key: value for key, value in read_metadata(header).items() if key in NAMES}
    made = wired(request).catalogue.uploads.create(caller, length, header, fields)
    headers = {"Location": f"/api/v1/uploads/{made.id}", **_further(made)}
    return Response(status_code=201, headers=headers)


@router.head("/uploads/{upload}", response_class=Response, openapi_extra=SPEAKS, name="head_upload")
def head_upload(request: Request, caller: Curator, upload: UploadId) -> Response:
    """How much of an upload is there (curator)."""
    _require_version(request)
    found = wired(request).catalogue.uploads.find(caller, upload)
    headers = {
        "Upload-Offset": str(found.received),
        "Upload-Length": str(found.length),
        "Cache-Control": "no-store",
        **_further(found),
    }
    if found.header:
        headers["Upload-Metadata"] = found.header
    return Response(headers=headers)


@router.get("/uploads/{upload}", response_model=UploadShape, name="read_upload")
def read_upload(request: Request, caller: Curator, upload: UploadId) -> Response:
    """What an upload becomes: its track, and its job once all of it has come (curator)."""
    catalogue = wired(request).catalogue
    found = catalogue.uploads.find(caller, upload)
    wish = Wish.of(found.wanted)
    job = None if found.job is None else catalogue.jobs.read(caller.site, found.job)
    track = {"id": wish.track, "exhibit": wish.exhibit, "language": wish.language, "variant": wish.variant}
    body = {
        "id": found.id,
        "length": found.length,
        "offset": found.received,
        "expires_at": rfc3339(found.expires_at),
        "track": track,
        "job": None if job is None else job_body(job, reader_of(request, None)),
    }
    return Response(to_json(body), headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.patch(
    "/uploads/{upload}",
    status_code=204,
    response_class=Response,
    openapi_extra=APPENDS,
    name="append_to_upload",
)
async def append_to_upload(request: Request, caller: Curator, upload: UploadId) -> Response:
    """Send a piece of a file (curator); the answer to the last one names the job in `Upload-Job`."""
    return await _append(request, caller, upload)


@router.delete(
    "/uploads/{upload}", status_code=204, response_class=Response, openapi_extra=SPEAKS, name="delete_upload"
)
def delete_upload(request: Request, caller: Curator, upload: UploadId) -> Response:
    """End an upload and forget what came of it (curator). A job that it has become already goes on."""
    _require_version(request)
    wired(request).catalogue.uploads.remove(caller, upload)
    return Response(status_code=204)


@router.post("/uploads/{upload}", response_class=Response, openapi_extra=SPEAKS, name="override_upload")
async def override_upload(request: Request, caller: Curator, upload: UploadId) -> Response:
    """The same as the method that `X-HTTP-Method-Override` names, for networks that let only POST through (curator)."""
    method = request.headers.get("x-http-method-override", "").strip().upper()
    if method == "PATCH":
        return await _append(request, caller, upload)
    if method == "DELETE":
        return await asyncio.to_thread(delete_upload, request, caller, upload)
    if method == "HEAD":
        return await asyncio.to_thread(head_upload, request, caller, upload)
    raise MethodNotAllowed.of("method_not_allowed/upload")


async def _append(request: Request, caller: Caller, upload: str) -> Response:
    _require_version(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != PIECES:
        raise UnsupportedType.of("unsupported_type/piece", wanted=PIECES, kind=kind[:80] or "-")
    at = _number(request, "upload-offset")
    checksum = read_checksum(request.headers.get("upload-checksum"))
    uploads = wired(request).catalogue.uploads
    found = await asyncio.to_thread(uploads.find, caller, upload)
    made = await uploads.append(found, at, _pieces(request), checksum)
    return Response(status_code=204, headers={"Upload-Offset": str(made.received), **_further(made)})


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        if piece:
            yield piece


def _further(upload: UploadRow) -> dict[str, str]:
    """Until when an upload is kept; a finished one does not expire: it is a job."""
    if upload.job is not None:
        return {"Upload-Job": f"/api/v1/jobs/{upload.job}"}
    return {"Upload-Expires": formatdate(upload.expires_at / 1000, usegmt=True)}


def _number(request: Request, name: str) -> int:
    """A header that is a number of bytes.

    Raises:
        BadRequest: It is missing, or is none.
    """
    given = request.headers.get(name)
    written = "-".join(each.capitalize() for each in name.split("-"))
    if given is None or not _NUMBER.fullmatch(given):
        told = "is missing" if given is None else f"is {given[:30]!r}"
        raise BadRequest("upload_number", f"{written} {told}; it is a number of bytes.")
    return int(given)


def read_metadata(header: str) -> dict[str, str]:
    """The keys and values of `Upload-Metadata`; a value that is no text counts as none.

    Raises:
        BadRequest: It is not in the form that the protocol asks for.

    >>> read_metadata("exhibit djI=,language ZnI=, is_draft")
    {'exhibit': 'v2', 'language': 'fr', 'is_draft': ''}
    """
    found: dict[str, str] = {}
    if len(header) > LONGEST_METADATA:
        raise _bad_metadata("it is longer than 32 KiB; put a long transcript to the track afterwards")
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key):
            raise _bad_metadata("a key is empty or holds what a key may not")
        if key in found:
            raise _bad_metadata(f"the key {key} comes twice")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            raise _bad_metadata(f"the value of {key} is not base64") from None
    return found


def _bad_metadata(why: str) -> BadRequest:
    return BadRequest("upload_metadata", f"Upload-Metadata cannot be read: {why}.")


def read_checksum(header: str | None) -> Checksum | None:
    """The checksum of a piece.

    Raises:
        BadRequest: Its algorithm is not spoken here, or the digest is not base64.
    """
    if header is None:
        return None
    algorithm, _, value = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        known = " and ".join(ALGORITHMS)
        raise BadRequest(
            "checksum_algorithm", f"Upload-Checksum names {algorithm[:20]!r}; {known} are known here."
        )
    try:
        return Checksum(algorithm, base64.b64decode(value.strip(), validate=True))
    except (binascii.Error, ValueError):
        raise BadRequest("checksum_algorithm", "The digest of Upload-Checksum is not base64.") from None
