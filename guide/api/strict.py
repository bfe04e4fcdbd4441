"""JSON as RFC 8259 has it: Python's reader takes NaN, infinities and half characters, and a museum must not."""

import json
import math
from collections.abc import Callable, Coroutine
from typing import Any, Final, NoReturn

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

_SUSPICIOUS: Final = (b"\\u0000", b"\\ud", b"\\uD")


class StrictRequest(Request):
    """A request whose JSON is read strictly; FastAPI turns the fault into `malformed_json`."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever the JSON says
        """The body as JSON.

        Raises:
            json.JSONDecodeError: It is not JSON, or holds NaN, an infinity, NUL or half a surrogate pair.
        """
        if not hasattr(self, "_strict_json"):
            self._strict_json = strict_json(await self.body())
        return self._strict_json


class StrictRoute(APIRoute):
    """A route that reads its body strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, given a stricter request."""
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_strictly


def strict_json(body: bytes) -> Any:  # noqa: ANN401 - whatever the JSON says
    """The value of a JSON text.

    Raises:
        json.JSONDecodeError: It is not JSON in the sense of RFC 8259, or a text in it cannot be stored.

    >>> strict_json(b'{"x": 1e999}')
    Traceback (most recent call last):
    json.decoder.JSONDecodeError: 1e999 is larger than any number may be: line 1 column 7 (char 6)
    """

    def refuse(constant: str) -> NoReturn:
        raise json.JSONDecodeError(
            f"{constant} is not a number in JSON", "", max(0, body.find(constant.encode()))
        )

    def number(digits: str) -> float:
        found = float(digits)
        if math.isinf(found):
            raise json.JSONDecodeError(
                f"{digits[:20]} is larger than any number may be", "", max(0, body.find(digits.encode()))
            )
        return found

    try:
        found = json.loads(body.decode("utf-8"), parse_constant=refuse, parse_float=number)
        if any(each in body for each in _SUSPICIOUS):
            _check_texts(found)
    except json.JSONDecodeError:
        raise
    except UnicodeDecodeError as error:
        raise json.JSONDecodeError("it is not UTF-8", "", error.start) from None
    except RecursionError:
        raise json.JSONDecodeError("it is nested too deeply", "", 0) from None
    except ValueError:
        raise json.JSONDecodeError("a number has too many digits", "", 0) from None
    return found


def _check_texts(value: object) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise json.JSONDecodeError("a text holds NUL or half a surrogate pair", "", 0)
    elif isinstance(value, dict):
        for key, each in value.items():
            _check_texts(key)
            _check_texts(each)
    elif isinstance(value, list):
        for each in value:
            _check_texts(each)
