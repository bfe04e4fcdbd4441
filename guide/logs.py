"""How the service logs: standard logging, a line for people or a JSON object, each with its request's id."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final, Literal

REQUEST_ID: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
"""The id of the request that is being answered, as `X-Request-Id` shows it."""
_PLAIN: Final = "%(asctime)s %(levelname)-7s %(name)s: %(message)s%(request)s"


class PlainLines(logging.Formatter):
    """Lines for people."""

    def __init__(self) -> None:
        super().__init__(_PLAIN, "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback of an unexpected error below it."""
        request_id = REQUEST_ID.get()
        record.request = f" [{request_id}]" if request_id else ""
        return super().format(record)


class JsonLines(logging.Formatter):
    """One JSON object a line, for a log store."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its moment in UTC; `error` holds the traceback of an unexpected error."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "at": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": REQUEST_ID.get(),
            "error": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps(
            {key: value for key, value in line.items() if value is not None}, ensure_ascii=False
        )


def set_up(form: Literal["plain", "json"], level: str) -> None:
    """Send all log lines of this process to standard error, in one form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for chatty in ("uvicorn", "alembic", "asyncio", "websockets"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
