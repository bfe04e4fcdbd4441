"""The content-addressed folder."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from media.errors import StoreError
from media.store import Store, Stored

if TYPE_CHECKING:
    from pathlib import Path

SOUND = b"OggS and so on"
SHA256 = hashlib.sha256(SOUND).hexdigest()
DAY_S = 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store; its folder is made when something is put in."""
    return Store(tmp_path / "media")


def aged(path: Path, by_s: float) -> Path:
    """The file as if it had been put there so long ago."""
    then = path.stat().st_mtime - by_s
    os.utime(path, (then, then))
    return path


def test_content_is_found_under_its_hash(store: Store, tmp_path: Path) -> None:
    """In a folder of its first two figures."""
    stored = store.put_bytes(SOUND, "opus")

    assert stored == Stored(SHA256, "opus", len(SOUND))
    assert store.path(SHA256, "opus") == tmp_path / "media" / SHA256[:2] / f"{SHA256}.opus"
    with store.open(SHA256, "opus") as file:
        assert file.read() == SOUND


def test_a_file_from_elsewhere_is_copied_and_stays(store: Store, tmp_path: Path) -> None:
    """A site folder is not emptied by importing it."""
    path = tmp_path / "a.opus"
    path.write_bytes(SOUND)

    assert store.put_file(path, "opus").sha256 == SHA256
    assert path.read_bytes() == SOUND


def test_a_file_from_staging_is_moved(store: Store) -> None:
    """It was written there to be moved."""
    with store.staging() as folder:
        (folder / "draft").write_bytes(SOUND)
        store.put_file(folder / "draft", "opus")

        assert list(folder.iterdir()) == []
    assert store.has(SHA256, "opus")
    assert not folder.exists()


def test_the_same_content_twice_is_stored_once(store: Store, tmp_path: Path) -> None:
    """Two tracks may share a sound."""
    assert store.put_bytes(SOUND, "opus") == store.put_bytes(SOUND, "opus")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_many_at_once_do_not_trip_over_each_other(store: Store) -> None:
    """Eight hands put the same and different content."""
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda k: store.put_bytes(b"%d" % (k % 5) * 50_000, "m4a"), range(40)))

    assert len(set(stored)) == 5
    assert all(store.path(one.sha256, one.ext).stat().st_size == 50_000 for one in stored)


@pytest.mark.parametrize(
    ("sha256", "ext"),
    [
        ("../../etc/passwd", "opus"),
        (SHA256, "../x"),
        (SHA256.upper(), "opus"),
        (SHA256 + "\n", "opus"),
        (SHA256, "opus\x00"),
        (SHA256, ""),
    ],
)
def test_a_name_that_is_none_is_refused(store: Store, sha256: str, ext: str) -> None:
    """An address from outside never leads out of the folder."""
    with pytest.raises(StoreError, match="is not the name of stored content"):
        store.has(sha256, ext)


def test_missing_content_says_which(store: Store) -> None:
    """By its name, for the log."""
    with pytest.raises(StoreError, match=f"{SHA256}.opus is not in the store"):
        store.open(SHA256, "opus")


class TestSweep:
    def test_old_orphans_go_and_named_content_stays(self, store: Store) -> None:
        """Both are a week old; one is named by a row."""
        kept, orphan = store.put_bytes(SOUND, "opus"), store.put_bytes(b"other", "opus")
        paths = [aged(store.path(one.sha256, one.ext), 7 * DAY_S) for one in (kept, orphan)]

        assert store.sweep({(kept.sha256, kept.ext)}, DAY_S) == (paths[1],)
        assert [path.exists() for path in paths] == [True, False]

    def test_young_orphans_stay(self, store: Store) -> None:
        """Their row may be about to be written."""
        store.put_bytes(SOUND, "opus")

        assert store.sweep(set(), DAY_S) == ()

    def test_content_put_again_counts_as_young(self, store: Store) -> None:
        """Else a sweep could take it between the putting and the row."""
        store.put_bytes(SOUND, "opus")
        aged(store.path(SHA256, "opus"), 7 * DAY_S)

        store.put_bytes(SOUND, "opus")

        assert store.sweep(set(), DAY_S) == ()

    def test_staging_left_by_a_crash_goes(self, store: Store, tmp_path: Path) -> None:
        """A killed worker cannot tidy up."""
        left = tmp_path / "media" / ".staging" / "tmpabc"
        left.mkdir(parents=True)
        (left / "draft").write_bytes(SOUND)
        aged(left, 7 * DAY_S)

        assert store.sweep(set(), DAY_S) == (left,)
        assert not left.exists()

    def test_an_empty_store_can_be_swept(self, store: Store) -> None:
        """On the first day there is not even a folder."""
        assert store.sweep(set(), DAY_S) == ()
