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
    """Measure the speed of this machine's installation: some five minutes."""
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
    table = Table("what", "measured", "must be", "beside it")
    for row in rows:
        mark = "" if row.reached is None else " ✓" if row.reached else " ✗"
        table.add_row(row.what, row.measured, row.limit + mark, row.comparison)
    Console().print(table)
