"""`coupole demo`: La Coupole in a folder of its own, imported, published, served, and shown in a browser."""

import json
import os
import sys
import threading
import webbrowser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from guide.commands.common import Json
from guide.commands.progress import progress
from guide.commands.running import listen, run
from guide.commands.serve import Port
from guide.services.demo import SignIn, prepare
from guide.settings import Settings
from guide.wiring import Guide

_FOLDER: Final = "coupole-demo"


def demo(
    *,
    port: Port = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the visitor page in a browser.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Run the La Coupole demo: import, publish, serve, open a browser."""
    settings = demo_settings(port)
    sign_ins: list[SignIn] = []

    def make_ready(guide: Guide) -> None:
        with progress("La Coupole", quiet=as_json) as told:
            sign_ins.extend(prepare(settings.data, guide.catalogue, guide.people, told))

    def welcome(address: str) -> None:
        typer.echo(_json(address, settings, sign_ins) if as_json else _text(address, settings, sign_ins))
        sys.stdout.flush()
        if browser and _has_screen():
            # In a thread: some browsers hold up whoever opens them.
            threading.Thread(target=webbrowser.open, args=(f"{address}/simulator",), daemon=True).start()

    with listen(settings.host, settings.port) as sockets:
        run(settings, sockets, prepare=make_ready, started=welcome)


def demo_settings(port: int | None) -> Settings:
    """The settings of the demo: the embedded default in a folder of its own, whatever else is set up here."""
    given: dict[str, object] = {"database_url": None, "media_url": None}
    if "COUPOLE_DATA" not in os.environ:
        given["data"] = _own_folder()
    if port is not None:
        given["port"] = port
    return Settings.read(**given)


def _own_folder() -> Path:
    """Where this system keeps a person's data."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / _FOLDER


def _has_screen() -> bool:
    """Whether a browser can show itself; without a screen some would take over the terminal."""
    named = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return sys.platform in {"win32", "darwin"} or named


def _json(address: str, settings: Settings, sign_ins: Sequence[SignIn]) -> str:
    body = {
        "url": address,
        "visitor": f"{address}/",
        "simulator": f"{address}/simulator",
        "reference": f"{address}/docs",
        "data": str(settings.data.absolute()),
        "sign_ins": [asdict(each) for each in sign_ins],
    }
    return json.dumps(body)


def _text(address: str, settings: Settings, sign_ins: Sequence[SignIn]) -> str:
    people = "\n".join(f"  {each.role:<8} {each.email:<26} {each.password}" for each in sign_ins)
    return f"""
La Coupole is open. Its plan is invented; its story is not.

  Walk simulator   {address}/simulator
  Visitor page     {address}/    (no sign-in)
  HTTP reference   {address}/docs

Sign-ins of this demo:
{people}

It keeps everything in {settings.data.absolute()}. Stop it with Ctrl-C.
"""
