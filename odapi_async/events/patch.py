"""What an event changes in a mirrored table, from what the table holds. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

_ROW: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Sent(NamedTuple):
    """A row of an event.

    Attributes:
        row_id: its id.
        stamp: when it was last changed, in office time; None if that is not known.
        values: the columns that the office sent.
    """

    row_id: int
    stamp: dt.datetime | None
    values: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Sent({self.row_id}, {len(self.values)} values)"  # they are patient data


class Held(NamedTuple):
    """A row of the mirror.

    Attributes:
        stamp: when it was last changed, in office time; None if that is not known.
        is_deleted: whether it is marked as deleted.
    """

    stamp: dt.datetime | None = None
    is_deleted: bool = False


class Patch(NamedTuple):
    """What is to be written.

    Attributes:
        inserted: the columns of new rows, by id.
        updated: the columns of existing rows that change, by id.
        revived: the ids of updated rows that were marked as deleted.
        ignored: the number of rows that change nothing.
    """

    inserted: dict[int, dict[str, Any]]
    updated: dict[int, dict[str, Any]]
    revived: set[int]
    ignored: int

    def __repr__(self) -> str:
        counts = f"{len(self.inserted)} inserted, {len(self.updated)} updated, {len(self.revived)} revived"
        return f"Patch({counts}, {self.ignored} ignored)"  # the values are patient data


def make_patch(rows: Iterable[Sent], held: Mapping[int, Held], gone: Container[int]) -> Patch:
    """Return what the rows of an event change.

    A row that is older than the one in the mirror changes nothing. One that is marked as deleted comes back
    only if the office has changed it since: events may be late.

    Args:
        rows: the rows.
        held: what the mirror holds, by id.
        gone: the ids of the rows that the office has deleted.
    """
    patch = Patch({}, {}, set(), 0)
    known, ignored = dict(held), 0
    for row_id, stamp, values in rows:
        before = known.get(row_id)
        if row_id in gone or (before is not None and _is_late(stamp, before)):
            ignored += 1
            continue
        if before is None or row_id in patch.inserted:
            patch.inserted.setdefault(row_id, {}).update(values)
        else:
            patch.updated.setdefault(row_id, {}).update(values)
        if before is not None and before.is_deleted:
            patch.revived.add(row_id)
        known[row_id] = Held(stamp or (before.stamp if before else None))
    return patch._replace(ignored=ignored)


def _is_late(stamp: dt.datetime | None, before: Held) -> bool:
    if stamp is None or before.stamp is None:
        return before.is_deleted
    return stamp <= before.stamp if before.is_deleted else stamp < before.stamp


def by_columns(rows: Mapping[int, dict[str, Any]]) -> list[dict[int, dict[str, Any]]]:
    """Return rows in groups that have the same columns; an event mostly has one."""
    found: dict[tuple[str, ...], dict[int, dict[str, Any]]] = {}
    for row_id, values in rows.items():
        found.setdefault(tuple(sorted(values)), {})[row_id] = values
    return [*found.values()]


def sent_fields(raw: bytes, known: Sequence[str]) -> set[str]:
    """Return which fields a row has, spelled as in the API.

    Args:
        raw: the row as JSON.
        known: the fields of such rows.
    """
    names = {*_ROW.decode(raw)}
    if names <= {*known}:
        return names
    # a server may spell a field in other upper and lower case, as in a list
    folded = {name.casefold() for name in names - {*known}}
    return {name for name in known if name in names or name.casefold() in folded}
