"""Patients: the patients of the practice, their families and their balances."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import AtMost, DateAndTimeFormats, DateLike, DateTimeLike, Excluding, Ids, Since
from odapi_async.enums import patients as enums
from odapi_async.resources.base import Resource, Row


class Patient(Row, frozen=True):
    """A patient. The operations fill different fields; `list` leaves half of them empty."""

    serverDateTime: datetime | None = None
    PatNum: int = 0
    LName: str = ""
    FName: str = ""
    MiddleI: str = ""
    Preferred: str = ""
    PatStatus: str = ""
    Gender: str = ""
    Position: str = ""
    Birthdate: date | None = None
    SSN: str = ""
    Address: str = ""
    Address2: str = ""
    City: str = ""
    State: str = ""
    Zip: str = ""
    HmPhone: str = ""
    WkPhone: str = ""
    WirelessPhone: str = ""
    Guarantor: int = 0
    Email: str = ""
    EstBalance: Decimal = Decimal(0)
    """The balance of this patient alone."""
    PriProv: int = 0
    priProvAbbr: str = ""
    SecProv: int = 0
    secProvAbbr: str = ""
    FeeSched: Annotated[int, Since("25.2.19")] = 0
    BillingType: str = ""
    """The text of a definition (its ItemName), not its DefNum."""
    ImageFolder: str = ""
    FamFinUrgNote: str = ""
    ChartNumber: str = ""
    MedicaidID: str = ""
    BalTotal: Decimal = Decimal(0)
    """The balance of the whole family; zero for everyone except the guarantor."""
    EmployerNum: int = 0
    DateFirstVisit: date | None = None
    ClinicNum: int = 0
    clinicAbbr: str = ""
    Premed: Annotated[bool, Since("25.2.30")] = False
    Ward: str = ""
    PreferConfirmMethod: str = ""
    PreferContactMethod: str = ""
    PreferRecallMethod: str = ""
    Language: str = ""
    """An ISO 639-2 code, or one that the office has defined; empty for none."""
    AdmitDate: date | None = None
    siteDesc: str = ""
    DateTStamp: datetime | None = None
    SuperFamily: int = 0
    TxtMsgOk: str = ""
    SecDateEntry: date | None = None


class PatientFilters(DateAndTimeFormats, total=False):
    """Filters of `list`. Texts match anywhere in a field, without regard to case."""

    LName: str
    FName: str
    Phone: str
    Address: str
    hideInactive: bool
    """Leave out inactive patients."""
    City: str
    State: str
    SSN: str
    ChartNumber: Annotated[str, AtMost(15)]
    guarOnly: bool
    """Guarantors only."""
    showArchived: bool
    """Include archived patients."""
    Birthdate: DateLike
    SiteNum: int
    SubscriberId: str
    Email: str
    Country: str
    clinicNums: Ids
    clinicAbbr: str
    invoiceNumber: str


class PatientSimpleFilters(DateAndTimeFormats, total=False):
    """Filters of `simple`."""

    LName: str
    """Matches anywhere in the name, without regard to case."""
    FName: str
    """Likewise."""
    Birthdate: DateLike
    ClinicNum: int
    PatStatus: enums.PatStatus | str
    DateTStamp: DateTimeLike
    """Changed after this time. Take it from the `serverDateTime` of an earlier response."""
    PriProv: Annotated[int, Since("21.3")]
    Gender: Annotated[enums.Gender | str, Since("22.3.6")]
    Position: Annotated[enums.Position | str, Since("22.3.6")]
    Guarantor: Annotated[int, Since("22.4.19")]
    SuperFamily: Annotated[int, Since("22.4.38")]
    EmployerNum: Annotated[int, Since("24.3.30")]
    FeeSched: Annotated[int, Since("25.2.19")]


class _PatientBody(DateAndTimeFormats, total=False):
    MiddleI: str
    Preferred: str
    PatStatus: enums.PatStatus | str
    Gender: Annotated[enums.Gender | str, Excluding("Other")]
    Position: enums.Position | str
    Birthdate: DateLike
    SSN: str
    """In the USA nine digits without dashes; the SDK does not check it."""
    Address: str
    Address2: str
    City: str
    State: str
    """In the USA two capital letters; the SDK does not check it."""
    Zip: str
    """12345, 12345-1234 or 123456789; in Canada A0A 0A0; the SDK does not check it."""
    HmPhone: str
    WkPhone: str
    WirelessPhone: str
    Guarantor: int
    """The head of the household; by default a new patient is the guarantor."""
    Email: str
    PriProv: int
    SecProv: int
    BillingType: str
    """The text of a definition of category 4 (its ItemName)."""
    FamFinUrgNote: Annotated[str, Since("23.2.5.0")]
    """Guarantors only."""
    ChartNumber: Annotated[str, AtMost(15)]
    """At most 15 characters."""
    MedicaidID: Annotated[str, Since("24.4.13")]
    EmployerNum: Annotated[int, Since("24.3.30")]
    DateFirstVisit: Annotated[DateLike, Since("22.4.42")]
    ClinicNum: int
    """0 for no clinic."""
    Ward: Annotated[str, Since("24.1.12")]
    """Hospital feature only."""
    PreferConfirmMethod: enums.PreferConfirmMethod | str
    PreferContactMethod: enums.PreferContactMethod | str
    PreferRecallMethod: Annotated[enums.PreferRecallMethod | str, Since("22.2")]
    Language: str
    AdmitDate: Annotated[DateLike, Since("24.1.12")]
    """Hospital feature only."""
    SuperFamily: Annotated[int, Since("22.4.38")]
    """The head of the super family, which is created if it does not exist; 0 leaves it."""
    TxtMsgOk: enums.TxtMsgOk | str
    FeeSched: Annotated[int, Since("25.2.19")]
    Premed: Annotated[bool, Since("25.2.30")]


class NewPatient(_PatientBody, total=False):
    """Body of `create`."""

    LName: Required[str]
    FName: Required[str]


class PatientUpdate(_PatientBody, total=False):
    """Body of `update`. Empty text clears a text field, except LName and FName."""

    LName: str
    FName: str


_ONE_FAMILY = Rule("at_most_one", ("Guarantor", "SuperFamily"))

GET = Operation("GET", "/patients/{PatNum}", Patient, since="21.1")
SIMPLE = Operation("GET", "/patients/Simple", Patient, since="21.2", query=PatientSimpleFilters)
LIST = Operation("GET", "/patients", Patient, since="21.1", query=PatientFilters)
CREATE = Operation(
    "POST",
    "/patients",
    Patient,
    since="21.1",
    permission="Patients",
    body=NewPatient,
    rules=(_ONE_FAMILY,),
    read_back=GET,
)
UPDATE = Operation(
    "PUT",
    "/patients/{PatNum}",
    Patient,
    since="21.2",
    permission="Patients",
    body=PatientUpdate,
    rules=(_ONE_FAMILY,),
    read_back=GET,
)


class Patients(Resource):
    """Patients. They cannot be deleted; no row that belongs to a deleted patient can be written."""

    async def get(self, PatNum: int, **formats: Unpack[DateAndTimeFormats]) -> Patient:
        """Read one patient. API: Patients GET (single), 21.1."""
        return await self._call(GET, PatNum, query=formats)

    def simple(self, **filters: Unpack[PatientSimpleFilters]) -> Rows[Patient]:
        """Read patients with all their fields; use this to sync. API: Patients GET Simple, 21.2."""
        return self._rows(SIMPLE, query=filters)

    def list(self, **filters: Unpack[PatientFilters]) -> Rows[Patient]:
        """Search like the patient selection of the program, and return only the fields shown there.

        The other fields are 0, "" or None then, whatever the office has. Method `simple` returns all fields.

        API: Patients GET (multiple), 21.1.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewPatient]) -> Patient:
        """Add a patient. One that looks like an existing patient is refused.

        API: Patients POST (create), 21.1, permission Patients.
        """
        return await self._call(CREATE, body=body)

    async def update(self, PatNum: int, **body: Unpack[PatientUpdate]) -> Patient:
        """Change the given fields; leave the rest.

        The guarantor may move within the family only while this patient is the guarantor.

        API: Patients PUT (update), 21.2, permission Patients.
        """
        return await self._call(UPDATE, PatNum, body=body)
