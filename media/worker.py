"""The one wrapper around worker processes: strangers' bytes are parsed here, with limits on everything.

The child is a fresh Python at the lowest priority; it gets the name of a function and its arguments, tells how far
it is, and answers with a value or an error. A child that crashes, hangs or swallows memory takes nothing with it.
"""

from __future__ import annotations

import importlib
import io
import os
import pickle
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from media.errors import MediaError, WorkerDied

NICE = 19
"""The lowest priority that every system has. At 10 a worker still took a tenth of a core from whoever polls."""
_GRACE_S = 2
_LOOK_S = 0.2
"""How soon work that was called off is ended."""
_NEVER = threading.Event()
_LONGEST_LINE, _LONGEST_ANSWER = 2_000, 64 << 20
"""Bytes that are taken of what a child says; figures and sentences need far less."""
_READY = b"answer\n"

_LEAN = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""Each thread for linear algebra, and each pool of the C library, would reserve memory that counts against the limit:
45 min of stereo took 740 MB of address space with them, and 424 without."""

Progress = Callable[[int, str, str], None]
"""Told percent, the step (of `media.examine.STEPS`), and a sentence."""


@dataclass(frozen=True)
class _Answer:
    """What the child sends back: one of a value, an error of ours, or a traceback nobody foresaw."""

    value: object = None
    error: MediaError | None = None
    surprise: str | None = None


def run(
    function_name: str,
    /,
    *args: object,
    wall_s: float,
    memory_mb: int,
    on_progress: Progress | None = None,
    called_off: threading.Event = _NEVER,
) -> Any:  # noqa: ANN401 - whatever the function gives
    """What the function answers, from a process of its own.

    Args:
        function_name: `package.module:function`.
        args: Plain values, paths, and dataclasses of this package.
        wall_s: Seconds after which the process is ended; its CPU time is bound by the same figure.
        memory_mb: Address space it may use. Python with numpy, libav and onnxruntime takes 310 before it starts,
            most of which is never touched; the ingest of 45 min of stereo was measured at 161 MB in use and 424 of
            address space, 50 and 100 more where a transcript's language is checked.
        on_progress: Told what the function `tell`s, in this thread.
        called_off: Set by another thread that wants no answer any more; the process is then ended.

    Raises:
        MediaError: The one that the function raised.
        WorkerDied: When the process was ended or crashed, with the reason.
    """
    request = pickle.dumps((function_name, args))
    # -P: a file called numpy.py in the folder that we happen to run in is not imported
    command = [sys.executable, "-P", "-m", "media.worker", str(int(wall_s) + _GRACE_S), str(memory_mb)]
    places = os.pathsep.join(str(Path(place).absolute()) for place in sys.path)
    environment = {**os.environ, **_LEAN, "PYTHONPATH": places}
    with subprocess.Popen(  # noqa: S603 - the command is ours
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as child:
        try:
            said = _listen(child, request, time.monotonic() + wall_s, on_progress, called_off)
        except subprocess.TimeoutExpired:
            raise WorkerDied.of("worker-slow/wall", limit=f"{wall_s:g}") from None
        finally:
            child.kill()
    return _read(said, child.returncode, memory_mb)


def _listen(
    child: subprocess.Popen[bytes],
    request: bytes,
    until_s: float,
    on_progress: Progress | None,
    called_off: threading.Event,
) -> bytes:
    """What the child answers at last; on the way, its progress is passed on."""
    heard: queue.SimpleQueue[tuple[int, str, str] | bytes] = queue.SimpleQueue()
    # a thread, since a pipe cannot be waited for by the clock on every system
    threading.Thread(target=_hear, args=(child, request, heard), daemon=True).start()
    while True:
        if called_off.is_set():
            child.kill()
        try:
            said = heard.get(timeout=max(0.0, min(_LOOK_S, until_s - time.monotonic())))
        except queue.Empty:
            if time.monotonic() < until_s:
                continue
            raise subprocess.TimeoutExpired(child.args, 0) from None
        if isinstance(said, bytes):
            child.wait(timeout=max(_GRACE_S, until_s - time.monotonic()))
            return said
        if on_progress is not None:
            on_progress(*said)


def _hear(
    child: subprocess.Popen[bytes],
    request: bytes,
    heard: queue.SimpleQueue[tuple[int, str, str] | bytes],
) -> None:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child was started without pipes")
    with suppress(OSError, ValueError):  # it died before it read, or was ended while we listen
        with child.stdin:
            child.stdin.write(request)
        while (line := child.stdout.readline(_LONGEST_LINE)) not in {_READY, b""}:
            if (told := _progress(line)) is not None:
                heard.put(told)
        heard.put(child.stdout.read(_LONGEST_ANSWER) if line else b"")
        return
    heard.put(b"")


def _progress(line: bytes) -> tuple[int, str, str] | None:
    """A line of a child that may have been overrun: anything but progress is passed over."""
    percent, _, rest = line.decode("utf-8", "replace").rstrip("\n").partition(" ")
    step, _, message = rest.partition(" ")
    return (min(100, int(percent)), step, message) if percent.isascii() and percent.isdigit() else None


def tell(percent: int, step: str, message: str) -> None:
    """Tell whoever waits for this process how far it is; said to nobody outside a worker process."""
    if _channel is not None:
        line = f"{percent} {step} {' '.join(message.split())}"
        _channel.write(line.encode()[: _LONGEST_LINE - 1] + b"\n")
        _channel.flush()


_channel: BinaryIO | None = None
"""Where the child speaks to its parent; None in any other process."""


def _read(said: bytes, code: int, memory_mb: int) -> object:
    if not said or code:
        raise _died(code, memory_mb)
    answer = _Careful(io.BytesIO(said)).load()
    if answer.error is not None:
        raise answer.error
    if answer.surprise is not None:
        died = WorkerDied.of("worker-failed/surprise")
        died.add_note(answer.surprise)
        raise died
    return answer.value


def _died(code: int, memory_mb: int) -> WorkerDied:
    if code == _OUT_OF_MEMORY:
        return WorkerDied.of("worker-memory", limit=memory_mb)
    if code < 0:
        name = signal.Signals(-code).name
        if name == "SIGXCPU":
            return WorkerDied.of("worker-slow/cpu")
        return WorkerDied.of("worker-killed/signal", signal=name)
    return WorkerDied.of("worker-killed/exit", exit=code)


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
        raise WorkerDied.of("worker-failed/answer")


_PLAIN = {("pathlib", "PosixPath"), ("pathlib", "WindowsPath"), ("pathlib._local", "PosixPath")}


def _limit(cpu_s: int, memory_mb: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    with suppress(ValueError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + _GRACE_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _give_way() -> None:
    """Compute with what nobody else wants, from the first moment on: for a poll somebody waits."""
    if sys.platform == "win32":
        return
    os.nice(NICE)


@dataclass(frozen=True)
class Cost:
    """What a job took: seconds of computing, and the most memory in use; 0 MB where the system does not say."""

    cpu_s: float
    used_mb: float


def cost(function_name: str, /, *args: object) -> Cost:
    """What a function takes; through `run`, of a process that does nothing else."""
    began = time.process_time()
    _call(function_name, args)
    return Cost(time.process_time() - began, _used_mb())


def _used_mb() -> float:
    # not what getrusage says: there a child begins with the figure of its parent
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    (kilobytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status.read_text(encoding="ascii"), re.MULTILINE)
    return int(kilobytes) / 1024


def _call(function_name: str, args: Sequence[object]) -> object:
    module, _, function = function_name.partition(":")
    return getattr(importlib.import_module(module), function)(*args)


def _child() -> None:
    global _channel  # noqa: PLW0603 - a process has one parent
    _give_way()
    _channel = out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not mix with the answer
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        function_name, args = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our parent
        answer = _Answer(value=_call(function_name, args))
    except MediaError as error:
        answer = _Answer(error=error)
    except Exception as error:  # noqa: BLE001 - whatever it was, the parent is told
        # the loader says it in its own way when a library does not fit in
        if isinstance(error, MemoryError) or "failed to map segment" in str(error):
            os._exit(_OUT_OF_MEMORY)
        answer = _Answer(surprise=traceback.format_exc())
    with out:
        out.write(_READY)
        pickle.dump(answer, out)


if __name__ == "__main__":
    # under its real name, so that the answer's class is the parent's
    importlib.import_module("media.worker")._child()  # noqa: SLF001 - its own other half
