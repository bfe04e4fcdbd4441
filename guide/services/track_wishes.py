"""What a curator says of a narration that is sent: exhibit, language, variant, text; judged before anything is kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from guide.content import VARIANTS, Content, Variant, track_id
from guide.errors import Fault, Malformed
from guide.phrases import Fact
from guide.services.language_names import is_language
from media.errors import Fault as TextFault
from media.errors import in_words
from media.transcript_check import validate

LARGEST_TEXT: Final = 2 << 20
"""Bytes of a transcript: three hours of speech are some 200 kB."""
_SHOWN: Final = 8

Wrong = tuple[str, str, Mapping[str, Fact]]
"""A field, a phrase of `guide.phrases` and its facts."""


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
        Fault.of(f"{where}.{name}", phrase, **facts)
        for name, phrase, facts in _faults(content, given, has_file=has_file)
    ]
    text = given.get("transcript")
    if text is not None:
        faults += _text_faults(text, f"{where}.transcript")
    if faults:
        raise Malformed.of("track_not_sound", faults, count=len(faults))
    variant = next(each for each in VARIANTS if each == given.get("variant", VARIANTS[0]))
    return Wish(given["exhibit"], given["language"], variant, None if text is None else fields["transcript"])


def transcript_faults(found: Iterable[TextFault], where: str) -> list[Fault]:
    """The faults of a transcript, each with its line."""
    return [Fault(f"{where}:{each.line}", each.message, in_words(each, "fr")) for each in found]


def _text_faults(text: str, where: str) -> list[Fault]:
    if len(text.encode("utf-8", "replace")) > LARGEST_TEXT:
        return [Fault.of(where, "long_text")]
    return transcript_faults(validate(text).faults, where)


def _faults(content: Content, given: Mapping[str, str], *, has_file: bool) -> Iterator[Wrong]:
    if not has_file and "transcript" not in given:
        yield "file", "no_file", {}
    exhibits = [each.id for each in content.exhibits]
    yield from _exhibit(given.get("exhibit"), exhibits)
    yield from language_faults(content, given.get("language"))
    variant = given.get("variant", VARIANTS[0])
    if variant not in VARIANTS:
        yield "variant", "other_variant", {"variant": variant[:40], "known": VARIANTS}


def _exhibit(exhibit: str | None, known: Sequence[str]) -> Iterator[Wrong]:
    if exhibit is None:
        yield "exhibit", "no_exhibit", {}
    elif exhibit not in known:
        few = ", ".join(known[:_SHOWN]) + (" …" if len(known) > _SHOWN else "")
        phrase = "other_exhibit" if known else "first_exhibit"
        yield "exhibit", phrase, {"exhibit": exhibit[:64], "known": few}


def language_faults(content: Content, language: str | None) -> Iterator[Wrong]:
    """What is wrong with the language of a track."""
    known = content.site.languages
    if language is None:
        yield "language", "no_language", {"known": known}
    elif not is_language(language):
        yield "language", "language", {"language": language[:40]}
    elif language not in known:
        yield "language", "other_language", {"language": language, "known": known}
