"""Log lines: for people, or for a log store, each with the id of its request."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from guide.logs import REQUEST_ID, JsonLines, PlainLines


def record(message: str, *, failing: bool = False) -> logging.LogRecord:
    """A line that a service wrote at 10:00 on a Sunday."""
    problem = None
    if failing:
        cause = ValueError("the cause")
        problem = (ValueError, cause, None)
    made = logging.LogRecord("guide.test", logging.WARNING, __file__, 1, message, (), problem)
    made.created = 1_795_341_600.25
    return made


@pytest.fixture
def in_a_request() -> Iterator[None]:
    """The request with the id `r-1` is being answered."""
    token = REQUEST_ID.set("r-1")
    yield
    REQUEST_ID.reset(token)


@pytest.mark.usefixtures("in_a_request")
def test_a_line_for_a_log_store() -> None:
    """One JSON object with the moment in UTC."""
    assert json.loads(JsonLines().format(record("it is late"))) == {
        "at": "2026-11-22T10:00:00.250Z",
        "level": "warning",
        "logger": "guide.test",
        "message": "it is late",
        "request_id": "r-1",
    }


@pytest.mark.usefixtures("in_a_request")
def test_a_line_for_people() -> None:
    """Weight, place, words, and the request in brackets."""
    assert PlainLines().format(record("it is late")).endswith(" WARNING guide.test: it is late [r-1]")


def test_an_error_is_one_line_of_json() -> None:
    """A traceback stays inside its object, so that a log store keeps it together."""
    line = JsonLines().format(record("two\nlines", failing=True))
    assert "\n" not in line
    body = json.loads(line)
    assert "the cause" in body["error"]
    assert "request_id" not in body


def test_lines_go_to_standard_error() -> None:
    """What a command prints for a machine is never mixed with the log."""
    code = "import logging; from guide import logs; logs.set_up('json', 'info'); logging.getLogger('x').info('hello')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert json.loads(done.stderr)["message"] == "hello"
