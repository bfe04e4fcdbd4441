"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import media

MODULES = sorted(module.name for module in pkgutil.iter_modules(media.__path__, "media."))


@pytest.mark.parametrize("name", MODULES)
def test_each_example_gives_what_it_shows(name: str) -> None:
    """And each module says what it is for."""
    module = importlib.import_module(name)

    assert doctest.testmod(module).failed == 0
    assert module.__doc__
