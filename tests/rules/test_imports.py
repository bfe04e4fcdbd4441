"""Imports go one way: the contracts in `pyproject.toml` hold."""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
LINT: Final = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_the_contracts_hold() -> None:
    """No package looks up, sideways or around a corner: the core knows no shell, services know no HTTP.

    In a process of its own: the linter sets up logging anew, and every logger made before it is silent from then on.
    """
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
