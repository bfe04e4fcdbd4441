"""The rules of each positioning profile, and what they were tuned on: decision 0018 and `docs/accuracy.md`.

Source: the design's table of profiles. How well each does is for the trigger-quality harness to measure.
"""

from typing import Final

from zones.model import Rules

PROFILES: Final[dict[str, Rules]] = {
    rules.profile: rules
    for rules in (
        Rules(
            profile="uwb",
            default_sigma=0.4,
            sigma_floor=0.3,
            sigma_cap=3.0,
            enter_p=0.8,
            dwell=2.0,
            exit_p=0.2,
            exit_dwell=3.0,
            smoothing=1.0,
            exit_tolerance=2.5,
            exit_delay=10.0,
            tolerance_timeout=120.0,
            radio_gap=10.0,
        ),
        Rules(
            profile="wifi-rtt",
            default_sigma=1.8,
            sigma_floor=1.0,
            sigma_cap=6.0,
            enter_p=0.8,
            dwell=3.0,
            exit_p=0.2,
            exit_dwell=5.0,
            smoothing=1.0,
            exit_tolerance=2.5,
            exit_delay=9.0,
            tolerance_timeout=120.0,
            radio_gap=15.0,
            correlation_cap=0.45,
        ),
        Rules(
            profile="ble",
            default_sigma=2.5,
            sigma_floor=2.0,
            sigma_cap=8.0,
            enter_p=0.63,
            dwell=3.5,
            exit_p=0.2,
            exit_dwell=8.0,
            smoothing=1.0,
            exit_tolerance=2.5,
            exit_delay=9.75,
            tolerance_timeout=120.0,
            radio_gap=30.0,
            correlation_cap=0.45,
        ),
        Rules(
            profile="beacon",
            default_sigma=4.0,
            sigma_floor=2.0,
            sigma_cap=20.0,
            enter_p=0.6,
            dwell=5.0,
            exit_p=0.2,
            exit_dwell=10.0,
            smoothing=1.0,
            exit_tolerance=2.5,
            exit_delay=9.0,
            tolerance_timeout=120.0,
            radio_gap=30.0,
            releases=False,
        ),
        Rules(
            profile="exact",
            default_sigma=0.05,
            sigma_floor=0.05,
            sigma_cap=1.0,
            enter_p=0.8,
            dwell=1.0,
            exit_p=0.2,
            exit_dwell=2.0,
            smoothing=0.5,
            exit_tolerance=2.5,
            exit_delay=9.0,
            tolerance_timeout=120.0,
            radio_gap=10.0,
        ),
    )
}

DEFAULT_PROFILE: Final = "uwb"
