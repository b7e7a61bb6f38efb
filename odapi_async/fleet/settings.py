"""The settings that all practices of a fleet share: fields that are not stored, and days between sweeps.

Two settings never apply at the same time. `load` removes the columns of excluded fields with its own
transaction, so a worker that still has the old settings cannot write them; each worker ends its session when
it sees that the settings have changed, and begins the next one when no other worker has the old ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from odapi_async.fleet.errors import FleetChanged
from odapi_async.fleet.schema import META
from odapi_async.mirror import Store
from odapi_async.mirror.database.migrate import drop_excluded
from odapi_async.mirror.database.schema import define_without
from odapi_async.mirror.duration import check_sweep_days
from odapi_async.mirror.exclude import excluded_fields

SETTINGS_DIGEST: Final = "(SELECT md5(m::text) FROM fleet_meta m)"
"""An expression of SQL: what it returns changes with the settings and with the version of the tables."""


class FleetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that all practices of a fleet share.

    Attributes:
        exclude: the fields that are not stored, such as `patients.SSN`, sorted.
        sweep_days: days from one sweep, which reads all rows, to the next; None for each table's own number.
    """

    exclude: tuple[str, ...] = ()
    sweep_days: float | None = None


NO_SETTINGS: Final = FleetSettings()


def settings_of(exclude: Mapping[str, Collection[str]], sweep_days: float | None) -> FleetSettings:
    """Return settings after a check.

    Args:
        exclude: the fields that are not stored, by table, as `Store` takes them.
        sweep_days: days from one sweep to the next; None for each table's own number.

    Raises:
        ConfigurationError: a field cannot be excluded, or the number of days is none.
    """
    check_sweep_days(sweep_days)
    return FleetSettings(
        exclude=_names(excluded_fields(_names(exclude))),
        sweep_days=None if sweep_days is None else float(sweep_days),
    )


async def read_settings(connection: AsyncConnection) -> tuple[FleetSettings, str]:
    """Return the settings of a fleet, and the digest that changes with them."""
    query = sa.select(META.c.exclude, META.c.sweep_days, sa.literal_column(SETTINGS_DIGEST, sa.Text()))
    exclude, sweep_days, digest = (await connection.execute(query)).one()
    return FleetSettings(exclude=tuple(sorted(exclude)), sweep_days=sweep_days), str(digest)


def check_excluded(store: Store, settings: FleetSettings) -> None:
    """Check that a store leaves out the fields that the fleet excludes, and no others.

    Raises:
        FleetChanged: it does not.
    """
    wanted, found = {*settings.exclude}, {*_names(store.excluded)}
    if wanted != found:
        differences = [f"+ {each}" for each in sorted(wanted - found)]
        differences += [f"- {each}" for each in sorted(found - wanted)]
        raise FleetChanged(_by_table(settings.exclude), ", ".join(differences))


async def remove_excluded(connection: AsyncConnection, exclude: Iterable[str]) -> None:
    """Remove the columns of excluded fields where the database has them, with their values.

    Args:
        connection: a connection in a transaction.
        exclude: the fields, such as `patients.SSN`.

    Raises:
        ConfigurationError: this version does not know one of the fields.
    """
    if fields := excluded_fields(exclude):
        tables = [define_without(table, names) for table, names in fields.items()]
        await connection.run_sync(drop_excluded, tables)


def _names(exclude: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{table}.{field}" for table, fields in exclude.items() for field in fields))


def _by_table(names: Iterable[str]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        table, _, field = name.partition(".")
        found[table].add(field)
    return {table: frozenset(fields) for table, fields in found.items()}
