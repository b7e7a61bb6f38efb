"""How each table is read: what the API offers for it, as data, and no code beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from odapi_async._core.operation import Operation

_DAY: Final = 1.0
_WEEK: Final = 7.0
_EVERYTHING: Final[tuple[Mapping[str, object], ...]] = (MappingProxyType({}),)

# Bounds for lists that show a short time only unless a range is given: nothing lies beyond them.
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2200, 1, 1)


class Changes(NamedTuple):
    """The filter that lists what has changed since.

    Attributes:
        filter: the parameter's name.
        stamp: the field of a row that says when it was changed.
        whole_days: whether the filter and the stamp know days only.
        server_time: whether rows carry the server's own time, which is a better bookmark than their stamps.
    """

    filter: str
    stamp: str
    whole_days: bool = False
    server_time: bool = False


class Parent(NamedTuple):
    """The table whose rows have to be named one by one, because the list wants one of their keys.

    Attributes:
        table: the other table.
        filter: the parameter that takes its keys.
    """

    table: str
    filter: str


class Mark(NamedTuple):
    """What tells a row that is deleted at the office and listed all the same.

    Attributes:
        field: the field of a row.
        value: what stands there in a deleted row.
    """

    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one table is read.

    Attributes:
        table: the resource's attribute at a practice, and the table's name.
        key: the field that holds the key of a row.
        method: the resource's method that lists rows.
        changes: how to ask for what has changed; None where the API has no such filter.
        parent: whose rows it is read by; None where it can be read as a whole.
        given: the filters of each list that has to be read: together these lists hold all rows, also those
            that are left out by default. Mostly it is one list, and mostly it takes no filters.
        deleted: what marks a row as deleted; None where deleted rows are not listed any more.
        sweep_days: days from one reading of all rows to the next, which finds what was deleted and, without
            a filter for changes, what was changed.
        since: the first version of Open Dental whose list can be read as a whole, where older ones had a
            compulsory filter; None where it is as old as the list.
    """

    table: str
    key: str
    method: str = "list"
    changes: Changes | None = None
    parent: Parent | None = None
    given: tuple[Mapping[str, object], ...] = _EVERYTHING
    deleted: Mark | None = None
    sweep_days: float = _DAY
    since: str | None = None

    @property
    def operation(self) -> Operation[Any]:
        """The operation that lists rows."""
        module = import_module(f"odapi_async.resources.{self.table}")
        operation: Operation[Any] = getattr(module, self.method.upper())
        return operation

    def lists_deleted(self, part: int) -> bool:
        """Whether one of the lists holds nothing but deleted rows."""
        mark = self.deleted
        return mark is not None and self.given[part].get(mark.field) == mark.value


_BY_PATIENT: Final = Parent("patients", "PatNum")

# A table whose list has no filter for changes is read in full each day; one that is read by a parent once a
# week, as it costs a request for each row of the parent.
PLANS: Final[tuple[Plan, ...]] = (
    # Patients and what is theirs alone. No value of PatStatus that marks a deleted patient is documented.
    Plan(
        table="patients",
        key="PatNum",
        method="simple",
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        sweep_days=_WEEK,
    ),
    Plan(table="patient_notes", key="PatNum"),
    Plan(table="patient_races", key="PatientRaceNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="pat_restrictions", key="PatRestrictionNum"),
    Plan(table="guardians", key="GuardianNum"),
    Plan(
        table="pat_fields",
        key="PatFieldNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
        since="22.4.5",
    ),
    # One patient's list holds the popups of the whole family: the same row comes with several patients.
    Plan(table="popups", key="PopupNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(
        table="commlogs",
        key="CommlogNum",
        changes=Changes("DateTStamp", "DateTStamp"),
        sweep_days=_WEEK,
        since="25.1.13",
    ),
    # The list also holds mounts, which are no documents: their DocNum is 0. Documents carry a stamp and the
    # server's time, but there is no filter by them.
    Plan(table="documents", key="DocNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="sheets", key="SheetNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="sheet_fields", key="SheetFieldNum", since="25.2.3"),
    Plan(
        table="ref_attaches",
        key="RefAttachNum",
        changes=Changes("DateTStamp", "DateTStamp"),
        sweep_days=_WEEK,
    ),
    # Appointments and the calendar.
    Plan(
        table="appointments",
        key="AptNum",
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        sweep_days=_WEEK,
    ),
    Plan(table="appt_fields", key="ApptFieldNum", since="26.1"),
    Plan(table="hist_appointments", key="HistApptNum"),
    Plan(table="recalls", key="RecallNum"),
    # Today only unless a range is given; both of its ends count.
    Plan(
        table="schedules",
        key="ScheduleNum",
        given=({"dateStart": _EARLIEST, "dateEnd": _LATEST},),
    ),
    Plan(table="schedule_ops", key="ScheduleOpNum"),
    # The last seven days unless a range is given.
    Plan(
        table="asap_comms",
        key="AsapCommNum",
        given=({"dateStart": _EARLIEST, "dateEnd": _LATEST},),
    ),
    # What is charted.
    Plan(
        table="procedure_logs",
        key="ProcNum",
        # It is not clear whether the filter also finds what was altered, or only what was created: the page
        # has said both. A daily sweep makes up for it.
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        # Deleted procedures come only when they are asked for.
        given=({}, {"ProcStatus": "D"}),
        deleted=Mark("ProcStatus", "D"),
    ),
    Plan(table="proc_notes", key="ProcNoteNum"),
    Plan(table="tooth_initials", key="ToothInitialNum"),
    # ExamDate is the day of the exam: as a filter it does not find changes.
    Plan(table="perio_exams", key="PerioExamNum"),
    Plan(table="perio_measures", key="PerioMeasureNum"),
    Plan(table="vital_signs", key="VitalsignNum"),
    Plan(table="allergies", key="AllergyNum", since="26.1.15"),
    Plan(table="diseases", key="DiseaseNum", since="24.2.5"),
    Plan(table="medication_pats", key="MedicationPatNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="rx_pats", key="RxNum"),
    Plan(table="lab_cases", key="LabCaseNum"),
    Plan(
        table="treat_plans",
        key="TreatPlanNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
    ),
    Plan(
        table="treat_plan_attaches",
        key="TreatPlanAttachNum",
        parent=Parent("treat_plans", "TreatPlanNum"),
        sweep_days=_WEEK,
    ),
    Plan(
        table="proc_tps",
        key="ProcTPNum",
        parent=Parent("treat_plans", "TreatPlanNum"),
        sweep_days=_WEEK,
    ),
    # What patients owe and pay.
    Plan(table="adjustments", key="AdjNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(
        table="payments",
        key="PayNum",
        # The filter finds what was entered since, and not what was edited later: a daily sweep does.
        changes=Changes("DateEntry", "DateEntry", whole_days=True, server_time=True),
        since="23.3.11",
    ),
    Plan(table="pay_splits", key="SplitNum", since="24.4.24"),
    # PatNum or Guarantor has to be given, and every plan has a patient.
    Plan(table="pay_plans", key="PayPlanNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(
        table="pay_plan_charges",
        key="PayPlanChargeNum",
        parent=Parent("pay_plans", "PayPlanNum"),
        sweep_days=_WEEK,
    ),
    Plan(table="pay_plan_links", key="PayPlanLinkNum"),
    # DateDeposit is the day of the deposit: as a filter it does not find changes.
    Plan(table="deposits", key="DepositNum"),
    Plan(table="statements", key="StatementNum"),
    # Insurance: the plans, who has them, and what they pay.
    Plan(table="carriers", key="CarrierNum"),
    Plan(table="employers", key="EmployerNum"),
    Plan(table="ins_plans", key="PlanNum"),
    Plan(
        table="ins_subs",
        key="InsSubNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
    ),
    Plan(table="pat_plans", key="PatPlanNum"),
    Plan(
        table="ins_verifies",
        key="InsVerifyNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
    ),
    Plan(table="benefits", key="BenefitNum", since="23.2.62"),
    # The page does not say whether the filter may be left out: with it the answer is sure.
    Plan(
        table="substitution_links",
        key="SubstitutionLinkNum",
        parent=Parent("ins_plans", "PlanNum"),
        sweep_days=_WEEK,
    ),
    Plan(
        table="claims",
        key="ClaimNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
        since="23.3.11",
    ),
    Plan(table="claim_procs", key="ClaimProcNum", since="23.2.16"),
    Plan(table="claim_trackings", key="ClaimTrackingNum"),
    Plan(
        table="claim_payments",
        key="ClaimPaymentNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
    ),
    Plan(
        table="eob_attaches",
        key="EobAttachNum",
        parent=Parent("claim_payments", "ClaimPaymentNum"),
        sweep_days=_WEEK,
    ),
    Plan(table="etranss", key="EtransNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="discount_plans", key="DiscountPlanNum"),
    # Codes and fees.
    Plan(
        table="procedure_codes",
        key="CodeNum",
        changes=Changes("DateTStamp", "DateTStamp"),
        sweep_days=_WEEK,
    ),
    Plan(table="code_groups", key="CodeGroupNum"),
    Plan(table="cov_cats", key="CovCatNum"),
    Plan(table="cov_spans", key="CovSpanNum"),
    Plan(table="fee_scheds", key="FeeSchedNum"),
    Plan(table="fees", key="FeeNum"),
    # The staff and its tasks.
    Plan(
        table="providers",
        key="ProvNum",
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        # Seen in examples only.
        deleted=Mark("ProvStatus", "Deleted"),
        sweep_days=_WEEK,
    ),
    Plan(table="employees", key="EmployeeNum"),
    Plan(table="clock_events", key="ClockEventNum"),
    Plan(table="userods", key="UserNum", given=({"includeHidden": True, "includeCEMT": True},)),
    Plan(table="user_groups", key="UserGroupNum", given=({"includeCEMT": True},)),
    Plan(table="user_group_attaches", key="UserGroupAttachNum"),
    # The list takes one status, and without it shows active ones: the archived ones are a list of their own.
    Plan(
        table="task_lists",
        key="TaskListNum",
        given=({"TaskListStatus": "Active"}, {"TaskListStatus": "Archived"}),
    ),
    # Those of the last two weeks unless an earlier moment is given; it means when a task was created, so that
    # it does not find changes.
    Plan(table="tasks", key="TaskNum", given=({"DateTimeOriginal": datetime(1900, 1, 1)},)),
    Plan(table="task_notes", key="TaskNoteNum"),
    # What the office has set up.
    # Hidden clinics are not listed, and no filter shows them: a clinic that is hidden disappears.
    Plan(table="clinics", key="ClinicNum"),
    Plan(table="operatories", key="OperatoryNum"),
    Plan(table="computers", key="ComputerNum"),
    Plan(table="definitions", key="DefNum", given=({"includeHidden": True},)),
    Plan(table="preferences", key="PrefNum"),
    Plan(table="appointment_types", key="AppointmentTypeNum"),
    Plan(table="recall_types", key="RecallTypeNum"),
    Plan(table="appt_field_defs", key="ApptFieldDefNum"),
    Plan(table="pat_field_defs", key="PatFieldDefNum"),
    Plan(table="allergy_defs", key="AllergyDefNum"),
    Plan(table="disease_defs", key="DiseaseDefNum"),
    Plan(table="medications", key="MedicationNum"),
    Plan(table="pharmacies", key="PharmacyNum"),
    Plan(table="laboratories", key="LaboratoryNum"),
    Plan(table="lab_turnarounds", key="LabTurnaroundNum"),
    Plan(table="referrals", key="ReferralNum"),
    Plan(table="claim_forms", key="ClaimFormNum"),
    Plan(table="sheet_defs", key="SheetDefNum"),
    Plan(table="sheet_field_defs", key="SheetFieldDefNum"),
    Plan(table="auto_notes", key="AutoNoteNum"),
    Plan(table="auto_note_controls", key="AutoNoteControlNum"),
    Plan(table="quick_paste_cats", key="QuickPasteCatNum"),
    Plan(table="quick_paste_notes", key="QuickPasteNoteNum"),
    # Entries of the audit trail that the developer's own key has made.
    Plan(table="security_logs", key="SecurityLogNum"),
)
"""How each table is read; a parent stands before its children."""

BY_TABLE: Final[Mapping[str, Plan]] = MappingProxyType({plan.table: plan for plan in PLANS})
"""Plans by the names of their tables."""

LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account_modules": "figures that are worked out for one patient, without a key",
        "api_keys": "secrets: the keys of all customers of a developer, and no data of an office",
        "chart_modules": "views of one patient's chart, without a key",
        "discount_plan_subs": "cannot be listed: one request gives the subscription of one patient",
        "ehr_patients": "cannot be listed: one request gives the row of one patient",
        "etrans": "can only be created, and even that is announced but not confirmed",
        "etrans_message_texts": "cannot be listed: one request gives one text",
        "family_modules": "a view of one family's insurance, without a key",
        "queries": "answers to SQL, whose columns are those of the query",
        "reports": "figures that are worked out, heavy on the office's server and without a key",
        "security_perms": "what the developer's key may do, not data of the office",
        "signalods": "short-lived signals between programs of the office",
        "subscriptions": "settings of webhooks, and they hold the customer key",
    }
)
"""Resources that are not copied, by attribute, each with the reason."""
