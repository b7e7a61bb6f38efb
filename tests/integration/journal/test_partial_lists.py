"""The row of a lost write is found in a list, also where another list of the API leaves out most fields."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from odapi_async import Mode, OpenDental
from odapi_async.recipes.journal import Journal
from odapi_async.resources import patients
from tests.support.wire import Heard, RawServer, ok


async def test_a_patient_whose_response_is_lost_is_not_created_again(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = []

    def respond(heard: Heard) -> bytes | None:
        if heard.method == "POST":
            rows.append({"PatNum": len(rows) + 1, **json.loads(heard.body)})
            return None
        shown = {"PatNum", "LName", "FName", "Birthdate"}
        is_simple = heard.path.endswith("/Simple")
        listed = [{name: row[name] for name in row if is_simple or name in shown} for row in rows]
        return ok(json.dumps(listed).encode())

    async with RawServer(respond) as server, OpenDental("developer") as client:
        practice = client.practice("office-one", mode=Mode.LOCAL, base_url=server.url)
        async with (
            Journal(str(tmp_path / "writes.db"), settle=0.01) as journal,
            journal.run("Ana", practice) as run,
        ):
            row = await run.ensure(
                patients.CREATE, LName="Smith", FName="Ana", Birthdate=date(1980, 3, 4), PriProv=2
            )
    assert row.PatNum == len(rows) == 1
