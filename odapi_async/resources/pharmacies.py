"""Pharmacies: the pharmacies that prescriptions are sent to."""

from datetime import datetime
from typing import Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats
from odapi_async.resources.base import Resource, Row


class Pharmacy(Row, frozen=True):
    """A pharmacy."""

    PharmacyNum: int = 0
    StoreName: str = ""
    Phone: str = ""
    Fax: str = ""
    Address: str = ""
    Address2: str = ""
    City: str = ""
    State: str = ""
    Zip: str = ""
    Note: str = ""
    DateTStamp: datetime | None = None


GET = Operation("GET", "/pharmacies/{PharmacyNum}", Pharmacy, since="24.2.35")
LIST = Operation("GET", "/pharmacies", Pharmacy, since="24.2.35")


class Pharmacies(Resource):
    """Pharmacies. Read only."""

    async def get(self, PharmacyNum: int, **formats: Unpack[DateTimeFormats]) -> Pharmacy:
        """Read one pharmacy. API: Pharmacies GET (single), 24.2.35."""
        return await self._call(GET, PharmacyNum, query=formats)

    def list(self, **formats: Unpack[DateTimeFormats]) -> Rows[Pharmacy]:
        """List all pharmacies. API: Pharmacies GET (multiple), 24.2.35."""
        return self._rows(LIST, query=formats)
