"""Taking a site folder as an upload: streamed to disk, bounded, whatever its form."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Final

from fastapi import APIRouter, Query, Request
from pydantic_core import to_json
from starlette.datastructures import UploadFile
from starlette.responses import Response

from guide.api.access import Curator
from guide.api.conditions import expected_version, version_tag
from guide.api.shapes_content import ImportedShape
from guide.api.wired import wired
from guide.errors import Fault, Malformed, UnsupportedType
from media.store import Store

router = APIRouter(tags=["curators"])

ZIPS: Final = frozenset({"application/zip", "application/x-zip-compressed", "application/octet-stream"})
FORM: Final = "multipart/form-data"
CHUNK: Final = 1 << 20
FILE: Final = {"type": "string", "format": "binary", "description": "A zip of a site folder."}
TAKES: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/zip": {"schema": FILE},
            FORM: {"schema": {"type": "object", "required": ["file"], "properties": {"file": FILE}}},
        },
    }
}


@router.post("/draft/import", response_model=ImportedShape, openapi_extra=TAKES, name="import_site_folder")
async def import_site_folder(
    request: Request,
    caller: Curator,
    *,
    publish: Annotated[bool, Query(description="Publish it too, in the same step.")] = False,
    note: Annotated[str, Query(max_length=2000, description="Of the release.")] = "",
) -> Response:
    """Put a zip of a site folder in place of the draft, all or nothing (curator).

    Every fault is told with its file and line. With `If-Match`, only the version it names is replaced.
    """
    catalogue = wired(request).catalogue
    allowed = expected_version(request)
    async with _received(request, catalogue.store) as path:
        made = await asyncio.to_thread(
            lambda: catalogue.importing.run(
                path,
                who=caller.name,
                site=caller.site,
                publish=publish,
                note=note,
                allowed=allowed,
            )
        )
    return Response(
        to_json(made.body()),
        headers={"ETag": version_tag(made.draft_version)},
        media_type="application/json",
    )


@asynccontextmanager
async def _received(request: Request, store: Store) -> AsyncIterator[Path]:
    """The upload as a file, for as long as the block runs; how large it may be, the app's edge says.

    Raises:
        UnsupportedType: The body is of another kind.
        Malformed: The form has no file.
    """
    kind = request.headers.get("content-type", "application/zip").partition(";")[0].strip().lower()
    if kind != FORM and kind not in ZIPS:
        raise UnsupportedType(
            "unsupported_type", f"The body is {kind}; send a zip as application/zip, or as `file` of {FORM}."
        )
    with store.staging() as folder:
        path = folder / "upload"
        if kind == FORM:
            await _take_form(request, path)
        else:
            await _take_stream(request, path)
        yield path


async def _take_form(request: Request, path: Path) -> None:
    async with request.form(max_files=1, max_fields=10) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            fault = Fault("body.file", "is missing; send the zip as a file under this name")
            raise Malformed("malformed", "The form has no file.", [fault])
        packed = upload.file
        await asyncio.to_thread(_copy, packed, path)


def _copy(packed: BinaryIO, path: Path) -> None:
    with path.open("wb") as out:
        shutil.copyfileobj(packed, out, CHUNK)


async def _take_stream(request: Request, path: Path) -> None:
    """Write what arrives in pieces of a megabyte, off the event loop: other devices are polling meanwhile."""
    waiting = bytearray()
    with path.open("wb") as out:
        async for piece in request.stream():
            waiting += piece
            if len(waiting) >= CHUNK:
                await asyncio.to_thread(out.write, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(out.write, bytes(waiting))
