"""Values of the enumerated fields of Schedules."""

from enum import StrEnum


class SchedType(StrEnum):
    PRACTICE = "Practice"
    PROVIDER = "Provider"
    BLOCKOUT = "Blockout"
    EMPLOYEE = "Employee"
    WEB_SCHED_ASAP = "WebSchedASAP"
