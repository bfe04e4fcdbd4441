"""How a route finds what was made once for its app."""

from starlette.requests import HTTPConnection

from guide.wiring import Guide


def wired(connection: HTTPConnection) -> Guide:
    """The services of the app that a request or a WebSocket came to."""
    guide: Guide = connection.app.state.guide
    return guide


def client_of(connection: HTTPConnection) -> str:
    """The address of the other side, for limits; behind a proxy the one that the proxy vouches for."""
    return connection.client.host if connection.client else "unknown"
