"""A poll, a command or a change, taken into a visit: the engine's step, what is written, and the answer."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic_core import to_json

from guide.clock import Clock
from guide.errors import Conflict, Malformed, NotFound
from guide.services.answers import Scene, answer, playing
from guide.services.events import corrected, event_body, to_event
from guide.services.ladder import Rung, climb
from guide.services.messages import CommandBody, Poll
from guide.services.records import decision_row, episode_id, episode_row
from guide.services.releases import Releases, ReleaseView
from guide.services.visit import Answer, Visit, fingerprint
from guide.store.journal import Batch
from zones.decision import Decision, Episode, Reason
from zones.engine import step
from zones.model import Command, Event, ModeChange, Played, Recast, Rules
from zones.units import Millis

OK: Final = 200
LAST_CALL_MS: Final = 10 * 60_000
"""How long before the leaving time the last call comes."""


@dataclass(slots=True)
class Outcome:
    """What came of a message: the answer, the rows to write, and whether the answer waits for their commit."""

    status: int
    body: bytes
    batch: Batch = field(default_factory=Batch)
    urgent: bool = False


class Polling:
    """Takes messages into visits. Every method expects the visit's lock to be held."""

    def __init__(self, releases: Releases, clock: Clock) -> None:
        self._releases = releases
        self._clock = clock

    def poll(self, visit: Visit, message: Poll) -> Outcome:
        """One fix in, one decision out; the same seq with the same body gets the same answer."""
        mark = fingerprint("poll", message.model_dump_json(exclude_unset=True).encode())
        kept = self._kept(visit, message.seq, mark)
        if kept is not None:
            return kept
        arrived = self._clock.now_ms()
        scene = self.scene(visit)
        # Read before the clock is corrected: a poll that is refused must not set the visit's clock.
        event = to_event(message, message.player, scene.view, message.at)
        at, refused = corrected(visit, message.at, arrived)
        event = event._replace(at=Millis(at))
        batch = Batch()
        if refused is not None:
            decision = self._refuse(visit, refused, scene, at, arrived, batch)
        else:
            kind = type(event).__name__.lower()
            note(visit, batch, kind, event.at, arrived, event_body(event, message.seq))
            decision = self._step(visit, event, scene, message.seq, batch)
        return self._answer(visit, scene, decision, message.seq, mark, arrived, batch)

    def command(self, visit: Visit, message: CommandBody) -> Outcome:
        """What the visitor asks for, carried out at once.

        Raises:
            NotFound: `unknown_exhibit`, a number or id that the release does not have.
            Malformed: `exhibit_missing`, `play` with neither an exhibit nor an offer to take.
        """
        mark = fingerprint("commands", message.model_dump_json(exclude_unset=True).encode())
        kept = self._kept(visit, message.seq, mark)
        if kept is not None:
            return kept
        arrived = self._clock.now_ms()
        scene = self.scene(visit)
        exhibit = _exhibit(message.exhibit, scene.view)
        if message.do == "play" and exhibit is None and visit.state.offer is None:
            raise Malformed(
                "exhibit_missing", "play: name the exhibit by its number or id; nothing is on offer"
            )
        at, refused = corrected(visit, message.at, arrived)
        if refused is not None:  # a button works although the clock jumped
            at = arrived
        batch = Batch()
        body = {"seq": message.seq, "do": message.do, "exhibit": exhibit}
        note(visit, batch, "command", at, arrived, body)
        decision = self._step(visit, Command(Millis(at), message.do, exhibit), scene, message.seq, batch)
        return self._answer(visit, scene, decision, message.seq, mark, arrived, batch)

    def change(
        self, visit: Visit, event: ModeChange | Recast | Played, body: dict[str, Any], batch: Batch
    ) -> None:
        """A change of mode or of languages, as the engine and replay see it."""
        kind = type(event).__name__.lower()
        note(visit, batch, kind, event.at, self._clock.now_ms(), body)
        self._step(visit, event, self.scene(visit), None, batch)

    def now(self, visit: Visit) -> Millis:
        """The visit's own moment: a simulated visit lives in the time of its last fix."""
        if visit.simulated:
            return visit.state.at or Millis(0)  # before its first fix it has no time at all
        return Millis(self._clock.now_ms())

    def scene(self, visit: Visit) -> Scene:
        """The release, the ladder and the sounding rung that the next answer is made from."""
        view = self._releases.active(visit.site)
        wishes = visit.wishes
        ladder = climb(view, tuple(wishes.languages), wishes.variant, accept_house=wishes.accept_house)
        return self._sounding(visit, Scene(view, ladder, None, {}))

    def now_playing(self, visit: Visit) -> dict[str, Any] | None:
        """What should be heard, outside of any poll."""
        return playing(visit, self.scene(visit), visit.state.at or Millis(0))

    def close(self, visit: Visit, batch: Batch) -> None:
        """The end of a visit: a running narration stops, open episodes end, and both are rows."""
        scene, at = self.scene(visit), self.now(visit) or Millis(visit.created_at)
        state = visit.state
        decision = Decision(at, "stop" if state.narration else "none", "visit_ended", changes=True)
        if state.narration is not None:
            narration = state.narration
            decision = decision._replace(
                exhibit=narration.exhibit, zone=narration.zone, track=narration.track
            )
        over = tuple(each._replace(until=at) for each in state.episodes)
        decision = decision._replace(episodes=over)
        note(visit, batch, "end", at, self._clock.now_ms(), {})
        visit.state = state._replace(narration=None, waiting=None, offer=None, episodes=())
        self._record(visit, decision, scene, None, batch)
        _end_refusals(visit, batch, at)

    def _kept(self, visit: Visit, seq: int, mark: str) -> Outcome | None:
        """The kept answer to a retry, if it is one."""
        last = visit.answer
        if last is not None and last.seq == seq:
            if last.fingerprint == mark:
                return Outcome(last.status, last.body, urgent=not visit.durable)
            raise Conflict(
                "seq_reused", f"seq {seq} was used for another message: count on to {seq + 1} for a new one"
            )
        if seq <= visit.seq:
            raise Conflict(
                "seq_out_of_order",
                f"seq {seq} is behind: the last was {visit.seq}",
                extra={"playing": self.now_playing(visit)},
            )
        return None

    def _sounding(self, visit: Visit, scene: Scene) -> Scene:
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

    def _step(self, visit: Visit, event: Event, scene: Scene, seq: int | None, batch: Batch) -> Decision:
        """The engine's step, with its decision and episodes noted."""
        if visit.release != scene.view.number:
            visit.release = scene.view.number
            note(visit, batch, "release", event.at, self._clock.now_ms(), {"release": visit.release})
        before = visit.state.narration
        visit.state, decision = step(visit.state, event, scene.ladder.layout, self.rules(visit, scene.view))
        after = visit.state.narration
        if after is not None and (before is None or after.started_at != before.started_at):
            visit.sounding = scene.view.number
        _end_refusals(visit, batch, decision.at)
        call_last(visit, decision.at)
        self._record(visit, decision, scene, seq, batch)
        return decision

    def rules(self, visit: Visit, view: ReleaseView) -> Rules:
        """The rules of the visit's profile, with the site's own."""
        return view.rules[visit.wishes.profile]

    def _record(self, visit: Visit, decision: Decision, scene: Scene, seq: int | None, batch: Batch) -> None:
        rules, rungs = self.rules(visit, scene.view), scene.ladder.rungs
        for each in decision.episodes:
            if each.until is None or each.reason == "passing_by":
                rung = rungs.get(each.exhibit or "")
                batch.decisions.append(episode_row(visit, each, rung, rules, seq))
            else:
                batch.closings.append(
                    {"site": visit.site, "id": episode_id(visit, each), "until": each.until}
                )
        if decision.changes:
            rung = (
                scene.sounding if scene.sounding and scene.sounding.exhibit.id == decision.exhibit else None
            )
            rung = rung or rungs.get(decision.exhibit or "")
            batch.decisions.append(decision_row(visit, decision, rung, rules, seq))

    def _refuse(
        self, visit: Visit, reason: Reason, scene: Scene, at: int, arrived: int, batch: Batch
    ) -> Decision:
        """A fix that the clock refuses: one record while it goes on, nothing else changes."""
        note(visit, batch, "refused", at, arrived, {"reason": reason})
        moment = Millis(arrived)
        if visit.refusing is None or not visit.refusing.startswith(reason):
            _end_refusals(visit, batch, moment)
            episode = Episode("", None, reason, moment)
            batch.decisions.append(
                episode_row(visit, episode, None, self.rules(visit, scene.view), visit.seq + 1)
            )
            visit.refusing = f"{reason} {episode_id(visit, episode)}"
        return Decision(visit.state.at or moment, "none", reason, fade_at_ms=_fade(visit))

    def _answer(
        self, visit: Visit, scene: Scene, decision: Decision, seq: int, mark: str, arrived: int, batch: Batch
    ) -> Outcome:
        body = to_json(answer(visit, self._sounding(visit, scene), decision, seq, arrived))
        visit.seq, visit.last_seen = seq, arrived
        visit.answer = Answer(seq, mark, OK, body)
        batch.visits[visit.site, visit.id] = visit.row()
        urgent = bool(batch.decisions or decision.notices)
        return Outcome(OK, body, batch, urgent=urgent)


def call_last(visit: Visit, at: int) -> None:
    """Remember when the visitor was first told that it is time to think of leaving."""
    leave_at = visit.wishes.leave_at
    if leave_at is not None and visit.called_at is None and at >= leave_at - LAST_CALL_MS:
        visit.called_at = at


def note(visit: Visit, batch: Batch, kind: str, at: int, arrived: int, body: dict[str, Any]) -> None:
    """Add an event of the visit, counted."""
    visit.events += 1
    batch.events.append(
        {
            "site": visit.site,
            "visit": visit.id,
            "n": visit.events,
            "at": at,
            "arrived_at": arrived,
            "kind": kind,
            "body": body,
        }
    )


def _closing(visit: Visit, identity: str, until: int) -> dict[str, Any]:
    return {"site": visit.site, "visit": visit.id, "id": identity, "until": until}


def _end_refusals(visit: Visit, batch: Batch, at: int) -> None:
    if visit.refusing is not None:
        identity = visit.refusing.split(" ", 1)[1]
        batch.closings.append(_closing(visit, identity, at))
        visit.refusing = None


def _fade(visit: Visit) -> int | None:
    return visit.state.narration.fade_at_ms if visit.state.narration else None


def _exhibit(named: str | None, view: ReleaseView) -> str | None:
    """An exhibit by its id or its keypad number."""
    if named is None or named in view.exhibits:
        return named
    if named in view.by_number:
        return view.by_number[named]
    raise NotFound("unknown_exhibit", f"there is no exhibit {named!r}: check the number beside it")


def _old_rung(view: ReleaseView, exhibit: str, track: str, visit: Visit) -> Rung | None:
    """The rung of a narration that began under other languages or in an earlier release."""
    found = view.tracks_by_id.get(track)
    if found is None or exhibit not in view.exhibits:
        return None
    text = found if found.transcript_sha256 else None
    return Rung(view.exhibits[exhibit], visit.wishes.languages[0], found, text)
