"""The one wrapper around worker processes: strangers' bytes are parsed here, with limits on everything.

The child is a fresh Python at low priority; it gets the name of a function and its arguments, and
answers with a value or an error. A child that crashes, hangs or swallows memory takes nothing with it.
"""

from __future__ import annotations

import importlib
import io
import os
import pickle
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.errors import MediaError, WorkerDied

NICE = 10
_GRACE_S = 2


@dataclass(frozen=True)
class _Answer:
    """What the child sends back: one of a value, an error of ours, or a traceback nobody foresaw."""

    value: object = None
    error: MediaError | None = None
    surprise: str | None = None


def run(function_name: str, /, *args: object, wall_s: float, memory_mb: int) -> Any:  # noqa: ANN401 - whatever the function gives
    """What the function answers, from a process of its own.

    Args:
        function_name: `package.module:function`.
        args: Plain values, paths, and dataclasses of this package.
        wall_s: Seconds after which the process is ended; its CPU time is bound by the same figure.
        memory_mb: Address space it may use. Python with numpy and libav takes 200 to 300 before it starts,
            most of which is never touched: 45 min of stereo were measured at 73 MB in use and 333 MB of address space.

    Raises:
        MediaError: The one that the function raised.
        WorkerDied: When the process was ended or crashed, with the reason.
    """
    request = pickle.dumps((function_name, args))
    # -P: a file called numpy.py in the folder that we happen to run in is not imported
    command = [sys.executable, "-P", "-m", "media.worker", str(int(wall_s) + _GRACE_S), str(memory_mb)]
    places = os.pathsep.join(str(Path(place).absolute()) for place in sys.path)
    # one thread for linear algebra: each would reserve memory that counts against the limit
    environment = {**os.environ, "PYTHONPATH": places, "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(  # noqa: S603 - the command is ours
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as child:
        try:
            said, _ = child.communicate(request, timeout=wall_s)
        except subprocess.TimeoutExpired:
            sentence = f"Working on the file took longer than {wall_s:g} seconds and was stopped."
            raise WorkerDied("worker-slow", sentence) from None
        finally:
            child.kill()
    return _read(said, child.returncode, memory_mb)


def _read(said: bytes, code: int, memory_mb: int) -> object:
    if not said or code:
        raise _died(code, memory_mb)
    answer = _Careful(io.BytesIO(said)).load()
    if answer.error is not None:
        raise answer.error
    if answer.surprise is not None:
        died = WorkerDied("worker-failed", "Working on the file failed in a way nobody foresaw.")
        died.add_note(answer.surprise)
        raise died
    return answer.value


def _died(code: int, memory_mb: int) -> WorkerDied:
    if code == _OUT_OF_MEMORY:
        return WorkerDied("worker-memory", f"Working on the file took more than {memory_mb} MB of memory.")
    if code < 0:
        name = signal.Signals(-code).name
        if name == "SIGXCPU":
            return WorkerDied("worker-slow", "Working on the file took too much computing time.")
        return WorkerDied("worker-killed", f"Working on the file was cut off by the system ({name}).")
    return WorkerDied("worker-killed", f"Working on the file ended without an answer (exit code {code}).")


_OUT_OF_MEMORY = 77


class _Careful(pickle.Unpickler):
    """Reads an answer without trusting it: a child overrun by hostile bytes may send anything."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - the form of the base
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.split(".", maxsplit=1)[0] == "media":
            found = getattr(importlib.import_module(module), name, None)
            # a class of ours holds values; a function of ours, such as `run`, would do things
            if isinstance(found, type) and found.__module__.split(".")[0] == "media":
                return found
        raise WorkerDied("worker-failed", "The worker process sent an answer that is not ours.")


_PLAIN = {("pathlib", "PosixPath"), ("pathlib", "WindowsPath"), ("pathlib._local", "PosixPath")}


def _limit(cpu_s: int, memory_mb: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    os.nice(NICE)
    with suppress(ValueError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + _GRACE_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _child() -> None:
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not mix with the answer
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        function_name, args = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our parent
        module, _, function = function_name.partition(":")
        answer = _Answer(value=getattr(importlib.import_module(module), function)(*args))
    except MediaError as error:
        answer = _Answer(error=error)
    except Exception as error:  # noqa: BLE001 - whatever it was, the parent is told
        # the loader says it in its own way when a library does not fit in
        if isinstance(error, MemoryError) or "failed to map segment" in str(error):
            os._exit(_OUT_OF_MEMORY)
        answer = _Answer(surprise=traceback.format_exc())
    with out:
        pickle.dump(answer, out)


if __name__ == "__main__":
    # under its real name, so that the answer's class is the parent's
    importlib.import_module("media.worker")._child()  # noqa: SLF001 - its own other half
