"""The values that a rule may take, wherever it is set: for a site, for a zone, or in a request."""

from collections.abc import Iterator, Mapping
from typing import Final

from zones.values import number, quoted

RULE_LIMITS: Final[Mapping[str, tuple[float, float, str]]] = {
    "dwell": (0.0, 600.0, "seconds"),
    "enter_p": (0.01, 0.99, ""),
    "exit_p": (0.01, 0.99, ""),
    "exit_dwell": (0.0, 600.0, "seconds"),
    "exit_tolerance": (0.0, 100.0, "metres"),
    "exit_delay": (0.0, 600.0, "seconds"),
    "tolerance_timeout": (0.0, 86_400.0, "seconds"),
    "smoothing": (0.0, 120.0, "seconds"),
    "sigma_floor": (0.001, 100.0, "metres"),
    "sigma_cap": (0.01, 1000.0, "metres"),
    "cool_down": (0.0, 86_400.0, "seconds"),
    "breath": (0.0, 60.0, "seconds"),
    "queue_timeout": (0.0, 3600.0, "seconds"),
    "radio_gap": (1.0, 3600.0, "seconds"),
}
"""Lowest and highest value of each key, with its unit; a probability has none.

Wide on purpose: what is unwise the layout check says, what is impossible is refused here.
"""

_ORDERED: Final = (("exit_p", "enter_p"), ("sigma_floor", "sigma_cap"))
"""The first may not exceed the second where both are set together."""


def rule_faults(given: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Each key that cannot be taken, with a sentence that says why and what can.

    >>> rule_faults({"dwell": 4, "exit_p": 2})
    (('exit_p', 'the rule exit_p is 2; it lies between 0.01 and 0.99'),)
    """
    return tuple(_faults(given))


def read_rules(given: object) -> tuple[tuple[tuple[str, float], ...], tuple[str, ...]]:
    """Rules as a zone carries them, sorted by key, and a sentence for each that cannot be taken.

    Args:
        given: What a file or a request has under `rules`; None is no rules.

    Returns:
        The sound rules and the faults.

    >>> read_rules({"dwell": 4, "exit_p": 2})
    ((('dwell', 4.0),), ('the rule exit_p is 2; it lies between 0.01 and 0.99',))
    """
    if given is None:
        return (), ()
    if not isinstance(given, Mapping):
        return (), (f"rules is {quoted(given)}; write keys and numbers, like dwell and 4.0",)
    sound = {
        key: value
        for key in RULE_LIMITS
        if (value := number(given.get(key))) is not None and _is_within(key, value)
    }
    return tuple(sorted(sound.items())), tuple(message for _, message in _faults(given))


def _is_within(key: str, value: float) -> bool:
    low, high, _ = RULE_LIMITS[key]
    return low <= value <= high


def _faults(given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        if key not in RULE_LIMITS:
            yield key, f"there is no rule {quoted(key)} (the rules: {', '.join(RULE_LIMITS)})"
            continue
        low, high, unit = RULE_LIMITS[key]
        taken = number(value)
        if taken is None or not _is_within(key, taken):
            limits = f"between {low:g} and {high:g} {unit}".rstrip()
            yield key, f"the rule {key} is {quoted(value)}; it lies {limits}"
    for lower, upper in _ORDERED:
        low_value, high_value = number(given.get(lower)), number(given.get(upper))
        if low_value is not None and high_value is not None and low_value > high_value:
            yield lower, f"the rule {lower} ({low_value:g}) may not exceed {upper} ({high_value:g})"
