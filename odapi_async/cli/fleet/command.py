"""`odapi fleet`: a mirror of many practices with many workers."""

from __future__ import annotations

from typing import Final

from odapi_async.cli.command import Group
from odapi_async.cli.fleet import accept, demo, init, load, status, sync, work_command

COMMAND: Final = Group(
    "fleet",
    "Keep a mirror of many practices up to date with many workers, on any number of machines. It needs a "
    "PostgreSQL database and the extra fleet: pip install 'odapi-async[fleet]'.",
    {
        "Create the tables of a fleet in a database.": init.COMMAND,
        "Make the practices of a file those of the fleet.": load.COMMAND,
        "Read the practices of the fleet as they become due: a worker.": work_command.COMMAND,
        "Show what is late, what needs a person, and the workers.": status.COMMAND,
        "Read practices now, before all others.": sync.COMMAND,
        "Accept new keys of practices, for the same offices.": accept.COMMAND,
        "Show a fleet at work in a minute, on this machine alone.": demo.COMMAND,
    },
)
"""All commands by their lines in the list of commands."""
