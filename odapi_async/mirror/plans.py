"""How each table is read, as data: one `Plan` for each table, from the filters that the API has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from odapi_async.resources import Operation, operations

_DAY: Final = 1.0
_WEEK: Final = 7.0
_EVERYTHING: Final[tuple[Mapping[str, object], ...]] = (MappingProxyType({}),)

# A range that covers all rows, for lists that return only a short period unless a range is given.
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2200, 1, 1)


class Changes(NamedTuple):
    """The filter that lists the rows that have changed since a time.

    Attributes:
        filter: the name of the query parameter.
        stamp: the field of a row that holds its change stamp.
        whole_days: whether the filter and the stamp are dates without a time.
        server_time: whether rows carry the server's own time, which is a better bookmark than their stamps.
    """

    filter: str
    stamp: str
    whole_days: bool = False
    server_time: bool = False


class Parent(NamedTuple):
    """The parent of a table: the list requires an id of the parent, so it is requested for each parent row.

    Attributes:
        table: the name of the parent table.
        filter: the query parameter that takes the id of a parent row.
    """

    table: str
    filter: str


class DeletionMarker(NamedTuple):
    """The field value that marks a listed row as deleted.

    Attributes:
        field: the name of the field.
        value: the value of the field in a deleted row.
    """

    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one table is read.

    Attributes:
        table: the name of the table, which is also the attribute of the resource on a practice.
        id_field: the field that holds the id of a row.
        method: the method of the resource that lists rows.
        changes: the filter for changes; None if the API has none.
        parent: the parent table; None if the table can be read as a whole.
        list_filters: the filters of each list to read. Together the lists hold all rows, also those that the
            API omits by default. Most tables have one list without filters.
        deleted: the value that marks a row as deleted; None if the API does not list deleted rows.
        sweep_days: days from one sweep, which reads all rows, to the next. A sweep finds deleted rows and, if
            there is no filter for changes, changed rows.
        since: the first version of Open Dental whose list can be read as a whole, if older versions require a
            filter; None if every version can.
        others: whether the list also has entries that are not rows of this table; their id is 0.
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
    others: bool = False

    @property
    def operation(self) -> Operation[Any]:
        """The operation that lists rows."""
        return operations(self.table)[self.method]

    def lists_deleted(self, part: int) -> bool:
        """Return whether one of the lists holds only deleted rows."""
        marker = self.deleted
        return marker is not None and self.list_filters[part].get(marker.field) == marker.value


_BY_PATIENT: Final = Parent("patients", "PatNum")

# A table without a filter for changes is swept each day. A table with a parent is swept once a week, because
# that costs one request for each parent row.
PLANS: Final[tuple[Plan, ...]] = (
    # Patients and their own data. The API documents no value of PatStatus that marks a deleted patient.
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
    # The list of a patient holds the popups of the whole family: several patients return the same row.
    Plan(table="popups", id_field="PopupNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(
        table="commlogs",
        id_field="CommlogNum",
        changes=Changes("DateTStamp", "DateTStamp"),
        sweep_days=_WEEK,
        since="25.1.13",
    ),
    # The list also holds mounts, which are not documents: their DocNum is 0. Documents have a change stamp
    # and the server's time, but the API has no filter by them.
    Plan(table="documents", id_field="DocNum", parent=_BY_PATIENT, sweep_days=_WEEK, others=True),
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
    # Without a range the list returns only today; a range includes both ends.
    Plan(
        table="schedules",
        id_field="ScheduleNum",
        list_filters=({"dateStart": _EARLIEST, "dateEnd": _LATEST},),
    ),
    Plan(table="schedule_ops", id_field="ScheduleOpNum"),
    # Without a range the list returns only the last seven days.
    Plan(
        table="asap_comms",
        id_field="AsapCommNum",
        list_filters=({"dateStart": _EARLIEST, "dateEnd": _LATEST},),
    ),
    # Charts.
    Plan(
        table="procedure_logs",
        id_field="ProcNum",
        # The API documentation has said both that the filter finds changed rows and that it finds only new
        # ones. A daily sweep covers either.
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        # Deleted procedures are listed only on request.
        list_filters=({}, {"ProcStatus": "D"}),
        deleted=DeletionMarker("ProcStatus", "D"),
    ),
    Plan(table="proc_notes", id_field="ProcNoteNum"),
    Plan(table="tooth_initials", id_field="ToothInitialNum"),
    # The filter ExamDate is the date of the exam, so it does not find changes.
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
    # Balances and payments.
    Plan(table="adjustments", id_field="AdjNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(
        table="payments",
        id_field="PayNum",
        # The filter finds payments entered since a date, not those edited later. A daily sweep finds those.
        changes=Changes("DateEntry", "DateEntry", whole_days=True, server_time=True),
        since="23.3.11",
    ),
    Plan(table="pay_splits", id_field="SplitNum", since="24.4.24"),
    # The list requires PatNum or Guarantor, and every plan has a patient.
    Plan(table="pay_plans", id_field="PayPlanNum", parent=_BY_PATIENT, sweep_days=_WEEK),
    Plan(
        table="pay_plan_charges",
        id_field="PayPlanChargeNum",
        parent=Parent("pay_plans", "PayPlanNum"),
        sweep_days=_WEEK,
    ),
    Plan(table="pay_plan_links", id_field="PayPlanLinkNum"),
    # The filter DateDeposit is the date of the deposit, so it does not find changes.
    Plan(table="deposits", id_field="DepositNum"),
    Plan(table="statements", id_field="StatementNum"),
    # Insurance: plans, subscribers, claims and payments.
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
    # The API documentation does not say whether the filter is optional; with it the list is always valid.
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
    # Staff and tasks.
    Plan(
        table="providers",
        id_field="ProvNum",
        changes=Changes("DateTStamp", "DateTStamp", server_time=True),
        # This value appears only in the examples of the API documentation.
        deleted=DeletionMarker("ProvStatus", "Deleted"),
        sweep_days=_WEEK,
    ),
    Plan(table="employees", id_field="EmployeeNum"),
    Plan(table="clock_events", id_field="ClockEventNum"),
    Plan(table="userods", id_field="UserNum", list_filters=({"includeHidden": True, "includeCEMT": True},)),
    Plan(table="user_groups", id_field="UserGroupNum", list_filters=({"includeCEMT": True},)),
    Plan(table="user_group_attaches", id_field="UserGroupAttachNum"),
    # The list takes one status and defaults to active ones, so the archived ones are a second list.
    Plan(
        table="task_lists",
        id_field="TaskListNum",
        list_filters=({"TaskListStatus": "Active"}, {"TaskListStatus": "Archived"}),
    ),
    # Without this filter the list returns only the last two weeks. It is the time when a task was created, so
    # it does not find changes.
    Plan(table="tasks", id_field="TaskNum", list_filters=({"DateTimeOriginal": datetime(1900, 1, 1)},)),
    Plan(table="task_notes", id_field="TaskNoteNum"),
    # Setup of the practice.
    # Hidden clinics are not listed, and no filter includes them: a clinic that is hidden counts as deleted.
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
    # The list holds the audit trail entries that the developer's own key has created.
    Plan(table="security_logs", id_field="SecurityLogNum"),
)
"""How each table is read; a parent is before its children."""

BY_TABLE: Final[Mapping[str, Plan]] = MappingProxyType({plan.table: plan for plan in PLANS})
"""The plans by table name."""

EXCLUDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account_modules": "figures calculated for one patient, without an id",
        "api_keys": "secrets: the keys of all customers of a developer, not data of a practice",
        "chart_modules": "views of one patient's chart, without an id",
        "discount_plan_subs": "cannot be listed: one request returns the subscription of one patient",
        "ehr_patients": "cannot be listed: one request returns the row of one patient",
        "etrans": "can only be created, and even that is announced but not confirmed",
        "etrans_message_texts": "cannot be listed: one request returns one text",
        "family_modules": "a view of one family's insurance, without an id",
        "queries": "results of SQL, with the columns of the query",
        "reports": "calculated figures that load the office's server, without an id",
        "security_perms": "the permissions of the developer's key, not data of a practice",
        "signalods": "short-lived signals between programs of the office",
        "subscriptions": "settings of webhooks, which contain the customer key",
    }
)
"""Resources that are not copied, by attribute, with the reason."""


def with_parents(tables: Iterable[str]) -> list[Plan]:
    """Return the plans of some tables and of the tables by whose rows these are read, parents first."""
    wanted: set[str] = set()
    for name in tables:
        table: str | None = name
        while table is not None:
            wanted.add(table)
            parent = BY_TABLE[table].parent
            table = parent.table if parent else None
    return [plan for plan in PLANS if plan.table in wanted]
