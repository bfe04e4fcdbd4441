"""Nothing half done is left lying about."""

import ast
import re
import tokenize
from pathlib import Path
from typing import Final

from tests.rules.sources import PYTHON, ROOT, everything, sources

# Written so that a search for the markers does not find this file.
MARKERS: Final = re.compile(r"\b(?:TO[D]O|FIX[M]E|X{3}|HA[C]K|T[B]D|W[I]P)\b")
TALKATIVE: Final = re.compile(r"\b(?:console\.(?:log|debug)|debugger)\b")


def test_no_marker_of_unfinished_work() -> None:
    """What is not done is an issue, not a comment."""
    found = [
        f"{path.relative_to(ROOT)}:{n}"
        for path in everything()
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MARKERS.search(line)
    ]
    assert found == []


def test_no_word_to_the_console() -> None:
    """Pages do not talk to the console, and programs answer by log or `echo`."""
    found = [
        f"{path.relative_to(ROOT)}:{n}"
        for path in everything()
        if path.suffix not in PYTHON and "scripts" not in path.parts
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if TALKATIVE.search(line)
    ]
    assert found == []


def is_silent(handler: ast.ExceptHandler) -> bool:
    """Whether an error is swallowed without a word."""
    return len(handler.body) == 1 and isinstance(handler.body[0], ast.Pass) and handler.type is None


def test_no_error_is_swallowed() -> None:
    """Nothing catches whatever comes and passes on as if nothing had happened."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources("zones", "media", "guide", "tests", kinds=PYTHON)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and is_silent(node)
    ]
    assert found == []


def test_every_exception_to_a_rule_has_its_reason() -> None:
    """Who switches a rule off in a line says why in the same line."""
    bare = re.compile(r"#\s*noqa(?::\s*[A-Z0-9, ]+)?\s*(?:#.*)?$")
    found: list[str] = []
    for path in sources("zones", "media", "guide", "tests", kinds=PYTHON):
        with tokenize.open(path) as file:
            comments = [
                each for each in tokenize.generate_tokens(file.readline) if each.type == tokenize.COMMENT
            ]
        found += [
            f"{path.relative_to(ROOT)}:{each.start[0]}" for each in comments if bare.search(each.string)
        ]
    assert found == []


def test_the_top_of_the_tree_is_fixed() -> None:
    """Everything has a room: nothing new lies at the top."""
    rooms = {
        "guide",
        "media",
        "zones",
        "tests",
        "docs",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
    }
    made = {"uv.lock", "site", "dist", "htmlcov", "coupole-data"}
    top = {path.name for path in Path(ROOT).iterdir() if not path.name.startswith(".")}
    assert top - made <= rooms
