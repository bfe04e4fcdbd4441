"""An event taken into a visit: the engine's step, and the rows that tell of it; shared by a visit and its replay."""

from dataclasses import replace
from typing import Any

from guide.services.answers import Scene
from guide.services.ladder import Rung, climb
from guide.services.records import decision_row, episode_id, episode_row
from guide.services.releases import Releases, ReleaseView
from guide.services.visit import Visit
from guide.store.journal import Batch
from zones.decision import Decision, Episode, Reason
from zones.engine import step
from zones.model import Event, Fix, Rules, Tick
from zones.state import State
from zones.units import Millis


class Stepping:
    """Steps visits. It has no clock: what it does follows from the visit, the event and the release alone."""

    def __init__(self, releases: Releases) -> None:
        self._releases = releases

    def scene(self, visit: Visit, view: ReleaseView) -> Scene:
        """The release, the ladder and the sounding rung that the next answer is made from."""
        wishes = visit.wishes
        ladder = climb(view, tuple(wishes.languages), wishes.variant, accept_house=wishes.accept_house)
        return self.sounding(visit, Scene(view, ladder, None, {}))

    def own_scene(self, visit: Visit) -> Scene:
        """The scene in the release that the visit itself has come to."""
        return self.scene(visit, self._releases.get(visit.site, visit.release))

    def sounding(self, visit: Visit, scene: Scene) -> Scene:
        """The scene with the rung of the narration that is on, in the release that it began in."""
        narration = visit.state.narration
        if narration is None:
            return replace(scene, sounding=None, renditions={})
        rung = scene.ladder.rungs.get(narration.exhibit)
        began_here = visit.sounding in (None, scene.view.number)
        if rung is None or rung.track is None or rung.track.id != narration.track or not began_here:
            old = scene.view if began_here else self._releases.get(visit.site, visit.sounding or 0)
            rung = _old_rung(old, narration.exhibit, narration.track, visit)
        track = rung.track if rung else None
        renditions = self._releases.renditions_of(visit.site, track) if track else {}
        return replace(scene, sounding=rung, renditions=renditions)

    def take(
        self,
        visit: Visit,
        event: Event,
        scene: Scene,
        seq: int | None,
        batch: Batch,
        *,
        refused: bool = False,
    ) -> Decision:
        """The engine's step, with the rows of its decision and episodes.

        Args:
            visit: the visit, which is changed.
            event: what happened.
            scene: from before the event.
            seq: of the message.
            batch: takes the rows.
            refused: the event is only the time that passed until a message came whose own time is not believed.
        """
        before = visit.state
        visit.state, decision = step(before, event, scene.ladder.layout, rules_of(visit, scene.view))
        if _began(before, visit.state):
            visit.sounding = scene.view.number
            scene = replace(scene, sounding=scene.ladder.rungs.get(decision.exhibit or ""))
        if isinstance(event, Fix | Tick) and not refused:
            _end_refusals(visit, batch, decision.at)
        _record(visit, decision, scene, seq, batch)
        return decision

    def refuse(
        self, visit: Visit, reason: Reason, scene: Scene, seq: int | None, at: Millis, batch: Batch
    ) -> None:
        """A message that the clock refuses: one record while that goes on."""
        if visit.refusing is not None and visit.refusing.startswith(reason):
            return
        _end_refusals(visit, batch, at)
        episode = Episode("", None, reason, at)
        batch.decisions.append(episode_row(visit, episode, None, rules_of(visit, scene.view), seq))
        visit.refusing = f"{reason} {episode_id(visit, episode)}"

    def close(self, visit: Visit, at: Millis, batch: Batch) -> Decision:
        """The end of a visit: a running narration stops, open episodes end, and both are rows."""
        scene, state = self.own_scene(visit), visit.state
        decision = _last(state, at)
        visit.state = state._replace(narration=None, waiting=None, offer=None, episodes=())
        _record(visit, decision, scene, None, batch)
        _end_refusals(visit, batch, at)
        return decision


def rules_of(visit: Visit, view: ReleaseView) -> Rules:
    """The rules of the visit's profile, with the site's own."""
    return view.rules[visit.wishes.profile]


def _began(before: State, after: State) -> bool:
    """Whether a narration has begun, or begun again in another language."""
    was, now = before.narration, after.narration
    return now is not None and (was is None or (was.started_at, was.track) != (now.started_at, now.track))


def _last(state: State, at: Millis) -> Decision:
    decision = Decision(at, "stop" if state.narration else "none", "visit_ended", changes=True)
    if state.narration is not None:
        narration = state.narration
        decision = decision._replace(exhibit=narration.exhibit, zone=narration.zone, track=narration.track)
    return decision._replace(episodes=tuple(each._replace(until=at) for each in state.episodes))


def _record(visit: Visit, decision: Decision, scene: Scene, seq: int | None, batch: Batch) -> None:
    rules, rungs = rules_of(visit, scene.view), scene.ladder.rungs
    for each in decision.episodes:
        if each.until is None or each.reason == "passing_by":
            rung = rungs.get(each.exhibit or "")
            batch.decisions.append(episode_row(visit, each, rung, rules, seq))
        else:
            batch.closings.append(_closing(visit, episode_id(visit, each), each.until))
    if decision.changes:
        batch.decisions.append(decision_row(visit, decision, _rung_of(decision, scene), rules, seq))


def _rung_of(decision: Decision, scene: Scene) -> Rung | None:
    """What a decision is about: the narration that sounds, else what its exhibit would be."""
    sounding = scene.sounding
    if sounding is not None and sounding.exhibit.id == decision.exhibit:
        return sounding
    return scene.ladder.rungs.get(decision.exhibit or "")


def _closing(visit: Visit, identity: str, until: int) -> dict[str, Any]:
    return {"site": visit.site, "visit": visit.id, "id": identity, "until": until}


def _end_refusals(visit: Visit, batch: Batch, at: int) -> None:
    if visit.refusing is not None:
        identity = visit.refusing.split(" ", 1)[1]
        batch.closings.append(_closing(visit, identity, at))
        visit.refusing = None


def _old_rung(view: ReleaseView, exhibit: str, track: str, visit: Visit) -> Rung | None:
    """The rung of a narration that began under other languages or in an earlier release."""
    found = view.tracks_by_id.get(track)
    if found is None or exhibit not in view.exhibits:
        return None
    text = found if found.transcript_sha256 else None
    return Rung(view.exhibits[exhibit], visit.wishes.languages[0], found, text)
