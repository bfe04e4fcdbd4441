"""Metres of a site and degrees of the globe."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from zones.frame import Frame, OutOfFrame

COUPOLE = Frame(50.7053, 2.2436)
GEODESIC = Geod(ellps="WGS84")


def frames() -> st.SearchStrategy[Frame]:
    """Sites all over the globe, however turned."""
    return st.builds(
        Frame, lat=st.floats(-85, 85), lon=st.floats(-180, 180), rotation_deg=st.floats(-360, 360)
    )


def millimetres(farthest: float) -> st.SearchStrategy[float]:
    """A coordinate in whole millimetres."""
    return st.integers(round(-farthest * 1000), round(farthest * 1000)).map(lambda each: each / 1000)


@given(frames(), millimetres(3500), millimetres(3500))
def test_metres_survive_the_way_there_and_back(frame: Frame, x: float, y: float) -> None:
    """A corner written as degrees and read again lies on the same millimetre, 5 km away too."""
    assert frame.to_local(*frame.to_wgs84(x, y)) == (x, y)


@given(frames(), st.floats(1, 5000), st.floats(0, 360))
def test_distances_are_true(frame: Frame, distance: float, bearing: float) -> None:
    """What the geodesic calls 100 m is 100 m on the plan."""
    lon, lat, _ = GEODESIC.fwd(frame.lon, frame.lat, bearing, distance)
    x, y = frame.to_local(lon, lat)

    assert (x**2 + y**2) ** 0.5 == pytest.approx(distance, abs=0.002)


@pytest.mark.parametrize(
    ("rotation", "east_of_origin", "north_of_origin"),
    [
        (0, (100, 0), (0, 100)),
        (90, (0, -100), (100, 0)),
        (180, (-100, 0), (0, -100)),
        (-90, (0, 100), (-100, 0)),
    ],
)
def test_rotation_turns_from_east_to_x(
    rotation: float, east_of_origin: tuple[float, float], north_of_origin: tuple[float, float]
) -> None:
    """With 90° the x axis points north, so what lies 100 m north of the origin has x 100."""
    frame = Frame(50.7053, 2.2436, rotation)
    eastward, northward = COUPOLE.to_wgs84(100, 0), COUPOLE.to_wgs84(0, 100)

    assert frame.to_local(*eastward) == east_of_origin
    assert frame.to_local(*northward) == north_of_origin


def test_nine_decimals() -> None:
    """Degrees are written to a tenth of a millimetre, longitude first; the figures are a geodesic's."""
    assert COUPOLE.to_wgs84(118.0, 4.0) == (2.245270409, 50.705335945)


def test_origin_is_nought() -> None:
    """The origin has no minus nought, in degrees and in metres."""
    assert str(COUPOLE.to_local(2.2436, 50.7053)) == "(0.0, 0.0)"
    assert COUPOLE.to_wgs84(0, 0) == (2.2436, 50.7053)


def test_across_the_date_line() -> None:
    """A museum in Fiji may lie on both sides of the date line."""
    lon, lat = Frame(-16.8, 179.999).to_wgs84(500, 0)

    assert lon < -179.99
    assert Frame(-16.8, 179.999).to_local(lon, lat) == (500, 0)


@given(st.lists(st.tuples(millimetres(900), millimetres(900)), max_size=5))
def test_many_are_as_one_by_one(points: list[tuple[float, float]]) -> None:
    """A whole file at once gives to the last digit what its corners give one by one."""
    frame = Frame(50.7053, 2.2436, 33.3)
    degrees = frame.to_wgs84_many(points)

    assert degrees == tuple(frame.to_wgs84(x, y) for x, y in points)
    assert frame.to_local_many(degrees) == tuple(frame.to_local(lon, lat) for lon, lat in degrees)


@pytest.mark.parametrize(
    ("lon", "lat", "message"),
    [
        (2.2436, 51.7, "longitude 2.2436, latitude 51.7 is more than 50 km from the site's origin$"),
        (50.7053, 2.2436, "more than 50 km from the site's origin; longitude comes first$"),
        (181, 0, "is no place on the globe"),
        (0, 91, "is no place on the globe"),
        (nan, 50, "is no place on the globe"),
        (2, inf, "is no place on the globe"),
    ],
)
def test_a_place_that_is_not_at_the_museum(lon: float, lat: float, message: str) -> None:
    """A device in another town, or with its coordinates swapped, is told so."""
    with pytest.raises(OutOfFrame, match=message):
        COUPOLE.to_local(lon, lat)
    with pytest.raises(OutOfFrame, match=message):
        COUPOLE.to_local_many([(2.2436, 50.7053), (lon, lat)])


@pytest.mark.parametrize(("x", "y"), [(50_001, 0), (nan, 0), (0, -inf)])
def test_metres_too_far(x: float, y: float) -> None:
    """Beyond 50 km the plane no longer holds."""
    with pytest.raises(OutOfFrame, match="not within 50 km"):
        COUPOLE.to_wgs84(x, y)


@pytest.mark.parametrize(
    ("lat", "lon", "rotation", "message"),
    [
        (90, 0, 0, "lat is 90; it lies between -89 and 89"),
        (0, 200, 0, "lon is 200"),
        (0, 0, 400, "rotation_deg is 400"),
        (nan, 0, 0, "lat is nan"),
    ],
)
def test_an_origin_that_is_none(lat: float, lon: float, rotation: float, message: str) -> None:
    """A frame that cannot be is refused when it is made, with the limits."""
    with pytest.raises(OutOfFrame, match=message):
        Frame(lat, lon, rotation)
