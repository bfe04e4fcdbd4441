"""The draft over HTTP: zones as GeoJSON, single edits, import, history and undo.

Zones are one collection of GeoJSON in WGS 84; a single zone speaks local metres (`outline`, `holes`, `parts`) and is
told its `geometry` beside. Exhibits, shows and tours are the documents of a site folder.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from pydantic_core import to_json
from starlette.responses import Response

from guide.api.access import Curator, Staff
from guide.api.conditions import IF_MATCH, answer, expected_version, precondition, version_tag
from guide.api.shapes_content import ChangeList, DocumentList, DraftShape, UndoneShape
from guide.api.strict import StrictRoute
from guide.api.wired import wired
from guide.content import Content, Doc
from guide.errors import Malformed
from guide.replies import cursor, page, read_cursor
from guide.services.draft import Edited
from guide.services.draft_documents import (
    EXHIBITS,
    SHOWS,
    TOURS,
    ZONES,
    Kind,
    exhibits_of,
    levels_of,
    shallow,
    unsound,
    zone,
)
from guide.services.layouts import frame_of, zone_doc, zone_of
from guide.store.catalogue import Item
from zones import geojson
from zones.errors import LayoutFaults

router = APIRouter(tags=["curators"], route_class=StrictRoute)

GEOJSON: Final = "application/geo+json"
FEATURES: Final = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": {"type": "object"}},
    },
}
TAKES_FEATURES: Final = {
    **IF_MATCH,
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": FEATURES} for kind in (GEOJSON, "application/json")},
    },
}
TELLS_FEATURES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "One feature a zone.", "content": {GEOJSON: {"schema": FEATURES}}}
}
ANY: Final[dict[str, Any]] = {"type": "object", "additionalProperties": True}
TELLS_ONE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The document.", "content": {"application/json": {"schema": ANY}}}
}
MADE_ONE: Final[dict[int | str, dict[str, Any]]] = {
    201: {"description": "The new document.", "content": {"application/json": {"schema": ANY}}}
}

ItemId = Annotated[str, Path(min_length=1, max_length=64, description="The id of the document.")]
Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(alias="cursor", max_length=400)]
Patch = Annotated[dict[str, Any], Body(description="What changes; null takes a key away (RFC 7396).")]
Given = Annotated[dict[str, Any], Body(description="The document; its id is the address's.")]


@router.get("/draft", response_model=DraftShape, name="read_draft")
def read_draft(request: Request, caller: Staff) -> Response:
    """What the draft holds, its version, and how it differs from the active release (staff)."""
    state, version = wired(request).catalogue.draft.state(caller.site)
    return answer(request, to_json(state), version_tag(version))


@router.get("/draft/changes", response_model=ChangeList, name="list_changes")
def list_changes(
    request: Request,
    caller: Staff,
    limit: Limit = 50,
    cursor_: Cursor = None,
) -> dict[str, Any]:
    """Who changed what, newest first (staff)."""
    before = read_cursor(cursor_, int)[0] if cursor_ else None
    items, more = wired(request).catalogue.draft.changes(caller.site, before, limit)
    return page(items, cursor(more) if more else None)


@router.post("/draft/undo", response_model=UndoneShape, name="undo_change")
def undo_change(request: Request, caller: Curator) -> Response:
    """Step back the last edit that has not been stepped back (curator). `If-Match` is welcome."""
    undone, version = wired(request).catalogue.draft.undo(caller.site, expected_version(request), caller.name)
    return Response(
        to_json({"undone": undone, "version": version}),
        headers={"ETag": version_tag(version)},
        media_type="application/json",
    )


async def raw_body(request: Request) -> str:
    """The body as text, so that a fault can name its line.

    Raises:
        Malformed: It is not UTF-8.
    """
    try:
        return (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed("malformed_json", "The body is not text in UTF-8.") from None


@router.get("/draft/zones", responses=TELLS_FEATURES, response_class=Response, name="read_draft_zones")
def read_zones(request: Request, caller: Staff) -> Response:
    """The draft's zones as a FeatureCollection in WGS 84, one feature a zone (staff)."""
    found, content, version = wired(request).catalogue.draft.items(caller.site, ZONES)
    told = answer(request, to_json(_features(found, content)), version_tag(version))
    told.headers["Content-Type"] = GEOJSON
    return told


@router.put(
    "/draft/zones",
    responses=TELLS_FEATURES,
    response_class=Response,
    openapi_extra=TAKES_FEATURES,
    name="replace_draft_zones",
)
def replace_zones(request: Request, caller: Curator, text: Annotated[str, Depends(raw_body)]) -> Response:
    """Put other zones in place of all, or change nothing and tell every fault (curator).

    A ring that runs the wrong way round is turned, and said so in `notes`.
    """

    def read(content: Content) -> tuple[Sequence[Doc], tuple[str, ...]]:
        try:
            read = geojson.read_zones(
                text, frame_of(content.site), levels_of(content), exhibits_of(content), where="body"
            )
        except LayoutFaults as error:
            raise unsound(error) from error
        return [zone_doc(each) for each in read.zones], read.notes

    found, content, version, notes = wired(request).catalogue.draft.replace(
        caller.site, ZONES, read, precondition(request), caller.name
    )
    body = {**_features(found, content), "notes": notes}
    return Response(to_json(body), headers={"ETag": version_tag(version)}, media_type=GEOJSON)


def _features(items: Sequence[Item], content: Content) -> dict[str, Any]:
    return geojson.write_zones([zone_of(zone(each.doc)) for each in items], frame_of(content.site))


def _list_route(kind: Kind) -> None:
    """All documents of a kind, in pieces."""

    @router.get(
        f"/draft/{kind.name}s",
        response_model=DocumentList,
        name=f"list_draft_{kind.name}s",
        description=f"The draft's {kind.name}s in their order (staff).",
    )
    def listed(request: Request, caller: Staff, limit: Limit = 100, cursor_: Cursor = None) -> dict[str, Any]:
        after = max(0, read_cursor(cursor_, int)[0]) if cursor_ else 0
        found, content, _ = wired(request).catalogue.draft.items(caller.site, kind)
        items = [kind.told(each.doc, content) for each in found[after : after + limit]]
        return page(items, cursor(after + limit) if len(found) > after + limit else None)


def _read_route(kind: Kind, one: str) -> None:
    """One document of a kind, which a sentence calls `one`: `an exhibit`."""

    @router.get(
        f"/draft/{kind.name}s/{{item}}",
        responses=TELLS_ONE,
        response_class=Response,
        name=f"read_draft_{kind.name}",
        description=f"{one.capitalize()} of the draft, with the `ETag` that an edit of it needs (staff).",
    )
    def read(request: Request, caller: Staff, item: ItemId) -> Response:
        found, content = wired(request).catalogue.draft.item(caller.site, kind, item)
        return answer(request, to_json(kind.told(found.doc, content)), version_tag(found.version))


def _edit_routes(kind: Kind, one: str, *, of_body: str = "", goes_too: str = "") -> None:
    """A document of a kind is added, changed, taken out.

    Args:
        kind: Its kind.
        one: What a sentence calls one: `an exhibit`.
        of_body: What the description says of the body.
        goes_too: What it says of things that are taken out with the document.
    """
    path, name = f"/draft/{kind.name}s/{{item}}", f"draft_{kind.name}"

    @router.post(
        path,
        status_code=201,
        responses=MADE_ONE,
        response_class=Response,
        name=f"create_{name}",
        description=f"Add {one} to the draft (curator).{of_body}",
    )
    def create(request: Request, caller: Curator, item: ItemId, body: Given) -> Response:
        draft = wired(request).catalogue.draft
        made = draft.create(caller.site, kind, item, shallow(body), caller.name)
        told = _told(kind, made, draft.content(caller.site)[0], 201)
        told.headers["Location"] = f"/api/v1/draft/{kind.name}s/{item}"
        return told

    @router.patch(
        path,
        responses=TELLS_ONE,
        response_class=Response,
        openapi_extra=IF_MATCH,
        name=f"change_{name}",
        description=f"Change {one} of the draft (curator).{of_body}",
    )
    def change(request: Request, caller: Curator, item: ItemId, patch: Patch) -> Response:
        draft = wired(request).catalogue.draft
        made = draft.change(caller.site, kind, item, shallow(patch), precondition(request), caller.name)
        return _told(kind, made, draft.content(caller.site)[0], 200)

    @router.delete(
        path,
        status_code=204,
        openapi_extra=IF_MATCH,
        name=f"delete_{name}",
        description=f"Take {one} out of the draft (curator).{goes_too}\n\n"
        "What still names it stops the next publication.",
    )
    def delete(request: Request, caller: Curator, item: ItemId) -> Response:
        wired(request).catalogue.draft.delete(caller.site, kind, item, precondition(request), caller.name)
        return Response(status_code=204)


def _told(kind: Kind, made: Edited, content: Content, status: int) -> Response:
    body = kind.told(made.doc, content) | ({"notes": list(made.notes)} if made.notes else {})
    return Response(to_json(body), status, {"ETag": version_tag(made.version)}, "application/json")


_read_route(ZONES, "a zone")
_edit_routes(
    ZONES,
    "a zone",
    of_body="\n\nIts shape is `outline` with `holes`, or `parts`, in local metres, or `geometry` in WGS 84.",
)
for _kind, _one, _goes_too in (
    (EXHIBITS, "an exhibit", " Its tracks go with it."),
    (SHOWS, "a show", ""),
    (TOURS, "a tour", ""),
):
    _list_route(_kind)
    _read_route(_kind, _one)
    _edit_routes(_kind, _one, goes_too=_goes_too)
