"""Values of the enumerated fields of Commlogs."""

from enum import StrEnum


class Mode_(StrEnum):
    NONE = "None"
    EMAIL = "Email"
    MAIL = "Mail"
    PHONE = "Phone"
    IN_PERSON = "In Person"
    TEXT = "Text"
    EMAIL_AND_TEXT = "Email and Text"
    PHONE_AND_TEXT = "Phone and Text"


class SentOrReceived(StrEnum):
    NEITHER = "Neither"
    SENT = "Sent"
    RECEIVED = "Received"
