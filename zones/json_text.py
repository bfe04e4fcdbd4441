"""JSON as people write it: read whole, with the line of everything that may be at fault."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn

from zones.errors import Fault, LayoutFaults


class _NoNumberError(ValueError):
    """Raised when a text has NaN or an infinity, which Python's reader would let pass."""


_BLANK: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()


def read_object(source: str | Mapping[str, object], where: str) -> Mapping[str, object]:
    """The JSON object that a text holds; an object that was read already is taken as it is.

    Args:
        source: The text, with or without a byte order mark, or the object.
        where: What the text is, for the fault: "zones.geojson".

    Raises:
        LayoutFaults: The text is not JSON (line and column are named), or not an object.
    """
    if isinstance(source, str):
        try:
            source = json.loads(source.removeprefix("\ufeff"), parse_constant=_refuse)
        except json.JSONDecodeError as error:
            raise _fault(where, f"line {error.lineno}, column {error.colno}: {error.msg}") from error
        except RecursionError as error:
            raise _fault(where, "its brackets are nested too deep") from error
        except _NoNumberError as error:
            raise _fault(where, str(error)) from error
        except ValueError as error:  # all that is left: an integer longer than Python will read
            raise _fault(where, "a number in it has thousands of digits") from error
    if not isinstance(source, Mapping):
        raise _fault(where, "is not a JSON object; it begins with { and ends with }")
    return source


def item_lines(source: str | Mapping[str, object], key: str) -> tuple[int, ...]:
    r"""The line on which each item of the list under a key begins; nothing where the source is no text.

    Only asked once something is wrong, so the text is gone through a second time.

    >>> item_lines('{"zones": [\n {}, {},\n {}]}', "zones")
    (2, 2, 3)
    """
    if not isinstance(source, str):
        return ()
    text = source.removeprefix("\ufeff")
    lines: list[int] = []
    line, counted = 1, 0
    for start in _starts(text, key):
        line, counted = line + text.count("\n", counted, start), start
        lines.append(line)
    return tuple(lines)


def _starts(text: str, key: str) -> Iterator[int]:
    """Where each item of the list begins, in a text that is known to be a JSON object."""
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if name == key and text[at] == "[":
            yield from _items(text, at)
            return
        at = _after(text, at)


def _items(text: str, at: int) -> Iterator[int]:
    at = _skip(text, at + 1)
    while text[at] != "]":
        yield at
        at = _after(text, at)


def _after(text: str, at: int) -> int:
    """Past one value and the comma behind it."""
    _, at = _DECODER.raw_decode(text, at)
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _refuse(constant: str) -> NoReturn:
    raise _NoNumberError(f"{constant} is not a number that JSON knows")


def _fault(where: str, message: str) -> LayoutFaults:
    return LayoutFaults((Fault(where, message),))
