"""The picture of `docs/accuracy.md`: cuts an hour against median latency, drawn by hand as a static SVG.

Both axes are logarithmic beyond one step from nought, so that nought, which is where one wants to be, is on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isnan, log10
from typing import Final, NamedTuple

from guide.quality.run import Row

WIDTH: Final = 900
HEIGHT: Final = 470
PANEL_W: Final = 330.0
PANEL_H: Final = 340.0
TOP: Final = 70.0
LEFTS: Final = (80.0, 530.0)
LINE: Final = 15.0
"""Between two labels, in picture points."""
LETTER: Final = 6.5
"""The width of a letter of a name, and how far a name stands from its dot."""
ASIDE: Final = 16.0
CUT_STEP: Final = 0.1
CUT_MOST: Final = 1000.0
WAIT_STEP: Final = 1.0
WAIT_MOST: Final = 30.0
CUT_TICKS: Final = (0.0, 0.1, 1.0, 10.0, 100.0, 1000.0)
WAIT_TICKS: Final = (0.0, 1.0, 3.0, 10.0, 30.0)
STYLE: Final = """
    .ground { fill: #f7f5f1 }
    .panel { fill: #ffffff; stroke: #6b7580; stroke-width: 1 }
    .rule { stroke: #d5d9dd; stroke-width: 1 }
    .lead { stroke: #9aa4ae; stroke-width: 1 }
    .dot { fill: #6b7580 }
    .ours { fill: #a86500 }
    text { fill: #15191d }
    .small { font-size: 12px; fill: #444c54 }
    .strong { font-weight: 600 }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #101316 }
      .panel { fill: #181c21; stroke: #7d8896 }
      .rule { stroke: #2f363e }
      .lead { stroke: #55606b }
      .dot { fill: #aeb5bd }
      .ours { fill: #ffb454 }
      text { fill: #ece8e1 }
      .small { fill: #aeb5bd }
    }
"""


@dataclass(frozen=True, slots=True)
class Panel:
    """One radio: its title, and a row for each system."""

    title: str
    rows: Sequence[Row]


class Dot(NamedTuple):
    """A system in the picture, in picture points."""

    x: float
    y: float
    name: str
    about: str


def draw(panels: Sequence[Panel]) -> str:
    """The picture as SVG, readable on light and on dark."""
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            'aria-labelledby="title about" font-family="system-ui, sans-serif" font-size="14">'
        ),
        '  <title id="title">Cuts an hour against median latency</title>',
        f'  <desc id="about">{escape(_in_words(panels))}</desc>',
        f"  <style>{STYLE}  </style>",
        f'  <rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="14" />',
    ]
    for left, panel in zip(LEFTS, panels, strict=False):
        parts += _panel(left, panel)
    return "\n".join([*parts, "</svg>", ""])


def _panel(left: float, panel: Panel) -> list[str]:
    bottom, right = TOP + PANEL_H, left + PANEL_W
    parts = [
        f'  <text class="strong" x="{left:g}" y="{TOP - 40:g}">{escape(panel.title)}</text>',
        f'  <text class="small" x="{left:g}" y="{TOP - 12:g}">cuts an hour ↑</text>',
        f'  <rect class="panel" x="{left:g}" y="{TOP:g}" width="{PANEL_W:g}" height="{PANEL_H:g}" />',
        f'  <text class="small" x="{right:g}" y="{bottom + 42:g}" text-anchor="end">median latency, s →</text>',
    ]
    for tick in CUT_TICKS:
        y = TOP + PANEL_H * (1 - along(tick, CUT_STEP, CUT_MOST))
        parts.append(f'  <path class="rule" d="M{left:g} {y:.1f}h{PANEL_W:g}" />')
        parts.append(
            f'  <text class="small" x="{left - 8:g}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
        )
    for tick in WAIT_TICKS:
        x = left + PANEL_W * along(tick, WAIT_STEP, WAIT_MOST)
        parts.append(f'  <path class="rule" d="M{x:.1f} {TOP:g}v{PANEL_H:g}" />')
        parts.append(
            f'  <text class="small" x="{x:.1f}" y="{bottom + 18:g}" text-anchor="middle">{tick:g}</text>'
        )
    dots = [_dot(left, row) for row in panel.rows if not isnan(row.figures["latency_median"].value)]
    for dot, label_y in zip(dots, spread([dot.y for dot in dots], TOP + 10, bottom - 8), strict=True):
        parts += _labelled(dot, label_y, before=_stands_before(dot, label_y, left, dots))
    return parts


def along(value: float, step: float, most: float) -> float:
    """Where a value lies on an axis, from 0 to 1; values beyond the end lie at the end.

    >>> along(0, 1, 30), along(30, 1, 30), along(90, 1, 30)
    (0.0, 1.0, 1.0)
    """
    return min(1.0, log10(1 + value / step) / log10(1 + most / step))


def spread(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """Heights for labels near the wanted ones, a line apart, in the order given.

    >>> spread([50, 50, 10], 0, 100)
    [50, 65.0, 10]
    """
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    placed: list[float] = []
    for n in order:
        placed.append(max(wanted[n], low, placed[-1] + LINE) if placed else max(wanted[n], low))
    for n in range(len(placed) - 1, -1, -1):
        placed[n] = min(placed[n], high if n == len(placed) - 1 else placed[n + 1] - LINE)
    found = [0.0] * len(wanted)
    for n, height in zip(order, placed, strict=True):
        found[n] = height
    return found


def _dot(left: float, row: Row) -> Dot:
    cuts, wait = row.figures["cuts"].value, row.figures["latency_median"].value
    x = left + PANEL_W * along(wait, WAIT_STEP, WAIT_MOST)
    y = TOP + PANEL_H * (1 - along(cuts, CUT_STEP, CUT_MOST))
    return Dot(x, y, row.system, f"{row.system}: {cuts:.2g} cuts an hour, {wait:.1f} s")


def _stands_before(dot: Dot, label_y: float, left: float, dots: Sequence[Dot]) -> bool:
    """Whether a name stands left of its dot: the side that has room for it, and no other dot in it."""
    width = LETTER * len(dot.name)
    before = dot.x > left + 0.55 * PANEL_W
    begins = {True: dot.x - ASIDE - width, False: dot.x + ASIDE}

    def is_free(side: bool) -> bool:  # noqa: FBT001 - which of the two
        return not any(
            abs(each.y - label_y) < LINE / 2 and begins[side] - 5 <= each.x <= begins[side] + width + 5
            for each in dots
            if each is not dot
        )

    has_room = {True: begins[True] >= left, False: begins[False] + width <= left + PANEL_W}
    turns = not is_free(before) and is_free(not before) and has_room[not before]
    return before != turns


def _labelled(dot: Dot, label_y: float, *, before: bool) -> list[str]:
    """A dot and its name beside it."""
    ours = dot.name == "coupole"
    x, anchor = (dot.x - ASIDE, "end") if before else (dot.x + ASIDE, "start")
    parts = [
        (
            f'  <circle class="{"ours" if ours else "dot"}" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{7 if ours else 4.5}">'
            f"<title>{escape(dot.about)}</title></circle>"
        ),
        (
            f'  <text class="{"strong" if ours else "small"}" x="{x:.1f}" y="{label_y + 4:.1f}" '
            f'text-anchor="{anchor}">{escape(dot.name)}</text>'
        ),
    ]
    if abs(label_y - dot.y) > LINE / 2:
        end = x + (2 if before else -2)
        parts.insert(0, f'  <path class="lead" d="M{dot.x:.1f} {dot.y:.1f}L{end:.1f} {label_y:.1f}" />')
    return parts


def _in_words(panels: Sequence[Panel]) -> str:
    """The picture for those who do not see it."""
    told = []
    for panel in panels:
        dots = [_dot(0.0, row) for row in panel.rows if not isnan(row.figures["latency_median"].value)]
        told.append(f"{panel.title}: {'; '.join(dot.about for dot in dots)}.")
    return " ".join(told)
