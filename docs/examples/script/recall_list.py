"""Write the recall lists of practices to a CSV file, for the people who call the patients.

The developer key is in OPENDENTAL_DEVELOPER_KEY, and the customer key of a practice harbour is in
OPENDENTAL_CUSTOMER_KEY_HARBOUR.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import datetime as dt
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from odapi_async import ConfigurationError, OpenDental, OpenDentalError, Practice
from odapi_async.resources.recalls import RecallListItem, RecallRecallListFilters

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130  # as argparse and shells have them
EXIT_CODES = (
    "Exit codes: 0, done; 1, a practice is missing in the file; 2, wrong arguments or keys; 130, Ctrl-C."
)
HEAD = ("practice", "due", "patient", "age", "type", "contact", "reminders", "last_reminder", "note")
FORMULA = re.compile(
    r"(?:^|(?<=[;\t\r\n]))(?=[^\S\r\n]*[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])"
)  # also full-width signs, and after a semicolon, which begins a cell in some countries


@dataclass
class Found:
    """The rows of the practices that could be read, and the errors of the others, by name."""

    rows: dict[str, list[RecallListItem]] = field(default_factory=dict[str, list[RecallListItem]])
    errors: dict[str, OpenDentalError] = field(default_factory=dict[str, OpenDentalError])


async def read_all(
    od: OpenDental,
    keys: Mapping[str, str],
    filters: RecallRecallListFilters,
    show: Callable[[str, int], None],
) -> Found:
    """Read the lists of all practices at the same time. A practice that fails does not stop the others.

    Args:
        od: the client.
        keys: the customer keys by name of the practice.
        filters: the filters of the lists.
        show: called after each page with the name of the practice and its number of rows.

    Raises:
        ConfigurationError: a key is malformed; nothing was sent.
    """
    found = Found()

    async def read(name: str, practice: Practice) -> None:
        rows: list[RecallListItem] = []
        try:
            async for page in practice.recalls.recall_list(**filters).pages():
                rows += page
                show(name, len(rows))
        except OpenDentalError as error:
            found.errors[name] = error
        else:
            found.rows[name] = rows

    practices = {name: od.practice(key, name=name) for name, key in keys.items()}
    async with asyncio.TaskGroup() as group:
        for name, practice in practices.items():
            group.create_task(read(name, practice))
    return found


def write_csv(path: Path, rows: Mapping[str, Sequence[RecallListItem]]) -> None:
    """Write the file as a whole or not at all. Only its owner can read it, because it is patient data."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".recalls-") as folder:
        new = Path(folder) / path.name
        new.touch(0o600)
        with new.open("w", encoding="utf-8-sig", newline="") as file:  # -sig: Excel needs the mark
            writer = csv.writer(file)
            writer.writerow(HEAD)
            for practice in sorted(rows):
                ordered = sorted(rows[practice], key=lambda row: (row.DueDate or dt.date.max, row.Patient))
                writer.writerows([practice, *cells(row)] for row in ordered)
        new.replace(path)


def cells(row: RecallListItem) -> list[object]:
    """Return the cells of a row. A text that a spreadsheet would take for a formula gets an apostrophe."""
    texts = (row.Patient, row.Age, row.Type, row.Contact, row.NumRemind, row.LastRemind, row.Note)
    return [
        row.DueDate,
        *(FORMULA.sub("'", each) if isinstance(each, str) else each for each in texts),
    ]


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options, with the keys and the filters that they lead to."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXIT_CODES)
    add, date = parser.add_argument, dt.date.fromisoformat
    add("practices", nargs="*", metavar="PRACTICE", help="the names of the practices")
    add("--start", type=date, metavar="DATE", help="the first due date (default: that of the office)")
    add("--end", type=date, metavar="DATE", help="the last due date (default: that of the office)")
    add("--output", "-o", type=Path, default="recalls.csv", metavar="FILE", help="default: %(default)s")
    add("--sandbox", action="store_true", help="read two made-up practices, which needs no keys")
    options = parser.parse_args(arguments)
    if bool(options.practices) == options.sandbox:
        parser.error("name the practices, or try --sandbox")
    if not options.output.absolute().parent.is_dir():
        parser.error(f"there is no folder {options.output.absolute().parent}")
    options.keys = {name: os.environ.get(variable(name), "") for name in options.practices}
    if missing := [variable(name) for name, key in options.keys.items() if not key]:
        parser.error(f"there is no key: set {', '.join(missing)}")
    options.filters = RecallRecallListFilters()
    if options.start:
        options.filters["DateStart"] = options.start
    if options.end:
        options.filters["DateEnd"] = options.end
    return options


def variable(practice: str) -> str:
    """Return the name of the variable with the key of a practice; the command `odapi` reads the same one."""
    return "OPENDENTAL_CUSTOMER_KEY_" + re.sub("[^A-Z0-9]", "_", practice.upper())


def sandbox_client(keys: dict[str, str]) -> OpenDental:
    """Return a client of two made-up practices, and add their keys."""
    from odapi_async.sandbox import Office, Sandbox  # noqa: PLC0415 - only to try the program
    from odapi_async.testing import SandboxTransport  # noqa: PLC0415

    keys |= {"harbour": "key-of-harbour", "main-street": "key-of-main-street"}
    sandbox = Sandbox([Office(customer_key=key, interval=1, rows={"recalls": 250}) for key in keys.values()])
    return OpenDental(sandbox.developer_key, transport=SandboxTransport(sandbox))


async def run(options: argparse.Namespace, client: OpenDental | None) -> Found:
    """Read what the options say, and show how far it is."""
    counts: dict[str, int] = {}

    def show(name: str, rows: int) -> None:
        counts[name] = rows
        if sys.stderr.isatty():
            line = ", ".join(f"{each}: {count} rows" for each, count in counts.items())
            print(f"\r{line}", end="", file=sys.stderr, flush=True)

    if client is None:
        client = sandbox_client(options.keys) if options.sandbox else OpenDental()
    try:
        async with client as od:
            return await read_all(od, options.keys, options.filters, show)
    finally:
        if counts and sys.stderr.isatty():
            print(file=sys.stderr)


def main(arguments: Sequence[str] | None = None, client: OpenDental | None = None) -> int:
    """Run the program and return its exit code.

    Args:
        arguments: the command line; None for that of the process.
        client: the client; None for one of the keys in the environment. Tests pass one of a sandbox.
    """
    options = parse(arguments)
    try:
        found = asyncio.run(run(options, client))
    except KeyboardInterrupt:
        print("interrupted; no file was written", file=sys.stderr)
        return INTERRUPTED
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return USAGE
    for problem in found.errors.values():
        print(problem, file=sys.stderr)  # it begins with the name of the practice, and quotes no row
    if found.rows:
        try:
            write_csv(options.output, found.rows)
        except KeyboardInterrupt:
            print("interrupted; no file was written", file=sys.stderr)
            return INTERRUPTED
        except OSError as error:
            print(f"{options.output} cannot be written: {error.strerror}", file=sys.stderr)
            return FAILED
        count = sum(map(len, found.rows.values()))
        print(f"{count} rows of {', '.join(sorted(found.rows))} -> {options.output}", file=sys.stderr)
    return FAILED if found.errors else DONE


if __name__ == "__main__":
    sys.exit(main())
