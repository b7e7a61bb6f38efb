"""Values of the enumerated fields of CodeGroups."""

from enum import StrEnum


class CodeGroupFixed(StrEnum):
    NONE = "None"
    BW = "BW"
    PANO_FMX = "PanoFMX"
    EXAM = "Exam"
    PERIO = "Perio"
    PROPHY = "Prophy"
    SRP = "SRP"
    FM_DEBRIDE = "FMDebride"
    FLUORIDE = "Fluoride"
    SEALANT = "Sealant"
