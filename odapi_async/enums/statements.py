"""Values of the enumerated fields of Statements."""

from enum import StrEnum


class Mode_(StrEnum):
    """Not complete: rows may hold other values."""

    MAIL = "Mail"
    API = "API"


class StatementType(StrEnum):
    """Not complete: rows may hold other values."""

    NOT_SET = "NotSet"
