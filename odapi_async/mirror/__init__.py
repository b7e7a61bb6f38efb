"""Mirrors practices into your own database: SQLite by default, PostgreSQL with its URL.

    async with OpenDental() as od, Store("practices.db") as store:
        report = await Mirror(od, store).run({"main-street": od.practice("customer-key")})

`Mirror` copies and updates, `Store` is the database, `Report` is the result of a run, `export` writes a table
to a file, `export_by_practice` to one file for each practice, and `next_since` is for exports of changes.
`PLANS` has one `Plan` for each table that can be copied.

Names are loaded on first use (PEP 562): the plans need none of the libraries of the extra `mirror`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from odapi_async.mirror.cursor import SyncMode
    from odapi_async.mirror.database.forget import forget
    from odapi_async.mirror.database.store import Store
    from odapi_async.mirror.errors import (
        ConcurrentMirror,
        KeyChanged,
        MirrorError,
        PracticeRenamed,
        RowWithoutId,
        SchemaTooNew,
        StoreError,
        ValueRejected,
    )
    from odapi_async.mirror.files.amounts import LeftOut
    from odapi_async.mirror.files.export import FileFormat, export, export_by_practice
    from odapi_async.mirror.files.formats import PrecisionError
    from odapi_async.mirror.files.parts import ExportFailed
    from odapi_async.mirror.files.since import next_since
    from odapi_async.mirror.freshness import Status, TableFreshness, read_status
    from odapi_async.mirror.mirror import DEFAULT_TABLES, Mirror
    from odapi_async.mirror.plans import PLANS, Changes, DeletionMarker, Parent, Plan
    from odapi_async.mirror.report import Outcome, Report, TableStatus

_NAMES: Final = {
    "cursor": ("SyncMode",),
    "database.forget": ("forget",),
    "database.store": ("Store",),
    "errors": (
        "ConcurrentMirror",
        "KeyChanged",
        "MirrorError",
        "PracticeRenamed",
        "RowWithoutId",
        "SchemaTooNew",
        "StoreError",
        "ValueRejected",
    ),
    "files.amounts": ("LeftOut",),
    "files.export": ("FileFormat", "export", "export_by_practice"),
    "files.formats": ("PrecisionError",),
    "files.parts": ("ExportFailed",),
    "files.since": ("next_since",),
    "freshness": ("Status", "TableFreshness", "read_status"),
    "mirror": ("DEFAULT_TABLES", "Mirror"),
    "plans": ("PLANS", "Changes", "DeletionMarker", "Parent", "Plan"),
    "report": ("Outcome", "Report", "TableStatus"),
}
"""The public names by the module that defines them. A test compares this with the imports above."""

_MODULES: Final = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "DEFAULT_TABLES",
    "PLANS",
    "Changes",
    "ConcurrentMirror",
    "DeletionMarker",
    "ExportFailed",
    "FileFormat",
    "KeyChanged",
    "LeftOut",
    "Mirror",
    "MirrorError",
    "Outcome",
    "Parent",
    "Plan",
    "PracticeRenamed",
    "PrecisionError",
    "Report",
    "RowWithoutId",
    "SchemaTooNew",
    "Status",
    "Store",
    "StoreError",
    "SyncMode",
    "TableFreshness",
    "TableStatus",
    "ValueRejected",
    "export",
    "export_by_practice",
    "forget",
    "next_since",
    "read_status",
]


if not TYPE_CHECKING:  # a type checker shall see a misspelled name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            value = getattr(import_module(f"odapi_async.mirror.{_MODULES[name]}"), name)
        except ModuleNotFoundError as missing:
            if (missing.name or "").startswith("odapi_async"):
                raise
            raise ModuleNotFoundError(
                f"odapi_async.mirror needs {missing.name}: pip install 'odapi-async[mirror]'",
                name=missing.name,
            ) from missing
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
