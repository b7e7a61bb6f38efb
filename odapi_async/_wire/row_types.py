"""Which types bodies can be decoded into: others are refused before a request is sent."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Final

from odapi_async._wire.hints import has_fields, is_struct, members, name_of, types_in
from odapi_async.errors import InvalidRequest

_ADVICE: Final = (
    "pass a msgspec.Struct, a dataclass or a TypedDict, or make your objects from the dictionaries of "
    "practice.rows(path)"
)
_OF_MODELS: Final = (
    "read the rows, and make a model of each with model_validate(row, from_attributes=True); "
    "or pass a msgspec.Struct, a dataclass or a TypedDict"
)
_KNOWN: Final = frozenset[Any](
    (
        Annotated,
        UnionType,
        bool,
        int,
        float,
        str,
        bytes,
        NoneType,
        Decimal,
        date,
        datetime,
        time,
        dict,
        list,
        tuple,
        object,
    )
)
_OBJECTS: Final = frozenset(
    ("AnyType", "DataclassType", "DictType", "FrozenDictType", "RawType", "StructType", "TypedDictType")
)


def check_type(row_type: Any) -> None:
    """Refuse a type with a class that the decoder knows nothing about, such as a pydantic model.

    Raises:
        InvalidRequest: it has such a class, also as the type of a field, or a name in it is not defined.
        TypeError: the decoder does not know one of its types.
    """
    try:
        unknown = [kind for kind in types_in(row_type) if _is_unknown(kind)]
    except NameError as error:
        raise InvalidRequest("into", f"rows cannot be decoded into {name_of(row_type)}: {error}") from None
    if unknown:
        name, whole = name_of(unknown[0]), name_of(row_type)
        what = name if unknown[0] is row_type else f"{whole}, which contains a {name}"
        advice = _OF_MODELS if hasattr(unknown[0], "model_validate") else _ADVICE
        raise InvalidRequest("into", f"rows cannot be decoded into {what}: {advice}")


def check_row_type(row_type: Any) -> None:
    """Refuse a type that no row can become, such as `int`, `list` or a named tuple: a row is an object.

    Raises:
        InvalidRequest: it is such a type.
    """
    if not any(_takes_objects(kind) for kind in members(row_type)):
        raise InvalidRequest("into", f"rows cannot be decoded into {name_of(row_type)}: {_ADVICE}")


def _is_unknown(kind: Any) -> bool:
    if not isinstance(kind, type) or kind in _KNOWN or has_fields(kind):
        return False
    return _described(kind) == "CustomType"


def _takes_objects(kind: Any) -> bool:
    if is_struct(kind):
        return not kind.__struct_config__.array_like
    return kind in {Any, object, dict} or _described(kind) in _OBJECTS


def _described(kind: Any) -> str:
    """Return how the decoder calls a type."""
    try:
        import msgspec.inspect  # noqa: PLC0415 - few types need it
    except OSError as error:
        raise InvalidRequest("into", f"cannot be checked: {error.strerror}") from None
    return type(msgspec.inspect.type_info(kind)).__name__
