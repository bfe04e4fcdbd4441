"""`coupole bench`: the speed table, on the screen, as JSON, or as a page of the documentation."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from guide.bench.measure import measure
from guide.bench.table import as_json, as_markdown
from guide.clock import SystemClock


def bench(
    *,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the table as JSON to this file.")
    ] = None,
    docs: Annotated[
        Path | None, typer.Option("--docs", help="Write the table as Markdown to this file.")
    ] = None,
) -> None:
    """Measure the speed of this machine's installation: some three minutes."""
    console = Console(stderr=True)
    now = SystemClock().now_ms()
    with console.status("measuring") as status:
        rows = list(measure(lambda what: status.update(f"measuring: {what}")))
    if json_file is not None:
        json_file.write_text(
            json.dumps(as_json(rows, now), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    if docs is not None:
        docs.write_text(as_markdown(rows, now), encoding="utf-8")
    table = Table("what", "measured", "must be at most", "beside it")
    for row in rows:
        must = "" if row.must is None else f"{row.must:g} {row.unit} {'✓' if row.reached else '✗'}"
        beside = "" if row.beside_value is None else f"{row.beside_value:.3g} {row.unit}"
        table.add_row(row.what, f"{row.value:.3g} {row.unit}", must, beside)
    Console().print(table)
