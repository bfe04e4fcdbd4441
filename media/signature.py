"""What the first bytes say: sentences for files that are no sound at all, before libav sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.errors import MediaError, NotAudioError, UnfitAudioError

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = 4096

_PICTURE, _ARCHIVE, _DOCUMENT, _PROGRAM = "picture", "archive", "document", "program"
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"8BPS", _PICTURE),
    (b"PK\x03\x04", _ARCHIVE),
    (b"PK\x05\x06", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"%PDF", _DOCUMENT),
    (b"\xd0\xcf\x11\xe0", _DOCUMENT),
    (b"MZ", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
)
_VIDEO = (b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")
_WINDOWS_MEDIA = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"
_PLAYLISTS = ("#extm3u", "#extinf", "[playlist]", "ffconcat", "<asx", "<smil", "<mpd", "<playlist", "file '")
_FTYP_PICTURES = (b"heic", b"heix", b"mif1", b"avif")

_SOUNDS = (b"RIFF", b"RF64", b"OggS", b"fLaC", b"ID3", b"FORM", b"\x1aE\xdf\xa3")


def has_sound_signature(path: Path) -> bool:
    """Whether the file begins as sounds of ours do, even if nothing after that can be read."""
    with path.open("rb") as file:
        head = file.read(12)
    return head.startswith(_SOUNDS) or head[4:8] == b"ftyp"


def refuse_by_signature(path: Path) -> None:
    """Passes in silence unless the file is plainly something other than a sound.

    Raises:
        NotAudioError: With what it is; `playlist` is the code of files that make a player read others.
        UnfitAudioError: When it is a video of a kind that we do not open at all.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    found = _verdict(head)
    if found is not None:
        raise found


def _verdict(head: bytes) -> MediaError | None:
    if not head:
        return NotAudioError.of("empty")
    kind = _kind(head)
    if kind is not None:
        return NotAudioError.of("not-audio/kind", kind=kind)
    if head.startswith(_VIDEO) or head[8:12] == b"AVI " or _is_transport_stream(head):
        return UnfitAudioError.of("video")
    if head.startswith(_WINDOWS_MEDIA):
        return NotAudioError.of("not-audio/windows-media")
    return _text_verdict(head)


def _is_transport_stream(head: bytes) -> bool:
    """Whether packets of 188 bytes follow each other, or of 192 as cameras write them.

    Source: ISO/IEC 13818-1, section 2.4.3: every packet begins with 0x47.
    """
    return any(head[first : first + 4 * size : size] == b"GGGG" for first, size in ((0, 188), (4, 192)))


def _kind(head: bytes) -> str | None:
    if head[8:12] == b"WEBP" or (head[4:8] == b"ftyp" and head[8:12] in _FTYP_PICTURES):
        return _PICTURE
    if head[257:262] == b"ustar":
        return _ARCHIVE
    return next((kind for magic, kind in _KINDS if head.startswith(magic)), None)


def _text_verdict(head: bytes) -> MediaError | None:
    text = _as_text(head)
    if text is None:
        return None
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith(_PLAYLISTS) or (
        start.startswith("<?xml") and any(p in start for p in _PLAYLISTS[4:8])
    ):
        return NotAudioError.of("playlist")
    return NotAudioError.of("not-audio/kind", kind="text")


def _as_text(head: bytes) -> str | None:
    """The bytes as text; None when they are not: sound has zeros or control characters within a few bytes."""
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    try:
        text = head.decode(encoding, errors="strict" if len(head) < _HEAD else "ignore")
    except UnicodeDecodeError:
        return None
    if len(text.encode(encoding)) < len(head) - 4:
        return None
    readable = all(letter.isprintable() or letter in "\r\n\t\f\ufeff" for letter in text)
    return text if readable else None
