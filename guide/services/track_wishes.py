"""What a curator says of a narration that is sent: exhibit, language, variant, text; judged before anything is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from guide.content import VARIANTS, Content, Variant, track_id
from guide.errors import Fault, Malformed
from guide.services.language_names import is_language
from guide.words import several
from media.transcript_check import validate

LARGEST_TEXT: Final = 2 << 20
"""Bytes of a transcript: three hours of speech are some 200 kB."""
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """Which track a file is to become."""

    exhibit: str
    language: str
    variant: Variant
    transcript: str | None = None

    @property
    def track(self) -> str:
        """The id of the track."""
        return track_id(self.exhibit, self.language, self.variant)

    def args(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "exhibit": self.exhibit,
            "language": self.language,
            "variant": self.variant,
            "transcript": self.transcript,
        }

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> Self:
        """The same from plain values."""
        return cls(args["exhibit"], args["language"], args["variant"], args["transcript"])


def read_wish(content: Content, fields: Mapping[str, str], *, has_file: bool, where: str = "body") -> Wish:
    """What the fields of a form, or of an upload's metadata, ask for.

    Args:
        content: The draft.
        fields: What was sent, by name; an empty one counts as not sent.
        has_file: Whether a sound comes with them: a text alone is a track too, neither is none.
        where: The name of the place, for faults.

    Raises:
        Malformed: With every fault.
    """
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    faults = [
        Fault(f"{where}.{name}", message) for name, message in _faults(content, given, has_file=has_file)
    ]
    text = given.get("transcript")
    if text is not None:
        faults += transcript_faults(text, f"{where}.transcript")
    if faults:
        count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise Malformed("track_not_sound", f"The narration cannot be taken as it was sent: {count}.", faults)
    variant = next(each for each in VARIANTS if each == given.get("variant", VARIANTS[0]))
    return Wish(given["exhibit"], given["language"], variant, None if text is None else fields["transcript"])


def transcript_faults(text: str, where: str) -> Sequence[Fault]:
    """Everything wrong with a transcript, each with its line."""
    if len(text.encode("utf-8", "replace")) > LARGEST_TEXT:
        return [Fault(where, "is larger than 2 MiB; a transcript of three hours has a tenth of that")]
    return [Fault(f"{where}:{each.line}", each.message) for each in validate(text).faults]


def _faults(content: Content, given: Mapping[str, str], *, has_file: bool) -> Iterator[tuple[str, str]]:
    if not has_file and "transcript" not in given:
        yield "file", "is missing; send the sound as a file under this name, or a transcript alone"
    exhibits = [each.id for each in content.exhibits]
    yield from _exhibit(given.get("exhibit"), exhibits)
    yield from language_faults(content, given.get("language"))
    variant = given.get("variant", VARIANTS[0])
    if variant not in VARIANTS:
        yield "variant", f"is {variant[:40]!r}; choose {several(VARIANTS, 'or')}"


def _exhibit(exhibit: str | None, known: Sequence[str]) -> Iterator[tuple[str, str]]:
    if exhibit is None:
        yield "exhibit", "is missing; name the exhibit by its id"
    elif exhibit not in known:
        few = ", ".join(known[:_SHOWN]) + (" …" if len(known) > _SHOWN else "")
        yield "exhibit", f"{exhibit[:64]!r} is not in the draft; known are {few or 'none yet'}"


def language_faults(content: Content, language: str | None) -> Iterator[tuple[str, str]]:
    """What is wrong with the language of a track."""
    known = content.site.languages
    if language is None:
        yield "language", f"is missing; choose {several(known, 'or')}"
    elif not is_language(language):
        yield "language", f"{language[:40]!r} is not a language; write it like en, fr or en-GB"
    elif language not in known:
        yield "language", f"{language!r} is not a language of the site; choose {several(known, 'or')}"
