"""Fault B3: a value that no decoder, path or URL can take is an error message and an exit code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from typer import testing
from typer.main import get_command
from typer.testing import CliRunner

from odapi_async.cli.app import app
from odapi_async.cli.sandbox import server

VALUES: Final = ("~nosuchuser/x", "a\0b", "http://[]@", "9" * 5_000, "\udcff", "nan", "")
OPTIONS: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("get", "patients/1"): ("--practice", "--tier", "--mode", "--base-url", "--format"),
    ("list", "patients"): ("--limit", "--columns", "--method", "PatNum="),
    ("call", "patients.update", "PatNum=1", "--yes"): ("--body", "Birthdate="),
    ("query", "SELECT 1"): ("--columns", "--limit"),
    ("mirror", "patients"): ("--config", "--store", "--every", "--sweep-days", "--practice", "--base-url"),
    ("export", "patients", "--format", "csv", "--to", "x"): ("--to", "--store", "--practice", "--format"),
    ("check",): ("--practice", "--base-url"),
    ("sandbox",): ("--host", "--port", "--rows", "--fault", "--seed", "--version", "--messy", "--patients"),
    ("demo",): ("--seconds",),
    ("keys", "set"): ("",),
    ("get",): ("",),
    ("list",): ("",),
    ("call",): ("",),
}
ENVIRONMENT: Final = {
    "OPENDENTAL_DEVELOPER_KEY": "d",
    "OPENDENTAL_CUSTOMER_KEY": "c",
    "OPENDENTAL_BASE_URL": "ftp://nowhere",  # what is not refused before ends here, and nothing is sent
}


@pytest.mark.parametrize("command", OPTIONS, ids=" ".join)
def test_b3_a_bad_value_of_an_option_is_no_traceback(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def serve(*_: Any) -> None:
        return None

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server, "serve", serve)
    monkeypatch.setattr(testing, "_get_command", cache(get_command))  # built once
    for option in OPTIONS[command]:
        for value in VALUES:
            words = [f"{option}{value}"] if option.endswith("=") or not option else [option, value]
            ended = CliRunner().invoke(app, [*command, *words], env=ENVIRONMENT, input="x")
            assert ended.exception is None or isinstance(ended.exception, SystemExit), (option, value[:20])
            assert "Traceback" not in ended.output
