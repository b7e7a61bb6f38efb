"""The command line, through its own parser and as a real process."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import pytest
from typer.testing import CliRunner

from odapi_async import Mode, OpenDental, Tier, __version__
from odapi_async.cli import app as commands
from odapi_async.cli.demo import runner
from odapi_async.cli.demo.report import DemoReport
from odapi_async.cli.sandbox.server import EndMessage, ServerOptions, StartMessage, serve
from odapi_async.cli.sandbox_practices import PracticeSpec

ODAPI: Final = (sys.executable, "-m", "odapi_async.cli")
WAIT: Final = 30


@contextmanager
def started(*arguments: str) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*ODAPI, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def ended(process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
    assert process.stdout is not None
    assert process.stderr is not None
    process.send_signal(number)
    # not communicate(), which passes over what was read ahead of the first line
    return process.wait(timeout=WAIT), process.stdout.read(), process.stderr.read()


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands.app, arguments, prog_name="odapi")
    return result.exit_code, result.output


async def test_the_sandbox_prints_its_address_and_at_the_end_its_counts_as_json() -> None:
    arguments = ("sandbox", "--json", "--patients", "150", "--practices", "1")
    with started(*arguments, "--office", "near:standard:local") as process:
        ready = json.loads(line_of(process))
        assert [list(practice.values()) for practice in ready["practices"]] == [
            ["near", "Standard", "local", 0.0, 1000, 150],
            ["practice-1", "Standard", "remote", 1.0, 100, 150],
        ]
        assert ready["url"].startswith("http://127.0.0.1:")
        async with OpenDental(ready["developer_key"]) as od:
            near = od.practice("near", tier=Tier.STANDARD, mode=Mode.LOCAL, base_url=ready["url"])
            assert len(await near.patients.simple()) == 150
            far = od.practice("practice-1", tier=Tier.STANDARD, base_url=ready["url"])
            assert (await far.patients.get(3)).PatNum == 3
        code, out, err = ended(process)
    assert (code, err) == (0, "")
    (line,) = out.splitlines()
    counted = {each.pop("customer_key"): each for each in json.loads(line)["stats"]}
    nothing = {"violations": 0, "early_by": 0.0, "overlaps": 0, "held": 0, "refused": 0}
    assert counted == {
        "near": {"requests": 1, "executed": 1, **nothing},
        "practice-1": {"requests": 1, "executed": 1, **nothing},
    }


def test_the_sandbox_prints_how_to_use_it_and_ends_on_sigterm_too() -> None:
    with started("sandbox", "--office", "acme:readall") as process:
        first = line_of(process)
        code, out, err = ended(process, signal.SIGTERM)
    url = first.split()[-1]
    assert url.startswith("http://127.0.0.1:")
    assert (code, err) == (0, "")
    assert "developer key: sandbox-developer" in out
    assert f'od.practice("acme", tier=Tier.READ_ALL, mode=Mode.REMOTE, base_url="{url}")' in out
    assert "Authorization: ODFHIR sandbox-developer/acme" in out
    lines = out.splitlines()
    values = ("sandbox-developer", "acme", url, "ReadAll", "remote")
    for name, value in zip(
        ("DEVELOPER_KEY", "CUSTOMER_KEY", "BASE_URL", "TIER", "MODE"), values, strict=True
    ):
        assert f"export OPENDENTAL_{name}={value}" in lines
        assert f'$env:OPENDENTAL_{name} = "{value}"' in lines
    assert out.splitlines()[-2].split() == [
        *("customer", "key", "requests", "executed", "violations", "early", "by", "overlaps"),
        *("held", "refused"),
    ]
    assert out.splitlines()[-1].split() == ["acme", "0", "0", "0", "0", "ms", "0", "0", "0"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_sandbox_that_has_ended_leaves_signals_as_they_were(number: signal.Signals) -> None:
    shown: list[StartMessage | EndMessage] = []

    def show(message: StartMessage | EndMessage) -> None:
        shown.append(message)
        if len(shown) == 1:
            signal.raise_signal(number)

    await asyncio.wait_for(
        serve(ServerOptions(specs=[PracticeSpec("acme")], rows={"patients": 3}), show), WAIT
    )
    assert [type(each) for each in shown] == [StartMessage, EndMessage]
    assert not asyncio.get_running_loop().remove_signal_handler(number)


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, out = run("sandbox", "--port", str(port))
    assert code == 1
    assert out.startswith(f"odapi: cannot listen on 127.0.0.1:{port}: ")
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sandbox", "--office", "acme:gold"), "'gold' is not a tier"),
        (("sandbox", "--office", "acme", "--office", "acme"), "acme is used twice"),
        (("sandbox", "--throttle", "maybe"), "--throttle must be hold, refuse or count"),
        (("sandbox", "--messy", "2"), "--messy"),
        (("sandbox", "--fault", "ofline"), "did you mean offline?"),
        (("sandbox", "--rows", "apointments=500"), "did you mean appointments?"),
        (("demo", "--seconds", "300"), "--seconds"),
        (("dance",), "dance"),
    ],
)
def test_wrong_options_are_explained(arguments: tuple[str, ...], message: str) -> None:
    code, out = run(*arguments)
    assert code == 2
    assert message in out
    assert "Traceback" not in out


def test_the_version() -> None:
    assert run("--version") == (0, f"odapi {__version__}\n")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ((), ("sandbox", "demo", "--version")),
        (("sandbox",), ("--port", "--host", "--practices", "--office", "--throttle", "--messy", "Ctrl-C")),
        (("demo",), ("--seconds", "--json", "Exit code", "interactive")),
    ],
)
def test_help_names_every_option(command: tuple[str, ...], words: tuple[str, ...]) -> None:
    code, out = run(*command, "--help")
    assert code == 0
    assert [word for word in words if word not in out] == []


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra_the_message_says_what_to_install(missing: str) -> None:
    # None in sys.modules is how Python itself says that a module cannot be imported
    code = f"import sys; sys.modules[{missing!r}] = None; from odapi_async.cli.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=WAIT, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"odapi needs {missing}, which is not installed: pip install 'odapi-async[cli]'\n"


@pytest.mark.parametrize(("clean", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_of_the_demo_is_its_verdict(
    monkeypatch: pytest.MonkeyPatch, clean: bool, code: int
) -> None:
    async def found(*_: object) -> DemoReport:
        return DemoReport(
            clean=clean, seconds=1, rows=0, requests=0, violations=0 if clean else 1, overlaps=0, practices=[]
        )

    monkeypatch.setattr(runner, "run_demo", found)
    exit_code, out = run("demo", "--json")
    assert (exit_code, json.loads(out)["clean"]) == (code, clean)
