"""The definitions of a made-up office: its categories in turn, each with names of its own."""

from __future__ import annotations

from typing import Final

CATEGORIES: Final[dict[int, tuple[str, tuple[str, ...]]]] = {
    2: ("ApptConfirmed", ("Unconfirmed", "Sent", "Confirmed", "Not Accepted", "Failed", "Arrived")),
    25: ("BlockoutTypes", ("Closed", "Emergency", "Staff meeting")),
    10: ("PaymentTypes", ("Check", "Cash", "Card")),
    1: ("AdjTypes", ("Courtesy discount", "Late charge", "Write-off")),
    27: ("CommLogTypes", ("Misc", "Recall", "Financial")),
    13: ("RecallUnschedStatus", ("Emailed", "Left message", "Postcard")),
    18: ("ImageCats", ("Forms", "Radiographs", "Letters")),
    11: ("ProcCodeCats", ("Exams", "Cleanings", "Fillings")),
    20: ("TxPriorities", ("First", "Second", "Later")),
    4: ("BillingTypes", ("Standard account", "Courtesy", "Collections")),
    42: ("WebSchedNewPatApptTypes", ("New patient exam", "New patient cleaning", "New emergency")),
    51: ("WebSchedExistingApptTypes", ("Cleaning", "Filling", "Emergency visit")),
    16: ("Diagnosis", ("Caries", "Fracture", "Wear")),
    29: ("PaySplitUnearnedType", ("Prepayment", "Deposit for treatment", "Overpaid")),
    30: ("Prognosis", ("Good", "Fair", "Guarded")),
    31: ("ClaimCustomTracking", ("Called", "Resent", "Appealed")),
    32: ("InsurancePaymentType", ("Insurance check", "Transfer", "Virtual card")),
    33: ("TaskPriorities", ("Normal", "Soon", "At once")),
    35: ("ProviderSpecialties", ("General", "Hygienist", "Orthodontist")),
    36: ("ClaimPaymentTracking", ("Short paid", "Denied", "Pending")),
    38: ("InsuranceVerificationStatus", ("To do", "Verified", "Questions")),
    40: ("ClaimPaymentGroups", ("Main office", "Central", "Other")),
    41: ("AutoNoteCats", ("Exam notes", "Surgery notes", "Phone notes")),
    43: ("ClaimErrorCode", ("Missing tooth", "No coverage", "Duplicate")),
    47: ("PayPlanCategories", ("Ortho", "Surgery", "Implants")),
}
"""By number: the name of the category, and the names of its first definitions."""

_ORDER: Final = tuple(CATEGORIES)
_VALUES: Final = {1: ("-", "+", "-"), 25: ("NS", "", "DC"), 18: ("", "X", "")}
DEFAULT_COUNT: Final = 3 * len(_ORDER)


def number_of(name: str) -> int | None:
    """Return the number of the category with this name, in any case."""
    found = (number for number, (known, _) in CATEGORIES.items() if known.casefold() == name.casefold())
    return next(found, None)


def category_of(row_id: int) -> int:
    """Return the category of the definition with this id."""
    return _ORDER[(row_id - 1) % len(_ORDER)]


def order_of(row_id: int) -> int:
    """Return the place of the definition with this id in its category; the first one is 0."""
    return (row_id - 1) // len(_ORDER)


def name_of(row_id: int) -> str:
    """Return the name of the definition with this id."""
    names, order = CATEGORIES[category_of(row_id)][1], order_of(row_id)
    return names[order] if order < len(names) else f"{names[order % len(names)]} {order // len(names) + 1}"


def value_of(row_id: int) -> str:
    """Return the value of the definition with this id; NS forbids appointments in a blockout."""
    values = _VALUES.get(category_of(row_id), ("",))
    return values[order_of(row_id) % len(values)]


def ids_of(category: int, count: int) -> range:
    """Return the ids of the definitions of a category, of all up to `count`."""
    first = _ORDER.index(category) + 1 if category in CATEGORIES else count + 1
    return range(first, count + 1, len(_ORDER))
