"""Takes out of deliveries what their database does not keep. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from typing import Any, Final, cast

import msgspec

from odapi_async.events.delivery import Delivery, Item, digest_of, fields_of
from odapi_async.events.event import PATIENT_SELECTED, WATCHED

_PATIENTS: Final = "patients"  # the table of the patient that somebody selects
_JSON: Final = msgspec.json.Decoder(float_hook=float)
_ROW: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])

_IsExcluded = Callable[[str], bool]


def without_fields(delivery: Delivery, excluded: Mapping[str, Collection[str]]) -> Delivery:
    """Return a delivery without the fields that its database does not keep.

    A row of which nobody knows the table loses the excluded fields of all tables, at whatever depth.

    Args:
        delivery: the delivery.
        excluded: these fields by table, spelled as in the API.
    """
    of_any = {name.casefold() for names in excluded.values() for name in names}
    if not of_any:
        return delivery
    watched, is_selected = WATCHED.get(delivery.kind), delivery.kind == PATIENT_SELECTED
    table = watched.table if watched else _PATIENTS
    is_own, stamp = _of_table(table, excluded.get(table, ())), watched.stamp if watched else None

    def without(item: Item) -> Item:
        is_row = is_selected and item.raw.startswith(b"{")
        if item.row_id is None and not is_row:
            return _pruned(item, of_any)
        return _without(item, is_own, stamp) if excluded.get(table) else item

    return delivery._replace(items=tuple(map(without, delivery.items)))


def _of_table(table: str, names: Collection[str]) -> _IsExcluded:
    """Return what tells an excluded field, whatever its case; some fields differ in nothing else."""
    kept = fields_of(table).difference(names)
    folded = {name.casefold() for name in names}
    return lambda name: name.casefold() in folded and name not in kept


def _without(item: Item, is_excluded: _IsExcluded, stamp: str | None) -> Item:
    """Return a row of a known table; what is left of it stays as it was written."""
    row = _ROW.decode(item.raw)
    raw = msgspec.json.encode({name: value for name, value in row.items() if not is_excluded(name)})
    is_stamped = stamp is not None and not is_excluded(stamp)
    # a digest of the whole row would tell those who guess the field that they are right
    return item._replace(raw=raw, digest=digest_of(_JSON.decode(raw)), stamp=item.stamp if is_stamped else "")


def _pruned(item: Item, names: Container[str]) -> Item:
    """Return a row of an unknown table."""
    row = _pruned_value(_JSON.decode(item.raw), names)
    return item._replace(raw=msgspec.json.encode(row), digest=digest_of(row))


def _pruned_value(value: Any, names: Container[str]) -> Any:
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value).items()
        return {name: _pruned_value(each, names) for name, each in fields if name.casefold() not in names}
    if isinstance(value, list):
        return [_pruned_value(each, names) for each in cast("Iterable[Any]", value)]
    return value
