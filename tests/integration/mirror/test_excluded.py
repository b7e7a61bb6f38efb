"""Fields that are not to be stored: they reach neither the database nor an export, and old values go."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from odapi_async import ConfigurationError
from odapi_async.mirror import FileFormat, Mirror, Store, export
from tests.support.mirror import NAME, copying, held


async def column_names(store: Store, table: str) -> set[str]:
    async with store.engine.connect() as connection:
        return await connection.run_sync(
            lambda raw: {each["name"] for each in sa.inspect(raw).get_columns(table)}
        )


async def test_an_excluded_field_is_not_stored_and_not_exported(url: str, tmp_path: Path) -> None:
    async with copying(url) as copy, Store(url, exclude={"patients": ["SSN", "Guarantor"]}) as store:
        assert (await Mirror(copy.bench.client, store).run({NAME: copy.practice}, ["patients"])).complete
        assert not {"ssn", "guarantor"} & await column_names(store, "patients")
        rows = await held(store, NAME, "patients")
        assert len(rows) == 12
        assert all(row["lname"] for row in rows.values())
        await export(store, "patients", tmp_path / "patients.csv", format=FileFormat.CSV)
        header = (tmp_path / "patients.csv").read_text().splitlines()[0]
        assert "SSN" not in header.split(",")


async def test_values_that_are_there_already_go_and_come_back_only_on_demand(url: str) -> None:
    async with copying(url) as copy:
        await copy.run("patients")
        assert {"ssn", "guarantor"} <= await column_names(copy.store, "patients")
        async with Store(url, exclude={"patients": ["SSN", "Guarantor"]}) as store:
            report = await Mirror(copy.bench.client, store).run({NAME: copy.practice}, ["patients"])
            assert report.complete
            assert not {"ssn", "guarantor"} & await column_names(store, "patients")
            assert len(await held(store, NAME, "patients")) == 12
        await copy.run("patients")
        assert await copy.check("patients") == 12, "it was read again, with its values"


async def test_a_field_that_the_mirror_needs_cannot_be_excluded() -> None:
    for table, field in (("patients", "PatNum"), ("patients", "DateTStamp"), ("documents", "PatNum")):
        with pytest.raises(
            ConfigurationError, match=f"{table}.{field} cannot be excluded: it says|it is the id"
        ):
            Store(":memory:", exclude={table: [field]})
    with pytest.raises(ConfigurationError, match="patients has no field SNN; did you mean SSN"):
        Store(":memory:", exclude={"patients": ["SNN"]})
