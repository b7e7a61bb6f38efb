"""The resources of a practice: one attribute each, imported on first use.

There are more than a hundred, so each attribute is one line with a shared descriptor and not a property of
its own. Editors and type checkers still see its type.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from odapi_async.errors import ConfigurationError

if TYPE_CHECKING:
    from odapi_async._core.calls import Calls
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
    """Imports the module of the same name when first read, and stores the resource on the instance."""

    def __set_name__(self, owner: type[ResourceTree], name: str) -> None:
        self._name = name
        self._class_name: str = owner.__annotations__[name]

    def __get__(self, tree: ResourceTree | None, owner: type[ResourceTree]) -> Any:
        if tree is None:
            return self
        try:
            module = importlib.import_module(f"odapi_async.resources.{self._name}")
        except OSError as error:
            raise ConfigurationError(
                f"practice.{self._name} cannot be imported: {error.strerror}; nothing was sent"
            ) from None
        resource = getattr(module, self._class_name)(tree._calls)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - its own
        tree.__dict__[self._name] = resource
        return resource


def _on_first_use() -> Any:
    return _FirstUse()


class ResourceTree:
    """The resources of one practice.

    Args:
        calls: sends requests to the practice.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    account_modules: AccountModules = _on_first_use()
    """A family's balances, aging and entries, as on the account screen."""
    adjustments: Adjustments = _on_first_use()
    """Charges and discounts on the accounts of patients."""
    allergies: Allergies = _on_first_use()
    """The allergies of patients."""
    allergy_defs: AllergyDefs = _on_first_use()
    """The allergies that the office can choose from."""
    api_keys: ApiKeys = _on_first_use()
    """The customer keys of a developer, at all offices."""
    appointment_types: AppointmentTypes = _on_first_use()
    """Kinds of appointments with length, color and procedures."""
    appointments: Appointments = _on_first_use()
    """Booked and planned visits, and the open slots for new ones."""
    appt_field_defs: ApptFieldDefs = _on_first_use()
    """The custom fields that the office has for appointments."""
    appt_fields: ApptFields = _on_first_use()
    """The values of custom fields on appointments."""
    asap_comms: AsapComms = _on_first_use()
    """Text messages that offer openings to the ASAP list."""
    auto_note_controls: AutoNoteControls = _on_first_use()
    """Prompts used in note templates."""
    auto_notes: AutoNotes = _on_first_use()
    """Templates of notes, with prompts inside."""
    benefits: Benefits = _on_first_use()
    """The rules of insurance plans: payments, limits and exclusions."""
    carriers: Carriers = _on_first_use()
    """The insurance companies."""
    chart_modules: ChartModules = _on_first_use()
    """Progress notes, patient facts and plans, as on the chart screen."""
    claim_forms: ClaimForms = _on_first_use()
    """The forms that claims are printed on."""
    claim_payments: ClaimPayments = _on_first_use()
    """Checks and other payments from insurance companies."""
    claim_procs: ClaimProcs = _on_first_use()
    """Procedures on claims, with estimates and payments."""
    claim_trackings: ClaimTrackings = _on_first_use()
    """The status history of claims."""
    claims: Claims = _on_first_use()
    """Claims to insurance companies, from draft to receipt."""
    clinics: Clinics = _on_first_use()
    """The locations of the practice."""
    clock_events: ClockEvents = _on_first_use()
    """The time clock: arrivals, breaks and departures of employees."""
    code_groups: CodeGroups = _on_first_use()
    """Groups of procedure codes for frequency limitations."""
    commlogs: Commlogs = _on_first_use()
    """Calls, messages and conversations with patients."""
    computers: Computers = _on_first_use()
    """The workstations of the office."""
    cov_cats: CovCats = _on_first_use()
    """Insurance categories, which determine how plans pay."""
    cov_spans: CovSpans = _on_first_use()
    """Ranges of procedure codes in insurance categories."""
    definitions: Definitions = _on_first_use()
    """The office's own lists, such as billing and adjustment types."""
    deposits: Deposits = _on_first_use()
    """Deposit slips for payments that go to the bank."""
    discount_plan_subs: DiscountPlanSubs = _on_first_use()
    """Subscriptions of patients to discount plans."""
    discount_plans: DiscountPlans = _on_first_use()
    """The office's own plans with reduced fees."""
    disease_defs: DiseaseDefs = _on_first_use()
    """The problems that the office can choose from."""
    diseases: Diseases = _on_first_use()
    """The medical problems of patients."""
    documents: Documents = _on_first_use()
    """Images and files of patients."""
    ehr_patients: EhrPatients = _on_first_use()
    """Additional data about patients, for health records."""
    employees: Employees = _on_first_use()
    """The staff of the office."""
    employers: Employers = _on_first_use()
    """The employers of patients and of insurance plans."""
    eob_attaches: EobAttaches = _on_first_use()
    """Scanned explanations of benefits (EOBs) of insurance payments."""
    etrans: Etrans = _on_first_use()
    """A planned way to file electronic remittances (ERA 835)."""
    etrans_message_texts: EtransMessageTexts = _on_first_use()
    """The raw text of electronic transactions."""
    etranss: Etranss = _on_first_use()
    """Electronic transactions with carriers and clearinghouses."""
    family_modules: FamilyModules = _on_first_use()
    """A patient's insurance, as the Family module shows it."""
    fee_scheds: FeeScheds = _on_first_use()
    """Fee schedules, the price lists of the practice and of carriers."""
    fees: Fees = _on_first_use()
    """Prices of procedures in fee schedules."""
    guardians: Guardians = _on_first_use()
    """Parents, guardians and other relatives of patients."""
    hist_appointments: HistAppointments = _on_first_use()
    """The audit trail of appointments."""
    ins_plans: InsPlans = _on_first_use()
    """Insurance plans, each of a carrier and often of an employer."""
    ins_subs: InsSubs = _on_first_use()
    """Subscribers of insurance plans."""
    ins_verifies: InsVerifies = _on_first_use()
    """The latest verifications of insurance."""
    lab_cases: LabCases = _on_first_use()
    """Work that is sent out to dental laboratories."""
    lab_turnarounds: LabTurnarounds = _on_first_use()
    """Turnaround times of laboratories, by kind of work."""
    laboratories: Laboratories = _on_first_use()
    """The dental laboratories that the practice works with."""
    medication_pats: MedicationPats = _on_first_use()
    """The medications that a patient takes."""
    medications: Medications = _on_first_use()
    """The office's list of medications."""
    operatories: Operatories = _on_first_use()
    """The treatment rooms and chairs, the columns of the schedule."""
    pat_field_defs: PatFieldDefs = _on_first_use()
    """The custom fields that the office has for patients."""
    pat_fields: PatFields = _on_first_use()
    """The values of custom fields of patients."""
    pat_plans: PatPlans = _on_first_use()
    """Insurance coverage of patients, in order."""
    pat_restrictions: PatRestrictions = _on_first_use()
    """Patients who must not be scheduled."""
    patient_notes: PatientNotes = _on_first_use()
    """Notes about patients, and their emergency contacts."""
    patient_races: PatientRaces = _on_first_use()
    """Races and ethnicities of patients, for public health reports."""
    patients: Patients = _on_first_use()
    """The patients of the practice, their families and their balances."""
    pay_plan_charges: PayPlanCharges = _on_first_use()
    """The installments of payment plans."""
    pay_plan_links: PayPlanLinks = _on_first_use()
    """Procedures and adjustments on dynamic payment plans."""
    pay_plans: PayPlans = _on_first_use()
    """Agreements with patients to pay over time."""
    pay_splits: PaySplits = _on_first_use()
    """Parts of patient payments, by procedure, provider and plan."""
    payments: Payments = _on_first_use()
    """Payments by patients; those of insurance are ClaimPayments."""
    perio_exams: PerioExams = _on_first_use()
    """Periodontal exams, which contain perio measures."""
    perio_measures: PerioMeasures = _on_first_use()
    """Measurements at each tooth in a periodontal exam."""
    pharmacies: Pharmacies = _on_first_use()
    """The pharmacies that prescriptions are sent to."""
    popups: Popups = _on_first_use()
    """Alerts that pop up when a patient is selected."""
    preferences: Preferences = _on_first_use()
    """The settings of the office."""
    proc_notes: ProcNotes = _on_first_use()
    """The clinical notes of procedures."""
    proc_tps: ProcTPs = _on_first_use()
    """Procedures as they were when a treatment plan was saved."""
    procedure_codes: ProcedureCodes = _on_first_use()
    """The procedure codes of the office, such as D1110."""
    procedure_logs: ProcedureLogs = _on_first_use()
    """Procedures in charts, planned, completed or existing."""
    providers: Providers = _on_first_use()
    """The dentists, hygienists and others who treat patients."""
    queries: Queries = _on_first_use()
    """Read-only SQL on the office's database."""
    quick_paste_cats: QuickPasteCats = _on_first_use()
    """The groups of the office's quick paste notes."""
    quick_paste_notes: QuickPasteNotes = _on_first_use()
    """Texts that staff insert by an abbreviation."""
    recall_types: RecallTypes = _on_first_use()
    """The kinds of recall, such as Prophy, and their intervals."""
    recalls: Recalls = _on_first_use()
    """Due dates of patients, and reminders."""
    ref_attaches: RefAttaches = _on_first_use()
    """Referrals of patients, to and from referral sources."""
    referrals: Referrals = _on_first_use()
    """Sources that patients come from or are sent to."""
    reports: Reports = _on_first_use()
    """Aging of balances, and finance charges of a period."""
    rx_pats: RxPats = _on_first_use()
    """Prescriptions of patients."""
    schedule_ops: ScheduleOps = _on_first_use()
    """The operatories of schedule blocks."""
    schedules: Schedules = _on_first_use()
    """Working hours, blockouts and notes, day by day."""
    security_logs: SecurityLogs = _on_first_use()
    """Audit trail entries about the calls of this developer."""
    security_perms: SecurityPerms = _on_first_use()
    """The permissions of this developer at the office."""
    sheet_defs: SheetDefs = _on_first_use()
    """The layouts that forms and letters are made from."""
    sheet_field_defs: SheetFieldDefs = _on_first_use()
    """The fields of sheet layouts."""
    sheet_fields: SheetFields = _on_first_use()
    """The fields of patients' sheets, with their values."""
    sheets: Sheets = _on_first_use()
    """Patients' forms, letters and exam sheets."""
    signalods: Signalods = _on_first_use()
    """Signals that data at the office has changed."""
    statements: Statements = _on_first_use()
    """Statements of account that were sent to patients."""
    subscriptions: Subscriptions = _on_first_use()
    """Webhooks that the office calls when data changes."""
    substitution_links: SubstitutionLinks = _on_first_use()
    """Codes that a plan pays as other codes (downgrades)."""
    task_lists: TaskLists = _on_first_use()
    """Lists of tasks."""
    task_notes: TaskNotes = _on_first_use()
    """Notes of users on tasks."""
    tasks: Tasks = _on_first_use()
    """To-do items of users, optionally for a patient or an appointment."""
    tooth_initials: ToothInitials = _on_first_use()
    """Teeth that are missing, hidden, primary or moved."""
    treat_plan_attaches: TreatPlanAttaches = _on_first_use()
    """Procedures on active and inactive treatment plans."""
    treat_plans: TreatPlans = _on_first_use()
    """Active, inactive and saved treatment plans."""
    user_group_attaches: UserGroupAttaches = _on_first_use()
    """Memberships of users in user groups."""
    user_groups: UserGroups = _on_first_use()
    """Groups of users with the same permissions in the program."""
    userods: Userods = _on_first_use()
    """The users who log in to the program."""
    vital_signs: VitalSigns = _on_first_use()
    """Height, weight, blood pressure and pulse of patients."""
