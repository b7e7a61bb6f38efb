"""Values of the enumerated fields of Signalods."""

from enum import StrEnum


class FKeyType(StrEnum):
    """Not complete: rows may hold other values."""

    UNDEFINED = "Undefined"


class IType(StrEnum):
    """Not complete: rows may hold other values."""

    SECURITY = "Security"


class RemoteRole(StrEnum):
    """Not complete: rows may hold other values."""

    CLIENT_DIRECT = "ClientDirect"
