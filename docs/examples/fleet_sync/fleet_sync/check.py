"""A check for monitoring systems that run commands, as Nagios, Icinga and Sensu do."""

from __future__ import annotations

from odapi_async.fleet import FleetStatus, PracticeStatus

OK, CRITICAL, UNKNOWN = 0, 2, 3
_SHOWN = 5


def check(status: FleetStatus, max_age: float) -> tuple[int, str]:
    """Return the exit code, and a line that says what is wrong, with figures for a graph.

    Args:
        status: the state of the fleet.
        max_age: the seconds that a copy may be old, and that a practice may fail or wait.
    """
    enabled = [each for each in status.practices if each.enabled]
    problems = [problem for each in enabled if (problem := _problem(each, status, max_age))]
    alive = sum(each.is_alive for each in status.workers)
    lags = [each.lag for each in enabled if each.lag is not None]
    figures = f"practices={len(enabled)} problems={len(problems)} workers={alive}"
    figures += f" max_lag={max(lags, default=0):.0f}s"
    if not alive:
        problems.insert(0, "no worker is running")
    if not problems:
        return OK, f"FLEET OK - {len(enabled)} practices are current | {figures}"
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    return CRITICAL, f"FLEET CRITICAL - {'; '.join(problems[:_SHOWN])}{more} | {figures}"


def _problem(practice: PracticeStatus, status: FleetStatus, max_age: float) -> str | None:
    if practice.failing_since is not None:
        failing = (status.at - practice.failing_since).total_seconds()
        if failing > max_age:
            # without keys and rows; a bar would begin the figures
            error = practice.error.replace("|", "/")
            return f"{practice.practice} fails since {failing / 60:.0f} min ({error})"
    if practice.lag is not None and practice.lag > max_age:
        return f"{practice.practice} is {practice.lag / 60:.0f} min old"
    if not practice.reading and practice.due_in < -max_age:
        return f"{practice.practice} waits for a worker since {-practice.due_in / 60:.0f} min"
    return None
