"""`coupole check`: the layout check of the draft, or of a site folder that stays where it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from guide.commands.common import FAILED, Json, Site, open_database, show, told_as
from guide.commands.progress import progress
from guide.services.findings import Finding, errors_of
from guide.services.language_names import READERS, reader_of
from guide.services.layout_check import check as check_content
from guide.services.layout_check_folder import CheckedFolder, check_folder
from guide.services.narrations import Progress
from guide.settings import Settings
from guide.store import catalogue, keys
from zones.profiles import PROFILES

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "{site}, profile {profile}",
        "severity": "severity",
        "place": "code and place",
        "finding": "finding",
        "error": "error",
        "errors": "errors",
        "warning": "warning",
        "warnings": "warnings",
        "silent": "nothing speaks against this layout.",
    },
    "fr": {
        "title": "{site}, profil {profile}",
        "severity": "gravité",
        "place": "code et endroit",
        "finding": "constat",
        "error": "erreur",
        "errors": "erreurs",
        "warning": "avertissement",
        "warnings": "avertissements",
        "silent": "rien à redire à cette disposition.",
    },
}
_COLOURS: Final = {"error": "bold red", "warning": "yellow"}


def _reader(language: str) -> str:
    if language.partition("-")[0].lower() not in READERS:
        raise typer.BadParameter(f"the sentences are in {' or '.join(READERS)}, not in {language!r}")
    return reader_of([language])


def _profile(name: str | None) -> str | None:
    if name is not None and name not in PROFILES:
        raise typer.BadParameter(f"there is no profile {name!r}; take one of {', '.join(PROFILES)}")
    return name


def check(
    path: Annotated[
        Path | None,
        typer.Argument(exists=True, help="A site folder, or a zip of one; without it, the draft."),
    ] = None,
    *,
    profile: Annotated[
        str | None,
        typer.Option(help="The positioning profile to judge by; else the site's own.", callback=_profile),
    ] = None,
    language: Annotated[str, typer.Option(help="Of the sentences: en or fr.", callback=_reader)] = "en",
    site: Site = None,
    as_json: Json = False,
) -> None:
    """Check the layout of the draft, or of a site folder; exit 1 on errors.

    Warnings alone leave 0: a layout with warnings can be published.
    """
    with told_as(as_json=as_json), progress("layout", quiet=as_json) as told:
        checked = (
            check_folder(path, language, profile, told) if path else _draft(site, language, profile, told)
        )
    errors = len(errors_of(checked.findings))
    if as_json:
        show(_body(checked, errors), "", as_json=True)
    else:
        _tell(checked, errors, language)
    if errors:
        raise typer.Exit(FAILED)


def _draft(site: str | None, language: str, profile: str | None, told: Progress) -> CheckedFolder:
    with open_database(Settings.read()) as database, database.reading() as session:
        content = catalogue.draft(session, keys.home_site(session, site))
    judged = profile or content.site.profile
    return CheckedFolder(content.site.id, judged, check_content(content, language, judged, told))


def _body(checked: CheckedFolder, errors: int) -> dict[str, object]:
    return {
        "site": checked.site,
        "profile": checked.profile,
        "errors": errors,
        "warnings": len(checked.findings) - errors,
        "items": [each.body() for each in checked.findings],
    }


def _tell(checked: CheckedFolder, errors: int, language: str) -> None:
    words = _WORDS[language]
    title = words["title"].format(site=checked.site or "?", profile=checked.profile or "?")
    console = Console(highlight=False, markup=False)
    if not checked.findings:
        console.print(f"{title}: {words['silent']}")
        return
    console.print(_table(checked.findings, title, words))
    warnings = len(checked.findings) - errors
    error_word = words["error" if errors == 1 else "errors"]
    warning_word = words["warning" if warnings == 1 else "warnings"]
    console.print(f"{errors} {error_word}, {warnings} {warning_word}.")


def _table(findings: Sequence[Finding], title: str, words: Mapping[str, str]) -> Table:
    table = Table(title=Text(title), title_justify="left", show_lines=True)
    table.add_column(words["severity"], no_wrap=True)
    table.add_column(words["place"], no_wrap=True)
    table.add_column(words["finding"], ratio=1)
    for each in findings:
        told = each.sentence if each.proposal is None else f"{each.sentence}\n→ {each.proposal.sentence}"
        # ids and sentences are the museum's own words: no markup in them
        table.add_row(Text(words[each.severity], _COLOURS[each.severity]), Text(_place(each)), Text(told))
    return table


def _place(finding: Finding) -> str:
    """The code, and below it the level and the point on it in metres."""
    at = "" if finding.at is None else f"({finding.at[0]:.1f}, {finding.at[1]:.1f})"
    return f"{finding.code}\n{finding.level or ''} {at}".rstrip()
