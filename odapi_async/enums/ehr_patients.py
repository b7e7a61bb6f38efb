"""Values of the enumerated fields of EhrPatients."""

from enum import StrEnum


class VacShareOk(StrEnum):
    """Not complete: rows may hold other values."""

    YES = "Yes"
