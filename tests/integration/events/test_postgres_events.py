"""How much work a delivery is for PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.inbox import BARE, ONE, Row, apt, delivery, keeping, rows_of, taken
from tests.support.postgres import PostgresServer, is_there

pytestmark = pytest.mark.skipif(not is_there(), reason="there is no wheel with a PostgreSQL server")

SAME: list[Row] = [apt(1)] * 50
TURNS: list[Row] = [{"OperatoryNum": 7, "OpName": name} for name in "AB" * 50]


@pytest.mark.parametrize(("kind", "rows", "new"), [(ONE, SAME, 1), (BARE, TURNS, 100)])
async def test_a_row_that_is_repeated_needs_no_statement_each_time(
    postgres: PostgresServer, kind: str, rows: list[Row], new: int
) -> None:
    """100,000 of them took longer than an office waits, so that it sent them again for ever."""
    statements = list[str]()

    def log(record: Any) -> None:
        statements.append(record.query)

    async with keeping(postgres.emptied_database()) as (inbox, _):
        await inbox.open()
        async with inbox._store.engine.connect() as connection:  # the only one there is
            raw: Any = (await connection.get_raw_connection()).driver_connection
            raw.add_query_logger(log)
        assert await inbox.store(delivery(kind, *rows)) == new
        found = [row for unread in await taken(inbox) for row in rows_of(unread)]
        assert found == rows[:new]
        assert await inbox.store(delivery(kind, rows[-1])) == 0, "the last one is what counts"
    assert 1 <= len([each for each in statements if "INSERT INTO event_seen" in each]) <= 3
