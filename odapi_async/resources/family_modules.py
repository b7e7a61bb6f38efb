"""FamilyModules: DOC."""

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class FamilyInsurance(Row, frozen=True):
    """DOC FamilyInsurance."""

    PatNum: int = 0
    InsSubNum: int = 0
    Subscriber: int = 0
    subscriber: str = ""
    SubscriberID: str = ""
    SubscNote: str = ""
    PatPlanNum: int = 0
    Ordinal: int = 0
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
    feeSchedule: str = ""
    PlanType: str = ""
    planType: str = ""
    CopayFeeSched: int = 0
    EmployerNum: int = 0
    employer: str = ""
    IsMedical: bool = False


INSURANCE = Operation("GET", "/familymodules/{PatNum}/Insurance", FamilyInsurance, since="21.4")


class FamilyModules(Resource):
    """FamilyModules. Read-only view of the family screen; the id in the path is a PatNum."""

    def insurance(self, PatNum: int) -> Rows[FamilyInsurance]:
        """DOC insurance.

        Usually 0 to 2 rows, one for each insurance. Discount plans are not included. Reads across inssub,
        patplan, carrier and insplan. The text spells feeschedule, the wire feeSchedule.

        API: FamilyModules GET Insurance, 21.4.
        """
        return self._rows(INSURANCE, PatNum)
