"""Which line of a TOML text a key stands on, so that a fault can name it.

`tomllib` gives values without lines; this reads the text once more, only for its keys. It is given texts that
`tomllib` has already taken, so it need not judge them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
      (?P<text>\"\"\"(?:\\.|[^\\])*?\"\"\"+ | '''.*?'''+ | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
    | (?P<comment>\#[^\n]*)
    | (?P<newline>\n)
    | (?P<open>[\[{])
    | (?P<close>[\]}])
    | (?P<equals>=)
    | (?P<dot>\.)
    | (?P<bare>[^\s\[\]{}=.,#"']+)
    | (?P<rest>.)
    """,
    re.DOTALL | re.VERBOSE,
)


@dataclass(slots=True)
class _Reader:
    """The state of one reading: the table we are in, and how often each array of tables has begun."""

    lines: dict[Path, int] = field(default_factory=dict)
    table: Path = ()
    counts: dict[Path, int] = field(default_factory=dict)

    def header(self, names: Sequence[str], line: int, *, array: bool) -> None:
        path: Path = ()
        for n, name in enumerate(names):
            path = (*path, name)
            if array and n == len(names) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.table = path
        self.lines.setdefault(path, line)

    def key(self, names: Sequence[str], line: int) -> None:
        for n in range(len(names)):
            self.lines.setdefault((*self.table, *names[: n + 1]), line)


def key_lines(text: str) -> dict[Path, int]:
    r"""The line (from 1) of every table and key, by its path.

    >>> key_lines('format = 1\n[[exhibit]]\nid = "a"\n[[exhibit]]\nid = "b"\n')[("exhibit", 1, "id")]
    5
    """
    reader = _Reader()
    for line, tokens in _statements(text):
        _read(reader, line, tokens)
    return reader.lines


def line_of(lines: dict[Path, int], path: Sequence[str | int]) -> int | None:
    """The line of a path, or of the nearest thing above it that has one."""
    for length in range(len(path), 0, -1):
        if (line := lines.get(tuple(path[:length]))) is not None:
            return line
    return None


def _statements(text: str) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Each statement with the line it begins on: its tokens, up to the end of line outside all brackets."""
    line, begun, depth = 1, 1, 0
    tokens: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(text):
        kind, piece = match.lastgroup or "rest", match.group()
        if kind == "newline" and depth == 0:
            if tokens:
                yield begun, tokens
            tokens = []
        elif kind not in {"newline", "comment"} and not piece.isspace():
            if not tokens:
                begun = line
            depth += (kind == "open") - (kind == "close")
            tokens.append((kind, piece))
        line += piece.count("\n")
    if tokens:
        yield begun, tokens


def _read(reader: _Reader, line: int, tokens: list[tuple[str, str]]) -> None:
    if tokens[0][1] == "[":
        array = len(tokens) > 1 and tokens[1][1] == "["
        reader.header(_names(tokens), line, array=array)
        return
    head = next((n for n, token in enumerate(tokens) if token[0] == "equals"), len(tokens))
    reader.key(_names(tokens[:head]), line)


def _names(tokens: list[tuple[str, str]]) -> list[str]:
    return [piece.strip("\"'") for kind, piece in tokens if kind in {"bare", "text"}]
