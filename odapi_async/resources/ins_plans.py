"""InsPlans: DOC."""

from datetime import date, datetime
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import ins_plans as enums
from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Since, Without


class InsPlan(Row, frozen=True):
    """DOC InsPlan."""

    PlanNum: int = 0
    GroupName: str = ""
    GroupNum: str = ""
    PlanNote: str = ""
    FeeSched: int = 0
    PlanType: str = ""
    ClaimFormNum: int = 0
    ClaimsUseUCR: Annotated[bool, Since("25.1.20")] = False
    CopayFeeSched: int = 0
    EmployerNum: int = 0
    CarrierNum: int = 0
    IsMedical: bool = False
    FilingCode: Annotated[int, Since("25.1.20")] = 0
    ShowBaseUnits: Annotated[bool, Since("25.1.20")] = False
    CodeSubstNone: bool = False
    IsHidden: bool = False
    MonthRenew: int = 0
    FilingCodeSubtype: Annotated[int, Since("25.1.20")] = 0
    CobRule: Annotated[str, Since("25.1.20")] = ""
    SecUserNumEntry: int = 0
    SecDateEntry: date | None = None
    SecDateTEdit: datetime | None = None
    BillingType: Annotated[int, Since("25.1.20")] = 0
    ExclusionFeeRule: Annotated[str, Since("25.1.20")] = ""
    ManualFeeSchedNum: Annotated[int, Since("25.2.24")] = 0
    IsBlueBookEnabled: bool = False
    InsPlansZeroWriteOffsOnAnnualMaxOverride: Annotated[str, Since("25.1.20")] = ""
    InsPlansZeroWriteOffsOnFreqOrAgingOverride: Annotated[str, Since("25.1.20")] = ""


class _InsPlanBody(TypedDict, total=False):
    GroupName: str
    GroupNum: str
    PlanNote: str
    FeeSched: int
    PlanType: Annotated[enums.PlanType | str, Without("percentage")]
    """Percentage, PPO, flat copay, capitation."""
    CopayFeeSched: Annotated[int, Since("23.3.17")]
    """Schedule of type CoPay."""
    IsMedical: Annotated[bool, Since("24.4.34")]
    CodeSubstNone: Annotated[bool, Since("22.4.31")]
    IsHidden: Annotated[bool, Since("22.4.31")]
    MonthRenew: int
    """1-12; 0 = calendar year."""
    ClaimsUseUCR: Annotated[bool, Since("25.1.20")]
    FilingCode: Annotated[int, Since("25.1.20")]
    ShowBaseUnits: Annotated[bool, Since("25.1.20")]
    FilingCodeSubtype: Annotated[int, Since("25.1.20")]
    CobRule: Annotated[enums.CobRule | str, Since("25.1.20")]
    BillingType: Annotated[int, Since("25.1.20")]
    """A definition of category 4."""
    ExclusionFeeRule: Annotated[enums.ExclusionFeeRule | str, Since("25.1.20")]
    InsPlansZeroWriteOffsOnAnnualMaxOverride: Annotated[
        enums.InsPlansZeroWriteOffsOnAnnualMaxOverride | str, Since("25.1.20")
    ]
    InsPlansZeroWriteOffsOnFreqOrAgingOverride: Annotated[
        enums.InsPlansZeroWriteOffsOnFreqOrAgingOverride | str, Since("25.1.20")
    ]
    ClaimFormNum: Annotated[int, Since("25.2.24")]
    ManualFeeSchedNum: Annotated[int, Since("25.2.24")]
    """Only under the BlueBook preference and with IsBlueBookEnabled; schedule of type ManualBlueBook; 0 =
    none.
    """


class InsPlanFilters(TypedDict, total=False):
    """Filters of `list`."""

    PlanType: Annotated[enums.PlanType | str, Since("24.2.11"), Without("")]
    """The empty type is asked for as "percentage"."""
    CarrierNum: Annotated[int, Since("24.2.11")]


class NewInsPlan(_InsPlanBody, total=False):
    """Body of `create`."""

    CarrierNum: Required[int]
    EmployerNum: int
    """Default: 0."""
    IsBlueBookEnabled: bool
    """Percentage plans only. Default: true when the office automates with BlueBook, else false."""


class InsPlanUpdate(_InsPlanBody, total=False):
    """Body of `update`."""

    EmployerNum: Annotated[int, Since("22.4.24")]
    CarrierNum: Annotated[int, Since("22.4.24")]
    IsBlueBookEnabled: Annotated[bool, Since("22.4.24")]
    """Percentage plans only."""


GET = Operation("GET", "/insplans/{PlanNum}", InsPlan, since="24.2.11")
LIST = Operation("GET", "/insplans", InsPlan, since="22.3.30", query=InsPlanFilters)
CREATE = Operation("POST", "/insplans", InsPlan, since="22.4.24", permission="Insurance", body=NewInsPlan)
UPDATE = Operation(
    "PUT", "/insplans/{PlanNum}", InsPlan, since="22.3.30", permission="Insurance", body=InsPlanUpdate
)


class InsPlans(Resource):
    """InsPlans. PlanType: empty = percentage, p = PPO percentage, f = flat copay, c = capitation."""

    async def get(self, PlanNum: int) -> InsPlan:
        """Read one ins plan. API: InsPlans GET (single), 24.2.11."""
        return await self._call(GET, PlanNum)

    def list(self, **filters: Unpack[InsPlanFilters]) -> Rows[InsPlan]:
        """List ins plan rows. API: InsPlans GET (multiple), 22.3.30."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewInsPlan]) -> InsPlan:
        """Add one ins plan.

        Success is printed as 200.

        API: InsPlans POST, 22.4.24, permission Insurance.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PlanNum: int, **body: Unpack[InsPlanUpdate]) -> InsPlan:
        """Change what is given and leave the rest. API: InsPlans PUT, 22.3.30, permission Insurance."""
        return await self._call(UPDATE, PlanNum, body=body)
