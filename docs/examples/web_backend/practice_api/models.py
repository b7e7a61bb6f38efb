"""What this backend accepts and returns: small models, so that nothing leaves by accident."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from odapi_async.resources.appointments import Appointment
from odapi_async.resources.patients import Patient

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


def _as_date(value: object) -> dt.date:
    """Read a date. Left to itself, pydantic also takes a number, as seconds since 1970."""
    try:
        return value if isinstance(value, dt.date) else dt.datetime.strptime(str(value), "%Y-%m-%d").date()
    except ValueError:
        raise ValueError("must be a date, such as 1976-05-24") from None  # without the value


Date = Annotated[dt.date, BeforeValidator(_as_date)]

_NO_DATE = dt.date.min
"""The API writes this date for none, and the patient would not be found again."""


class Model(BaseModel):
    """Base of all models. Their errors quote no value, because it may be patient data."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True)


class PatientSearch(Model):
    """A search for patients, by parts of their names, by their phone number or by their birthdate.

    It is the body of a POST, because URLs end up in the logs of servers and proxies.
    """

    last_name: Name | None = None
    first_name: Name | None = None
    phone: Name | None = None
    birthdate: Date | None = None

    @model_validator(mode="after")
    def not_empty(self) -> Self:
        """Refuse a search for everybody."""
        if not self.model_dump(exclude_none=True):
            raise ValueError("give at least one of last_name, first_name, phone and birthdate")
        return self


class NewPatient(Model):
    """A patient to create."""

    last_name: Name
    first_name: Name
    birthdate: Annotated[Date, Field(gt=_NO_DATE)]
    phone: Name | None = None


class PatientSummary(Model):
    """A line of a search result."""

    pat_num: int
    last_name: str
    first_name: str
    birthdate: dt.date | None
    phone: str

    @classmethod
    def of(cls, row: Patient) -> Self:
        """Return the summary of a row."""
        return cls(
            pat_num=row.PatNum,
            last_name=row.LName,
            first_name=row.FName,
            birthdate=row.Birthdate,
            phone=row.WirelessPhone or row.HmPhone,
        )


class ScheduledVisit(Model):
    """An appointment of the schedule. Its times are those of the office's clock."""

    apt_num: int
    pat_num: int
    starts: dt.datetime | None
    minutes: int
    status: str
    confirmed: str
    operatory: int
    provider: str
    procedures: str

    @classmethod
    def of(cls, row: Appointment) -> Self:
        """Return the visit of a row."""
        return cls(
            apt_num=row.AptNum,
            pat_num=row.PatNum,
            starts=row.AptDateTime,
            minutes=5 * len(row.Pattern),
            status=row.AptStatus,
            confirmed=row.confirmed,
            operatory=row.Op,
            provider=row.provAbbr,
            procedures=row.ProcDescript,
        )


class Schedule(Model):
    """The appointments of one day, in the order of their times."""

    day: dt.date
    visits: list[ScheduledVisit]


class PracticeHealth(Model):
    """The state of one practice.

    Attributes:
        name: its name.
        online: whether its office was reached at the last attempt.
        waiting: requests that wait for a slot.
    """

    name: str
    online: bool
    waiting: int


class Health(Model):
    """The state of this process. It is healthy also if an office is offline: that is the office's affair."""

    practices: list[PracticeHealth]


class Problem(Model):
    """The body of a response with an error status.

    Attributes:
        code: a word for programs.
        message: a sentence for people.
        retry_after: seconds until a repeated request may succeed; None if it will not, or nobody knows.
        pat_num: the patient who is there already, if that is the problem.
    """

    code: str
    message: str
    retry_after: Annotated[int, Field(ge=1)] | None = None
    pat_num: int | None = None
