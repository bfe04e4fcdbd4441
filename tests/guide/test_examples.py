"""The examples in the service's docstrings are true."""

import doctest
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

import guide

ROOT: Final = Path(guide.__file__).parent
MODULES: Final = sorted(
    "guide." + ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in ROOT.rglob("*.py")
    if not {"migrations", "web", "__main__.py", "__init__.py"} & set(path.relative_to(ROOT).parts)
)


@pytest.mark.parametrize("module", MODULES)
def test_examples_run(module: str) -> None:
    """What a docstring shows is what happens."""
    found = doctest.testmod(import_module(module))
    assert found.failed == 0
