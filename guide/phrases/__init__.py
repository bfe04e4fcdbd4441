"""What the service says to people when something cannot be done, in English and French, in one place.

An error or a fault is a phrase and its facts; `told` makes both sentences of them. A phrase is named by the error's
code, and behind a slash by what sets it apart from the code's other phrases; a fault's phrase by itself.
"""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any, Final

from guide.phrases import faults, problems
from guide.words import several, size

Fact = str | int | float | Iterable[str]
"""`{x:q}` is quoted, `{x:and}` and `{x:or}` are lists, `{x:size}` are bytes, `{x:zone|zones}` is counted."""

_AND: Final[Mapping[str, tuple[str, str]]] = {"and": ("and", "et"), "or": ("or", "ou")}


class _Written(Formatter):
    """Writes facts as a reader of one language does."""

    def __init__(self, *, french: bool) -> None:
        self._french = french

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - the base's form
        """One fact."""
        if format_spec == "q":
            return f"« {value} »" if self._french else repr(value)
        if format_spec in _AND:
            return several(value, _AND[format_spec][self._french])
        if format_spec == "size":
            return size(value, french=self._french)
        if "|" in format_spec:
            one, more = format_spec.split("|")
            return f"{value} {one if value == 1 else more}"
        return str(super().format_field(value, format_spec))


_ENGLISH: Final = _Written(french=False)
_FRENCH: Final = _Written(french=True)


def told(phrase: str, facts: Mapping[str, Fact]) -> tuple[str, str]:
    """The sentence of a problem, in English and French.

    >>> told("draft_not_sound", {"count": 1})[1]
    'Le brouillon ne peut pas être publié : 1 constat l’empêche.'
    """
    return _both(problems.PHRASES[phrase], facts)


def told_fault(phrase: str, facts: Mapping[str, Fact]) -> tuple[str, str]:
    """What is said of one place, in English and French.

    >>> told_fault("no_language", {"known": ["fr", "en"]})
    ('is missing; choose fr or en', 'manque ; choisissez fr ou en')
    """
    return _both(faults.PHRASES[phrase], facts)


def checked(kind: str, facts: Mapping[str, Any]) -> str | None:
    """What pydantic found, in French; None for the rarer kinds, which are told in its English.

    >>> checked("string_too_long", {"max_length": 40})
    'doit avoir au plus 40 caractères'
    """
    phrase = faults.CHECKS.get(kind)
    return None if phrase is None else _FRENCH.vformat(phrase, (), facts)


def _both(phrase: tuple[str, str], facts: Mapping[str, Fact]) -> tuple[str, str]:
    english, french = phrase
    return _ENGLISH.vformat(english, (), facts), _FRENCH.vformat(french, (), facts)


def title(code: str, reader: str) -> str:
    """The title of a problem.

    >>> title("draft_not_sound", "en"), title("draft_not_sound", "fr")
    ('Draft not sound', 'Brouillon à corriger')
    """
    english = code.replace("_", " ").capitalize()
    return problems.TITLES.get(code, english) if reader == "fr" else english
