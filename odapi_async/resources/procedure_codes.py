"""ProcedureCodes: DOC."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.enums import benefits as benefit_enums
from odapi_async.enums import procedure_codes as enums
from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateTimeLike, Money, Since


class ProcedureCode(Row, frozen=True):
    """DOC ProcedureCode."""

    CodeNum: int = 0
    ProcCode: str = ""
    Descript: str = ""
    AbbrDesc: str = ""
    ProcTime: str = ""
    ProcCat: int = 0
    procCat: str = ""
    TreatArea: str = ""
    NoBillIns: bool = False
    IsProsth: bool = False
    DefaultNote: str = ""
    IsHygiene: bool = False
    AlternateCode1: str = ""
    MedicalCode: str = ""
    IsTaxed: bool = False
    PaintType: str = ""
    LaymanTerm: str = ""
    IsCanadianLab: bool = False
    BaseUnits: int = 0
    SubstitutionCode: str = ""
    SubstOnlyIf: str = ""
    DateTStamp: datetime | None = None
    DrugNDC: str = ""
    RevenueCodeDefault: str = ""
    ProvNumDefault: int = 0
    CanadaTimeUnits: Decimal = Decimal(0)
    IsRadiology: bool = False
    DefaultClaimNote: str = ""
    DefaultTPNote: str = ""
    PaintText: str = ""
    AreaAlsoToothRange: bool = False
    DiagnosticCodes: str = ""


class _ProcedureCodeBody(TypedDict, total=False):
    ProcCat: int
    """A definition of category 11."""
    procCat: str
    """ItemName of the category."""
    ProcTime: str
    """X and /."""
    DefaultNote: str
    IsHygiene: bool
    MedicalCode: str
    """Code must exist."""
    LaymanTerm: str
    ProvNumDefault: int
    """0 = none; overrides other providers."""
    CanadaTimeUnits: Money


class ProcedureCodeFilters(TypedDict, total=False):
    """Filters of `list`."""

    DateTStamp: Annotated[DateTimeLike, Since("22.4.28")]
    """Changed at or after."""


class NewProcedureCode(_ProcedureCodeBody, total=False):
    """Body of `create`."""

    ProcCode: Required[str]
    Descript: Required[str]
    AbbrDesc: Required[str]
    TreatArea: Annotated[benefit_enums.TreatArea | str, Since("22.4.34")]
    """Default: None."""
    NoBillIns: Annotated[bool, Since("23.2.10")]
    """Default: false."""
    IsProsth: Annotated[bool, Since("23.3.25")]
    """Default: false."""
    AlternateCode1: Annotated[str, Since("23.3.25")]
    IsTaxed: Annotated[bool, Since("23.3.25")]
    """Default: false."""
    PaintType: Annotated[enums.PaintType | str, Since("23.3.25")]
    """Default: None."""
    IsCanadianLab: Annotated[bool, Since("23.3.25")]
    """Default: false."""
    BaseUnits: Annotated[int, Since("23.3.25")]
    """Not negative."""
    SubstitutionCode: Annotated[str, Since("22.4.9")]
    """Case-sensitive."""
    SubstOnlyIf: Annotated[enums.SubstOnlyIf | str, Since("22.4.9")]
    """Used with SubstitutionCode. Default: Always."""
    DrugNDC: Annotated[str, Since("23.3.25")]
    """11 digits or empty."""
    RevenueCodeDefault: Annotated[str, Since("23.3.25")]
    """3 digits."""
    IsRadiology: Annotated[bool, Since("23.3.25")]
    """Default: false."""
    DefaultClaimNote: Annotated[str, Since("23.3.25")]
    DefaultTPNote: Annotated[str, Since("23.3.25")]
    PaintText: Annotated[str, Since("23.3.24")]
    """Only with PaintType Text."""
    AreaAlsoToothRange: Annotated[bool, Since("23.3.25")]
    """Only with TreatArea Quad or Arch. Default: false."""
    DiagnosticCodes: Annotated[str, Since("23.3.25")]
    """Up to 4 ICD-10 codes, commas, no blanks."""


class ProcedureCodeUpdate(_ProcedureCodeBody, total=False):
    """Body of `update`."""

    Descript: str
    AbbrDesc: str
    TreatArea: benefit_enums.TreatArea | str
    NoBillIns: bool
    IsProsth: bool
    AlternateCode1: str
    IsTaxed: bool
    PaintType: enums.PaintType | str
    IsCanadianLab: bool
    BaseUnits: int
    """Not negative."""
    SubstitutionCode: str
    """Case-sensitive."""
    SubstOnlyIf: enums.SubstOnlyIf | str
    """Used with SubstitutionCode."""
    DrugNDC: str
    """11 digits or empty."""
    RevenueCodeDefault: str
    """3 digits."""
    IsRadiology: bool
    DefaultClaimNote: str
    DefaultTPNote: str
    PaintText: str
    """Only with PaintType Text."""
    AreaAlsoToothRange: bool
    """Only with TreatArea Quad or Arch."""
    DiagnosticCodes: str
    """Up to 4 ICD-10 codes, commas, no blanks."""


GET = Operation("GET", "/procedurecodes/{CodeNum}", ProcedureCode, since="23.3.25")
LIST = Operation("GET", "/procedurecodes", ProcedureCode, since="22.3.22", query=ProcedureCodeFilters)
CREATE = Operation(
    "POST",
    "/procedurecodes",
    ProcedureCode,
    since="22.3",
    permission="AllOthers",
    body=NewProcedureCode,
    rules=(Rule("at_least_one", ("ProcCat", "procCat")),),
)
UPDATE = Operation(
    "PUT",
    "/procedurecodes/{CodeNum}",
    ProcedureCode,
    since="23.3.25",
    permission="AllOthers",
    body=ProcedureCodeUpdate,
    rules=(Rule("at_most_one", ("ProcCat", "procCat")),),
)


class ProcedureCodes(Resource):
    """ProcedureCodes. ProcCat (DefNum) and procCat (its text) are a pair. There is no DELETE."""

    async def get(self, CodeNum: int) -> ProcedureCode:
        """Read one procedure code. API: ProcedureCodes GET (single), 23.3.25."""
        return await self._call(GET, CodeNum)

    def list(self, **filters: Unpack[ProcedureCodeFilters]) -> Rows[ProcedureCode]:
        """List procedure code rows. API: ProcedureCodes GET (multiple), 22.3.22."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewProcedureCode]) -> ProcedureCode:
        """Add one procedure code.

        Give at least one of ProcCat and procCat.

        API: ProcedureCodes POST (create), 22.3, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, CodeNum: int, **body: Unpack[ProcedureCodeUpdate]) -> ProcedureCode:
        """Change what is given and leave the rest.

        ProcCode itself cannot be changed. Give at most one of ProcCat and procCat.

        API: ProcedureCodes PUT (update), 23.3.25, permission AllOthers.
        """
        return await self._call(UPDATE, CodeNum, body=body)
