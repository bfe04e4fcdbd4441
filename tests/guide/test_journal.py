"""The journal: what was told is on disk, and one bad row costs nobody else theirs."""

import asyncio
import threading

import pytest
from sqlalchemy import select

from guide.services.journal import Journal
from guide.services.visit import Visit, Wishes
from guide.store.database import Database
from guide.store.journal import Batch, Row
from guide.tables import Decision
from guide.tables import Visit as VisitRow

SECONDS = 20.0


def visit_named(name: str) -> Visit:
    """A visit that has just begun."""
    wishes = Wishes(["en"])
    return Visit(
        "m", name, "k", device=None, simulated=True, wishes=wishes, release=1, created_at=0, last_seen=0
    )


@pytest.fixture
def visits(database: Database) -> list[Visit]:
    """Three visits with a row each."""
    made = [visit_named(f"v{number}") for number in range(3)]
    with database.session() as session:
        session.add_all(VisitRow(**each.row()) for each in made)
    return made


def decided(visit: Visit, number: int) -> Batch:
    """A batch with one decision of a visit."""
    row: Row = {
        "site": "m", "id": f"{visit.id}-{number}", "visit": visit.id, "device": None, "seq": number, "at": number,
        "until": None, "action": "start", "reason": "dwell_met", "exhibit": "a", "zone": "a", "track": "t",
        "language": "en", "requested": "en", "release": 1, "engine": "1", "rules": "r", "simulated": True,
        "evidence": [],
    }  # fmt: skip
    visit.seq = number
    return Batch(visits={("m", visit.id): visit.row()}, decisions=[row])


def ids(database: Database) -> list[str]:
    """The decisions that are written."""
    with database.reading() as session:
        return sorted(session.scalars(select(Decision.id)))


def test_on_disk_before_the_answer(database: Database, visits: list[Visit]) -> None:
    """Whoever waits for a batch finds it written, with all that was added before."""
    journal = Journal(database)
    journal.add(decided(visits[0], 1))
    journal.add_urgent(decided(visits[1], 1)).result(timeout=10)
    assert ids(database) == ["v0-1", "v1-1"]
    journal.close()


def test_one_bad_row(database: Database, visits: list[Visit]) -> None:
    """A row that the database refuses is told to its own visit; the others' rows are written."""
    journal = Journal(database)
    journal.add(decided(visits[0], 1))
    refused = journal.add_urgent(decided(visit_named("nobody"), 1))
    good = journal.add_urgent(decided(visits[2], 1))
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        refused.result(timeout=10)
    good.result(timeout=10)
    assert ids(database) == ["v0-1", "v2-1"]
    journal.close()


def test_closing_writes_the_rest(database: Database, visits: list[Visit]) -> None:
    """A service that stops leaves nothing in memory."""
    journal = Journal(database)
    for number in range(5):
        journal.add(decided(visits[0], number))
    journal.close()
    assert len(ids(database)) == 5


def test_who_is_cut_off_takes_nothing_along(database: Database, visits: list[Visit]) -> None:
    """A request that is cancelled while its row is written leaves a journal that goes on writing for the others."""
    written, let_go = threading.Event(), threading.Event()

    def after_commit(_: int) -> None:
        written.set()
        let_go.wait(SECONDS)

    journal = Journal(database, on_commit=after_commit)

    async def cut_off() -> None:
        request = asyncio.create_task(journal.write(decided(visits[0], 1)))
        await asyncio.to_thread(written.wait, SECONDS)
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
        assert request.cancelled()
        let_go.set()

    asyncio.run(cut_off())
    journal.add_urgent(decided(visits[1], 1)).result(timeout=SECONDS)
    assert ids(database) == ["v0-1", "v1-1"]
    journal.close()
