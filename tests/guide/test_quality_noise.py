"""The noise of the harness is what its presets say, and the presets are what the recordings show."""

import csv
from pathlib import Path

import numpy as np
import pytest

from guide.quality import fitting
from guide.quality.kinds import TRUTH_STEP_MS, Visit, World
from guide.quality.noise import (
    BEACON,
    BLE,
    BLE_MALL,
    EXACT,
    NOISES,
    UWB,
    VARIANTS,
    WIFI_RTT,
    Claim,
    NoiseModel,
    gauss_markov,
    stacked,
    stretches,
)
from tests.zones.plans import floor_plan
from tests.zones.shared_data import shared
from zones.profiles import PROFILES

HALL = floor_plan("A A A", cell=4.0)
STACKED = floor_plan({"tunnel": "A A A", "dome": "B B B"}, cell=4.0)


def standing(seconds: float, layout: object = HALL, level: str = "ground") -> Visit:
    """Somebody who stands at (2, 2) all the time."""
    count = int(seconds * 1000) // TRUTH_STEP_MS + 1
    assert isinstance(layout, type(HALL))
    return Visit(
        World("hall", "drawn", layout),
        "statue",
        1,
        np.arange(count, dtype=np.int64) * TRUTH_STEP_MS,
        np.full(count, 2.0),
        np.full(count, 2.0),
        (level,) * count,
        (),
    )


def chance(seed: int = 1) -> np.random.Generator:
    """Dice that fall the same way each time."""
    return np.random.default_rng(seed)


PLAIN = NoiseModel("plain", "uwb", size_m=0.5)


class TestErrors:
    """How far from the truth the fixes are, and for how long."""

    @pytest.mark.parametrize("noise", [UWB, BLE, WIFI_RTT, BLE_MALL, EXACT], ids=lambda each: each.name)
    def test_size(self, noise: NoiseModel) -> None:
        """Over a long time the error has the size that the model states, rough stretches and all."""
        errors = noise.errors(np.arange(80_000, dtype=np.float64) * max(1.0, noise.refresh_s), chance())
        assert np.sqrt((errors**2).mean()) == pytest.approx(noise.whole_m, rel=0.08)

    @pytest.mark.parametrize("every", [0.5, 1.0, 5.0])
    def test_memory_does_not_depend_on_the_polls(self, every: float) -> None:
        """After five seconds the same share of the error is left, however often a device polls."""
        process = gauss_markov(np.arange(0, 60_000, every), 10.0, chance())
        steps = round(5.0 / every)
        assert (process[steps:] * process[:-steps]).mean() == pytest.approx(np.exp(-0.5), abs=0.04)

    def test_stretches_have_their_share_and_length(self) -> None:
        """A fifth of the time in stretches of 4 s is a fifth of the time in stretches of 4 s."""
        inside = stretches(np.arange(0, 50_000, 0.1), 0.2, 4.0, chance())
        begun = int((inside[1:] & ~inside[:-1]).sum())
        assert inside.mean() == pytest.approx(0.2, abs=0.01)
        assert inside.sum() * 0.1 / begun == pytest.approx(4.0, rel=0.1)

    def test_an_estimate_is_handed_out_until_the_next(self) -> None:
        """Who polls twice a second gets each estimate of a system that makes one a second twice."""
        fixes = PLAIN.like("slow", refresh_s=1.0).fixes(standing(10), 0.5, chance())
        places = [(fix.x, fix.y) for fix in fixes[:20]]
        assert places[::2] == places[1::2]
        assert len(set(places)) == 10


class TestFixes:
    """What else a device reports, and when it reports nothing."""

    def test_one_for_each_poll(self) -> None:
        """Without losses there is a fix for each poll, at the moment of the poll."""
        assert [fix.at for fix in PLAIN.fixes(standing(6), 2.0, chance())] == [0, 2000, 4000, 6000]

    def test_seeded(self) -> None:
        """The same seed gives the same fixes, another seed others."""
        visit = standing(60)
        assert UWB.fixes(visit, 1.0, chance(7)) == UWB.fixes(visit, 1.0, chance(7))
        assert UWB.fixes(visit, 1.0, chance(7)) != UWB.fixes(visit, 1.0, chance(8))

    def test_losses_and_gaps(self) -> None:
        """One poll in ten lost, and gaps of 12 s every two minutes, are what is missing."""
        noise = VARIANTS["uwb-gaps"]
        fixes = noise.fixes(standing(20_000), 1.0, chance())
        assert len(fixes) / 20_001 == pytest.approx(0.9 * 120 / 132, abs=0.015)
        assert max(np.diff([fix.at for fix in fixes])) > 30_000

    @pytest.mark.parametrize(
        ("claim", "stated"),
        [
            pytest.param(Claim(missing_share=1.0), None, id="nothing"),
            pytest.param(Claim(), 0.5, id="right"),
            pytest.param(Claim(factor=0.25), 0.125, id="too small"),
            pytest.param(Claim(factor=3.0), 1.5, id="too large"),
        ],
    )
    def test_stated_accuracy(self, claim: Claim, stated: float | None) -> None:
        """A device states nothing, the truth, or something else."""
        fixes = PLAIN.like("claims", claim=claim).fixes(standing(5), 1.0, chance())
        assert {fix.accuracy for fix in fixes} == {stated}

    def test_wrong_levels_only_where_floors_are_stacked(self) -> None:
        """Under the dome a fix may name the dome; where there is one floor only, it never names another."""
        noise = PLAIN.like("slips", level_slip_share=0.1)
        below = noise.fixes(standing(2000, STACKED, "tunnel"), 1.0, chance())
        assert sum(fix.level == "dome" for fix in below) / len(below) == pytest.approx(0.1, abs=0.02)
        assert {fix.level for fix in noise.fixes(standing(100), 1.0, chance())} == {"ground"}
        assert stacked(HALL, "attic", 2, 2) == []

    def test_nearest_beacon(self) -> None:
        """In the middle of a zone its beacon is heard best nearly always, and the fix names the zone."""
        fixes = BEACON.fixes(standing(600), 1.0, chance())
        assert {fix.zone for fix in fixes} == {"A"}
        far = standing(60)
        away = Visit(far.world, "statue", 1, far.times_ms, far.xs + 90, far.ys, far.levels, ())
        assert BEACON.fixes(away, 1.0, chance()) == []


class TestPresets:
    """The presets and the recordings they come from."""

    def test_each_profile_has_one(self) -> None:
        """Every positioning profile has a preset of its name, and each preset says where it comes from."""
        assert set(PROFILES) <= set(NOISES)
        assert all(noise.profile in PROFILES and noise.source for noise in NOISES.values())
        assert all(VARIANTS[name].name == name for name in VARIANTS)

    @pytest.mark.parametrize(
        ("noise", "folder"),
        [
            (UWB, "noise_uwb_building"),
            (BLE, "noise_ble_hall"),
            (WIFI_RTT, "noise_rtt_canteen"),
            (BLE_MALL, "mall_site1"),
        ],
        ids=lambda each: each if isinstance(each, str) else each.name,
    )
    def test_a_fresh_fit_gives_the_same_figures(self, noise: NoiseModel, folder: str) -> None:
        """The constants are those that the recordings give, to the digits that are written down."""
        found = fit_of(shared(folder))
        names = ["size_m", "quick_share", "quick_s", "drift_share", "drift_s"]
        names += [] if noise is UWB else ["rough_share", "rough_ratio", "rough_s"] * bool(found.rough_share)
        for name in names:
            assert getattr(noise, name) == pytest.approx(getattr(found, name), rel=0.04, abs=0.02), name
        assert found.low_m <= noise.whole_m <= found.high_m

    @pytest.mark.parametrize(
        ("noise", "folder"),
        [
            (UWB, "noise_uwb_lab_fast"),
            (BLE, "noise_ble_hall"),
            (WIFI_RTT, "noise_rtt_canteen"),
            (BLE_MALL, "mall_site1"),
        ],
        ids=lambda each: each if isinstance(each, str) else each.name,
    )
    def test_stated_accuracies_are_as_recorded(self, noise: NoiseModel, folder: str) -> None:
        """What the devices state against what is so: too little with UWB, too much with BLE."""
        found = fit_of(shared(folder))
        assert noise.claim.factor == pytest.approx(found.claim_factor, abs=0.02)
        assert noise.claim.spread == pytest.approx(found.claim_spread, abs=0.02)

    def test_gaps_are_as_recorded(self) -> None:
        """Losses and gaps of all presets are those of the one set that lists its own."""
        found = fit_of(shared("mall_site1"))
        assert found.missing_share == pytest.approx(BLE.missing_share, abs=0.002)
        assert (found.gap_every_s, found.gap_s) == pytest.approx((BLE.gap_every_s, BLE.gap_s), rel=0.01)


def fit_of(folder: Path) -> fitting.Fit:
    """The fit of a recorded set."""
    return fitting.fit_folder(folder)


class TestFitting:
    """The fit finds again what a model has put in."""

    @pytest.mark.parametrize(
        "noise", [UWB.like("clean", rough_share=0.0), WIFI_RTT], ids=lambda each: each.name
    )
    def test_it_finds_what_was_put_in(self, noise: NoiseModel) -> None:
        """Size and memory of a long simulated recording are those of the model that made it."""
        found = fitting.fit([recorded(noise, 12_000)])
        assert found.whole_m == pytest.approx(noise.whole_m, rel=0.1)
        for lag in (0.5, 2.0, 10.0):
            assert left(found, lag) == pytest.approx(left(noise, lag), abs=0.08)

    def test_it_finds_rough_stretches(self) -> None:
        """A tenth of estimates four times as bad is found as such; errors without any have none."""
        rough = PLAIN.like("rough", rough_share=0.1, rough_ratio=4.0, rough_s=3.0, refresh_s=0.5)
        found = fitting.fit([recorded(rough, 10_000)])
        assert (found.rough_share, found.rough_ratio) == pytest.approx((0.1, 4.0), rel=0.15)
        assert found.rough_s == pytest.approx(3.0, rel=0.3)
        assert fitting.fit([recorded(PLAIN, 2_000)]).rough_share == 0.0

    def test_few_samples_have_wide_bounds(self) -> None:
        """Three minutes of an error that lasts for ten seconds are worth few samples, and the bounds say so."""
        short, long = (fitting.fit([recorded(UWB, seconds)]) for seconds in (180, 8_000))
        assert short.independent < 60 < long.independent
        assert short.high_m - short.low_m > 3 * (long.high_m - long.low_m)

    def test_lost_estimates(self) -> None:
        """Two single losses and one gap of 10 s in a minute are counted as what they are."""
        seconds = [float(n) for n in range(60) if n not in (5, 25) and not 40 <= n < 49]
        found = fitting.fit([recorded(PLAIN, 60, np.array(seconds))])
        assert found.missing_share == pytest.approx(2 / 59)
        assert (found.gap_every_s, found.gap_s) == (59.0, 10.0)

    @pytest.mark.parametrize(
        ("lines", "complaint"),
        [
            pytest.param(["t_s,tag_id"], "no row", id="no rows"),
            pytest.param(["t_s,tag_id", "1,a"], "there is no column 'x_est_m'", id="a column missing"),
            pytest.param(
                ["t_s,tag_id,x_est_m,y_est_m,x_true_m,y_true_m", "1,a,2,3,4,five"],
                "line 2",
                id="not a figure",
            ),
        ],
    )
    def test_a_set_that_is_none(self, tmp_path: Path, lines: list[str], complaint: str) -> None:
        """A file that is no set is refused with what is wrong in it, and where."""
        (tmp_path / "noise.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with pytest.raises(fitting.Unreadable, match=complaint):
            fitting.fit_folder(tmp_path)

    def test_a_set_that_is_too_small(self, tmp_path: Path) -> None:
        """From a dozen estimates nothing can be fitted, and the folder is named."""
        head = "t_s,tag_id,x_est_m,y_est_m,x_true_m,y_true_m"
        rows = [f"{n},a,{n % 3},0,0,0" for n in range(12)]
        (tmp_path / "noise.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        with pytest.raises(fitting.Unreadable, match=rf"{tmp_path.name}: there are too few samples"):
            fitting.fit_folder(tmp_path)

    def test_rows_without_an_estimate_are_passed_over(self, tmp_path: Path) -> None:
        """A row with an empty estimate is no estimate."""
        with (tmp_path / "noise.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["t_s", "tag_id", "x_est_m", "y_est_m", "x_true_m", "y_true_m"])
            rows.writerows([n, "a", "" if n % 2 else n / 7, n % 3, 0, 0] for n in range(600))
        assert fitting.fit_folder(tmp_path).samples == 300


def recorded(noise: NoiseModel, seconds: float, times_s: fitting.Floats | None = None) -> fitting.Recording:
    """A recording of a model's errors."""
    times = np.arange(0, seconds, noise.refresh_s) if times_s is None else times_s
    errors = noise.errors(times, chance(3))
    return fitting.Recording("tag", times, errors, np.full(len(times), np.nan))


def left(model: NoiseModel | fitting.Fit, lag_s: float) -> float:
    """Which share of the error is still there after some seconds."""
    quick = model.quick_share * np.exp(-lag_s / model.quick_s)
    return float(quick + model.drift_share * np.exp(-lag_s / model.drift_s))
