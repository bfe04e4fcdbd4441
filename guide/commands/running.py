"""How the service runs in a process of its own: sockets, uvicorn, signals."""

import errno
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

import uvicorn

from guide import logs
from guide.app import create_app
from guide.errors import Unusable
from guide.settings import Settings, unknown_variables
from guide.wiring import Guide

_GRACE_S: Final = 5
_BACKLOG: Final = 2048
_SWITCH_S: Final = 0.001
_LONGEST_MESSAGE: Final = 64 * 1024
"""Bytes of one WebSocket message; a poll has about 200."""

log = logging.getLogger("guide")


@contextmanager
def listen(host: str, port: int) -> Iterator[Sequence[socket.socket]]:
    """Sockets that listen on every address of a host.

    Raises:
        Unusable: The port is in use, or the host is not one of this machine's.
    """
    sockets: list[socket.socket] = []
    try:
        try:
            for family, kind, protocol, _, address in _addresses(host, port):
                each = socket.socket(family, kind, protocol)
                sockets.append(each)
                each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                each.bind(address)
                each.listen(_BACKLOG)
        except OSError as error:
            raise _cannot_listen(error, host, port) from None
        yield sockets
    finally:
        for each in sockets:
            each.close()


def _addresses(host: str, port: int) -> Sequence[tuple[int, int, int, str, tuple[object, ...]]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    # With port 0 each address would get a port of its own.
    return list(dict.fromkeys(found))[: 1 if port == 0 else None]


def _cannot_listen(error: OSError, host: str, port: int) -> Unusable:
    if error.errno == errno.EADDRINUSE:
        return Unusable(
            "port_in_use", f"Port {port} on {host} is in use: stop what uses it, or choose another --port."
        )
    if error.errno == errno.EACCES:
        return Unusable("port_refused", f"Port {port} needs more rights: choose one above 1023 with --port.")
    return Unusable("bad_host", f"Cannot listen on {host}: {error.strerror or error}.")


def address_of(listening: socket.socket) -> str:
    """The address of a socket as a browser takes it."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "localhost"}.get(host, host)  # noqa: S104 - read, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def run(
    settings: Settings,
    sockets: Sequence[socket.socket],
    *,
    prepare: Callable[[Guide], None] | None = None,
    started: Callable[[str], None] | None = None,
) -> None:
    """Serve until a signal comes, then finish what is under way.

    Args:
        settings: of the installation.
        sockets: that listen already.
        prepare: called with the services before the first request is answered.
        started: called with the address when requests are answered.

    Raises:
        Unusable: The service cannot start.
    """
    logs.set_up(settings.log_format, settings.log_level)
    for sentence in unknown_variables():
        log.warning("%s", sentence)
    app = create_app(settings)
    if prepare is not None:
        prepare(app.state.guide)
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_GRACE_S,
        ws_max_size=_LONGEST_MESSAGE,
    )
    server = _Server(config, started or _tell)
    # uvicorn sends itself the signal again once all is closed; that is the end we want, not a failure.
    signal.signal(signal.SIGTERM, _leave)
    try:
        server.run(sockets=list(sockets))
    except KeyboardInterrupt:
        pass
    finally:
        log.info("stopped")
    if server.failed:
        raise Unusable("not_started", "The service did not start; the log says why.")


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[str], None]) -> None:
        super().__init__(config)
        self._tell = started
        self.failed = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell the address."""
        await super().startup(sockets)
        self.failed = not self.started
        _stay_quick()
        if self.started and sockets:
            self._tell(address_of(sockets[0]))


def _stay_quick() -> None:
    """Let nothing that runs beside the polls in this process hold them up for long."""
    # What is there by now stays: modules, tables, the release. The collector need not look through it each time, for
    # which it stopped every answer: for 50 to 100 ms of computing on the demo, which 5 are now.
    gc.freeze()
    # Who computes hands the interpreter on after this long. With a job committing what it made, the event loop
    # otherwise waits 5 ms each time that it wakes, several times a poll.
    sys.setswitchinterval(_SWITCH_S)


def _tell(address: str) -> None:
    log.info("listening on %s", address)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
