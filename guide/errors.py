"""The errors of the service: one shallow tree, each with a stable code for programs and a sentence for people.

Which HTTP status each has is known in `guide.replies` alone; the command line exits 1 with the sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from guide.phrases import Fact, told, told_fault


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a request, a file or the settings: where it is, and what to do about it."""

    where: str
    message: str
    french: str | None = field(default=None, compare=False)

    @classmethod
    def of(cls, where: str, phrase: str, **facts: Fact) -> Self:
        """The fault that a phrase of `guide.phrases` tells."""
        return cls(where, *told_fault(phrase, facts))

    def told(self, reader: str) -> str:
        """What is wrong, for a reader of `fr` or `en`; what nobody has said in French is said in English."""
        return self.french if reader == "fr" and self.french is not None else self.message

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class GuideError(Exception):
    """Raised when what was asked for cannot be done; the root of the service's errors.

    `code` is stable and listed in `docs/reference/problems.md`; `detail` is one or two English sentences, `french`
    the same in French; `errors` are all faults at once; `extra` are further members of the answer, such as the
    current `playing`. One that is made `of` a phrase has both sentences.

    >>> str(NotFound("unknown_exhibit", "No exhibit has the number 999."))
    'No exhibit has the number 999.'
    """

    def __init__(
        self,
        code: str,
        detail: str,
        errors: Sequence[Fault] = (),
        *,
        extra: Mapping[str, Any] | None = None,
        french: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.french = french

    @classmethod
    def of(
        cls,
        phrase: str,
        errors: Sequence[Fault] = (),
        *,
        extra: Mapping[str, Any] | None = None,
        **facts: Fact,
    ) -> Self:
        """The error that a phrase of `guide.phrases` tells; its code is what stands before the slash.

        >>> Gone.of("upload_expired").code, Conflict.of("no_release/site", site="m").code
        ('upload_expired', 'no_release')
        """
        english, french = told(phrase, facts)
        return cls(phrase.partition("/")[0], english, errors, extra=extra, french=french)

    def told(self, reader: str) -> str:
        """The sentence for a reader of `fr` or `en`; what nobody has said in French is said in English."""
        return self.french if reader == "fr" and self.french is not None else self.detail


class Malformed(GuideError):
    """Raised when input does not have the form it must have, or a value outside its limits."""


class BadRequest(GuideError):
    """Raised when a request breaks a protocol that itself says how to refuse: tus, with 400."""


class Unauthenticated(GuideError):
    """Raised when a key or a sign-in is missing, wrong, expired or revoked."""


class Forbidden(GuideError):
    """Raised when we know who is asking, and they may not."""


class NotFound(GuideError):
    """Raised when a thing is not there, or is not there for this caller."""


class MethodNotAllowed(GuideError):
    """Raised when a path exists but not for this method."""


class NotAcceptable(GuideError):
    """Raised when no form of the answer suits what the request accepts."""


class Conflict(GuideError):
    """Raised when a request is sound but contradicts what is stored."""


class Gone(GuideError):
    """Raised when a thing was there and is over: an ended visit, an expired code."""


class PreconditionFailed(GuideError):
    """Raised when `If-Match` names a version that is no longer the current one."""


class PreconditionRequired(GuideError):
    """Raised when an edit does not say with `If-Match` which version it edits."""


class TooLarge(GuideError):
    """Raised when a body or a file is larger than its limit."""


class ChecksumMismatch(GuideError):
    """Raised when bytes did not arrive as they were sent; none of them was kept."""


class NoRoom(GuideError):
    """Raised when what is sent finds no room: the disk is full, or too much is on its way already."""


class UnsupportedType(GuideError):
    """Raised when a body is of a media type that nobody here reads."""


class RangeUnsatisfiable(GuideError):
    """Raised when a `Range` lies outside the file."""


class TooMany(GuideError):
    """Raised when somebody asks too often; carries after how many seconds to try again."""

    retry_after_s = 1

    @classmethod
    def of(
        cls,
        phrase: str,
        errors: Sequence[Fault] = (),
        *,
        extra: Mapping[str, Any] | None = None,
        **facts: Fact,
    ) -> Self:
        """The error that a phrase tells, with the fact `retry_after_s`."""
        error = super().of(phrase, errors, extra=extra, **facts)
        error.retry_after_s = int(str(facts["retry_after_s"]))
        return error


class Unavailable(GuideError):
    """Raised when a part that the answer needs is not ready: the database, the store, a worker."""


class Unusable(GuideError):
    """Raised when the service or a command cannot run at all: settings, database version, a port in use."""


class DatabaseTooOld(Unusable):
    """Raised when the database was made by an earlier version and must be migrated first."""


class DatabaseTooNew(Unusable):
    """Raised when the database was made by a later version than this one."""
