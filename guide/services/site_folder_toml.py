"""The TOML files of a site folder: documents, and a fault with file and line for everything that is not one."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from guide.content import (
    ConnectorDoc,
    Doc,
    ExhibitDoc,
    LevelDoc,
    PlaceDoc,
    ShowDoc,
    SiteDoc,
    TourDoc,
)
from guide.errors import Fault
from guide.services.documents import DocumentFaults, read_document
from guide.services.site_folder_source import FolderUnreadable, Source, read_bytes
from guide.services.toml_lines import Path, key_lines, line_of

AnyDoc = TypeVar("AnyDoc", bound=Doc)

TABLES: Final[Mapping[str, Mapping[str, tuple[str, type[Doc]]]]] = {
    "levels.toml": {"level": ("level", LevelDoc), "connector": ("connector", ConnectorDoc)},
    "exhibits.toml": {"exhibit": ("exhibit", ExhibitDoc)},
    "shows.toml": {"show": ("show", ShowDoc)},
    "tours.toml": {"tour": ("tour", TourDoc)},
    "places.toml": {"place": ("place", PlaceDoc)},
}
"""Which documents each file holds: the name of the array of tables, the kind, and its document."""

REQUIRED: Final = ("site.toml", "levels.toml", "exhibits.toml")

_AT_LINE = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)


@dataclass(slots=True)
class Collected:
    """What a reading of a site folder has found so far: faults that stop it, remarks that do not."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    def fault(self, file: str, line: int | None, message: str, french: str | None = None) -> None:
        """Keep one fault; the file alone where no line is known."""
        self.faults.append(Fault(f"{file}:{line}" if line else file, message, french))

    def note(self, file: str, line: int | None, message: str) -> None:
        """Keep one remark."""
        self.notes.append(Fault(where=f"{file}:{line}" if line else file, message=message))


@dataclass(slots=True)
class TomlFile:
    """A TOML file that could be read: its values, and where each key stands."""

    name: str
    values: dict[str, Any]
    lines: dict[Path, int]

    def line(self, path: Sequence[str | int]) -> int | None:
        """The line of a key, or of what it stands in."""
        return line_of(self.lines, path)


@dataclass(slots=True)
class Documents:
    """The documents of a site folder's TOML files, in the order of the files.

    `origins` says where the nth document of a kind came from; `broken` are the ids of tables that are no documents,
    so that what refers to them is not a second fault; `unread` are kinds whose whole file could not be read.
    """

    site: SiteDoc | None = None
    rows: dict[str, list[Any]] = field(default_factory=dict)
    origins: dict[tuple[str, int], tuple[TomlFile, tuple[str | int, ...]]] = field(default_factory=dict)
    broken: dict[str, set[str]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


def read_toml(source: Source, name: str, found: Collected) -> TomlFile | None:
    """A TOML file; None, with the fault kept, where it cannot be read."""
    try:
        text = read_bytes(source, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found.fault(name, line, "is not text in UTF-8; save it as UTF-8")
        return None
    except FolderUnreadable as error:
        found.faults += error.errors
        return None
    text = text.replace("\r\n", "\n")
    try:
        return TomlFile(name, tomllib.loads(text), key_lines(text))
    except tomllib.TOMLDecodeError as error:
        what, line = _told(str(error), text)
        found.fault(name, line, f"is not TOML: {what}")
    except RecursionError:
        found.fault(name, None, "is not TOML: it nests too deep")
    return None


def _told(message: str, text: str) -> tuple[str, int]:
    """The parser's message and line; what ends too early is told at the last line.

    >>> _told("Expected '=' after a key in a key/value pair (at line 3, column 5)", "")
    ("expected '=' after a key in a key/value pair", 3)
    """
    match = _AT_LINE.match(message)
    what = match["what"] if match else message
    line = int(match["line"]) if match and match["line"] else text.count("\n") + 1
    return f"{what[:1].lower()}{what[1:]}", line


def read_documents(source: Source, found: Collected) -> Documents:
    """All documents of the TOML files; faults go to `found`."""
    names = set(source.names())
    read = Documents()
    for name in REQUIRED:
        if name not in names:
            found.fault(name, None, "is missing; every site folder has one")
    if "site.toml" in names:
        _read_site(source, found, read)
    for name, tables in TABLES.items():
        file = read_toml(source, name, found) if name in names else None
        if file is not None:
            _read_tables(file, tables, found, read)
        elif name in names or name in REQUIRED:
            read.unread |= {kind for kind, _ in tables.values()}
    return read


def _read_site(source: Source, found: Collected, read: Documents) -> None:
    file = read_toml(source, "site.toml", found)
    if file is None:
        return
    if file.values.get("format", 1) != 1:
        found.fault("site.toml", file.line(("format",)), "is of a newer format than 1; update the software")
        return
    read.site = _document(file, (), SiteDoc, file.values, found)
    read.origins["site", 0] = (file, ())


def _read_tables(
    file: TomlFile, tables: Mapping[str, tuple[str, type[Doc]]], found: Collected, read: Documents
) -> None:
    for key in file.values.keys() - tables.keys():
        wanted = " or ".join(f"[[{each}]]" for each in tables)
        line = file.line((key,)) or file.line((key, 0))
        found.fault(file.name, line, f"{key} is not a known key; this file holds {wanted}")
    for table, (kind, document) in tables.items():
        entries = file.values.get(table, [])
        if not isinstance(entries, list):
            found.fault(
                file.name, file.line((table,)), f"[{table}] must be written [[{table}]], once for each"
            )
            continue
        for n, entry in enumerate(entries):
            _read_entry(file, (table, n), kind, document, entry, found=found, read=read)


def _read_entry(
    file: TomlFile,
    path: tuple[str, int],
    kind: str,
    document: type[Doc],
    entry: object,
    *,
    found: Collected,
    read: Documents,
) -> None:
    made = _document(file, path, document, entry, found)
    rows = read.rows.setdefault(kind, [])
    if made is not None:
        read.origins[kind, len(rows)] = (file, path)
        rows.append(made)
    elif isinstance(entry, dict) and isinstance(entry.get("id"), str):
        read.broken.setdefault(kind, set()).add(entry["id"])


def _document(
    file: TomlFile, path: tuple[str | int, ...], kind: type[AnyDoc], value: object, found: Collected
) -> AnyDoc | None:
    try:
        return read_document(kind, value)
    except DocumentFaults as error:
        for fault in error.faults:
            key, line = fault.key(), file.line((*path, *fault.path))
            french = None if fault.french is None else f"{key} {fault.french}".strip()
            found.fault(file.name, line, f"{key} {fault.message}".strip(), french)
        return None
