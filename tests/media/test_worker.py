"""The worker process: whatever happens in it, the caller gets an answer or a reason."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from media import worker
from media.errors import TranscriptError, UnfitAudioError, WorkerDied

JOBS = "tests.media.jobs"


def job(name: str, *args: object, wall_s: float = 30, memory_mb: int = 1000) -> object:
    """The answer of one of the jobs."""
    return worker.run(f"{JOBS}:{name}", *args, wall_s=wall_s, memory_mb=memory_mb)


def death(name: str, *args: object, **limits: float) -> WorkerDied:
    """How one of the jobs ended."""
    with pytest.raises(WorkerDied) as died:
        job(name, *args, **limits)  # type: ignore[arg-type]  # limits are of both kinds
    return died.value


def test_an_answer_comes_back() -> None:
    """Arguments there, value back."""
    assert job("add", 2, 3) == 5


def test_paths_come_back() -> None:
    """They are in every rendition."""
    assert worker.run("pathlib:Path", "a/b", wall_s=30, memory_mb=500) == Path("a/b")


def test_what_libraries_print_does_not_mix_with_the_answer() -> None:
    """Codecs talk on standard output now and then."""
    assert job("chatter") == "said"


def test_it_runs_politely() -> None:
    """The devices' polls come first."""
    assert job("niceness") == worker.NICE


def test_a_refusal_is_the_same_refusal_here() -> None:
    """Type, code and sentence."""
    with pytest.raises(UnfitAudioError, match="silent from start to end") as refused:
        job("refuse")
    assert refused.value.code == "silent"


def test_a_refusal_with_faults_keeps_them() -> None:
    """Its maker takes other arguments than its siblings'."""
    with pytest.raises(TranscriptError) as refused:
        job("refuse_transcript")
    assert refused.value.faults == ()


def test_a_hanging_job_is_ended() -> None:
    """After the time that it was given."""
    died = death("sleep", wall_s=1)

    assert (died.code, str(died)) == (
        "worker-slow",
        "Working on the file took longer than 1 seconds and was stopped.",
    )


def test_a_job_that_was_called_off_is_ended() -> None:
    """Before it has begun as well: who stops the service waits for no encoder."""
    nobody_wants_it = threading.Event()
    nobody_wants_it.set()

    with pytest.raises(WorkerDied, match="SIGKILL"):
        worker.run(f"{JOBS}:sleep", wall_s=600, memory_mb=1000, called_off=nobody_wants_it)


def test_a_greedy_job_is_ended() -> None:
    """Four gigabytes are asked for, one is allowed."""
    died = death("swallow")

    assert (died.code, str(died)) == (
        "worker-memory",
        "Working on the file took more than 1000 MB of memory.",
    )


def test_a_limit_too_small_to_start_in_is_named_as_such() -> None:
    """The libraries themselves do not fit; that is no fault of the file."""
    with pytest.raises(WorkerDied) as died:
        worker.run("media.probe:probe", Path("a"), wall_s=30, memory_mb=150)
    assert died.value.code == "worker-memory"


@pytest.mark.parametrize(
    ("signal", "code", "said"),
    [
        ("SIGKILL", "worker-killed", "cut off by the system (SIGKILL)"),
        ("SIGSEGV", "worker-killed", "cut off by the system (SIGSEGV)"),
        ("SIGXCPU", "worker-slow", "too much computing time"),
    ],
)
def test_a_killed_job_gives_a_reason(signal: str, code: str, said: str) -> None:
    """The system's memory killer, a crash in C, the limit on computing."""
    died = death("die", signal)

    assert died.code == code
    assert said in str(died)


def test_a_job_that_leaves_without_a_word_is_told() -> None:
    """With its exit code."""
    assert "exit code 3" in str(death("leave"))


def test_a_mistake_of_ours_is_told_with_where_it_was() -> None:
    """The curator gets a sentence, the log the traceback."""
    died = death("blunder")

    assert died.code == "worker-failed"
    assert "nobody foresaw this" in died.__notes__[0]


@pytest.mark.parametrize("name", ["bomb", "loop"])
def test_an_answer_that_would_run_something_is_refused(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A child overrun by hostile bytes may send anything; only values of ours are taken."""
    assert "not ours" in str(death(name))
    assert "pwned" not in capfd.readouterr().out


def test_a_file_in_the_current_folder_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's numpy.py next to the data would otherwise run with our rights."""
    (tmp_path / "pickle.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)

    assert job("add", 2, 3) == 5


class TestProgress:
    def test_what_a_job_tells_is_passed_on(self) -> None:
        """In order, on one line each, and the answer comes after it."""
        told: list[tuple[int, str, str]] = []

        answer = worker.run(
            f"{JOBS}:report", wall_s=30, memory_mb=500, on_progress=lambda *one: told.append(one)
        )

        assert told == [(10, "probing", "One of two."), (60, "encoding", "Two of two.")]
        assert answer == "done"

    def test_nobody_need_listen(self) -> None:
        """Outside a worker process it is said to nobody."""
        assert job("report") == "done"
        worker.tell(50, "encoding", "half")

    def test_what_is_not_progress_is_passed_over(self) -> None:
        """A child overrun by hostile bytes may write anything before its answer."""
        told: list[tuple[int, str, str]] = []

        answer = worker.run(
            f"{JOBS}:rave", wall_s=30, memory_mb=500, on_progress=lambda *one: told.append(one)
        )

        assert answer == "done"
        assert [(percent, step) for percent, step, _ in told] == [(100, "ready")]
        assert len(told[0][2]) < 2000


def test_what_a_job_costs_can_be_asked() -> None:
    """Computing and memory, of a process that does nothing else."""
    spent = worker.run("media.worker:cost", f"{JOBS}:add", 1, 2, wall_s=30, memory_mb=500)

    assert spent.cpu_s >= 0
    assert 5 < spent.used_mb < 60
