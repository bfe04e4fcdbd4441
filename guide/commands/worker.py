"""`coupole worker`: does the jobs of an installation in a process of its own, beside `coupole serve` or without it."""

import logging
import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from guide import logs
from guide.clock import SystemClock
from guide.commands.common import open_database
from guide.services.catalogue import Catalogue
from guide.services.releases import Releases
from guide.settings import Settings, unknown_variables

log = logging.getLogger("guide")


def worker(
    *,
    at_once: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=64,
            help="How many jobs at one time. [default: COUPOLE_JOBS_AT_ONCE, one core left free]",
        ),
    ] = None,
) -> None:
    """Work on uploads until it is stopped.

    What is not done then is taken up by whoever looks next: this command again, or the service.
    """
    settings = Settings.read(**({} if at_once is None else {"jobs_at_once": at_once}))
    if settings.jobs_at_once == 0:  # what the service is told to leave to us
        settings = settings.model_copy(update={"jobs_at_once": None})
    logs.set_up(settings.log_format, settings.log_level)
    for sentence in unknown_variables():
        log.warning("%s", sentence)
    stopped = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, leave)
    with open_database(settings) as database:
        clock = SystemClock()
        content = Catalogue.wire(settings, database, Releases(database, clock), clock)
        content.runner.start()
        content.chores.start()
        content.background.start()
        log.info("working on uploads, %d at one time", settings.workers)
        try:
            stopped.wait()
        finally:
            content.chores.stop()
            content.runner.stop()
            content.background.stop()
    log.info("stopped")
