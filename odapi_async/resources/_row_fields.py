"""The fields of rows at run time: what they mean, and which values they have.

The docstrings of fields, of enumerations and of modules are read from the source, which Python keeps in a zip
file and with -OO, too. An installation that has compiled files alone has no source, and then no meanings.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType, NoneType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from odapi_async._wire import Since
from odapi_async.resources._help import OPEN_VALUES, field_docstrings


class RowField(NamedTuple):
    """One field of a row.

    Attributes:
        name: the name in the API.
        type: the Python type of its values, without None; `list` for all lists.
        optional: whether a value may be None.
        meaning: what the source says about it; empty if the name says it all, or without the source.
        since: the first version of Open Dental that sends it, if it came later than the operation.
        values: the documented values of an enumerated field; empty for others.
        values_note: what the source says about these values.
        complete: whether `values` are all values that the reference knows.
    """

    name: str
    type: type
    optional: bool
    meaning: str
    since: str | None
    values: tuple[str, ...]
    values_note: str
    complete: bool


@cache
def fields(row: type[Any]) -> Mapping[str, RowField]:
    """Return the fields of a row by name: their types, and what the source says about them.

    Args:
        row: the struct of a row; other types have no fields.
    """
    names = getattr(row, "__struct_fields__", ())
    if not names:
        return MappingProxyType({})
    hints = get_type_hints(row, include_extras=True)
    meanings = _meanings(row)
    return MappingProxyType({name: _field(row, name, hints[name], meanings.get(name, "")) for name in names})


@cache
def about(name: str) -> str | None:
    """Return what a resource is, in one line; None if this installation has no source.

    Raises:
        ModuleNotFoundError: the resource does not exist.
    """
    tree = _tree(import_module(f"odapi_async.resources.{name}").__name__)
    if tree is None:
        return None
    first = (ast.get_docstring(tree) or "").splitlines()[0]
    text = first.partition(": ")[2] or first
    return text[:1].upper() + text[1:]


def _field(row: type[Any], name: str, hint: Any, meaning: str) -> RowField:
    constraints = [*_constraints(hint)]
    since = next((each.version for each in constraints if isinstance(each, Since)), None)
    kinds = [*_kinds(hint)]
    enumeration = _enumeration(row, name)
    note = _class_docstring(enumeration) if enumeration else ""
    return RowField(
        name,
        next(kind for kind in kinds if kind is not NoneType),
        NoneType in kinds,
        meaning,
        since,
        tuple(each.value for each in enumeration or ()),
        note.replace(OPEN_VALUES, "").strip(),
        OPEN_VALUES not in note,
    )


def _constraints(hint: Any) -> Iterator[Any]:
    """Return everything that is written in `Annotated`, also around a part of a union."""
    yield from getattr(hint, "__metadata__", ())
    if hasattr(hint, "__metadata__"):
        yield from _constraints(hint.__origin__)
    elif get_origin(hint) is not list:
        for part in get_args(hint):
            yield from _constraints(part)


def _kinds(hint: Any) -> Iterator[type]:
    """Return the plain types of a union, or the type itself."""
    if hasattr(hint, "__metadata__"):
        yield from _kinds(hint.__origin__)
    elif get_origin(hint) is list:
        yield list
    elif parts := get_args(hint):
        for part in parts:
            yield from _kinds(part)
    else:
        yield hint if isinstance(hint, type) else str


def _enumeration(row: type[Any], name: str) -> type[StrEnum] | None:
    """Return the enumeration of a field; for `confirmVal` it is named `ConfirmVal`."""
    module = f"odapi_async.enums.{row.__module__.rpartition('.')[2]}"
    if not row.__module__.startswith("odapi_async.resources.") or find_spec(module) is None:
        return None
    known = vars(import_module(module))
    capital = name[:1].upper() + name[1:]
    names = (name,) if capital in getattr(row, "__struct_fields__", ()) else (name, capital)
    found = (known.get(each) for each in names)
    return next((each for each in found if isinstance(each, type) and issubclass(each, StrEnum)), None)


def _meanings(row: type[Any]) -> dict[str, str]:
    """Return the docstrings of the fields of a row and of its bases."""
    found: dict[str, str] = {}
    for each in reversed(row.__mro__):
        node = _class_node(each)
        found |= field_docstrings(node) if node else {}
    return found


def _class_docstring(of: type[Any]) -> str:
    node = _class_node(of)
    return " ".join((ast.get_docstring(node) or "").split()) if node else ""


def _class_node(of: type[Any]) -> ast.ClassDef | None:
    if not of.__module__.startswith("odapi_async."):
        return None
    tree = _tree(of.__module__)
    classes = [each for each in tree.body if isinstance(each, ast.ClassDef)] if tree else []
    return next((each for each in classes if each.name == of.__name__), None)


@cache
def _tree(module: str) -> ast.Module | None:
    """Return the syntax tree of a module; None if there is no source."""
    try:
        return ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError):
        return None
