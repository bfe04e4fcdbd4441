"""Where a site folder is read from: a folder on disk or a zip of it, with bounds on everything.

Only files that the format names are opened. A zip is read entry by entry, never unpacked by name, so that an entry
called `../../x` has nowhere to go; it is refused all the same, because nobody makes one by accident.
"""

import hashlib
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final, Protocol, Self

from guide.errors import Fault, Malformed

MOST_ENTRIES: Final = 20_000
MOST_TEXT_BYTES: Final = 64 << 20
"""A GeoJSON file of 20,000 zones is about 10 MB."""
MOST_FILE_BYTES: Final = 1 << 30
"""An hour of 24 bit stereo at 48 kHz."""
MOST_TOTAL_BYTES: Final = 8 << 30
CHUNK: Final = 1 << 20


class FolderUnreadable(Malformed):
    """Raised when a site folder cannot be opened at all, or one of its files cannot be read."""


class Source(Protocol):
    """A site folder's files by their names in it."""

    def names(self) -> tuple[str, ...]:
        """All files, sorted, with `/` between folders."""
        ...

    def folders(self) -> tuple[str, ...]:
        """All folders, sorted, the empty ones too."""
        ...

    def file(self, name: str) -> Path:
        """A file on disk with the named file's bytes."""
        ...


def read_bytes(source: Source, name: str, limit: int = MOST_TEXT_BYTES) -> bytes:
    """The bytes of a file, refused when there are more than the limit.

    Raises:
        FolderUnreadable: When it is too large or cannot be read.
    """
    with source.file(name).open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise _unreadable(name, f"is larger than {limit >> 20} MB")
    return data


def _unreadable(where: str, message: str) -> FolderUnreadable:
    return FolderUnreadable(
        "site_folder_unreadable", f"{where} {message}.", errors=(Fault(where=where, message=message),)
    )


class DiskFolder:
    """A folder on disk."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._names, self._folders = self._walk()

    def _walk(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        names: list[str] = []
        folders: list[str] = []
        for at, inner, files in os.walk(self._root):
            inner[:] = sorted(each for each in inner if not each.startswith("."))
            here = Path(at).relative_to(self._root)
            folders += [(here / each).as_posix() for each in inner]
            names += [(here / each).as_posix() for each in files if not each.startswith(".")]
            if len(names) > MOST_ENTRIES:
                raise _unreadable(
                    str(self._root), f"holds more than {MOST_ENTRIES} files; is it a site folder?"
                )
        return tuple(sorted(names)), tuple(sorted(folders))

    def names(self) -> tuple[str, ...]:
        """All files, sorted; hidden ones left out."""
        return self._names

    def folders(self) -> tuple[str, ...]:
        """All folders, sorted; hidden ones left out."""
        return self._folders

    def file(self, name: str) -> Path:
        """The file itself, unless it is a link that leads out of the folder."""
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root):
            raise _unreadable(name, "is a link that leads out of the site folder")
        if not path.is_file():
            raise _unreadable(name, "is not a file that can be read")
        if path.stat().st_size > MOST_FILE_BYTES:
            raise _unreadable(name, f"is larger than {MOST_FILE_BYTES >> 20} MB")
        return path


class ZipFolder:
    """A zip of a site folder; each file is unpacked, under a name of our own, when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile, staging: Path) -> None:
        self._archive = archive
        self._staging = staging
        self._entries = _entries(archive)
        self._unpacked: dict[str, Path] = {}
        self._left = MOST_TOTAL_BYTES

    @classmethod
    def open(cls, path: Path, staging: Path) -> Self:
        """The zip at the path, with a folder for what is unpacked from it.

        Raises:
            FolderUnreadable: When it is no zip, or one that means harm.
        """
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            raise _unreadable("the upload", f"is not a zip of a site folder ({error})") from error
        try:
            return cls(archive, staging)
        except FolderUnreadable:
            archive.close()
            raise

    def close(self) -> None:
        """Let go of the zip; what was unpacked stays."""
        self._archive.close()

    def names(self) -> tuple[str, ...]:
        """All files, sorted; hidden ones left out."""
        return tuple(sorted(self._entries))

    def folders(self) -> tuple[str, ...]:
        """All folders in which files lie, sorted."""
        above = {parent.as_posix() for name in self._entries for parent in PurePosixPath(name).parents}
        return tuple(sorted(above - {"."}))

    def file(self, name: str) -> Path:
        """The file unpacked; a size that the zip's own list does not own up to ends it."""
        if name not in self._unpacked:
            self._unpacked[name] = self._unpack(name)
        return self._unpacked[name]

    def _unpack(self, name: str) -> Path:
        entry = self._entries[name]
        target = self._staging / f"unpacked-{len(self._unpacked)}"
        allowed = min(MOST_FILE_BYTES, self._left)
        try:
            with self._archive.open(entry) as packed, target.open("wb") as out:
                shutil.copyfileobj(_Bounded(packed, name, allowed), out, CHUNK)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise _unreadable(name, f"cannot be unpacked ({error})") from error
        self._left -= target.stat().st_size
        return target


class _Bounded:
    """A reader that ends with an error where a bomb would go on."""

    def __init__(self, inner: object, name: str, limit: int) -> None:
        self._inner = inner
        self._name = name
        self._left = limit

    def read(self, size: int = -1, /) -> bytes:
        data: bytes = self._inner.read(size)  # type: ignore[attr-defined]
        self._left -= len(data)
        if self._left < 0:
            raise _unreadable(self._name, "unpacks to more than a site folder may hold")
        return data


def _entries(archive: zipfile.ZipFile) -> Mapping[str, zipfile.ZipInfo]:
    """The files by their names in the site folder, which may itself be the one folder in the zip."""
    infos = [each for each in archive.infolist() if not each.is_dir()]
    if len(infos) > MOST_ENTRIES:
        raise _unreadable("the upload", f"holds more than {MOST_ENTRIES} files; is it a site folder?")
    for info in infos:
        _refuse_harm(info)
    prefix = _prefix([each.filename for each in infos])
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename.removeprefix(prefix)
        if not info.filename.startswith(prefix) or any(part.startswith(".") for part in name.split("/")):
            continue
        if name in found:
            raise _unreadable(name, "is in the zip twice")
        found[name] = info
    return found


def _refuse_harm(info: zipfile.ZipInfo) -> None:
    name = info.filename
    parts = name.split("/")
    if "\\" in info.orig_filename or name.startswith("/") or ".." in parts or ":" in parts[0]:
        raise _unreadable(name, "is a name that leads out of the site folder")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _unreadable(name, "is a link; put the file itself into the zip")
    if info.flag_bits & 1:
        raise _unreadable(name, "is encrypted; make the zip without a password")


def _prefix(names: list[str]) -> str:
    """What stands before every name: nothing, or the site folder's own name.

    >>> _prefix(["coupole/site.toml", "coupole/levels.toml", "__MACOSX/coupole/x"])
    'coupole/'
    """
    if "site.toml" in names:
        return ""
    tops = [name.removesuffix("site.toml") for name in names if name.endswith("/site.toml")]
    return tops[0] if len(tops) == 1 and tops[0].count("/") == 1 else ""


@contextmanager
def open_source(path: Path, staging: Path) -> Iterator[Source]:
    """A site folder or a zip of it, open for as long as it is read.

    Args:
        path: Of the folder, or of the zip.
        staging: A folder for what is unpacked; the caller removes it.

    Raises:
        FolderUnreadable: When it is neither.
    """
    if path.is_dir():
        yield DiskFolder(path)
    elif path.is_file():
        opened = ZipFolder.open(path, staging)
        try:
            yield opened
        finally:
            opened.close()
    else:
        raise _unreadable(str(path), "is not there; give a site folder or a zip of one")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
