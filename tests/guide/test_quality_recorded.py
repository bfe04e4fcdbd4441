"""Recorded walks and errors: read as they are, and walked past exhibits of ours."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from guide.quality.fitting import Unreadable
from guide.quality.kinds import TRUTH_STEP_MS, Stay
from guide.quality.metrics import measure
from guide.quality.ours import Ours
from guide.quality.recorded import (
    BLOCK_S,
    Replayed,
    Walk,
    building_walk,
    mall_walks,
    passages,
)
from guide.quality.rivals import RIVALS
from tests.zones.shared_data import shared
from zones.profiles import PROFILES

RIVAL = {rival.name: rival for rival in RIVALS}
HEAD = "t_s,tag_id,x_est_m,y_est_m,x_true_m,y_true_m,accuracy_m,level"


def small_mall(folder: Path) -> Path:
    """A mall of one floor: along a way of 80 m with three surveyed places, standing at the one in the middle."""
    xs = [*range(41), *[40] * 21, *range(41, 81)]
    trajectory = [f"{t}.0,walk,{x}.0,0.0,F1,0" for t, x in enumerate(xs)]
    estimates = [f"{t}.5,walk,{x + 1}.0,0.5,{x}.0,0.0,2.0,F1" for t, x in enumerate(xs) if t % 2 == 0]
    places = [f"{t}.0,walk,{x}.0,0.0,F1,0" for t, x in ((0, 0), (20, 40), (21, 41), (100, 80))]
    columns = "t_s,agent_id,x_m,y_m,level,rec"
    (folder / "trajectories.csv").write_text("\n".join([columns, *trajectory]) + "\n", encoding="utf-8")
    (folder / "waypoints.csv").write_text("\n".join([columns, *places]) + "\n", encoding="utf-8")
    (folder / "noise.csv").write_text("\n".join([HEAD, *estimates]) + "\n", encoding="utf-8")
    return folder


def recording(folder: Path, errors: list[float]) -> Path:
    """A recorded set of one tag with these errors in x, one a second."""
    rows = [f"{t},tag,{error},0,0,0,1.5,F1" for t, error in enumerate(errors)]
    (folder / "noise.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return folder


class TestWalks:
    """Walks with the estimates that were made on them."""

    def test_a_walk_past_three_exhibits(self, tmp_path: Path) -> None:
        """Places nearer than 9 m to one another get one exhibit; passing by is not attending, standing is."""
        (walk,) = mall_walks(small_mall(tmp_path))
        assert len(walk.visit.world.layout.zones) == 3
        assert [stay.exhibit for stay in walk.visit.stays] == ["e001"]
        (stay,) = walk.visit.stays
        assert stay.to_ms - stay.from_ms == pytest.approx(20_000, abs=2_000)
        assert [name for name, *_ in passages(walk.visit)] == ["e000", "e001", "e002"]
        assert walk.passages == 2

    def test_its_fixes_are_the_estimates(self, tmp_path: Path) -> None:
        """Every estimate is a fix, with what was stated, at the moment it was made."""
        (walk,) = mall_walks(small_mall(tmp_path))
        assert (walk.fixes[0].at, walk.fixes[0].x, walk.fixes[0].accuracy, walk.fixes[0].level) == (
            500,
            1.0,
            2.0,
            "F1",
        )
        assert len(walk.fixes) == 51
        assert walk.profile == "ble"

    def test_short_walks_are_left_out(self, tmp_path: Path) -> None:
        """Half a minute is no walk."""
        small_mall(tmp_path)
        file = tmp_path / "trajectories.csv"
        file.write_text("\n".join(file.read_text("utf-8").splitlines()[:32]) + "\n", encoding="utf-8")
        assert mall_walks(tmp_path) == []

    def test_a_folder_that_is_none(self, tmp_path: Path) -> None:
        """A missing file or column is told by name."""
        with pytest.raises(Unreadable, match=r"trajectories\.csv cannot be read"):
            mall_walks(tmp_path)
        small_mall(tmp_path)
        (tmp_path / "noise.csv").write_text("t_s\n1\n", encoding="utf-8")
        with pytest.raises(Unreadable, match="no column 'tag_id'"):
            mall_walks(tmp_path)


class TestReplayed:
    """Recorded errors on simulated visits."""

    def test_errors_are_the_recorded_ones(self, tmp_path: Path) -> None:
        """Within a block the errors follow each other as they were recorded, with the stated accuracy."""
        small_mall(tmp_path)
        (walk,) = mall_walks(tmp_path)
        noise = Replayed.of(recording(tmp_path, [n / 100 for n in range(200)]), "uwb")
        fixes = noise.fixes(walk.visit, 1.0, np.random.default_rng(1))
        errors = [round(fix.x - walk.visit.xs[fix.at // TRUTH_STEP_MS], 3) for fix in fixes]
        steps = [round(b - a, 3) for a, b in pairwise(errors[: int(BLOCK_S)])]
        assert set(steps) == {0.01}
        assert {fix.accuracy for fix in fixes} == {1.5}
        assert len(fixes) == len(range(0, walk.visit.end_ms + 1, 1000))

    def test_a_gap_of_the_recording_is_a_gap(self, tmp_path: Path) -> None:
        """Where the recording has nothing for more than 3 s, a poll has no fix."""
        small_mall(tmp_path)
        (walk,) = mall_walks(tmp_path)
        folder = recording(tmp_path, [0.0] * 60)
        lines = (folder / "noise.csv").read_text("utf-8").splitlines()
        (folder / "noise.csv").write_text("\n".join([*lines[:20], *lines[45:]]) + "\n", encoding="utf-8")
        fixes = Replayed.of(folder, "uwb").fixes(walk.visit, 1.0, np.random.default_rng(1))
        assert max(b.at - a.at for a, b in pairwise(fixes)) > 15_000

    def test_seeded(self, tmp_path: Path) -> None:
        """The same dice give the same fixes."""
        small_mall(tmp_path)
        (walk,) = mall_walks(tmp_path)
        noise = Replayed.of(recording(tmp_path, [0.1, 0.2, 0.3] * 50), "ble")
        one, same = (noise.fixes(walk.visit, 1.0, np.random.default_rng(4)) for _ in range(2))
        assert one == same


class TestRecordedSets:
    """The recorded sets themselves, where they are at hand."""

    def test_the_mall(self) -> None:
        """130 walks of a minute or more, hours of them, in which people stand next to nowhere."""
        walks = mall_walks(shared("mall_site1"))
        assert len(walks) == 130
        assert sum(walk.visit.hours for walk in walks) == pytest.approx(5.2, abs=0.1)
        attended = sum(stay.to_ms - stay.from_ms for walk in walks for stay in walk.visit.stays)
        assert attended / 3_600_000 < 0.1 * sum(walk.visit.hours for walk in walks)

    @pytest.mark.slow
    def test_fewer_starts_for_people_who_pass_by(self) -> None:
        """On the walks of the mall, far less begins for passers-by with our rules than with raw containment."""
        walks = [walk for walk in mall_walks(shared("mall_site1")) if walk.fixes][:60]
        ours, raw = (
            sum(wrong(system, walk) for walk in walks) for system in (Ours(), RIVAL["raw containment"])
        )
        assert ours < raw / 3

    def test_the_standing_person(self) -> None:
        """Three minutes of standing about, as a real ultra-wideband system saw it: nothing is cut."""
        walk = building_walk(shared("noise_uwb_building"))
        assert walk.visit.stays == (Stay("middle", 0, walk.visit.end_ms),)
        heard = Ours().run(walk.visit.world, walk.fixes, PROFILES["uwb"])
        assert [each.exhibit for each in heard] == ["middle"]
        assert measure(walk.visit, heard, walk.fixes[-1].at).cuts == 0


def wrong(system: Ours | object, walk: Walk) -> int:
    """How many wrong starts a system makes on a walk."""
    assert isinstance(system, Ours | type(RIVALS[0]))
    heard = system.run(walk.visit.world, walk.fixes, PROFILES[walk.profile])
    return measure(walk.visit, heard, walk.fixes[-1].at).wrong
