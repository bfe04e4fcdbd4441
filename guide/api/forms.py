"""A multipart form with one file, read as it comes: the file goes to the disk in pieces, and nowhere else.

Why not the framework's own? It keeps a file first in memory, then under the system's temporary folder, often
memory too, and it would have to be copied from there once more.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from guide.errors import Fault, Malformed, UnsupportedType

FORM: Final = "multipart/form-data"
PIECE: Final = 1 << 20
LARGEST_FIELD: Final = 2 << 20
MOST_PARTS: Final = 20


@dataclass(frozen=True, slots=True)
class Form:
    """What a form held: its fields as text, and of its file the size and the SHA-256."""

    fields: dict[str, str]
    file_bytes: int | None
    file_sha256: str | None


@dataclass(slots=True)
class _Part:
    """A part under way."""

    name: str = ""
    is_file: bool = False
    header: bytes = b""
    value: bytes = b""
    data: bytearray = field(default_factory=bytearray)


class _Reader:
    """Takes the parser's calls; what belongs to the file waits in `waiting`."""

    def __init__(self, boundary: bytes, file_name: str) -> None:
        self.fields: dict[str, str] = {}
        self.waiting = bytearray()
        self.has_file = False
        self.ended = False
        self._file_name = file_name
        self._part = _Part()
        self._parts = 0
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._whole,
            },
        )

    def _begin(self) -> None:
        self._part = _Part()
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise _broken(f"it has more than {MOST_PARTS} parts")

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._part.header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.value += data[start:end]

    def _header_end(self) -> None:
        part = self._part
        if part.header.lower() == b"content-disposition":
            _, options = parse_options_header(part.value)
            part.name = options.get(b"name", b"").decode("utf-8", "replace")
            # a transcript may come as a file too; its name is not looked at
            part.is_file = part.name == self._file_name
        part.header = part.value = b""

    def _headers_finished(self) -> None:
        if not self._part.name:
            raise _broken("a part of it has no name")
        if self._part.is_file and self.has_file:
            raise _broken(f"it has two files under the name {self._file_name}")
        self.has_file = self.has_file or self._part.is_file

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part.is_file:
            self.waiting += data[start:end]
            return
        self._part.data += data[start:end]
        if len(self._part.data) > LARGEST_FIELD:
            fault = Fault.of(f"body.{self._part.name[:40]}", "text_large")
            raise Malformed.of("malformed_body/large_field", [fault])

    def _end(self) -> None:
        part = self._part
        if part.is_file:
            return
        try:
            self.fields[part.name] = part.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            fault = Fault.of(f"body.{part.name[:40]}", "not_utf8")
            raise Malformed.of("malformed_body/field", [fault]) from None

    def _whole(self) -> None:
        self.ended = True


async def read_form(
    content_type: str | None, body: AsyncIterator[bytes], file_name: str, open_file: Callable[[], BinaryIO]
) -> Form:
    """The fields of a form; its file is written and hashed while it comes.

    Args:
        content_type: The header.
        body: The request's pieces.
        file_name: The name of the part that is the file.
        open_file: Called when the first of its bytes has come; what it gives is closed here.

    Raises:
        UnsupportedType: The body is no form.
        Malformed: It is a broken one.
    """
    reader = _Reader(_boundary(content_type), file_name)
    digest, count = hashlib.sha256(), 0
    out: BinaryIO | None = None

    def take(data: bytes) -> None:
        nonlocal out, count
        out = out or open_file()
        out.write(data)
        digest.update(data)
        count += len(data)

    try:
        async for piece in body:
            _feed(reader, piece)
            if len(reader.waiting) >= PIECE:
                data = bytes(reader.waiting)
                reader.waiting.clear()
                await asyncio.to_thread(take, data)
        if not reader.ended:
            raise _broken("it stops before its end")
        if reader.has_file:
            await asyncio.to_thread(take, bytes(reader.waiting))
    finally:
        if out is not None:
            await asyncio.to_thread(out.close)
    return (
        Form(reader.fields, count, digest.hexdigest()) if reader.has_file else Form(reader.fields, None, None)
    )


def _feed(reader: _Reader, piece: bytes) -> None:
    try:
        reader.parser.write(piece)
    except FormParserError as error:
        raise _broken("its parts cannot be told apart") from error


def _boundary(content_type: str | None) -> bytes:
    kind, options = parse_options_header(content_type or "")
    if kind != FORM.encode():
        named = kind.decode("utf-8", "replace") or "of no type"
        raise UnsupportedType.of("unsupported_type/form", kind=named, wanted=FORM)
    if not (boundary := options.get(b"boundary")):
        raise _broken("its boundary is missing")
    return boundary


def _broken(why: str) -> Malformed:
    return Malformed.of("malformed_body/form", why=why)
