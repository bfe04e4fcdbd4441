"""The rooms of the web application as somebody uses them: by the names of buttons, and by ear."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

PATIENCE_S: Final = 100.0
LOOK_AGAIN_MS: Final = 50


@dataclass(frozen=True)
class Sound:
    """What comes out of the page."""

    url: str
    position_s: float
    paused: bool
    volume: float


@dataclass(frozen=True)
class Visitor:
    """The visitor's device."""

    page: Page

    @property
    def player(self) -> Locator:
        """The card of what is playing."""
        return self.page.get_by_test_id("player")

    @property
    def announced(self) -> Locator:
        """The live region: what a screen reader is told."""
        return self.page.get_by_test_id("announcer")

    def start(self, language: str | None = None) -> None:
        """Choose a language, and start."""
        if language is not None:
            self.page.get_by_role("radio", name=language).check(force=True)
        self.page.get_by_test_id("start").click()
        expect(self.player).to_be_visible()

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def tab(self, name: str) -> None:
        """Open one of the rooms below the player."""
        self.page.get_by_role("tab", name=name).click()

    def type_number(self, number: str) -> None:
        """Type a number on the keypad, and play it."""
        self.tab("Number")
        for digit in number:
            self.press(digit)
        self.press("Play this number")

    def sound(self) -> Sound:
        """What is heard now."""
        heard: dict[str, Any] = self.page.evaluate(
            """() => {
              const audio = document.querySelector('audio');
              return {url: audio.getAttribute('src') ?? '', position_s: audio.currentTime,
                      paused: audio.paused, volume: audio.volume};
            }"""
        )
        return Sound(**heard)

    def hears(self, exhibit: str) -> Sound:
        """Wait until an exhibit's narration really sounds: its time goes on, and the sound is not turned off."""
        expect(self.player).to_have_attribute("data-exhibit", exhibit, timeout=PATIENCE_S * 1000)
        expect(self.player).to_have_attribute("data-state", "playing")
        before = self.sound()
        return self.until(
            lambda now: now.position_s > before.position_s + 0.5 and not now.paused and now.volume > 0
        )

    def until(self, right: Callable[[Sound], bool]) -> Sound:
        """Wait until the sound is right."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            now = self.sound()
            if right(now):
                return now
            self.page.wait_for_timeout(LOOK_AGAIN_MS)
        raise AssertionError(f"the sound never came right; it is {self.sound()}")


@dataclass(frozen=True)
class Simulator(Visitor):
    """The device beside the plan."""

    @property
    def plan(self) -> Locator:
        """The plan, which takes the keys."""
        return self.page.get_by_test_id("plan")

    @property
    def lit(self) -> str | None:
        """The exhibit whose zone the plan shows as heard; None in silence."""
        return self.plan.get_attribute("data-playing")

    @property
    def whereabouts(self) -> Locator:
        """Where the simulated visitor stands."""
        return self.page.get_by_test_id("whereabouts")

    @property
    def decisions(self) -> Locator:
        """The last decisions in words."""
        return self.page.get_by_test_id("decisions")

    def step(self, key: str, times: int) -> None:
        """Press an arrow key on the plan: half a metre each time."""
        self.plan.focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    def is_asked_at(self, x: str) -> None:
        """Wait until the service was asked, and has answered, with the visitor at this place."""
        expect(self.whereabouts).to_have_attribute("data-x", x)
        # the poll that was under way may still be of the place before
        for _ in range(2):
            with self.page.expect_response("**/poll"):
                pass

    def walk_to(self, title: str) -> None:
        """Choose a zone from the list, and walk there."""
        goal = self.page.get_by_test_id("walk-to")
        option = goal.locator("option").filter(has_text=re.compile(rf"^\d+ {re.escape(title)}$"))
        goal.select_option(option.first.get_attribute("value"))
        self.press("Walk")

    def dot(self) -> tuple[float, float]:
        """Where the dot lies in the window, in pixels."""
        expect(self.plan).to_have_attribute("data-dot", re.compile(r"^-?\d+,-?\d+$"))
        x, y = (int(part) for part in (self.plan.get_attribute("data-dot") or "").split(","))
        box = self.plan.bounding_box()
        assert box is not None
        return box["x"] + x, box["y"] + y
