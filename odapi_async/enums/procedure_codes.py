"""Values of the enumerated fields of ProcedureCodes."""

from enum import StrEnum


class PaintType(StrEnum):
    NONE = "None"
    EXTRACTION = "Extraction"
    IMPLANT = "Implant"
    RCT = "RCT"
    POST_BU = "PostBU"
    FILLING_DARK = "FillingDark"
    FILLING_LIGHT = "FillingLight"
    CROWN_DARK = "CrownDark"
    CROWN_LIGHT = "CrownLight"
    BRIDGE_DARK = "BridgeDark"
    BRIDGE_LIGHT = "BridgeLight"
    DENTURE_DARK = "DentureDark"
    DENTURE_LIGHT = "DentureLight"
    SEALANT = "Sealant"
    VENEER = "Veneer"
    TEXT = "Text"
    RETAINED_ROOT = "RetainedRoot"
    SPACE_MAINTAINER = "SpaceMaintainer"


class SubstOnlyIf(StrEnum):
    ALWAYS = "Always"
    MOLAR = "Molar"
    SECOND_MOLAR = "SecondMolar"
    NEVER = "Never"
    POSTERIOR = "Posterior"
