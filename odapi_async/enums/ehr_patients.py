"""Values of the enumerated fields of EhrPatients."""

from enum import StrEnum


class VacShareOk(StrEnum):
    """Seen in examples; the reference does not list all values."""

    YES = "Yes"
