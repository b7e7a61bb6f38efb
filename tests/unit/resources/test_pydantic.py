"""pydantic and FastAPI know rows: as results, in models, in OpenAPI, and as the source of small models."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

import fastapi
import httpx
import pydantic
import pytest

from odapi_async import InvalidRequest, OpenDental
from odapi_async.resources.base import Row
from odapi_async.resources.clock_events import ClockEvent
from odapi_async.resources.documents import DocumentListItem
from odapi_async.resources.family_modules import FamilyInsurance
from odapi_async.resources.patients import Patient
from odapi_async.resources.schedules import Schedule

PATIENT = Patient(PatNum=48, LName="Smith", Birthdate=dt.date(1976, 5, 24), EstBalance=Decimal("12.50"))
SCHEDULE = Schedule(ScheduleNum=1, operatories=[2, 3], StartTime=dt.time(9))


class Card(pydantic.BaseModel):
    """The few fields that an application needs, one of them under a name of its own."""

    PatNum: int
    last_name: str = pydantic.Field(alias="LName")
    EstBalance: Decimal


class Visit(pydantic.BaseModel):
    """A model with rows inside."""

    patient: Patient
    schedules: list[Schedule] = []


def application() -> fastapi.FastAPI:
    app = fastapi.FastAPI()

    @app.get("/patient")
    def patient() -> Patient:
        return PATIENT

    @app.get("/schedules")
    def schedules() -> list[Schedule]:
        return [SCHEDULE]

    @app.get("/cards", response_model=list[Card])
    def cards() -> Any:
        return [PATIENT]

    @app.post("/patient")
    def receive(patient: Annotated[Patient, fastapi.Body()]) -> int:
        return patient.PatNum

    return app


async def request(method: str, path: str, **options: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=application())
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        return await client.request(method, path, **options)


async def test_a_route_returns_a_row_and_a_list_of_rows() -> None:
    patient = (await request("GET", "/patient")).json()
    assert list(patient) == list(Patient.__struct_fields__)
    assert (patient["PatNum"], patient["Birthdate"], patient["DateFirstVisit"]) == (48, "1976-05-24", None)
    assert patient["EstBalance"] == "12.50", "an amount is text, as pydantic writes a Decimal"
    (schedule,) = (await request("GET", "/schedules")).json()
    assert (schedule["StartTime"], schedule["operatories"]) == ("09:00:00", [2, 3])


async def test_a_route_returns_small_models_of_rows() -> None:
    found = (await request("GET", "/cards")).json()
    assert found == [{"PatNum": 48, "LName": "Smith", "EstBalance": "12.50"}]


def test_the_row_is_in_the_openapi_document_with_types_and_meanings() -> None:
    described = application().openapi()
    schemas = described["components"]["schemas"]
    result = described["paths"]["/schedules"]["get"]["responses"]["200"]["content"]["application/json"]
    assert result["schema"]["items"] == {"$ref": "#/components/schemas/Schedule"}
    schedule = schemas["Schedule"]
    assert schedule["required"] == list(Schedule.__struct_fields__)
    assert schedule["description"] == Schedule.__doc__
    assert schedule["properties"]["ProvNum"] == {
        "type": "integer",
        "title": "ProvNum",
        "description": "0 unless SchedType is Provider.",
    }
    assert schedule["properties"]["SchedDate"]["anyOf"][0] == {"type": "string", "format": "date"}
    received = schemas["Patient-Input"]
    assert "required" not in received


async def test_a_route_receives_a_row_within_its_limits() -> None:
    assert (await request("POST", "/patient", json={"PatNum": 7})).json() == 7
    for wrong in ({"PatNum": "seven"}, {"PatNum": 2**63}, {"DateTStamp": "2026-11-28T09:00:00Z"}):
        assert (await request("POST", "/patient", json=wrong)).status_code == 422


def test_a_model_has_rows_inside() -> None:
    visit = Visit(patient=PATIENT, schedules=[SCHEDULE])
    assert visit.patient is PATIENT
    assert visit.model_dump()["patient"] == PATIENT.to_dict()
    assert Visit.model_validate_json(visit.model_dump_json()) == visit
    assert Visit.model_validate(visit.model_dump()) == visit
    with pytest.raises(pydantic.ValidationError):
        Visit.model_validate({"patient": SCHEDULE})


def test_a_model_is_made_of_a_row() -> None:
    card = Card.model_validate(PATIENT, from_attributes=True)
    assert (card.PatNum, card.last_name, card.EstBalance) == (48, "Smith", Decimal("12.50"))


async def test_a_list_is_not_decoded_into_models_and_the_error_says_how_it_is_done() -> None:
    async with OpenDental("developer") as od:
        practice = od.practice("office")
        with pytest.raises(InvalidRequest, match=r"Card: .* model_validate\(row, from_attributes=True\)"):
            practice.patients.simple().into(Card)


class Own(Row, frozen=True, rename={"last_name": "LName"}):
    PatNum: int
    last_name: str = ""


def test_a_row_type_of_your_own_has_the_names_of_the_api() -> None:
    adapter = pydantic.TypeAdapter(Own)
    assert adapter.validate_python({"PatNum": 1, "LName": "Smith"}) == Own(1, "Smith")
    assert adapter.dump_python(Own(1, "Smith")) == {"PatNum": 1, "LName": "Smith"}
    assert adapter.json_schema()["required"] == ["PatNum"]


@pytest.mark.parametrize("row", [Patient, Schedule, ClockEvent, DocumentListItem, FamilyInsurance])
def test_every_kind_of_value_is_written_and_read(row: type[Row]) -> None:
    adapter = pydantic.TypeAdapter(row)
    assert list(adapter.json_schema(mode="serialization")["properties"]) == list(row.__struct_fields__)
    assert adapter.validate_json(adapter.dump_json(row())) == row()
