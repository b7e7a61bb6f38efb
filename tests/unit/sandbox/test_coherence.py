"""A coherent office: keys lead to rows, texts are those of these rows, and practices differ."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import pytest

from odapi_async.sandbox import catalogue, references
from odapi_async.sandbox.catalogue import Resource
from odapi_async.sandbox.tables import OfficeTables
from tests.unit.sandbox.offices import Asked, office, tables

NUMBERS = [
    {},
    dict.fromkeys(catalogue.load(), 8),
    {"patients": 100, "appointments": 90, "procedurelogs": 120, "claims": 40, "inssubs": 30},
    {"patients": 0, "providers": 0, "operatories": 0, "inssubs": 0, "definitions": 0},
]


def listed() -> dict[str, Resource]:
    """Return the resources that the API lists, by the names of their tables."""
    return {each.db_table: each for each in catalogue.load().values() if each.db_table and each.structs}


@cache
def foreign_keys() -> list[tuple[Resource, str, Resource, str]]:
    return list(_foreign_keys())


def _foreign_keys() -> Iterator[tuple[Resource, str, Resource, str]]:
    """Yield every field of a row for which the catalogue has a foreign key: its name, resource and column."""
    named = {
        field.name: field.fk
        for resource in catalogue.load().values()
        for operation in resource.operations
        for field in (*operation.query, *operation.body)
        if field.fk
    }
    for resource in catalogue.load().values():
        own = {
            field.name: field.fk
            for operation in resource.operations
            for field in (*operation.query, *operation.body)
            if field.fk
        }
        columns = {field.name for struct in resource.structs.values() for field in struct}
        for name in sorted(columns - {resource.primary_key}):
            table, _, column = (
                own.get(name) or (named.get(name) if name != "FieldName" else "") or ""
            ).partition(".")
            if table in listed() and (resource.db_table, name) != (table, column):
                yield resource, name, listed()[table], column


def rows_with(found: OfficeTables, resource: Resource, column: str) -> Iterator[Mapping[str, Any]]:
    for struct, fields in resource.structs.items():
        if any(field.name == column for field in fields):
            yield from rows_of(found, resource.name, struct)


@cache
def made(number: int) -> OfficeTables:
    """Return the tables of one of the offices of `NUMBERS`, which no test changes."""
    return tables(rows=NUMBERS[number])


@lru_cache(maxsize=512)
def rows_of(found: OfficeTables, resource: str, struct: str | None = None) -> list[Mapping[str, Any]]:
    """Return the rows of a table, made once for all columns."""
    return list(found.table(catalogue.load()[resource], struct).all())


@pytest.mark.parametrize("number", range(len(NUMBERS)))
def test_every_foreign_key_of_the_catalogue_leads_to_a_row(number: int) -> None:
    found = made(number)
    checked = 0
    for resource, name, target, column in foreign_keys():
        texts: set[Any] = set()
        if column != target.primary_key:
            texts = {row[column] for row in rows_of(found, target.name)}
        for row in rows_with(found, resource, name):
            values = row[name] if isinstance(row[name], list) else [row[name]]
            for value in values:
                leads = value in texts if isinstance(value, str) else value in found.named(target.name)
                assert not value or leads, f"{resource.name}.{name} = {value!r}"
            checked += 1
    assert checked > 300


def test_a_row_to_which_a_key_leads_can_be_read() -> None:
    asked = Asked()
    read = 0
    for resource, name, target, column in foreign_keys():
        single = f"{target.path}/{{{target.primary_key}}}"
        if column != target.primary_key or all(
            (each.method, each.path) != ("GET", single) for each in target.operations
        ):
            continue
        for row in list(rows_with(asked.api.tables, resource, name))[:3]:
            if row[name] and isinstance(row[name], int):
                assert asked.status("GET", f"{target.path}/{row[name]}") == 200
                read += 1
    assert read > 100


@pytest.mark.parametrize("number", range(len(NUMBERS)))
def test_every_other_key_leads_to_a_row_and_a_definition_of_its_category(number: int) -> None:
    found = made(number)
    for resource in catalogue.load().values():
        for struct, fields in resource.structs.items():
            for field in fields:
                target = references.target(resource.name, field.name)
                if target is None or field.type != "int" or field.name == resource.primary_key:
                    continue
                category = references.category(resource.name, field.name)
                for row in rows_of(found, resource.name, struct):
                    value = row[field.name]
                    assert not value or value in found.named(target), f"{resource.name}.{field.name}"
                    if value and category is not None:
                        assert found.named(target).value(value, "Category") == category


def test_a_text_beside_a_key_is_that_of_the_row() -> None:
    asked = Asked(rows={"patients": 40})
    providers = {row["ProvNum"]: row["Abbr"] for row in asked.list("/providers")}
    codes = {row["CodeNum"]: row for row in asked.list("/procedurecodes")}
    definitions = {row["DefNum"]: row["ItemName"] for row in asked.list("/definitions", includeHidden="true")}
    clinics = {row["ClinicNum"]: row["Abbr"] for row in asked.api.tables.named("clinics").all()}
    assert len({row["ProcCode"] for row in codes.values()}) == len(codes)
    for row in asked.list("/procedurelogs"):
        code = codes[row["CodeNum"]]
        assert (row["procCode"], row["descript"]) == (code["ProcCode"], code["Descript"])
        assert row["provAbbr"] == providers[row["ProvNum"]]
    for row in asked.list("/appointments"):
        assert row["confirmed"] == definitions[row["Confirmed"]]
        assert row["provAbbr"] == providers[row["ProvNum"]]
    for row in asked.list("/patients/Simple"):
        assert row["priProvAbbr"] == providers[row["PriProv"]]
        assert row["clinicAbbr"] == clinics[row["ClinicNum"]]


def test_a_text_changes_with_the_row_that_has_it_and_with_the_key() -> None:
    asked = Asked()
    asked.list("/appointments")
    provider = asked.list("/appointments")[0]["ProvNum"]
    asked.one("PUT", f"/providers/{provider}", {"Abbr": "NEW"})
    rows = [row for row in asked.list("/appointments") if row["ProvNum"] == provider]
    assert {row["provAbbr"] for row in rows} == {"NEW"}
    changed = asked.one("PUT", "/appointments/1", {"ProvNum": provider % 12 + 1, "Note": "moved"})
    other = asked.one("GET", f"/providers/{provider % 12 + 1}")["Abbr"]
    assert (changed["provAbbr"], changed["Note"]) == (other, "moved")
    asked.api.tables.reset()
    assert asked.list("/appointments")[0]["provAbbr"] != "NEW"


def test_a_text_that_is_written_sets_its_key() -> None:
    asked = Asked()
    code = asked.one("GET", "/procedurecodes/3")
    body = {"PatNum": 1, "ProcDate": "2026-03-04", "ProcStatus": "TP", "procCode": code["ProcCode"]}
    created = asked.one("POST", "/procedurelogs", body)
    assert (created["CodeNum"], created["descript"]) == (3, code["Descript"])
    asked.send("PUT", "/appointments/1/Confirm", {"confirmVal": "Sent"})
    confirmed = asked.one("GET", "/appointments/1")
    definition = asked.api.tables.named("definitions").row(confirmed["Confirmed"])
    assert (confirmed["confirmed"], definition["ItemName"], definition["Category"]) == ("Sent", "Sent", 2)


def test_families_have_a_guarantor_of_their_own_and_one_address() -> None:
    patients = {row["PatNum"]: row for row in tables(rows={"patients": 500}).named("patients").all()}
    for row in patients.values():
        head = patients[row["Guarantor"]]
        assert head["Guarantor"] == head["PatNum"]
        assert (row["LName"], row["Address"]) == (head["LName"], head["Address"])
        assert row is head or row["BalTotal"] == 0


def test_claims_have_a_patient_with_that_plan() -> None:
    found = tables(rows={"patients": 60, "claims": 30, "claimprocs": 50})
    claims = {row["ClaimNum"]: row for row in found.named("claims").all()}
    for row in claims.values():
        subscription = found.named("inssubs").row(row["InsSubNum"])
        assert (row["PatNum"], row["PlanNum"]) == (subscription["Subscriber"], subscription["PlanNum"])
    for row in found.named("claimprocs").all():
        claim, procedure = claims[row["ClaimNum"]], found.named("procedurelogs").row(row["ProcNum"])
        assert row["PatNum"] == claim["PatNum"] == procedure["PatNum"]
    for row in found.named("patplans").all():
        head = found.named("patients").row(row["PatNum"])["Guarantor"]
        subscriber = found.named("inssubs").row(row["InsSubNum"])["Subscriber"]
        assert found.named("patients").row(subscriber)["Guarantor"] == head


def test_each_practice_has_rows_of_its_own_and_keeps_them() -> None:
    one, again, other = (list(tables(customer_key=key).named("patients").all()) for key in ("a", "a", "b"))
    assert one == again
    assert one != other
    fixed = [list(tables(customer_key=key, seed=3).named("patients").all()) for key in ("a", "b")]
    assert fixed[0] == fixed[1] != one


def test_another_process_makes_the_same_rows() -> None:
    command = "from odapi_async.sandbox import Office; print(Office(customer_key='a').row_seed)"
    found = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert int(found.stdout) == office(customer_key="a").row_seed
