"""Providers: the dentists, hygienists and others who treat patients."""

from datetime import date, datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, DateTimeLike, Since
from odapi_async.resources.base import Resource, Row


class Provider(Row, frozen=True):
    """A dentist, a hygienist, or an entity that bills like one."""

    ProvNum: int = 0
    Abbr: str = ""
    LName: str = ""
    FName: str = ""
    MI: str = ""
    Suffix: str = ""
    FeeSched: int = 0
    Specialty: int = 0
    """A definition of category 35."""
    SSN: str = ""
    """A social security or tax number, depending on UsingTIN: keep it out of logs."""
    StateLicense: str = ""
    IsSecondary: bool = False
    """Whether it is a hygienist."""
    provColor: str = ""
    """Red, green and blue, as "164,164,255"."""
    IsHidden: bool = False
    UsingTIN: bool = False
    """Whether SSN is a tax number."""
    SigOnFile: bool = False
    NationalProvID: str = ""
    DateTStamp: datetime | None = None
    IsNotPerson: bool = False
    """Whether it is an entity."""
    ProvStatus: str = ""
    IsHiddenReport: bool = False
    Birthdate: date | None = None
    SchedNote: str = ""
    PreferredName: str = ""
    serverDateTime: datetime | None = None
    """None in a list by ClinicNum and in responses to writes."""


class _ProviderBody(DateAndTimeFormats, total=False):
    """Body fields of `create` and `update`. The defaults are those of `create`."""

    LName: str
    FName: str
    MI: str
    Suffix: str
    Specialty: int
    """A definition of category 35. Default: the first one."""
    SSN: str
    """A social security or tax number without dashes, depending on UsingTIN."""
    UsingTIN: bool
    """Whether SSN is a tax number. Default: True."""
    SigOnFile: Annotated[bool, Since("24.4.17")]
    PreferredName: str


class ProviderFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    ClinicNum: int
    """Visible providers who belong to this clinic or to none."""
    DateTStamp: Annotated[DateTimeLike, Since("21.3")]
    """Changed after this time. Take it from the `serverDateTime` of an earlier response."""


class NewProvider(_ProviderBody, total=False):
    """Body of `create`."""

    Abbr: Required[str]
    FeeSched: int
    """Default: the first fee schedule."""
    StateLicense: Annotated[str, Since("24.4.31")]
    IsSecondary: bool
    """Whether it is a hygienist."""
    IsHidden: bool
    NationalProvID: Annotated[str, Since("24.4.31")]
    IsNotPerson: bool
    """Whether it is an entity, which has no FName and MI."""
    IsHiddenReport: bool
    BirthDate: DateLike
    """Spelled Birthdate in responses, and in the API's own example of a request."""
    SchedNote: str


class ProviderUpdate(_ProviderBody, total=False):
    """Body of `update`."""

    Abbr: str
    """Not empty."""
    NationalProvId: str
    """Spelled NationalProvID in responses and in `create`."""
    StateLicense: str


GET = Operation("GET", "/providers/{ProvNum}", Provider, since="24.4.17")
LIST = Operation(
    "GET",
    "/providers",
    Provider,
    since="21.1",
    query=ProviderFilters,
    rules=(Rule("at_most_one", ("ClinicNum", "DateTStamp")),),
)
CREATE = Operation(
    "POST", "/providers", Provider, since="21.4", permission="Setup", body=NewProvider, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/providers/{ProvNum}",
    Provider,
    since="22.1",
    permission="Setup",
    body=ProviderUpdate,
    read_back=GET,
)


class Providers(Resource):
    """The people and entities who treat patients. They can be hidden but never deleted."""

    async def get(self, ProvNum: int, **formats: Unpack[DateAndTimeFormats]) -> Provider:
        """Read one provider. API: Providers GET (single), 24.4.17."""
        return await self._call(GET, ProvNum, query=formats)

    def list(self, **filters: Unpack[ProviderFilters]) -> Rows[Provider]:
        """List providers; with ClinicNum, hidden ones are left out.

        Pass at most one of ClinicNum and DateTStamp.

        API: Providers GET (multiple), 21.1.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewProvider]) -> Provider:
        """Add a provider. API: Providers POST (create), 21.4, permission Setup."""
        return await self._call(CREATE, body=body)

    async def update(self, ProvNum: int, **body: Unpack[ProviderUpdate]) -> Provider:
        """Change the given fields; leave the rest. API: Providers PUT (update), 22.1, permission Setup."""
        return await self._call(UPDATE, ProvNum, body=body)
