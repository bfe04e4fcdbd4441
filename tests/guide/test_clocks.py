"""Devices whose clocks are wrong, drift or jump."""

from itertools import count
from typing import Final

import pytest

from guide.services.clocks import corrected
from guide.services.visit import Visit, Wishes, from_row
from guide.tables import Visit as VisitRow
from tests.guide.handheld import Handheld

NOW: Final = 1_795_341_600_000
HOUR: Final = 3_600_000
MINUTE: Final = 60_000
FUTURE: Final = ("from_future", "from_future")
LATE: Final = ("too_late", "too_late")


def a_visit(*, simulated: bool = False) -> Visit:
    """A visit that has just begun."""
    wishes = Wishes(["en"])
    return Visit("m", "v", "k", "d", simulated, wishes, release=1, created_at=NOW, last_seen=NOW)


# what the device's clock says of each message, and when it arrives, in ms after NOW; what becomes of the last
CLOCKS: Final = {
    "right": ([(0, 20), (1000, 1020)], 1020, None),
    "an hour ahead": ([(HOUR, 20), (HOUR + 1000, 1020)], 1020, None),
    "an hour behind": ([(-HOUR, 20), (1000 - HOUR, 1020)], 1020, None),
    "a slow message": ([(0, 20), (1000, 4020)], 1020, None),
    "a quicker message": ([(0, 900), (1000, 1020)], 1020, None),
    "jumps six seconds ahead": ([(0, 20), (7000, 1020)], 7020, "from_future"),
    "eleven seconds late": ([(0, 20), (1000, 12_100)], 1020, "too_late"),
    "a year behind": ([(-365 * 24 * HOUR, 20)], -365 * 24 * HOUR, "too_late"),
    "a year ahead": ([(365 * 24 * HOUR, 20)], 365 * 24 * HOUR, "from_future"),
}


@pytest.mark.parametrize("name", CLOCKS)
def test_real_clocks(name: str) -> None:
    """A wrong clock is corrected; what then lies in the future or far behind is refused."""
    messages, moment, refused = CLOCKS[name]
    visit = a_visit()
    results = [corrected(visit, NOW + at, NOW + arrived) for at, arrived in messages]
    assert results[-1] == (NOW + moment, refused)


def test_simulated_visits_have_their_own_time() -> None:
    """A simulated visit may be of any moment."""
    assert corrected(a_visit(simulated=True), 0, NOW) == (0, None)


# further messages, each a second after the one before: how far the clock is ahead, and how long the way was
JUMPS: Final = {
    "a delayed first message": ([(0, 8), (0, 0), (0, 0), (0, 0)], [None, *FUTURE, None]),
    "an hour ahead": ([(0, 0), (HOUR, 0), (HOUR, 0), (HOUR, 0)], [None, *FUTURE, None]),
    "a minute behind": ([(0, 0), (-MINUTE, 0), (-MINUTE, 0), (-MINUTE, 0)], [None, *LATE, None]),
    "two days behind from the start": ([(-48 * HOUR, 0)] * 3, [*LATE, None]),
    "there and back": (
        [(0, 0), *[(HOUR, 0)] * 3, *[(0, 0)] * 3],
        [None, *FUTURE, None, *LATE, None],
    ),
    "one wild message": ([(0, 0), (HOUR, 0), (0, 0), (HOUR, 0), (0, 0)], [None, *["from_future", None] * 2]),
    "three that disagree": (
        [(0, 0), (HOUR, 0), (2 * HOUR, 0), (3 * HOUR, 0), (0, 0)],
        [None, *FUTURE, "from_future", None],
    ),
    "a clock that stands still": ([(0, 0), *[(-11_000 - 1000 * n, 0) for n in range(4)]], [None, *LATE * 2]),
}


@pytest.mark.parametrize("name", JUMPS)
def test_clocks_that_jump(name: str) -> None:
    """Three refused messages in a row that agree set the clock anew, and the third is taken; fewer do not."""
    messages, expected = JUMPS[name]
    visit = a_visit()
    results = [
        corrected(visit, now + ahead - 1000 * way, now)
        for now, (ahead, way) in zip(count(NOW, 1000), messages, strict=False)
    ]
    assert [refused for _, refused in results] == expected[: len(messages)]


def test_a_clock_learnt_anew_tells_the_time() -> None:
    """After a jump the quickest of the three messages tells the clock, and what comes then is in our time."""
    visit = a_visit()
    corrected(visit, NOW, NOW)
    for at, arrived in ((1000, 1100), (2000, 2050), (3000, 3090)):
        moment, _ = corrected(visit, NOW + HOUR + at, NOW + arrived)
    assert moment == NOW + 3050


def test_what_was_held_back_is_no_clock() -> None:
    """Fixes of half a minute ago that a device hands in at a stroke stay too late, however many they are."""
    visit = a_visit()
    corrected(visit, NOW, NOW)
    refused = {corrected(visit, NOW + 1000 * n, NOW + 60_000 + 50 * n)[1] for n in range(1, 40)}
    assert refused == {"too_late"}


def test_early_messages_need_no_pace() -> None:
    """A first message of half a minute ago, and those held back since: the third that is early sets the clock."""
    visit = a_visit()
    ways = [30_000, 20_000, 19_000, 18_000, 17_000]
    results = [corrected(visit, NOW - way, NOW + 20 * n) for n, way in enumerate(ways)]
    assert [refused for _, refused in results] == [None, *FUTURE, None, None]


def test_a_repeat_is_no_witness() -> None:
    """The same late fix sent again and again under new seqs does not set the clock."""
    visit = a_visit()
    corrected(visit, NOW, NOW)
    assert {corrected(visit, NOW, NOW + 60_000 + n)[1] for n in range(9)} == {"too_late"}


def test_a_doubt_outlives_a_restart() -> None:
    """A visit that is read from its row still knows which messages its clock has refused."""
    visit = a_visit()
    corrected(visit, NOW, NOW)
    corrected(visit, NOW + HOUR, NOW + 1000)
    again = from_row(VisitRow(**visit.row()))
    assert again.clock_doubt == visit.clock_doubt is not None


class TestRefusedPolls:
    def test_a_slow_first_poll(self, handheld: Handheld) -> None:
        """A visit whose first poll was eight seconds on its way goes on with the third prompt one."""
        handheld.polls(-4.0, delay=8.0)
        handheld.polls(-4.0, times=4)
        assert handheld.reasons() == ["outside", "from_future", "from_future", "outside", "outside"]

    @pytest.mark.parametrize("jump_s", [3600.0, -60.0])
    def test_a_clock_that_jumps(self, handheld: Handheld, jump_s: float) -> None:
        """A clock that is put right in mid-visit costs two polls; then narrations start as ever."""
        handheld.polls(-4.0)
        handheld.ahead_s = jump_s
        assert handheld.polls(2.5, times=2)["action"] == "none"
        assert handheld.polls(2.5)["reason"] == "dwell_pending"
        assert "start" in [handheld.polls(2.5)["action"] for _ in range(4)]

    def test_time_passes_all_the_same(self, handheld: Handheld, staff: dict[str, str]) -> None:
        """A narration ends while every poll is refused, and the log says when."""
        started = handheld.presses("play", "101")
        assert started["playing"]["duration_ms"] == 2000
        stuck = handheld.at(delay=60.0)
        told = [handheld.polls(2.5, at=stuck) for _ in range(3)]
        assert {(each["action"], each["reason"]) for each in told} == {("none", "too_late")}
        assert [bool(each["playing"]) for each in told] == [True, False, False]
        log = handheld.client.get("/api/v1/decisions?action=stop", headers=staff).json()["items"]
        assert [(each["reason"], each["at"], each["seq"]) for each in log] == [
            ("narration_finished", told[1]["server_time"], 3)
        ]
        refusals = "/api/v1/decisions?reason=too_late"
        (row,) = handheld.client.get(refusals, headers=staff).json()["items"]
        assert (row["at"], row["until"]) == (told[0]["server_time"], None)
