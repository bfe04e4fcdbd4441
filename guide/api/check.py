"""The layout check of the draft over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request

from guide.api.access import Staff
from guide.api.shapes import Shape
from guide.api.shapes_coverage import FindingShape
from guide.api.strict import StrictRoute
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.replies import page
from guide.services.findings import errors_of
from guide.services.layout_check import check
from guide.services.messages import Message, Profile

router = APIRouter(tags=["curators"], route_class=StrictRoute)


class CheckBody(Message):
    """By what the draft is judged; the site's own profile, where nothing is said."""

    profile: Profile | None = None


class CheckShape(Shape):
    """What a check found, errors first, of which version of the draft and by which profile."""

    items: list[FindingShape]
    next_cursor: None
    profile: str
    version: int
    errors: int
    warnings: int


@router.post("/draft/check", response_model=CheckShape, name="check_draft")
def check_draft(
    request: Request,
    caller: Staff,
    body: Annotated[CheckBody | None, Body()] = None,
    language: Annotated[str | None, Query(max_length=35, description="Of the sentences: en or fr.")] = None,
) -> dict[str, Any]:
    """Everything that speaks against publishing the draft, or against its layout (staff).

    Errors stop a publication; warnings do not. A proposal's edits are made with `PATCH /draft/zones/{id}`.
    """
    content, version = wired(request).catalogue.draft.content(caller.site)
    profile = (body.profile if body else None) or content.site.profile
    found = check(content, reader_of(request, language), profile)
    errors = len(errors_of(found))
    told = page([each.body() for each in found], None)
    return {
        **told,
        "profile": profile,
        "version": version,
        "errors": errors,
        "warnings": len(found) - errors,
    }
