"""The examples in the docstrings of the core are true."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import zones

MODULES = sorted(f"zones.{module.name}" for module in pkgutil.iter_modules(zones.__path__))


@pytest.mark.parametrize("name", [*MODULES, "tests.zones.plans"])
def test_examples(name: str) -> None:
    """Whoever types an example in gets what it says."""
    failed, _ = doctest.testmod(import_module(name))

    assert failed == 0
