"""Why a job failed, in the languages of the interface."""

import errno
from typing import Final

from guide.errors import GuideError
from guide.services.jobs import in_both
from guide.store.jobs import Words
from media.errors import (
    BrokenAudioError,
    MediaError,
    NotAudioError,
    TranscriptError,
    UnfitAudioError,
    in_words,
)

_NO_ROOM: Final = in_both(
    "There is no room left on the disk; make some, then upload the file again.",
    "Il n’y a plus de place sur le disque ; faites-en, puis envoyez de nouveau le fichier.",
)
_UNFORESEEN: Final = in_both(
    "Working on the file failed in a way nobody foresaw; the service’s log says more.",
    "Le traitement du fichier a échoué d’une façon imprévue ; le journal du service en dit plus.",
)


_THE_FILES: Final = (NotAudioError, BrokenAudioError, UnfitAudioError, TranscriptError)


def is_the_files(error: Exception) -> bool:
    """Whether it lies in what was sent, so that trying again would end alike."""
    return isinstance(error, _THE_FILES)


def crashed(attempts: int) -> Words:
    """The sentence for a job that never came to an end."""
    return in_both(
        f"The work was begun {attempts} times and cut off each time; please upload the file again, or another.",
        f"Le travail a été commencé {attempts} fois et interrompu chaque fois ; envoyez de nouveau le fichier, "
        "ou un autre.",
    )


def failure(error: Exception) -> Words:
    """The sentence for an error."""
    if isinstance(error, MediaError):
        return in_both(in_words(error, "en"), in_words(error, "fr"))
    if isinstance(error, GuideError):
        return in_both(_whole(error, "en"), _whole(error, "fr"))
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _NO_ROOM
    return _UNFORESEEN


def _whole(error: GuideError, reader: str) -> str:
    """What is wrong, and every place where it is."""
    return " ".join([error.told(reader), *(f"{each.where}: {each.told(reader)}." for each in error.errors)])
