"""What the first bytes say: sentences for files that are no sound at all, before libav sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.errors import MediaError, NotAudioError, UnfitAudioError

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = 4096

_PICTURE, _ARCHIVE, _DOCUMENT, _PROGRAM = "a picture", "an archive", "a document", "a program"
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
        return NotAudioError("empty", "The file is empty; please upload it again.")
    kind = _kind(head)
    if kind is not None:
        return NotAudioError("not-audio", f"The file is {kind}, not a sound.")
    if head.startswith(_VIDEO) or head[8:12] == b"AVI ":
        return UnfitAudioError("video", "The file is a video; please send the sound only.")
    if head.startswith(_WINDOWS_MEDIA):
        return NotAudioError(
            "not-audio", "The file is Windows Media; please send WAV, FLAC, MP3, M4A or Opus."
        )
    return _text_verdict(head)


def _kind(head: bytes) -> str | None:
    if head[8:12] == b"WEBP" or (head[4:8] == b"ftyp" and head[8:12] in _FTYP_PICTURES):
        return _PICTURE
    return next((kind for magic, kind in _KINDS if head.startswith(magic)), None)


def _text_verdict(head: bytes) -> MediaError | None:
    text = _as_text(head)
    if text is None:
        return None
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith(_PLAYLISTS) or (
        start.startswith("<?xml") and any(p in start for p in _PLAYLISTS[4:8])
    ):
        sentence = "The file is a playlist, which makes a player read other files; it was refused."
        return NotAudioError("playlist", sentence)
    return NotAudioError("not-audio", "The file is a text, not a sound.")


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
