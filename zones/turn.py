"""One turn of the engine: the state on its way through the pipeline, with what was decided so far."""

from typing import Any, NamedTuple, Self

from zones.decision import Action, Notice, Reason
from zones.model import Cue, Event, Gap, Layout, Rules, Zone
from zones.state import Presence, State
from zones.units import Millis, millis


class Seen(NamedTuple):
    """A zone about the visitor: metres inside it (negative outside), and how likely it is what they attend.

    `inside` is the same as if there were no other zone: how likely they attend it rather than nothing.
    """

    zone: Zone
    inside_m: float
    probability: float
    inside: float


class Candidate(NamedTuple):
    """A zone whose dwell is met, with its exhibit and the rule that holds it back, if any."""

    zone: Zone
    exhibit: str
    presence: Presence
    held_by: Reason | None = None

    @property
    def here(self) -> bool:
        """Whether the visitor is in it now, not just about to have left it."""
        return self.presence.out_since is None

    @property
    def free(self) -> bool:
        """Whether it could start, were the guide silent."""
        return self.here and self.held_by is None


class Turn(NamedTuple):
    """What each stage of the pipeline takes and gives back, changed only by making another."""

    state: State
    event: Event
    layout: Layout
    rules: Rules
    at: Millis
    refused: Reason | None = None
    action: Action | None = None
    reason: Reason | None = None
    exhibit: str | None = None
    zone: str | None = None
    seen: tuple[Seen, ...] = ()
    span_ms: int = 0
    """From the believed fix before to this one."""
    found: tuple[Candidate, ...] | None = None
    """What could start here, as the arbitration saw it."""
    notices: tuple[Notice, ...] = ()
    passed: tuple[tuple[str, Millis, Millis], ...] = ()
    """Zones left before their dwell was met: zone, from, to."""

    @property
    def settled(self) -> bool:
        """Whether an earlier stage has decided already."""
        return self.action is not None

    @property
    def radio_silent(self) -> bool:
        """Whether the last believed fix is too old to say where the visitor is."""
        where = self.state.where
        return where is not None and self.at - where.at > millis(self.rules.radio_gap)

    @property
    def unchanged(self) -> Action:
        """The action that changes nothing: the narration goes on, or there is silence."""
        narration = self.state.narration
        return "continue" if narration is not None and narration.paused_at is None else "none"

    def having(self, **changes: Any) -> Self:  # noqa: ANN401 - the fields of State
        """The turn with a changed state."""
        return self._replace(state=self.state._replace(**changes))

    def deciding(
        self, action: Action, reason: Reason, exhibit: str | None = None, zone: str | None = None
    ) -> Self:
        """The turn with its decision made."""
        return self._replace(action=action, reason=reason, exhibit=exhibit, zone=zone)

    def cue(self, exhibit: str | None) -> Cue | Gap | None:
        """What the exhibit is to this visit: a cue, a gap, or nothing."""
        return None if exhibit is None else self.layout.programme.get(exhibit)

    def rule(self, zone: Zone | None, key: str) -> float:
        """A rule as it holds in a zone: the zone's own, else the profile's and site's."""
        if zone is not None:
            for name, value in zone.rules:
                if name == key:
                    return value
        value = getattr(self.rules, key)
        return float(value)
