"""Estimates per procedure: one worked case for each rule of the reference."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async import InvalidRequest, Mode, OpenDental
from odapi_async.enums.procedure_logs import ProcStatus
from odapi_async.recipes.estimates import Estimate, Missing, estimates, estimates_of
from odapi_async.resources.claim_procs import ClaimProc
from odapi_async.resources.pat_plans import PatPlan
from odapi_async.resources.procedure_logs import ProcedureLog
from tests.support.wire import Heard, RawServer, ok

CROWN: Final = ProcedureLog(ProcNum=5, PatNum=48, ProcFee=Decimal(1000), ProcStatus="TP")
PRIMARY: Final = PatPlan(PatPlanNum=1, PatNum=48, InsSubNum=7, Ordinal=1)
SECONDARY: Final = PatPlan(PatPlanNum=2, PatNum=48, InsSubNum=8, Ordinal=2)
NUMBERS: Final = count(1)
THIRD: Final = PatPlan(PatPlanNum=3, PatNum=48, InsSubNum=9, Ordinal=3)


def row(InsSubNum: int = 7, **fields: Any) -> ClaimProc:
    """Return an estimate of 500 that the office has worked out, without a write-off."""
    computed: dict[str, Any] = {"Status": "Estimate", "InsEstTotal": Decimal(500), "DedEst": Decimal(0)}
    return ClaimProc(
        ClaimProcNum=next(NUMBERS), PatNum=48, ProcNum=5, InsSubNum=InsSubNum, **(computed | fields)
    )


def crown(*rows: ClaimProc, plans: tuple[PatPlan, ...] = (PRIMARY,), **fields: Any) -> Estimate:
    (found,) = estimates_of([msgspec.structs.replace(CROWN, **fields)], rows, plans)
    return found


def amounts(found: Estimate) -> tuple[int | None, ...]:
    """Return fee, primary, secondary, other, write-off and patient."""
    parts = (found.fee, found.primary, found.secondary, found.other, found.write_off, found.patient)
    return tuple(None if each is None else int(each) for each in parts)


def test_without_an_insurance_the_patient_pays_all() -> None:
    found = crown(plans=())
    assert amounts(found) == (1000, 0, 0, 0, 0, 1000)
    assert found.missing == frozenset()
    assert found.is_posted


def test_the_discount_of_a_procedure_is_not_paid() -> None:
    assert amounts(crown(plans=(), Discount=Decimal(100))) == (900, 0, 0, 0, 0, 900)


def test_an_estimate_is_what_the_office_has_worked_out() -> None:
    found = crown(row(WriteOffEst=Decimal(200)))
    assert amounts(found) == (1000, 500, 0, 0, 200, 300)
    assert not found.is_posted


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ({"InsEstTotalOverride": Decimal(600)}, (1000, 600, 0, 0, 200, 200)),
        ({"InsEstTotalOverride": Decimal(0)}, (1000, 0, 0, 0, 200, 800)),
        ({"WriteOffEstOverride": Decimal(50)}, (1000, 500, 0, 0, 50, 450)),
        ({"WriteOffEstOverride": Decimal(0)}, (1000, 500, 0, 0, 0, 500)),
        ({"InsEstTotalOverride": Decimal(600), "DedEst": None}, (1000, 600, 0, 0, 200, 200)),
    ],
)
def test_an_override_wins_over_the_estimate(override: dict[str, Any], expected: tuple[int, ...]) -> None:
    fields: dict[str, Any] = {"WriteOffEst": Decimal(200), **override}
    assert amounts(crown(row(**fields))) == expected


def test_an_insurance_that_a_patient_has_twice_pays_once() -> None:
    again = msgspec.structs.replace(PRIMARY, PatPlanNum=4, Ordinal=2)
    assert amounts(crown(row(), plans=(PRIMARY, again))) == (1000, 500, 0, 0, 0, 500)


def test_a_write_off_that_is_not_there_is_none() -> None:
    assert amounts(crown(row(WriteOffEst=None))) == (1000, 500, 0, 0, 0, 500)


def test_an_estimate_that_is_not_worked_out_is_not_zero() -> None:
    found = crown(row(InsEstTotal=Decimal(0), DedEst=None))
    assert amounts(found) == (1000, None, 0, 0, None, None)
    assert found.missing == {Missing.NOT_COMPUTED}


def test_the_order_of_insurances_is_that_of_ordinal() -> None:
    rows = (row(9, InsEstTotal=Decimal(10)), row(8, InsEstTotal=Decimal(100)), row(7))
    assert amounts(crown(*rows, plans=(THIRD, SECONDARY, PRIMARY))) == (1000, 500, 100, 10, 0, 390)


def test_ordinals_may_begin_later() -> None:
    assert amounts(crown(row(8), plans=(SECONDARY,))) == (1000, 500, 0, 0, 0, 500)


def test_two_plans_with_one_ordinal_have_no_order() -> None:
    twin = msgspec.structs.replace(SECONDARY, Ordinal=1)
    found = crown(row(7), row(8), plans=(PRIMARY, twin))
    assert amounts(found) == (1000, None, None, 0, 0, None)
    assert found.missing == {Missing.SAME_ORDINAL}


def test_an_insurance_without_an_estimate_is_named() -> None:
    found = crown(row(7), plans=(PRIMARY, SECONDARY))
    assert amounts(found) == (1000, 500, None, 0, None, None)
    assert found.missing == {Missing.NO_ESTIMATE}


def test_two_estimates_of_one_insurance_are_named() -> None:
    found = crown(row(), row())
    assert amounts(found) == (1000, None, 0, 0, None, None)
    assert found.missing == {Missing.SEVERAL_ESTIMATES}


def test_a_procedure_that_is_not_billed_to_the_insurance_is_paid_by_the_patient() -> None:
    assert amounts(crown(row(NoBillIns=True, DedEst=None))) == (1000, 0, 0, 0, 0, 1000)


def test_a_claim_that_was_sent_has_the_amounts_of_the_claim() -> None:
    found = crown(row(Status="NotReceived", InsPayEst=Decimal(450), WriteOff=Decimal(200)))
    assert amounts(found) == (1000, 450, 0, 0, 200, 350)
    assert not found.is_posted


def test_a_payment_replaces_the_estimate() -> None:
    paid = row(Status="Received", InsPayAmt=Decimal(400), WriteOff=Decimal(250))
    found = crown(paid, row())
    assert amounts(found) == (1000, 400, 0, 0, 250, 350)
    assert found.is_posted


def test_a_supplemental_payment_is_added() -> None:
    paid = row(Status="Received", InsPayAmt=Decimal(400), WriteOff=Decimal(250))
    more = row(Status="Supplemental", InsPayAmt=Decimal(50))
    assert amounts(crown(paid, more)) == (1000, 450, 0, 0, 250, 300)


@pytest.mark.parametrize("status", ["Preauth", "Adjustment", "InsHist"])
def test_rows_that_are_no_money_of_this_procedure_do_not_count(status: str) -> None:
    assert amounts(crown(row(), row(Status=status, InsPayAmt=Decimal(1)))) == (1000, 500, 0, 0, 0, 500)


@pytest.mark.parametrize("status", ["CapClaim", "CapComplete", "CapEstimate", "PendingSupplemental"])
def test_what_the_reference_does_not_explain_is_named(status: str) -> None:
    found = crown(row(), row(Status=status))
    assert amounts(found) == (1000, None, 0, 0, None, None)
    assert found.missing == {Missing.CAPITATION}


def test_a_transfer_of_income_is_no_payment_of_an_insurance() -> None:
    assert amounts(crown(row(), row(Status="Received", InsPayAmt=Decimal(9), IsTransfer=True)))[1] == 500


def test_what_a_former_insurance_has_paid_counts_and_what_it_would_pay_does_not() -> None:
    paid = row(99, Status="Received", InsPayAmt=Decimal(100), WriteOff=Decimal(5))
    assert amounts(crown(row(), paid, row(99))) == (1000, 500, 0, 100, 5, 395)


def test_several_units_are_named() -> None:
    found = crown(row(), UnitQty=2)
    assert amounts(found) == (None, 500, 0, 0, 0, None)
    assert found.missing == {Missing.SEVERAL_UNITS}


def test_the_rows_of_other_procedures_do_not_matter() -> None:
    assert amounts(crown(row(), msgspec.structs.replace(row(), ProcNum=6)))[1] == 500


def test_rows_of_two_patients_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="PatNum"):
        crown(plans=(msgspec.structs.replace(PRIMARY, PatNum=49),))
    with pytest.raises(InvalidRequest, match="PatNum"):
        crown(row(), msgspec.structs.replace(row(), PatNum=49))


def test_a_row_that_comes_twice_because_the_list_has_shifted_counts_once() -> None:
    paid = row(Status="Received", InsPayAmt=Decimal(400), WriteOff=Decimal(100))
    assert amounts(crown(paid, row(Status="Preauth"), paid)) == (1000, 400, 0, 0, 100, 500)
    (found,) = estimates_of([CROWN, CROWN], [paid], [PRIMARY, PRIMARY])
    assert amounts(found) == (1000, 400, 0, 0, 100, 500)
    assert found.missing == frozenset()


def test_of_a_row_that_comes_twice_the_later_one_counts() -> None:
    planned = row()
    paid = msgspec.structs.replace(planned, Status="Received", InsPayAmt=Decimal(400))
    assert amounts(crown(planned, paid))[1] == 400


@pytest.mark.parametrize("statuses", ["TP", ProcStatus.EC, {"tp"}, [None], [[]], None, 5])
async def test_statuses_that_are_none_cost_no_request(statuses: Any) -> None:
    async with RawServer(lambda _: None) as server, OpenDental("developer") as client:
        practice = client.practice("office-one", mode=Mode.LOCAL, base_url=server.url)
        with pytest.raises(InvalidRequest, match=r"statuses: must be a set such as \{ProcStatus.TP\}"):
            await estimates(practice, 48, statuses=statuses)
        assert server.heard == []


def test_no_amount_is_shown() -> None:
    assert "1000" not in repr(crown(row()))


MONEY: Final = st.decimals(0, 1000, places=2)
OPTIONAL: Final = st.none() | MONEY


@given(
    st.lists(
        st.builds(
            ClaimProc,
            ClaimProcNum=st.integers(1, 10**9),
            ProcNum=st.just(5),
            PatNum=st.just(48),
            InsSubNum=st.sampled_from([7, 8, 99]),
            Status=st.sampled_from(
                ["Estimate", "NotReceived", "Received", "Supplemental", "Preauth", "CapClaim"]
            ),
            InsPayEst=MONEY,
            InsPayAmt=MONEY,
            InsEstTotal=MONEY,
            WriteOff=MONEY,
            WriteOffEst=OPTIONAL,
            DedEst=OPTIONAL,
            InsEstTotalOverride=OPTIONAL,
            WriteOffEstOverride=OPTIONAL,
            NoBillIns=st.booleans(),
        ),
        max_size=6,
    )
)
def test_either_everything_adds_up_to_the_fee_or_something_is_named(rows: list[ClaimProc]) -> None:
    found = crown(*rows, plans=(PRIMARY, SECONDARY))
    parts = (found.primary, found.secondary, found.other, found.write_off, found.patient)
    assert (found.patient is None) == (None in parts) == bool(found.missing)
    if found.patient is not None:
        assert sum(each for each in parts if each is not None) == found.fee


async def test_three_requests_tell_the_estimates_of_a_patient() -> None:
    bodies = {
        "procedurelogs": [
            {"ProcNum": 5, "PatNum": 48, "ProcFee": "1000.00", "ProcStatus": "TP"},
            {"ProcNum": 6, "PatNum": 48, "ProcFee": "50.00", "ProcStatus": "C"},
        ],
        "claimprocs": [
            {
                "ClaimProcNum": 1,
                "ProcNum": 5,
                "PatNum": 48,
                "InsSubNum": 7,
                "Status": "Estimate",
                "InsEstTotal": 500.0,
                "InsEstTotalOverride": -1.0,
                "DedEst": 50.0,
                "WriteOffEst": -1.0,
                "WriteOffEstOverride": -1.0,
            }
        ],
        "patplans": [{"PatPlanNum": 1, "PatNum": 48, "InsSubNum": 7, "Ordinal": 1}],
    }

    def respond(heard: Heard) -> bytes:
        return ok(msgspec.json.encode(bodies[heard.path.rpartition("/")[2]]))

    async with RawServer(respond) as server, OpenDental("developer") as client:
        practice = client.practice("office-one", mode=Mode.LOCAL, base_url=server.url)
        (found,) = await estimates(practice, 48)
        assert amounts(found) == (1000, 500, 0, 0, 0, 500)
        assert [each.query for each in server.heard] == [{"PatNum": "48"}] * 3
        assert await estimates(practice, 48, AptNum=3, statuses={ProcStatus.R}) == []
        assert server.heard[-1].query == {"PatNum": "48", "AptNum": "3"}
        assert len(server.heard) == 4
