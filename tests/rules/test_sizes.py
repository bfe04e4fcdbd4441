"""Files and functions stay small enough to be read at one sitting."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.rules.sources import FRONT_END, PYTHON, ROOT, everything, sources

FILE: Final = 500
FUNCTION: Final = 60
_OPENS: Final = re.compile(
    r"^(?P<indent>\s*)(?:export\s+)?(?:default\s+)?(?:static\s+|private\s+|public\s+)*"
    r"(?:(?:async\s+)?function\b[^{]*|(?:const|let)\s+\w+(?:\s*:[^=]+)?\s*=\s*(?:async\s*)?\([^)]*\)[^=]*=>\s*"
    r"|(?:async\s+|get\s+|set\s+)?(?!if\b|for\b|while\b|switch\b|catch\b)#?\w+\([^)]*\)(?:\s*:\s*[^{]+)?\s*)\{\s*$"
)


def named(path: Path) -> str:
    """A file as people call it."""
    return path.relative_to(ROOT).as_posix()


def python_functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a Python file with its lines; its docstring, decorators and description are not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            yield f"{named(path)}:{node.lineno} {node.name}", lines


def script_functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a script or component with its lines: from its brace to the one below its beginning."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for start, line in enumerate(lines):
        opened = _OPENS.match(line)
        if opened is not None:
            closing = re.compile(rf"{opened['indent']}\}}")
            end = next((n for n in range(start + 1, len(lines)) if closing.match(lines[n])), start)
            yield f"{named(path)}:{start + 1}", end - start - 1


def test_no_file_is_too_long() -> None:
    """A file has at most 500 lines, in Python and in the front end alike."""
    long = {
        named(path): n for path in everything() if (n := len(path.read_text("utf-8").splitlines())) > FILE
    }
    assert long == {}


def test_no_function_is_too_long() -> None:
    """A function has at most 60 lines."""
    functions = [
        *(
            each
            for path in sources("zones", "media", "guide", "tests", kinds=PYTHON)
            for each in python_functions(path)
        ),
        *(each for path in sources("guide/web", kinds=FRONT_END) for each in script_functions(path)),
    ]
    assert {name: lines for name, lines in functions if lines > FUNCTION} == {}


SCRIPT: Final = """
export function one(a: number): void {
  if (a) {
  }
}
const two = (b: string) => {
};
class C {
  three() {
  }
}
"""


def test_functions_are_found_in_scripts() -> None:
    """The count sees functions, arrows and methods, and is not taken in by blocks."""
    found = [n for n, line in enumerate(SCRIPT.splitlines()) if _OPENS.match(line)]
    assert found == [1, 5, 8]
