"""Floor plans are made harmless: nothing in them runs, loads or points elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide.services.plans import SVG, PlanUnreadable, harmless_svg

HEAD = f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:i="urn:inkscape">'

HARMFUL = [
    ("<script>alert(1)</script>", "<script>"),
    ('<rect onclick="alert(1)"/>', "onclick on <rect>"),
    ('<rect OnClick="alert(1)"/>', "OnClick on <rect>"),
    ('<use xlink:href="https://evil.example/x#y"/>', "href on <use>"),
    ('<use href="data:image/svg+xml;base64,AAAA"/>', "href on <use>"),
    ('<image href="https://evil.example/pixel.png"/>', "href on <image>"),
    ('<image href="data:image/svg+xml;base64,AAAA"/>', "href on <image>"),
    ('<a href="javascript:alert(1)"><rect/></a>', "<a>"),
    ("<foreignObject><body/></foreignObject>", "<foreignObject>"),
    ('<animate attributeName="href" to="javascript:alert(1)"/>', "<animate>"),
    ('<rect style="fill:url(https://evil.example)"/>', "style on <rect>"),
    ("<rect fill=\"url( '//evil.example')\"/>", "fill on <rect>"),
    ("<style>@import 'https://evil.example';</style>", "a style that points outside"),
    ("<style>a{background:u\\72l(//evil.example)}</style>", "a style that points outside"),
    ('<g xml:base="https://evil.example/"/>', "base on <g>"),
]


class TestHarm:
    @pytest.mark.parametrize(("inside", "removed"), HARMFUL)
    def test_it_is_left_out_and_said_so(self, inside: str, removed: str) -> None:
        """Whatever could run or phone home is gone, and the curator is told what it was."""
        clean, told = harmless_svg(f"{HEAD}{inside}</svg>".encode())
        assert told == (removed,)
        assert b"evil" not in clean
        assert b"alert" not in clean

    @pytest.mark.parametrize(
        "text",
        [
            "not a drawing",
            "<html/>",
            "<svg/>",
            f"{HEAD}<rect></svg>",
            f'<!DOCTYPE svg [<!ENTITY a "aaaa">]>{HEAD}<text>&a;</text></svg>',
            HEAD + "<g>" * 300 + "</g>" * 300 + "</svg>",
        ],
    )
    def test_what_is_no_plain_drawing_is_refused(self, text: str) -> None:
        """Other files, broken ones, entities that grow, nesting without end: none of them is a plan."""
        with pytest.raises(PlanUnreadable):
            harmless_svg(text.encode())

    def test_another_encoding_cannot_hide_anything(self) -> None:
        """A drawing in UTF-16 is cleaned like any other, and is UTF-8 from then on."""
        clean, told = harmless_svg(f"{HEAD}<script/><title>é</title></svg>".encode("utf-16"))
        assert told == ("<script>",)
        assert "é" in clean.decode("utf-8")


class TestDrawing:
    def test_what_is_drawn_stays(self) -> None:
        """Shapes, texts, own styles, references inside the drawing and traced pictures are kept."""
        inside = (
            '<defs><path id="a" d="M0 0L1 1"/></defs><use xlink:href="#a" style="fill:url(#b)"/>'
            '<text xml:space="preserve">a &lt; b &amp; c</text><style>.room{fill:#eee}</style>'
            '<image href="data:image/png;base64,iVBORw0KGgo="/>'
        )
        clean, told = harmless_svg(f"{HEAD}{inside}</svg>".encode())
        assert told == ()
        for kept in (
            b'd="M0 0L1 1"',
            b'xlink:href="#a"',
            b"a &lt; b &amp; c",
            b".room{fill:#eee}",
            b"iVBORw0KGgo=",
        ):
            assert kept in clean

    def test_a_drawing_program_may_leave_its_notes(self) -> None:
        """The usual document type and a program's own elements go without a word."""
        text = f'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "http://x.example/svg.dtd">{HEAD}<i:view i:z="1"/></svg>'
        assert harmless_svg(text.encode())[1] == ()

    @given(st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\r\t")))
    def test_cleaning_twice_is_cleaning_once(self, text: str) -> None:
        """A plan keeps its name through export and import, whatever is written on it."""
        shown = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\r", "&#13;")
        once, _ = harmless_svg(
            f'{HEAD}<text id="{shown}">{shown}</text><style>{shown}</style></svg>'.encode()
        )
        assert harmless_svg(once) == (once, ())
