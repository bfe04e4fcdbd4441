"""The only door to libav: open, decode, resample and encode sound, with its errors made ours.

libav parses strangers' bytes in C. It is told which containers and codecs it may try and that it may
read nothing but the file it was given: without those a text file named `.mp3` makes it read *another*
file. Run what is in here in the worker process (`media.worker`) when the file came from outside.

Samples are numpy arrays of float32 with full scale at 1.0; inside the pipeline they are mono at `RATE`.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, cast

import av
import av.error
import av.filter
import av.logging
import numpy as np
from av.stream import Disposition

from media.errors import BrokenAudioError, NotAudioError, RenderError, UnfitAudioError

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
            raise BrokenAudioError.of("damaged/rate", at_ms=self.decoded_ms)
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
        BrokenAudioError: When its header does not say how fast it is to be played.
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
        raise NotAudioError.of("not-audio/unknown") from error
    with container:
        yield Reader(container, _only_audio(container))


def _only_audio(container: InputContainer) -> AudioStream:
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    sounds = list(container.streams.audio)
    if moving:
        raise UnfitAudioError.of("video")
    if not sounds:
        raise UnfitAudioError.of("no-audio")
    if len(sounds) > 1:
        raise UnfitAudioError.of("many-streams", count=len(sounds))
    _fit(sounds[0])
    return sounds[0]


def _fit(stream: AudioStream) -> None:
    context = stream.codec_context
    name = context.codec.name if context is not None else "unknown"
    if name not in CODECS.split(","):
        raise UnfitAudioError.of("codec", codec=name)
    if context.sample_rate == 0:
        # a header that libav could make nothing of
        raise BrokenAudioError.of("damaged/nothing")
    if not LEAST_RATE <= context.sample_rate <= MOST_RATE:
        raise UnfitAudioError.of("sample-rate", rate=context.sample_rate)
    if not 1 <= context.layout.nb_channels <= MOST_CHANNELS:
        raise UnfitAudioError.of("channels", channels=context.layout.nb_channels)


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
    """Mono samples at one rate, into mono samples at another."""

    def __init__(self, rate: int, to: int = RATE) -> None:
        self._rate = rate
        self._fed = 0
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=to)

    def feed(self, samples: Samples) -> Samples:
        """What comes out for these samples; a little is held back for the next."""
        if len(samples) == 0:
            return samples  # libav calls an empty frame a want of memory
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


class Ebur128:
    """libav's loudness meter for mono samples at `RATE`, which it takes as played on both ears."""

    def __init__(self) -> None:
        self._graph = av.filter.Graph()
        self._fed = 0
        self._said: Mapping[str, str] = {}
        base = Fraction(1, RATE)
        self._into = self._graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono", time_base=base)
        meter = self._graph.add("ebur128", "dualmono=1:peak=true:framelog=quiet:metadata=1")
        self._out = self._graph.add("abuffersink")
        self._into.link_to(meter)
        meter.link_to(self._out)
        self._graph.configure()

    def feed(self, samples: Samples) -> None:
        """Listen to samples that follow on the last."""
        self._into.push(_frame(samples, "flt", RATE, self._fed))
        self._fed += len(samples)
        self._drain()

    def said(self) -> dict[str, float]:
        """What it made of the whole tenths of a second so far.

        `I` and `LRA` are in LU, `true_peak` has full scale at 1.0.
        """
        return {name.removeprefix(_METER): float(value) for name, value in self._said.items()}

    def end(self) -> dict[str, float]:
        """The same after the last."""
        self._into.push(None)
        self._drain()
        return self.said()

    def _drain(self) -> None:
        # the graph tells by errors that it wants more, or has no more
        with suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                # a frame that does not fill its tenth of a second comes without figures
                self._said = self._out.pull().metadata or self._said


_METER = "lavfi.r128."


@dataclass(frozen=True)
class Coding:
    """How a file is written; equal input gives equal bytes (no clock, no random serial)."""

    container: str
    codec: str
    sample_format: str
    bit_rate: int
    container_options: Mapping[str, str]
    codec_options: Mapping[str, str]
    layout: str = "mono"


CODINGS = {
    "opus": Coding("ogg", "libopus", "flt", 32_000, {}, {"application": "audio"}),
    # the index first, so that playing can start before the end has arrived; libav's default search takes twice the
    # time, comes 2 to 15 dB less near to speech at the same size, and overshoots by up to 3 dB where this one does not
    "m4a": Coding("ipod", "aac", "fltp", 64_000, {"movflags": "+faststart"}, {"aac_coder": "fast"}),
    # what museums send, for measuring how fast it is taken in; with neither index nor tags, files can be joined
    "mp3": Coding(
        "mp3", "libmp3lame", "fltp", 128_000, {"write_xing": "0", "id3v2_version": "0"}, {}, "stereo"
    ),
}


class Writer:
    """One file being written, fed with samples at `RATE`; close it to finish the file."""

    def __init__(self, path: Path, form: str, tags: Mapping[str, str] | None = None) -> None:
        coding = CODINGS[form]
        self.path = path
        self._format, self._layout = coding.sample_format, coding.layout
        self._written = 0
        with _writing():
            # bitexact leaves out the clock, libav's version and the random serial of an Ogg stream
            options = {**coding.container_options, "fflags": "+bitexact"}
            self._container = av.open(f"file:{path}", "w", format=coding.container, options=options)
            self._container.metadata.update(tags or {})
            options = {**coding.codec_options, "flags": "+bitexact"}
            stream = self._container.add_stream(
                coding.codec, RATE, options, layout=coding.layout, format=coding.sample_format
            )
            self._stream = cast("AudioStream", stream)
            self._stream.bit_rate = coding.bit_rate

    def write(self, samples: Samples) -> None:
        """Add samples at the end; where there are two channels, both get them."""
        if len(samples) == 0:
            return
        frame = _frame(samples, self._format, RATE, self._written, self._layout)
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
        raise RenderError.of("render") from error


def _frame(samples: Samples, sample_format: str, rate: int, at: int, layout: str = "mono") -> AudioFrame:
    channels = np.ascontiguousarray(np.tile(samples, (2 if layout == "stereo" else 1, 1)))
    frame = av.AudioFrame.from_ndarray(channels, sample_format, layout)
    frame.sample_rate = rate
    frame.pts = at
    frame.time_base = Fraction(1, rate)
    return frame


def _joined(frames: list[AudioFrame]) -> Samples:
    return np.concatenate([np.zeros(0, np.float32), *(frame.to_ndarray()[0] for frame in frames)])
