"""FamilyModules: a patient's insurance, as the Family module shows it."""

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async.resources.base import Resource, View


class FamilyInsurance(View, frozen=True):
    """One insurance of a patient: coverage, subscriber, plan and carrier in one row."""

    PatNum: int = 0
    InsSubNum: int = 0
    Subscriber: int = 0
    """The PatNum of the subscriber."""
    subscriber: str = ""
    """The name of the subscriber."""
    SubscriberID: str = ""
    SubscNote: str = ""
    PatPlanNum: int = 0
    Ordinal: int = 0
    """1 for primary, 2 for secondary, and so on."""
    ordinal: str = ""
    IsPending: bool = False
    Relationship: str = ""
    PatID: str = ""
    CarrierNum: int = 0
    CarrierName: str = ""
    PlanNum: int = 0
    GroupName: str = ""
    GroupNum: str = ""
    PlanNote: str = ""
    FeeSched: int = 0
    """A FeeSchedNum."""
    feeSchedule: str = ""
    PlanType: str = ""
    """Empty for percentage, p for PPO percentage, f for flat copay, c for capitation."""
    planType: str = ""
    CopayFeeSched: int = 0
    """A FeeSchedNum."""
    EmployerNum: int = 0
    employer: str = ""
    IsMedical: bool = False


INSURANCE = Operation("GET", "/familymodules/{PatNum}/Insurance", FamilyInsurance, since="21.4")


class FamilyModules(Resource):
    """The Family module of the program, for one patient. Read only."""

    def insurance(self, PatNum: int) -> Rows[FamilyInsurance]:
        """Read the insurance of a patient: one row for each, usually none to two.

        Discount plans are not included.

        API: FamilyModules GET Insurance, 21.4.
        """
        return self._rows(INSURANCE, PatNum)
