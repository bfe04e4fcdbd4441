"""`coupole quality`: how well narrations are triggered, measured on simulated and recorded visits."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Annotated, Final, get_args

import typer
from rich.console import Console

from guide.commands.common import FAILED
from guide.commands.progress import progress
from guide.quality import gate
from guide.quality.fitting import Unreadable
from guide.quality.kinds import Noise, System
from guide.quality.metrics import Kind as Failed
from guide.quality.noise import NOISES, VARIANTS
from guide.quality.ours import Ours
from guide.quality.report import Unmarked, marked, write
from guide.quality.report_study import REPLAYED, Study, study
from guide.quality.rivals import RIVALS
from guide.quality.run import Row, Table, run
from guide.quality.tables import LEGEND, goals, moments, table
from guide.quality.visits import Booking, roster
from guide.words import several
from zones.model import RULE_KEYS

PERIODS_S: Final = (0.5, 1.0, 2.0, 5.0)
SHORTEST_S: Final = 0.1
LONGEST_S: Final = 60.0
WHOLE: Final = 60
"""Visits, over thirty layouts, by which every figure is judged."""

NoiseName = Annotated[
    list[str] | None,
    typer.Option("--noise", "--profile", help="Only this positioning system; may be repeated."),
]
Period = Annotated[
    list[float] | None,
    typer.Option("--period", help="Only this many seconds between two polls; may be repeated."),
]
Visits = Annotated[int, typer.Option("--visits", min=1, max=10_000, help="How many visits.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the visits and the noise; the museums stay.")]
Museums = Annotated[
    int,
    typer.Option(
        "--museums",
        min=0,
        help="First variant of each kind of museum; from 6 on, all are others than the usual.",
    ),
]
Jobs = Annotated[
    int, typer.Option("--jobs", min=1, max=64, help="Processes; the table does not depend on it.")
]
Rivals = Annotated[bool, typer.Option("--rivals", help="With the rules of nine other systems.")]
Kinds = Annotated[bool, typer.Option("--kinds", help="With a row for each kind of museum.")]
Failures = Annotated[
    bool, typer.Option("--failures", help="List each moment that went wrong, with the truth of that moment.")
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="Of the failures, only this kind, as `cut`; may be repeated."),
]
Rule = Annotated[list[str] | None, typer.Option("--rule", help="Set a rule, as `dwell=3`; may be repeated.")]
Walks = Annotated[
    Path | None, typer.Option("--walks", help="Folder of recorded walks and errors; they are judged too.")
]
Quick = Annotated[
    bool,
    typer.Option("--quick", help="A small run; exit 1 where a figure is worse than the one that was kept."),
]
Renew = Annotated[
    bool, typer.Option("--renew", help="With --quick: keep these figures as those to be held against.")
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the table as JSON to this file.")]
Docs = Annotated[
    Path | None, typer.Option("--docs", help="Write tables and picture of a full run into this page.")
]


def quality(
    *,
    noise: NoiseName = None,
    period: Period = None,
    visits: Visits = WHOLE,
    seed: Seed = 1,
    museums: Museums = 0,
    jobs: Jobs = 2,
    rivals: Rivals = False,
    kinds: Kinds = False,
    failures: Failures = False,
    only: Only = None,
    rule: Rule = None,
    quick: Quick = False,
    renew: Renew = False,
    walks: Walks = None,
    json_file: JsonFile = None,
    docs: Docs = None,
) -> None:
    """Measure how well narrations are triggered, on simulated visits: some minutes, less with a choice.

    Without a choice of system, period or rule it is the full run, which --docs writes down. Exit 1 where a figure
    of ours is not what it must be.
    """
    chosen = bool(noise or period or museums or rule or rivals or kinds or failures or only)
    if chosen + quick > 1 or ((chosen or quick) and (docs or walks)) or (renew and not quick):
        raise typer.BadParameter(
            "choose one: parts of a run (--noise, --period, --rule …), --quick with or without --renew, or the full "
            "run, to which --walks and --docs belong"
        )
    if quick:
        rows = _quick(jobs, json_file, renew=renew)
    elif chosen:
        named = _failures(only or ())
        booked = roster(visits, seed, museums)
        found = _part(noise, period, booked, seed, jobs, rivals=rivals, rules=_rules(rule or []))
        _write_json(json_file, found)
        for line in moments(found.outcomes, named) if failures or only else ():
            typer.echo(line)
        rows = found.rows(by_kind=kinds)
    else:
        rows = _full(visits, seed, jobs, walks, docs, json_file)
    _show(rows)
    if not quick and any(not row.reached for row in rows if row.system == Ours.name):
        raise typer.Exit(FAILED)


def _quick(jobs: int, json_file: Path | None, *, renew: bool) -> list[Row]:
    """The small run, held against the baseline or kept as the new one; what got worse is told, and fails."""
    with progress("quality") as told:
        found = gate.small_run(jobs, told)
    _write_json(json_file, found)
    if renew:
        gate.renew(found, gate.BASELINE)
    elif worse := gate.compare(found, gate.BASELINE):
        typer.echo("\n".join(["Narrations are triggered worse than before.", *map(str, worse)]), err=True)
        raise typer.Exit(FAILED)
    return found.rows()


def _part(
    noise: Sequence[str] | None,
    period: Sequence[float] | None,
    booked: Sequence[Booking],
    seed: int,
    jobs: int,
    *,
    rivals: bool,
    rules: Mapping[str, float],
) -> Table:
    systems: tuple[System, ...] = (Ours(), *(RIVALS if rivals else ()))
    with progress("quality") as told:
        return run(
            booked,
            _noises(noise or ["uwb", "ble"]),
            _periods(period or [1.0]),
            systems,
            seed=seed,
            jobs=jobs,
            overrides=rules,
            told=told,
        )


def _full(
    visits: int, seed: int, jobs: int, walks: Path | None, docs: Path | None, json_file: Path | None
) -> list[Row]:
    """The study behind the page; its rows for the screen."""
    if walks is not None and not walks.is_dir():
        raise typer.BadParameter(f"there is no folder {walks}; give the one that holds the recorded sets")
    if walks is not None and not any((walks / name).is_dir() for name, _ in REPLAYED):
        sets = several(dict.fromkeys(name for name, _ in REPLAYED), "or")
        raise typer.BadParameter(f"{walks} holds none of the recorded sets; they are {sets}")
    if docs is not None and not docs.is_file():
        raise typer.BadParameter(f"there is no page {docs}; tables are written between the marks of a page")
    try:
        if docs is not None:
            marked(docs)  # not after minutes of walking
        with progress("quality") as told:
            found = study(visits=visits, seed=seed, noise_seed=seed, jobs=jobs, walks=walks, told=told)
    except (Unreadable, Unmarked) as error:
        raise typer.BadParameter(str(error)) from error
    _write_json(json_file, found)
    if docs is not None:
        pictures = docs.parent / "images"
        pictures.mkdir(exist_ok=True)
        write(found, docs, pictures / "accuracy.svg", _typed(visits, seed, walks, docs))
    return _rows(found)


def _rows(found: Study) -> list[Row]:
    # ours among them stand above already, on more visits
    rivals = [row for row in found.rivals.rows() if row.system != Ours.name]
    replayed = found.replayed.rows() if found.replayed is not None else []
    return [*found.ours.rows(), *found.others.rows(), *rivals, *replayed]


def _typed(visits: int, seed: int, walks: Path | None, docs: Path) -> str:
    """The command that makes the page anew."""
    options = [f"--visits {visits}" if visits != WHOLE else "", f"--seed {seed}" if seed != 1 else ""]
    options += ["--walks DIR" if walks is not None else "", f"--docs {docs}"]
    return " ".join(["coupole quality", *(each for each in options if each)])


def _noises(names: Sequence[str]) -> list[Noise]:
    known: dict[str, Noise] = {**NOISES, **VARIANTS}
    if unknown := [name for name in names if name not in known]:
        raise typer.BadParameter(f"there is no system {several(unknown, 'or')}; there are {several(known)}")
    return [known[name] for name in names]


def _periods(values: Sequence[float]) -> list[float]:
    if odd := [f"{value:g}" for value in values if not SHORTEST_S <= value <= LONGEST_S]:
        raise typer.BadParameter(
            f"nobody polls every {several(odd, 'or')} s; give {SHORTEST_S:g} to {LONGEST_S:g} s"
        )
    return list(values)


def _failures(kinds: Sequence[str]) -> frozenset[str]:
    known = get_args(Failed)
    if unknown := [kind for kind in kinds if kind not in known]:
        raise typer.BadParameter(f"no failure is called {several(unknown, 'or')}; there are {several(known)}")
    return frozenset(kinds)


def _rules(given: Sequence[str]) -> dict[str, float]:
    """Rules by key, from `key=value`; all that are none are told at once."""
    rules, wrong = {}, []
    for each in given:
        key, _, value = each.partition("=")
        try:
            rules[key] = float(value)
        except ValueError:
            wrong.append(each)
        if key not in RULE_KEYS or not isfinite(rules.get(key, 0.0)):
            wrong.append(each)
    if wrong:
        raise typer.BadParameter(
            f"{several(dict.fromkeys(wrong))} sets no rule; write one of {several(RULE_KEYS, 'or')}, an equals sign "
            "and a number"
        )
    return rules


def _write_json(path: Path | None, found: Table | Study) -> None:
    if path is not None:
        path.write_text(json.dumps(found.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _show(rows: Sequence[Row]) -> None:
    console = Console()
    console.print(table(rows))
    console.print(LEGEND, markup=False)
    for profile, period in dict.fromkeys((row.profile, row.period_s) for row in rows):
        if asked := goals(profile, period):
            console.print(f"{profile} at {period:g} s must have: {asked}.", markup=False)
    visits, layouts, hours = max((row.visits, row.layouts, row.hours) for row in rows)
    console.print(f"Visits: {visits}, hours: {hours:.1f}, museums: {layouts}.", markup=False)
