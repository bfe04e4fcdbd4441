"""Rows as frozen values and back: a value has the names of its table's columns, or of some of them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from guide.tables import Base

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

V = TypeVar("V", bound="DataclassInstance")
B = TypeVar("B", bound=Base)


def value_of(kind: type[V], row: Base) -> V:
    """What a row says, as a value of a kind."""
    return kind(**{each.name: getattr(row, each.name) for each in fields(kind)})


def row_of(table: type[B], value: "DataclassInstance", **more: object) -> B:
    """A new row that says what a value says, with the columns that the value does not have."""
    return table(**{each.name: _plain(getattr(value, each.name)) for each in fields(value)}, **more)


def _plain(value: object) -> object:
    """A column of JSON takes dictionaries, and no other mapping."""
    return dict(value) if isinstance(value, Mapping) else value
