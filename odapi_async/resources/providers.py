"""Providers: DOC."""

from datetime import date, datetime
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation, Rule
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import DateLike, DateTimeLike, Since


class Provider(Row, frozen=True):
    """DOC Provider."""

    ProvNum: int = 0
    Abbr: str = ""
    LName: str = ""
    FName: str = ""
    MI: str = ""
    Suffix: str = ""
    FeeSched: int = 0
    Specialty: int = 0
    SSN: str = ""
    StateLicense: str = ""
    IsSecondary: bool = False
    provColor: str = ""
    IsHidden: bool = False
    UsingTIN: bool = False
    SigOnFile: bool = False
    NationalProvID: str = ""
    DateTStamp: datetime | None = None
    IsNotPerson: bool = False
    ProvStatus: str = ""
    IsHiddenReport: bool = False
    Birthdate: date | None = None
    SchedNote: str = ""
    PreferredName: str = ""
    serverDateTime: datetime | None = None


class _ProviderBody(TypedDict, total=False):
    LName: str
    FName: str
    MI: str
    Suffix: str
    Specialty: int
    """A definition of category 35."""
    SSN: str
    """No dashes; SSN or TIN by UsingTIN."""
    UsingTIN: bool
    SigOnFile: Annotated[bool, Since("24.4.17")]
    PreferredName: str


class ProviderFilters(TypedDict, total=False):
    """Filters of `list`."""

    ClinicNum: int
    """Providers free of clinics or restricted to this one."""
    DateTStamp: Annotated[DateTimeLike, Since("21.3")]
    """Changed after this moment."""


class NewProvider(_ProviderBody, total=False):
    """Body of `create`."""

    Abbr: Required[str]
    FeeSched: int
    """Default: first fee schedule."""
    StateLicense: Annotated[str, Since("24.4.31")]
    IsSecondary: bool
    """Hygienist. Default: false."""
    IsHidden: bool
    """Default: false."""
    NationalProvID: Annotated[str, Since("24.4.31")]
    IsNotPerson: bool
    """Entity; then no FName and MI. Default: false."""
    IsHiddenReport: bool
    """Default: false."""
    BirthDate: DateLike
    """The example spells it Birthdate."""
    SchedNote: str


class ProviderUpdate(_ProviderBody, total=False):
    """Body of `update`."""

    Abbr: str
    """Not empty."""
    NationalProvId: str
    """Spelt NationalProvID in replies."""
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
CREATE = Operation("POST", "/providers", Provider, since="21.4", permission="Setup", body=NewProvider)
UPDATE = Operation(
    "PUT", "/providers/{ProvNum}", Provider, since="22.1", permission="Setup", body=ProviderUpdate
)


class Providers(Resource):
    """Providers. A provider can be hidden but never deleted."""

    async def get(self, ProvNum: int) -> Provider:
        """Read one provider. API: Providers GET (single), 24.4.17."""
        return await self._call(GET, ProvNum)

    def list(self, **filters: Unpack[ProviderFilters]) -> Rows[Provider]:
        """List provider rows.

        With ClinicNum: only visible providers, serverDateTime empty; the example shows a bare object there.
        ClinicNum is never in the reply. Give at most one of ClinicNum and DateTStamp.

        API: Providers GET (multiple), 21.1.
        """
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewProvider]) -> Provider:
        """Add one provider. API: Providers POST (create), 21.4, permission Setup."""
        return await self._call(CREATE, body=body)

    async def update(self, ProvNum: int, **body: Unpack[ProviderUpdate]) -> Provider:
        """Change what is given and leave the rest.

        All fields optional.

        API: Providers PUT (update), 22.1, permission Setup.
        """
        return await self._call(UPDATE, ProvNum, body=body)
