"""Requests are checked before anything is sent: newer values, and parameters that depend on each other."""

from __future__ import annotations

from typing import Any

import pytest

from odapi_async import InvalidRequest, NeedsVersion
from odapi_async._core.operation import Operation, has_reached
from odapi_async._core.requests import PreparedRequest, prepare
from odapi_async.resources import (
    adjustments,
    appointments,
    claim_payments,
    ins_verifies,
    procedure_logs,
    reports,
    subscriptions,
    tasks,
)

SUBSCRIPTION: dict[str, Any] = {
    "EndPointUrl": "https://example.com",
    "WatchTable": "LabCase",
    "PollingSeconds": 10,
}
CHECK: dict[str, Any] = {"claimNum": 5, "CheckAmt": 0}


def prepared(operation: Operation[Any], version: str | None = None, **given: object) -> PreparedRequest:
    ids = (1,) * operation.path.count("{")
    body = given if operation.body else None
    query = {} if operation.body else given
    return prepare(operation, ids, query, body, check=True, version=version)


@pytest.mark.parametrize(
    ("operation", "given", "field", "needed"),
    [
        (claim_payments.CREATE, CHECK, "CheckAmt=0", "25.1.21"),
        (subscriptions.CREATE, SUBSCRIPTION, "WatchTable=LabCase", "25.4.14"),
        (
            subscriptions.CREATE,
            {**SUBSCRIPTION, "WatchTable": "LabCaseDeleted"},
            "WatchTable=LabCaseDeleted",
            "26.1.6",
        ),
        (procedure_logs.UPDATE, {"ProcStatus": "Cn"}, "ProcStatus=Cn", "25.1.14"),
    ],
)
def test_a_newer_value_needs_its_version(
    operation: Operation[Any], given: dict[str, Any], field: str, needed: str
) -> None:
    with pytest.raises(NeedsVersion) as caught:
        prepared(operation, "25.1.13.0", **given)
    assert (caught.value.field, caught.value.needed) == (field, needed)
    prepared(operation, needed, **given)
    assert prepared(operation, **given).newer[field] == needed


def test_other_values_need_no_version() -> None:
    prepared(claim_payments.CREATE, "25.1.13.0", **{**CHECK, "CheckAmt": 10.5})
    prepared(procedure_logs.UPDATE, "25.1.13.0", ProcStatus="C")


def test_what_a_request_keeps_for_later_checks_contains_no_free_values() -> None:
    request = prepared(claim_payments.CREATE, claimNum=5, CheckAmt=10.5, Note="secret")
    assert not request.newer
    assert "secret" not in str(request.given)


def test_a_watched_table_requires_an_interval() -> None:
    with pytest.raises(InvalidRequest, match=r"^PollingSeconds: is required with WatchTable; pass both$"):
        prepared(subscriptions.CREATE, EndPointUrl="https://example.com", WatchTable="Patient")
    prepared(subscriptions.CREATE, EndPointUrl="https://example.com", UiEventType="PatientSelected")


@pytest.mark.parametrize("version", ["26.2.1", "26.2.1.0", "26.3", "27.1.4.0"])
def test_newer_offices_require_a_workstation(version: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^Workstation: is required from Open Dental 26\.2\.1 on; pass"):
        prepared(subscriptions.CREATE, version, **SUBSCRIPTION)
    prepared(subscriptions.CREATE, version, **SUBSCRIPTION, Workstation="All Workstations")


@pytest.mark.parametrize("version", [None, "26.1.9", "26.2"])
def test_other_offices_require_no_workstation(version: str | None) -> None:
    prepared(subscriptions.CREATE, version, **SUBSCRIPTION)


@pytest.mark.parametrize("operation", [subscriptions.CREATE, subscriptions.UPDATE])
def test_a_workstation_is_never_empty(operation: Operation[Any]) -> None:
    given: dict[str, Any] = SUBSCRIPTION if operation is subscriptions.CREATE else {}
    for name in ("", "  ", "\t"):
        with pytest.raises(InvalidRequest, match=r"^Workstation: must be the name of one workstation"):
            prepared(operation, **given, Workstation=name)


@pytest.mark.parametrize("seconds", [0, -1])
@pytest.mark.parametrize("operation", [subscriptions.CREATE, subscriptions.UPDATE])
def test_a_subscription_is_polled_every_second_at_most(operation: Operation[Any], seconds: int) -> None:
    given: dict[str, Any] = SUBSCRIPTION if operation is subscriptions.CREATE else {}
    with pytest.raises(InvalidRequest, match=r"^PollingSeconds: must be the seconds between two polls, 1 or"):
        prepared(operation, None, **{**given, "PollingSeconds": seconds})
    prepared(operation, None, **{**given, "PollingSeconds": 1})


@pytest.mark.parametrize("field", ["EndPointUrl", "WatchTable"])
def test_a_subscription_has_a_url_and_a_table_that_are_not_empty(field: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^{field}: must be the"):
        prepared(subscriptions.CREATE, **{**SUBSCRIPTION, field: " "})


def test_tables_to_watch_need_their_versions_and_the_list_of_them_is_open() -> None:
    for table, since in [("PatField", "22.4.8"), ("Schedule", "24.2.11"), ("ToothInitial", "24.4.30")]:
        with pytest.raises(NeedsVersion, match=f"^WatchTable={table}: needs Open Dental {since}"):
            prepared(subscriptions.CREATE, "22.4.7", **{**SUBSCRIPTION, "WatchTable": table})
    prepared(subscriptions.CREATE, "22.4.7", **{**SUBSCRIPTION, "WatchTable": "NewInNextVersion"})


@pytest.mark.parametrize(
    ("operation", "given", "missing"),
    [
        (ins_verifies.LIST, {"FKey": 5}, "VerifyType"),
        (tasks.LIST, {"KeyNum": 5}, "ObjectType"),
        (tasks.UPDATE, {"KeyNum": 5}, "ObjectType"),
    ],
)
def test_a_foreign_key_requires_its_kind(
    operation: Operation[Any], given: dict[str, Any], missing: str
) -> None:
    with pytest.raises(InvalidRequest, match=f"^{missing}: is required with"):
        prepared(operation, **given)


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        (reports.FINANCE_CHARGES, {"ProvNums": []}),
        (appointments.LIST, {"dateStart": None, "PatNum": 5}),
    ],
)
def test_g7_g8_a_filter_is_neither_none_nor_an_empty_list(
    operation: Operation[Any], given: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest, match="leave it out") as caught:
        prepared(operation, **given)
    assert caught.value.field == next(iter(given))


def test_g7_a_required_date_is_not_none() -> None:
    with pytest.raises(InvalidRequest, match=r"^AdjDate: is required and must not be None$"):
        prepared(adjustments.CREATE, PatNum=5, AdjType=3, AdjAmt=10, AdjDate=None)


def test_a_version_is_reached_if_all_its_builds_are_late_enough() -> None:
    assert has_reached("26.2.1.0", "26.2.1")
    assert has_reached("26.10.1", "26.2.1")
    assert not has_reached("26.2", "26.2.1")
