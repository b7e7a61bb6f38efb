"""Values of the enumerated fields of Signalods."""

from enum import StrEnum


class FKeyType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    UNDEFINED = "Undefined"


class IType(StrEnum):
    """Seen in examples; the reference does not list all values."""

    SECURITY = "Security"


class RemoteRole(StrEnum):
    """Seen in examples; the reference does not list all values."""

    CLIENT_DIRECT = "ClientDirect"
