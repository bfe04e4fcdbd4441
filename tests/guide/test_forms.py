"""Forms are read as they come: whatever the size of the file and wherever the pieces are cut, memory stays small."""

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guide.api.forms import Form, read_form
from guide.errors import Malformed

KIND = "multipart/form-data; boundary=cut"
HEAD = (
    b'--cut\r\nContent-Disposition: form-data; name="exhibit"\r\n\r\nida\r\n'
    b'--cut\r\nContent-Disposition: form-data; name="file"; filename="../../a.wav"\r\n\r\n'
)
TAIL = (
    b'\r\n--cut\r\nContent-Disposition: form-data; name="transcript"; filename="t.vtt"\r\n\r\n'
    b"\xef\xbb\xbfWEBVTT\r\n--cut--\r\n"
)


def read(path: Path, pieces: AsyncIterator[bytes]) -> Form:
    """A form with its file written to a path."""
    return asyncio.run(read_form(KIND, pieces, "file", lambda: path.open("wb")))


@pytest.mark.parametrize("step", [1, 7, 64, 10_000])
def test_wherever_it_is_cut(tmp_path: Path, step: int) -> None:
    """Pieces of one byte or of all bytes give the same fields and the same file; a text may come as a file."""
    sound = bytes(range(256)) * 3 + b"\r\n--cu\r\n--"
    whole = HEAD + sound + TAIL

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(whole), step):
            yield whole[start : start + step]

    form = read(tmp_path / "file", pieces())
    assert form == Form(
        {"exhibit": "ida", "transcript": "WEBVTT"}, len(sound), hashlib.sha256(sound).hexdigest()
    )
    assert (tmp_path / "file").read_bytes() == sound


def test_a_large_file_never_stands_in_memory(tmp_path: Path) -> None:
    """Sixty-four megabytes go to the disk through less than eight of memory."""
    piece = bytes(64 << 10)

    async def pieces() -> AsyncIterator[bytes]:
        yield HEAD
        for _ in range(1024):
            yield piece
        yield TAIL

    tracemalloc.start()
    try:
        form = read(tmp_path / "file", pieces())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert form.file_bytes == 64 << 20
    assert peak < 8 << 20


def test_a_sender_that_goes_away_leaves_the_file_closed(tmp_path: Path) -> None:
    """What breaks off is an error of the sender's, and nobody holds the file open."""

    async def pieces() -> AsyncIterator[bytes]:
        yield HEAD + bytes(2 << 20)

    with pytest.raises(Malformed, match="stops before its end"):
        read(tmp_path / "file", pieces())
    (tmp_path / "file").unlink()
