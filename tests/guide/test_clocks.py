"""Devices whose clocks are wrong, drift or jump."""

from typing import Final

import pytest

from guide.services.events import corrected
from guide.services.visit import Visit, Wishes

NOW: Final = 1_795_341_600_000
HOUR: Final = 3_600_000


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
