"""From any number of channels to one, never louder than the loudest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from media.decode import mono_blocks
from media.mix import weights
from tests.media.sounds import hum, hush, write

if TYPE_CHECKING:
    from pathlib import Path

SURROUND = ("FL", "FR", "FC", "LFE", "BL", "BR")


@pytest.mark.parametrize(
    ("layout", "shares"),
    [
        (("FC",), [1.0]),
        (("FL", "FR"), [0.5, 0.5]),
        (SURROUND, [0.226, 0.226, 0.226, 0.0, 0.160, 0.160]),
        (("LFE",), [1.0]),
        (("UNK", "UNK"), [0.5, 0.5]),
    ],
)
def test_each_channel_has_its_share(layout: tuple[str, ...], shares: list[float]) -> None:
    """Front whole, the rest 3 dB less, the bass channel not at all; together they make one."""
    assert weights(layout) == pytest.approx(shares, abs=0.001)
    assert weights(layout).sum() == pytest.approx(1.0)


def test_two_equal_ears_stay_as_loud_as_one(tmp_path: Path) -> None:
    """Libav's own mix would be 3 dB louder, and clip."""
    loud = hum(1, 0.9)

    mixed = np.concatenate(list(mono_blocks(write(tmp_path / "a.wav", [loud, loud]))))

    assert np.abs(mixed).max() == pytest.approx(np.abs(loud).max(), rel=0.01)


def test_a_voice_in_one_ear_is_heard(tmp_path: Path) -> None:
    """Half as high, as the other ear is empty."""
    voice = hum(1)

    mixed = np.concatenate(list(mono_blocks(write(tmp_path / "a.flac", [voice, hush(1)]))))

    assert np.abs(mixed).max() == pytest.approx(np.abs(voice).max() / 2, rel=0.01)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
def test_every_rate_comes_out_at_the_pipelines(tmp_path: Path, rate: int) -> None:
    """One second is 48 000 samples whatever it was recorded at."""
    blocks = mono_blocks(write(tmp_path / "a.wav", hum(1, rate=rate), rate))

    assert sum(len(block) for block in blocks) == pytest.approx(48_000, abs=2)
