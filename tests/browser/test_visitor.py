"""The visitor page: what is said before the start, what is heard, and what happens when things go wrong."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import httpx2
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.rooms import Visitor
from tests.stories.service import Service

OpenVisitor = Callable[..., Visitor]
HEAR_THE_CUT: Final = """() => {
  const audio = document.querySelector('audio');
  const level = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'volume');
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'src');
  window.levels = [];
  window.cutAt = null;
  Object.defineProperty(audio, 'volume', {
    get() { return level.get.call(this); },
    set(to) { if (window.cutAt === null) window.levels.push([performance.now(), to]); level.set.call(this, to); }
  });
  Object.defineProperty(audio, 'src', {
    get() { return source.get.call(this); },
    set(to) { window.cutAt ??= [performance.now(), level.get.call(this)]; source.set.call(this, to); }
  });
}"""
"""Writes down every volume of what sounds, and the volume at which another sound takes its place."""


def test_the_coverage_of_each_language_stands_before_the_start(visitor: OpenVisitor) -> None:
    """Before anything starts, each language says its minutes, and the exhibits that lack it are named."""
    guide = visitor(width=390, height=844)
    page = guide.page

    for language, words in (("fr", "French"), ("en", "English"), ("nl", "Dutch"), ("de", "German")):
        expect(page.get_by_test_id(f"coverage-{language}")).to_contain_text(f"{words}: ")
    expect(page.get_by_test_id("exceptions")).to_contain_text("English: 15 of 45 min")
    expect(page.get_by_text("Please use headphones")).to_be_visible()
    expect(page.get_by_text("The floor plan is invented")).to_be_visible()

    page.get_by_role("radio", name="Nederlands").check(force=True)
    expect(page.get_by_test_id("exceptions")).to_contain_text("Not entirely in Dutch")


def test_a_telephone_without_positions_plays_by_number_and_by_list(visitor: OpenVisitor) -> None:
    """On a telephone that nobody locates, the keypad and the list still play everything."""
    guide = visitor(width=390, height=844)
    guide.start("English")
    expect(guide.player).to_contain_text("Nothing is playing")

    guide.type_number("123")
    guide.hears("v2")

    guide.tab("List")
    row = guide.page.get_by_role("listitem").filter(has_text="Welcome")
    row.get_by_role("button", name="Play: Welcome").click()
    guide.hears("welcome")
    expect(row).to_contain_text("Now playing")


def test_another_number_takes_the_narration_out_softly(visitor: OpenVisitor) -> None:
    """Who plays something else hears the first narration go down to nothing, at once but not dead, then the other."""
    guide = visitor(width=390, height=844)
    guide.start("English")
    guide.type_number("123")
    guide.hears("v2")
    guide.page.evaluate(HEAR_THE_CUT)

    guide.tab("List")
    guide.press("Play: Welcome")

    guide.hears("welcome")
    levels, (cut_at, at_the_cut) = guide.page.evaluate("() => [window.levels, window.cutAt]")
    fading = [(at, level) for at, level in levels if level < 1]
    assert at_the_cut == 0
    assert len(fading) >= 3
    assert all(later[1] <= earlier[1] for earlier, later in pairwise(fading))
    assert fading[0][1] > 0.5
    assert cut_at - fading[0][0] >= 100


def test_a_visitor_may_say_where_they_stand(visitor: OpenVisitor) -> None:
    """On a telephone that nobody locates, a touch on the plan is a position: what stands there begins to speak."""
    guide = visitor(width=390, height=844)
    guide.start("English")
    guide.tab("List")
    guide.press("Show on the plan: The generator")

    guide.page.get_by_test_id("picked").get_by_role("button", name="I am here").click()

    guide.hears("generator")
    expect(guide.page.get_by_test_id("plan")).to_have_attribute("data-level", "tunnels")
    expect(guide.page.get_by_role("button", name="To my position")).to_be_visible()


def test_the_language_may_change_in_the_middle_of_a_narration(visitor: OpenVisitor) -> None:
    """A visitor who changes to French goes on in French, and the interface follows."""
    guide = visitor()
    guide.start("English")
    guide.type_number("123")
    english = guide.hears("v2")

    guide.press("Language: English")
    dialog = guide.page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Français").check(force=True)
    dialog.get_by_role("button", name="Change language").click()

    expect(guide.page.locator("html")).to_have_attribute("lang", "fr")
    french = guide.until(lambda now: now.url not in {"", english.url} and not now.paused)
    assert french.url != english.url
    expect(guide.player.get_by_role("heading")).to_have_attribute("lang", "fr")


def test_the_visit_ends_when_the_visitor_says_so(visitor: OpenVisitor) -> None:
    """Ending asks once, silences the sound, and offers a new visit."""
    guide = visitor(width=390, height=844)
    guide.start("English")
    guide.type_number("123")
    guide.hears("v2")

    guide.press("End the visit")
    guide.page.get_by_role("dialog").get_by_role("button", name="End the visit").click()

    expect(guide.page.get_by_test_id("ended")).to_contain_text("Your visit has ended")
    guide.until(lambda now: now.paused)
    guide.press("Start a new visit")
    expect(guide.page.get_by_test_id("start")).to_be_visible()


def test_a_reloaded_page_goes_on_with_the_visit(visitor: OpenVisitor) -> None:
    """A page that was loaded again offers the visit it had, and goes on where the narration was."""
    guide = visitor()
    guide.start("English")
    guide.type_number("123")
    before = guide.until(lambda now: now.position_s > 3)

    guide.page.reload()
    guide.press("Go on with my visit")

    after = guide.hears("v2")
    assert after.url == before.url
    assert after.position_s > before.position_s - 2


def test_without_a_network_the_sound_goes_on_and_the_page_says_so(visitor: OpenVisitor, watch: Watch) -> None:
    """When the network goes, what plays goes on; when it is back, the same poll gets its answer."""
    watch.allow("ERR_INTERNET_DISCONNECTED")
    guide = visitor()
    sent = listen(guide.page)
    guide.start("English")
    guide.type_number("123")
    before = guide.hears("v2")

    guide.page.context.set_offline(offline=True)
    expect(guide.page.get_by_test_id("offline")).to_be_visible()
    guide.until(lambda now: now.position_s > before.position_s + 2)
    guide.page.context.set_offline(offline=False)

    expect(guide.page.get_by_test_id("offline")).to_be_hidden()
    guide.hears("v2")
    assert all(len(set(bodies)) == 1 for bodies in sent.values()), "a retry must repeat its body"
    assert max(len(bodies) for bodies in sent.values()) > 1


def test_a_visit_ended_elsewhere_is_told_in_plain_words(
    visitor: OpenVisitor, watch: Watch, demo: Service
) -> None:
    """When the desk ends the visit, the device falls silent and says that it is over."""
    watch.allow("status of 410")
    guide = visitor()
    with guide.page.expect_response("**/api/v1/visits") as made:
        guide.start("English")
    visit: dict[str, Any] = made.value.json()
    guide.type_number("123")
    guide.hears("v2")

    headers = {"Authorization": f"Bearer {visit['key']}"}
    httpx2.post(f"{demo.url}/api/v1/visits/{visit['id']}/end", headers=headers).raise_for_status()

    expect(guide.page.get_by_test_id("ended")).to_contain_text("This visit has ended")
    guide.until(lambda now: now.paused)


def test_an_unknown_page_says_so(visitor: OpenVisitor) -> None:
    """An address that no room has is answered in words, with the way home."""
    guide = visitor()
    guide.page.goto("/nowhere")

    expect(guide.page.get_by_role("heading", name="There is no such page")).to_be_visible()
    guide.page.get_by_role("link", name="To the audio guide").click()
    expect(guide.page.get_by_test_id("start")).to_be_visible()


def listen(page: Page) -> dict[int, list[str]]:
    """The bodies of all polls and commands that a page sends, by their seq."""
    sent: dict[int, list[str]] = {}

    def note(url: str, body: str | None) -> None:
        if body is not None and url.endswith(("/poll", "/commands")):
            sent.setdefault(json.loads(body)["seq"], []).append(body)

    page.on("request", lambda request: note(request.url, request.post_data))
    return sent
