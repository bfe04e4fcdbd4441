"""What people should know before a door: how loud it is, from what age, whether lights flash; as one notice."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal

from guide.content import AdvisoriesDoc, ExhibitDoc, ShowDoc

Kind = Literal["loudness", "age"]

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "loud": "“{title}” is loud: about {level} dB(A){measured}.",
        "flashes": "“{title}” has flashing lights.",
        "age": "“{title}” is recommended from {age} years.",
        "measured": ", measured on {day}",
        "and flashes": "There are flashing lights.",
        "and age": "Recommended from {age} years.",
    },
    "fr": {
        "loud": "« {title} » est bruyant : environ {level} dB(A){measured}.",
        "flashes": "« {title} » comporte des lumières clignotantes.",
        "age": "« {title} » est conseillé à partir de {age} ans.",
        "measured": ", mesurés le {day}",
        "and flashes": "Lumières clignotantes.",
        "and age": "Conseillé à partir de {age} ans.",
    },
}
_MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre"),
}  # fmt: skip


def advice_of(exhibit: ExhibitDoc | None, shows: Sequence[ShowDoc]) -> AdvisoriesDoc | None:
    """What to know before an exhibit: of its first show that says anything, else its own."""
    own = exhibit.advisories if exhibit else None
    return next((show.advisories for show in shows if show.advisories), own)


def kind_of(advice: AdvisoriesDoc) -> Kind | None:
    """The kind of the one notice that advisories call for; what may hurt goes before what may bore.

    >>> kind_of(AdvisoriesDoc(min_age=4, level_dba=88)), kind_of(AdvisoriesDoc(min_age=4)), kind_of(AdvisoriesDoc())
    ('loudness', 'age', None)
    """
    if advice.level_dba is not None or advice.flashing:
        return "loudness"
    return "age" if advice.min_age else None


def advice_text(advice: AdvisoriesDoc, title: str, note: str, reader: str) -> str:
    """All of it in a few sentences, for one notice.

    >>> advice_text(AdvisoriesDoc(min_age=4, level_dba=88, measured="2026-05-04"), "The planetarium", "", "en")
    '“The planetarium” is loud: about 88 dB(A), measured on 4 May 2026. Recommended from 4 years.'
    """
    first, *more = _parts(advice)
    words = _WORDS[reader]
    said = [words[first], *(words[f"and {each}"] for each in more)]
    day = words["measured"].format(day=written(advice.measured, reader)) if advice.measured else ""
    level = "" if advice.level_dba is None else f"{advice.level_dba:g}"
    if reader == "fr":
        level = level.replace(".", ",")
    told = [each.format(title=title, level=level, measured=day, age=advice.min_age) for each in said]
    return " ".join([*told, *([note] if note else [])])


def _parts(advice: AdvisoriesDoc) -> Iterator[str]:
    if advice.level_dba is not None:
        yield "loud"
    if advice.flashing:
        yield "flashes"
    if advice.min_age:
        yield "age"


def written(day: str, reader: str) -> str:
    """A date as it is written; one that is none stays as it stands.

    >>> written("2026-05-01", "en"), written("2026-05-01", "fr"), written("in May", "en")
    ('1 May 2026', '1er mai 2026', 'in May')
    """
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return day
    first = "1er" if reader == "fr" and found.day == 1 else str(found.day)
    return f"{first} {_MONTHS[reader][found.month - 1]} {found.year}"
