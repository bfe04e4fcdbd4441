"""A real Chromium on the real service with the demo site; a test fails on whatever the browser complains of."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from guide.api.pages import WEB
from tests.browser.looks import AXE
from tests.browser.rooms import Simulator, Visitor
from tests.stories.service import Service

DEMO: Final = Path(__file__).parents[2] / "guide" / "demo" / "coupole"
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE_MS: Final = 60_000
PAGE_MS: Final = 120_000
"""For a page to open, or for what is to be clicked: other processes test beside this one, and the machine may be
somebody else's too."""
SAY_VIOLATIONS: Final = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
# A simulated visit lives in the time of its own fixes: where the page's clocks, timers and sounds all run faster, the
# walk is the same and only the wait is shorter.
HURRY: Final = """
((pace) => {
  const seconds = performance.now.bind(performance);
  performance.now = () => seconds() * pace;
  const Plain = Date;
  const began = Plain.now();
  const now = () => began + (Plain.now() - began) * pace;
  window.Date = class extends Plain {
    constructor(...given) {
      super(...(given.length > 0 ? given : [now()]));
    }
    static now() {
      return now();
    }
  };
  for (const name of ['setTimeout', 'setInterval']) {
    const plain = window[name].bind(window);
    window[name] = (act, ms = 0, ...given) => plain(act, ms / pace, ...given);
  }
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    this.defaultPlaybackRate = this.playbackRate = pace;
    return play.call(this);
  };
})"""

Locale = str
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the browser is a browser test."""
    for item in items:
        if isinstance(item, pytest.Function) and "browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; a machine without one skips these tests, and CI fails."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    missing = None
    if found is None:
        missing = f"no browser here: install one of {', '.join(PROGRAMS)} to run the browser tests"
    elif not (WEB / "200.html").is_file():
        missing = "the pages are not built: run `npm ci && npm run build` in guide/web"
    if missing is not None:
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return str(found)


@pytest.fixture(scope="session")
def demo(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:  # noqa: ARG001 - without a browser nothing need start
    """The service with the demo site, published; strangers may start as many visits as the tests need.

    It encodes nothing: that took a core two minutes and a half while other tests waited for sounds of their own.
    """
    settings = {"COUPOLE_ANONYMOUS_VISITS_PER_MINUTE": "10000", "COUPOLE_JOBS_AT_ONCE": "0"}
    home = tmp_path_factory.mktemp("browser")
    running = Service(home / "data", settings)
    running.run("import", str(DEMO), "--publish")
    running.start()
    yield running
    assert running.stop() == 0


# One browser a module and not one a session: while it runs, its event loop would be in the way of other tests.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The driver."""
    with sync_playwright() as running:
        expect.set_options(timeout=PATIENCE_MS)
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """Chromium, headless."""
    started = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS])
    yield started
    started.close()


@dataclass
class Watch:
    """What the browser complained of, and what a test expects it to complain of."""

    address: str
    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """A complaint that the test provokes on purpose."""
        self.allowed.append(pattern)

    def follow(self, context: BrowserContext) -> None:
        """Hear everything that happens in a context, and be patient with it."""
        context.set_default_timeout(PAGE_MS)
        context.add_init_script(SAY_VIOLATIONS)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        context.on("request", lambda request: self._asked(request.url))

    def rest(self) -> list[str]:
        """The complaints that nobody expected."""
        return [each for each in self.complaints if not any(re.search(one, each) for one in self.allowed)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text}")

    def _asked(self, url: str) -> None:
        there = urlsplit(url)
        if there.scheme not in {"data", "blob"} and f"{there.scheme}://{there.netloc}" != self.address:
            self.complaints.append(f"foreign request: {url}")


@contextmanager
def windows(browser: Browser, watch: Watch) -> Iterator[OpenPage]:
    """Opens pages of a service, each in a window of its own."""
    contexts: list[BrowserContext] = []

    def opened(
        path: str,
        *,
        width: int = 1280,
        height: int = 800,
        locale: Locale = "en-GB",
        theme: str = "dark",
        pace: int = 1,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            reduced_motion="reduce",
            base_url=watch.address,
        )
        # Not on the blank page before the first, which has no storage; only once, or a reload would undo the switch.
        context.add_init_script(
            f"if (location.protocol === 'http:' && !localStorage.getItem('coupole-theme'))"
            f" localStorage.setItem('coupole-theme', '{theme}')"
        )
        if pace != 1:
            context.add_init_script(f"{HURRY}({pace})")
        watch.follow(context)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for each in contexts:
        each.close()


@pytest.fixture
def watch(demo: Service) -> Iterator[Watch]:
    """Fails the test on any console error or warning, page error, broken policy or request that leaves the service."""
    watching = Watch(demo.url)
    yield watching
    assert watching.rest() == []


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[OpenPage]:
    """Opens a page of the service in a window of its own: `open_page("/", width=320, locale="fr-FR", pace=2)`."""
    with windows(browser, watch) as opened:
        yield opened


@pytest.fixture(scope="module")
def open_window(browser: Browser, demo: Service) -> Iterator[OpenPage]:
    """The same for windows in which things go on while other tests run; complaints in them fail the last of these."""
    watching = Watch(demo.url)
    with windows(browser, watching) as opened:
        yield opened
    assert watching.rest() == []


@pytest.fixture
def simulator(open_page: OpenPage) -> Callable[..., Simulator]:
    """Opens the simulator with its visitor at a spot: `simulator("dome-2", 108, 45)`."""

    def opened(level: str, x: float, y: float, **window: int | str) -> Simulator:
        return Simulator(open_page(f"/simulator?level={level}&x={x}&y={y}", **window))

    return opened


@pytest.fixture
def visitor(open_page: OpenPage) -> Callable[..., Visitor]:
    """Opens the visitor page."""

    def opened(**window: int | str) -> Visitor:
        return Visitor(open_page("/", **window))

    return opened


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker's script, from the front end's tools."""
    if not AXE.is_file():
        missing = "axe is not installed: run `npm ci` in guide/web"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return AXE.read_text("utf-8")
