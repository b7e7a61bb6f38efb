"""Values of the enumerated fields of Diseases."""

from enum import StrEnum


class ProbStatus(StrEnum):
    ACTIVE = "Active"
    RESOLVED = "Resolved"
    INACTIVE = "Inactive"
