"""Speaks a transcript with espeak-ng, for the demo and for drafts that nobody has recorded yet.

Robotic, small, offline, and labelled as synthetic in the file it writes. The library comes with the
optional extra `[voices]` (espeakng-loader, GPL-3.0) and is bound with ctypes; the running service
never imports this module.
"""

from __future__ import annotations

import ctypes
import importlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from media.av_io import RATE, resample
from media.errors import VoiceError
from media.level import Plan, gain_db
from media.loudness import Meter
from media.render import level_and_encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from media.av_io import Samples
    from media.render import Rendition
    from media.transcript import Cue, Span, Transcript


@dataclass(frozen=True)
class Voice:
    """A voice of espeak-ng and the rate that makes it speak about 155 words a minute.

    espeak's own "words a minute" depend on the language. Over the demo's 13,000 words these rates gave
    167 in French, 159 in English and Dutch and 153 in German; with the pauses between cues, 154 to 141.
    """

    name: str
    rate: int


VOICES: Mapping[str, Voice] = {
    "fr": Voice("fr", 130),
    "en": Voice("en", 136),
    "nl": Voice("nl", 157),
    "de": Voice("de", 155),
}
LEAD_MS, PAUSE_MS, TAIL_MS = 300, 400, 500
_FAINT = 0.001
"""Full scale at 1.0: under -60 dBFS the synthesiser is only fading in or out."""

_SYNCHRONOUS, _DO_NOT_EXIT = 2, 0x8000
_UTF8, _RATE_SETTING = 1, 1
_SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def say(transcript: Transcript, language: str, out: Path) -> Transcript:
    """The transcript with the times at which its cues are heard; the sound is written to `out` as Opus.

    Cues are 400 ms apart, whatever their times said before, and a cue or a `<lang>` span in another
    language is spoken by that language's voice.

    Args:
        transcript: Its cue times may be guesses.
        language: Of the track; `en-GB` is spoken by the voice of `en`.
        out: A file to write or replace.

    Raises:
        VoiceError: When the synthesiser is not installed or has no voice for a language.
    """
    samples, spoken = speak(transcript, language)
    write_opus(samples, out, {"artist": label()})
    return spoken


def write_opus(samples: Samples, out: Path, remarks: Mapping[str, str]) -> Rendition:
    """The samples, levelled like any narration, as the Opus rendition at `out`; it appears whole or not at all.

    A source that is levelled already is as good as its own rendition: nobody need encode it again.
    """
    meter = Meter()
    meter.feed(samples)
    do = Plan(gain_db=gain_db(meter.end()))
    with TemporaryDirectory(dir=out.parent, prefix=".say-") as draft:
        (made,) = level_and_encode(lambda: [samples], Path(draft), ["opus"], do, remarks)
        return replace(made, path=made.path.replace(out))


def label() -> str:
    """What stands as the artist in every spoken file."""
    return f"Synthetic voice (espeak-ng {_engine().version})"


def speak(transcript: Transcript, language: str) -> tuple[Samples, Transcript]:
    """The same as sound: mono samples at 48 kHz, and the true times."""
    pieces = [_silence(LEAD_MS)]
    at = len(pieces[0])
    cues: list[Cue] = []
    for cue in transcript.cues:
        words = np.concatenate([_speak_run(run, language) for run in cue.runs()])
        if len(words) == 0:
            raise VoiceError("voice-mute", f'The synthesiser makes no sound of "{cue.text[:40]}".')
        if cues:
            pieces.append(_silence(PAUSE_MS))
            at += len(pieces[-1])
        pieces.append(words)
        cues.append(replace(cue, start_ms=_ms(at), end_ms=_ms(at + len(words))))
        at += len(words)
    pieces.append(_silence(TAIL_MS))
    return np.concatenate(pieces), replace(transcript, cues=tuple(cues))


def _speak_run(run: Span, language: str) -> Samples:
    if not any(letter.isalnum() for letter in run.text):
        return np.zeros(0, np.float32)
    engine = _engine()
    return resample(_trimmed(engine.speak(run.text, _voice(run.language or language))), engine.rate)


def _voice(language: str) -> Voice:
    voice = VOICES.get(language.lower().split("-")[0])
    if voice is None:
        raise VoiceError(
            "voice-language", f"There is no voice for {language}; there is for {', '.join(VOICES)}."
        )
    return voice


def _trimmed(samples: Samples) -> Samples:
    heard = np.flatnonzero(np.abs(samples) > _FAINT)
    return samples[heard[0] : heard[-1] + 1] if len(heard) else samples[:0]


def _silence(length_ms: int) -> Samples:
    return np.zeros(RATE * length_ms // 1000, np.float32)


def _ms(samples: int) -> int:
    return round(samples * 1000 / RATE)


class _Engine:
    """espeak-ng, bound once per process; it is not made for threads.

    What it spoke before leaves its trace in the next few samples, even through its own restart: a fresh
    process is needed where equal text must give equal bytes.
    """

    def __init__(self, library: str, data: str) -> None:
        self._espeak: Any = ctypes.CDLL(library)
        self._espeak.espeak_Info.restype = ctypes.c_char_p
        self._heard: list[Samples] = []
        # ctypes drops a callback that nobody holds
        self._callback = _SynthCallback(self._hear)
        self.version: str = self._espeak.espeak_Info(None).decode()
        self.rate: int = self._espeak.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DO_NOT_EXIT)
        if self.rate <= 0:
            raise VoiceError("voice-missing", "The synthesiser's voices could not be read.")
        self._espeak.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, voice: Voice) -> Samples:
        """The text as mono samples at `rate`."""
        self._heard = [np.zeros(0, np.float32)]
        if self._espeak.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise VoiceError("voice-missing", f"The synthesiser has no voice {voice.name}.")
        self._espeak.espeak_SetParameter(_RATE_SETTING, voice.rate, 0)
        said = " ".join(text.split()).encode()
        self._espeak.espeak_Synth(said, ctypes.c_size_t(len(said) + 1), 0, 1, 0, _UTF8, None, None)
        return np.concatenate(self._heard)

    def _hear(self, samples: Any, count: int, _events: object) -> int:  # noqa: ANN401 - a ctypes pointer
        if samples and count > 0:
            heard = np.ctypeslib.as_array(samples, (count,)).astype(np.float32)
            self._heard.append(heard / np.float32(32768))
        return 0


@cache
def _engine() -> _Engine:
    try:
        loader = importlib.import_module("espeakng_loader")
    except ModuleNotFoundError as error:
        sentence = "The synthesiser is not installed; add it with: pip install 'coupole[voices]'."
        raise VoiceError("voice-missing", sentence) from error
    return _Engine(loader.get_library_path(), loader.get_data_path())
