"""Values of the enumerated fields of Statements."""

from enum import StrEnum


class Mode_(StrEnum):
    """Seen in examples; the reference does not list all values."""

    MAIL = "Mail"
    API = "API"


class StatementType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    NOT_SET = "NotSet"
