"""Etranss: DOC."""

from datetime import datetime
from typing import Required, TypedDict, Unpack

from odapi_async.operation import Operation
from odapi_async.resources.base import Resource, Row
from odapi_async.rows import Rows


class Etrans(Row, frozen=True):
    """DOC Etrans."""

    EtransNum: int = 0
    DateTimeTrans: datetime | None = None
    ClearingHouseNum: int = 0
    Etype: str = ""
    ClaimNum: int = 0
    OfficeSequenceNumber: int = 0
    CarrierTransCounter: int = 0
    CarrierTransCounter2: int = 0
    CarrierNum: int = 0
    CarrierNum2: int = 0
    PatNum: int = 0
    BatchNumber: int = 0
    AckCode: str = ""
    TransSetNum: int = 0
    Note: str = ""
    EtransMessageTextNum: int = 0
    AckEtransNum: int = 0
    PlanNum: int = 0
    InsSubNum: int = 0
    TransSetId835: int = 0
    CarrierNameRaw: str = ""
    PatientNameRaw: str = ""
    UserNum: int = 0


class EtransFilters(TypedDict, total=False):
    """Filters of `list`."""

    PatNum: Required[int]
    CarrierNum: int
    ClaimNum: int


LIST = Operation("GET", "/etranss", Etrans, since="23.2.7", query=EtransFilters)


class Etranss(Resource):
    """Etranss. Read only list of electronic transactions of a patient; the resource name really ends in a
    double s.
    """

    def list(self, **filters: Unpack[EtransFilters]) -> Rows[Etrans]:
        """List etrans rows. API: Etranss GET, 23.2.7."""
        return self._rows(LIST, query=filters)
