"""A folder in which every file is named by its content: `<first two>/<sha256>.<ext>`.

A name in it is the whole file or is not there, through crashes and power cuts: what is written goes to
a staging folder on the same disk, is flushed, and only then gets its name.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from media.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_STAGING = ".staging"
_INCOMING = ".incoming"
_NAME = re.compile(r"[a-z0-9]{1,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")


@dataclass(frozen=True)
class Stored:
    """A file in the store."""

    sha256: str
    ext: str
    size_bytes: int


class Store:
    """The store in one folder; any number of processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put_file(self, path: Path, ext: str) -> Stored:
        """The file, kept under its content's name; one from `staging` is moved, any other is copied.

        The same content twice is stored once.

        Raises:
            StoreError: When the extension is not one to eight small letters and figures.
        """
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
        target = self.path(sha256, ext)
        if not self._refreshed(target):
            if path.is_relative_to(self._root / _STAGING):
                self._name(path, target)
            else:
                with self.staging() as folder:
                    self._name(Path(shutil.copyfile(path, folder / "draft")), target)
        return Stored(sha256, ext, size)

    def put_bytes(self, data: bytes, ext: str) -> Stored:
        """The bytes, kept under their name."""
        with self.staging() as folder:
            draft = folder / "draft"
            draft.write_bytes(data)
            return self.put_file(draft, ext)

    def path(self, sha256: str, ext: str) -> Path:
        """Where content of this name lies or would lie.

        Raises:
            StoreError: When the name is none of ours; `../` in an address ends here.
        """
        if not _SHA256.fullmatch(sha256) or not _EXTENSION.fullmatch(ext):
            raise StoreError("store-name", f'"{sha256[:80]}.{ext[:10]}" is not the name of stored content.')
        return self._root / sha256[:2] / f"{sha256}.{ext}"

    def has(self, sha256: str, ext: str) -> bool:
        """Whether the content is there, whole."""
        return self.path(sha256, ext).is_file()

    def open(self, sha256: str, ext: str) -> BinaryIO:
        """The content, for reading.

        Raises:
            StoreError: When it is not there.
        """
        try:
            return self.path(sha256, ext).open("rb")
        except FileNotFoundError as error:
            raise StoreError("store-missing", f"{sha256}.{ext} is not in the store.") from error

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder on the store's disk for as long as the block runs."""
        parent = self._root / _STAGING
        parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def incoming(self, name: str) -> Path:
        """Where a file lies while it comes in and waits for its turn, on the store's disk; its folder is there.

        Raises:
            StoreError: When the name is not of small letters and figures: it is never a client's.
        """
        if not _NAME.fullmatch(name):
            raise StoreError("store-name", f'"{name[:80]}" is not the name of a file that comes in.')
        folder = self._root / _INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def files(self) -> Iterator[Stored]:
        """Everything that is stored, whether or not something names it."""
        for path in self._root.glob("[0-9a-f][0-9a-f]/*"):
            with suppress(FileNotFoundError):
                yield Stored(path.stem, path.suffix.removeprefix("."), path.stat().st_size)

    def sweep_incoming(self, keep: Collection[str], older_than_s: float) -> tuple[Path, ...]:
        """What was removed: files that came in, that nobody waits for any more, and that are old enough."""
        before = time.time() - older_than_s
        left = [path for path in (self._root / _INCOMING).glob("*") if path.name not in keep]
        return tuple(path for path in left if _remove_file(path, before))

    def sweep(self, keep: Collection[tuple[str, str]], older_than_s: float) -> tuple[Path, ...]:
        """What was removed: content that nothing names, and staging that a crash left, if it is old enough.

        Args:
            keep: (sha256, ext) of everything that a row still names.
            older_than_s: Younger files stay: their row may be about to be written.
        """
        before = time.time() - older_than_s
        kept = {self.path(sha256, ext) for sha256, ext in keep}
        orphans = [path for path in self._root.glob("[0-9a-f][0-9a-f]/*") if path not in kept]
        removed = [path for path in orphans if _remove_file(path, before)]
        for folder in (self._root / _STAGING).glob("*"):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)
                removed.append(folder)
        return tuple(removed)

    @staticmethod
    def _refreshed(target: Path) -> bool:
        """Whether the content is there already; it then counts as new, so that a sweep leaves it."""
        with suppress(FileNotFoundError):
            os.utime(target)
            return True
        return False

    @staticmethod
    def _name(draft: Path, target: Path) -> None:
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(target)
        for folder in (target.parent, target.parent.parent):
            _flush_folder(folder)


def _remove_file(path: Path, before: float) -> bool:
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < before:
            path.unlink()
            return True
    return False


def _flush_folder(folder: Path) -> None:
    """A rename is on disk only when its folder is."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
