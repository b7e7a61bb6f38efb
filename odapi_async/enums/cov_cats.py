"""Values of the enumerated fields of CovCats."""

from enum import StrEnum


class EbenefitCat(StrEnum):
    NONE = "None"
    GENERAL = "General"
    DIAGNOSTIC = "Diagnostic"
    PERIODONTICS = "Periodontics"
    RESTORATIVE = "Restorative"
    ENDODONTICS = "Endodontics"
    MAXILLOFACIAL_PROSTH = "MaxillofacialProsth"
    CROWNS = "Crowns"
    ACCIDENT = "Accident"
    ORTHODONTICS = "Orthodontics"
    PROSTHODONTICS = "Prosthodontics"
    ORAL_SURGERY = "OralSurgery"
    ROUTINE_PREVENTIVE = "RoutinePreventive"
    DIAGNOSTIC_X_RAY = "DiagnosticXRay"
    ADJUNCTIVE = "Adjunctive"
