"""Our own engine as a system under test."""

from collections.abc import Sequence

from guide.quality.kinds import Heard, World
from guide.quality.sounding import Sounding
from zones.engine import step
from zones.model import Fix, Rules
from zones.state import Narration, State


class Ours:
    """`zones.engine.step` over the fixes; the device reports nothing, so the engine reckons its positions."""

    name = "coupole"

    def run(self, world: World, fixes: Sequence[Fix], rules: Rules) -> list[Heard]:
        """What is heard with our rules."""
        device, state = Sounding(world.cues), State()
        for fix in fixes:
            before = state.narration
            state, decision = step(state, fix, world.layout, rules)
            device.advance(fix.at)
            _follow(device, before, state.narration, fix.at, f"{decision.action}: {decision.reason}")
        return device.heard(fixes[-1].at) if fixes else []


def _follow(device: Sounding, before: Narration | None, now: Narration | None, at_ms: int, why: str) -> None:
    if now is None:
        device.stop(at_ms)
        return
    if before is None or (before.exhibit, before.started_at) != (now.exhibit, now.started_at):
        device.start(at_ms, now.exhibit, now.position_ms, why)
    device.fade(now.fade_at_ms)
