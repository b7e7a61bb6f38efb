"""Values of the enumerated fields of AccountModules."""

from enum import StrEnum


class ObjectType(StrEnum):
    """Not complete: rows may hold other values."""

    PROCEDURE_LOG = "ProcedureLog"
    ADJUSTMENT = "Adjustment"
    PAY_SPLIT = "PaySplit"
    CLAIM_PROC = "ClaimProc"
    PAY_PLAN_CHARGE = "PayPlanCharge"
    PAY_PLAN = "PayPlan"


class Type(StrEnum):
    PROC = "Proc"
    ADJ_ATT = "Adj-Att."
    PAT_PAY_ATT = "PatPay Att."
    WRITE_OFF_ATT = "WriteOff-Att."
    INS_PAY_ATT = "InsPay-Att."
    PAY_PLAN_CHARGE_ATT = "PayPlan Charge Att."
    PAT_PAY_ATT_PAY_PLAN = "PatPay Att. PayPlan"
    UNALLOCATED = "Unallocated"
    PAT_PAY = "PatPay"
    WRITE_OFF = "WriteOff"
    ADJ = "Adj"
    INS_PAY = "InsPay"
    PAY_PLAN_CREDIT = "PayPlan Credit"
    DYNAMIC_PAY_PLAN_CREDIT = "Dynamic PayPlan Credit"
    PAY_PLAN_CHARGE = "PayPlan Charge"
    PAT_PAY_PAY_PLAN = "PatPay PayPlan"
    DAY_TOTAL = "Day Total"
    OVERALL_TOTAL = "Overall Total"
