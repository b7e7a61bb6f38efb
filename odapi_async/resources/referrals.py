"""Referrals: sources that patients come from or are sent to."""

from datetime import datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import TEN_DIGITS, AtMost, DateTimeFormats, Since
from odapi_async.resources.base import Resource, Row


class Referral(Row, frozen=True):
    """A referral source: a patient, a provider, or one that is not a person."""

    ReferralNum: int = 0
    LName: str = ""
    """The name, or the description of a source that is not a person."""
    FName: str = ""
    MName: str = ""
    SSN: str = ""
    """A social security or tax number, depending on UsingTIN: keep it out of logs."""
    UsingTIN: bool = False
    Specialty: int = 0
    """A definition of category 35; `specialty` is its text."""
    specialty: str = ""
    ST: str = ""
    Telephone: str = ""
    Address: str = ""
    Address2: str = ""
    City: str = ""
    Zip: str = ""
    Note: str = ""
    Phone2: str = ""
    IsHidden: bool = False
    NotPerson: bool = False
    Title: str = ""
    EMail: str = ""
    PatNum: int = 0
    """The patient who is the source; 0 for other sources."""
    IsDoctor: bool = False
    DateTStamp: datetime | None = None
    IsPreferred: bool = False
    BusinessName: str = ""
    DisplayNote: str = ""
    isPatient: bool = False


class _ReferralBody(DateTimeFormats, total=False):
    """Body fields of `create` and `update`."""

    FName: str
    MName: str
    SSN: Annotated[str, Since("24.4.16")]
    """Without punctuation; a social security or a tax number, depending on UsingTIN."""
    UsingTIN: Annotated[bool, Since("24.4.16")]
    Specialty: int
    """A definition of category 35: the source is a provider. 0 for none."""
    ST: Annotated[str, Since("24.4.16"), AtMost(2)]
    """At most two characters."""
    Telephone: Annotated[str, Since("24.4.16"), TEN_DIGITS]
    """10 digits."""
    Address: Annotated[str, Since("24.4.16")]
    Address2: Annotated[str, Since("24.4.16")]
    City: Annotated[str, Since("24.4.16")]
    Zip: Annotated[str, Since("24.4.16")]
    Note: str
    Phone2: Annotated[str, Since("24.4.16")]
    NotPerson: Annotated[bool, Since("24.4.16")]
    """`create` sets it if neither PatNum nor a specialty is given."""
    Title: str
    EMail: Annotated[str, Since("24.4.16")]
    IsDoctor: Annotated[bool, Since("24.4.16")]
    """`create` sets it if a specialty is given."""
    BusinessName: Annotated[str, Since("24.4.16")]
    DisplayNote: Annotated[str, Since("24.4.16")]


class ReferralFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    IsHidden: Annotated[bool, Since("24.1.34")]
    NotPerson: Annotated[bool, Since("24.1.34")]
    IsDoctor: Annotated[bool, Since("24.1.34")]
    IsPreferred: Annotated[bool, Since("24.1.34")]
    isPatient: Annotated[bool, Since("24.1.34")]
    BusinessName: Annotated[str, Since("24.4.19")]
    """Matches any part of it."""


class NewReferral(_ReferralBody, total=False):
    """Body of `create`."""

    LName: Required[str]
    PatNum: int
    """The source is this patient."""
    specialty: str
    """The text of a definition of category 35 (its ItemName)."""


class ReferralUpdate(_ReferralBody, total=False):
    """Body of `update`."""

    LName: str


GET = Operation("GET", "/referrals/{ReferralNum}", Referral, since="24.1.34")
LIST = Operation("GET", "/referrals", Referral, since="21.4", query=ReferralFilters)
CREATE = Operation(
    "POST", "/referrals", Referral, since="22.3", permission="AllOthers", body=NewReferral, read_back=GET
)
UPDATE = Operation(
    "PUT",
    "/referrals/{ReferralNum}",
    Referral,
    since="22.4.24",
    permission="AllOthers",
    body=ReferralUpdate,
    read_back=GET,
)


class Referrals(Resource):
    """Referral sources. A source is a patient (PatNum), a provider (by specialty) or not a person.

    A source that is not a patient has its description in LName. Referrals of a patient are in RefAttaches.
    """

    async def get(self, ReferralNum: int, **formats: Unpack[DateTimeFormats]) -> Referral:
        """Read one referral source. API: Referrals GET (single), 24.1.34."""
        return await self._call(GET, ReferralNum, query=formats)

    def list(self, **filters: Unpack[ReferralFilters]) -> Rows[Referral]:
        """List referral sources. API: Referrals GET (multiple), 21.4."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewReferral]) -> Referral:
        """Add a referral source.

        With PatNum it is filled from the patient, whose LName must match; with a specialty it is a provider;
        with neither it is not a person.

        API: Referrals POST (create), 22.3, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, ReferralNum: int, **body: Unpack[ReferralUpdate]) -> Referral:
        """Change the given fields; leave the rest.

        If the source is a patient, only Note and DisplayNote can be changed.

        API: Referrals PUT (update), 22.4.24, permission AllOthers.
        """
        return await self._call(UPDATE, ReferralNum, body=body)
