"""Values of the enumerated fields of Carriers."""

from enum import StrEnum


class NoSendElect(StrEnum):
    SEND_ELECT = "SendElect"
    NO_SEND_ELECT = "NoSendElect"
    NO_SEND_SECONDARY_ELECT = "NoSendSecondaryElect"
