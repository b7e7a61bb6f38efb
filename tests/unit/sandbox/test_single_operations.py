"""Operations that do not simply write what was sent: each one is a remark or a quirk of the reference."""

from __future__ import annotations

import msgspec
import pytest

from tests.unit.sandbox.offices import TODAY, Asked

SERVER = {"SftpAddress": "files.example.com", "SftpUsername": "u", "SftpPassword": "p"}


def test_a_split_moves_procedures_to_a_new_claim() -> None:
    asked = Asked(rows={"claims": 1, "claimprocs": 3, "procedurelogs": 3})
    procedures = asked.api.tables.named("claimprocs")
    for number in (1, 2, 3):
        procedures.change(number, {"ProcNum": number, "InsPayAmt": 10.0 * number})
    old = asked.one("GET", "/claims/1")
    reply = asked.send("PUT", "/claims/1/Split", {"ProcNums": [2, 3]})
    assert reply.status == 201
    new = msgspec.json.decode(reply.body)
    assert new == {"ClaimNum": 2, "ProcNums": [2, 3]}
    assert [row["ClaimNum"] for row in asked.list("/claimprocs")] == [1, 2, 2]
    claim = asked.one("GET", "/claims/2")
    assert {name: claim[name] for name in ("PatNum", "PlanNum", "DateService")} == {
        name: old[name] for name in ("PatNum", "PlanNum", "DateService")
    }
    assert [row["InsPayAmt"] for row in asked.list("/claims")] == [10.0, 50.0]


def test_a_dynamic_plan_is_dynamic_and_tells_no_number_of_payments() -> None:
    asked = Asked()
    body = {"PatNum": 3, "NumberOfPayments": 12, "procNums": [1]}
    plan = asked.one("POST", "/payplans/Dynamic", body)
    assert (plan["IsDynamic"], plan["NumberOfPayments"]) == ("true", 0)
    assert (plan["Guarantor"], plan["PayPlanDate"]) == (3, TODAY)


def test_a_pick_list_comes_back_empty() -> None:
    asked = Asked()
    body = {"FieldName": "Shoe size", "FieldType": "PickList", "PickList": "big\r\nsmall"}
    field = asked.one("POST", "/patfielddefs", body)
    assert field["PickList"] == ""
    assert {row["PickList"] for row in asked.list("/patfielddefs")} == {""}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("503-456-8910", "(503)456-8910"),
        ("5034568910", "(503)456-8910"),
        ("(503)456-8910", "(503)456-8910"),
        ("456-8910", "456-8910"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
    ],
)
def test_the_phone_of_a_carrier_gets_its_form(sent: str, stored: str) -> None:
    asked = Asked()
    assert asked.one("POST", "/carriers", {"CarrierName": "Metlife", "Phone": sent})["Phone"] == stored


def test_percentage_is_the_name_of_the_empty_plan_type() -> None:
    asked = Asked(rows={"insplans": 40})
    types = [row["PlanType"] for row in asked.list("/insplans")]
    found = asked.list("/insplans", PlanType="percentage")
    assert {row["PlanType"] for row in found} == {""}
    assert len(found) == types.count("")
    assert len(asked.list("/insplans", PlanType="p")) == types.count("p")


def test_an_allergy_makes_the_definition_that_it_names() -> None:
    asked = Asked()
    number = len(asked.list("/allergydefs"))
    for _ in range(2):
        allergy = asked.one("POST", "/allergies", {"PatNum": 3, "defDescription": "Latex"})
        assert (allergy["AllergyDefNum"], allergy["defDescription"]) == (number + 1, "Latex")
    assert [row["Description"] for row in asked.list("/allergydefs")][number:] == ["Latex"]


def test_thumbnails_are_those_of_the_patient() -> None:
    asked = Asked(rows={"patients": 3, "documents": 30})
    for patient in (1, 2, 3):
        own = {row["DocNum"] for row in asked.list("/documents", PatNum=patient)}
        reply = asked.send("POST", "/documents/Thumbnails", {"PatNum": patient, **SERVER})
        assert {row["DocNum"] for row in msgspec.json.decode(reply.body)} == own


def test_a_mount_has_its_own_images() -> None:
    asked = Asked()
    for number in (4, 9):
        asked.api.tables.named("documents").change(number, {"MountNum": 7})
    reply = asked.send("POST", "/documents/DownloadMount", {"MountNum": 7, **SERVER})
    assert [row["DocNum"] for row in msgspec.json.decode(reply.body)] == [4, 9]
    reply = asked.send("POST", "/documents/DownloadMount", {"MountNum": 8, **SERVER})
    assert (reply.status, reply.body) == (200, b'"There is nothing to do."')
