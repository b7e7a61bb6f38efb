"""Fields that are not stored: their names, checked against what the mirror itself needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from odapi_async import ConfigurationError
from odapi_async.errors import suggestion
from odapi_async.mirror.database.names import columns
from odapi_async.mirror.one_line import on_one_line
from odapi_async.mirror.plans import BY_TABLE, Plan
from odapi_async.mirror.suggestions import check_tables


def excluded_fields(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the fields that names such as `patients.SSN` mean, by table, spelled as in the API.

    Args:
        names: a table and a field of the API or the column of it, with a dot between. Upper and lower case
            matter only if the API has two fields that differ in nothing else.

    Raises:
        ConfigurationError: there is no such table or field, or the mirror needs the field.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        table, dot, field = name.partition(".")
        if not dot or not field:
            raise ConfigurationError(
                f"{on_one_line(name)} has to be a table and a field, such as patients.SSN"
            )
        check_tables([table])
        found[table].add(_field(BY_TABLE[table], field))
    return {table: frozenset(fields) for table, fields in found.items()}


def _field(plan: Plan, name: str) -> str:
    known = columns(plan.operation.returns)
    matches = [each.wire for each in known if name == each.wire]
    matches = matches or [each.wire for each in known if name == each.name]
    matches = matches or [each.wire for each in known if name.lower() == each.wire.lower()]
    if not matches:
        hint = suggestion(name, [each.wire for each in known])
        raise ConfigurationError(f"{plan.table} has no field {on_one_line(name)}; {hint}")
    if len(matches) > 1:
        raise ConfigurationError(f"{plan.table} has the fields {' and '.join(matches)}; name one of them")
    (field,) = matches
    if reason := _reason_to_keep(plan, field):
        raise ConfigurationError(f"{plan.table}.{field} cannot be excluded: {reason}")
    return field


def _reason_to_keep(plan: Plan, field: str) -> str | None:
    """Return what the mirror needs a field for; None if it does not need it."""
    if field == plan.id_field:
        return "it is the id of the row"
    if plan.changes and field == plan.changes.stamp:
        return "it says when the row has changed"
    if plan.parent and field == plan.parent.filter:
        return f"it says which of {plan.parent.table} the row belongs to"
    if plan.deleted and field == plan.deleted.field:
        return "it says whether the row is deleted"
    return None
