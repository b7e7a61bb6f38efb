"""Values of the enumerated fields of Recalls."""

from enum import StrEnum


class RecallType(StrEnum):
    """Not complete: rows may hold other values."""

    PROPHY = "Prophy"
    PERIO = "Perio"


class Type(StrEnum):
    """Not complete: rows may hold other values."""

    PANO = "Pano"
    EXAM = "Exam"


class CommlogMode(StrEnum):
    NONE = "None"
    EMAIL = "Email"
    MAIL = "Mail"
    PHONE = "Phone"
    IN_PERSON = "InPerson"
    TEXT = "Text"
    EMAIL_AND_TEXT = "EmailAndText"
    PHONE_AND_TEXT = "PhoneAndText"
