"""What a container's own marks say: sizes, end flags and lengths that libav forgives and we do not.

An error-free decode proves nothing: libav plays a WAV up to the last byte that arrived and an Opus
file up to the last whole page. Only the header's figures and the end mark tell that more was meant.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from media.errors import BrokenAudioError

if TYPE_CHECKING:
    from pathlib import Path

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_OPEN_SIZES = {0, 0x7FFFFFFF, 0x7FFFF000, 0x80000000, 0xFFFFFFFF}
"""What recorders write that stream and never come back: nothing, or as much as fits."""
_NEARLY_OPEN = 0xFFFFFF00
_CHUNK_HEAD = 8
_FORMAT = struct.Struct("<HHIIHH")
_PAGE = 65_307
"""The longest an Ogg page can be (RFC 3533)."""
_END_OF_STREAM = 4
_XING_REACH = 8_192


@dataclass(frozen=True)
class Wave:
    """The header of a WAV file: how its samples are laid out, and how many bytes of them there should be."""

    coding: int
    channels: int
    sample_rate: int
    byte_rate: int
    block: int
    bits: int
    data_at: int
    data_size: int
    present: int
    """Bytes from the start of the data to the end of the file."""

    @property
    def open_ended(self) -> bool:
        """Whether the recorder left the size open."""
        return self.data_size in _OPEN_SIZES or self.data_size >= _NEARLY_OPEN

    @property
    def is_pcm(self) -> bool:
        """Whether the samples are plain numbers, so that bytes tell time."""
        return self.coding in {_PCM, _FLOAT, _EXTENSIBLE}

    def contradiction(self) -> BrokenAudioError | None:
        """What in the header cannot be true at the same time as the rest of it."""
        if not self.is_pcm:
            return None
        if self.block != self.channels * ((self.bits + 7) // 8):
            return BrokenAudioError.of(
                "lying-header/blocks", channels=self.channels, bits=self.bits, block=self.block
            )
        if self.byte_rate != self.block * self.sample_rate:
            return BrokenAudioError.of(
                "lying-header/rate", rate=self.sample_rate, block=self.block, bytes=self.byte_rate
            )
        return None

    def length_ms(self, size: int) -> int:
        """How long that many bytes of it play."""
        return round(size * 1000 / self.byte_rate) if self.byte_rate else 0


def read_wave(path: Path) -> Wave | None:
    """The header of a RIFF WAVE file; None when it is another kind, or the 64-bit kind, or has no data.

    Source: Microsoft, Multimedia Programming Interface 1.0 (1991), RIFF WAVE; RF64 is EBU Tech 3306.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
            return None
        layout: tuple[int, int, int, int, int, int] | None = None
        while len(chunk := file.read(_CHUNK_HEAD)) == _CHUNK_HEAD:
            name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
            if name == b"data":
                at = file.tell()
                return None if layout is None else Wave(*layout, at, length, size - at)
            if name == b"fmt ":
                layout = _layout(file, length)
            else:
                file.seek(length + length % 2, 1)
    return None


def _layout(file: BinaryIO, length: int) -> tuple[int, int, int, int, int, int] | None:
    raw = file.read(_FORMAT.size)
    file.seek(length + length % 2 - len(raw), 1)
    if len(raw) < _FORMAT.size:
        return None
    coding, channels, sample_rate, byte_rate, block, bits = _FORMAT.unpack(raw)
    return coding, channels, sample_rate, byte_rate, block, bits


def has_more_than_said(path: Path, wave: Wave) -> bool:
    """Whether over half a second follows the data that is no chunk: then the size was too small a lie."""
    follows = wave.present - wave.data_size - wave.data_size % 2
    if wave.open_ended or follows * 2 < wave.byte_rate:
        return False
    with path.open("rb") as file:
        file.seek(wave.data_at + wave.data_size + wave.data_size % 2)
        name = file.read(4)
    return not (name.isascii() and name.decode().isprintable())


def ogg_is_whole(path: Path) -> bool:
    """Whether the last page of an Ogg file is marked as the last.

    Source: RFC 3533, section 6; some old writers mark it on an empty page, which counts.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 2 * _PAGE))
        tail = file.read()
    at = tail.rfind(b"OggS")
    return at >= 0 and at + 5 < len(tail) and bool(tail[at + 5] & _END_OF_STREAM)


def wav_is_whole(path: Path) -> bool:
    """Whether all bytes of a WAV's samples are there, of coded ones too, whose header need not tell their time.

    Half a second of plain samples may be missing; `media.probe` holds their length against what comes out.
    """
    wave = read_wave(path)
    return wave is None or wave.is_pcm or wave.open_ended or wave.data_size <= wave.present


def w64_is_whole(path: Path) -> bool:
    """Whether a Wave64 file is as long as its first chunk says.

    Source: Sony, Wave64 specification: a chunk is named by 16 bytes, and its size, in 8, counts all of it.
    """
    with path.open("rb") as file:
        head = file.read(24)
    return int.from_bytes(head[16:24], "little") <= path.stat().st_size


def mp3_says_its_length(path: Path) -> bool:
    """Whether an MP3 carries a frame count; without one, its length is a guess from the bit rate.

    Source: the Xing and LAME tag (Gabriel Bouvigne, "Mp3 Info Tag", revision 1) and Fraunhofer's VBRI.
    """
    with path.open("rb") as file:
        head = file.read(10)
        start = 0
        if head[:3] == b"ID3":
            start = 10 + sum(
                (byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)
            )
        file.seek(start)
        frames = file.read(_XING_REACH)
    return any(mark in frames for mark in (b"Xing", b"Info", b"VBRI"))


def mp4_has_index(path: Path) -> bool:
    """Whether an MP4 or M4A holds its index, which most programs write after the sound.

    Source: ISO/IEC 14496-12, section 4.2: a size of 1 means 64 bits follow, 0 means to the end.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + _CHUNK_HEAD <= size:
            file.seek(at)
            head = file.read(16)
            length, name = int.from_bytes(head[:4], "big"), head[4:8]
            if name == b"moov":
                return at + length <= size
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if length < _CHUNK_HEAD:
                return False
            at += length
    return False


def refuse_contradictions(path: Path) -> Wave | None:
    """The WAV header when it is one and holds together.

    Raises:
        BrokenAudioError: When a WAV is longer than its header says or contradicts itself, or when an
            M4A stops before its index.
    """
    with path.open("rb") as file:
        is_mp4 = file.read(8)[4:] == b"ftyp"
    if is_mp4 and not mp4_has_index(path):
        raise BrokenAudioError.of("truncated/index")
    wave = read_wave(path)
    if wave is not None:
        _refuse_lies(path, wave)
    return wave


def _refuse_lies(path: Path, wave: Wave) -> None:
    wrong = wave.contradiction()
    if wrong is not None:
        raise wrong
    if has_more_than_said(path, wave):
        raise BrokenAudioError.of("lying-header/shorter")
