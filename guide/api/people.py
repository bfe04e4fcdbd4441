"""Signing in and out: a cookie for the browser, a token that unsafe requests send along."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from guide.api.access import COOKIE, signed_in
from guide.api.strict import StrictRoute
from guide.api.wired import client_of, wired
from guide.clock import rfc3339
from guide.services.people import SignedIn

router = APIRouter(tags=["people"], route_class=StrictRoute)


class SignInBody(BaseModel):
    """Who signs in. `site` is needed only by somebody who belongs to several."""

    model_config = ConfigDict(extra="forbid")
    email: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    site: Annotated[str, StringConstraints(max_length=64)] | None = None


class SessionShape(BaseModel):
    """A sign-in. Unsafe requests that use its cookie send `csrf` as `X-CSRF-Token`."""

    email: str
    role: str
    site: str
    csrf: str
    expires_at: str


@router.post("/session", response_model=SessionShape, name="sign_in")
def sign_in(request: Request, response: Response, body: SignInBody) -> dict[str, Any]:
    """Sign in by e-mail address and password; sets the cookie `coupole_session`."""
    found = wired(request).people.sign_in(body.email, body.password, client_of(request), site=body.site)
    hours = wired(request).settings.sign_in_hours
    response.set_cookie(
        COOKIE,
        found.cookie,
        max_age=int(hours * 3600),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return _shape(found, response)


@router.get("/session", response_model=SessionShape, name="read_session")
async def read_session(request: Request, response: Response) -> dict[str, Any]:
    """Who is signed in here, and with which token."""
    return _shape(await signed_in(request), response)


@router.delete("/session", status_code=204, name="sign_out")
async def sign_out(request: Request) -> Response:
    """Sign out."""
    found = await signed_in(request)
    wired(request).people.sign_out(found.cookie)
    gone = Response(status_code=204)
    gone.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return gone


def _shape(found: SignedIn, response: Response) -> dict[str, Any]:
    response.headers["Cache-Control"] = "no-store"
    return {
        "email": found.caller.id,
        "role": found.caller.role,
        "site": found.caller.site,
        "csrf": found.csrf,
        "expires_at": rfc3339(found.expires_at),
    }
