"""Values of the enumerated fields of PayPlans."""

from enum import StrEnum


class ChargeFrequency(StrEnum):
    WEEKLY = "Weekly"
    EVERY_OTHER_WEEK = "EveryOtherWeek"
    MONTHLY = "Monthly"
    QUARTERLY = "Quarterly"
    ORDINAL_WEEKDAY = "OrdinalWeekday"


class DynamicPayPlanTPOption(StrEnum):
    """Seen in examples; the reference does not list all values."""

    AWAIT_COMPLETE = "AwaitComplete"
    TREAT_AS_COMPLETE = "TreatAsComplete"


class PaySchedule(StrEnum):
    """Seen in examples; the reference does not list all values."""

    MONTHLY = "Monthly"
