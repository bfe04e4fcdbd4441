"""The rules of nine other systems, as they are published; each is run on the same visits and the same fixes as ours.

`guide.quality.rivals_common` has the app around them, which is the same for all and kinder than most.
"""

from typing import Final

from guide.quality.rivals_common import Rival
from guide.quality.rivals_contests import FinishAndBan, NearestCentre, PercentageContest
from guide.quality.rivals_fences import Containment, Dwell, Omlox, OverlapRatio, TwoFences, Votes

RIVALS: Final[tuple[Rival, ...]] = (
    Rival("raw containment", Containment, "izi.TRAVEL, echoes.xyz: trigger zones"),
    Rival("nearest centre", NearestCentre, "Home Assistant `mqtt_room` with ESPresense"),
    Rival("dwell 3 s", Dwell, "Android `GEOFENCE_TRANSITION_DWELL`"),
    Rival("two fences", TwoFences, "ArcGIS geotriggers: enter inside, exit outside"),
    Rival("omlox exit rules", Omlox, "omlox hub API: `exit_tolerance`, `exit_delay`, `tolerance_timeout`"),
    Rival("3 of 5", Votes, "M-of-N confirmation; Frigate zone `inertia`"),
    Rival("overlap ratio", OverlapRatio, "Google Play services as Proximity Kit documents it"),
    Rival("percentage contest", PercentageContest, "Bermuda: area by smoothed distance"),
    Rival("finish and ban", FinishAndBan, "Roundware: recording collection"),
)
"""In the order of the tables."""
