"""Keeps copies of practices in a database of your own: SQLite by default, PostgreSQL by its URL.

async with OpenDental() as od, Store("practices.db") as store:
    report = await Mirror(od, store).run({"main-street": od.practice("customer-key")})
"""

from odapi_async.mirror.database.store import Store
from odapi_async.mirror.errors import ConcurrentMirror, MirrorError, SchemaTooNew, StoreError
from odapi_async.mirror.mirror import DEFAULT_TABLES, Mirror
from odapi_async.mirror.plans import PLANS, Plan
from odapi_async.mirror.report import Outcome, Report, TableStatus

__all__ = [
    "DEFAULT_TABLES",
    "PLANS",
    "ConcurrentMirror",
    "Mirror",
    "MirrorError",
    "Outcome",
    "Plan",
    "Report",
    "SchemaTooNew",
    "Store",
    "StoreError",
    "TableStatus",
]
