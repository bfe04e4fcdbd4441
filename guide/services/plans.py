"""Floor plans as SVG, made harmless: what can run, load or point elsewhere is left out.

A plan is served from the service's own address, so a script in it would run as a curator. What is allowed is
listed; everything else goes, whatever it is called next year.
"""

import re
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
XML: Final = "http://www.w3.org/XML/1998/namespace"

ELEMENTS: Final = frozenset(
    """svg g path rect circle ellipse line polyline polygon text tspan textPath title desc defs use symbol marker
    pattern clipPath mask linearGradient radialGradient stop style switch image""".split()  # noqa: SIM905 - a list to read
)
DEEPEST: Final = 200
_OUTSIDE = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import|expression\s*\(|javascript:|[\\]", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*")
_NAME = re.compile(r"^[A-Za-z_][\w.-]*$", re.ASCII)


class PlanUnreadable(Exception):
    """Raised when a file is not an SVG drawing, or one made to do harm; the text says which, and the line."""


@dataclass(slots=True)
class _Cleaner:
    """Writes the allowed elements as they are read."""

    out: list[str] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    depth: int = 0
    skipping: int = 0
    style: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise PlanUnreadable(f"nests deeper than {DEEPEST} elements")
        space, _, local = name.rpartition(" ")
        if self.depth == 1 and (local != "svg" or space != SVG):
            raise PlanUnreadable(f'is not an SVG drawing: its root is <{local}>, not <svg xmlns="{SVG}">')
        if self.skipping or self.style is not None or space != SVG or local not in ELEMENTS:
            self._skip(space, local)
            return
        self.style = [] if local == "style" else None
        spoken = "".join(f" {key}={quoteattr(value)}" for key, value in self._kept(local, attributes))
        home = f' xmlns="{SVG}" xmlns:xlink="{XLINK}"' if self.depth == 1 else ""
        self.out.append(f"<{local}{home}{spoken}>")

    def _skip(self, space: str, local: str) -> None:
        # a drawing program's own notes are no loss worth a word
        if not self.skipping and space == SVG:
            self.removed.add(f"<{local}>")
        self.skipping += 1

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.skipping:
            self.skipping -= 1
            return
        if self.style is not None:
            self._close_style()
        self.out.append(f"</{name.rpartition(' ')[2]}>")

    def _close_style(self) -> None:
        text = "".join(self.style or ())
        self.style = None
        if _OUTSIDE.search(text):
            self.removed.add("a style that points outside")
        else:
            self.out.append(_escaped(text))

    def text(self, data: str) -> None:
        if self.skipping:
            return
        if self.style is not None:
            self.style.append(data)
        else:
            self.out.append(_escaped(data))

    def _kept(self, element: str, attributes: dict[str, str]) -> list[tuple[str, str]]:
        kept = []
        for name, value in sorted(attributes.items()):
            space, _, local = name.rpartition(" ")
            if (key := self._key(space, local)) is None:
                continue
            if self._harmless(element, local, value):
                kept.append((key, value))
            else:
                self.removed.add(f"{local} on <{element}>")
        return kept

    @staticmethod
    def _key(space: str, local: str) -> str | None:
        if not _NAME.match(local):
            return None
        return {"": local, XLINK: f"xlink:{local}", XML: f"xml:{local}"}.get(space)

    @staticmethod
    def _harmless(element: str, local: str, value: str) -> bool:
        if local.lower().startswith("on") or local == "base":
            return False
        if local == "href":
            picture = element == "image" and _PICTURE.fullmatch(value) is not None
            return picture or value.startswith("#")
        return not _OUTSIDE.search(value)


def _escaped(text: str) -> str:
    # a bare carriage return would be read back as a line feed
    return escape(text, {"\r": "&#13;"})


def harmless_svg(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The drawing without scripts, events and references to elsewhere, and what was left out.

    Cleaning what is clean changes nothing, so a plan keeps its SHA-256 through export and import.

    Raises:
        PlanUnreadable: When it is not SVG, or declares entities.

    >>> harmless_svg(b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script></svg>')[1]
    ('<script>', 'onload on <svg>')
    """
    cleaner = _Cleaner()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = cleaner.start
    parser.EndElementHandler = cleaner.end
    parser.CharacterDataHandler = cleaner.text
    parser.EntityDeclHandler = _no_entities
    try:
        parser.Parse(data.removeprefix(b"\xef\xbb\xbf"), True)  # noqa: FBT003 - positional in expat
    except expat.ExpatError as error:
        raise PlanUnreadable(
            f"is not an SVG drawing: line {error.lineno}: {expat.ErrorString(error.code)}"
        ) from error
    return "".join(cleaner.out).encode(), tuple(sorted(cleaner.removed))


def _no_entities(*_: object) -> None:
    raise PlanUnreadable("declares entities, which a floor plan has no use for; save it without them")
