"""The decision log for staff: filters, pages, CSV and NDJSON."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.responses import Response, StreamingResponse

from guide.api.access import Staff
from guide.api.shapes import DecisionList
from guide.api.visits import reader_of
from guide.api.wired import wired
from guide.replies import cursor, page, read_cursor
from guide.services.messages import Time
from zones.decision import Action, Reason

router = APIRouter(tags=["staff"])
FORMS: Final = {"text/csv": "csv", "application/x-ndjson": "ndjson"}
Text = Annotated[str, Field(max_length=200)]


class Filters(BaseModel):
    """What to show of the log; all that is given must hold."""

    visit: Text | None = None
    exhibit: Text | None = None
    zone: Text | None = None
    device: Text | None = None
    action: Action | None = None
    reason: Reason | None = None
    language: Annotated[str, Field(max_length=35, description="Only narrations in this language.")] | None = (
        None
    )
    from_: Annotated[Time | None, Field(alias="from")] = None
    to: Time | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 50
    cursor: Annotated[str, Field(max_length=1000)] | None = None

    def wanted(self) -> dict[str, str | int | None]:
        """As the query takes them."""
        given = self.model_dump(exclude={"limit", "cursor", "from_", "to"})
        return given | {"from": self.from_, "to": self.to}


@router.get("/decisions", response_model=DecisionList, name="list_decisions")
async def list_decisions(request: Request, caller: Staff, filters: Annotated[Filters, Query()]) -> Response:
    """Decisions and suppressed triggers, newest first. `Accept: text/csv` or `application/x-ndjson` streams all.

    The sentences come in the language of `Accept-Language`, English or French.
    """
    guide = wired(request)
    reader = reader_of(request, None)
    form = next((FORMS[each] for each in FORMS if each in request.headers.get("accept", "")), None)
    if form is not None:
        await guide.visits.read(lambda: None)
        kind = next(name for name, short in FORMS.items() if short == form)
        lines = guide.log.lines(caller.site, filters.wanted(), reader, form)
        disposition = {"Content-Disposition": f'attachment; filename="decisions.{form}"'}
        return StreamingResponse(lines, media_type=f"{kind}; charset=utf-8", headers=disposition)
    before = read_cursor(filters.cursor, int, str) if filters.cursor else None
    items, more = await guide.visits.read(
        lambda: guide.log.page(caller.site, filters.wanted(), before, filters.limit, reader)
    )
    body = to_json(page(items, cursor(*more) if more else None))
    return Response(body, 200, {"Cache-Control": "no-store"}, "application/json")
