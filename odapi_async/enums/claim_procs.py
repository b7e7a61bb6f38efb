"""Values of the enumerated fields of ClaimProcs."""

from enum import StrEnum


class Status(StrEnum):
    NOT_RECEIVED = "NotReceived"
    RECEIVED = "Received"
    PREAUTH = "Preauth"
    ADJUSTMENT = "Adjustment"
    SUPPLEMENTAL = "Supplemental"
    CAP_CLAIM = "CapClaim"
    ESTIMATE = "Estimate"
    CAP_COMPLETE = "CapComplete"
    CAP_ESTIMATE = "CapEstimate"
    INS_HIST = "InsHist"
