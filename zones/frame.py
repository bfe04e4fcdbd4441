"""The frame of a site: level metres ⇄ longitude and latitude.

The plane is the azimuthal equidistant projection about the site's origin on the WGS 84 ellipsoid: distances
from the origin are true, and a metre across, 5 km away, is true to a micrometre.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import cos, hypot, radians, sin
from typing import Final

import numpy as np
from pyproj import Transformer

from zones.errors import ZonesError
from zones.units import Point

FARTHEST: Final = 50_000.0
"""Metres. No museum is larger; what lies beyond has swapped coordinates, or is of another site."""

HIGHEST_LATITUDE: Final = 89.0
"""Degrees. At the poles nine decimals of longitude say nothing."""

HALF_TURN: Final = 180.0
WHOLE_TURN: Final = 360.0

METRE_DECIMALS: Final = 3
DEGREE_DECIMALS: Final = 9
"""A tenth of a millimetre, so that metres written as degrees come back to the same millimetre."""


class OutOfFrame(ZonesError):
    """Raised when a place cannot be told in a site's frame: too far from it, or not a place at all."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a site's metres lie on the globe.

    `rotation_deg` turns from east to the x axis, counter-clockwise: at 90 x points north and y west.

    Raises:
        OutOfFrame: The origin is no place on the globe.

    >>> Frame(50.7053, 2.2436, 90).to_local(2.2436, 50.7054)
    (11.124, 0.0)
    """

    lat: float
    lon: float
    rotation_deg: float = 0.0
    _turn: tuple[float, float] = field(init=False, repr=False, compare=False, default=(0.0, 1.0))

    def __post_init__(self) -> None:
        """Refuse an origin that is none; work out the sine and cosine of the rotation."""
        for name, limit in (
            ("lat", HIGHEST_LATITUDE),
            ("lon", HALF_TURN),
            ("rotation_deg", WHOLE_TURN),
        ):
            if not abs(getattr(self, name)) <= limit:
                given = getattr(self, name)
                raise OutOfFrame(
                    f"the frame's {name} is {given}; it lies between -{limit:g} and {limit:g} degrees"
                )
        turn = radians(self.rotation_deg)
        object.__setattr__(self, "_turn", (sin(turn), cos(turn)))

    def to_local(self, lon: float, lat: float) -> Point:
        """Metres in the frame, to the millimetre.

        Raises:
            OutOfFrame: The place is more than 50 km away, or not on the globe.
        """
        self._check_degrees(lon, lat)
        east, north = _plane(self.lat, self.lon).transform(lon, lat)
        return self._turned(lon, lat, east, north)

    def to_wgs84(self, x: float, y: float) -> Point:
        """Longitude and latitude in degrees with nine decimals.

        Raises:
            OutOfFrame: The point is more than 50 km from the origin, or not a number.
        """
        east, north = self._east_north(x, y)
        lon, lat = _plane(self.lat, self.lon).transform(east, north, direction="INVERSE")
        return _rounded(lon, lat, DEGREE_DECIMALS)

    def to_local_many(self, places: Sequence[Point]) -> tuple[Point, ...]:
        """Metres of many pairs of longitude and latitude, as `to_local` gives them one by one.

        Raises:
            OutOfFrame: As `to_local`, for the first place that cannot be told.
        """
        for lon, lat in places:
            self._check_degrees(lon, lat)
        degrees = np.array(places, dtype=np.float64).reshape(-1, 2)
        east, north = _plane(self.lat, self.lon).transform(degrees[:, 0], degrees[:, 1])
        return tuple(
            self._turned(lon, lat, its_east, its_north)
            for (lon, lat), its_east, its_north in zip(places, east.tolist(), north.tolist(), strict=True)
        )

    def to_wgs84_many(self, points: Sequence[Point]) -> tuple[Point, ...]:
        """Longitude and latitude of many points in metres, as `to_wgs84` gives them one by one.

        Raises:
            OutOfFrame: As `to_wgs84`, for the first point that cannot be told.
        """
        metres = np.array([self._east_north(x, y) for x, y in points], dtype=np.float64).reshape(-1, 2)
        lon, lat = _plane(self.lat, self.lon).transform(metres[:, 0], metres[:, 1], direction="INVERSE")
        return tuple(
            _rounded(its_lon, its_lat, DEGREE_DECIMALS)
            for its_lon, its_lat in zip(lon.tolist(), lat.tolist(), strict=True)
        )

    def _check_degrees(self, lon: float, lat: float) -> None:
        if not (abs(lon) <= HALF_TURN and abs(lat) <= HALF_TURN / 2):
            raise OutOfFrame(f"longitude {lon}, latitude {lat} is no place on the globe")

    def _turned(self, lon: float, lat: float, east: float, north: float) -> Point:
        if not hypot(east, north) <= FARTHEST:
            swapped = hypot(lat - self.lon, lon - self.lat) < 1
            raise OutOfFrame(
                f"longitude {lon}, latitude {lat} is more than 50 km from the site's origin"
                + ("; longitude comes first" if swapped else "")
            )
        sine, cosine = self._turn
        return _rounded(east * cosine + north * sine, north * cosine - east * sine, METRE_DECIMALS)

    def _east_north(self, x: float, y: float) -> Point:
        if not hypot(x, y) <= FARTHEST:
            raise OutOfFrame(f"({x}, {y}) is not within 50 km of the site's origin")
        sine, cosine = self._turn
        return x * cosine - y * sine, x * sine + y * cosine


def _rounded(first: float, second: float, decimals: int) -> Point:
    """Minus zero becomes zero, so that equal places are equal text."""
    return round(first, decimals) + 0.0, round(second, decimals) + 0.0


@lru_cache(maxsize=64)
def _plane(lat: float, lon: float) -> Transformer:
    """East and north of an origin; making one takes milliseconds, and a deployment has few sites."""
    return Transformer.from_pipeline(f"+proj=aeqd +lat_0={lat!r} +lon_0={lon!r} +ellps=WGS84 +units=m")
