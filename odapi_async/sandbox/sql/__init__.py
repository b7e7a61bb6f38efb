"""SQL on the rows of an office: one SELECT in MySQL's dialect, run read-only on an SQLite in memory."""

from odapi_async.sandbox.sql.queries import Queries

__all__ = ["Queries"]
