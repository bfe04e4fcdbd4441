"""The API's own description: OpenAPI 3.1 with problems and ways in on every route, and a page that shows it offline."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from guide.api.access import SECURITY_SCHEMES
from guide.api.pages import WEB
from guide.replies import PROBLEM_TYPE, UNBUILT, description_of

router = APIRouter()
_SENTENCE: Final = "The reference page is not built; the same is written in /openapi.json.\n"
_POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coupole: HTTP interface</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/docs-assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript; the same is written in <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs-assets/swagger-ui-bundle.js"></script>
<script src="/docs-assets/init.js"></script>
</body>
</html>
"""
_ABOUT: Final = """An audio guide for museums: devices poll with their position and are told what to play, and why.

Times are RFC 3339 in UTC with milliseconds. Whatever goes wrong is a problem (RFC 9457) with a stable `code`.
Lists go on with `next_cursor`. Edits name the version that they edit with `If-Match`.
"""
_STREAM: Final = """What a handheld calls. The same polls and commands go over one WebSocket,
`/api/v1/visits/{visit}/stream?ticket=…`, opened with a one-time ticket."""
_TAGS: Final = (
    ("devices", _STREAM),
    ("curators", "Drawing zones, recording exhibits, publishing releases."),
    ("staff", "Devices, visits, and why each narration did or did not start."),
    ("people", "Signing in and out."),
    ("operations", "For those who run the service."),
)
PUBLIC: Final = frozenset({"alive", "ready", "metrics", "sign_in", "enroll", "read_media", "head_media"})
"""Operations that nobody needs to be known for."""
OPEN: Final = frozenset({"start_visit", "read_site", "list_tours", "list_screenings"})
"""Operations that strangers may call where the site lets them in."""
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457). Some problems have further members, such as the current `playing`.",
    "required": ["type", "title", "status", "code", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:coupole:problem:visit_ended"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; each is listed in the reference of problems."},
        "detail": {"type": "string", "description": "A sentence for a person."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "message"],
                "properties": {"where": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


@router.get("/docs", include_in_schema=False)
async def reference() -> Response:
    """The reference page; all that it loads lies beside the pages."""
    if not (WEB / "docs-assets").is_dir():
        return PlainTextResponse(_SENTENCE, UNBUILT)
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"})


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description of an app, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="Coupole",
            version=version("coupole"),
            summary="An audio-guide backend for museums",
            description=_ABOUT,
            routes=app.routes,
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            tags=[{"name": name, "description": about} for name, about in _TAGS],
            servers=[{"url": "/"}],
        )
        parts = made.setdefault("components", {})
        parts["securitySchemes"] = SECURITY_SCHEMES
        schemas = parts.setdefault("schemas", {})
        schemas["Problem"] = _PROBLEM
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        for operation in _operations(made):
            _complete(operation)
        app.openapi_schema = made
    return app.openapi_schema


def _operations(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in made["paths"].values():
        yield from (each for method, each in path.items() if method != "parameters")


def _complete(operation: dict[str, Any]) -> None:
    """Say of one operation who may call it and how it refuses."""
    name = operation["operationId"]
    if name in PUBLIC:
        operation["security"] = []
    else:
        operation["security"] = [{each: []} for each in SECURITY_SCHEMES] + ([{}] if name in OPEN else [])
    answers = operation["responses"]
    answers.pop("422", None)
    for status in _refusals(operation):
        answers.setdefault(str(status), _problem_answer(description_of(status)))
    answers.setdefault("default", _problem_answer("Anything else that went wrong."))


def _refusals(operation: dict[str, Any]) -> Iterator[int]:
    """The statuses by which an operation may refuse, from what it takes and who may call it."""
    places = {each["in"] for each in operation.get("parameters", ())}
    if operation["security"]:
        yield from (401, 403)
    if "path" in places:
        yield 404
    if "requestBody" in operation:
        yield from (413, 415)
    if places or "requestBody" in operation:
        yield 422
    if operation["operationId"] in {"sign_in", "enroll", "start_visit"}:
        yield 429


def _problem_answer(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_TYPE: {"schema": schema}}}
