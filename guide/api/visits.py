"""The device interface: visits, polls, commands, late fixes, playback.

The hot path is written by hand: it reads the body with one model and answers with bytes that the service made, so
that a retry gets them again. `guide.api.shapes` describes the answers for the API's reference.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from guide.api.access import Staff, authenticate, open_caller
from guide.api.reading import read
from guide.api.shapes import ItemResults, PollAnswer, TicketShape, TimelineShape, VisitList, VisitShape
from guide.api.wired import wired
from guide.clock import rfc3339
from guide.errors import Gone, Malformed
from guide.replies import cursor, page, read_cursor, reader_in
from guide.services import idempotency, late
from guide.services.log import MOST, TIMELINE_KINDS
from guide.services.messages import CommandBody, FixesBody, PlaybackBody, Poll, VisitBody, VisitPatch
from guide.services.visit import Visit, from_row
from guide.store import visits as rows

router = APIRouter(tags=["devices"])
JSON: Final = "application/json"

VisitId = Annotated[str, Path(min_length=1, max_length=64, description="The id of the visit.")]
Limit = Annotated[int, Query(ge=1, le=MOST)]


def inlined(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model with its definitions put in their places, for a hand-written route."""
    schema = model.model_json_schema()
    known = schema.pop("$defs", {})

    def put(part: Any) -> Any:  # noqa: ANN401 - any piece of a schema
        if isinstance(part, dict):
            if "$ref" in part:
                return put(known[part["$ref"].rsplit("/", 1)[1]])
            return {key: put(value) for key, value in part.items()}
        return [put(each) for each in part] if isinstance(part, list) else part

    return dict(put(schema))


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """The description of a body that the route reads by itself."""
    return {"requestBody": {"required": True, "content": {JSON: {"schema": inlined(model)}}}}


async def visit_of(request: Request, visit_id: str) -> Visit:
    """The visit of a request, if its caller may see it."""
    return await wired(request).visits.find(visit_id, await authenticate(request))


def reader_of(request: Request, language: str | None) -> str:
    """The language in which to write sentences: asked for, else of the browser, else English."""
    return reader_in(f"{language or ''},{request.headers.get('accept-language', '')}")


@router.post(
    "/visits", status_code=201, response_model=VisitShape, openapi_extra=takes(VisitBody), name="start_visit"
)
async def start_visit(
    request: Request, idempotency_key: Annotated[str | None, Header(max_length=idempotency.LONGEST)] = None
) -> Response:
    """Hand out a device: start a visit. Without a key this is the anonymous grant, where the site allows it."""
    caller = await open_caller(request)
    body = await read(request, VisitBody)
    once = None
    if idempotency_key is not None and caller.kind != "anonymous":
        once = (idempotency_key, idempotency.digest(await request.body()))
    answer = await wired(request).visits.create(caller, body, once)
    identity = answer[7 : answer.index(b'"', 7)].decode()  # {"id":"…
    location = f"/api/v1/visits/{identity}"
    return Response(answer, 201, {"Location": location, "Cache-Control": "no-store"}, JSON)


@router.get("/visits", response_model=VisitList, name="list_visits")
async def list_visits(
    request: Request,
    caller: Staff,
    active: Annotated[
        bool | None, Query(description="Only those under way, or only those that ended.")
    ] = None,
    limit: Limit = 50,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
) -> Response:
    """Visits, newest first (staff)."""
    guide = wired(request)
    before = read_cursor(cursor_, int, str) if cursor_ else None

    def query() -> list[Visit]:
        with guide.database.reading() as session:
            found = rows.page(session, caller.site, active=active, before=before, limit=limit)
            return [from_row(row) for row in found]

    found = await guide.visits.read(query)
    more = cursor(found[-1].created_at, found[-1].id) if len(found) == limit else None
    return _json(page([guide.visits.shape(each) for each in found], more))


@router.get("/visits/{visit_id}", response_model=VisitShape, name="read_visit")
async def read_visit(request: Request, visit_id: VisitId) -> Response:
    """A visit, also after its end."""
    visit = await visit_of(request, visit_id)
    return _json(wired(request).visits.shape(visit))


@router.patch(
    "/visits/{visit_id}", response_model=VisitShape, openapi_extra=takes(VisitPatch), name="change_visit"
)
async def change_visit(request: Request, visit_id: VisitId) -> Response:
    """Change languages, variant, mode or leaving time; languages hold from the next start, at once with `now`."""
    visit = await visit_of(request, visit_id)
    patch = await read(request, VisitPatch)
    return _json(await wired(request).visits.change(visit, patch))


@router.post("/visits/{visit_id}/poll", response_model=PollAnswer, openapi_extra=takes(Poll), name="poll")
async def poll(request: Request, visit_id: VisitId) -> Response:
    """One fix in, one decision out."""
    visit = await visit_of(request, visit_id)
    message = await read(request, Poll)
    visits = wired(request).visits
    outcome = await visits.taking(visit, lambda each: visits.polling.poll(each, message))
    return Response(outcome.body, outcome.status, media_type=JSON)


@router.post(
    "/visits/{visit_id}/commands", response_model=PollAnswer, openapi_extra=takes(CommandBody), name="command"
)
async def command(request: Request, visit_id: VisitId) -> Response:
    """What the visitor asks for: play, pause, resume, skip, replay, stop. It beats every rule."""
    visit = await visit_of(request, visit_id)
    message = await read(request, CommandBody)
    visits = wired(request).visits
    outcome = await visits.taking(visit, lambda each: visits.polling.command(each, message))
    return Response(outcome.body, outcome.status, media_type=JSON)


@router.post(
    "/visits/{visit_id}/fixes", response_model=ItemResults, openapi_extra=takes(FixesBody), name="late_fixes"
)
async def late_fixes(request: Request, visit_id: VisitId) -> Response:
    """Late fixes, up to 500 (gzip allowed): kept and replayed as late; they never start any sound."""
    guide = wired(request)
    visit = await visit_of(request, visit_id)
    body = await read(request, FixesBody)
    view = guide.releases.active(visit.site)
    async with visit.lock:
        _refuse_ended(visit)
        known = await guide.visits.read(lambda: guide.visits.known_seqs(visit))
        answer, batch = late.take_fixes(visit, body, view, known, guide.clock)
        await guide.journal.write(batch)
    return _json(answer)


@router.post(
    "/visits/{visit_id}/playback",
    response_model=ItemResults,
    openapi_extra=takes(PlaybackBody),
    name="playback",
)
async def playback(request: Request, visit_id: VisitId) -> Response:
    """What the device played. A track completed to 80 % or more counts as heard."""
    guide = wired(request)
    visit = await visit_of(request, visit_id)
    body = await read(request, PlaybackBody)
    view = guide.releases.active(visit.site)
    async with visit.lock:
        seqs = [each.seq for each in body.events]
        known = await guide.visits.read(lambda: guide.visits.known_playback(visit, seqs))
        answer, batch = late.take_playback(visit, body, view, known, guide.visits.polling)
        await guide.journal.write(batch)
    return _json(answer)


@router.post("/visits/{visit_id}/end", response_model=VisitShape, name="end_visit")
async def end_visit(request: Request, visit_id: VisitId) -> Response:
    """End a visit. Once ended, it stays as it is."""
    visit = await visit_of(request, visit_id)
    return _json(await wired(request).visits.end(visit))


@router.post("/visits/{visit_id}/ticket", status_code=201, response_model=TicketShape, name="ticket")
async def ticket(request: Request, visit_id: VisitId) -> Response:
    """A one-time ticket for the visit's WebSocket, good for half a minute."""
    visit = await visit_of(request, visit_id)
    _refuse_ended(visit)
    word, until = wired(request).tickets.give(visit.id, await authenticate(request))
    return _json({"ticket": word, "expires_at": rfc3339(until)}, 201)


@router.get("/visits/{visit_id}/timeline", response_model=TimelineShape, name="timeline")
async def timeline(
    request: Request,
    visit_id: VisitId,
    kinds: Annotated[str | None, Query(description="Only these kinds, with commas between.")] = None,
    language: Annotated[str | None, Query(max_length=35, description="Of the sentences.")] = None,
    limit: Limit = 1000,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
) -> Response:
    """Fixes, commands, decisions and playback of a visit as one time line, oldest first."""
    guide = wired(request)
    visit = await visit_of(request, visit_id)
    wanted = frozenset(kinds.split(",")) if kinds else TIMELINE_KINDS
    if not wanted <= TIMELINE_KINDS:
        raise Malformed("malformed", f"kinds: take some of {', '.join(sorted(TIMELINE_KINDS))}")
    after: rows.Place | None = read_cursor(cursor_, int, int, str) if cursor_ else None
    reader = reader_of(request, language)
    items, more = await guide.visits.read(
        lambda: guide.log.timeline(
            visit.site, visit.id, after=after, kinds=wanted, limit=limit, reader=reader
        )
    )
    shown = guide.visits.shape(visit)
    return _json({"visit": shown, **page(items, cursor(*more) if more else None)})


def _refuse_ended(visit: Visit) -> None:
    if visit.ended_at is not None:
        raise Gone("visit_ended", "This visit has ended; start another with POST /api/v1/visits.")


def _json(body: object, status: int = 200) -> Response:
    text = to_json(body, inf_nan_mode="null")  # JSON has no NaN, wherever one might come from
    return Response(text, status, {"Cache-Control": "no-store"}, JSON)
