"""What the mirror raises beside the errors of the client itself."""

from __future__ import annotations

from odapi_async.errors import OpenDentalError


class MirrorError(OpenDentalError):
    """Base of the mirror's own errors."""


class StoreError(MirrorError):
    """The database cannot be used, or did not do what it was told. What was under way is not in it.

    Attributes:
        code: the database's own name of the failure, such as SQLITE_FULL or 53100; empty if it gave none.
    """

    def __init__(self, happened: str, code: str = "") -> None:
        super().__init__(f"the database {happened}{f' ({code})' if code else ''}")
        self.code = code


class SchemaTooNew(StoreError):  # noqa: N818 - named after what is the case, as in `errors`
    """The database was written by a newer version of this package. Nothing was changed in it."""

    def __init__(self) -> None:
        super().__init__("was made by a newer odapi-async; update this one: pip install -U odapi-async")


class ConcurrentMirror(MirrorError):  # noqa: N818 - named after what is the case, as in `errors`
    """Another process keeps the same table of the same practice current, in the same database, now."""

    def __init__(self, practice: str, table: str) -> None:
        super().__init__(
            f"{table} of {practice} is being read by another mirror at this moment; "
            "let it finish, and run one mirror at a time"
        )
