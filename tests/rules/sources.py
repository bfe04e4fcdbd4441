"""The project's own source files, without what was built or fetched."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_NOT_OURS: Final = {
    "__pycache__", "build", "node_modules", ".svelte-kit", "paraglide", ".venv", "schema.d.ts", "package-lock.json",
    "openapi.json", "project.inlang",
}  # fmt: skip
PYTHON: Final = {".py"}
FRONT_END: Final = {".ts", ".js", ".svelte", ".css", ".html"}


def sources(*folders: str, kinds: set[str]) -> Iterator[Path]:
    """Every file of some kinds that people wrote below some folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT)
            if path.suffix in kinds and path.is_file() and not _NOT_OURS & set(inside.parts):
                yield path


def everything() -> Iterator[Path]:
    """Every source file, of Python and of the front end."""
    yield from sources("zones", "media", "guide", "tests", kinds=PYTHON)
    yield from sources("guide/web", kinds=FRONT_END)
