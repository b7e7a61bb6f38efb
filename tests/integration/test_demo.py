"""The demo as a real process: ten seconds at the real intervals, and one that is interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any, Final

import pytest

from odapi_async.cli.demo.plan import SHORTEST, make_plan

DEMO: Final = (sys.executable, "-m", "odapi_async.cli", "demo", "--seconds", str(SHORTEST))
WAIT: Final = 50
INTERRUPTED: Final = 130


def run_demo() -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*DEMO, "--json"], capture_output=True, text=True, timeout=WAIT, check=False)
    assert done.stderr == ""
    return done


@pytest.mark.long
@pytest.mark.timeout(3 * WAIT)
def test_three_practices_are_read_at_their_real_pace_and_interactive_calls_go_first() -> None:
    done = run_demo()
    for _ in range(2):  # if another test takes the processor for some milliseconds, a request may be early
        if done.returncode:
            done = run_demo()
    found = json.loads(done.stdout)
    assert (found["violations"], found["overlaps"]) == (0, 0)
    assert found["clean"] is True
    assert done.returncode == 0

    plans = {plan.name: plan for plan in make_plan(SHORTEST).practices}
    practices: dict[str, dict[str, Any]] = {each["practice"]: each for each in found["practices"]}
    assert practices.keys() == plans.keys()
    for name, practice in practices.items():
        assert practice["rows"] == practice["rows_expected"] == plans[name].rows
        assert practice["interactive"]["calls"] == plans[name].calls
        assert practice["requests"] >= practice["interactive"]["calls"] + practice["bulk"]["calls"]
        assert 0 < practice["interactive"]["median"] <= practice["interactive"]["longest"]
        assert 0 < practice["bulk"]["median"] <= practice["bulk"]["longest"]
    for name, interval in (("readall", 5.0), ("standard", 1.0)):
        assert practices[name]["interval"] == interval
        assert practices[name]["shortest_gap"] >= interval
        assert practices[name]["interactive"]["longest"] < practices[name]["bulk"]["longest"]


def test_without_a_terminal_it_prints_plain_lines_and_ctrl_c_ends_it_quietly() -> None:
    # a terminal sends Ctrl-C to every process of the foreground group, the sandboxes' among them
    process = subprocess.Popen(
        DEMO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            introduction = [process.stdout.readline() for _ in range(2)]
            first = process.stdout.readline()
            os.killpg(process.pid, signal.SIGINT)
            code = process.wait(timeout=WAIT)
        finally:
            process.kill()
        out, err = process.stdout.read(), process.stderr.read()
    assert all(line.endswith(".\n") for line in introduction)
    assert first.startswith("   0 s  readall: rows 0 of ")
    assert "\x1b" not in first + out
    assert err == ""
    assert code == INTERRUPTED
