"""What Prometheus sees: requests by route, open visits, decisions, jobs. Each app has its own registry."""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_JOB_SECONDS: Final = (0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0)


class Metrics:
    """Counts what an app does."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "coupole_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._latency = Histogram(
            "coupole_request_seconds",
            "Time from a request's head to the end of its answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._decisions = Counter(
            "coupole_decisions", "Decisions written to the log.", registry=self.registry
        )
        self._visits = Gauge("coupole_open_visits", "Visits held in memory.", registry=self.registry)
        self._jobs = Counter("coupole_jobs", "Jobs that ended.", ("kind", "state"), registry=self.registry)
        self._job_seconds = Histogram(
            "coupole_job_seconds",
            "Time that a job took once it was begun.",
            ("kind",),
            buckets=_JOB_SECONDS,
            registry=self.registry,
        )
        self._waiting = Gauge(
            "coupole_jobs_waiting", "Jobs that have not ended, of all processes.", registry=self.registry
        )
        self._running = Gauge(
            "coupole_jobs_running", "Jobs under way in this process.", registry=self.registry
        )
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[tuple[str, str], Histogram] = {}

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; children are kept, as finding them by label costs more than counting."""
        counter = self._counters.get((method, route, status))
        if counter is None:
            counter = self._counters[method, route, status] = self._requests.labels(
                method, route, str(status)
            )
        timer = self._timers.get((method, route))
        if timer is None:
            timer = self._timers[method, route] = self._latency.labels(method, route)
        counter.inc()
        timer.observe(seconds)

    def decisions(self, count: int) -> None:
        """Count decisions that were written."""
        self._decisions.inc(count)

    def job(self, kind: str, state: str, seconds: float) -> None:
        """Count a job that ended here, ready or failed."""
        self._jobs.labels(kind, state).inc()
        self._job_seconds.labels(kind).observe(seconds)

    def watch_jobs(self, waiting: Callable[[], int], running: Callable[[], int]) -> None:
        """Where the numbers of jobs are asked for."""
        self._waiting.set_function(waiting)
        self._running.set_function(running)

    def watch_visits(self, count: Callable[[], int]) -> None:
        """Where the number of open visits is asked for."""
        self._visits.set_function(count)

    def exposition(self) -> bytes:
        """Everything in Prometheus' text form."""
        return generate_latest(self.registry)
