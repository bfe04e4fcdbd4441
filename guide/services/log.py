"""The decision log and the time line of a visit, as staff read them."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from guide.clock import rfc3339
from guide.services.notices import title_of
from guide.services.releases import Releases
from guide.services.sentences import decision_sentence
from guide.store import decisions, visits
from guide.store.database import Database
from guide.tables import Decision, PlaybackEvent, VisitEvent

FIELDS: Final = (
    "id", "visit", "device", "seq", "at", "until", "action", "reason", "exhibit", "zone", "track", "language",
    "requested", "text_language", "release", "engine", "rules", "sentence",
)  # fmt: skip
"""The columns of a CSV export; NDJSON has the evidence as well."""
TIMELINE_KINDS: Final = visits.MESSAGES | {visits.OTHER_EVENT, "decision", "playback"}
MOST: Final = 5000

Filters = Mapping[str, str | int | None]


class Log:
    """Reads decisions and time lines; every reader gets sentences in their own language."""

    def __init__(self, database: Database, releases: Releases) -> None:
        self._database = database
        self._releases = releases

    def page(
        self, site: str, filters: Filters, before: tuple[int, str] | None, limit: int, reader: str
    ) -> tuple[list[dict[str, Any]], tuple[int, str] | None]:
        """One page of decisions, newest first, and where the next one begins."""
        with self._database.reading() as session:
            rows = decisions.page(session, site, filters, before, limit)
        items = [self.decision(row, reader) for row in rows]
        return items, (rows[-1].at, rows[-1].id) if len(rows) == limit else None

    def lines(self, site: str, filters: Filters, reader: str, form: str) -> Iterator[str]:
        """All decisions that a filter leaves, as CSV or NDJSON, line by line."""
        if form == "csv":
            yield _csv_line(FIELDS)
        with self._database.reading() as session:
            for row in decisions.stream(session, site, filters):
                body = self.decision(row, reader)
                if form == "csv":
                    yield _csv_line([_cell(body[name]) for name in FIELDS])
                else:
                    yield json.dumps(body, ensure_ascii=False) + "\n"

    def decision(self, row: Decision, reader: str) -> dict[str, Any]:
        """A decision as the contract shows it."""
        body: dict[str, Any] = {
            "id": row.id,
            "visit": row.visit,
            "device": row.device,
            "seq": row.seq,
            "at": rfc3339(row.at),
            "until": None if row.until is None else rfc3339(row.until),
            "action": row.action,
            "reason": row.reason,
            "exhibit": row.exhibit,
            "zone": row.zone,
            "track": row.track,
            "language": row.language,
            "requested": row.requested,
            "text_language": row.text_language,
            "release": row.release,
            "engine": row.engine,
            "rules": row.rules,
            "evidence": row.evidence,
        }
        return body | {"sentence": decision_sentence(body, self._title(row, reader), reader)}

    def _title(self, row: Decision, reader: str) -> str | None:
        if row.exhibit is None:
            return None
        view = self._releases.get(row.site, row.release)
        exhibit = view.exhibits.get(row.exhibit)
        return title_of(exhibit.title, [reader], view) if exhibit else row.exhibit

    def timeline(
        self,
        site: str,
        visit: str,
        *,
        after: visits.Place | None,
        kinds: frozenset[str],
        limit: int,
        reader: str,
    ) -> tuple[list[dict[str, Any]], visits.Place | None]:
        """Fixes, decisions and playback of a visit in one order, and where the next page begins."""
        with self._database.reading() as session:
            found = visits.timeline(session, site, visit, after=after, kinds=kinds, limit=limit)
        return [self._item(row, reader) for _, row in found], found[-1][0] if len(found) == limit else None

    def _item(self, row: VisitEvent | Decision | PlaybackEvent, reader: str) -> dict[str, Any]:
        if isinstance(row, Decision):
            return {"kind": "decision", **self.decision(row, reader)}
        if isinstance(row, PlaybackEvent):
            return {"kind": "playback", "at": rfc3339(row.at), "seq": row.seq, "event": row.kind, **row.body}
        kind = row.kind if row.kind in visits.MESSAGES else visits.OTHER_EVENT
        named = {} if kind == row.kind else {"event": row.kind}
        return {
            "kind": kind,
            "n": row.n,
            "at": rfc3339(row.at),
            "arrived_at": rfc3339(row.arrived_at),
            **named,
            **row.body,
        }


def _csv_line(cells: Any) -> str:  # noqa: ANN401 - any sequence of texts
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
