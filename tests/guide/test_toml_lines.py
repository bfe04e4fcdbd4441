"""Which line of a TOML text a key stands on."""

import tomllib

import pytest

from guide.services.toml_lines import Path, key_lines, line_of

TEXT = '''# a comment with "quotes" and [brackets]
format = 1
name = { fr = "a]b", en = "x" }
list = [
  1, # two ]
  2,
]

[frame]
lat = 1.0
[a."b.c"]
k.'d' = """
three
lines = 4
"""
after = 2
[[show]]
id = "p"
[[show.segment]]
minutes = 1
[[show.segment]]
minutes = 2
[[show]]
id = 'q'
  [[show.segment]]
  minutes = 1
'''


class TestLines:
    @pytest.mark.parametrize(
        ("path", "line"),
        [
            (("format",), 2),
            (("name",), 3),
            (("list",), 4),
            (("frame",), 9),
            (("frame", "lat"), 10),
            (("a", "b.c", "k", "d"), 12),
            (("a", "b.c", "after"), 16),
            (("show", 0, "id"), 18),
            (("show", 0, "segment", 1, "minutes"), 22),
            (("show", 1), 23),
            (("show", 1, "segment", 0, "minutes"), 26),
        ],
    )
    def test_each_key_is_found(self, path: Path, line: int) -> None:
        """Tables, arrays of tables, quoted keys and long values do not confuse the count."""
        assert key_lines(TEXT)[path] == line

    def test_a_missing_key_is_told_where_it_belongs(self) -> None:
        """What is not there is told at the table that lacks it; where even that is not there, nowhere."""
        lines = key_lines(TEXT)
        assert line_of(lines, ("show", 1, "segment", 0, "language")) == 25
        assert line_of(lines, ("name", "fr")) == 3
        assert line_of(lines, ("tour", 0)) is None

    def test_the_text_is_toml(self) -> None:
        """The example is one that the parser takes."""
        assert tomllib.loads(TEXT)["show"][1]["segment"][0]["minutes"] == 1
