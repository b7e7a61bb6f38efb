"""What a family owes, as the office computes it at the moment: `await Balances(practice).of(48)`.

The balances that are stored with the patients (BalTotal, EstBalance) are as old as the last time when
something in the program computed them. The account module computes them for each request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, cast

from odapi_async._core.asked import asked_at
from odapi_async.client import Practice
from odapi_async.errors import BadRequest, DecodeError, NotFound
from odapi_async.resources.account_modules import PatientBalance

_FAMILY: Final = "Entire Family"
_MOST_REMEMBERED: Final = 10_000  # patients


@dataclass(frozen=True)
class FamilyBalance:
    """What a family owes. Less than 0 is a credit. Its repr shows no amounts.

    Attributes:
        guarantor: the PatNum of the patient who pays for the family.
        total: what the family owes, before insurances pay.
        insurance: what insurances are expected to pay and to be written off for them.
        estimated: what is left to the family after that.
        unearned: payments in advance.
        days_0_30: the part of the total that is at most 30 days old.
        days_31_60: the part that is 31 to 60 days old.
        days_61_90: the part that is 61 to 90 days old.
        over_90: the part that is older.
        patients: the balance of each member of the family, before insurances pay, by PatNum.
        asked_at: the time in UTC, by the clock of this machine, at which the office was asked first.
    """

    guarantor: int
    total: Decimal = field(repr=False)
    insurance: Decimal = field(repr=False)
    estimated: Decimal = field(repr=False)
    unearned: Decimal = field(repr=False)
    days_0_30: Decimal = field(repr=False)
    days_31_60: Decimal = field(repr=False)
    days_61_90: Decimal = field(repr=False)
    over_90: Decimal = field(repr=False)
    patients: Mapping[int, Decimal] = field(repr=False)
    asked_at: datetime


class Balances:
    """The balances of the families of one practice. Make one for each practice.

    Args:
        practice: the practice. Its other options (priority, max_wait and so on) apply to the requests.
        max_age: seconds for which a balance is used again, for all members of the family. A write of the same
            client at the practice ends that at once. 0 asks each time.

    Raises:
        ConfigurationError: `max_age` is no time.
    """

    __slots__ = ("_asked_through", "_practice")

    def __init__(self, practice: Practice, *, max_age: float = 60.0) -> None:
        self._practice = practice.with_options(max_age=max_age)
        self._asked_through: dict[int, int] = {}
        """The member of the family whose PatNum was in the request, by the PatNum of each member."""

    async def of(self, PatNum: int) -> FamilyBalance:
        """Return what the family of a patient owes.

        It costs two requests (needs Open Dental 22.3.6); none if a member of the family was asked for in the
        last `max_age` seconds. A payment that comes between the two is in the second one only.

        Args:
            PatNum: any member of the family.

        Raises:
            BadRequest: the patient is deleted.
            NotFound: there is no such patient.
            DecodeError: the office's list of balances has no total, not this patient, or a patient twice.
            OpenDentalError: see `odapi_async.errors`.
        """
        through = self._asked_through.get(PatNum, PatNum)
        with asked_at() as asked:
            try:
                rows = await self._practice.account_modules.patient_balances(through)
            except (BadRequest, NotFound):
                if through == PatNum:
                    raise
                rows = []  # the other member is deleted
            if through != PatNum and PatNum not in _members(rows):  # has another guarantor now
                through = PatNum
                rows = await self._practice.account_modules.patient_balances(PatNum)
            guarantor, patients = _family_of(PatNum, rows)
            self._remember(patients, through)
            aging = await self._practice.account_modules.aging(through)
        return FamilyBalance(
            guarantor=guarantor,
            total=aging.Total,
            insurance=aging.InsEst,
            estimated=aging.EstBal,
            unearned=aging.Unearned,
            days_0_30=aging.Bal_0_30,
            days_31_60=aging.Bal_31_60,
            days_61_90=aging.Bal_61_90,
            over_90=aging.BalOver90,
            patients=patients,
            asked_at=cast("datetime", asked.at),
        )

    def _remember(self, members: Mapping[int, Decimal], through: int) -> None:
        if len(self._asked_through) > _MOST_REMEMBERED:
            self._asked_through.clear()
        self._asked_through.update(dict.fromkeys(members, through))


def _members(rows: list[PatientBalance]) -> dict[int, Decimal]:
    """Return the balance of each member, without the total in the last row."""
    return {row.PatNum: row.Balance for row in rows[:-1]}


def _family_of(patient: int, rows: list[PatientBalance]) -> tuple[int, dict[int, Decimal]]:
    """Return the guarantor of a family, and the balances of its members.

    Raises:
        DecodeError: the rows are not those of the patient's family.
    """
    members = _members(rows)
    if patient in members and len(members) == len(rows) - 1 and rows[-1].Name == _FAMILY:
        return rows[-1].PatNum, members
    problem = "not the balances of this patient's family, with their total in the last row"
    raise DecodeError("PatientBalance", b"", field="PatNum", problem=problem)
