"""What a check of the content found: errors that stop a publication, warnings that do not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

ProposedChange = Literal["shrink", "priority", "offer", "merge", "record"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would make a finding go away, in a sentence and, where a machine can do it, as edits of the draft.

    Each edit is `{"zone": id, "patch": body}` for `PATCH /draft/zones/{zone}`, or with a patch of None to delete
    the zone. `zone` is that of the first edit, `by_m` the most that a border moves.
    """

    change: ProposedChange
    sentence: str
    zone: str | None = None
    by_m: float | None = None
    edits: tuple[Mapping[str, Any], ...] = ()

    def body(self) -> dict[str, Any]:
        """The proposal as JSON."""
        return {
            "change": self.change,
            "sentence": self.sentence,
            "zone": self.zone,
            "by_m": self.by_m,
            "edits": [dict(each) for each in self.edits],
        }


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
    proposal: Proposal | None = None
    where: str = ""
    """The document or file that it was found in: `zone v2`, `exhibits.toml:12`."""

    def body(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "sentence": self.sentence,
            "zones": list(self.zones),
            "exhibits": list(self.exhibits),
            "level": self.level,
            "at": list(self.at) if self.at is not None else None,
            "value": self.value,
            "limit": self.limit,
            "proposal": self.proposal.body() if self.proposal is not None else None,
            "where": self.where,
        }


def errors_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that stop a publication."""
    return tuple(each for each in findings if each.severity == "error")


def warnings_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that do not."""
    return tuple(each for each in findings if each.severity == "warning")
