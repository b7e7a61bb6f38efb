"""What is special about the rows of single resources: columns that fit those of other rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from odapi_async.sandbox import definitions, plausible
from odapi_async.sandbox.timetable import Shift, Timetable, is_planned

Value = Any
Mover = Callable[[int], Value]
"""Returns the value of a column from the id of its row."""

NO_DATETIME: Final = "0001-01-01 00:00:00"
_MINUTES_EARLY: Final = 5
_PIECE: Final = 5  # minutes of a character of a pattern
_PATTERNS: Final = ("Pattern", "PatternSecondary")
_MOST_PIECES: Final = 9 * 60 // _PIECE
_TEN_DIGITS: Final = re.compile(r"\D*(\d{3})\D*(\d{3})\D*(\d{4})\D*", re.ASCII)
_FAMILY: Final = 3
_HYGIENE: Final = 4  # every fourth appointment is a hygienist's; divides the number of variants
_FAMILY_COLUMNS: Final = ("LName", "Address", "Address2", "City", "State", "Zip", "HmPhone", "BillingType")
_ASAP_KINDS: Final = {"Scheduled": "ScheduledAppt", "Complete": "ScheduledAppt", "Broken": "Broken",
                      "Planned": "PlannedAppt", "UnschedList": "UnscheduledAppt"}  # fmt: skip
_PROC_DAYS: Final = 120  # procedures without an appointment are on these days around today
_PROC_STATUSES: Final = ("EC", "EO", "R", "D", "Cn", "TPi", "C")
_PREFERENCES: Final = ("ProgramVersion", "PracticeTitle", "PracticeDefaultProv", "ScheduleProvUnassigned",
                       "EasyNoClinics", "ApptsRequireProc", "RecallDaysPast", "RecallDaysFuture",
                       "DateLastAging", "PracticePhone", "AppointmentTimeIncrement",
                       "BillingUseElectronic")  # fmt: skip


class Made(Protocol):
    """Returns a value of a made-up row, by resource, id and column."""

    def __call__(self, resource: str, row_id: int, column: str) -> Value:
        """Return the value, or None if there is no such row."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """What rows can know of their office.

    Attributes:
        count: gives the number of rows of a resource.
        made: gives a value of another made-up row.
        timetable: places schedules and appointments.
        seed: the office's seed.
        version: the office's version, with four numbers.
    """

    count: Callable[[str], int]
    made: Made
    timetable: Timetable
    seed: int
    version: str

    def patient_of(self, row_id: int) -> int:
        """Return the patient of a row: rows with equal ids have the same patient, whatever they are."""
        patients = self.count("patients")
        return 1 + row_id * 37 % patients if patients else 0

    def same_id(self, resource: str, row_id: int) -> int:
        """Return the id of a row of another resource that has the same patient; 0 if there is none."""
        return row_id if row_id <= self.count(resource) else 0

    def cycle(self, resource: str, row_id: int) -> int:
        """Return the id of a row of another resource, in turn; 0 if there is none."""
        count = self.count(resource)
        return 1 + (row_id - 1) % count if count else 0


def head_of_family(row_id: int) -> int:
    """Return the guarantor of a patient: families have three members."""
    return row_id - (row_id - 1) % _FAMILY


def movers(resource: str, world: World) -> dict[str, Mover]:
    """Return the columns of a resource's rows that are computed from the row's id."""
    make = _MOVERS.get(resource)
    return make(world) if make is not None else {}


def _patients(_: World) -> dict[str, Mover]:
    return {
        "Guarantor": head_of_family,
        "SuperFamily": lambda row_id: head if (head := head_of_family(row_id)) % 4 == 1 else 0,
    }


class _Booking(NamedTuple):
    """The values of an appointment that depend on its place."""

    AptDateTime: str
    AptStatus: str
    Op: int
    ProvNum: int
    ProvHyg: int
    DateTimeAskedToArrive: str
    DateTimeArrived: str
    DateTimeSeated: str
    DateTimeDismissed: str


def _appointments(world: World) -> dict[str, Mover]:
    def patient(row_id: int) -> int:
        return world.patient_of(row_id - 1 if _is_follower(row_id) else row_id)

    def plan(row_id: int) -> int:
        return world.made("inssubs", row_id, "PlanNum") if world.same_id("inssubs", row_id) else 0

    def unscheduled(row_id: int) -> int:
        if world.timetable.status(row_id) in {"Scheduled", "Complete"}:
            return 0
        ids = definitions.ids_of(13, world.count("definitions"))
        return ids[row_id % len(ids)] if ids else 0

    return {
        "PatNum": patient,
        "NextAptNum": lambda row_id: row_id - 1 if _is_follower(row_id) else 0,
        "InsPlan1": plan,
        "UnschedStatus": unscheduled,
        **_bookings(world),
    }


def _bookings(world: World) -> dict[str, Mover]:
    """Return the movers of what depends on the place of an appointment: they are computed together."""
    latest: tuple[int, _Booking | None] = (0, None)

    def booking(row_id: int) -> _Booking:
        nonlocal latest
        known, found = latest
        if found is None or known != row_id:
            found = _booking(world, row_id)
            latest = (row_id, found)
        return found

    def at(position: int) -> Mover:
        return lambda row_id: booking(row_id)[position]

    return {name: at(position) for position, name in enumerate(_Booking._fields)}


def _booking(world: World, row_id: int) -> _Booking:
    """Return what depends on the place of an appointment; times at the office are known once it is over."""
    visit = world.timetable.visit(row_id)
    is_hygiene = row_id % _HYGIENE == 0
    if visit is None:
        provider = world.cycle("providers", row_id)
        status = "Planned" if is_planned(row_id) else "UnschedList"
        return _Booking(NO_DATETIME, status, 0, provider, provider if is_hygiene else 0, *[NO_DATETIME] * 4)
    start, provider, operatory = visit.at(0), visit.operatory, visit.operatory
    hygienist, asked = provider if is_hygiene else 0, visit.at(-2 * _MINUTES_EARLY)
    if visit.status != "Complete":
        return _Booking(start, visit.status, operatory, provider, hygienist, asked, *[NO_DATETIME] * 3)
    length = len(world.made("appointments", row_id, "Pattern")) * _PIECE
    early, over = visit.at(-_MINUTES_EARLY), visit.at(length)
    return _Booking(start, visit.status, operatory, provider, hygienist, asked, early, start, over)


def _is_follower(appointment: int) -> bool:
    """Return whether an appointment was scheduled from the planned one before it."""
    return appointment > 1 and is_planned(appointment - 1)


def _schedules(world: World) -> dict[str, Mover]:
    shift = world.timetable.shift

    def blockout(row_id: int) -> int:
        found = shift(row_id)
        if found.kind != "Blockout":
            return 0
        ids = definitions.ids_of(25, world.count("definitions"))
        order = 0 if found.forbids else 1
        return ids[order] if order < len(ids) else 0

    def provider(found: Shift) -> int:
        return found.operatory if found.kind == "Provider" else 0

    return {
        "SchedDate": lambda row_id: f"{shift(row_id).day}",
        "StartTime": lambda row_id: f"{shift(row_id).start:02}:00:00",
        "StopTime": lambda row_id: f"{shift(row_id).stop:02}:00:00",
        "SchedType": lambda row_id: shift(row_id).kind,
        "ProvNum": lambda row_id: provider(shift(row_id)),
        "BlockoutType": blockout,
        "operatories": lambda row_id: [found.operatory] if (found := shift(row_id)).named else [],
        "EmployeeNum": lambda row_id: (
            world.cycle("employees", row_id) if shift(row_id).kind == "Employee" else 0
        ),
    }


def _schedule_ops(world: World) -> dict[str, Mover]:
    def schedule(row_id: int) -> int:
        named = world.timetable.with_operatories()
        return named[(row_id - 1) % len(named)] if named else 0

    def operatory(row_id: int) -> int:
        found = schedule(row_id)
        return world.timetable.shift(found).operatory if found else 0

    return {"ScheduleNum": schedule, "OperatoryNum": operatory}


def _operatories(world: World) -> dict[str, Mover]:
    staffed = world.timetable.operatories
    return {
        "ItemOrder": lambda row_id: row_id - 1,
        "IsHidden": lambda row_id: "false" if row_id <= staffed or row_id % 4 else "true",
        "IsHygiene": lambda row_id: "false" if row_id <= staffed or row_id % _FAMILY else "true",
        "IsWebSched": lambda row_id: "true" if row_id % 2 else "false",
        "ProvDentist": lambda row_id: world.cycle("providers", row_id),
        "ProvHygienist": lambda row_id: world.cycle("providers", row_id + 1),
    }


def _providers(world: World) -> dict[str, Mover]:
    staffed = world.timetable.operatories
    return {"IsHidden": lambda row_id: "false" if row_id <= staffed or row_id % 4 else "true"}


def _definitions(_: World) -> dict[str, Mover]:
    return {
        "ItemName": definitions.name_of,
        "ItemValue": definitions.value_of,
        "Category": definitions.category_of,
        "category": lambda row_id: definitions.CATEGORIES[definitions.category_of(row_id)][0],
        "isHidden": lambda row_id: "false" if definitions.order_of(row_id) < 2 else "true",  # noqa: PLR2004
        "ItemOrder": definitions.order_of,
    }


def _preferences(world: World) -> dict[str, Mover]:
    first_provider = "1" if world.count("providers") else "0"
    values = {
        "ProgramVersion": world.version,
        "PracticeTitle": "Sandbox Dental",
        "PracticeDefaultProv": first_provider,
        "ScheduleProvUnassigned": first_provider,
        "EasyNoClinics": "0",
        "ApptsRequireProc": "0",
        "RecallDaysPast": "365",
        "RecallDaysFuture": "30",
        "DateLastAging": f"{world.timetable.today}",
        "PracticePhone": "5555550100",
        "AppointmentTimeIncrement": "10",
    }

    def name(row_id: int) -> str:
        return _PREFERENCES[row_id - 1] if row_id <= len(_PREFERENCES) else f"SandboxPreference{row_id}"

    return {"PrefName": name, "ValueString": lambda row_id: values.get(name(row_id), f"{row_id % 2}")}


def _procedure_codes(world: World) -> dict[str, Mover]:
    code = plausible.code_of

    def category(row_id: int) -> int:
        ids = definitions.ids_of(11, world.count("definitions"))
        order = code(row_id).category
        return ids[order] if order < len(ids) else 0

    return {
        "ProcCode": lambda row_id: code(row_id).code,
        "Descript": lambda row_id: code(row_id).description,
        "LaymanTerm": lambda row_id: code(row_id).description,
        "AbbrDesc": lambda row_id: code(row_id).abbreviation,
        "TreatArea": lambda row_id: code(row_id).area,
        "ProcCat": category,
    }


def _procedures(world: World) -> dict[str, Mover]:
    timetable = world.timetable
    today = f"{timetable.today}"
    other_days = [
        f"{timetable.today + dt.timedelta(days=number - _PROC_DAYS // 2)}" for number in range(_PROC_DAYS)
    ]

    def appointment(row_id: int) -> int:
        """Return the appointment of the same patient, for three of four procedures."""
        found = world.same_id("appointments", row_id)
        return 0 if row_id % 4 == _FAMILY or _is_follower(found) else found

    def date(row_id: int) -> str:
        found = appointment(row_id)
        visit = timetable.visit(found) if found else None
        return other_days[row_id * 37 % _PROC_DAYS] if visit is None else visit.day

    def status(row_id: int) -> str:
        found = appointment(row_id)
        if date(row_id) > today or (found and timetable.status(found) != "Complete"):
            return "TP"
        return "C" if found or row_id % 3 else _PROC_STATUSES[row_id // 3 % len(_PROC_STATUSES)]

    return {
        "AptNum": lambda row_id: 0 if is_planned(found := appointment(row_id)) else found,
        "PlannedAptNum": lambda row_id: found if is_planned(found := appointment(row_id)) else 0,
        "ProcDate": date,
        "ProcStatus": status,
    }


def _insured(world: World) -> dict[str, Mover]:
    def patient(row_id: int) -> int:
        subscriber = world.made("inssubs", world.cycle("inssubs", row_id), "Subscriber")
        later = (row_id - 1) // max(1, world.count("inssubs"))
        return _relative(subscriber, later, world.count("patients"))

    def relationship(row_id: int) -> str:
        subscriber = world.made("inssubs", world.cycle("inssubs", row_id), "Subscriber")
        return "Self" if patient(row_id) == subscriber else "Child"

    return {
        "InsSubNum": lambda row_id: world.cycle("inssubs", row_id),
        "PatNum": patient,
        "Relationship": relationship,
        "Ordinal": lambda _: 1,
    }


def _relative(patient: int, steps: int, patients: int) -> int:
    """Return another member of a patient's family, or the patient if there is none."""
    if not patient:
        return 0
    head = head_of_family(patient)
    found = head + (patient - head + steps) % _FAMILY
    return found if found <= patients else patient


def _claims(world: World) -> dict[str, Mover]:
    return {
        "InsSubNum": lambda row_id: world.cycle("inssubs", row_id),
        "InsSubNum2": lambda _: 0,
        "PlanNum2": lambda _: 0,
    }


def _claim_procs(world: World) -> dict[str, Mover]:
    def procedure(row_id: int) -> int:
        insured = world.made("claims", world.cycle("claims", row_id), "InsSubNum") or 0
        return world.same_id("procedurelogs", insured)

    return {"ClaimNum": lambda row_id: world.cycle("claims", row_id), "ProcNum": procedure}


def _signals(world: World) -> dict[str, Mover]:
    """Return the movers of signals: they came one a minute until midnight."""
    midnight = dt.datetime.combine(world.timetable.today, dt.time())
    count = world.count("signalods")
    return {"SigDateTime": lambda row_id: f"{midnight - dt.timedelta(minutes=1 + count - row_id)}"}


def _asap_comms(world: World) -> dict[str, Mover]:
    def kind(row_id: int) -> str:
        return _ASAP_KINDS.get(
            world.made("appointments", world.cycle("appointments", row_id), "AptStatus"), ""
        )

    return {"FKey": lambda row_id: world.cycle("appointments", row_id), "FKeyType": kind}


def _guardians(world: World) -> dict[str, Mover]:
    def child(row_id: int) -> int:
        patient = world.patient_of(row_id)
        return _relative(head_of_family(patient), 1 + row_id % 2, world.count("patients")) if patient else 0

    return {"PatNumChild": child}


def _polymorphic(resource: str, kind: str, targets: dict[str, str]) -> Callable[[World], dict[str, Mover]]:
    """Return the movers of a key that leads to the resource which another column names."""
    key = "KeyNum" if resource == "tasks" else "FKey"

    def make(world: World) -> dict[str, Mover]:
        def found(row_id: int) -> int:
            target = targets.get(world.made(resource, row_id, kind))
            return 0 if target is None else world.same_id(target, row_id)

        return {key: found}

    return make


def _same(**columns: str) -> Callable[[World], dict[str, Mover]]:
    """Return the movers of columns that lead to rows with the same patient."""

    def make(world: World) -> dict[str, Mover]:
        def lead(resource: str) -> Mover:
            return lambda row_id: world.same_id(resource, row_id)

        return {column: lead(resource) for column, resource in columns.items()}

    return make


_MOVERS: Final[dict[str, Callable[[World], dict[str, Mover]]]] = {
    "patients": _patients,
    "appointments": _appointments,
    "schedules": _schedules,
    "scheduleops": _schedule_ops,
    "operatories": _operatories,
    "providers": _providers,
    "definitions": _definitions,
    "preferences": _preferences,
    "procedurecodes": _procedure_codes,
    "procedurelogs": _procedures,
    "patplans": _insured,
    "claims": _claims,
    "claimprocs": _claim_procs,
    "guardians": _guardians,
    "asapcomms": _asap_comms,
    "signalods": _signals,
    "adjustments": _same(ProcNum="procedurelogs"),
    "refattaches": _same(ProcNum="procedurelogs"),
    "rxpats": _same(ProcNum="procedurelogs"),
    "paysplits": _same(
        ProcNum="procedurelogs", PayNum="payments", AdjNum="adjustments", PayPlanNum="payplans"
    ),
    "treatplanattaches": _same(ProcNum="procedurelogs", TreatPlanNum="treatplans"),
    "proctps": _same(ProcNumOrig="procedurelogs", TreatPlanNum="treatplans"),
    "payplans": _same(InsSubNum="inssubs"),
    "insverifies": _polymorphic(
        "insverifies", "VerifyType", {"PatientEnrollment": "patplans", "InsuranceBenefit": "insplans"}
    ),
    "payplanlinks": _polymorphic(
        "payplanlinks", "LinkType", {"Procedure": "procedurelogs", "Adjustment": "adjustments"}
    ),
    "tasks": _polymorphic("tasks", "ObjectType", {"Patient": "patients", "Appointment": "appointments"}),
}


_STORED_AS: Final[Mapping[str, Mapping[str, str]]] = {
    "asapcomms": {"aptNum": "FKey", "recallNum": "FKey"},
    "definitions": {"IsHidden": "isHidden"},
    "providers": {"BirthDate": "Birthdate", "NationalProvId": "NationalProvID"},
}
"""Fields of bodies that rows have under another name, by resource."""


_NO_NUMBER: Final[Mapping[str, tuple[str, ...]]] = {
    "benefits": ("Percent", "MonetaryAmt"),
    "claimprocs": ("AllowedOverride", "PercentOverride", "CopayAmt", "CopayOverride", "DedEstOverride",
                   "InsEstTotalOverride", "PaidOtherInsOverride", "WriteOffEst", "WriteOffEstOverride"),
    "covcats": ("DefaultPercent",),
    "discountplans": ("ExamFreqLimit", "XrayFreqLimit", "ProphyFreqLimit", "FluorideFreqLimit",
                      "PerioFreqLimit", "LimitedExamFreqLimit", "PAFreqLimit", "AnnualMax"),
    "patplans": ("OrthoAutoFeeBilledOverride",),
    "periomeasures": ("ToothValue", "MBvalue", "Bvalue", "DBvalue", "MLvalue", "Lvalue", "DLvalue"),
}  # fmt: skip
"""Columns in which -1 says that nothing was entered, because 0 is an amount; by resource."""


_ENTRY_MOMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "asapcomms": ("DateTimeEntry",),
    "tasks": ("DateTimeOriginal",),
}


def empty_numbers(resource: str) -> dict[str, Value]:
    """Return the columns of a resource that are -1 until something is entered."""
    return dict.fromkeys(_NO_NUMBER.get(resource, ()), -1)


def entry_moments(resource: str) -> tuple[str, ...]:
    """Return the columns that hold the moment at which a row was added."""
    return ("SecDateTEntry", *_ENTRY_MOMENTS.get(resource, ()))


def entered(resource: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values that an office stores for what was written."""
    names = _STORED_AS.get(resource, {})
    values = {names.get(name, name): value for name, value in values.items()}
    if resource == "appointments":
        cut = {name: values[name][:_MOST_PIECES] for name in _PATTERNS if name in values}
        return values | cut
    if resource == "carriers" and (phone := _TEN_DIGITS.fullmatch(values.get("Phone", ""))):
        return values | {"Phone": "({}){}-{}".format(*phone.groups())}
    if resource == "patfielddefs":
        return values | {"PickList": ""}  # the items are in a table of their own
    number = definitions.number_of(values.get("category", "")) if resource == "definitions" else None
    return dict(values) if number is None else {**values, "Category": number}


def settle(resource: str, number: int, row: dict[str, Value], head: dict[str, Value], world: World) -> None:
    """Make the values of a made-up row fit each other.

    Args:
        resource: the resource.
        number: the number of the variant.
        row: the row.
        head: the row of the guarantor, if it is a patient's.
        world: what rows can know of their office.
    """
    if resource == "patients":
        _settle_patient(row, head, world)
    plausible.settle(resource, number, row, head, world.timetable.today)
    if resource == "appointments":
        row["IsHygiene"] = "true" if number % _HYGIENE == 0 else "false"
    if resource == "subscriptions":
        _settle_subscription(number, row)
    if resource == "histappointments" and row["HistApptAction"] == "Deleted":
        row["HistApptAction"] = "Changed"  # the appointment that it copies is there
    if resource == "patfielddefs":
        row["PickList"] = ""
    if "PatternSecondary" in row and "Pattern" in row:
        row["PatternSecondary"] = "/" * len(row["Pattern"])


def _settle_subscription(number: int, row: dict[str, Value]) -> None:
    row["UiEventType"] = "" if row["WatchTable"] else "PatientSelected"
    row["PollingSeconds"] = 5 + row["PollingSeconds"] if row["WatchTable"] else 0
    row["EndPointUrl"], row["Workstation"] = f"https://events.example.com/{number}", "SERVER"
    # nobody answers there, but nothing was posted yet, either
    row["FailureReason"], row["SubsequentFailures"] = "", 0
    row["DateTimeLastFailure"] = row["DateTimeNextRetry"] = row["DateTimeStop"] = NO_DATETIME


def _settle_patient(row: dict[str, Value], head: dict[str, Value], world: World) -> None:
    if row is head:
        ids = definitions.ids_of(4, world.count("definitions"))
        row["BillingType"] = definitions.name_of(ids[0]) if ids else ""
        return
    for column in _FAMILY_COLUMNS:
        row[column] = head[column]
