"""ProcedureCodes: the procedure codes of the office, such as D1110."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, DateTimeLike, Matches, Money, Since
from odapi_async.enums import benefits as benefit_enums
from odapi_async.enums import procedure_codes as enums
from odapi_async.resources.base import Resource, Row


class ProcedureCode(Row, frozen=True):
    """A procedure code with its texts and settings."""

    CodeNum: int = 0
    ProcCode: str = ""
    Descript: str = ""
    AbbrDesc: str = ""
    ProcTime: str = ""
    """A time pattern of X and /."""
    ProcCat: int = 0
    """A definition of category 11; `procCat` is its text."""
    procCat: str = ""
    TreatArea: str = ""
    NoBillIns: bool = False
    IsProsth: bool = False
    DefaultNote: str = ""
    IsHygiene: bool = False
    AlternateCode1: str = ""
    MedicalCode: str = ""
    """The ProcCode of the medical code."""
    IsTaxed: bool = False
    PaintType: str = ""
    LaymanTerm: str = ""
    IsCanadianLab: bool = False
    BaseUnits: int = 0
    SubstitutionCode: str = ""
    """The ProcCode that may replace it, depending on SubstOnlyIf."""
    SubstOnlyIf: str = ""
    DateTStamp: datetime | None = None
    DrugNDC: str = ""
    RevenueCodeDefault: str = ""
    ProvNumDefault: int = 0
    """Overrides other providers; 0 for none."""
    CanadaTimeUnits: Decimal = Decimal(0)
    IsRadiology: bool = False
    DefaultClaimNote: str = ""
    DefaultTPNote: str = ""
    PaintText: str = ""
    AreaAlsoToothRange: bool = False
    DiagnosticCodes: str = ""
    """ICD-10 codes, separated by commas."""


class _ProcedureCodeBody(DateTimeFormats, total=False):
    ProcCat: int
    """A definition of category 11."""
    procCat: str
    """The text of a definition of category 11 (its ItemName)."""
    ProcTime: str
    """A time pattern of X and /; the default of `create` is /X/."""
    DefaultNote: str
    IsHygiene: bool
    MedicalCode: str
    """The ProcCode of an existing code."""
    LaymanTerm: str
    ProvNumDefault: int
    """Overrides other providers; 0 for none."""
    CanadaTimeUnits: Money


class ProcedureCodeFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    DateTStamp: Annotated[DateTimeLike, Since("22.4.28")]
    """Changed at this time or later."""


class NewProcedureCode(_ProcedureCodeBody, total=False):
    """Body of `create`."""

    ProcCode: Required[str]
    Descript: Required[str]
    AbbrDesc: Required[str]
    TreatArea: Annotated[benefit_enums.TreatArea | str, Since("22.4.34")]
    NoBillIns: Annotated[bool, Since("23.2.10")]
    IsProsth: Annotated[bool, Since("23.3.25")]
    AlternateCode1: Annotated[str, Since("23.3.25")]
    IsTaxed: Annotated[bool, Since("23.3.25")]
    PaintType: Annotated[enums.PaintType | str, Since("23.3.25")]
    IsCanadianLab: Annotated[bool, Since("23.3.25")]
    BaseUnits: Annotated[int, Since("23.3.25")]
    """Not negative."""
    SubstitutionCode: Annotated[str, Since("22.4.9")]
    """The ProcCode of another code; case matters."""
    SubstOnlyIf: Annotated[enums.SubstOnlyIf | str, Since("22.4.9")]
    """When SubstitutionCode replaces it. Default: Always."""
    DrugNDC: Annotated[str, Since("23.3.25"), Matches(r"\d{11}", "is eleven digits")]
    """11 digits, or empty."""
    RevenueCodeDefault: Annotated[str, Since("23.3.25"), Matches(r"\d{3}", "is three digits")]
    """3 digits."""
    IsRadiology: Annotated[bool, Since("23.3.25")]
    DefaultClaimNote: Annotated[str, Since("23.3.25")]
    DefaultTPNote: Annotated[str, Since("23.3.25")]
    PaintText: Annotated[str, Since("23.3.24")]
    """Only with PaintType Text."""
    AreaAlsoToothRange: Annotated[bool, Since("23.3.25")]
    """Only with TreatArea Quad or Arch."""
    DiagnosticCodes: Annotated[str, Since("23.3.25")]
    """Up to 4 ICD-10 codes, separated by commas without spaces."""


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
    """The ProcCode of another code; case matters."""
    SubstOnlyIf: enums.SubstOnlyIf | str
    """When SubstitutionCode replaces it."""
    DrugNDC: Annotated[str, Matches(r"\d{11}", "is eleven digits")]
    """11 digits, or empty."""
    RevenueCodeDefault: Annotated[str, Matches(r"\d{3}", "is three digits")]
    """3 digits."""
    IsRadiology: bool
    DefaultClaimNote: str
    DefaultTPNote: str
    PaintText: str
    """Only with PaintType Text."""
    AreaAlsoToothRange: bool
    """Only with TreatArea Quad or Arch."""
    DiagnosticCodes: str
    """Up to 4 ICD-10 codes, separated by commas without spaces."""


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
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/procedurecodes/{CodeNum}",
    ProcedureCode,
    since="23.3.25",
    permission="AllOthers",
    body=ProcedureCodeUpdate,
    rules=(Rule("at_most_one", ("ProcCat", "procCat")),),
    read_back=GET,
)


class ProcedureCodes(Resource):
    """The codes that the office can chart and bill. They cannot be deleted.

    ProcCat is the id of a code's category, and procCat its text.
    """

    async def get(self, CodeNum: int, **formats: Unpack[DateTimeFormats]) -> ProcedureCode:
        """Read one procedure code. API: ProcedureCodes GET (single), 23.3.25."""
        return await self._call(GET, CodeNum, query=formats)

    def list(self, **filters: Unpack[ProcedureCodeFilters]) -> Rows[ProcedureCode]:
        """List procedure codes. API: ProcedureCodes GET (multiple), 22.3.22."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewProcedureCode]) -> ProcedureCode:
        """Add a procedure code.

        Pass at least one of ProcCat and procCat.

        API: ProcedureCodes POST (create), 22.3, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, CodeNum: int, **body: Unpack[ProcedureCodeUpdate]) -> ProcedureCode:
        """Change the given fields; leave the rest.

        ProcCode itself cannot be changed. Pass at most one of ProcCat and procCat.

        API: ProcedureCodes PUT (update), 23.3.25, permission AllOthers.
        """
        return await self._call(UPDATE, CodeNum, body=body)
