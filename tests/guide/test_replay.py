"""A recorded visit replays exactly: the same decisions, row for row, cut at every event."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from guide.services.access import Role
from guide.services.replay import Replayed, replay
from guide.services.stepping import Stepping
from guide.services.visit import from_row
from guide.store import visits as store
from guide.tables import Decision
from guide.wiring import Guide
from tests.guide.fakes import FakeClock
from tests.guide.handheld import Handheld
from tests.guide.museum import Folder
from zones.state import State, decode, encode

V2, IDA, AWAY = 2.5, 7.5, 30.0
HANDED_OUT: Final = {"languages": ["en"], "variant": "family", "accept_house": True, "mode": "offer"}


@dataclass
class House:
    """The small museum in two releases, and who may see what."""

    guide: Guide
    handheld: Handheld
    staff: dict[str, str]
    curator: dict[str, str]
    second: Path

    def renews(self) -> None:
        """Publish the second release: narrations start sooner, and ida starts by itself."""
        self.guide.catalogue.importing.run(self.second, who="import", publish=True)

    def goes_back(self) -> None:
        """Make the first release the active one again."""
        answer = self.handheld.client.post("/api/v1/releases/1/activate", headers=self.curator)
        assert answer.status_code == 200, answer.text

    @property
    def visit(self) -> str:
        """The id of the handheld's visit."""
        return self.handheld.path.rpartition("/")[2]

    def logged(self) -> dict[str, dict[str, Any]]:
        """The rows of the decision log, as they lie in the database."""
        self.guide.journal.flush()
        with self.guide.database.reading() as session:
            found = session.scalars(select(Decision).where(Decision.visit == self.visit)).all()
            names = Decision.__table__.columns.keys()
            return {row.id: {name: getattr(row, name) for name in names} for row in found}

    def replayed(self, between: Callable[[State], State], order: list[int] | None = None) -> Replayed:
        """The visit made anew from its record, by `n` or in another order."""
        with self.guide.database.reading() as session:
            row = store.find(session, self.visit)
            assert row is not None
            events = {each.n: each for each in store.events(session, row.site, row.id)}
            stepping = Stepping(self.guide.releases)
            return replay(from_row(row), [events[n] for n in order or events], stepping, between)

    def timeline(self, **query: Any) -> dict[str, Any]:
        """The time line, as staff read it."""
        path = f"{self.handheld.path}/timeline"
        answer = self.handheld.client.get(path, params=query, headers=self.staff)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture
def house(
    client: TestClient,
    guide: Guide,
    clock: FakeClock,
    museum: Path,
    tmp_path: Path,
    key_of: Callable[[Role], dict[str, str]],
) -> House:
    """The museum's first release, and a handheld that nobody has taken yet."""
    device, staff, curator = key_of("device"), key_of("staff"), key_of("curator")
    guide.catalogue.importing.run(museum, who="import", publish=True)
    second = Folder.copy(museum, tmp_path / "second").replace("site.toml", "dwell = 2.5", "dwell = 1.0")
    second.replace("zones.local.json", '"mode": "offer"', '"mode": "auto"')
    return House(guide, Handheld(client, clock, device), staff, curator, second.root)


def a_messy_visit(house: House) -> None:
    """Everything that a real visit may meet."""
    it = house.handheld
    it.begins(**HANDED_OUT)
    it.polls(AWAY, times=2)
    it.changes(languages=["fr"], mode="auto", now=True)
    assert any(it.polls(V2)["action"] == "start" for _ in range(9))
    it.changes(languages=["en"], now=True)
    track = it.polls(V2)["playing"]["track"]
    it.polls(V2, player={"state": "paused", "track": track, "position_ms": 700})
    it.presses("resume")
    it.polls(V2, delay=4.0, player={"state": "playing", "track": track, "position_ms": 900})
    house.renews()
    it.polls(IDA, times=3)
    it.polls(x=None, level="hall", player={"state": "idle"})
    _meets_clocks(it)
    it.presses("play", "102")
    it.changes(languages=["nl"], mode="quiet")
    house.goes_back()
    it.presses("replay")
    it.sends("fixes", {"fixes": [{"seq": 900, "at": it.at(60), "x": V2, "y": 2.5, "level": "hall"}]})
    it.seq = 900
    it.sends("playback", {"events": [{"seq": 1, "kind": "completed", "track": "v2.fr.standard"}]})
    it.changes(mode="auto", variant="standard")
    it.polls(V2, times=4)
    it.polls(IDA, accuracy=0.2, times=2)
    it.ends()


def _meets_clocks(it: Handheld) -> None:
    """A clock that stands still, one that jumps and is learnt anew, and one wild message."""
    stuck = it.at(delay=90)
    it.polls(V2, times=3, at=stuck)
    it.ahead_s = 3600
    it.polls(V2, times=7)
    it.polls(V2, delay=30)
    it.polls(IDA, times=2)


def calmly(state: State) -> State:
    """Nothing comes between."""
    return state


def through_the_database(state: State) -> State:
    """The service is started anew."""
    return decode(encode(state))


class TestReplay:
    @pytest.mark.parametrize("between", [calmly, through_the_database])
    def test_a_messy_visit(self, house: House, between: Callable[[State], State]) -> None:
        """Whatever a visit met, its record gives every row of its log again, cut at every event or not."""
        a_messy_visit(house)
        logged = house.logged()
        assert {row["action"] for row in logged.values()} >= {"start", "switch", "pause", "resume", "stop"}
        assert {row["reason"] for row in logged.values()} >= {"from_future", "too_late", "visit_ended"}
        assert {row["release"] for row in logged.values()} == {1, 2}
        assert house.replayed(between).rows == logged

    def test_a_simulated_visit(self, house: House) -> None:
        """A visit of another time replays too, changed before its first fix."""
        it = house.handheld
        it.ahead_s = -86_400 * 90
        it.begins(**HANDED_OUT, simulated=True)
        it.changes(languages=["fr"], mode="auto")
        it.polls(V2, times=6)
        it.ends()
        logged = house.logged()
        assert "start" in {row["action"] for row in logged.values()}
        assert house.replayed(through_the_database).rows == logged

    def test_a_record_without_a_beginning(self, house: House) -> None:
        """A visit of an earlier version, whose beginning was not recorded, is taken to have begun as it ended."""
        it = house.handheld
        it.begins("fr")
        it.polls(V2, times=6)
        it.ends()
        logged, record = house.logged(), range(2, 9)
        assert house.replayed(calmly, [*record]).rows == logged


class TestRecord:
    def test_the_beginning_comes_first(self, house: House) -> None:
        """What was chosen at the desk is the first event, whatever is changed later."""
        house.handheld.begins(**HANDED_OUT)
        house.handheld.changes(languages=["fr"], variant="standard", accept_house=False, mode="quiet")
        first, *others = house.timeline()["items"]
        assert (first["n"], first["kind"], first["event"]) == (1, "event", "begin")
        assert {name: first[name] for name in HANDED_OUT} == HANDED_OUT
        assert (first["release"], first["profile"]) == (1, "exact")
        assert [each["event"] for each in others if each["kind"] == "event"] == ["recast", "modechange"]

    def test_a_release_stands_before_what_used_it(self, house: House) -> None:
        """The change of release is recorded ahead of the first poll, command or change that it holds for."""
        it = house.handheld
        it.begins("fr")
        house.renews()
        it.polls(AWAY)
        house.goes_back()
        it.presses("stop")
        house.renews()
        it.changes(mode="quiet")
        told = [each.get("event", each["kind"]) for each in house.timeline()["items"] if "n" in each]
        assert told == ["begin", "release", "fix", "release", "command", "release", "modechange"]

    @pytest.mark.parametrize("limit", [3, 5000])
    def test_the_time_line_replays(self, house: House, limit: int) -> None:
        """The time line counts its events in the order in which they were taken in, over all its pages."""
        a_messy_visit(house)
        page = house.timeline(limit=limit)
        items = page["items"]
        while page["next_cursor"]:
            page = house.timeline(limit=limit, cursor=page["next_cursor"])
            items += page["items"]
        order = [each["n"] for each in items if "n" in each]
        assert order == list(range(1, len(order) + 1))
        assert len(items) == len(order) + len(house.logged()) + 1  # and what was played
        assert house.replayed(calmly, order).rows == house.logged()
