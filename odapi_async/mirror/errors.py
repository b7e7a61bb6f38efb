"""The errors that only the mirror raises."""

from __future__ import annotations

from odapi_async.errors import OpenDentalError


class MirrorError(OpenDentalError):
    """Base of the mirror's own errors."""


class StoreError(MirrorError):
    """The database cannot be used, or a statement failed. The transaction in progress was not committed.

    Attributes:
        code: the database's own error code, such as SQLITE_FULL or 53100; the class name of the driver's
            exception if it has no code; empty if neither is known.
    """

    def __init__(self, happened: str, code: str = "") -> None:
        super().__init__(f"the database {happened}{f' ({code})' if code else ''}")
        self.code = code


class ValueRejected(MirrorError):  # noqa: N818 - named after what happened, as in `errors`
    """The database cannot store a value of a row. Nothing of its page was written.

    Attributes:
        code: the database's own error code, such as 22003; the class name of the exception if it has none.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"the database cannot store a value of the rows ({code})")
        self.code = code


class SchemaTooNew(StoreError):  # noqa: N818 - named after the state, as in `errors`
    """A newer version of this package created the database. Nothing was changed in it."""

    def __init__(self) -> None:
        super().__init__("was created by a newer odapi-async; update this one: pip install -U odapi-async")


class ConcurrentMirror(MirrorError):  # noqa: N818 - named after the state, as in `errors`
    """Another process is copying the same table of the same practice into the same database."""

    def __init__(self, practice: str, table: str) -> None:
        super().__init__(
            f"another mirror is reading {table} of {practice} at this moment; "
            "let it finish, and run one mirror at a time"
        )


class KeyChanged(MirrorError):  # noqa: N818 - named after what happened, as in `errors`
    """A practice has another customer key or developer key than the one that its rows were read with.

    Nothing was sent: if the key opened another office, its rows would mix with those in the database.
    """

    def __init__(self, practice: str) -> None:
        super().__init__(
            f"the rows of {practice} were read with another customer key or developer key; if this is a new "
            "key for the same office, accept it once (accept_new_keys), and if it is the key of another "
            "office, correct the key or choose another name"
        )


class PracticeRenamed(MirrorError):  # noqa: N818 - named after what happened, as in `errors`
    """A new practice has the key of another one, which is in the database, but not in this run.

    Nothing was sent: the same rows would be in the database twice, under both names.

    Attributes:
        old_name: the name of the practice whose rows were read with this key.
    """

    def __init__(self, practice: str, old_name: str) -> None:
        super().__init__(
            f"the rows of {old_name} were read with the key of {practice}; if this is the same office, use "
            f"the name {old_name} again, or forget {old_name} and copy it again as {practice}; to have it "
            "under both names, accept the key once (accept_new_keys)"
        )
        self.old_name = old_name


class RowWithoutId(MirrorError):  # noqa: N818 - named after the state, as in `errors`
    """A row of a list has no id, so it cannot be stored."""

    def __init__(self, id_field: str) -> None:
        super().__init__(f"a row has no {id_field}; this version of Open Dental may not send it")
