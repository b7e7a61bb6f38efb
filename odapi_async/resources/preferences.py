"""Preferences: DOC."""

from typing import TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class Preference(Row, frozen=True):
    """DOC Preference."""

    PrefNum: int = 0
    PrefName: str = ""
    ValueString: str = ""


class PreferenceFilters(TypedDict, total=False):
    """Filters of `list`."""

    PrefName: str
    """One preference; otherwise all, paged."""


LIST = Operation("GET", "/preferences", Preference, since="21.1", query=PreferenceFilters)


class Preferences(Resource):
    """Preferences. Read only; about a thousand rows."""

    def list(self, **filters: Unpack[PreferenceFilters]) -> Rows[Preference]:
        """List preference rows. API: Preferences GET, 21.1."""
        return self._rows(LIST, query=filters)
