"""`odapi events`: receive what offices post when something changes."""

from __future__ import annotations

from typing import Final

from odapi_async.cli.command import Group
from odapi_async.cli.events import check, discard, ensure, remove, replay, retry, serve, set_aside, status

COMMAND: Final = Group(
    "events",
    "Receive what offices post when something changes, so that a mirror or a program of yours hears of it "
    "within seconds. Offices post to a URL of yours: ensure tells them so, serve receives.",
    {
        "Let offices post the changes of tables to a URL.": ensure.COMMAND,
        "Tell whether offices still post.": check.COMMAND,
        "Let offices post nothing more to a URL.": remove.COMMAND,
        "Receive what offices post, and keep a mirror current.": serve.COMMAND,
        "Show what waits, and what failed too often.": status.COMMAND,
        "Hand out events again that were handled.": replay.COMMAND,
        "Show the events that failed too often.": set_aside.COMMAND,
        "Hand out events again that failed too often.": retry.COMMAND,
        "Remove events that failed too often.": discard.COMMAND,
    },
)
"""All commands by their lines in the list of commands."""
