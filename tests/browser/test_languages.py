"""Languages told honestly: text where there is no recording, one notice for a gap, minutes before one goes in."""

import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.rooms import Simulator, Visitor

OpenSimulator = Callable[..., Simulator]
OpenVisitor = Callable[..., Visitor]
AT_THE_PRESS: Final = ("dome-1", 94.0, 32.0)
AT_THE_PLANETARIUM: Final = ("reception", -50.0, 34.0)
AT_THE_V2: Final = ("dome-2", 104.5, 46.0)
SHOW: Final = "show-planetarium"


class Told:
    """The notices in all answers to a page, each once by its id: what its visitor was told, and how often."""

    def __init__(self, page: Page) -> None:
        self._answers: list[Response] = []
        page.on("response", self._heard)

    def _heard(self, response: Response) -> None:
        if response.ok and response.url.endswith(("/poll", "/commands")):
            self._answers.append(response)

    def of(self, exhibit: str) -> list[str]:
        """The kinds that were told of an exhibit, in order."""
        notices = [notice for each in self._answers for notice in each.json()["notices"]]
        told = {each["id"]: each["kind"] for each in notices if each["exhibit"] == exhibit}
        return [*told.values()]


def test_a_visitor_reads_along_in_their_language(simulator: OpenSimulator) -> None:
    """At an exhibit that speaks only French, a Dutch visitor hears French and reads Dutch, in step."""
    guide = simulator(*AT_THE_PRESS)
    guide.start("Nederlands")
    guide.hears("press")

    expect(guide.page.get_by_test_id("bridge")).to_contain_text(re.compile("French.*Dutch"))
    text = guide.page.get_by_test_id("transcript")
    expect(text).to_have_attribute("lang", "nl")
    expect(text.locator("[aria-current=true]")).to_contain_text("Voor u liggen dunne")
    guide.page.get_by_role("slider", name="Position in the narration").fill("21")
    expect(text.locator("[aria-current=true]")).to_contain_text("La Voix du Nord in Rijsel")
    expect(guide.page.get_by_test_id("caption")).to_have_attribute("lang", "nl")
    text.scroll_into_view_if_needed()
    expect(text.locator("[aria-current=true]")).to_be_in_viewport()


def test_a_text_instead_of_a_recording_is_told_once(simulator: OpenSimulator) -> None:
    """Who reads along is told so once, however often they stray away from the exhibit and come back."""
    guide = simulator(*AT_THE_PRESS)
    told = Told(guide.page)
    guide.start("Nederlands")
    guide.hears("press")
    expect(guide.page.locator("[data-testid=notice][data-kind=text_only]")).to_have_count(1)

    for _ in range(3):
        guide.step("ArrowRight", 14)
        guide.is_asked_at("101")
        guide.step("ArrowLeft", 14)
        guide.is_asked_at("94")

    guide.hears("press")
    assert told.of("press") == ["text_only"]
    expect(guide.page.locator("[data-testid=notice][data-kind=text_only]")).to_have_count(1)


@pytest.mark.slow
def test_a_gap_is_told_once_however_often_one_passes(simulator: OpenSimulator) -> None:
    """Who strays in and out of an exhibit without their language gets one notice, not one at each pass."""
    guide = simulator(*AT_THE_PRESS)
    told = Told(guide.page)
    guide.start("English")
    gap = guide.page.locator("[data-testid=notice][data-kind=language_gap]")
    expect(gap).to_have_count(1)
    said = gap.get_by_text("The underground press").inner_text()

    for _ in range(3):
        guide.step("ArrowRight", 14)
        expect(guide.whereabouts).to_have_attribute("data-x", "101")
        guide.step("ArrowLeft", 14)
        expect(guide.whereabouts).to_have_attribute("data-x", "94")
        guide.page.wait_for_timeout(3000)  # time to be told a second time
        assert gap.count() <= 1
    assert told.of("press") == ["language_gap"]
    assert "French" in said


def test_a_gap_ends_when_the_visitor_understands_another_language(simulator: OpenSimulator) -> None:
    """The notice of a gap offers the languages there are; one touch plays the exhibit in it."""
    guide = simulator(*AT_THE_PRESS)
    guide.start("English")

    guide.press("I understand French: play it")

    guide.hears("press")
    expect(guide.page.get_by_test_id("fallback")).to_contain_text("In French: there is no English recording")
    expect(guide.page.locator("html")).to_have_attribute("lang", "en")


def test_the_planetarium_is_told_before_its_door(simulator: OpenSimulator) -> None:
    """Near the planetarium's door the device says its minutes in one's language, how loud it is, and from what age."""
    guide = simulator(*AT_THE_PLANETARIUM)
    guide.start("English")

    notices = guide.page.get_by_test_id("notice")
    expect(notices.filter(has_text="English: 15 of 45 min")).to_have_count(1)
    loud = guide.page.locator("[data-testid=notice][data-kind=loudness]")
    expect(loud).to_have_count(1)
    expect(loud).to_contain_text("88 dB(A)")
    expect(loud).to_contain_text("4 years")


def test_a_show_says_its_parts_and_times_before_the_start(visitor: OpenVisitor) -> None:
    """The welcome tells the show: how much is in one's language, which parts, today's sittings, age and loudness."""
    guide = visitor(width=390, height=844)
    show = guide.page.get_by_test_id(SHOW)

    expect(show.get_by_test_id("show-coverage")).to_have_text("English: 15 of 45 min")
    expect(show).to_contain_text("15 min live, in English")
    expect(show).to_contain_text("30 min recorded, in French")
    expect(show).to_contain_text("no subtitles")
    expect(show.get_by_test_id("screenings").get_by_role("listitem")).to_have_count(3)
    expect(show.get_by_test_id("screenings")).to_contain_text("15:00")
    expect(show.get_by_test_id("advice")).to_contain_text("From 4 years")
    expect(show.get_by_test_id("advice")).to_contain_text("88 dB(A)")
    guide.page.get_by_role("radio", name="Français").check(force=True)
    expect(show.get_by_test_id("show-coverage")).to_have_text(re.compile("^(French|[Ff]rançais) ?: 30"))


def test_the_list_says_what_is_only_partly_in_ones_language(visitor: OpenVisitor) -> None:
    """In the list and on the plan the planetarium says its minutes; its sittings are one touch away."""
    guide = visitor(width=390, height=844)
    guide.start("English")
    guide.tab("List")
    row = guide.page.get_by_role("listitem").filter(
        has=guide.page.get_by_role("button", name="Play: The planetarium")
    )

    expect(row.get_by_test_id("partly")).to_have_text("English: 15 of 45 min")
    row.get_by_text("Shows today").click()
    expect(row.get_by_test_id("screenings")).to_be_visible()

    guide.press("Show on the plan: The planetarium")
    expect(guide.page.get_by_test_id("picked")).to_contain_text("English: 15 of 45 min")
    expect(guide.page.get_by_test_id("picked").get_by_test_id("screenings")).to_be_visible()


def test_a_change_of_language_may_wait_for_the_next_narration(simulator: OpenSimulator) -> None:
    """Who changes the language, but not at once, hears the narration out; the next one begins in the new language."""
    guide = simulator(*AT_THE_V2)
    guide.start("English")
    before = guide.hears("v2")

    guide.press("Language: English")
    dialog = guide.page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Français").check(force=True)
    dialog.get_by_role("checkbox", name="Start what is playing again in this language").uncheck()
    dialog.get_by_role("button", name="Change language").click()

    expect(guide.page.locator("html")).to_have_attribute("lang", "fr")
    later = guide.until(lambda now: now.position_s > before.position_s + 2)
    assert later.url == before.url
    guide.tab("Numéro")
    for digit in "101":
        guide.press(digit)
    guide.press("Écouter ce numéro")
    guide.hears("welcome")
    expect(
        guide.page.get_by_test_id("transcript").or_(guide.page.get_by_test_id("caption")).first
    ).to_be_visible()
    expect(guide.page.get_by_test_id("caption")).to_have_attribute("lang", "fr")


def test_a_child_hears_half_as_loud(visitor: OpenVisitor) -> None:
    """A child's guide plays at half the sound pressure."""
    guide = visitor()
    guide.page.get_by_role("checkbox", name="A child is listening").check()
    guide.start("English")
    guide.type_number("123")

    assert guide.hears("v2").volume == pytest.approx(0.5, abs=0.01)
