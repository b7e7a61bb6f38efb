"""InsPlans: insurance plans, each of a carrier and often of an employer."""

from datetime import date, datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import Between, DateAndTimeFormats, Excluding, Since
from odapi_async.enums import ins_plans as enums
from odapi_async.resources.base import Resource, Row


class InsPlan(Row, frozen=True):
    """An insurance plan."""

    PlanNum: int = 0
    GroupName: str = ""
    GroupNum: str = ""
    PlanNote: str = ""
    FeeSched: int = 0
    """A FeeSchedNum."""
    PlanType: str = ""
    """Empty for percentage, p for PPO percentage, f for flat copay, c for capitation."""
    ClaimFormNum: int = 0
    ClaimsUseUCR: Annotated[bool, Since("25.1.20")] = False
    CopayFeeSched: int = 0
    """A FeeSchedNum."""
    EmployerNum: int = 0
    CarrierNum: int = 0
    IsMedical: bool = False
    FilingCode: Annotated[int, Since("25.1.20")] = 0
    ShowBaseUnits: Annotated[bool, Since("25.1.20")] = False
    CodeSubstNone: bool = False
    IsHidden: bool = False
    MonthRenew: int = 0
    """1 to 12; 0 for the calendar year."""
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


class _InsPlanBody(DateAndTimeFormats, total=False):
    GroupName: str
    GroupNum: str
    PlanNote: str
    FeeSched: int
    """A FeeSchedNum."""
    PlanType: Annotated[enums.PlanType | str, Excluding("percentage")]
    """Empty for percentage, p for PPO percentage, f for flat copay, c for capitation."""
    AllowedFeeSched: Annotated[int, Since("25.4")]
    """A FeeSchedNum. Known from third parties only: try it on your server first."""
    CopayFeeSched: Annotated[int, Since("23.3.17")]
    """A fee schedule of type CoPay."""
    IsMedical: Annotated[bool, Since("24.4.34")]
    CodeSubstNone: Annotated[bool, Since("22.4.31")]
    IsHidden: Annotated[bool, Since("22.4.31")]
    MonthRenew: Annotated[int, Between(0, 12)]
    """1 to 12; 0 for the calendar year."""
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
    """Of type ManualBlueBook; only with IsBlueBookEnabled and the BlueBook preference. 0 for none."""


class InsPlanFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PlanType: Annotated[enums.PlanType | str, Since("24.2.11"), Excluding("")]
    """To filter by the empty type, pass "percentage"."""
    CarrierNum: Annotated[int, Since("24.2.11")]


class NewInsPlan(_InsPlanBody, total=False):
    """Body of `create`."""

    CarrierNum: Required[int]
    EmployerNum: int
    IsBlueBookEnabled: bool
    """Percentage plans only. Default: True if the office uses BlueBook automation."""


class InsPlanUpdate(_InsPlanBody, total=False):
    """Body of `update`."""

    EmployerNum: Annotated[int, Since("22.4.24")]
    CarrierNum: Annotated[int, Since("22.4.24")]
    IsBlueBookEnabled: Annotated[bool, Since("22.4.24")]
    """Percentage plans only."""


GET = Operation("GET", "/insplans/{PlanNum}", InsPlan, since="24.2.11")
LIST = Operation("GET", "/insplans", InsPlan, since="22.3.30", query=InsPlanFilters)
CREATE = Operation(
    "POST", "/insplans", InsPlan, since="22.4.24", permission="Insurance", body=NewInsPlan, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/insplans/{PlanNum}",
    InsPlan,
    since="22.3.30",
    permission="Insurance",
    body=InsPlanUpdate,
    read_back=GET,
)


class InsPlans(Resource):
    """Insurance plans; `InsSubs` link them to subscribers. They cannot be deleted; hide one with IsHidden."""

    async def get(self, PlanNum: int, **formats: Unpack[DateAndTimeFormats]) -> InsPlan:
        """Read one insurance plan. API: InsPlans GET (single), 24.2.11."""
        return await self._call(GET, PlanNum, query=formats)

    def list(self, **filters: Unpack[InsPlanFilters]) -> Rows[InsPlan]:
        """List insurance plans. API: InsPlans GET (multiple), 22.3.30."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewInsPlan]) -> InsPlan:
        """Add an insurance plan.

        ClaimFormNum and CobRule default to the office's preferences; so does ClaimsUseUCR for a percentage
        plan.

        API: InsPlans POST, 22.4.24, permission Insurance.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PlanNum: int, **body: Unpack[InsPlanUpdate]) -> InsPlan:
        """Change the given fields; leave the rest. API: InsPlans PUT, 22.3.30, permission Insurance."""
        return await self._call(UPDATE, PlanNum, body=body)
