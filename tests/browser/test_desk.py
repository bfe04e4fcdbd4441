"""The curator's desk: sign in, send narrations, hear what was measured, mend their texts."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from guide.clock import SystemClock
from guide.commands.common import open_database
from guide.services.catalogue import Catalogue
from guide.services.releases import Releases
from guide.settings import Settings
from tests.browser.conftest import Watch
from tests.browser.desk_site import make_site, narration, tone
from tests.browser.looks import in_all_looks
from tests.stories.service import Service

EMAIL: Final = "curator@small.example"
PATIENCE_MS: Final = 120_000
V2: Final = "v2.en.standard"
LONG_S: Final = 300


@dataclass(frozen=True)
class Desk:
    """The desk's narrations as a curator uses them."""

    page: Page

    @property
    def editor(self) -> Locator:
        """The text of the track that is open."""
        return self.page.get_by_test_id("editor")

    def sign_in(self, password: str) -> None:
        """Go in."""
        self.page.get_by_label("E-mail address").fill(EMAIL)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def track(self, name: str) -> Locator:
        """The cell of a track."""
        return self.page.get_by_test_id(f"track-{name}")

    def send(self, *files: Any) -> None:
        """Choose files to be sent: paths, or names with bytes."""
        self.page.get_by_test_id("files").set_input_files(list(files))

    def upload(self, name: str) -> Locator:
        """The row of a file."""
        return self.page.get_by_test_id("uploads").locator(f"[data-name='{name}']")

    def sentence(self, number: int) -> Locator:
        """One cue of the text."""
        return self.editor.get_by_role("group", name=f"Sentence {number}", exact=True)


def file(name: str, data: bytes) -> dict[str, Any]:
    """A file as a browser is given it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.fixture(scope="module")
def museum(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:  # noqa: ARG001 - without a browser nothing need start
    """The service with a small museum."""
    home = tmp_path_factory.mktemp("desk")
    running = Service(home / "data")
    running.run("import", str(make_site(home / "site")), "--publish")
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def password(museum: Service) -> str:
    """A curator's."""
    return str(museum.json("user", "add", EMAIL, "--role", "curator")["password"])


@pytest.fixture
def watched(museum: Service) -> Iterator[Watch]:
    """Fails the test on whatever the browser complains of."""
    watching = Watch(museum.url)
    yield watching
    assert watching.rest() == []


@pytest.fixture
def open_desk(
    browser: Browser, museum: Service, watched: Watch, password: str
) -> Iterator[Callable[..., Desk]]:
    """Opens the desk, signed in."""
    contexts: list[BrowserContext] = []

    def opened(*, locale: str = "en-GB", enter: bool = True, width: int = 1280) -> Desk:
        context = browser.new_context(
            base_url=museum.url,
            locale=locale,
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
        )
        watched.follow(context)
        contexts.append(context)
        page = context.new_page()
        page.goto("/desk/tracks")
        desk = Desk(page)
        if enter:
            desk.sign_in(password)
            expect(page.get_by_test_id("tracks")).to_be_visible()
        return desk

    yield opened
    for each in contexts:
        each.close()


def test_nobody_reaches_the_desk_without_a_sign_in(open_desk: Callable[..., Desk], watched: Watch) -> None:
    """A wrong password is told in plain words; the right one stays signed in over a reload, until one signs out."""
    watched.allow("status of 401")
    desk = open_desk(enter=False)
    desk.sign_in("not this one")
    expect(desk.page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(desk.page.get_by_test_id("tracks")).to_have_count(0)


def test_a_signed_in_curator_stays_so_until_they_leave(open_desk: Callable[..., Desk]) -> None:
    """Loading the page again keeps the sign-in; signing out ends it."""
    desk = open_desk()
    desk.page.reload()
    expect(desk.page.get_by_test_id("tracks")).to_be_visible()

    desk.page.get_by_role("button", name="Sign out").click()

    expect(desk.page.get_by_label("Password")).to_be_visible()
    desk.page.reload()
    expect(desk.page.get_by_label("Password")).to_be_visible()


@pytest.mark.slow
def test_files_find_their_exhibit_by_name_and_become_tracks(open_desk: Callable[..., Desk]) -> None:
    """Several files at once: each is matched by its name, judged, measured and levelled; a bad one says why."""
    desk = open_desk()
    desk.send(
        file("E10_en.opus", narration("v2-engine", "en")),
        file("ida.en.mp3", b"this is no sound at all, whatever its name says. " * 400),
        file("holiday.opus", narration("ida", "fr")),
    )

    asked = desk.upload("holiday.opus")
    expect(asked).to_have_attribute("data-phase", "choose")
    asked.get_by_role("combobox", name=re.compile("^Exhibit")).select_option("ida")
    asked.get_by_role("combobox", name=re.compile("^Language")).select_option("fr")
    asked.get_by_role("button", name="Send").click()

    expect(desk.upload("E10_en.opus")).to_have_attribute("data-phase", "ready", timeout=PATIENCE_MS)
    expect(desk.upload("holiday.opus")).to_have_attribute("data-phase", "ready", timeout=PATIENCE_MS)
    expect(desk.upload("ida.en.mp3")).to_have_attribute("data-phase", "failed", timeout=PATIENCE_MS)
    expect(desk.upload("ida.en.mp3")).to_contain_text(re.compile("Failed: .*(audio|sound)", re.IGNORECASE))
    cell = desk.track("v2-engine.en.standard")
    expect(cell).to_contain_text(re.compile(r"0:5\d"))
    expect(cell).to_contain_text("LUFS")
    expect(cell).to_contain_text("unchecked")
    expect(desk.track("ida.fr.standard")).to_be_visible()


@pytest.mark.slow
def test_an_upload_goes_on_after_the_page_was_loaded_again(
    open_desk: Callable[..., Desk], watched: Watch, tmp_path: Path
) -> None:
    """A large file that was broken off goes on where it was when it is chosen again; nothing is sent twice."""
    watched.allow("ERR_FAILED")
    large = tone(tmp_path / "ida.nl.wav", LONG_S)
    desk = open_desk()
    pieces = 0

    def after_the_first(route: Route) -> None:
        nonlocal pieces
        pieces += 1
        if pieces > 1:
            route.abort()
        else:
            route.continue_()

    def is_piece(url: str) -> bool:
        return re.search(r"/api/v1/uploads/\w+$", url) is not None

    desk.page.route(is_piece, after_the_first)
    desk.send(large)
    desk.page.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('tus::'))")
    while pieces < 2:
        desk.page.wait_for_timeout(100)
    desk.page.reload()  # the page tries again by itself: cut off until it is gone, or two would send at once
    desk.page.unroute(is_piece)
    expect(desk.page.get_by_test_id("interrupted")).to_contain_text("ida.nl.wav")

    with desk.page.expect_request(lambda request: request.method == "PATCH") as sent:
        desk.send(large)

    assert int(sent.value.headers["upload-offset"]) > 0
    expect(desk.upload("ida.nl.wav")).to_have_attribute("data-phase", "working", timeout=PATIENCE_MS)
    expect(desk.page.get_by_test_id("interrupted")).to_have_count(0)


def test_a_track_is_heard_and_seen(open_desk: Callable[..., Desk]) -> None:
    """A track shows its measures and its waveform, and a click on the waveform listens from there."""
    desk = open_desk()
    desk.track(V2).click()
    detail = desk.page.get_by_test_id("detail")

    expect(detail).to_contain_text("LUFS")
    expect(detail).to_contain_text("dBTP")
    expect(detail.get_by_test_id("waveform")).to_have_attribute("data-drawn", "true")
    box = detail.get_by_test_id("waveform").bounding_box()
    assert box is not None
    detail.get_by_test_id("waveform").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    desk.page.wait_for_function("() => document.querySelector('[data-testid=listen]').currentTime > 25")
    expect(desk.editor.locator("li.current")).to_have_count(1)


def test_a_text_is_mended_and_saved(open_desk: Callable[..., Desk], museum: Service) -> None:
    """A sentence is changed; faults are told at their line and cannot be saved; what was saved is served."""
    desk = open_desk()
    desk.track(V2).click()
    first = desk.sentence(1)
    first.get_by_label("To").fill("soon")
    expect(first.get_by_test_id("fault")).to_contain_text("The end is no time")
    expect(desk.editor.get_by_role("button", name="Save the text")).to_be_disabled()

    first.get_by_label("To").fill("0:02,5")
    first.get_by_role("textbox", name="Text").fill("Walk very slowly around the rocket.")
    desk.editor.get_by_role("button", name="Save the text").click()

    expect(desk.page.get_by_test_id("announcer")).to_contain_text("The text is saved")
    expect(desk.editor).to_have_attribute("data-changed", "false")
    desk.editor.get_by_role("button", name="Words alone").click()
    expect(desk.editor.get_by_test_id("words")).to_contain_text("Walk very slowly around the rocket.")
    key = museum.json("key", "add", "reader", "--role", "staff")["key"]
    text = httpx2.get(
        f"{museum.url}/api/v1/tracks/{V2}/transcript", headers={"Authorization": f"Bearer {key}"}
    ).text
    assert "00:00:00.300 --> 00:00:02.500\nWalk very slowly around the rocket." in text


def test_two_curators_at_once_lose_nothing(open_desk: Callable[..., Desk], watched: Watch) -> None:
    """Who saves second is told that somebody was faster, and chooses whose text it is to be."""
    watched.allow("status of 412")
    one, two = open_desk(), open_desk()
    for desk in (one, two):
        desk.track(V2).click()
        expect(desk.sentence(2)).to_be_visible()
    for desk, words in ((one, "The first was faster."), (two, "The second was slower.")):
        desk.sentence(2).get_by_role("textbox", name="Text").fill(words)
        desk.editor.get_by_role("button", name="Save the text").click()
        if desk is one:
            expect(desk.page.get_by_test_id("announcer")).to_contain_text("The text is saved")

    expect(two.page.get_by_test_id("conflict")).to_contain_text("Somebody else")
    two.page.get_by_role("button", name="Take theirs").click()
    expect(two.sentence(2).get_by_role("textbox", name="Text")).to_have_value("The first was faster.")


def test_what_the_service_refuses_is_told_at_its_sentence(
    open_desk: Callable[..., Desk], watched: Watch
) -> None:
    """A fault that only the service finds stands at the sentence it speaks of, and nothing is lost."""
    watched.allow("status of 422")
    desk = open_desk()
    desk.track(V2).click()
    expect(desk.sentence(4)).to_be_visible()
    desk.sentence(3).get_by_label("To").fill("0:20")
    desk.editor.get_by_role("button", name="Save the text").click()

    expect(desk.sentence(4).get_by_test_id("fault")).to_be_visible()
    expect(desk.sentence(3).get_by_label("To")).to_have_value("0:20")
    expect(desk.editor).to_have_attribute("data-changed", "true")


def test_a_track_sent_as_the_wrong_variant_is_corrected(open_desk: Callable[..., Desk], axe: str) -> None:
    """It moves to where it belongs and stays open; one press has it back where it was, open again."""
    desk = open_desk()
    desk.track(V2).click()
    change = desk.page.get_by_test_id("change")
    change.get_by_text("Correct what it is").click()
    expect(change.get_by_role("button", name="Change")).to_be_disabled()
    change.get_by_label("Variant").select_option("family")
    change.get_by_role("button", name="Change").click()

    detail = desk.page.get_by_test_id("detail")
    expect(detail).to_have_attribute("data-track", "v2.en.family")
    undo = desk.page.get_by_test_id("undo")
    expect(undo).to_contain_text("“The V-2” is now in English, family.")
    expect(desk.page.get_by_test_id("announcer")).to_contain_text("is now in English, family")
    assert in_all_looks(desk.page, axe, "undo") == {}

    undo.get_by_role("button", name="Undo").click()
    expect(detail).to_have_attribute("data-track", V2)
    expect(detail.get_by_role("heading", level=2)).to_be_focused()
    expect(undo).to_have_count(0)
    expect(desk.track("v2.en.family")).to_have_count(0)


def test_a_deleted_track_comes_back(open_desk: Callable[..., Desk]) -> None:
    """A track that was deleted by mistake is there again with one press, with its sound and its text."""
    desk = open_desk()
    desk.track(V2).click()
    desk.page.get_by_role("button", name="Delete this track").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(desk.track(V2)).to_have_count(0)

    desk.page.get_by_test_id("undo").get_by_role("button", name="Undo").click()

    expect(desk.page.get_by_test_id("detail").get_by_test_id("waveform")).to_have_attribute(
        "data-drawn", "true"
    )
    expect(desk.sentence(1)).to_be_visible()


def test_nobody_elses_edit_is_stepped_back(
    open_desk: Callable[..., Desk], museum: Service, watched: Watch
) -> None:
    """Where somebody has edited the draft since, nothing is stepped back, and the page says so, in French too."""
    watched.allow("status of 412")
    desk = open_desk()
    desk.page.get_by_role("button", name="FR, Français").click()
    desk.track(V2).click()
    change = desk.page.get_by_test_id("change")
    change.get_by_text("Corriger ce que c’est").click()
    change.get_by_label("Variante").select_option("plain")
    change.get_by_role("button", name="Changer").click()
    expect(desk.track("v2.en.plain")).to_be_visible()

    key = museum.json("key", "add", "other", "--role", "curator")["key"]
    ida = f"{museum.url}/api/v1/draft/exhibits/ida"
    headers = {"Authorization": f"Bearer {key}", "If-Match": "*"}
    httpx2.patch(ida, headers=headers, json={"title": {"en": "Ida, a girl"}}).raise_for_status()
    desk.page.get_by_test_id("undo").get_by_role("button", name="Annuler cette action").click()

    expect(desk.page.get_by_role("alert")).to_contain_text("Quelqu’un l’a changé depuis")
    expect(desk.track("v2.en.plain")).to_be_visible()
    for _ in range(2):  # the other's edit, then ours: the next test finds the museum as it was
        httpx2.post(f"{museum.url}/api/v1/draft/undo", headers={**headers}).raise_for_status()


@pytest.fixture
def slow_museum(chromium: str, tmp_path: Path) -> Iterator[Service]:  # noqa: ARG001 - without a browser nothing need start
    """The service with a small museum, in which nothing is worked on until the test says so."""
    running = Service(tmp_path / "data", {"COUPOLE_JOBS_AT_ONCE": "0"})
    running.run("import", str(make_site(tmp_path / "site")), "--publish")
    running.start()
    yield running
    assert running.stop() == 0


def work(service: Service) -> None:
    """Do the jobs that wait, as `coupole worker` would."""
    settings = Settings.read(data=service.data, jobs_at_once=0)
    clock = SystemClock()
    with open_database(settings) as database:
        content = Catalogue.wire(settings, database, Releases(database, clock), clock)
        while content.runner.run_one():
            pass


def test_a_failed_upload_is_tried_again_with_what_was_sent(
    browser: Browser, slow_museum: Service, tmp_path: Path
) -> None:
    """An upload that failed for something else than its file is tried again without sending it, a day later too.

    What was cut from its ends is hatched on its waveform.
    """
    password = str(slow_museum.json("user", "add", EMAIL, "--role", "curator")["password"])
    key = slow_museum.json("key", "add", "other", "--role", "curator")["key"]
    headers = {"Authorization": f"Bearer {key}", "If-Match": "*"}
    watching = Watch(slow_museum.url)
    context = browser.new_context(base_url=slow_museum.url, locale="en-GB", reduced_motion="reduce")
    watching.follow(context)
    desk = Desk(context.new_page())
    desk.page.goto("/desk/tracks")
    desk.sign_in(password)
    desk.send(tone(tmp_path / "ida.nl.wav", 6, lead_s=3, tail_s=4))
    row = desk.upload("ida.nl.wav")
    expect(row).to_contain_text("0% · Waiting for its turn")

    httpx2.delete(f"{slow_museum.url}/api/v1/draft/exhibits/ida", headers=headers).raise_for_status()
    work(slow_museum)
    expect(row).to_contain_text("Failed: The exhibit ida was taken out of the draft", timeout=PATIENCE_MS)
    httpx2.post(f"{slow_museum.url}/api/v1/draft/undo", headers=headers).raise_for_status()
    desk.page.reload()
    again = desk.page.get_by_test_id("uploads").get_by_role("listitem").filter(has_text="Ida, Dutch")
    expect(again).to_contain_text("Failed: The exhibit ida was taken out of the draft")
    again.get_by_role("button", name="Try again").click()
    expect(again).to_contain_text("Waiting for its turn")
    work(slow_museum)

    expect(again).to_have_attribute("data-phase", "ready", timeout=PATIENCE_MS)
    desk.track("ida.nl.standard").click()
    detail = desk.page.get_by_test_id("detail")
    expect(detail.get_by_test_id("waveform")).to_have_attribute("data-drawn", "true")
    expect(detail.get_by_test_id("trimmed")).to_contain_text(
        re.compile(r"cut, 2\.\d s at the beginning and 3\.\d s at the end")
    )
    context.close()
    assert watching.rest() == []


def test_the_desk_speaks_french_and_has_no_fault(open_desk: Callable[..., Desk], axe: str) -> None:
    """The desk passes axe in both themes, needs no sideways scrolling at 320 pixels, and is whole in French."""
    desk = open_desk()
    desk.track(V2).click()
    expect(desk.sentence(1)).to_be_visible()
    desk.page.get_by_text("Correct what it is").click()
    desk.sentence(1).get_by_label("To").fill("soon")
    desk.send(file("holiday.opus", b"x"))
    expect(desk.upload("holiday.opus")).to_be_visible()

    assert in_all_looks(desk.page, axe, "desk") == {}
    desk.page.get_by_role("button", name="FR, Français").click()
    expect(desk.page.get_by_role("heading", name="Commentaires", exact=True)).to_be_visible()
    expect(desk.sentence(1).or_(desk.editor)).to_contain_text("La fin n’est pas un temps")
