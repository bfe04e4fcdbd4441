"""How answers look: every problem is written by `problem`, every list by `page`; the only place of status codes.

Source: RFC 9457 (problem details), RFC 9110 (status codes and their headers).
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guide import errors, phrases
from guide.services import language_names

PROBLEM_TYPE: Final = "application/problem+json"
STATUS: Final[Mapping[type[errors.GuideError], int]] = {
    errors.Malformed: 422,
    errors.BadRequest: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.NotAcceptable: 406,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.UnsupportedType: 415,
    errors.RangeUnsatisfiable: 416,
    errors.PreconditionRequired: 428,
    errors.TooMany: 429,
    errors.ChecksumMismatch: 460,
    errors.Unavailable: 503,
    errors.Unusable: 503,
    errors.NoRoom: 507,
}
INTERNAL: Final = 500
NOT_MODIFIED: Final = 304
UNBUILT: Final = 503
"""For a page that the package should carry and does not."""


def status_of(error: errors.GuideError) -> int:
    """The HTTP status of an error, by its nearest class; 500 for one that has none."""
    return next((STATUS[each] for each in type(error).__mro__ if each in STATUS), INTERNAL)


def description_of(status: int) -> str:
    """What a status means here, for the API's description.

    >>> description_of(410)
    'A thing was there and is over: an ended visit, an expired code.'
    """
    about = next((each.__doc__ or "" for each, known in STATUS.items() if known == status), "")
    return about.removeprefix("Raised when ")[:1].upper() + about.removeprefix("Raised when ")[1:]


def reader_in(header: str) -> str:
    """The language of the interface that an `Accept-Language` asks for first, else English.

    >>> reader_in("nl, fr-BE;q=0.8, en;q=0.5"), reader_in("")
    ('fr', 'en')
    """
    return language_names.reader_of([each.partition(";")[0].strip() for each in header.split(",")])


def body_of(error: errors.GuideError, reader: str = "en") -> dict[str, Any]:
    """A problem's members, worded for a reader.

    >>> body_of(errors.Gone("visit_ended", "This visit has ended."))["type"]
    'urn:coupole:problem:visit_ended'
    """
    return {
        "type": f"urn:coupole:problem:{error.code}",
        "title": phrases.title(error.code, reader),
        "status": status_of(error),
        "code": error.code,
        "detail": error.told(reader),
        "errors": [{"where": each.where, "message": each.told(reader)} for each in error.errors],
        **error.extra,
    }


def problem(error: Exception, reader: str = "en") -> Response:
    """The one answer that an error gets, whoever raised it; in English for whoever asks for no language."""
    known = as_guide_error(error)
    headers = dict(getattr(error, "headers", None) or {})
    headers.pop("content-length", None)
    if isinstance(known, errors.Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="coupole"'
    if isinstance(known, errors.TooMany):
        headers["Retry-After"] = str(known.retry_after_s)
    if isinstance(known, errors.Unavailable):
        headers["Retry-After"] = "1"
    if isinstance(known, errors.TooLarge):
        # What is left of the body is not worth reading.
        headers["Connection"] = "close"
    body = json.dumps(body_of(known, reader), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    headers |= {"Cache-Control": "no-store", "Content-Language": reader if known.french else "en"}
    return Response(body, status_of(known), headers, PROBLEM_TYPE)


def as_guide_error(error: Exception) -> errors.GuideError:
    """Any error as one of ours: FastAPI's and Starlette's are translated, an unknown one is `internal`."""
    if isinstance(error, errors.GuideError):
        return error
    if isinstance(error.__cause__, errors.GuideError):
        # FastAPI wraps what is raised while it reads the body.
        return error.__cause__
    if isinstance(error, RequestValidationError):
        return _malformed(error.errors())
    if isinstance(error, HTTPException):
        return _of_status(error)
    return errors.GuideError.of("internal/log")


def _malformed(found: Sequence[Any]) -> errors.GuideError:
    broken = next((each for each in found if each["type"] == "json_invalid"), None)
    if broken is not None:
        reason = f"{broken['ctx']['error']} at character {broken['loc'][-1]}"
        return errors.Malformed.of("malformed_json/at", reason=reason)
    if any(each["type"] == "model_attributes_type" and isinstance(each["input"], bytes) for each in found):
        return errors.UnsupportedType.of("unsupported_type/json")
    faults = [
        errors.Fault(
            _where(each["loc"]), _sentence(each), phrases.checked(each["type"], each.get("ctx") or {})
        )
        for each in found
    ]
    return errors.Malformed.of("malformed/form", faults)


def _where(location: Sequence[int | str]) -> str:
    """Where a value stands, as people write it.

    >>> _where(("body", "events", 2, "at"))
    'body.events[2].at'
    """
    return re.sub(
        r"\.(?=\[)", "", ".".join(f"[{each}]" if isinstance(each, int) else each for each in location)
    )


def _sentence(found: Mapping[str, Any]) -> str:
    return str(found["msg"]).removeprefix("Value error, ").rstrip(".")


def _of_status(error: HTTPException) -> errors.GuideError:
    match error.status_code:
        case 404:
            return errors.NotFound.of("not_found")
        case 405:
            allowed = (error.headers or {}).get("Allow", "another one")
            return errors.MethodNotAllowed.of("method_not_allowed/allowed", allowed=allowed)
        case 413:
            return errors.TooLarge.of("body_too_large/body")
        case 400:
            return errors.Malformed.of("malformed_body/body")
        case _:
            return errors.GuideError.of("internal/log")


def page(items: Sequence[Any], next_cursor: str | None) -> dict[str, Any]:
    """A list as every list looks."""
    return {"items": list(items), "next_cursor": next_cursor}


def cursor(*values: str | int) -> str:
    """Where a list goes on, as text that means nothing outside.

    >>> read_cursor(cursor(12, "v2"), int, str)
    (12, 'v2')
    """
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> tuple[Any, ...]:
    """The values of a cursor.

    Raises:
        Malformed: The text was not made by `cursor` for this list.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or [type(each) for each in values] != list(kinds):
        raise errors.Malformed.of("bad_cursor")
    return tuple(values)
