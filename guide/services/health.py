"""Whether everything that answers need is there: for probes, for `coupole doctor`, for whoever is called at night."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from guide.errors import GuideError
from guide.migrations import HEAD
from guide.services.job_runner import Runner
from guide.services.journal import Journal
from guide.settings import Settings, unknown_variables
from guide.store import catalogue, keys
from guide.store.database import Database
from guide.store.journal import Batch
from guide.words import size

_LITTLE_SPACE: Final = 1 << 30
_SOON_S: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in a sentence that says what to do."""

    name: str
    ok: bool
    sentence: str
    warning: bool = False
    """True where things work and somebody should still look."""


class Health:
    """Checks the parts of one installation."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        journal: Journal | None = None,
        runner: Runner | None = None,
    ) -> None:
        self._settings = settings
        self._runner = runner
        self._database = database
        self._journal = journal

    def ready(self) -> Sequence[Finding]:
        """What must be right before requests are let in: database, store and queue. Asked every few seconds."""
        checks = {"database": self._database_answers, "store": self._store_writes, "queue": self._queue_moves}
        return [self._checked(name, check) for name, check in checks.items()]

    def everything(self, web: Path) -> Sequence[Finding]:
        """Every check there is, for a person.

        Args:
            web: the folder of the built pages.
        """
        checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
            ("python", _python),
            ("settings", self._settings_known),
            ("database", self._database_answers),
            ("store", self._store_writes),
            ("space", self._space),
            ("content", self._content),
            ("keys", self._keys),
            ("audio", _audio),
            ("pages", lambda: _pages(web)),
        )
        return [self._checked(name, check) for name, check in checks]

    @staticmethod
    def _checked(name: str, check: Callable[[], Finding]) -> Finding:
        try:
            return check()
        except GuideError as error:
            return Finding(name, ok=False, sentence=error.detail)
        except OSError as error:
            return Finding(name, ok=False, sentence=f"{error.filename or name}: {error.strerror or error}.")

    def _database_answers(self) -> Finding:
        self._database.check()
        kind = "SQLite" if self._database.is_sqlite else "PostgreSQL"
        return Finding("database", ok=True, sentence=f"{kind} answers; its tables are of version {HEAD}.")

    def _store_writes(self) -> Finding:
        folder = self._settings.media_folder
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-") as file:
            file.write(b"coupole")
        return Finding("store", ok=True, sentence=f"Media can be written to {folder}.")

    def _queue_moves(self) -> Finding:
        """Whether what visits do is written: what is handed over now must come back soon."""
        if self._journal is None:
            return Finding("queue", ok=True, sentence="No visits are written by this process.")
        try:
            self._journal.add_urgent(Batch()).result(_SOON_S)
        except TimeoutError:
            return Finding(
                "queue", ok=False, sentence=f"What visits do was not written within {_SOON_S} seconds."
            )
        if self._runner is not None and not self._runner.is_well:
            return Finding(
                "queue", ok=False, sentence="Nobody works on uploads any more; restart the service."
            )
        return Finding("queue", ok=True, sentence="What visits do is written at once.")

    def _space(self) -> Finding:
        free = shutil.disk_usage(self._settings.media_folder).free
        if free < _LITTLE_SPACE:
            return Finding("space", ok=False, sentence=f"Only {size(free)} are free for media; make room.")
        return Finding("space", ok=True, sentence=f"{size(free)} are free for media.")

    def _content(self) -> Finding:
        with self._database.reading() as session:
            active = catalogue.active_releases(session)
        if not active:
            sentence = "There is no site yet: run `coupole import PATH --publish`."
            return Finding("content", ok=True, sentence=sentence, warning=True)
        silent = [site for site, number in active.items() if number is None]
        if silent:
            sentence = f"Nothing is published of {', '.join(silent)}: publish the draft."
            return Finding("content", ok=True, sentence=sentence, warning=True)
        named = ", ".join(f"{site} (release {number})" for site, number in active.items())
        return Finding("content", ok=True, sentence=f"Published: {named}.")

    def _keys(self) -> Finding:
        with self._database.reading() as session:
            count = keys.count_keys(session)
        if not count:
            sentence = (
                "No key was made yet: run `coupole device add NAME`, or `coupole key add NAME --role ROLE`."
            )
            return Finding("keys", ok=True, sentence=sentence, warning=True)
        return Finding("keys", ok=True, sentence=f"{count} keys can be used.")

    def _settings_known(self) -> Finding:
        unknown = unknown_variables()
        if unknown:
            return Finding("settings", ok=True, sentence=" ".join(unknown), warning=True)
        own = [name.upper() for name in self._settings.model_fields_set]
        named = ", ".join(f"COUPOLE_{name}" for name in sorted(own)) or "none, all are defaults"
        return Finding("settings", ok=True, sentence=f"The settings are sound; set: {named}.")


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "python", ok=True, sentence=f"Python {version} on {sys.platform}, {os.cpu_count() or 1} cores."
    )


def _audio() -> Finding:

    return Finding(
        "audio", ok=True, sentence=f"PyAV {version('av')} brings libav along; no ffmpeg is needed."
    )


def _pages(web: Path) -> Finding:
    if (web / "200.html").is_file():
        return Finding("pages", ok=True, sentence="The pages are built.")
    sentence = "The pages are not built: install the package again, or run `npm run build` in guide/web."
    return Finding("pages", ok=True, sentence=sentence, warning=True)
