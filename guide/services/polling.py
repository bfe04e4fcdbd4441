"""A poll, a command or a change, taken into a visit: what is recorded, and the answer."""

from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import to_json

from guide.clock import Clock, rfc3339
from guide.errors import Conflict, Malformed, NotFound
from guide.services.answers import Scene, answer, playing
from guide.services.clocks import Refusal, corrected
from guide.services.events import event_body, to_event
from guide.services.messages import CommandBody, Poll
from guide.services.releases import Releases, ReleaseView
from guide.services.stepping import Stepping
from guide.services.visit import Answer, Visit, fingerprint
from guide.store.journal import Batch
from zones.decision import Decision
from zones.model import Command, Event, ModeChange, Played, Recast, Tick
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
        self._stepping = Stepping(releases)
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
        batch = Batch()
        if refused is not None:
            decision = self._refuse(visit, refused, at, scene, message.seq, arrived, batch)
        else:
            event = event._replace(at=Millis(at))
            body = event_body(event, message.seq)
            decision = self._take(visit, event, body, scene, message.seq, arrived, batch)
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
        event = Command(Millis(at), message.do, exhibit)
        decision = self._take(visit, event, body, scene, message.seq, arrived, batch)
        return self._answer(visit, scene, decision, message.seq, mark, arrived, batch)

    def change(
        self, visit: Visit, event: ModeChange | Recast | Played, body: dict[str, Any], batch: Batch
    ) -> None:
        """A change of mode or of languages, as the engine and replay see it."""
        self._take(visit, event, body, self.scene(visit), None, self._clock.now_ms(), batch)

    def begin(self, visit: Visit, batch: Batch) -> None:
        """The beginning of a visit: what was chosen at the desk and the release, from which a replay sets out."""
        wishes = visit.wishes
        names = ("languages", "variant", "accept_house", "mode", "profile")
        body = {name: getattr(wishes, name) for name in names} | {"release": visit.release}
        note(visit, batch, "begin", self.now(visit), visit.created_at, body)

    def now(self, visit: Visit) -> Millis:
        """The visit's own moment: a simulated visit lives in the time of its last fix."""
        if visit.simulated:
            return visit.state.at or Millis(0)  # before its first fix it has no time at all
        return Millis(self._clock.now_ms())

    def scene(self, visit: Visit) -> Scene:
        """The release, the ladder and the sounding rung that the next answer is made from."""
        return self._stepping.scene(visit, self._releases.active(visit.site))

    def now_playing(self, visit: Visit) -> dict[str, Any] | None:
        """What should be heard, outside of any poll."""
        return playing(visit, self.scene(visit), visit.state.at or Millis(0))

    def close(self, visit: Visit, batch: Batch) -> None:
        """The end of a visit: a running narration stops, open episodes end, and both are rows."""
        at = self.now(visit) or Millis(visit.created_at)
        note(visit, batch, "end", at, self._clock.now_ms(), {})
        self._stepping.close(visit, at, batch)

    def _kept(self, visit: Visit, seq: int, mark: str) -> Outcome | None:
        """The kept answer to a retry, if it is one."""
        last = visit.answer
        if last is not None and last.seq == seq:
            if last.fingerprint == mark:
                return Outcome(last.status, last.body, urgent=not visit.durable)
            raise _reused(seq)
        if seq == visit.seq:  # a late fix had it
            raise _reused(seq)
        if seq <= visit.seq:
            raise Conflict(
                "seq_out_of_order",
                f"seq {seq} is behind: the last was {visit.seq}",
                extra={"playing": self.now_playing(visit)},
            )
        return None

    def _take(
        self,
        visit: Visit,
        event: Event,
        body: dict[str, Any],
        scene: Scene,
        seq: int | None,
        arrived: int,
        batch: Batch,
    ) -> Decision:
        """An event recorded, then taken: what changed for it stands before it, so that a replay has it in time."""
        _follow(visit, scene, event.at, arrived, batch)
        note(visit, batch, type(event).__name__.lower(), event.at, arrived, body)
        decision = self._stepping.take(visit, event, scene, seq, batch)
        call_last(visit, decision.at)
        return decision

    def _refuse(
        self, visit: Visit, reason: Refusal, said: int, scene: Scene, seq: int, arrived: int, batch: Batch
    ) -> Decision:
        """A message whose time is refused: nothing is believed of it but that it came, so time passes.

        Its seq is recorded as `poll`: the fix may still come in by the late fixes, under the same seq.
        """
        at = Millis(arrived)
        _follow(visit, scene, at, arrived, batch)
        note(visit, batch, "refused", at, arrived, {"poll": seq, "reason": reason, "said": rfc3339(said)})
        self._stepping.refuse(visit, reason, scene, seq, at, batch)
        note(visit, batch, "tick", at, arrived, {"poll": seq})
        decision = self._stepping.take(visit, Tick(at), scene, seq, batch, refused=True)
        call_last(visit, decision.at)
        return decision._replace(action="none", reason=reason)

    def _answer(
        self, visit: Visit, scene: Scene, decision: Decision, seq: int, mark: str, arrived: int, batch: Batch
    ) -> Outcome:
        body = to_json(answer(visit, self._stepping.sounding(visit, scene), decision, seq, arrived))
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


def _follow(visit: Visit, scene: Scene, at: int, arrived: int, batch: Batch) -> None:
    """The visit follows the active release, and that is an event of its own."""
    if visit.release != scene.view.number:
        visit.release = scene.view.number
        note(visit, batch, "release", at, arrived, {"release": visit.release})


def _reused(seq: int) -> Conflict:
    return Conflict(
        "seq_reused", f"seq {seq} was used for another message: count on to {seq + 1} for a new one"
    )


def _exhibit(named: str | None, view: ReleaseView) -> str | None:
    """An exhibit by its id or its keypad number."""
    if named is None or named in view.exhibits:
        return named
    if named in view.by_number:
        return view.by_number[named]
    raise NotFound("unknown_exhibit", f"there is no exhibit {named!r}: check the number beside it")
