"""What a check of the content found: errors that stop a publication, warnings that do not."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, in a sentence, with what it is about."""

    code: str
    severity: Literal["error", "warning"]
    sentence: str
    zones: tuple[str, ...] = ()
    exhibits: tuple[str, ...] = ()
    level: str | None = None
    at: tuple[float, float] | None = None
    value: float | None = None
    limit: float | None = None
    proposal: str | None = None
    where: str = ""
    """The document or file that it was found in: `zone v2`, `exhibits.toml:12`."""

    def body(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {key: list(each) if isinstance(each, tuple) else each for key, each in asdict(self).items()}


def errors_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that stop a publication."""
    return tuple(each for each in findings if each.severity == "error")


def warnings_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that do not."""
    return tuple(each for each in findings if each.severity == "warning")
