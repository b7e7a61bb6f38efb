"""How each table is read: what the API offers for it, as data, and no code beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from odapi_async.resources import Operation, operations

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


class DeletionMarker(NamedTuple):
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
    id_field: str
    method: str = "list"
    changes: Changes | None = None
    parent: Parent | None = None
    list_filters: tuple[Mapping[str, object], ...] = _EVERYTHING
    deleted: DeletionMarker | None = None
    sweep_days: float = _DAY
    since: str | None = None

    @property
    def operation(self) -> Operation[Any]:
        """The operation that lists rows."""
        return operations(self.table)[self.method]

    def lists_deleted(self, part: int) -> bool:
        """Whether one of the lists holds nothing but deleted rows."""
        mark = self.deleted
        return mark is not None and self.list_filters[part].get(mark.field) == mark.value


_BY_PATIENT: Final = Parent("patients", "PatNum")

# A table whose list has no filter for changes is read in full each day; one that is read by a parent once a
# week, as it costs a request for each row of the parent.
PLANS: Final[tuple[Plan, ...]] = (
    # Patients and what is theirs alone. No value of PatStatus that marks a deleted patient is documented.
    Plan(
        table="patients",
        id_field="PatNum",
        method="simple",
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        sweep_days=_WEEK,
    ),
    Plan(table="patient_notes", id_field="PatNum"),
    Plan(table="patient_races", id_field="PatientRaceNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="pat_restrictions", id_field="PatRestrictionNum"),
    Plan(table="guardians", id_field="GuardianNum"),
    Plan(
        table="pat_fields",
        id_field="PatFieldNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
        since="22.4.5",
    ),
    # One patient's list holds the popups of the whole family: the same row comes with several patients.
    Plan(table="popups", id_field="PopupNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(
        table="commlogs",
        id_field="CommlogNum",
        changes=Changes("DateTStamp", "DateTStamp"),
        sweep_days=_WEEK,
        since="25.1.13",
    ),
    # The list also holds mounts, which are no documents: their DocNum is 0. Documents carry a stamp and the
    # server's time, but there is no filter by them.
    Plan(table="documents", id_field="DocNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="sheets", id_field="SheetNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="sheet_fields", id_field="SheetFieldNum", since="25.2.3"),
    Plan(
        table="ref_attaches",
        id_field="RefAttachNum",
        changes=Changes("DateTStamp", "DateTStamp"),
        sweep_days=_WEEK,
    ),
    # Appointments and the calendar.
    Plan(
        table="appointments",
        id_field="AptNum",
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        sweep_days=_WEEK,
    ),
    Plan(table="appt_fields", id_field="ApptFieldNum", since="26.1"),
    Plan(table="hist_appointments", id_field="HistApptNum"),
    Plan(table="recalls", id_field="RecallNum"),
    # Today only unless a range is given; both of its ends count.
    Plan(
        table="schedules",
        id_field="ScheduleNum",
        list_filters=({"dateStart": _EARLIEST, "dateEnd": _LATEST},),
    ),
    Plan(table="schedule_ops", id_field="ScheduleOpNum"),
    # The last seven days unless a range is given.
    Plan(
        table="asap_comms",
        id_field="AsapCommNum",
        list_filters=({"dateStart": _EARLIEST, "dateEnd": _LATEST},),
    ),
    # What is charted.
    Plan(
        table="procedure_logs",
        id_field="ProcNum",
        # It is not clear whether the filter also finds what was altered, or only what was created: the page
        # has said both. A daily sweep makes up for it.
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        # Deleted procedures come only when they are asked for.
        list_filters=({}, {"ProcStatus": "D"}),
        deleted=DeletionMarker("ProcStatus", "D"),
    ),
    Plan(table="proc_notes", id_field="ProcNoteNum"),
    Plan(table="tooth_initials", id_field="ToothInitialNum"),
    # ExamDate is the day of the exam: as a filter it does not find changes.
    Plan(table="perio_exams", id_field="PerioExamNum"),
    Plan(table="perio_measures", id_field="PerioMeasureNum"),
    Plan(table="vital_signs", id_field="VitalsignNum"),
    Plan(table="allergies", id_field="AllergyNum", since="26.1.15"),
    Plan(table="diseases", id_field="DiseaseNum", since="24.2.5"),
    Plan(table="medication_pats", id_field="MedicationPatNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="rx_pats", id_field="RxNum"),
    Plan(table="lab_cases", id_field="LabCaseNum"),
    Plan(
        table="treat_plans",
        id_field="TreatPlanNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
    ),
    Plan(
        table="treat_plan_attaches",
        id_field="TreatPlanAttachNum",
        parent=Parent("treat_plans", "TreatPlanNum"),
        sweep_days=_WEEK,
    ),
    Plan(
        table="proc_tps",
        id_field="ProcTPNum",
        parent=Parent("treat_plans", "TreatPlanNum"),
        sweep_days=_WEEK,
    ),
    # What patients owe and pay.
    Plan(table="adjustments", id_field="AdjNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(
        table="payments",
        id_field="PayNum",
        # The filter finds what was entered since, and not what was edited later: a daily sweep does.
        changes=Changes("DateEntry", "DateEntry", whole_days=True, server_time=True),
        since="23.3.11",
    ),
    Plan(table="pay_splits", id_field="SplitNum", since="24.4.24"),
    # PatNum or Guarantor has to be given, and every plan has a patient.
    Plan(table="pay_plans", id_field="PayPlanNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(
        table="pay_plan_charges",
        id_field="PayPlanChargeNum",
        parent=Parent("pay_plans", "PayPlanNum"),
        sweep_days=_WEEK,
    ),
    Plan(table="pay_plan_links", id_field="PayPlanLinkNum"),
    # DateDeposit is the day of the deposit: as a filter it does not find changes.
    Plan(table="deposits", id_field="DepositNum"),
    Plan(table="statements", id_field="StatementNum"),
    # Insurance: the plans, who has them, and what they pay.
    Plan(table="carriers", id_field="CarrierNum"),
    Plan(table="employers", id_field="EmployerNum"),
    Plan(table="ins_plans", id_field="PlanNum"),
    Plan(
        table="ins_subs",
        id_field="InsSubNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
    ),
    Plan(table="pat_plans", id_field="PatPlanNum"),
    Plan(
        table="ins_verifies",
        id_field="InsVerifyNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
    ),
    Plan(table="benefits", id_field="BenefitNum", since="23.2.62"),
    # The page does not say whether the filter may be left out: with it the answer is sure.
    Plan(
        table="substitution_links",
        id_field="SubstitutionLinkNum",
        parent=Parent("ins_plans", "PlanNum"),
        sweep_days=_WEEK,
    ),
    Plan(
        table="claims",
        id_field="ClaimNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
        since="23.3.11",
    ),
    Plan(table="claim_procs", id_field="ClaimProcNum", since="23.2.16"),
    Plan(table="claim_trackings", id_field="ClaimTrackingNum"),
    Plan(
        table="claim_payments",
        id_field="ClaimPaymentNum",
        changes=Changes("SecDateTEdit", "SecDateTEdit"),
        sweep_days=_WEEK,
    ),
    Plan(
        table="eob_attaches",
        id_field="EobAttachNum",
        parent=Parent("claim_payments", "ClaimPaymentNum"),
        sweep_days=_WEEK,
    ),
    Plan(table="etranss", id_field="EtransNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(table="discount_plans", id_field="DiscountPlanNum"),
    # Codes and fees.
    Plan(
        table="procedure_codes",
        id_field="CodeNum",
        changes=Changes("DateTStamp", "DateTStamp"),
        sweep_days=_WEEK,
    ),
    Plan(table="code_groups", id_field="CodeGroupNum"),
    Plan(table="cov_cats", id_field="CovCatNum"),
    Plan(table="cov_spans", id_field="CovSpanNum"),
    Plan(table="fee_scheds", id_field="FeeSchedNum"),
    Plan(table="fees", id_field="FeeNum"),
    # The staff and its tasks.
    Plan(
        table="providers",
        id_field="ProvNum",
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        # Seen in examples only.
        deleted=DeletionMarker("ProvStatus", "Deleted"),
        sweep_days=_WEEK,
    ),
    Plan(table="employees", id_field="EmployeeNum"),
    Plan(table="clock_events", id_field="ClockEventNum"),
    Plan(table="userods", id_field="UserNum", list_filters=({"includeHidden": True, "includeCEMT": True},)),
    Plan(table="user_groups", id_field="UserGroupNum", list_filters=({"includeCEMT": True},)),
    Plan(table="user_group_attaches", id_field="UserGroupAttachNum"),
    # The list takes one status, and without it shows active ones: the archived ones are a list of their own.
    Plan(
        table="task_lists",
        id_field="TaskListNum",
        list_filters=({"TaskListStatus": "Active"}, {"TaskListStatus": "Archived"}),
    ),
    # Those of the last two weeks unless an earlier moment is given; it means when a task was created, so that
    # it does not find changes.
    Plan(table="tasks", id_field="TaskNum", list_filters=({"DateTimeOriginal": datetime(1900, 1, 1)},)),
    Plan(table="task_notes", id_field="TaskNoteNum"),
    # What the office has set up.
    # Hidden clinics are not listed, and no filter shows them: a clinic that is hidden disappears.
    Plan(table="clinics", id_field="ClinicNum"),
    Plan(table="operatories", id_field="OperatoryNum"),
    Plan(table="computers", id_field="ComputerNum"),
    Plan(table="definitions", id_field="DefNum", list_filters=({"includeHidden": True},)),
    Plan(table="preferences", id_field="PrefNum"),
    Plan(table="appointment_types", id_field="AppointmentTypeNum"),
    Plan(table="recall_types", id_field="RecallTypeNum"),
    Plan(table="appt_field_defs", id_field="ApptFieldDefNum"),
    Plan(table="pat_field_defs", id_field="PatFieldDefNum"),
    Plan(table="allergy_defs", id_field="AllergyDefNum"),
    Plan(table="disease_defs", id_field="DiseaseDefNum"),
    Plan(table="medications", id_field="MedicationNum"),
    Plan(table="pharmacies", id_field="PharmacyNum"),
    Plan(table="laboratories", id_field="LaboratoryNum"),
    Plan(table="lab_turnarounds", id_field="LabTurnaroundNum"),
    Plan(table="referrals", id_field="ReferralNum"),
    Plan(table="claim_forms", id_field="ClaimFormNum"),
    Plan(table="sheet_defs", id_field="SheetDefNum"),
    Plan(table="sheet_field_defs", id_field="SheetFieldDefNum"),
    Plan(table="auto_notes", id_field="AutoNoteNum"),
    Plan(table="auto_note_controls", id_field="AutoNoteControlNum"),
    Plan(table="quick_paste_cats", id_field="QuickPasteCatNum"),
    Plan(table="quick_paste_notes", id_field="QuickPasteNoteNum"),
    # Entries of the audit trail that the developer's own key has made.
    Plan(table="security_logs", id_field="SecurityLogNum"),
)
"""How each table is read; a parent stands before its children."""

BY_TABLE: Final[Mapping[str, Plan]] = MappingProxyType({plan.table: plan for plan in PLANS})
"""Plans by the names of their tables."""

EXCLUDED: Final[Mapping[str, str]] = MappingProxyType(
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
