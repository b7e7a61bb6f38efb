"""Which rows of a table changed and when, as a database tells it by the stamps of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_KEPT: Final = ("PatNum", "ClinicNum")


class Deletion(NamedTuple):
    """One row that was removed.

    Attributes:
        row_id: its id.
        moment: when, as yyyy-MM-dd HH:mm:ss.
        values: the patient and the clinic of the row, if it had them.
    """

    row_id: int
    moment: str
    values: Mapping[str, Any]


class ChangedRows:
    """The changes of one table since its start."""

    def __init__(self) -> None:
        self._changed: dict[int, str] = {}
        self._removed: dict[int, Deletion] = {}

    def changed(self, row_id: int, moment: str) -> None:
        """Note that a row was added, or got other values."""
        self._changed[row_id] = moment

    def removed(self, row_id: int, moment: str, row: Mapping[str, Any]) -> None:
        """Note that a row was removed."""
        self._changed.pop(row_id, None)
        values = {name: row[name] for name in _KEPT if name in row}
        self._removed[row_id] = Deletion(row_id, moment, values)

    def since(self, moment: str) -> list[int]:
        """Return the ids of the rows that changed at a moment or after, in the order of their ids."""
        return sorted(row_id for row_id, changed in self._changed.items() if changed >= moment)

    def removed_since(self, moment: str) -> list[Deletion]:
        """Return the removals at a moment or after, in the order of the ids."""
        return sorted(each for each in self._removed.values() if each.moment >= moment)
