"""Referrals: DOC."""

from datetime import datetime
from typing import Annotated, Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows
from odapi_async.wire import Since


class Referral(Row, frozen=True):
    """DOC Referral."""

    ReferralNum: int = 0
    LName: str = ""
    FName: str = ""
    MName: str = ""
    SSN: str = ""
    UsingTIN: bool = False
    Specialty: int = 0
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
    IsDoctor: bool = False
    DateTStamp: datetime | None = None
    IsPreferred: bool = False
    BusinessName: str = ""
    DisplayNote: str = ""
    isPatient: bool = False


class _ReferralBody(TypedDict, total=False):
    FName: str
    MName: str
    SSN: Annotated[str, Since("24.4.16")]
    """No punctuation."""
    UsingTIN: Annotated[bool, Since("24.4.16")]
    Specialty: int
    """Source is a provider. A definition of category 35."""
    ST: Annotated[str, Since("24.4.16")]
    """At most two characters."""
    Telephone: Annotated[str, Since("24.4.16")]
    """Ten digits."""
    Address: Annotated[str, Since("24.4.16")]
    Address2: Annotated[str, Since("24.4.16")]
    City: Annotated[str, Since("24.4.16")]
    Zip: Annotated[str, Since("24.4.16")]
    Note: str
    Phone2: Annotated[str, Since("24.4.16")]
    NotPerson: Annotated[bool, Since("24.4.16")]
    """True when neither PatNum nor specialty is given."""
    Title: str
    EMail: Annotated[str, Since("24.4.16")]
    IsDoctor: Annotated[bool, Since("24.4.16")]
    """True when a specialty is given."""
    BusinessName: Annotated[str, Since("24.4.16")]
    DisplayNote: Annotated[str, Since("24.4.16")]


class ReferralFilters(TypedDict, total=False):
    """Filters of `list`."""

    IsHidden: Annotated[bool, Since("24.1.34")]
    NotPerson: Annotated[bool, Since("24.1.34")]
    IsDoctor: Annotated[bool, Since("24.1.34")]
    IsPreferred: Annotated[bool, Since("24.1.34")]
    isPatient: Annotated[bool, Since("24.1.34")]
    BusinessName: Annotated[str, Since("24.4.19")]
    """Substring."""


class NewReferral(_ReferralBody, total=False):
    """Body of `create`."""

    LName: Required[str]
    PatNum: int
    """Source is a patient."""
    specialty: str
    """ItemName of category 35."""


class ReferralUpdate(_ReferralBody, total=False):
    """Body of `update`."""

    LName: str


GET = Operation("GET", "/referrals/{ReferralNum}", Referral, since="24.1.34")
LIST = Operation("GET", "/referrals", Referral, since="21.4", query=ReferralFilters)
CREATE = Operation("POST", "/referrals", Referral, since="22.3", permission="AllOthers", body=NewReferral)
UPDATE = Operation(
    "PUT", "/referrals/{ReferralNum}", Referral, since="22.4.24", permission="AllOthers", body=ReferralUpdate
)


class Referrals(Resource):
    """Referrals. A source is a patient (PatNum), a provider (specialty) or a non-person. A non-patient source
    keeps its description in LName.
    """

    async def get(self, ReferralNum: int) -> Referral:
        """Read one referral. API: Referrals GET (single), 24.1.34."""
        return await self._call(GET, ReferralNum)

    def list(self, **filters: Unpack[ReferralFilters]) -> Rows[Referral]:
        """List referral rows. API: Referrals GET (multiple), 21.4."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewReferral]) -> Referral:
        """Add one referral.

        With PatNum the row is filled from the patient and LName must match; with a specialty it is a
        provider; with neither it is a non-person.

        API: Referrals POST (create), 22.3, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, ReferralNum: int, **body: Unpack[ReferralUpdate]) -> Referral:
        """Change what is given and leave the rest.

        For a patient source only Note and DisplayNote can change.

        API: Referrals PUT (update), 22.4.24, permission AllOthers.
        """
        return await self._call(UPDATE, ReferralNum, body=body)
