"""The only door to libav: open, decode, resample and encode sound, with its errors made ours.

libav parses strangers' bytes in C. It is told which containers and codecs it may try and that it may
read nothing but the file it was given: without those a text file named `.mp3` makes it read *another*
file. Run what is in here in the worker process (`media.worker`) when the file came from outside.

Samples are numpy arrays of float32 with full scale at 1.0; inside the pipeline they are mono at `RATE`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, cast

import av
import av.error
import av.logging
import numpy as np
from av.stream import Disposition

from media.errors import BrokenAudioError, NotAudioError, RenderError, UnfitAudioError, clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container.input import InputContainer
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE = 48_000
"""Hertz. Opus knows no other rate for full-band sound."""

CONTAINERS = "wav,w64,mp3,flac,ogg,mov,mp4,m4a,aac,aiff,matroska,webm"
CODECS = (
    "mp3float,mp3,mp2float,mp2,mp1float,mp1,aac,flac,opus,libopus,vorbis,alac,adpcm_ima_wav,adpcm_ms,"
    "pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,"
    "pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_alaw,pcm_mulaw"
)
LEAST_RATE, MOST_RATE, MOST_CHANNELS = 8_000, 192_000, 8

_PLANES = 8
"""The pointers to channels that libav keeps in a frame itself."""
_BATCH = 16
"""Frames to a piece: one by one, numpy's overhead was most of the time."""
_STAMPED = {"ogg", "matroska", "mov", "flac"}
"""Where time stamps are written or counted by the file; elsewhere libav guesses them from bytes."""
_JUMP_S = 0.04
"""Two packets of Opus; Matroska rounds its time stamps to a millisecond."""

# libav writes its doubts to standard error; what matters of them comes back as errors
av.logging.set_level(av.logging.PANIC)


@dataclass(frozen=True)
class Declared:
    """What a file says of itself; nothing of it is believed before the sound is decoded."""

    container: str
    codec: str
    sample_rate: int
    channels: int
    duration_ms: int | None


class Piece(NamedTuple):
    """A stretch of sound: shape (channels, samples), and what each channel is."""

    samples: Samples
    layout: tuple[str, ...]


class Reader:
    """One open sound file: what it declares, and its samples in order."""

    def __init__(self, container: InputContainer, stream: AudioStream) -> None:
        self._container = container
        self._stream = stream
        context = stream.codec_context
        self.declared = Declared(
            container=container.format.name.split(",")[0],
            codec=context.codec.canonical_name,
            sample_rate=context.sample_rate,
            channels=context.layout.nb_channels,
            duration_ms=_declared_ms(container, stream),
        )
        self.decoded = 0
        """Samples per channel that came out so far."""
        self.damaged_at_ms: int | None = None
        """The time of the first packet that did not decode or went missing."""
        self._ended_s: float | None = None
        self._stamped = self.declared.container in _STAMPED

    @property
    def decoded_ms(self) -> int:
        """Milliseconds that came out so far."""
        return round(self.decoded * 1000 / self.declared.sample_rate)

    def pieces(self) -> Iterator[Piece]:
        """The sound in order, all channels, a stretch at a time.

        What cannot be decoded is left out and noted in `damaged_at_ms`, so that damage in the middle and
        a missing end can be told apart. MP3 may go from mono to stereo on the way; a piece says what it is.

        Raises:
            BrokenAudioError: When the rate changes on the way, which no sound of ours does.
        """
        held: list[AudioFrame] = []
        for frame in self._decode():
            self._take_note(frame)
            if held and (len(held) == _BATCH or frame.layout.name != held[0].layout.name):
                yield _piece(held)
                held = []
            held.append(frame)
        if held:
            yield _piece(held)

    def _decode(self) -> Iterator[AudioFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError as error:
                # the container itself broke off: nothing can follow
                self._note_damage(error)
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except av.error.FFmpegError as error:
                self._note_damage(error)
            else:
                yield from frames

    def _take_note(self, frame: AudioFrame) -> None:
        if frame.sample_rate != self.declared.sample_rate:
            sentence = f"The sound changes its rate at {clock(self.decoded_ms)}; please save it again."
            raise BrokenAudioError("damaged", sentence)
        starts_s = frame.time
        if self._stamped and starts_s is not None:
            # Ogg drops a page with a wrong checksum in silence; only the time stamps then leap
            if self._ended_s is not None and abs(starts_s - self._ended_s) > _JUMP_S:
                self._note_damage()
            self._ended_s = starts_s + frame.samples / frame.sample_rate
        self.decoded += frame.samples

    def _note_damage(self, error: Exception | None = None) -> None:
        if isinstance(error, MemoryError):
            raise error
        if self.damaged_at_ms is None:
            self.damaged_at_ms = self.decoded_ms


@contextmanager
def open_sound(path: Path) -> Iterator[Reader]:
    """The file as a `Reader` of its one audio stream.

    Raises:
        NotAudioError: When no container of ours is found in it.
        UnfitAudioError: When it holds no sound, several, moving pictures, or a rate out of reach.
    """
    options = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS, "codec_whitelist": CODECS}
    try:
        # `file:` keeps a name such as `concat:a|b` from being taken for an address;
        # av 19 drops metadata_errors, 18.1 raises on tags that are not UTF-8 without it
        container = av.open(f"file:{path}", "r", metadata_errors="replace", options=options)
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError) as error:
        raise NotAudioError("not-audio", "The file is not a sound that we can open.") from error
    with container:
        yield Reader(container, _only_audio(container))


def _only_audio(container: InputContainer) -> AudioStream:
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    sounds = list(container.streams.audio)
    if moving:
        raise UnfitAudioError("video", "The file is a video; please send the sound only.")
    if not sounds:
        raise UnfitAudioError("no-audio", "There is no sound in the file.")
    if len(sounds) > 1:
        raise UnfitAudioError("many-streams", f"The file holds {len(sounds)} sound tracks; please send one.")
    _fit(sounds[0])
    return sounds[0]


def _fit(stream: AudioStream) -> None:
    context = stream.codec_context
    name = context.codec.name if context is not None else "unknown"
    if name not in CODECS.split(","):
        raise UnfitAudioError(
            "codec", f"The sound is coded as {name}, which we do not take; send WAV or FLAC."
        )
    if not LEAST_RATE <= context.sample_rate <= MOST_RATE:
        sentence = f"The sound has {context.sample_rate} samples a second; 8 000 to 192 000 can be taken."
        raise UnfitAudioError("sample-rate", sentence)
    if not 1 <= context.layout.nb_channels <= MOST_CHANNELS:
        raise UnfitAudioError(
            "channels", f"The sound has {context.layout.nb_channels} channels; 1 to 8 can be."
        )


def _piece(frames: list[AudioFrame]) -> Piece:
    layout = frames[0].layout
    samples = np.concatenate([_scaled(frame) for frame in frames], axis=1)
    return Piece(samples, tuple(channel.name for channel in layout.channels))


def _scaled(frame: AudioFrame) -> Samples:
    """Whatever the codec calls a sample, as float32 with full scale at 1.0, shape (channels, samples)."""
    channels = frame.layout.nb_channels
    planar = frame.format.is_planar
    if planar and channels >= _PLANES:
        # av 18.1 counts planes up to an empty pointer; with all eight in use it runs on and crashes
        (frame,) = av.AudioResampler(format=frame.format.packed).resample(frame)
        planar = False
    raw = frame.to_ndarray()
    if not planar:
        raw = raw.reshape(-1, channels).T
    if raw.dtype.kind == "f":
        return raw.astype(np.float32)
    full = np.float32(2 ** (8 * raw.dtype.itemsize - 1))
    # 8-bit samples are the only ones without a sign: silence is 128
    return raw.astype(np.float32) / full - np.float32(raw.dtype.kind == "u")


def _declared_ms(container: InputContainer, stream: AudioStream) -> int | None:
    if stream.duration is not None and stream.time_base is not None:
        return round(stream.duration * stream.time_base * 1000)
    return None if container.duration is None else round(container.duration / 1000)


class Resampler:
    """Mono samples at one rate, into mono samples at `RATE`."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._fed = 0
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    def feed(self, samples: Samples) -> Samples:
        """What comes out for these samples; a little is held back for the next."""
        frame = _frame(samples, "flt", self._rate, self._fed)
        self._fed += len(samples)
        return _joined(self._resampler.resample(frame))

    def end(self) -> Samples:
        """What was held back."""
        return _joined(self._resampler.resample(None))


def resample(samples: Samples, rate: int) -> Samples:
    """Mono samples at `rate` hertz, whole, as mono samples at `RATE`."""
    resampler = Resampler(rate)
    return np.concatenate([resampler.feed(samples), resampler.end()])


@dataclass(frozen=True)
class Coding:
    """How a rendition is written; equal input gives equal bytes (no clock, no random serial)."""

    container: str
    codec: str
    sample_format: str
    bit_rate: int
    container_options: Mapping[str, str]
    codec_options: Mapping[str, str]


CODINGS = {
    "opus": Coding("ogg", "libopus", "flt", 32_000, {}, {"application": "audio"}),
    # the index first, so that playing can start before the end has arrived
    "m4a": Coding("ipod", "aac", "fltp", 64_000, {"movflags": "+faststart"}, {}),
}


class Writer:
    """One rendition being written, fed with mono samples at `RATE`; close it to finish the file."""

    def __init__(self, path: Path, form: str, tags: Mapping[str, str] | None = None) -> None:
        coding = CODINGS[form]
        self.path = path
        self._format = coding.sample_format
        self._written = 0
        with _writing():
            # bitexact leaves out the clock, libav's version and the random serial of an Ogg stream
            options = {**coding.container_options, "fflags": "+bitexact"}
            self._container = av.open(f"file:{path}", "w", format=coding.container, options=options)
            self._container.metadata.update(tags or {})
            options = {**coding.codec_options, "flags": "+bitexact"}
            stream = self._container.add_stream(
                coding.codec, RATE, options, layout="mono", format=coding.sample_format
            )
            self._stream = cast("AudioStream", stream)
            self._stream.bit_rate = coding.bit_rate

    def write(self, samples: Samples) -> None:
        """Add samples at the end."""
        if len(samples) == 0:
            return
        frame = _frame(samples, self._format, RATE, self._written)
        self._written += len(samples)
        with _writing():
            self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what the encoder holds back, and the index."""
        with _writing():
            self._container.mux(self._stream.encode(None))
            self._container.close()


def tags_of(path: Path) -> dict[str, str]:
    """The remarks in a file, by lower-case name; not for showing before they are escaped."""
    with open_sound(path) as reader:
        both = {**reader._container.metadata, **reader._stream.metadata}  # noqa: SLF001 - same module
    return {name.lower(): value for name, value in both.items()}


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError) as error:
        raise RenderError("render", f"The rendition could not be written: {error}") from error


def _frame(samples: Samples, sample_format: str, rate: int, at: int) -> AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None, :]), sample_format, "mono")
    frame.sample_rate = rate
    frame.pts = at
    frame.time_base = Fraction(1, rate)
    return frame


def _joined(frames: list[AudioFrame]) -> Samples:
    return np.concatenate([np.zeros(0, np.float32), *(frame.to_ndarray()[0] for frame in frames)])
