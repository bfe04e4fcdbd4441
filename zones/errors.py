"""The errors of the core: one shallow tree."""

from dataclasses import dataclass


class ZonesError(Exception):
    """Raised when the core is given what it cannot work with; the base of its errors."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file or a request: where it is, and what to do about it."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class LayoutFaults(ZonesError):
    """Raised when levels, zones or connectors are not sound; carries every fault, not only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


class StateUnreadable(ZonesError):
    """Raised when a stored visit state is of another version, or damaged."""
