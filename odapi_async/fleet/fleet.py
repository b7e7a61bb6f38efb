"""The fleet as one object: set it up, say which practices it has, let workers work, and look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from odapi_async import ConfigurationError, OpenDental, Transport, network_transport
from odapi_async.errors import suggestion
from odapi_async.fleet import practices as registry
from odapi_async.fleet.checks import check_dialect
from odapi_async.fleet.difference import Difference, FleetPractice, difference
from odapi_async.fleet.install import install
from odapi_async.fleet.key_places import find_key
from odapi_async.fleet.settings import settings_of
from odapi_async.fleet.slices import KeyFor
from odapi_async.fleet.status import FleetStatus, read_fleet_status
from odapi_async.fleet.timing import DEFAULT_TIMING, Timing
from odapi_async.fleet.worker import MakeClient, Worker
from odapi_async.mirror import Store

_NOTHING: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


async def _from_its_place(practice: str, key_ref: str) -> str:
    return await asyncio.to_thread(find_key, practice, key_ref)  # a keyring or a network drive may block


def _client(transport: Transport) -> OpenDental:
    return OpenDental(transport=transport)


class Fleet:
    """A mirror of many practices in one PostgreSQL database, kept up to date by any number of workers.

        async with Store("postgresql://mirror@db.example/mirror") as store:
            await Fleet(store).worker(concurrency=200).run()

    Args:
        store: the mirror's database.
        key_for: an async function that returns the customer key of a practice, such as one that asks a vault.
            It is called with the name of the practice and its `key_ref` at the begin of each slice. By
            default the key is at the place that `key_ref` names.
        timing: the times of the workers. All workers of a fleet need the same.

    Attributes:
        store: the database, as given.

    Raises:
        UnsuitableDatabase: the database is not PostgreSQL.
    """

    def __init__(
        self, store: Store, *, key_for: KeyFor = _from_its_place, timing: Timing = DEFAULT_TIMING
    ) -> None:
        check_dialect(store)
        self.store = store
        self._key_for = key_for
        self._timing = timing

    async def init(self) -> None:
        """Create what the fleet needs in the database, or bring it up to date; run again, it changes nothing.

        Raises:
            UnsuitableDatabase: the server is too old.
            FleetTooNew: a newer version of this package has changed the fleet's tables.
            StoreError: the database cannot be used.
        """
        await install(self.store)

    async def load(
        self,
        practices: Iterable[FleetPractice],
        *,
        exclude: Mapping[str, Collection[str]] = _NOTHING,
        sweep_days: float | None = None,
    ) -> Difference:
        """Make these practices those of the fleet; others are disabled, and their rows stay.

        Args:
            practices: all practices, each with a name of its own. A new or changed one is read at once.
            exclude: the fields that are not stored, by table: `{"patients": ["SSN"]}`. If the database holds
                values of them, they are removed. A field that is not named here is stored, even if it was
                excluded before. Workers that run notice it within seconds.
            sweep_days: days from one sweep, which reads all rows, to the next; None for each table's own
                number.

        Returns:
            What was changed.

        Raises:
            ConfigurationError: two practices have the same name, or a field cannot be excluded.
            NoFleet: the database holds no fleet.
            StoreError: the database cannot be used.
        """
        wanted, settings = [*practices], settings_of(exclude, sweep_days)
        await registry.check_fleet(self.store)
        current, before = await registry.read_fleet(self.store)
        change = difference(current, wanted, before, settings)
        await registry.apply(self.store, change)
        return change

    async def sync(self, names: Collection[str]) -> None:
        """Read practices now, before all that nobody waits for.

        Args:
            names: the names of practices that are enabled.

        Raises:
            ConfigurationError: there is no such practice, or it is disabled.
            NoFleet: the database holds no fleet.
            StoreError: the database cannot be used.
        """
        await registry.check_fleet(self.store)
        known = {each.name for each in await registry.read_practices(self.store) if each.enabled}
        for name in names:
            if name not in known:
                hint = suggestion(name, known)
                raise ConfigurationError(f"the fleet has no practice {name!r} that is enabled; {hint}")
        await registry.make_urgent(self.store, names)

    async def status(self) -> FleetStatus:
        """Return what is late, what needs a person, and who works. Nothing is sent, and nothing is written.

        Raises:
            NoFleet: the database holds no fleet.
            StoreError: the database cannot be used.
        """
        await registry.check_fleet(self.store)
        return await read_fleet_status(self.store)

    def worker(
        self,
        make_client: MakeClient = _client,
        *,
        transport: Transport | None = None,
        concurrency: int = 100,
        on_change: Callable[[str], object] = lambda _: None,
    ) -> Worker:
        """Return a worker; `run` lets it work until `stop` is called.

        Args:
            make_client: makes its client: a function of a transport, which has to go to `OpenDental`. Use
                `buckets=RedisBuckets(...)` there if other programs use the same customer keys.
            transport: what sends the requests; by default `network_transport()`. It is closed at the end of
                `run`, so the next worker needs another one.
            concurrency: how many practices it reads at the same time at most, 2 or more.
            on_change: called with a line of text when it begins, and when it loses its database.

        Raises:
            ConfigurationError: `concurrency` is less than 2.
        """
        return Worker(
            self.store,
            network_transport() if transport is None else transport,
            make_client,
            self._key_for,
            concurrency=concurrency,
            timing=self._timing,
            on_change=on_change,
        )
