"""Tells pydantic about rows, so that FastAPI returns them and describes them in OpenAPI.

Imported only if pydantic asks for the schema of a row. pydantic is not a dependency of this package.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any, get_type_hints

import msgspec

from odapi_async._wire.plain import plain
from odapi_async.resources._row_fields import fields


def core_schema_of(row: type[msgspec.Struct], handler: Any) -> Any:
    """Return the schema by which pydantic validates and writes rows.

    A row is accepted as it is, and a dictionary under the API's names becomes a row, within the row's own
    limits. A row is written as a dictionary; in JSON an amount is text, as pydantic writes all of them.

    Args:
        row: the struct of a row.
        handler: pydantic's handler, which makes the schemas of the fields.
    """
    core = import_module("pydantic_core").core_schema
    hints = get_type_hints(row)
    schemas = {each.name: handler.generate_schema(hints[each.name]) for each in msgspec.structs.fields(row)}

    def dictionary(*, complete: bool) -> Any:
        keys = {
            each.encode_name: core.typed_dict_field(
                schemas[each.name], required=complete or each.required, metadata=_notes(row, each)
            )
            for each in msgspec.structs.fields(row)
        }
        return core.typed_dict_schema(keys, cls=row)

    made = core.no_info_after_validator_function(
        partial(msgspec.convert, type=row), dictionary(complete=False)
    )
    return core.json_or_python_schema(
        json_schema=made,
        python_schema=core.union_schema([core.is_instance_schema(row), made], mode="left_to_right"),
        serialization=core.plain_serializer_function_ser_schema(
            plain, return_schema=dictionary(complete=True)
        ),
        ref=f"{row.__module__}.{row.__qualname__}:{id(row)}",
    )


def _notes(row: type[msgspec.Struct], field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    """Return what the JSON schema says about a field: its name in the API, and its meaning."""
    meaning = fields(row)[field.name].meaning
    described = {"description": meaning} if meaning else {}
    return {"pydantic_js_updates": {"title": field.encode_name, **described}}
