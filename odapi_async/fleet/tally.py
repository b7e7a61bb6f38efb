"""What a worker has done since it last told the database, for the line of the pace."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from odapi_async.fleet.schema import PACE
from odapi_async.mirror import Store
from odapi_async.mirror.database.error_map import translate_errors


class Tally:
    """Counts requests and rows, and the requests that the limits allowed meanwhile.

    Attributes:
        requests: requests that were sent.
        rows: rows that were written.
        allowed: requests that the limits of the API allowed to the practices that were read.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.rows = 0
        self.allowed = 0.0

    async def flush(self, store: Store, worker: UUID) -> None:
        """Add what was counted to the current minute of the worker, and begin again.

        Raises:
            StoreError: the database cannot be used; nothing that was counted is lost.
        """
        requests, rows, allowed = self.requests, self.rows, self.allowed
        if not (requests or rows or allowed):
            return
        found = insert(PACE).values(
            minute=sa.func.date_trunc("minute", sa.func.now()),
            worker=worker,
            requests=requests,
            rows=rows,
            allowed=allowed,
        )
        added = {name: PACE.c[name] + found.excluded[name] for name in ("requests", "rows", "allowed")}
        with translate_errors():
            async with store.engine.begin() as connection:
                await connection.execute(
                    found.on_conflict_do_update(index_elements=["minute", "worker"], set_=added)
                )
        self.requests -= requests
        self.rows -= rows
        self.allowed -= allowed
