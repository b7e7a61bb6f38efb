"""The resources that have a field of a name: for people who know the name of a column, and not its table."""

from __future__ import annotations

import msgspec

from odapi_async import resources
from odapi_async.cli.describe.content import ResourceAnswer, describe
from odapi_async.cli.errors import UsageError
from odapi_async.cli.known_names import find_resource
from odapi_async.errors import suggestion

_SIMILAR = "did you mean"


class FieldPlaces(msgspec.Struct, frozen=True):
    """The resources that have a field.

    Attributes:
        field: the name of the field or column that was looked up.
        resources: the resources, each with the fields of that name alone.
    """

    field: str
    resources: list[ResourceAnswer]


def describe_name(name: str) -> ResourceAnswer | FieldPlaces:
    """Return what is known about a resource, or if there is none of this name, about fields of this name.

    Args:
        name: the name of a resource; or that of a field or of its column, in any case.

    Raises:
        UsageError: there is neither of them; the message suggests a name.
    """
    try:
        find_resource(name)
    except UsageError as error:
        everything = _all_resources()
        if found := [only for each in everything if (only := _with_fields(each, name)).fields]:
            return FieldPlaces(name, found)
        hint = suggestion(name, {field.name for each in everything for field in each.fields})
        if _SIMILAR in str(error) or not hint.startswith(_SIMILAR):
            raise
        raise UsageError(f"there is no resource and no field {name!r}; {hint}") from None
    return describe(name)


def _with_fields(answer: ResourceAnswer, name: str) -> ResourceAnswer:
    lower = name.lower()
    fields = [each for each in answer.fields if lower in {each.name.lower(), each.column}]
    return msgspec.structs.replace(answer, fields=fields)


def _all_resources() -> list[ResourceAnswer]:
    found: list[ResourceAnswer] = []
    for name in resources.names():
        try:
            found.append(describe(name))
        except UsageError:  # its methods return no rows
            continue
    return found
