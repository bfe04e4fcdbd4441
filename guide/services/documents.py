"""Plain values from a file or a request, made into documents, with a sentence for each thing wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from guide.content import Doc
from guide.phrases import checked, told_fault
from zones.values import ID_RULE

AnyDoc = TypeVar("AnyDoc", bound=Doc)

ID_SENTENCE: Final = f"is not an id; an id is {ID_RULE}"

DEEPEST: Final = 12
"""A zone's corner lies seven deep in its geometry."""


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One thing wrong in a document: the path of the key, and the sentence."""

    path: tuple[str | int, ...]
    message: str
    french: str | None = field(default=None, compare=False)

    def key(self) -> str:
        """The path as people write it: `segment[1].minutes`."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")


class DocumentFaults(Exception):
    """Raised when a value cannot be made into a document; carries every fault."""

    def __init__(self, faults: Sequence[DocumentFault]) -> None:
        super().__init__("; ".join(f"{fault.key()}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)


def read_document(kind: type[AnyDoc], value: object) -> AnyDoc:
    """The document that a value stands for; TOML's own dates and times may stand in it.

    Raises:
        DocumentFaults: With everything that is wrong.

    >>> from guide.content import TourDoc
    >>> read_document(TourDoc, {"id": "whole", "titel": {}, "exhibits": []})
    Traceback (most recent call last):
    ...
    guide.services.documents.DocumentFaults: title: is missing; titel: is not a known key; did you mean title?
    """
    if is_too_deep(value):
        raise DocumentFaults([DocumentFault((), *told_fault("deep", {"most": DEEPEST}))])
    try:
        return kind.model_validate(plain(value))
    except ValidationError as error:
        raise DocumentFaults([_fault(kind, each) for each in error.errors(include_url=False)]) from error


def is_too_deep(value: object) -> bool:
    """Whether a value nests deeper than any document: what would wear out whoever walks through it.

    >>> is_too_deep({"title": {"fr": "Ida"}})
    False
    """
    inner: list[object] = [value]
    for _ in range(DEEPEST):
        inner = [
            each
            for outer in inner
            if isinstance(outer, Mapping | list)
            for each in (outer.values() if isinstance(outer, Mapping) else outer)
        ]
    return bool(inner)


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever TOML or JSON holds
    """The same with dates and times as text, so that they survive JSON: `2026-05-04`, `15:00`."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "auto")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def _fault(kind: type[Doc], error: ErrorDetails) -> DocumentFault:
    path = tuple(step for step in error["loc"] if step != "[key]")
    return DocumentFault(path, *_told(kind, path, error))


def _told(kind: type[Doc], path: tuple[str | int, ...], error: ErrorDetails) -> tuple[str, str | None]:
    """What is wrong, in English, and in French where that is known."""
    given = error["input"]
    context = error.get("ctx", {})
    told: tuple[str, str | None]
    match error["type"]:
        case "missing":
            told = told_fault("missing", {})
        case "extra_forbidden":
            near = get_close_matches(str(path[-1]), _all_keys(kind), n=1)
            told = told_fault("near_key", {"near": near[0]}) if near else told_fault("unknown_key", {})
        case "string_pattern_mismatch":
            told = _pattern(path, str(given))
        case "literal_error":
            told = told_fault("only", {"given": _shown(given), "expected": str(context["expected"])})
        case "finite_number":
            told = told_fault("finite", {})
        case "model_type" | "dict_type" | "model_attributes_type":
            told = told_fault("table", {"given": _shown(given)})
        case _:
            told = _plainly(str(error["msg"]), given), checked(error["type"], context)
    return told


def _plainly(message: str, given: object) -> str:
    said = message.removeprefix("Input ").removeprefix("Value error, ")
    return f"{said[:1].lower()}{said[1:]} (it is {_shown(given)})"


def _pattern(path: tuple[str | int, ...], given: str) -> tuple[str, str]:
    last = path[-1] if path else ""
    if last == "number":
        return told_fault("number", {"given": given})
    if last in {"id", "exhibit", "zone", "level"} or (len(path) > 1 and path[-2] in {"levels", "exhibits"}):
        return told_fault("given_id", {"given": given, "rule": ID_SENTENCE})
    if str(last).endswith("sha256"):
        return told_fault("sha256", {})
    return told_fault("language", {"language": given})


def _all_keys(kind: type[Doc]) -> Iterable[str]:
    return list(kind.model_fields)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - a line of a terminal
