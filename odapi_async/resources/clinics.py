"""Clinics: the locations of the practice."""

from types import NoneType
from typing import Annotated, TypedDict, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import TEN_DIGITS
from odapi_async.resources.base import Resource, Row


class Clinic(Row, frozen=True):
    """A location of the practice."""

    ClinicNum: int = 0
    Description: str = ""
    Address: str = ""
    Address2: str = ""
    City: str = ""
    State: str = ""
    Zip: str = ""
    BillingAddress: str = ""
    BillingAddress2: str = ""
    BillingCity: str = ""
    BillingState: str = ""
    BillingZip: str = ""
    PayToAddress: str = ""
    PayToAddress2: str = ""
    PayToCity: str = ""
    PayToState: str = ""
    PayToZip: str = ""
    Phone: str = ""
    Abbr: str = ""
    IsHidden: bool = False


class ClinicUpdate(TypedDict, total=False):
    """Body of `update`."""

    Description: str
    Phone: Annotated[str, TEN_DIGITS]
    """Exactly 10 digits."""
    BillingAddress: str
    """For electronic claims; not a PO box."""
    BillingAddress2: str
    BillingCity: str
    BillingState: str
    BillingZip: str
    PayToAddress: str
    """A PO box is allowed."""
    PayToAddress2: str
    PayToCity: str
    PayToState: str
    PayToZip: str
    Abbr: str
    IsHidden: bool
    """Cannot be True if patients are attached."""


LIST = Operation("GET", "/clinics", Clinic, since="21.1")
UPDATE = Operation(
    "PUT",
    "/clinics/{ClinicNum}",
    NoneType,
    since="21.4",
    permission="Setup",
    body=ClinicUpdate,
    read_back=LIST,
)


class Clinics(Resource):
    """The locations of the practice. They cannot be added or deleted."""

    def list(self) -> Rows[Clinic]:
        """List clinics; hidden ones are left out.

        The list is empty if the office does not use clinics.

        API: Clinics GET, 21.1.
        """
        return self._rows(LIST)

    async def update(self, ClinicNum: int, **body: Unpack[ClinicUpdate]) -> None:
        """Change the given fields; leave the rest. API: Clinics PUT (update), 21.4, permission Setup."""
        await self._call(UPDATE, ClinicNum, body=body)
