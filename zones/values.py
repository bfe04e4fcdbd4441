"""Single values out of files and requests: numbers, ids, and how to quote what is neither."""

import json
import re
from math import isfinite
from typing import Final, TypeGuard

ID_PATTERN: Final = r"^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9])?$"
"""What may name something: safe in a path, in a file's name and in a spreadsheet."""

ID_RULE: Final = "1 to 64 letters without accents, digits, - _ and . (those not at an end)"
LONGEST_QUOTE: Final = 60


def number(value: object) -> float | None:
    """The value as a finite float, None where it is none: text, true and false, and infinity are not.

    >>> number(3), number(True), number("3"), number(10 ** 400)
    (3.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        taken = float(value)
    except OverflowError:  # an integer of hundreds of digits is as good as infinite
        return None
    return taken if isfinite(taken) else None


def is_id(value: object) -> TypeGuard[str]:
    """Whether the value may name something.

    >>> is_id("dome-2"), is_id("a/b"), is_id("v2 "), is_id(2)
    (True, False, False, False)
    """
    return isinstance(value, str) and re.fullmatch(ID_PATTERN, value) is not None


def quoted(value: object) -> str:
    """A value of unknown kind, short enough for a sentence and sound as UTF-8.

    >>> quoted({"a": "x" * 100})[:20]
    '{"a": "xxxxxxxxxxxxx'
    """
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):  # not out of JSON: a date, a deep nesting, a huge integer
        text = f"a value of kind {type(value).__name__}"
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
