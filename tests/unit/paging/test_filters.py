"""Fault A6: an office that does not know a filter ignores it, so its rows are checked against the filter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal

import msgspec
import pytest

from odapi_async import (
    DecodeError,
    FilterIgnored,
    OpenDental,
    Practice,
    Request,
    Response,
    Tier,
)
from odapi_async.resources.definitions import Definition
from odapi_async.resources.procedure_logs import ProcedureLog
from tests.support.bench import KEY, in_process, local, remote

PRIVATE: Final = "Mosbauer"


class Canned:
    """A transport whose office sends the same rows, whatever is asked for."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self._body = msgspec.json.encode(rows)

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        on_sent()
        return Response(200, {}, self._body)

    async def close(self) -> None:
        pass


async def read(
    rows: list[dict[str, Any]],
    list_of: Callable[[Practice], Awaitable[list[Any]]],
    check: bool | Literal["rows"] = True,
) -> list[Any]:
    async with OpenDental("developer", transport=Canned(*rows)) as client:
        practice = client.practice(KEY, tier=Tier.ENTERPRISE, name="harbour").with_options(check=check)
        return await list_of(practice)


async def test_an_old_office_that_ignores_a_filter_is_found_out() -> None:
    old = remote(version="25.1", rows={"definitions": 40})
    async with in_process(old) as bench:
        with pytest.raises(FilterIgnored) as raised:
            await bench.practice().definitions.list(category="ApptConfirmed")
    assert raised.value.field == "category"
    assert str(raised.value) == (
        "the office sends rows with another category than the filter: it does not know this filter, "
        "which came with Open Dental 26.2.1, and ignores it; leave it out and select the rows yourself, "
        "or ask the office to update"
    )


async def test_an_office_that_knows_the_filter_is_believed() -> None:
    async with in_process(local(rows={"definitions": 40})) as bench:
        rows = await bench.practice().definitions.list(category="ApptConfirmed")
        assert rows
        assert {row.category for row in rows} == {"ApptConfirmed"}


@pytest.mark.parametrize(
    ("row", "filters"),
    [
        ({"PatNum": 6}, {"PatNum": 5}),
        ({"ProcStatus": "D"}, {"ProcStatus": "C"}),
        ({"PatNum": 5, "ClinicNum": 3}, {"PatNum": 5, "ClinicNum": 2}),
    ],
)
async def test_a_row_that_contradicts_an_id_or_a_status_is_refused(
    row: dict[str, Any], filters: dict[str, Any]
) -> None:
    with pytest.raises(FilterIgnored, match=f"^harbour: .* another {list(filters)[-1]} than the filter"):
        await read([{"ProcNum": 1, **row}], lambda practice: practice.procedure_logs.list(**filters))


@pytest.mark.parametrize(
    ("row", "filters"),
    [
        ({"PatNum": 5, "ProcStatus": "C"}, {"PatNum": 5, "ProcStatus": "C"}),
        ({}, {"PatNum": 5, "ProcStatus": "C"}),  # an older office may not send the field
        ({"PatNum": 0}, {"PatNum": 5}),
        ({"ClinicNum": 3}, {"ClinicNum": 0}),  # which means all of them in some lists
        ({"ProcStatus": "Cx"}, {"ProcStatus": "C"}),  # another version may spell its statuses in another way
    ],
)
async def test_a_row_that_does_not_contradict_its_filter_comes_through(
    row: dict[str, Any], filters: dict[str, Any]
) -> None:
    rows = await read([{"ProcNum": 1, **row}], lambda practice: practice.procedure_logs.list(**filters))
    assert len(rows) == 1


async def test_a_part_of_a_name_is_no_contradiction() -> None:
    rows = await read([{"PatNum": 1, "LName": PRIVATE}], lambda practice: practice.patients.list(LName="bau"))
    assert rows[0].LName == PRIVATE


WRONG_IN_THE_MIDDLE: Final = [{"ProcNum": n, "PatNum": 5 + (n == 2)} for n in (1, 2, 3)]


async def test_all_rows_are_checked_on_request() -> None:
    def listed(practice: Practice) -> Awaitable[list[ProcedureLog]]:
        return practice.procedure_logs.list(PatNum=5)

    assert len(await read(WRONG_IN_THE_MIDDLE, listed)) == 3
    assert len(await read(WRONG_IN_THE_MIDDLE, listed, check=False)) == 3
    with pytest.raises(FilterIgnored):
        await read(WRONG_IN_THE_MIDDLE, listed, check="rows")


class Renamed(msgspec.Struct, rename={"patient": "PatNum"}):
    patient: int = 0


class Other(msgspec.Struct):
    ProcNum: int = 0


@pytest.mark.parametrize("struct", [Renamed, dict, dict[str, Any]])
async def test_rows_of_the_callers_own_type_are_checked_too(struct: type[Any]) -> None:
    with pytest.raises(DecodeError):
        await read(
            WRONG_IN_THE_MIDDLE[1:2], lambda practice: practice.procedure_logs.list(PatNum=5).into(struct)
        )


async def test_a_type_without_the_field_has_nothing_to_compare() -> None:
    rows = await read(
        WRONG_IN_THE_MIDDLE, lambda practice: practice.procedure_logs.list(PatNum=5).into(Other)
    )
    assert [row.ProcNum for row in rows] == [1, 2, 3]


async def flagged(value: object, wanted: bool, struct: type[Any] | None = None) -> list[Any]:
    def listed(practice: Practice) -> Awaitable[list[Any]]:
        rows = practice.referrals.list(NotPerson=wanted)
        return rows.into(struct) if struct else rows

    return await read([{"ReferralNum": 1, "NotPerson": value}], listed)


@pytest.mark.parametrize("struct", [None, dict])
@pytest.mark.parametrize(("value", "other"), [("false", "true"), ("False", "True"), ("0", "1")])
async def test_a_flag_is_compared_in_any_spelling(value: str, other: str, struct: type[Any] | None) -> None:
    for wanted in (True, False):
        right, wrong = (other, value) if wanted else (value, other)
        assert len(await flagged(right, wanted, struct)) == 1
        with pytest.raises(FilterIgnored):
            await flagged(wrong, wanted, struct)


class WithDefault(msgspec.Struct):
    ProcNum: int = 0
    PatNum: int = 7


async def test_a_default_of_the_callers_own_struct_is_no_value_of_the_office() -> None:
    rows = await read(
        [{"ProcNum": 1}], lambda practice: practice.procedure_logs.list(PatNum=5).into(WithDefault)
    )
    assert rows[0].PatNum == 7


async def test_the_case_of_a_text_does_not_matter() -> None:
    rows = await read(
        [{"PrefNum": 1, "PrefName": "ProgramVersion"}],
        lambda practice: practice.preferences.list(PrefName="programversion"),
    )
    assert len(rows) == 1


async def test_the_error_shows_no_value() -> None:
    row = {"DefNum": 1, "category": PRIVATE}
    with pytest.raises(FilterIgnored) as raised:
        await read([row], lambda practice: practice.definitions.list(category="RecallStatus"))
    assert PRIVATE not in f"{raised.value!r} {raised.value} {vars(raised.value)}"
    assert raised.value.type_name == Definition.__name__
