"""The tree of resources that hangs on a practice: one attribute each, loaded on first use.

An attribute is a line here, and not a method that imports, because there are more than a hundred; editors and
type checkers see its type all the same.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odapi_async.calls import Calls
    from odapi_async.resources.account_modules import AccountModules
    from odapi_async.resources.adjustments import Adjustments
    from odapi_async.resources.allergies import Allergies
    from odapi_async.resources.allergy_defs import AllergyDefs
    from odapi_async.resources.api_keys import ApiKeys
    from odapi_async.resources.appointment_types import AppointmentTypes
    from odapi_async.resources.appointments import Appointments
    from odapi_async.resources.appt_field_defs import ApptFieldDefs
    from odapi_async.resources.appt_fields import ApptFields
    from odapi_async.resources.asap_comms import AsapComms
    from odapi_async.resources.auto_note_controls import AutoNoteControls
    from odapi_async.resources.auto_notes import AutoNotes
    from odapi_async.resources.benefits import Benefits
    from odapi_async.resources.carriers import Carriers
    from odapi_async.resources.chart_modules import ChartModules
    from odapi_async.resources.claim_forms import ClaimForms
    from odapi_async.resources.claim_payments import ClaimPayments
    from odapi_async.resources.claim_procs import ClaimProcs
    from odapi_async.resources.claim_trackings import ClaimTrackings
    from odapi_async.resources.claims import Claims
    from odapi_async.resources.clinics import Clinics
    from odapi_async.resources.clock_events import ClockEvents
    from odapi_async.resources.code_groups import CodeGroups
    from odapi_async.resources.commlogs import Commlogs
    from odapi_async.resources.computers import Computers
    from odapi_async.resources.cov_cats import CovCats
    from odapi_async.resources.cov_spans import CovSpans
    from odapi_async.resources.definitions import Definitions
    from odapi_async.resources.deposits import Deposits
    from odapi_async.resources.discount_plan_subs import DiscountPlanSubs
    from odapi_async.resources.discount_plans import DiscountPlans
    from odapi_async.resources.disease_defs import DiseaseDefs
    from odapi_async.resources.diseases import Diseases
    from odapi_async.resources.documents import Documents
    from odapi_async.resources.ehr_patients import EhrPatients
    from odapi_async.resources.employees import Employees
    from odapi_async.resources.employers import Employers
    from odapi_async.resources.eob_attaches import EobAttaches
    from odapi_async.resources.etrans import Etrans
    from odapi_async.resources.etrans_message_texts import EtransMessageTexts
    from odapi_async.resources.etranss import Etranss
    from odapi_async.resources.family_modules import FamilyModules
    from odapi_async.resources.fee_scheds import FeeScheds
    from odapi_async.resources.fees import Fees
    from odapi_async.resources.guardians import Guardians
    from odapi_async.resources.hist_appointments import HistAppointments
    from odapi_async.resources.ins_plans import InsPlans
    from odapi_async.resources.ins_subs import InsSubs
    from odapi_async.resources.ins_verifies import InsVerifies
    from odapi_async.resources.lab_cases import LabCases
    from odapi_async.resources.lab_turnarounds import LabTurnarounds
    from odapi_async.resources.laboratories import Laboratories
    from odapi_async.resources.medication_pats import MedicationPats
    from odapi_async.resources.medications import Medications
    from odapi_async.resources.operatories import Operatories
    from odapi_async.resources.pat_field_defs import PatFieldDefs
    from odapi_async.resources.pat_fields import PatFields
    from odapi_async.resources.pat_plans import PatPlans
    from odapi_async.resources.pat_restrictions import PatRestrictions
    from odapi_async.resources.patient_notes import PatientNotes
    from odapi_async.resources.patient_races import PatientRaces
    from odapi_async.resources.patients import Patients
    from odapi_async.resources.pay_plan_charges import PayPlanCharges
    from odapi_async.resources.pay_plan_links import PayPlanLinks
    from odapi_async.resources.pay_plans import PayPlans
    from odapi_async.resources.pay_splits import PaySplits
    from odapi_async.resources.payments import Payments
    from odapi_async.resources.perio_exams import PerioExams
    from odapi_async.resources.perio_measures import PerioMeasures
    from odapi_async.resources.pharmacies import Pharmacies
    from odapi_async.resources.popups import Popups
    from odapi_async.resources.preferences import Preferences
    from odapi_async.resources.proc_notes import ProcNotes
    from odapi_async.resources.proc_tps import ProcTPs
    from odapi_async.resources.procedure_codes import ProcedureCodes
    from odapi_async.resources.procedure_logs import ProcedureLogs
    from odapi_async.resources.providers import Providers
    from odapi_async.resources.queries import Queries
    from odapi_async.resources.quick_paste_cats import QuickPasteCats
    from odapi_async.resources.quick_paste_notes import QuickPasteNotes
    from odapi_async.resources.recall_types import RecallTypes
    from odapi_async.resources.recalls import Recalls
    from odapi_async.resources.ref_attaches import RefAttaches
    from odapi_async.resources.referrals import Referrals
    from odapi_async.resources.reports import Reports
    from odapi_async.resources.rx_pats import RxPats
    from odapi_async.resources.schedule_ops import ScheduleOps
    from odapi_async.resources.schedules import Schedules
    from odapi_async.resources.security_logs import SecurityLogs
    from odapi_async.resources.security_perms import SecurityPerms
    from odapi_async.resources.sheet_defs import SheetDefs
    from odapi_async.resources.sheet_field_defs import SheetFieldDefs
    from odapi_async.resources.sheet_fields import SheetFields
    from odapi_async.resources.sheets import Sheets
    from odapi_async.resources.signalods import Signalods
    from odapi_async.resources.statements import Statements
    from odapi_async.resources.subscriptions import Subscriptions
    from odapi_async.resources.substitution_links import SubstitutionLinks
    from odapi_async.resources.task_lists import TaskLists
    from odapi_async.resources.task_notes import TaskNotes
    from odapi_async.resources.tasks import Tasks
    from odapi_async.resources.tooth_initials import ToothInitials
    from odapi_async.resources.treat_plan_attaches import TreatPlanAttaches
    from odapi_async.resources.treat_plans import TreatPlans
    from odapi_async.resources.user_group_attaches import UserGroupAttaches
    from odapi_async.resources.user_groups import UserGroups
    from odapi_async.resources.userods import Userods
    from odapi_async.resources.vital_signs import VitalSigns


class _FirstUse:
    """Imports the module of its own name when it is first read; then the instance's own attribute hides it."""

    def __set_name__(self, owner: type[ResourceTree], name: str) -> None:
        self._name = name
        self._class_name: str = owner.__annotations__[name]

    def __get__(self, tree: ResourceTree | None, owner: type[ResourceTree]) -> Any:
        if tree is None:
            return self
        module = importlib.import_module(f"odapi_async.resources.{self._name}")
        resource = getattr(module, self._class_name)(tree.calls)
        tree.__dict__[self._name] = resource
        return resource


def _on_first_use() -> Any:
    return _FirstUse()


class ResourceTree:
    """The resources of one practice.

    Args:
        calls: how the practice is called.
    """

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    account_modules: AccountModules = _on_first_use()
    """DOC."""
    adjustments: Adjustments = _on_first_use()
    """DOC."""
    allergies: Allergies = _on_first_use()
    """DOC."""
    allergy_defs: AllergyDefs = _on_first_use()
    """DOC."""
    api_keys: ApiKeys = _on_first_use()
    """DOC."""
    appointment_types: AppointmentTypes = _on_first_use()
    """DOC."""
    appointments: Appointments = _on_first_use()
    """DOC."""
    appt_field_defs: ApptFieldDefs = _on_first_use()
    """DOC."""
    appt_fields: ApptFields = _on_first_use()
    """DOC."""
    asap_comms: AsapComms = _on_first_use()
    """DOC."""
    auto_note_controls: AutoNoteControls = _on_first_use()
    """DOC."""
    auto_notes: AutoNotes = _on_first_use()
    """DOC."""
    benefits: Benefits = _on_first_use()
    """DOC."""
    carriers: Carriers = _on_first_use()
    """DOC."""
    chart_modules: ChartModules = _on_first_use()
    """DOC."""
    claim_forms: ClaimForms = _on_first_use()
    """DOC."""
    claim_payments: ClaimPayments = _on_first_use()
    """DOC."""
    claim_procs: ClaimProcs = _on_first_use()
    """DOC."""
    claim_trackings: ClaimTrackings = _on_first_use()
    """DOC."""
    claims: Claims = _on_first_use()
    """DOC."""
    clinics: Clinics = _on_first_use()
    """DOC."""
    clock_events: ClockEvents = _on_first_use()
    """DOC."""
    code_groups: CodeGroups = _on_first_use()
    """DOC."""
    commlogs: Commlogs = _on_first_use()
    """DOC."""
    computers: Computers = _on_first_use()
    """DOC."""
    cov_cats: CovCats = _on_first_use()
    """DOC."""
    cov_spans: CovSpans = _on_first_use()
    """DOC."""
    definitions: Definitions = _on_first_use()
    """DOC."""
    deposits: Deposits = _on_first_use()
    """DOC."""
    discount_plan_subs: DiscountPlanSubs = _on_first_use()
    """DOC."""
    discount_plans: DiscountPlans = _on_first_use()
    """DOC."""
    disease_defs: DiseaseDefs = _on_first_use()
    """DOC."""
    diseases: Diseases = _on_first_use()
    """DOC."""
    documents: Documents = _on_first_use()
    """DOC."""
    ehr_patients: EhrPatients = _on_first_use()
    """DOC."""
    employees: Employees = _on_first_use()
    """DOC."""
    employers: Employers = _on_first_use()
    """DOC."""
    eob_attaches: EobAttaches = _on_first_use()
    """DOC."""
    etrans: Etrans = _on_first_use()
    """DOC."""
    etrans_message_texts: EtransMessageTexts = _on_first_use()
    """DOC."""
    etranss: Etranss = _on_first_use()
    """DOC."""
    family_modules: FamilyModules = _on_first_use()
    """DOC."""
    fee_scheds: FeeScheds = _on_first_use()
    """DOC."""
    fees: Fees = _on_first_use()
    """DOC."""
    guardians: Guardians = _on_first_use()
    """DOC."""
    hist_appointments: HistAppointments = _on_first_use()
    """DOC."""
    ins_plans: InsPlans = _on_first_use()
    """DOC."""
    ins_subs: InsSubs = _on_first_use()
    """DOC."""
    ins_verifies: InsVerifies = _on_first_use()
    """DOC."""
    lab_cases: LabCases = _on_first_use()
    """DOC."""
    lab_turnarounds: LabTurnarounds = _on_first_use()
    """DOC."""
    laboratories: Laboratories = _on_first_use()
    """DOC."""
    medication_pats: MedicationPats = _on_first_use()
    """DOC."""
    medications: Medications = _on_first_use()
    """DOC."""
    operatories: Operatories = _on_first_use()
    """DOC."""
    pat_field_defs: PatFieldDefs = _on_first_use()
    """DOC."""
    pat_fields: PatFields = _on_first_use()
    """DOC."""
    pat_plans: PatPlans = _on_first_use()
    """DOC."""
    pat_restrictions: PatRestrictions = _on_first_use()
    """DOC."""
    patient_notes: PatientNotes = _on_first_use()
    """DOC."""
    patient_races: PatientRaces = _on_first_use()
    """DOC."""
    patients: Patients = _on_first_use()
    """The people of the practice, their families and their balances."""
    pay_plan_charges: PayPlanCharges = _on_first_use()
    """DOC."""
    pay_plan_links: PayPlanLinks = _on_first_use()
    """DOC."""
    pay_plans: PayPlans = _on_first_use()
    """DOC."""
    pay_splits: PaySplits = _on_first_use()
    """DOC."""
    payments: Payments = _on_first_use()
    """DOC."""
    perio_exams: PerioExams = _on_first_use()
    """DOC."""
    perio_measures: PerioMeasures = _on_first_use()
    """DOC."""
    pharmacies: Pharmacies = _on_first_use()
    """DOC."""
    popups: Popups = _on_first_use()
    """DOC."""
    preferences: Preferences = _on_first_use()
    """DOC."""
    proc_notes: ProcNotes = _on_first_use()
    """DOC."""
    proc_tps: ProcTPs = _on_first_use()
    """DOC."""
    procedure_codes: ProcedureCodes = _on_first_use()
    """DOC."""
    procedure_logs: ProcedureLogs = _on_first_use()
    """DOC."""
    providers: Providers = _on_first_use()
    """DOC."""
    queries: Queries = _on_first_use()
    """DOC."""
    quick_paste_cats: QuickPasteCats = _on_first_use()
    """DOC."""
    quick_paste_notes: QuickPasteNotes = _on_first_use()
    """DOC."""
    recall_types: RecallTypes = _on_first_use()
    """DOC."""
    recalls: Recalls = _on_first_use()
    """DOC."""
    ref_attaches: RefAttaches = _on_first_use()
    """DOC."""
    referrals: Referrals = _on_first_use()
    """DOC."""
    reports: Reports = _on_first_use()
    """DOC."""
    rx_pats: RxPats = _on_first_use()
    """DOC."""
    schedule_ops: ScheduleOps = _on_first_use()
    """DOC."""
    schedules: Schedules = _on_first_use()
    """DOC."""
    security_logs: SecurityLogs = _on_first_use()
    """DOC."""
    security_perms: SecurityPerms = _on_first_use()
    """DOC."""
    sheet_defs: SheetDefs = _on_first_use()
    """DOC."""
    sheet_field_defs: SheetFieldDefs = _on_first_use()
    """DOC."""
    sheet_fields: SheetFields = _on_first_use()
    """DOC."""
    sheets: Sheets = _on_first_use()
    """DOC."""
    signalods: Signalods = _on_first_use()
    """DOC."""
    statements: Statements = _on_first_use()
    """DOC."""
    subscriptions: Subscriptions = _on_first_use()
    """DOC."""
    substitution_links: SubstitutionLinks = _on_first_use()
    """DOC."""
    task_lists: TaskLists = _on_first_use()
    """DOC."""
    task_notes: TaskNotes = _on_first_use()
    """DOC."""
    tasks: Tasks = _on_first_use()
    """DOC."""
    tooth_initials: ToothInitials = _on_first_use()
    """DOC."""
    treat_plan_attaches: TreatPlanAttaches = _on_first_use()
    """DOC."""
    treat_plans: TreatPlans = _on_first_use()
    """DOC."""
    user_group_attaches: UserGroupAttaches = _on_first_use()
    """DOC."""
    user_groups: UserGroups = _on_first_use()
    """DOC."""
    userods: Userods = _on_first_use()
    """DOC."""
    vital_signs: VitalSigns = _on_first_use()
    """DOC."""
