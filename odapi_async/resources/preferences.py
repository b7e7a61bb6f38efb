"""Preferences: the settings of the office."""

from typing import Annotated, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Exact
from odapi_async.resources.base import Resource, Row


class Preference(Row, frozen=True):
    """A setting of the office."""

    PrefNum: int = 0
    PrefName: str = ""
    ValueString: str = ""
    """Always text, whatever the type of the setting."""


class PreferenceFilters(TypedDict, total=False):
    """Filters of `list`."""

    PrefName: Annotated[str, Exact()]
    """The name of one preference."""


LIST = Operation("GET", "/preferences", Preference, since="21.1", query=PreferenceFilters)


class Preferences(Resource):
    """Settings of the office, about a thousand. Read only."""

    def list(self, **filters: Unpack[PreferenceFilters]) -> Rows[Preference]:
        """List all preferences, or one by its name. API: Preferences GET, 21.1."""
        return self._rows(LIST, query=filters)
