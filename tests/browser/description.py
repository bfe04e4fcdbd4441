"""The part of the service's description that the pages are made from: `guide/web/openapi.json`.

Run `python -m tests.browser.description` after a change of the interface; then `npm run check` in guide/web says
where the pages no longer fit it.
"""

import json
import tempfile
from pathlib import Path
from typing import Any, Final

from guide.app import create_app
from guide.settings import Settings

FILE: Final = Path(__file__).parents[2] / "guide" / "web" / "openapi.json"
CALLS: Final = {
    "/api/v1/site": ("get",),
    "/api/v1/bundle": ("get",),
    "/api/v1/visits": ("post",),
    "/api/v1/visits/{visit_id}": ("patch",),
    "/api/v1/visits/{visit_id}/poll": ("post",),
    "/api/v1/visits/{visit_id}/commands": ("post",),
    "/api/v1/visits/{visit_id}/playback": ("post",),
    "/api/v1/visits/{visit_id}/end": ("post",),
    "/api/v1/visits/{visit_id}/timeline": ("get",),
    "/api/v1/decisions": ("get",),
    "/api/v1/session": ("get", "post", "delete"),
    "/api/v1/draft": ("get",),
    "/api/v1/draft/exhibits": ("get",),
    "/api/v1/draft/undo": ("post",),
    "/api/v1/tracks": ("get", "post"),
    "/api/v1/tracks/{track}": ("get", "patch", "delete"),
    "/api/v1/tracks/{track}/transcript": ("get", "put"),
    "/api/v1/jobs": ("get",),
    "/api/v1/jobs/{job}": ("get",),
    "/api/v1/jobs/{job}/retry": ("post",),
}
"""What `src/lib/api.ts` calls, or takes a type from."""


def described() -> dict[str, Any]:
    """What the service says of the calls that the pages make, with the schemas that these need."""
    with tempfile.TemporaryDirectory() as folder:
        whole: dict[str, Any] = create_app(Settings.read(data=Path(folder))).openapi()
    paths = {path: {each: whole["paths"][path][each] for each in calls} for path, calls in CALLS.items()}
    schemas = whole["components"]["schemas"]
    needed: dict[str, Any] = {}
    open_names = names_in(paths)
    while open_names:
        name = open_names.pop()
        if name not in needed:
            needed[name] = schemas[name]
            open_names |= names_in(schemas[name])
    head = {"openapi": whole["openapi"], "info": {"title": whole["info"]["title"], "version": "1"}}
    security = whole["components"].get("securitySchemes", {})
    return {**head, "paths": paths, "components": {"schemas": needed, "securitySchemes": security}}


def names_in(part: object) -> set[str]:
    """The schemas that a piece of a description refers to."""
    if isinstance(part, dict):
        here = {part["$ref"].rsplit("/", 1)[1]} if isinstance(part.get("$ref"), str) else set()
        return here.union(*(names_in(each) for each in part.values()))
    if isinstance(part, list):
        return set().union(*(names_in(each) for each in part))
    return set()


def text() -> str:
    """The file as it should be."""
    return json.dumps(described(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
