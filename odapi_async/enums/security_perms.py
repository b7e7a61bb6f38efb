"""Values of the enumerated fields of SecurityPerms."""

from enum import StrEnum


class Permission(StrEnum):
    """Seen in examples of SecurityPerms; the reference does not list all values there."""

    API_READ_ALL = "ApiReadAll"
    API_ALL_OTHERS = "ApiAllOthers"
    API_COMM = "ApiComm"
    API_DOCUMENTS = "ApiDocuments"
    API_QUERIES = "ApiQueries"
