"""Faults E4 and E11: integers of other packages are accepted, and amounts that no server holds are not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from odapi_async import InvalidRequest
from odapi_async._core.operation import Operation
from odapi_async._core.requests import PreparedRequest, prepare
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
    query: dict[str, object] | None = None,
    body: dict[str, object] | None = None,
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
    *("1e999999999", "-1e309", "1e-999999999", "0e999999999", "0e-999999999"),
]
UNWRITABLE = [*map(Decimal, NO_AMOUNTS), float("nan"), float("inf"), -float("inf"), 10**400]


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


@pytest.mark.parametrize("amount", ["0", "-0.00", "1e308", "5e-324", "123456789012345678901234567890.12"])
def test_e4_other_amounts_are_sent_exactly(amount: str) -> None:
    sent = prepared(adjustments.CREATE, body={"AdjAmt": Decimal(amount)}, check=False).body
    assert sent == f'{{"AdjAmt":{Decimal(amount)}}}'.encode()
