"""RefAttaches: referrals of patients, to and from referral sources."""

from datetime import date, datetime
from types import NoneType
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation, Rule
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateAndTimeFormats, DateLike, DateTimeLike, Since
from odapi_async.enums import ref_attaches as enums
from odapi_async.resources.base import Resource, Row


class RefAttach(Row, frozen=True):
    """One patient's referral from or to a referral source."""

    RefAttachNum: int = 0
    ReferralNum: int = 0
    referralName: str = ""
    PatNum: int = 0
    ItemOrder: int = 0
    RefDate: date | None = None
    ReferralType: str = ""
    RefToStatus: str = ""
    Note: str = ""
    IsTransitionOfCare: bool = False
    ProcNum: int = 0
    DateProcComplete: date | None = None
    ProvNum: int = 0
    DateTStamp: datetime | None = None


class _RefAttachBody(DateAndTimeFormats, total=False):
    """Body fields of `create` and `update`. The defaults are those of `create`."""

    ReferralNum: int
    RefDate: DateLike
    """Default: today."""
    ReferralType: enums.ReferralType | str
    """Default: RefFrom."""
    RefToStatus: enums.RefToStatus | str
    Note: str


class RefAttachFilters(DateAndTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: int
    ReferralNum: Annotated[int, Since("25.2.10")]
    DateTStamp: Annotated[DateTimeLike, Since("25.2.10")]
    """Changed after this time."""


class NewRefAttach(_RefAttachBody, total=False):
    """Body of `create`."""

    PatNum: Required[int]
    referralName: str
    """The LName of a referral source."""
    IsTransitionOfCare: Annotated[bool, Since("23.3.26")]
    ProcNum: Annotated[int, Since("23.3.26")]
    DateProcComplete: Annotated[DateLike, Since("23.3.26")]
    ProvNum: Annotated[int, Since("23.3.26")]
    """Only for RefTo."""


class RefAttachUpdate(_RefAttachBody, total=False):
    """Body of `update`."""

    IsTransitionOfCare: bool
    ProcNum: int
    DateProcComplete: DateLike
    ProvNum: int
    """Only for RefTo."""


LIST = Operation("GET", "/refattaches", RefAttach, since="22.4.27", query=RefAttachFilters)
CREATE = Operation(
    "POST",
    "/refattaches",
    RefAttach,
    since="21.2",
    permission="AllOthers",
    body=NewRefAttach,
    rules=(Rule("at_least_one", ("ReferralNum", "referralName")),),
)
UPDATE = Operation(
    "PUT",
    "/refattaches/{RefAttachNum}",
    RefAttach,
    since="23.3.26",
    permission="AllOthers",
    body=RefAttachUpdate,
)
DELETE = Operation("DELETE", "/refattaches/{RefAttachNum}", NoneType, since="23.3.26", permission="AllOthers")


class RefAttaches(Resource):
    """Referrals of patients: each links a patient and a referral source (see Referrals)."""

    def list(self, **filters: Unpack[RefAttachFilters]) -> Rows[RefAttach]:
        """List referrals of patients. API: RefAttaches GET, 22.4.27."""
        return self._rows(LIST, query=filters)

    async def create(self, **body: Unpack[NewRefAttach]) -> RefAttach:
        """Attach a referral source to a patient.

        Pass at least one of ReferralNum and referralName. If no source has the referralName as its LName, a
        new source is created.

        API: RefAttaches POST (create), 21.2, permission AllOthers.
        """
        return await self._call(CREATE, body=body)

    async def update(self, RefAttachNum: int, **body: Unpack[RefAttachUpdate]) -> RefAttach:
        """Change the given fields; leave the rest.

        API: RefAttaches PUT (update), 23.3.26, permission AllOthers.
        """
        return await self._call(UPDATE, RefAttachNum, body=body)

    async def delete(self, RefAttachNum: int) -> None:
        """Delete one referral of a patient. API: RefAttaches DELETE, 23.3.26, permission AllOthers."""
        await self._call(DELETE, RefAttachNum)
