"""A file that is being written while it comes in: by one writer at a time, and never further than it said.

Whoever writes holds a lock of the operating system, which ends with the process however that ends.
"""

import errno
import hashlib
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from guide.errors import Conflict, NoRoom

SPARE_BYTES: Final = 256 << 20
"""What an upload leaves free on the disk: the service itself must go on writing."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_writing: Final[set[str]] = set()
_guard: Final = threading.Lock()


class Incoming:
    """One file, open for writing at a place."""

    def __init__(self, path: Path, at: int, *, algorithm: str | None = None) -> None:
        """Open the file, cut off what stands behind the place.

        Raises:
            Conflict: Somebody else is writing to it.
            NoRoom: The disk is full.
        """
        self._path = path
        with _guard:
            if str(path) in _writing:
                raise _busy()
            _writing.add(str(path))
        try:
            with told_when_full():
                self._file = path.open("r+b" if path.exists() else "w+b")
                self._lock()
                self._file.truncate(at)
                self._file.seek(at)
        except BaseException:
            self._let_go()
            raise
        self.position = at
        self.digest = hashlib.new(algorithm) if algorithm is not None else None

    def _lock(self) -> None:
        if sys.platform == "win32":
            return  # one process serves there; the set above is enough
        import fcntl  # noqa: PLC0415 - not there on Windows

        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise _busy() from None

    def write(self, data: bytes) -> None:
        """Add some bytes.

        Raises:
            NoRoom: The disk is full.
        """
        with told_when_full():
            self._file.write(data)
        if self.digest is not None:
            self.digest.update(data)
        self.position += len(data)

    def sync(self) -> None:
        """Have everything on the disk.

        Raises:
            NoRoom: The disk is full.
        """
        with told_when_full():
            self._file.flush()
            os.fsync(self._file.fileno())

    def cut(self, at: int) -> None:
        """Throw away what stands behind a place."""
        self._file.truncate(at)
        self._file.seek(at)
        self.position = at

    def close(self) -> None:
        """Let others write."""
        try:
            with suppress(OSError):  # what could not be written was told when it was tried
                self._file.close()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        with _guard:
            _writing.discard(str(self._path))


def require_room(folder: Path, count: int) -> None:
    """Nothing, where so many bytes find room.

    Raises:
        NoRoom: They do not.
    """
    free = shutil.disk_usage(folder).free
    if free < count + SPARE_BYTES:
        raise NoRoom.of("disk_full/room", wanted=count, left=max(0, free - SPARE_BYTES))


@contextmanager
def told_when_full(*, kept: bool = True) -> Iterator[None]:
    """Whatever is written within; that the disk is full is told in words, and whether what came before is kept.

    Raises:
        NoRoom: It is.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise (NoRoom.of("disk_full/kept") if kept else NoRoom.of("disk_full/nothing")) from error
        raise


def _busy() -> Conflict:
    return Conflict.of("upload_busy")
