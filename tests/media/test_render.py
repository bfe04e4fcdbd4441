"""Renditions, judged by measuring them again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pytest

from media.decode import mono_blocks
from media.errors import BrokenAudioError
from media.probe import probe
from media.render import RECIPES, render
from tests.media.sounds import RATE, hum, write

if TYPE_CHECKING:
    from pathlib import Path

BOTH = ("opus", "m4a")


def test_both_renditions_are_mono_at_48_khz_and_as_long_as_the_source(tmp_path: Path) -> None:
    """Ogg Opus and AAC in M4A, from a stereo MP3 at 44.1 kHz."""
    source = write(tmp_path / "a.mp3", [hum(3, rate=44_100), hum(3, 0.2, rate=44_100)], 44_100)

    made = render(source, tmp_path, BOTH)

    probes = [probe(one.path) for one in made]
    assert [(p.container, p.codec, p.sample_rate, p.channels) for p in probes] == [
        ("ogg", "opus", RATE, 1),
        ("mov", "aac", RATE, 1),
    ]
    assert [p.duration_ms for p in probes] == [one.duration_ms for one in made]
    assert [one.duration_ms for one in made] == pytest.approx([3000, 3000], abs=25)


def test_a_rendition_is_named_by_what_is_in_it(tmp_path: Path) -> None:
    """Hash, size, recipe."""
    (made,) = render(write(tmp_path / "a.wav", hum(1)), tmp_path, ["opus"])

    data = made.path.read_bytes()
    assert made.path.name == f"{made.sha256}.opus"
    assert (made.sha256, made.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert made.recipe == RECIPES["opus"]


@pytest.mark.parametrize(("form", "kbits"), [("opus", 32), ("m4a", 64)])
def test_a_rendition_weighs_what_its_recipe_says(tmp_path: Path, form: str, kbits: int) -> None:
    """Within a third: a museum plans its disks by it."""
    noisy = hum(20) + np.random.default_rng(5).standard_normal(20 * RATE).astype(np.float32) * np.float32(
        0.05
    )

    (made,) = render(write(tmp_path / "a.wav", noisy), tmp_path, [form])

    assert made.size_bytes * 8 / 20_000 == pytest.approx(kbits, rel=0.35)


def test_equal_sources_give_equal_bytes(tmp_path: Path) -> None:
    """No clock, no random serial, whatever the source's container and tags."""
    first = render(write(tmp_path / "a.wav", hum(2)), tmp_path, BOTH)
    second = render(write(tmp_path / "b.flac", hum(2), tags={"title": "another"}), tmp_path, BOTH)

    assert [one.sha256 for one in first] == [one.sha256 for one in second]


def test_the_index_of_an_m4a_comes_first(tmp_path: Path) -> None:
    """So that playing starts before the end has arrived."""
    (made,) = render(write(tmp_path / "a.wav", hum(2)), tmp_path, ["m4a"])

    data = made.path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_tags_of_the_source_are_left_behind(tmp_path: Path) -> None:
    """Hostile mark-up does not travel to the visitor's phone."""
    source = write(tmp_path / "a.flac", hum(1), tags={"title": "<script>", "artist": "nobody"})

    for made in render(source, tmp_path, BOTH):
        data = made.path.read_bytes()
        assert b"<script>" not in data
        assert b"nobody" not in data


def test_the_sound_is_still_the_sound(tmp_path: Path) -> None:
    """Each rendition follows the source sample for sample within the codec's loss, without delay."""
    source = hum(2)

    for made in render(write(tmp_path / "a.wav", source), tmp_path, BOTH):
        heard = np.concatenate(list(mono_blocks(made.path)))[: len(source)]
        likeness = float(np.corrcoef(heard[4800:-4800], source[4800:-4800])[0, 1])
        assert likeness > 0.98, made.format


def test_a_source_that_breaks_on_the_way_leaves_no_rendition(tmp_path: Path) -> None:
    """Damage found while rendering is told like damage found while probing."""
    data = write(tmp_path / "a.flac", hum(4)).read_bytes()
    middle = len(data) // 2
    (tmp_path / "b.flac").write_bytes(data[:middle] + bytes(4000) + data[middle + 4000 :])

    with pytest.raises(BrokenAudioError, match=r"damaged at 0:0[12]"):
        render(tmp_path / "b.flac", tmp_path, ["opus"])

    assert list(tmp_path.glob("*.opus")) == []
