"""Values of the enumerated fields of PayPlans."""

from enum import StrEnum


class ChargeFrequency(StrEnum):
    WEEKLY = "Weekly"
    EVERY_OTHER_WEEK = "EveryOtherWeek"
    MONTHLY = "Monthly"
    QUARTERLY = "Quarterly"
    ORDINAL_WEEKDAY = "OrdinalWeekday"


class DynamicPayPlanTPOption(StrEnum):
    """Not complete: rows may hold other values."""

    AWAIT_COMPLETE = "AwaitComplete"
    TREAT_AS_COMPLETE = "TreatAsComplete"


class PaySchedule(StrEnum):
    """Not complete: rows may hold other values."""

    MONTHLY = "Monthly"
