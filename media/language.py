"""In which languages a narration is spoken, and for how long: its speech, shared out by its transcript.

The transcript says who speaks what: `<lang>`, a cue's setting, its header, else the language of the track.
Nobody is taken at their word: every block of six words or more is read by py3langid too. Time comes from
the sound, so that a transcript cannot stretch it. See docs/decisions/0016-language-minutes.md.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from py3langid.langid import MODEL_FILE, LanguageIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from media.transcript import Cue, Transcript

LEAST_WORDS = 6
"""Below this a text is a name, a number or a quotation, and anybody's guess."""
BEARS_OUT, CONTRADICTS = 0.5, 0.9
"""How sure the identification must be to confirm a declaration, and to overrule it. Of 5,309 stretches of six
words from narrations in six languages 18 were taken for another, none surer than 0.66; 89 in 100 right ones were
surer than 0.9, and of twelve words all. A list of German names in a French text reached 0.87."""
FAR_MS = 10_000
"""Speech further than this from any cue is not in the transcript: nobody can say what it is."""
HEARD_OUT = 0.5
"""The share of the speech that must have been read and decided before a track counts as checked."""

# fmt: off
PLAUSIBLE = frozenset({
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga", "he", "hi", "hr", "hu", "is",
    "it", "ja", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi",
    "zh",
})
# fmt: on
"""What museum guides are recorded in. Among all 140 languages that the model knows, a line of Portuguese is
taken for Galician one time in twenty; a language outside this list counts when somebody declares it."""
_MODEL_NAMES = {"nb": "no", "cmn": "zh", "iw": "he", "in": "id", "fil": "tl"}
"""Tags that the model keeps under another name."""


_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
"""Thai, Lao, Japanese, Chinese: letters that run on without spaces, about two to a word."""


@dataclass(frozen=True)
class Finding:
    """Something about a track's languages that a curator should know.

    Attributes:
        code: `other-language` (a text is not in the language it is declared in) or `no-text` (speech that the
            transcript leaves out).
        language: The declared language.
        found: The language it is in; None for `no-text`.
        ms: How much speech that is.
        start_ms: Where it begins in the sound; `end_ms` is where the last of it ends.
    """

    code: str
    language: str
    found: str | None
    ms: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Heard:
    """The speech in each language in milliseconds, and whether a transcript bears it out."""

    languages: Mapping[str, int]
    checked: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Run:
    """Words of one declared language, and the time that is theirs.

    `is_read` tells that the identification was sure of the block they are in; `found` is then what it found.
    """

    start_ms: int
    end_ms: int
    text: str
    language: str
    found: str
    is_read: bool = False
    has_text: bool = True


def heard(speech: Sequence[tuple[int, int]], transcript: Transcript | None, declared: str) -> Heard:
    """The languages that are heard in a track; their sum is the speech.

    Args:
        speech: When somebody speaks, in milliseconds of the sound, in order and apart.
        transcript: Its cues in the same times; None where there is none, and then all of it counts as declared.
        declared: The language of the track, a tag such as `fr` or `en-GB`.

    Returns:
        Tags as they were declared; a language that only the text gives away comes by its two letters.

    Source: docs/decisions/0016-language-minutes.md.

    >>> heard([(0, 60_000), (70_000, 71_000)], None, "en")
    Heard(languages={'en': 61000}, checked=False, findings=())
    """
    if transcript is None or not any(cue.text.strip() for cue in transcript.cues):
        total = sum(end - start for start, end in speech)
        return Heard({declared: total} if total else {}, checked=False)
    runs = [run for cue in transcript.cues for run in _runs(cue, transcript.language or declared, declared)]
    return _counted(speech, _spread(_checked(runs), declared), declared)


def _runs(cue: Cue, language: str, track: str) -> Iterable[_Run]:
    """The runs of a cue; one in which the language changes gives each its share of the time by its letters."""
    length = cue.end_ms - cue.start_ms
    letters = max(1, len(cue.text))
    done = 0
    for span in cue.runs():
        start = cue.start_ms + length * done // letters
        done += len(span.text)
        spoken = _same_as(span.language or language, track)
        yield _Run(start, cue.start_ms + length * done // letters, span.text, spoken, spoken)


def _same_as(language: str, track: str) -> str:
    """A tag by the track's own name for it: `en` in a track of `en-GB` is no other language."""
    return track if _primary(language) == _primary(track) else language


def _primary(tag: str) -> str:
    short = tag.split("-", maxsplit=1)[0].lower()
    return _MODEL_NAMES.get(short, short)


def _checked(runs: Sequence[_Run]) -> list[_Run]:
    """The same runs, with what the identification found in the block that each is in."""
    names = {_primary(run.language): run.language for run in runs}
    identifier = _identifier(PLAUSIBLE | set(names))
    out: list[_Run] = []
    declared: dict[str, list[_Run]] = {}
    for run in runs:
        declared.setdefault(run.language, []).append(run)
    # a word quoted in passing does not end the block around it
    for language, its_runs in declared.items():
        blocks = _blocks(its_runs)
        verdicts = _settled([_verdict(identifier, block, language) for block in blocks])
        for block, found in zip(blocks, verdicts, strict=True):
            agreed = found is None or found == _primary(language)
            heard_in = language if agreed else names.get(str(found), str(found))
            out += [replace(run, found=heard_in, is_read=found is not None) for run in block]
    return sorted(out, key=lambda run: (run.start_ms, run.end_ms))


def _blocks(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Neighbouring runs in blocks of at least `LEAST_WORDS` words; what is left over joins the last."""
    blocks: list[list[_Run]] = [[]]
    words = 0
    for run in runs:
        if words >= LEAST_WORDS:
            blocks.append([])
            words = 0
        blocks[-1].append(run)
        words += words_in(run.text)
    if words < LEAST_WORDS and len(blocks) > 1:
        left_over = blocks.pop()
        blocks[-1] += left_over
    return blocks


def words_in(text: str) -> int:
    """How many words a text has to be recognised by; figures and initials are none.

    >>> words_in("In 1944 the V2 fell"), words_in("月面着陸")
    (3, 2)
    """
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + unspaced // 2


def _verdict(identifier: LanguageIdentifier, block: Sequence[_Run], language: str) -> str | None:
    """The two letters of a block's language; None when nobody can tell."""
    text = " ".join(run.text for run in block)
    if words_in(text) < LEAST_WORDS or _primary(language) not in identifier.labels:
        return None
    found, sureness = identifier.classify(text)
    enough = BEARS_OUT if found == _primary(language) else CONTRADICTS
    return str(found) if sureness >= enough else None


def _settled(verdicts: Sequence[str | None]) -> list[str | None]:
    """Undecided blocks go with their neighbours where those agree: a list of names within a text is of that text."""
    known = [(at, one) for at, one in enumerate(verdicts) if one is not None]
    if not known:
        return list(verdicts)
    out = list(verdicts)
    edges = [(-1, known[0][1]), *known, (len(out), known[-1][1])]
    for (start, before), (end, after) in pairwise(edges):
        if before == after:
            out[start + 1 : end] = [before] * (end - start - 1)
    return out


@cache
def _identifier(languages: frozenset[str]) -> LanguageIdentifier:
    """The identification restricted to these languages, as far as it knows them.

    Loading takes 0.9 s and 100 MB, 80 of which stay; the second call of a process finds it there.
    """
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(languages & set(identifier.labels)))
    return identifier


def _spread(runs: Sequence[_Run], declared: str) -> list[_Run]:
    """The runs with the time between them: half a pause goes to each, but what lies far from any has no text."""
    cut = [
        replace(run, end_ms=max(run.start_ms, min(run.end_ms, after.start_ms)))
        for run, after in pairwise([*runs, runs[-1]])
    ]
    cut[-1] = runs[-1]
    whole: list[_Run] = []
    reached = 0
    for at, run in enumerate(cut):
        following = cut[at + 1].start_ms if at + 1 < len(cut) else None
        start = max(reached, run.start_ms - FAR_MS)
        end = run.end_ms + FAR_MS
        if following is not None:
            end = min(end, max(run.end_ms, (run.end_ms + following) // 2))
        if start > reached:
            whole.append(_Run(reached, start, "", declared, declared, has_text=False))
        whole.append(replace(run, start_ms=start, end_ms=max(start, end)))
        reached = max(start, end)
    whole.append(_Run(reached, _FOR_EVER, "", declared, declared, has_text=False))
    return whole


_FOR_EVER = 1 << 62


def _counted(speech: Sequence[tuple[int, int]], runs: Sequence[_Run], declared: str) -> Heard:
    shared = [(run, start, end) for run in runs for start, end in _within(speech, run)]
    languages: dict[str, int] = {}
    for run, start, end in shared:
        languages[run.found] = languages.get(run.found, 0) + end - start
    total = sum(languages.values())
    read = sum(end - start for run, start, end in shared if run.is_read)
    order = sorted(languages.items(), key=lambda one: (one[0] != declared, -one[1], one[0]))
    return Heard(dict(order), total > 0 and read >= HEARD_OUT * total, tuple(_findings(shared)))


def _within(speech: Sequence[tuple[int, int]], run: _Run) -> Iterable[tuple[int, int]]:
    at = bisect_right(speech, run.start_ms, key=lambda one: one[1])
    while at < len(speech) and speech[at][0] < run.end_ms:
        yield max(speech[at][0], run.start_ms), min(speech[at][1], run.end_ms)
        at += 1


def _findings(shared: Sequence[tuple[_Run, int, int]]) -> Iterable[Finding]:
    """One finding for each pair of languages, and one for all speech without a text."""

    def kind(one: tuple[_Run, int, int]) -> tuple[str, str, str]:
        run = one[0]
        return ("other-language" if run.has_text else "no-text", run.language, run.found)

    odd = [one for one in shared if one[0].found != one[0].language or not one[0].has_text]
    for (code, language, found), group in groupby(sorted(odd, key=kind), key=kind):
        parts = [(start, end) for _, start, end in group]
        ms = sum(end - start for start, end in parts)
        start_ms, end_ms = min(start for start, _ in parts), max(end for _, end in parts)
        yield Finding(code, language, None if code == "no-text" else found, ms, start_ms, end_ms)
