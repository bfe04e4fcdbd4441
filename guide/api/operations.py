"""For those who run the service: is it alive, is it ready, what does it do."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from guide.api.wired import wired
from guide.errors import Fault, Unavailable

router = APIRouter(tags=["operations"])


class AliveShape(BaseModel):
    """The process answers."""

    status: str
    version: str


class CheckShape(BaseModel):
    """One part that must be there."""

    name: str
    ok: bool
    sentence: str


class ReadyShape(BaseModel):
    """Everything that answers need is there."""

    status: str
    checks: list[CheckShape]


@router.get("/healthz", response_model=AliveShape, name="alive")
async def alive() -> dict[str, str]:
    """Whether the process answers at all; restart it where this fails."""
    return {"status": "ok", "version": version("coupole")}


@router.get("/readyz", response_model=ReadyShape, name="ready")
def ready(request: Request) -> dict[str, Any]:
    """Whether requests may be sent here: database and store are asked."""
    checks = wired(request).health.ready()
    faults = [Fault(each.name, each.sentence) for each in checks if not each.ok]
    if faults:
        raise Unavailable("not_ready", "Something that answers need is missing.", faults)
    return {
        "status": "ok",
        "checks": [{"name": each.name, "ok": each.ok, "sentence": each.sentence} for each in checks],
    }


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Metrics."}},
    name="metrics",
)
def metrics(request: Request) -> Response:
    """Requests, open visits and decisions in Prometheus' text form; nothing about any one visit."""
    return Response(wired(request).metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
