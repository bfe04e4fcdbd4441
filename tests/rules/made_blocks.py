"""Pieces of the documentation that the code knows better than any author: made here, compared by a test.

A page holds them between `<!-- made: NAME -->` and `<!-- /made -->`. Make them anew with

    python -m tests.rules.made_blocks
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias, get_args

import typer.main
from fastapi.routing import APIRoute

from guide.api.access import Admin, Curator, Staff
from guide.api.docs import OPEN, PUBLIC
from guide.app import API, PREFIX, ROOT
from guide.cli import COMMANDS, build
from guide.services import clocks, notices, visits
from media.words import PHRASES, told
from tests.rules.made_examples import examples
from zones import admission, arbitration, attention, candidates, departure, evidence, narration, tracking
from zones.model import RULE_KEYS, Rules
from zones.profiles import PROFILES
from zones.rule_values import RULE_LIMITS

DOCS: Final = Path(__file__).parents[2] / "docs"
WIDTH: Final = 88
_BLOCK: Final = re.compile(r"(<!-- made: (?P<name>[a-z-]+) -->\n).*?(<!-- /made -->)", re.DOTALL)
_ROLES: Final = {"staff": Staff, "curator": Curator, "admin": Admin}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def rule_keys() -> str:
    """The keys that may be set, with their limits and units."""
    rows = []
    for key in RULE_KEYS:
        low, high, unit = RULE_LIMITS[key]
        rows.append([f"`{key}`", unit or "probability", f"{low:g}", f"{high:g}"])
    return table(["key", "unit", "least", "most"], rows)


def profiles() -> str:
    """Every rule of every profile."""
    names = [*RULE_KEYS, "default_sigma", "releases", "correlation_cap"]
    rows = [[f"`{name}`", *(_value(rules, name) for rules in PROFILES.values())] for name in names]
    return table(["rule", *(f"`{name}`" for name in PROFILES)], rows)


def _value(rules: Rules, name: str) -> str:
    value = getattr(rules, name)
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value:g}"


def constants() -> str:
    """Figures that no rule sets."""
    shown = (*_of_narrations(), *_of_places(), *_of_the_service())
    return table(["figure", "", "in"], [[what, value, f"`{where}`"] for what, value, where in shown])


_Figures: TypeAlias = tuple[tuple[str, str, str], ...]


def _of_narrations() -> _Figures:
    return (
        (
            "Heard means this share of a track, over all its parts",
            _share(narration.HEARD_SHARE),
            "zones.narration",
        ),
        (
            "A narration is finished, not cut, from this share on",
            _share(departure.FINISH_SHARE),
            "zones.departure",
        ),
        ("… or with this much to go", _seconds(departure.FINISH_LEFT_MS), "zones.departure"),
        ("A fade takes", _seconds(narration.FADE_MS), "zones.narration"),
        (
            "A device learns of a fade at least this long before it",
            _seconds(departure.FADE_LEAD_MS),
            "zones.departure",
        ),
        (
            "`idle` and `loading` are ignored after a start for",
            _seconds(narration.START_GRACE_MS),
            "zones.narration",
        ),
        (
            "Reports that cross with a pause or a resume, for",
            _seconds(narration.COMMAND_GRACE_MS),
            "zones.narration",
        ),
        ("A pause lasts at most", _seconds(narration.PAUSE_LIMIT_MS), "zones.narration"),
        ("An offer stands for", _seconds(arbitration.OFFER_LIMIT_MS), "zones.arbitration"),
    )


def _of_places() -> _Figures:
    return (
        ("Nobody walks faster than", f"{admission.WALKING_LIMIT:g} m/s", "zones.admission"),
        ("Fixes that agree and are then believed", str(admission.AGREEING_FIXES), "zones.admission"),
        ("A lift or a door is felt from", f"{admission.CONNECTOR_REACH:g} m away", "zones.admission"),
        ("Who is faster than this does not rest", f"{tracking.STROLL:g} m/s", "zones.tracking"),
        ("A visitor is at rest who stands with this probability", f"{tracking.STANDING:g}", "zones.tracking"),
        (
            "The share of a fix's error that no averaging takes away",
            f"{tracking.LASTING_SHARE:g}",
            "zones.tracking",
        ),
        ("A stay this many times the dwell is a dwell", f"{evidence.STAY_FACTOR:g}", "zones.evidence"),
        ("Nobody doubts who is inside with this probability", f"{evidence.SURE:g}", "zones.evidence"),
        (
            "This many times its dwell is enough for an exhibit that is not clear",
            f"{candidates.LONG:g}",
            "zones.candidates",
        ),
        (
            "Who has heard it all attends it again by this factor less",
            f"{attention.HEARD_BEFORE:g}",
            "zones.attention",
        ),
    )


def _of_the_service() -> _Figures:
    return (
        ("A notice is repeated for", _seconds(notices.NOTICE_MS), "guide.services.notices"),
        (
            "A fix is from the future when it is ahead by more than",
            _seconds(clocks.FUTURE_MS),
            "guide.services.clocks",
        ),
        ("… and too late when it is older than", _seconds(clocks.LATE_MS), "guide.services.clocks"),
        ("A real visit that nobody polls ends after", _hours(visits.REAL_IDLE_MS), "guide.services.visits"),
        ("… a simulated one after", _hours(visits.SIMULATED_IDLE_MS), "guide.services.visits"),
    )


def _share(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _seconds(length_ms: int) -> str:
    return f"{length_ms / 1000:g} s"


def _hours(length_ms: int) -> str:
    return f"{length_ms / 3_600_000:g} h"


def calls() -> str:
    """Every call of the HTTP interface, who may make it, and what it does."""
    rows = [
        [f"`{method} {prefix}{route.path_format}`", _who(route), _first_sentence(route)]
        for prefix, router in [*((PREFIX, each) for each in API), *(("", each) for each in ROOT)]
        for route in router.routes
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    return table(
        ["call", "who", "what"], sorted(rows, key=lambda row: (row[0].split(" ")[1].strip("`"), row[0]))
    )


def _who(route: APIRoute) -> str:
    needed = {each.call for each in route.dependant.dependencies}
    for role, annotated in _ROLES.items():
        if get_args(annotated)[1].dependency in needed:
            return role
    if route.name in PUBLIC:
        return "anybody"
    if route.path_format == "/session":
        return "who is signed in"
    return "a key, or a stranger where the site allows it" if route.name in OPEN else "a key"


def _first_sentence(route: APIRoute) -> str:
    text = " ".join(route.description.split("\n\n", maxsplit=1)[0].split())
    text = re.sub(r" \((staff|curator|admin)\)", "", text)
    return re.split(r"(?<=\.) (?=[A-Z])", text, maxsplit=1)[0]


def commands() -> str:
    """What `--help` says of every command."""
    return "\n".join(
        f"## `coupole {name}`\n\n```text\n{text}\n```\n"
        for name, text in sorted(helps().items(), key=_in_order)
    )


def _in_order(named: tuple[str, str]) -> tuple[int, str]:
    return list(COMMANDS).index(named[0].split(" ")[0]), named[0]


def helps() -> dict[str, str]:
    """The help of every command that does something, by its words: `device add`."""
    found: dict[str, str] = {}
    for name in COMMANDS:
        root: Any = typer.main.get_command(build([name]))
        found |= _helps(root.commands[name], name)
    return found


def _helps(command: Any, name: str) -> dict[str, str]:
    if inner := getattr(command, "commands", None):
        found = [_helps(each, f"{name} {word}") for word, each in inner.items()]
        return {words: text for each in found for words, text in each.items()}
    context = command.make_context(
        f"coupole {name}", [], resilient_parsing=True, terminal_width=WIDTH, max_content_width=WIDTH
    )
    return {name: command.get_help(context).rstrip()}


def media_answers(kind: str) -> str:
    """The sentences about files of one kind: `vtt` (transcripts), `note`, `failed` or `refused`."""
    has_code = kind in {"refused", "failed"}
    rows = [
        [f"`{phrase.split('/', maxsplit=1)[0]}`"] * has_code + [_sample(phrase, "en"), _sample(phrase, "fr")]
        for phrase in PHRASES
        if _kind_of(phrase) == kind
    ]
    return table(["code"] * has_code + ["English", "French"], rows)


def _kind_of(phrase: str) -> str:
    first = phrase.replace("/", "-").split("-", maxsplit=1)[0]
    if first in {"vtt", "note"}:
        return first
    if first in {"transcript", "line", "step", "verdict"}:
        return ""
    return "failed" if first in {"render", "worker"} else "refused"


def _sample(phrase: str, language: str) -> str:
    facts: dict[str, str | int | float] = {
        name: _SAMPLES.get(name, 94_000) for name in re.findall(r"{(\w+)}", PHRASES[phrase][0])
    }
    return told(phrase, language, facts).replace("|", "\\|").replace("<", "&lt;").replace("-->", "\\-\\->")


_SAMPLES: Final[dict[str, str | int | float]] = {
    "whole_ms": 300_000,
    "said_ms": 300_000,
    "kind": "picture",
    "seconds": 0.4,
    "count": 2,
    "codec": "speex",
    "rate": 6_000,
    "channels": 9,
    "bits": 16,
    "block": 2,
    "bytes": 96_000,
    "track": "ida/fr",
    "minutes": 30,
    "language": "en",
    "found": "fr",
    "limit": 900,
    "signal": "SIGKILL",
    "exit": 3,
    "peak": "0.3",
    "gain": 34,
    "lufs": "-18.2",
    "target": "-16.0",
    "written": 9,
    "read": 8,
    "shown": "…",
    "start": "00:04.000",
    "end": "00:02.000",
    "other": 3,
}


BLOCKS: Final[dict[str, Callable[[], str]]] = {
    "rule-keys": rule_keys,
    "profiles": profiles,
    "constants": constants,
    "calls": calls,
    "commands": commands,
    "examples": examples,
    "media-refused": partial(media_answers, "refused"),
    "media-noted": partial(media_answers, "note"),
    "media-failed": partial(media_answers, "failed"),
    "transcript-faults": partial(media_answers, "vtt"),
}


def pages() -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The pages with made pieces, and the names of these."""
    for page in sorted(DOCS.rglob("*.md")):
        names = tuple(match["name"] for match in _BLOCK.finditer(page.read_text(encoding="utf-8")))
        if names:
            yield page, names


def made(page: Path) -> str:
    """A page's text with its pieces made anew."""
    return _BLOCK.sub(
        lambda match: f"{match[1]}\n{BLOCKS[match['name']]().strip()}\n\n{match[3]}",
        page.read_text(encoding="utf-8"),
    )


if __name__ == "__main__":
    for each, _ in pages():
        each.write_text(made(each), encoding="utf-8")
