"""The fleet over HTTP: staff prepare and shut out devices, a device enrols itself by its code."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from guide.api.access import Staff
from guide.api.strict import StrictRoute
from guide.api.wired import client_of, wired
from guide.clock import rfc3339
from guide.replies import cursor, page, read_cursor
from guide.services.fleet import Handheld

router = APIRouter(route_class=StrictRoute)
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")
]


class EnrolBody(BaseModel):
    """What a handheld sends once: the code that staff gave it, and its own name if it has one."""

    model_config = ConfigDict(extra="forbid")
    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    name: Name | None = None


class EnrolledShape(BaseModel):
    """A device's key; it is shown this once."""

    device_id: str
    key: str


class DeviceBody(BaseModel):
    """A new device."""

    model_config = ConfigDict(extra="forbid")
    name: Name


class DeviceShape(BaseModel):
    """A handheld of the fleet; `enrolled` while it holds a key that is not revoked."""

    id: str
    name: str
    created_at: str
    last_seen: str | None
    enrolled: bool


class PreparedShape(DeviceShape):
    """A new device with the code by which it gets its key; the code is shown this once and works once."""

    code: str
    expires_at: str


class DeviceList(BaseModel):
    """Devices in the order of their ids."""

    items: list[DeviceShape]
    next_cursor: str | None


@router.post(
    "/devices/enroll", status_code=201, response_model=EnrolledShape, tags=["devices"], name="enroll"
)
def enroll(request: Request, response: Response, body: EnrolBody) -> dict[str, str]:
    """Turn a one-time enrolment code into a key."""
    guide = wired(request)
    guide.strangers.take(f"enrol {client_of(request)}", phrase="too_many_enrolments")
    made = guide.fleet.enrol(body.code, body.name)
    response.headers["Cache-Control"] = "no-store"
    return {"device_id": made.device or "", "key": made.key}


@router.get("/devices", response_model=DeviceList, tags=["staff"], name="list_devices")
def list_devices(
    request: Request,
    caller: Staff,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor_: Annotated[str | None, Query(alias="cursor", max_length=400)] = None,
) -> dict[str, Any]:
    """The devices of the site (staff)."""
    after = read_cursor(cursor_, str)[0] if cursor_ else None
    items, more = wired(request).fleet.page(caller.site, after, limit)
    return page([_shape(each) for each in items], cursor(more) if more else None)


@router.post("/devices", status_code=201, response_model=PreparedShape, tags=["staff"], name="prepare_device")
def prepare_device(request: Request, response: Response, caller: Staff, body: DeviceBody) -> dict[str, Any]:
    """Add a device, with a code by which it enrols itself (staff)."""
    made = wired(request).fleet.prepare(caller.site, body.name)
    response.headers["Cache-Control"] = "no-store"
    return {**_shape(made.device), "code": made.code, "expires_at": rfc3339(made.expires_at)}


@router.delete("/devices/{device}/key", status_code=204, tags=["staff"], name="shut_out_device")
def shut_out_device(request: Request, caller: Staff, device: Annotated[str, Path(max_length=64)]) -> Response:
    """Revoke a device's key at once (staff). A device without one stays as it is."""
    wired(request).fleet.shut_out(caller.site, device)
    return Response(status_code=204)


def _shape(device: Handheld) -> dict[str, Any]:
    return {
        "id": device.id,
        "name": device.name,
        "created_at": rfc3339(device.created_at),
        "last_seen": None if device.last_seen is None else rfc3339(device.last_seen),
        "enrolled": device.enrolled,
    }
