"""Faults E4 and E11: integers of other packages are accepted, and amounts that no server holds are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypedDict

import msgspec
import pytest

from odapi_async import DecodeError, InvalidRequest
from odapi_async._core.operation import Operation
from odapi_async._core.requests import PreparedRequest, prepare
from odapi_async._wire import NullNumber, decoder, decoder_for
from odapi_async._wire.tolerant import read_rows
from odapi_async.resources import adjustments, patients, payments
from tests.support.wire import ok
from tests.unit.core.test_calls import served


class Integer:
    """An integer of another package, such as numpy.int64: it has `__index__`, and is no int."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __index__(self) -> int:
        return self.number


class Array:
    """An array of another package: it has `__index__`, but is more than one number."""

    def __index__(self) -> int:
        raise TypeError


def prepared(
    operation: Operation[Any],
    query: Mapping[str, object] | None = None,
    body: Mapping[str, object] | None = None,
    *,
    check: bool = True,
) -> PreparedRequest:
    ids = (4,) if "{" in operation.path else ()
    return prepare(operation, ids, query or {}, body, check=check, version=None)


@pytest.mark.parametrize("check", [True, False])
def test_e11_an_integer_of_another_package_is_a_filter(check: bool) -> None:
    query = {"SiteNum": Integer(5), "clinicNums": [Integer(1), Integer(2)]}
    assert prepared(patients.LIST, query, check=check).query == {"SiteNum": "5", "clinicNums": "1,2"}


@pytest.mark.parametrize("check", [True, False])
def test_e11_an_integer_of_another_package_is_a_field_of_a_body(check: bool) -> None:
    body = {"PatNum": Integer(5), "AdjType": Integer(2), "AdjAmt": Integer(3)} | {"AdjDate": "2026-01-02"}
    expected = b'{"PatNum":5,"AdjType":2,"AdjAmt":3,"AdjDate":"2026-01-02"}'
    assert prepared(adjustments.CREATE, body=body, check=check).body == expected


def test_e11_an_integer_of_another_package_is_sent_inside_lists_and_objects() -> None:
    body = {"things": [{"ProcNum": Integer(5)}, [Integer(6)], Integer(7)]}
    sent = prepared(adjustments.CREATE, body=body, check=False).body
    assert sent == b'{"things":[{"ProcNum":5},[6],7]}'


async def test_e11_an_integer_of_another_package_is_an_id() -> None:
    number: Any = Integer(5)
    async with served(lambda _: ok(b'{"PatNum": 5}')) as (practice, server):
        row = await practice.patients.get(number)
    assert (row.PatNum, server.heard[0].path) == (5, "/patients/5")


@pytest.mark.parametrize("value", [True, Array(), 5.0, Decimal(5), "5", -1, 2**63])
@pytest.mark.parametrize("in_list", [False, True])
def test_e11_a_bool_an_array_and_other_numbers_are_no_ids(value: object, in_list: bool) -> None:
    query = {"clinicNums": [value]} if in_list else {"SiteNum": value}
    with pytest.raises(InvalidRequest, match="clinicNums" if in_list else "SiteNum"):
        prepared(patients.LIST, query)


NO_AMOUNTS = [
    *("NaN", "sNaN", "-NaN123", "Infinity", "-Infinity"),
    *("1e999999999", "-1e309", "1e-999999999", "1e-310", "0e999999999", "0e-999999999"),
]
UNWRITABLE = [*map(Decimal, NO_AMOUNTS), float("nan"), float("inf"), -float("inf"), 5e-324, 10**400]


@pytest.mark.parametrize("amount", UNWRITABLE, ids=str)
def test_e4_an_amount_that_json_cannot_express_is_refused_before_it_is_sent(amount: object) -> None:
    body = {"PatNum": 5, "AdjType": 2, "AdjDate": "2026-01-02", "AdjAmt": amount}
    for check in (True, False):
        with pytest.raises(InvalidRequest, match="AdjAmt"):
            prepared(adjustments.CREATE, body=body, check=check)
    for query in ({"AdjAmt": amount}, {"AdjAmt": [amount]}):
        with pytest.raises(InvalidRequest, match="AdjAmt"):
            prepared(adjustments.LIST, query, check=False)


@pytest.mark.parametrize("amount", UNWRITABLE, ids=str)
def test_e4_such_an_amount_is_refused_inside_lists_and_objects(amount: object) -> None:
    split = {"procNumsAndAmounts": [{"ProcNum": 5, "Amount": 1}, {"ProcNum": 6, "Amount": amount}]}
    for body in (split, {"a": {"b": [[amount]]}}, {"a": [amount]}):
        with pytest.raises(InvalidRequest):
            prepared(payments.UPDATE_PARTIAL, body=body, check=False)
    with pytest.raises(InvalidRequest, match="Amount"):
        prepared(payments.UPDATE_PARTIAL, body=split)


@pytest.mark.parametrize("amount", ["0", "-0.00", "1e308", "1e-309", "123456789012345678901234567890.12"])
def test_e4_other_amounts_are_sent_exactly(amount: str) -> None:
    sent = prepared(adjustments.CREATE, body={"AdjAmt": Decimal(amount)}, check=False).body
    assert sent == f'{{"AdjAmt":{Decimal(amount)}}}'.encode()


TINY = "1e-999999999"  # 0 as a float
AMOUNTS = ['"NaN"', '"sNaN"', '"Infinity"', '"-inf"', "1e999999999", "-1E+309", TINY, '"1e400"', "1e-310"]


class Odd(msgspec.Struct):
    ItemNum: int = 0
    text: str = ""
    Amount: Annotated[Decimal | None, NullNumber(-1)] = msgspec.field(default=None, name="amount")
    Factor: float = 0.0
    Parts: list[Decimal] = []
    Either: int | Decimal | None = None
    When: datetime | None = None
    Fee: Decimal = Decimal(0)


class Part(TypedDict):
    Amount: Decimal


@dataclass
class Whole:
    ItemNum: int
    Parts: list[Part]


FIELDS = ["amount", "Factor", "Parts", "Either", "Fee"]
CASES = [
    (field, amount)
    for field in FIELDS
    for amount in AMOUNTS
    if field != "Factor" or amount not in {TINY, "1e-310"}
]


@pytest.mark.parametrize("irregular", ["", ',"text":5'])
@pytest.mark.parametrize(("field", "amount"), CASES)
def test_e4_an_amount_that_is_not_plausible_is_an_error_that_names_its_field(
    field: str, amount: str, irregular: str
) -> None:
    value = f"[1.0,{amount}]" if field == "Parts" else amount
    row = f'{{"ItemNum":5,"{field}":{value}{irregular}}}'.encode()
    for read, body in ((decoder(Odd).row, row), (decoder(Odd).page, b'[{"ItemNum":4},' + row + b"]")):
        with pytest.raises(DecodeError) as raised:
            read(body)
        assert (raised.value.field, raised.value.raw) == (field, row)


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("formats", [{}, {"DateFormatString": "d/M/yyyy"}])
def test_e4_amounts_of_the_resources_are_plausible(amount: str, formats: dict[str, str]) -> None:
    good = '{"PatNum":4,"BalTotal":1e300,"EstBalance":-0.00}'
    page = f'[{good},{{"PatNum":5,"BalTotal":{amount}}}]'.encode()
    with pytest.raises(DecodeError) as raised:
        decoder_for(patients.Patient, formats).page(page)
    assert (raised.value.row, raised.value.field) == (1, "BalTotal")
    row = decoder_for(patients.Patient, formats).row(good.encode())
    assert [row.BalTotal, row.EstBalance] == [Decimal("1e300"), Decimal(0)]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_e4_the_tolerant_reader_refuses_such_an_amount_by_itself(amount: str) -> None:
    body = f'[{{"PatNum":"4","BalTotal":{amount}}}]'.encode()
    with pytest.raises(DecodeError) as raised:
        read_rows(body, patients.Patient)
    assert (raised.value.row, raised.value.field) == (0, "BalTotal")


@pytest.mark.parametrize("amount", AMOUNTS)
def test_e4_amounts_inside_other_types_are_plausible(amount: str) -> None:
    row = f'{{"ItemNum":5,"Parts":[{{"Amount":1}},{{"Amount":{amount}}}]}}'.encode()
    with pytest.raises(DecodeError) as raised:
        decoder(Whole).page(b'[{"ItemNum":4,"Parts":[{"Amount":1.5}]},' + row + b"]")
    assert (raised.value.row, raised.value.raw) == (1, row)
    assert decoder(Whole).row(row.replace(amount.encode(), b"2")).ItemNum == 5


@pytest.mark.parametrize(
    "amount", ["0", "-1.5", "9", "1e308", "1e-309", "-0.00", "123456789012345678901234567890.12"]
)
def test_e4_other_amounts_are_exact(amount: str) -> None:
    row = decoder(Odd).row(f'{{"ItemNum":5,"amount":{amount},"Either":{amount},"Fee":"{amount}"}}'.encode())
    assert str(row.Amount) == str(row.Fee) == str(Decimal(amount))
    assert row.Either == Decimal(amount)


def test_e4_texts_are_no_amounts() -> None:
    body = b'[{"PatNum":5,"LName":"NaN","FName":"Infinity","MiddleI":"1e999999999","ChartNumber":"-inf"}]'
    (row,) = decoder(patients.Patient).page(body)
    assert (row.LName, row.FName, row.MiddleI, row.ChartNumber) == ("NaN", "Infinity", "1e999999999", "-inf")
    untyped: Any = dict[str, Any]
    assert decoder(untyped).page(body)[0]["LName"] == "NaN"


def test_e4_bare_names_of_numbers_are_no_json() -> None:
    for amount in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(DecodeError):
            decoder(patients.Patient).page(f'[{{"PatNum":5,"BalTotal":{amount}}}]'.encode())
