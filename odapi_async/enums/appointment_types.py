"""Values of the enumerated fields of AppointmentTypes."""

from enum import StrEnum


class RequiredProcCodesNeeded(StrEnum):
    """Seen in examples; the reference does not list all values."""

    NONE = "None"
    AT_LEAST_ONE = "AtLeastOne"
    ALL = "All"
