"""Estimates per procedure: what insurances pay and write off, what the patient pays, and what is not known.

The amounts are those of the office. Nothing is worked out that the office has not worked out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple, cast

from odapi_async.client import Practice
from odapi_async.enums.claim_procs import Status
from odapi_async.enums.procedure_logs import ProcStatus
from odapi_async.errors import InvalidRequest
from odapi_async.resources.claim_procs import ClaimProc
from odapi_async.resources.pat_plans import PatPlan
from odapi_async.resources.procedure_logs import ProcedureLog

_POSTED: Final = frozenset({Status.RECEIVED, Status.SUPPLEMENTAL})
_NO_MONEY: Final = frozenset({Status.PREAUTH, Status.ADJUSTMENT, Status.INS_HIST})
_KNOWN: Final = _POSTED | _NO_MONEY | {Status.ESTIMATE, Status.NOT_RECEIVED}
_ZERO: Final = Decimal(0)


class Missing(StrEnum):
    """Why an amount of an estimate is not known."""

    NO_ESTIMATE = "an insurance of the patient has no estimate for this procedure"
    NOT_COMPUTED = "the office has not worked out the estimate yet; open the procedure in the program"
    SEVERAL_ESTIMATES = "one insurance has several estimates for this procedure"
    CAPITATION = "an insurance pays by capitation, or in a way that this version does not know"
    SAME_ORDINAL = "two insurances of the patient have the same Ordinal, so neither comes first"
    SEVERAL_UNITS = "the procedure has several units, and the API does not say whether ProcFee is for all"


@dataclass(frozen=True)
class Estimate:
    """What one procedure costs, and who pays it. Its repr shows no amounts.

    Attributes:
        ProcNum: the procedure.
        fee: the fee of the office, less the discount of the procedure.
        primary: what the primary insurance pays, or has paid; None if that is not known, 0 without one.
        secondary: the same of the secondary insurance.
        other: what all further insurances pay, and what former ones have paid; None if that is not known.
        write_off: what the office writes off for all insurances; None if that is not known.
        patient: what is left to the patient; None if any of the others is not known.
        is_posted: whether all insurances have answered, so that nothing here is an estimate any more.
        missing: why an amount is None.
    """

    ProcNum: int
    fee: Decimal | None = field(repr=False)
    primary: Decimal | None = field(repr=False)
    secondary: Decimal | None = field(repr=False)
    other: Decimal | None = field(repr=False)
    write_off: Decimal | None = field(repr=False)
    is_posted: bool
    missing: frozenset[Missing]

    @property
    def patient(self) -> Decimal | None:
        """What is left to the patient: the fee less all that insurances pay and the office writes off."""
        parts = (self.primary, self.secondary, self.other, self.write_off)
        known = [each for each in parts if each is not None]
        if self.fee is None or len(known) < len(parts):
            return None
        return self.fee - sum(known, _ZERO)


async def estimates(
    practice: Practice,
    PatNum: int,
    *,
    AptNum: int | None = None,
    statuses: Collection[ProcStatus] = (ProcStatus.TP,),
) -> list[Estimate]:
    """Read the estimates of a patient's procedures.

    It costs three requests: one each for procedures, estimates and insurances, and more if one of these lists
    has more than one page.

    Args:
        practice: the practice.
        PatNum: the patient.
        AptNum: only the procedures of this appointment; by default of all.
        statuses: only the procedures with these statuses; by default those that are planned.

    Raises:
        InvalidRequest: `statuses` has something else than statuses; nothing was sent.
        OpenDentalError: see `odapi_async.errors`.
    """
    _check_statuses(statuses)
    procedures = practice.procedure_logs
    rows = procedures.list(PatNum=PatNum) if AptNum is None else procedures.list(PatNum=PatNum, AptNum=AptNum)
    wanted = [each async for each in rows if each.ProcStatus in statuses]
    if not wanted:
        return []
    claim_procs = await practice.claim_procs.list(PatNum=PatNum)
    return estimates_of(wanted, claim_procs, await practice.pat_plans.list(PatNum=PatNum))


def estimates_of(
    procedures: Iterable[ProcedureLog], claim_procs: Iterable[ClaimProc], pat_plans: Iterable[PatPlan]
) -> list[Estimate]:
    """Return the estimates of procedures from rows, such as those of a mirror. Pure.

    Of a row that comes twice, as in a list that has shifted while it was read, the later one counts.

    Args:
        procedures: procedures of one patient.
        claim_procs: the patient's rows of ClaimProcs; those of other procedures do not matter.
        pat_plans: all insurances that the patient has now.

    Raises:
        InvalidRequest: the rows are of several patients.
    """
    wanted = {each.ProcNum: each for each in procedures}
    plans = {each.PatPlanNum: each for each in pat_plans}
    rows = {each.ClaimProcNum: each for each in claim_procs if each.ProcNum in wanted}
    patients = {each.PatNum for each in wanted.values()} | {each.PatNum for each in plans.values()}
    if len(patients.union(each.PatNum for each in rows.values())) > 1:
        raise InvalidRequest(
            "PatNum", "must be the same in all procedures, insurances and rows of ClaimProcs"
        )
    by_procedure: dict[int, list[ClaimProc]] = {ProcNum: [] for ProcNum in wanted}
    for each in rows.values():
        if not each.IsTransfer:
            by_procedure[each.ProcNum].append(each)
    insurances = [*plans.values()]
    return [_estimate(each, by_procedure[each.ProcNum], insurances) for each in wanted.values()]


def _check_statuses(statuses: object) -> None:
    """Refuse a single status, in which parts of its text would be found, and what is no status."""
    is_one = isinstance(statuses, str) or not isinstance(statuses, Collection)
    if is_one or any(each not in list(ProcStatus) for each in cast("Collection[object]", statuses)):
        raise InvalidRequest("statuses", "must be a set such as {ProcStatus.TP}")


class _Share(NamedTuple):
    """What one insurance does for one procedure; None is not known."""

    pays: Decimal | None = _ZERO
    write_off: Decimal | None = _ZERO
    is_posted: bool = True
    missing: Missing | None = None


def _estimate(procedure: ProcedureLog, rows: Sequence[ClaimProc], plans: Sequence[PatPlan]) -> Estimate:
    by_plan: dict[int, list[ClaimProc]] = {}
    for each in rows:
        by_plan.setdefault(each.InsSubNum, []).append(each)
    shares = {each.InsSubNum: _share(by_plan.get(each.InsSubNum, [])) for each in plans}
    former = [_posted(each) for number, each in by_plan.items() if number not in shares]
    missing = {each.missing for each in shares.values() if each.missing}
    places = _places(plans)
    if places is None:
        missing.add(Missing.SAME_ORDINAL)
    fee: Decimal | None = procedure.ProcFee - procedure.Discount
    if procedure.UnitQty + procedure.BaseUnits > 1:
        missing.add(Missing.SEVERAL_UNITS)
        fee = None
    further = [*former, *(shares[number] for place, number in (places or {}).items() if place > 1)]
    return Estimate(
        ProcNum=procedure.ProcNum,
        fee=fee,
        primary=_paid(shares, places, 0),
        secondary=_paid(shares, places, 1),
        other=_sum(each.pays for each in further),
        write_off=_sum(each.write_off for each in [*shares.values(), *former]),
        is_posted=all(each.is_posted for each in shares.values()),
        missing=frozenset(missing),
    )


def _places(plans: Sequence[PatPlan]) -> dict[int, int] | None:
    """Return InsSubNum by place, from 0 on; None if two insurances have the same place."""
    if any(count > 1 for count in Counter(each.Ordinal for each in plans).values()):
        return None
    ordered = sorted(plans, key=lambda each: each.Ordinal)
    once = dict.fromkeys(each.InsSubNum for each in ordered)  # an insurance that comes twice pays once
    return dict(enumerate(once))


def _paid(shares: Mapping[int, _Share], places: Mapping[int, int] | None, place: int) -> Decimal | None:
    if places is None:
        return None
    return shares[places[place]].pays if place in places else _ZERO


def _share(rows: Sequence[ClaimProc]) -> _Share:
    """Return what one insurance of today does: what is posted, and what is estimated besides."""
    if any(each.Status not in _KNOWN for each in rows):
        return _unknown(Missing.CAPITATION)
    waiting = [each for each in rows if each.Status == Status.NOT_RECEIVED]
    planned = [each for each in rows if each.Status == Status.ESTIMATE]
    if waiting:
        pays = [_or(each.InsEstTotalOverride, each.InsPayEst) for each in waiting]
        write_offs = [_or(each.WriteOffEstOverride, each.WriteOff) for each in waiting]
        posted = _posted(rows)
        return _Share(_sum([posted.pays, *pays]), _sum([posted.write_off, *write_offs]), is_posted=False)
    if any(each.Status in _POSTED for each in rows):
        return _posted(rows)
    if len(planned) == 1:
        return _planned(planned[0])
    return _unknown(Missing.SEVERAL_ESTIMATES if planned else Missing.NO_ESTIMATE)


def _unknown(why: Missing) -> _Share:
    return _Share(None, None, is_posted=False, missing=why)


def _posted(rows: Iterable[ClaimProc]) -> _Share:
    posted = [each for each in rows if each.Status in _POSTED]
    pays, write_off = (each.InsPayAmt for each in posted), (each.WriteOff for each in posted)
    return _Share(sum(pays, _ZERO), sum(write_off, _ZERO))


def _planned(row: ClaimProc) -> _Share:
    """Return what an estimate says. The office has worked it out if it has a deductible, even one of 0."""
    if row.NoBillIns:
        return _Share(is_posted=False)
    if row.InsEstTotalOverride is None and row.DedEst is None:
        return _unknown(Missing.NOT_COMPUTED)
    write_off = _or(row.WriteOffEstOverride, _or(row.WriteOffEst, _ZERO))
    return _Share(_or(row.InsEstTotalOverride, row.InsEstTotal), write_off, is_posted=False)


def _or(override: Decimal | None, amount: Decimal) -> Decimal:
    return amount if override is None else override


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return a sum; None if one of the amounts is not known."""
    known = [*amounts]
    return None if None in known else sum((each for each in known if each is not None), _ZERO)
