"""Documents to geometry and back: a content's levels, zones and connectors as the engine wants them."""

from collections.abc import Sequence

from guide.content import ConnectorDoc, Content, LevelDoc, PartDoc, Point, SiteDoc, ZoneDoc
from zones.frame import Frame
from zones.geometry import build_layout, mended
from zones.model import Connector, Layout, Level, Part, Zone

MILLIMETRES = 3


def frame_of(site: SiteDoc) -> Frame:
    """Where the site's metres lie on the earth.

    Raises:
        OutOfFrame: The origin is no place on the globe.
    """
    return Frame(site.frame.lat, site.frame.lon, site.frame.rotation_deg)


def layout_of(content: Content) -> Layout:
    """The layout of a content, without a programme.

    Raises:
        LayoutFaults: Something is not sound; every fault is named.
    """
    return build_layout(
        [level_of(each) for each in content.levels],
        [zone_of(each) for each in content.zones],
        [connector_of(each) for each in content.connectors],
    )


def level_of(doc: LevelDoc) -> Level:
    """A level with its outline put in order."""
    return Level(doc.id, doc.ordinal, _outline(doc.outline) if doc.outline else None)


def connector_of(doc: ConnectorDoc) -> Connector:
    """Stairs or a lift with the outline put in order."""
    return Connector(id=doc.id, kind=doc.kind, levels=tuple(doc.levels), outline=_outline(doc.outline))


def zone_of(doc: ZoneDoc) -> Zone:
    """A zone as the engine wants it."""
    return Zone(
        id=doc.id,
        exhibit=doc.exhibit,
        levels=tuple(doc.levels),
        parts=tuple(Part(_ring(part.outline), tuple(map(_ring, part.holes))) for part in doc.parts),
        priority=doc.priority,
        mode=doc.mode,
        rules=tuple(sorted(doc.rules.items())),
    )


def zone_doc(zone: Zone) -> ZoneDoc:
    """A zone as it is kept: coordinates to the millimetre."""
    return ZoneDoc(
        id=zone.id,
        exhibit=zone.exhibit,
        levels=list(zone.levels),
        parts=[
            PartDoc(outline=_points(part.outline), holes=[_points(hole) for hole in part.holes])
            for part in zone.parts
        ],
        priority=zone.priority,
        mode=zone.mode,
        rules=dict(zone.rules),
    )


def _outline(points: Sequence[Point]) -> Part:
    return mended(Part(_ring(points)))[0]


def _ring(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple((round(x, MILLIMETRES), round(y, MILLIMETRES)) for x, y in points)


def _points(ring: Sequence[Point]) -> list[Point]:
    # adding zero turns minus zero into zero, so that equal places are equal text
    return [(round(x, MILLIMETRES) + 0.0, round(y, MILLIMETRES) + 0.0) for x, y in ring]
