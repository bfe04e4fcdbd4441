"""The WebSocket of a visit: the same polls and commands as over HTTP, one answer for each message."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from pydantic import BaseModel

from guide.api.reading import parse
from guide.api.wired import wired
from guide.errors import GuideError
from guide.replies import problem
from guide.services.messages import CommandBody, Poll
from guide.services.polling import Outcome
from guide.services.visit import Visit
from guide.wiring import Guide

router = APIRouter(tags=["devices"])
NO_TEXT: Final = 1003
"""Of data that this end does not take. Source: RFC 6455, section 7.4.1."""
REFUSED: Final = 4401
NOT_FOUND: Final = 4404
ENDED: Final = 4410
LONGEST: Final = 64 * 1024


class Asked(BaseModel):
    """What tells a command from a poll."""

    do: Any = None


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
            text = await _text(socket)
            if text is None:
                await socket.close(NO_TEXT, "messages are JSON texts, not binary")
                return
            await socket.send_text(await _answer(guide, found, text))
    except WebSocketDisconnect:
        return
    await socket.close(ENDED, "the visit has ended")


async def _text(socket: WebSocket) -> str | None:
    """The next message; None for one that is no text.

    Starlette's own `receive_text` ends in a KeyError for a binary one.

    Raises:
        WebSocketDisconnect: The device has gone.
    """
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000), message.get("reason"))
    text: str | None = message.get("text")
    return text


async def _answer(guide: Guide, visit: Visit, text: str) -> str:
    """The answer to one message; a fault is answered as a problem, and the connection lives on."""
    try:
        outcome = await guide.visits.taking(visit, _take(guide, text))
    except GuideError as error:
        return bytes(problem(error).body).decode()
    return outcome.body.decode()


def _take(guide: Guide, text: str) -> Callable[[Visit], Outcome]:
    if "do" in parse(text, Asked).model_fields_set:
        command = parse(text, CommandBody)
        return lambda visit: guide.visits.polling.command(visit, command)
    poll = parse(text, Poll)
    return lambda visit: guide.visits.polling.poll(visit, poll)
