"""Values of the enumerated fields of AppointmentTypes."""

from enum import StrEnum


class RequiredProcCodesNeeded(StrEnum):
    """Not complete: rows may hold other values."""

    NONE = "None"
    AT_LEAST_ONE = "AtLeastOne"
    ALL = "All"
