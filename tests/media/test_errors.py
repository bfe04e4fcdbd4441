"""Errors travel between processes and keep their words."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from media import errors
from media.errors import Fault, MediaError, TranscriptError, clock

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MediaError)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not TranscriptError])
def test_each_kind_survives_the_way_between_processes(kind: type[MediaError]) -> None:
    """Code and sentence are the same on the other side."""
    sent = pickle.loads(pickle.dumps(kind("code", "A sentence.")))  # noqa: S301 - our own bytes

    assert (type(sent), sent.code, str(sent)) == (kind, "code", "A sentence.")


def test_a_transcripts_faults_survive_it_too() -> None:
    """It is made from them alone."""
    sent = pickle.loads(pickle.dumps(TranscriptError([Fault(3, "one")])))  # noqa: S301 - our own bytes

    assert sent.faults == (Fault(3, "one"),)


def test_the_tree_is_shallow() -> None:
    """One root, and every other kind right below it."""
    assert all(kind.__bases__ in {(MediaError,), (Exception,)} for kind in KINDS)


@pytest.mark.parametrize(
    ("at_ms", "text"), [(0, "0:00"), (94_999, "1:34"), (3_599_000, "59:59"), (3_723_000, "1:02:03")]
)
def test_a_place_in_a_sound_reads_as_people_write_it(at_ms: int, text: str) -> None:
    """Whole seconds, rounded down."""
    assert clock(at_ms) == text


@pytest.mark.parametrize(
    "module", ["media", "media.chime", "media.errors", "media.store", "media.transcript", "media.worker"]
)
def test_light_modules_stay_light(module: str) -> None:
    """The service starts without the codecs; they are loaded where a file is worked on."""
    code = f"import sys, {module}; sys.exit(bool({{'av', 'numpy', 'pydub', 'ctypes'}} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
