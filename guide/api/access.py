"""Who is asking, as dependencies of routes: `caller` for anybody known, `requires` for a role."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from guide.api.wired import client_of, wired
from guide.errors import Forbidden, Unauthenticated
from guide.security import same
from guide.services.access import Caller, Role
from guide.services.people import SignedIn
from guide.wiring import Guide

COOKIE: Final = "coupole_session"
CSRF_HEADER: Final = "X-CSRF-Token"
SECURITY_SCHEMES: Final[dict[str, Any]] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of a device or an integration: `Authorization: Bearer cpl_…`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"A person's sign-in (`POST /session`); unsafe methods send its `{CSRF_HEADER}` too.",
    },
}
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def bearer(connection: HTTPConnection) -> str | None:
    """The key that a request brings, if it brings one."""
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


async def authenticate(connection: HTTPConnection) -> Caller:
    """Who sent a request: by key, else by cookie. A known key costs one look into a dictionary.

    Raises:
        Unauthenticated: There is no key and no sign-in, or it is wrong or over.
        Forbidden: A sign-in is used for an unsafe method without its CSRF token.
    """
    key = bearer(connection)
    if key is not None:
        return await wired(connection).access.recognise(key)
    return (await signed_in(connection)).caller


async def signed_in(connection: HTTPConnection) -> SignedIn:
    """The sign-in of a request.

    Raises:
        Unauthenticated: There is none, or it is over.
        Forbidden: It is used for an unsafe method without its CSRF token.
    """
    cookie = connection.cookies.get(COOKIE)
    if not cookie:
        raise Unauthenticated.of("no_key")
    found = await asyncio.to_thread(wired(connection).people.by_cookie, cookie)
    if connection.scope.get("method", "GET") not in _SAFE:
        sent = connection.headers.get(CSRF_HEADER, "")
        if not same(sent, found.csrf):
            raise Forbidden.of("bad_csrf_token", header=CSRF_HEADER)
    return found


async def caller_of(connection: HTTPConnection, *roles: Role) -> Caller:
    """Who sent a request: anybody known, or where roles are named, who may what one of them may.

    Raises:
        Unauthenticated: Nobody known.
        Forbidden: Somebody else; the anonymous grant has no role at all.
    """
    found = await authenticate(connection)
    if roles and not any(found.may(role) for role in roles):
        raise Forbidden.of("role_missing", roles=roles)
    return found


async def open_caller(connection: Request) -> Caller:
    """Who starts a visit: anybody known, else a stranger where the only site allows the anonymous grant.

    Raises:
        Unauthenticated: A stranger, and the site lets none in.
        TooMany: This address has started many visits without a key in the last minute.
    """
    found = await caller_if_any(connection)
    if found is not None and found.kind != "anonymous":
        return found
    guide = wired(connection)
    site = await asyncio.to_thread(open_site, guide)
    guide.strangers.take(client_of(connection), phrase="too_many_visits")
    return Caller(site, "anonymous", "anonymous", "visitor", "device")


def open_site(guide: Guide) -> str:
    """The site that strangers may visit.

    Raises:
        Unauthenticated: There is none.
    """
    sites = guide.releases.sites()
    if len(sites) != 1 or not guide.releases.site(sites[0]).anonymous:
        raise Unauthenticated.of("no_key")
    return sites[0]


async def caller(request: Request) -> Caller:
    """Who sent a request; anybody known, the anonymous grant too."""
    return await authenticate(request)


async def caller_if_any(request: Request) -> Caller | None:
    """Who sent a request, or None for a stranger; a wrong key is refused all the same."""
    known = "authorization" in request.headers or COOKIE in request.cookies
    return await authenticate(request) if known else None


def requires(*roles: Role) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency that lets in who may what any of these roles may: a curator what staff may, an admin all."""

    async def check(request: Request) -> Caller:
        return await caller_of(request, *roles)

    return check


AnyCaller = Annotated[Caller, Depends(caller)]
MaybeCaller = Annotated[Caller | None, Depends(caller_if_any)]
Staff = Annotated[Caller, Depends(requires("staff"))]
Curator = Annotated[Caller, Depends(requires("curator"))]
Admin = Annotated[Caller, Depends(requires("admin"))]
