"""Etranss: electronic transactions with carriers and clearinghouses."""

from datetime import datetime
from typing import Annotated, Required, Unpack

from odapi_async._core.operation import Operation
from odapi_async._paging.rows import Rows
from odapi_async._wire import DateTimeFormats, Inexact
from odapi_async.resources.base import Resource, Row


class Etrans(Row, frozen=True):
    """An electronic transaction with a carrier or a clearinghouse."""

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
    """The id of its raw text in `EtransMessageTexts`."""
    AckEtransNum: int = 0
    PlanNum: int = 0
    InsSubNum: int = 0
    TransSetId835: int = 0
    CarrierNameRaw: str = ""
    PatientNameRaw: str = ""
    UserNum: int = 0


class EtransFilters(DateTimeFormats, total=False):
    """Filters of `list`."""

    PatNum: Required[int]
    CarrierNum: Annotated[int, Inexact()]  # the reference does not say if the second carrier counts, too
    ClaimNum: int


LIST = Operation("GET", "/etranss", Etrans, since="23.2.7", query=EtransFilters)


class Etranss(Resource):
    """Electronic transactions of a patient; read only. The double s is the API's own spelling."""

    def list(self, **filters: Unpack[EtransFilters]) -> Rows[Etrans]:
        """List the electronic transactions of one patient. API: Etranss GET, 23.2.7."""
        return self._rows(LIST, query=filters)
