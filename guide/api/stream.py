"""The WebSocket of a visit: the same polls and commands as over HTTP, one answer for each message."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect

from guide.api.reading import parse
from guide.api.wired import wired
from guide.errors import GuideError
from guide.replies import problem
from guide.services.messages import CommandBody, Poll
from guide.services.polling import Outcome
from guide.services.visit import Visit
from guide.wiring import Guide

router = APIRouter(tags=["devices"])
REFUSED: Final = 4401
NOT_FOUND: Final = 4404
ENDED: Final = 4410
LONGEST: Final = 64 * 1024


@router.websocket("/visits/{visit}/stream")
async def stream(socket: WebSocket, visit: str, ticket: Annotated[str, Query(max_length=200)] = "") -> None:
    """Open with `?ticket=…`; a message with `do` is a command, any other a poll; problems come as answers."""
    guide = wired(socket)
    try:
        caller = guide.tickets.take(ticket, visit)
        found = await guide.visits.find(visit, caller)
    except GuideError as error:
        await socket.accept()
        await socket.close(REFUSED, error.detail[:120])
        return
    await socket.accept()
    try:
        while found.ended_at is None:
            text = await socket.receive_text()
            await socket.send_text(await _answer(guide, found, text))
    except WebSocketDisconnect:
        return
    await socket.close(ENDED, "the visit has ended")


async def _answer(guide: Guide, visit: Visit, text: str) -> str:
    """The answer to one message; a fault is answered as a problem, and the connection lives on."""
    try:
        outcome = await guide.visits.taking(visit, _take(guide, text))
    except GuideError as error:
        return bytes(problem(error).body).decode()
    return outcome.body.decode()


def _take(guide: Guide, text: str) -> Callable[[Visit], Outcome]:
    if '"do"' in text:
        command = parse(text, CommandBody)
        return lambda visit: guide.visits.polling.command(visit, command)
    poll = parse(text, Poll)
    return lambda visit: guide.visits.polling.poll(visit, poll)
