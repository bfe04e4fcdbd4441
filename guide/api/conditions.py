"""Entity tags: which version an edit is made on, and whether the asker knows the answer already.

Source: RFC 9110, sections 8.8 and 13.1; RFC 6585, section 3 (428).
"""

import hashlib
import re
from typing import Final

from fastapi import Request
from starlette.responses import Response

from guide.errors import PreconditionRequired
from guide.replies import NOT_MODIFIED
from guide.services.draft import Precondition

IF_MATCH: Final = {
    "parameters": [
        {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
            "description": 'The `ETag` of what is edited, as it was read: `"7"`. Without it the answer is 428.',
        }
    ]
}
"""For the description of a route that edits."""

_TAG = re.compile(r'(?P<weak>W/)?"(?P<value>[^"]*)"')


def version_tag(version: int) -> str:
    """The entity tag of a version of the draft, or of a document that last changed in it."""
    return f'"{version}"'


def precondition(request: Request) -> Precondition:
    """What `If-Match` asks of the version that is edited.

    Raises:
        PreconditionRequired: It is missing.
    """
    header = request.headers.get("if-match")
    if header is None:
        raise PreconditionRequired.of("precondition_required")
    if header.strip() == "*":
        return lambda _changed, _version: True
    # a weak tag never matches here
    versions = {
        int(tag["value"]) for tag in _TAG.finditer(header) if not tag["weak"] and _is_version(tag["value"])
    }
    return lambda changed, version: any(changed <= each <= version for each in versions)


def _is_version(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19  # noqa: PLR2004 - digits of the largest integer


def expected_version(request: Request) -> Precondition:
    """The same where `If-Match` is welcome and not required."""
    return precondition(request) if "if-match" in request.headers else lambda _changed, _version: True


def knows(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names an entity tag; weak ones compare as equal there."""
    header = request.headers.get("if-none-match")
    if header is None:
        return False
    return header.strip() == "*" or etag in {f'"{tag["value"]}"' for tag in _TAG.finditer(header)}


def answer(request: Request, data: bytes, etag: str | None = None, cache: str = "no-cache") -> Response:
    """JSON with its entity tag, or 304 where the asker has it."""
    tag = etag or f'"{hashlib.sha256(data).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": cache, "Vary": "Accept-Language, Authorization, Cookie"}
    if knows(request, tag):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return Response(data, headers=headers, media_type="application/json")
