"""From what a device sent to what the engine takes, and back from the record: places and levels looked up."""

from typing import Any, Final

from guide.errors import Malformed
from guide.services.messages import BeaconHeard, PlayerReport, Position
from guide.services.releases import ReleaseView
from zones.errors import ZonesError
from zones.model import Command, Event, Fix, ModeChange, Played, Player, Recast, Tick
from zones.units import Millis

PLACE_ACCURACY: Final = 0.5
"""Metres: how near a visitor stands to a code or tag with a position."""


def to_event(message: Position, player: PlayerReport | None, view: ReleaseView, at: int) -> Fix | Tick:
    """The fix of a message, or a tick where it holds no position that the site knows.

    Raises:
        Malformed: `unknown_level`, `level_missing`, `unknown_place` or `far_away`.
    """
    told = Player(player.state, player.track, player.position_ms) if player else None
    if message.level is not None:  # a level that is not there is wrong without a position too
        level_of(message.level, view)
    if message.place is not None:
        return _at_place(message.place.kind, message.place.id, view, at, told)
    if message.beacons:
        nearest = _nearest(message.beacons, view)
        if nearest is not None:
            return _at_place("beacon", nearest, view, at, told)
    if message.lon is not None and message.lat is not None:
        try:
            x, y = view.frame.to_local(message.lon, message.lat)
        except ZonesError as error:
            raise Malformed("far_away", f"lon, lat: {error}") from error
    elif message.x is not None and message.y is not None:
        x, y = round(message.x, 3), round(message.y, 3)
    else:
        return Tick(Millis(at), told)
    return Fix(Millis(at), x, y, level_of(message.level, view), message.accuracy, told)


def level_of(level: str | None, view: ReleaseView) -> str:
    """The level of a fix; the only one of the site where it names none."""
    levels = view.layout.levels
    if level is None:
        if len(levels) == 1:
            return next(iter(levels))
        raise Malformed("level_missing", f"name the level: this site has {', '.join(levels)}")
    if level not in levels:
        raise Malformed("unknown_level", f"there is no level {level!r}; this site has {', '.join(levels)}")
    return level


def _nearest(beacons: list[BeaconHeard], view: ReleaseView) -> str | None:
    """The strongest beacon that the site knows; ties by id."""
    known = [each for each in beacons if ("beacon", each.id) in view.places]
    return min(known, key=lambda each: (-each.rssi, each.id)).id if known else None


def _at_place(kind: str, identity: str, view: ReleaseView, at: int, player: Player | None) -> Fix:
    place = view.places.get((kind, identity))
    if place is None:
        raise Malformed("unknown_place", f"this site has no {kind} place {identity!r}: see its places.toml")
    deliberate = kind in ("qr", "nfc")
    if place.zone is not None and place.zone in view.layout.zones:
        zone = view.layout.zones[place.zone]
        x, y = view.layout.places[place.zone].centre
        return Fix(Millis(at), x, y, zone.levels[0], None, player, zone=place.zone, deliberate=deliberate)
    level = level_of(place.level, view)
    return Fix(Millis(at), place.x or 0.0, place.y or 0.0, level, PLACE_ACCURACY, player)


def event_body(event: Fix | Tick, seq: int | None) -> dict[str, Any]:
    """An event as replay reads it: only what was given."""
    body: dict[str, Any] = {"seq": seq}
    if isinstance(event, Fix):
        body |= {"x": event.x, "y": event.y, "level": event.level, "accuracy": event.accuracy}
        body |= {"zone": event.zone, "deliberate": event.deliberate or None}
    if event.player is not None:
        player = event.player
        body["player"] = {"state": player.state, "track": player.track, "position_ms": player.position_ms}
    return {name: value for name, value in body.items() if value is not None}


def recorded_event(kind: str, at: int, body: dict[str, Any]) -> Event | None:
    """The event that a row of the record stands for; None for what the engine never took in."""
    event: Event | None = None
    match kind:
        case "fix":
            names = ("accuracy", "zone", "deliberate")
            more = {name: body[name] for name in names if name in body}
            event = Fix(Millis(at), body["x"], body["y"], body["level"], player=_player(body), **more)
        case "tick":
            event = Tick(Millis(at), _player(body))
        case "command":
            event = Command(Millis(at), body["do"], body["exhibit"])
        case "modechange":
            event = ModeChange(Millis(at), body["mode"])
        case "recast":
            event = Recast(Millis(at), body["now"])
        case "played":
            event = Played(Millis(at), body["exhibit"])
    return event


def _player(body: dict[str, Any]) -> Player | None:
    return Player(**body["player"]) if "player" in body else None
