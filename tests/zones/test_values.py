"""Single values out of files, and how they are quoted back to a curator."""

from datetime import date

import pytest

from zones.model import RULE_KEYS
from zones.profiles import PROFILES
from zones.rule_values import RULE_LIMITS
from zones.values import quoted

NESTED: list[object] = []
for _ in range(5000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * 100, f'"{"x" * 59}…'),
        ("\ud800", '"\\ud800"'),
        (date(2026, 5, 4), "a value of kind date"),
        (NESTED, "a value of kind list"),
        (10**5000, "a value of kind int"),
    ],
    ids=["long", "no character", "no JSON", "nested", "huge"],
)
def test_any_value_can_be_quoted(value: object, text: str) -> None:
    """Whatever was written, it fits into a sentence that can be sent."""
    assert quoted(value) == text


def test_every_rule_has_its_limits() -> None:
    """Every key that may be set has limits, and nothing else has."""
    assert sorted(RULE_LIMITS) == sorted(RULE_KEYS)


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("key", RULE_KEYS)
def test_the_profiles_keep_to_the_limits(profile: str, key: str) -> None:
    """What we ship ourselves could be typed in."""
    low, high, _ = RULE_LIMITS[key]

    assert low <= getattr(PROFILES[profile], key) <= high
