"""`coupole serve`: the service, in this process."""

from typing import Annotated

import typer

from guide.commands.running import listen, run
from guide.settings import Settings

Host = Annotated[
    str | None, typer.Option(help="The address to listen on. [default: COUPOLE_HOST, 127.0.0.1]")
]
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help="The port; 0 takes a free one. [default: COUPOLE_PORT, 8000]"),
]


def serve(*, host: Host = None, port: Port = None) -> None:
    """Run the service until it is stopped."""
    given = {"host": host, "port": port}
    settings = Settings.read(**{name: value for name, value in given.items() if value is not None})
    # The port first: whoever asked for one in use should not wait for anything else.
    with listen(settings.host, settings.port) as sockets:
        run(settings, sockets)
