"""Values of the enumerated fields of PerioMeasures."""

from enum import StrEnum


class SequenceType(StrEnum):
    MOBILITY = "Mobility"
    FURCATION = "Furcation"
    GING_MARGIN = "GingMargin"
    MGJ = "MGJ"
    PROBING = "Probing"
    SKIP_TOOTH = "SkipTooth"
    BLEED_SUP_PLAQ_CALC = "BleedSupPlaqCalc"
