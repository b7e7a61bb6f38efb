"""The resources of the API: one module each, imported on first use, and their operations.

`names()` lists the resources, `operations(name)` lists the operations of one, and `fields(row)` explains the
fields of a row. Every module has its structs, the TypedDicts of its filters and bodies, and one `Operation`
per method with the method's name in capitals.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from odapi_async._core.operation import Operation, Rule
from odapi_async._core.requests import PreparedRequest, prepare
from odapi_async._wire import DateLike, DateTimeLike, Ids, Money, Parameter, TimeLike, format_parameters
from odapi_async._wire import parameters as _parameters
from odapi_async._wire.formatted import decoder_for
from odapi_async._wire.mending import mend

if TYPE_CHECKING:
    from odapi_async.resources._row_fields import RowField

__all__ = [
    "DateLike",
    "DateTimeLike",
    "Ids",
    "Money",
    "Operation",
    "Parameter",
    "PreparedRequest",
    "RowField",
    "Rule",
    "TimeLike",
    "about",
    "fields",
    "id_target",
    "names",
    "operations",
    "parameters",
    "prepare",
    "read_rows",
    "repair_texts",
]

T = TypeVar("T")


@cache
def names() -> tuple[str, ...]:
    """Return the names of all resources: the attributes of a `Practice`, such as `procedure_logs`."""
    tree = import_module("odapi_async.resources._tree").ResourceTree
    return tuple(tree.__annotations__)


@cache
def operations(name: str) -> Mapping[str, Operation[Any]]:
    """Return the operations of a resource, by the names of its methods.

    Raises:
        ModuleNotFoundError: the resource does not exist.
    """
    module = import_module(f"odapi_async.resources.{name}")
    found: dict[str, Operation[Any]] = {
        method.lower(): value
        for method, value in vars(module).items()
        if isinstance(value, Operation) and not method.startswith("_")
    }
    return MappingProxyType(found)


def parameters(operation: Operation[Any]) -> Mapping[str, Parameter]:
    """Return the filters or the body fields of an operation by their wire names; no operation has both.

    The formats of dates are among them if the operation returns dates.
    """
    shapes: tuple[type | None, ...] = (
        operation.body or operation.query,
        format_parameters(operation.returns),
    )
    return MappingProxyType({k: v for shape in filter(None, shapes) for k, v in _parameters(shape).items()})


def fields(row: type[Any]) -> Mapping[str, RowField]:
    """Return the fields of a row by name: their types, meanings, versions and documented values.

    The meanings come from the source of this package, and are empty if an installation has none.

    Args:
        row: the struct of a row, such as `operations("patients")["simple"].returns`.
    """
    found: Mapping[str, RowField] = _reader().fields(row)
    return found


def id_target(name: str) -> str | None:
    """Return the resource whose row ids a field or a parameter of this name holds; None if it holds none.

    Args:
        name: the name in the API. Its first letter may be small, and it may be that of a list: `procNums`.
    """
    found: str | None = import_module("odapi_async.resources._ids").id_target(name)
    return found


def about(name: str) -> str | None:
    """Return what a resource is, in one line; None if this installation has no source.

    Raises:
        ModuleNotFoundError: the resource does not exist.
    """
    text: str | None = _reader().about(name)
    return text


def read_rows(row: type[T], body: bytes) -> list[T]:
    """Decode JSON of the API that came another way than as a response, such as in an event of an office.

    Args:
        row: the struct of a row, such as `operations("appointments")["get"].returns`.
        body: a JSON array of rows.

    Raises:
        DecodeError: the body is no such array, or a row is not plausible.
    """
    return decoder_for(row, {}).page(body)


def repair_texts(body: bytes) -> bytes:
    """Return JSON of the API with texts that can be decoded, repaired as those of responses are.

    A byte that is not UTF-8 and half of a surrogate pair become U+FFFD, and a raw control character becomes
    its escape. A body that needs no repair, or too much, is returned as it is.

    Args:
        body: the JSON.
    """
    mended = mend(body)
    return mended.body if mended else body


def _reader() -> Any:
    # it reads the source, which few programs need
    return import_module("odapi_async.resources._row_fields")


if not TYPE_CHECKING:  # a type checker shall see a misspelled name

    def __getattr__(name: str) -> Any:
        if name != "RowField":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return _reader().RowField
