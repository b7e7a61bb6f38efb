"""The errors that only the fleet raises."""

from __future__ import annotations

from collections.abc import Mapping

from odapi_async.errors import ConfigurationError, OpenDentalError


class FleetError(OpenDentalError):
    """Base of the fleet's own errors."""


class NoFleet(FleetError):  # noqa: N818 - named after the state, as in `odapi_async.errors`
    """The database holds no fleet, or an older version of this package created it."""

    def __init__(self, state: str = "holds no fleet") -> None:
        super().__init__(f"the database {state}; run: odapi fleet init")


class FleetTooNew(FleetError):  # noqa: N818 - named after the state, as in `odapi_async.errors`
    """A newer version of this package has changed the fleet's tables. Nothing was changed in them."""

    def __init__(self) -> None:
        super().__init__(
            "a newer odapi-async has changed the fleet's tables; update this one: pip install -U odapi-async"
        )


class FleetChanged(FleetError):  # noqa: N818 - named after what happened, as in `odapi_async.errors`
    """The fleet excludes other fields than the store of this worker. No practice was read.

    Attributes:
        exclude: the fields that the fleet excludes, by table: open the next `Store` with them.
    """

    def __init__(self, exclude: Mapping[str, frozenset[str]], differences: str) -> None:
        super().__init__(
            f"the fleet excludes other fields than the store of this worker ({differences}); open the store "
            "again with exclude=error.exclude, and run a worker with it"
        )
        self.exclude = exclude


class UnsuitableDatabase(FleetError, ConfigurationError):  # noqa: N818 - named after the state, likewise
    """A fleet cannot work with this database. The message says why, and what to do instead."""


class LaneBusy(FleetError):  # noqa: N818 - named after the state, as in `odapi_async.errors`
    """Another worker holds the lock of this customer key. Nothing was sent."""

    def __init__(self) -> None:
        super().__init__("another worker still holds the lock of this customer key")


class GuardLost(FleetError):  # noqa: N818 - named after what happened, as in `odapi_async.errors`
    """The connection that holds a worker's locks is lost, so the worker must not send anything."""

    def __init__(self) -> None:
        super().__init__("the connection that holds the locks is lost")


class KeyNotFound(FleetError):  # noqa: N818 - named after what happened, as in `odapi_async.errors`
    """A customer key is not where its `key_ref` says. The message names the place and says how to fix it."""
