"""Whether the office kept a write: what is compared, what is read for it, and what is said otherwise."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, Final

import msgspec
import pytest

from odapi_async import (
    ConfigurationError,
    ConnectionLost,
    DecodeError,
    Event,
    EventName,
    Mode,
    NotFound,
    NotKept,
    NotVerified,
    OpenDental,
    OutcomeUnknown,
    Practice,
    RequestTimeout,
    RetryPolicy,
    ServerError,
    Verify,
    WaitTooLong,
)
from odapi_async.sandbox import Fault
from tests.support.bench import in_process
from tests.support.clock import virtual_time
from tests.support.watch import until
from tests.support.wire import Heard, RawServer, ok

Responses = Mapping[str, bytes | None]
QUICK: Final = RetryPolicy(max_attempts=2, base_delay=0.001)
NO_ROW: Final = ok(b'"Not found."', status="404 Not Found")
NO_RESOURCE: Final = ok(b'"allergies is not a valid resource."', status="404 Not Found")
BROKEN: Final = ok(b'"No."', status="500 Error")


def rows(*found: Mapping[str, object]) -> bytes:
    return ok(msgspec.json.encode(found))


def row(**fields: object) -> bytes:
    return ok(msgspec.json.encode(fields))


class Desk:
    """An office that gives one response for each method and path."""

    def __init__(self, server: RawServer, practice: Practice, told: list[Event]) -> None:
        self.practice = practice
        self.told = told
        self._server = server

    @property
    def requests(self) -> list[str]:
        return [f"{each.method} {each.path}" for each in self._server.heard]

    @property
    def heard(self) -> list[Heard]:
        return self._server.heard

    @property
    def verdicts(self) -> list[Event]:
        names = {EventName.NOT_KEPT, EventName.NOT_VERIFIED, EventName.UNVERIFIABLE}
        return [each for each in self.told if each.name in names]


@asynccontextmanager
async def office(
    responses: Responses, *, verify: Verify = Verify.RAISE, version: str | None = None
) -> AsyncGenerator[Desk]:
    told: list[Event] = []

    def respond(heard: Heard) -> bytes | None:
        return responses[f"{heard.method} {heard.path}"]

    async with (
        RawServer(respond) as server,
        OpenDental("developer", retries=QUICK, on_event=told.append) as od,
    ):
        practice = od.practice("office", mode=Mode.LOCAL, base_url=server.url, version=version, name="harbor")
        yield Desk(server, practice.with_options(verify=verify), told)


def own(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what this package has logged: on a busy machine asyncio warns of slow callbacks."""
    return [each for each in caplog.records if each.name == "odapi_async"]


async def test_nothing_is_compared_unless_it_is_asked_for() -> None:
    async with office({"PUT /patients/48": row(PatNum=48, LName="Old")}, verify=Verify.OFF) as desk:
        assert (await desk.practice.patients.update(48, LName="New", City="Salem")).LName == "Old"
        assert desk.requests == ["PUT /patients/48"]
        assert desk.verdicts == []


async def test_an_answer_with_all_fields_costs_no_request() -> None:
    answer = row(PatNum=48, LName="New", HmPhone="(503)456-8910", Birthdate="1976-05-24", Premed="true")
    async with office({"PUT /patients/48": answer}) as desk:
        kept = await desk.practice.patients.update(
            48, LName="New ", HmPhone="503-456-8910", Birthdate=date(1976, 5, 24), Premed=True
        )
        assert kept.PatNum == 48
        assert desk.requests == ["PUT /patients/48"]
        assert desk.verdicts == []


async def test_the_error_names_the_fields_and_the_row_and_no_values() -> None:
    answer = row(PatNum=48, LName="Quinzel", City="Salem", FName="Jane")
    async with office({"PUT /patients/48": answer}) as desk:
        with pytest.raises(NotKept) as wrong:
            await desk.practice.patients.update(48, LName="Zorbax", City="Keizer", FName="Jane")
        error = wrong.value
        assert (error.method, error.path, error.row_id) == ("PUT", "/patients/48", 48)
        assert error.fields == ("LName", "City")
        assert error.practice == "harbor"
        assert "did not keep LName, City; read row 48 before you go on" in str(error)
        assert not any(text in f"{error} {error!r}" for text in ("Quinzel", "Zorbax", "Salem", "Keizer"))
        assert desk.requests == ["PUT /patients/48"]


async def test_a_new_row_is_named_by_the_id_in_the_answer() -> None:
    async with office({"POST /commlogs": row(CommlogNum=7, PatNum=48, Note="")}) as desk:
        with pytest.raises(NotKept) as wrong:
            await desk.practice.commlogs.create(PatNum=48, Note="Called.")
        assert (wrong.value.fields, wrong.value.row_id) == (("Note",), 7)


async def test_what_the_answer_lacks_is_read() -> None:
    responses = {
        "PUT /procedurelogs/5": row(ProcNum=5, PatNum=48, ProcStatus="TP"),
        "GET /procedurelogs/5": row(ProcNum=5, PatNum=48, ProcStatus="other", Prosthesis="I"),
    }
    async with office(responses) as desk:
        await desk.practice.procedure_logs.update(5, ProcStatus="TP", Prosthesis="I")
        with pytest.raises(NotKept) as wrong:
            await desk.practice.procedure_logs.update(5, ProcStatus="C", Prosthesis="R")
        assert wrong.value.fields == ("ProcStatus", "Prosthesis")
        assert desk.requests == ["PUT /procedurelogs/5", "GET /procedurelogs/5"] * 2


async def test_a_write_without_an_answer_is_read() -> None:
    responses = {"PUT /carriers/3": ok(b""), "GET /carriers/3": row(CarrierNum=3, CarrierName="A", City="")}
    async with office(responses) as desk:
        await desk.practice.carriers.update(3, CarrierName="A")
        with pytest.raises(NotKept) as wrong:
            await desk.practice.carriers.update(3, CarrierName="A", City="Salem")
        assert (wrong.value.fields, wrong.value.row_id) == (("City",), 3)


async def test_an_answer_with_another_row_tells_nothing() -> None:
    responses = {
        "PUT /patients/48": row(PatNum=49, City="Salem"),
        "GET /patients/48": row(PatNum=48, City=""),
    }
    async with office(responses) as desk:
        with pytest.raises(NotKept) as wrong:
            await desk.practice.patients.update(48, City="Salem")
        assert (wrong.value.fields, wrong.value.row_id) == (("City",), 48)


async def test_an_answer_with_another_row_is_an_error_if_there_is_no_read() -> None:
    responses = {"PUT /adjustments/7": row(AdjNum=8, AdjNote="x")}
    async with office(responses) as desk:
        with pytest.raises(NotVerified) as wrong:
            await desk.practice.adjustments.update(7, AdjNote="x")
        assert isinstance(wrong.value.__cause__, DecodeError)
        assert wrong.value.row_id == 7
        assert desk.requests == ["PUT /adjustments/7"]


async def test_a_new_claim_is_no_other_row() -> None:
    async with office({"PUT /claims/7/Split": row(ClaimNum=8, ProcNums=[1, 2])}) as desk:
        await desk.practice.claims.split(7, ProcNums=[1, 2])
        assert desk.verdicts == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_read_that_is_answered_with_another_row_has_failed(method: str) -> None:
    responses = {f"{method} /allergies/5": ok(b""), "GET /allergies/5": row(AllergyNum=6, Reaction="rash")}
    async with office(responses) as desk:
        allergies = desk.practice.allergies
        with pytest.raises(NotVerified) as wrong:
            await (allergies.update(5, Reaction="rash") if method == "PUT" else allergies.delete(5))
        assert isinstance(wrong.value.__cause__, DecodeError)


async def test_an_older_office_answers_with_nothing_and_is_read() -> None:
    responses = {"PUT /patients/48": ok(b""), "GET /patients/48": row(PatNum=48, LName="Old")}
    async with office(responses) as desk:
        with pytest.raises(NotKept) as wrong:
            await desk.practice.patients.update(48, LName="New")
        assert wrong.value.fields == ("LName",)


async def test_a_row_is_looked_for_in_a_list() -> None:
    first = [{"ClinicNum": each, "Abbr": "x"} for each in range(1, 101)]
    page = {"": first, "100": [{"ClinicNum": 200, "Abbr": "Main", "Phone": "(503)456-8910"}]}

    def respond(heard: Heard) -> bytes:
        return ok(b"") if heard.method == "PUT" else rows(*page[heard.query.get("Offset", "")])

    async with RawServer(respond) as server, OpenDental("developer") as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url=server.url)
        practice = practice.with_options(verify=Verify.RAISE)
        await practice.clinics.update(200, Abbr="Main", Phone="5034568910")
        with pytest.raises(NotKept) as wrong:
            await practice.clinics.update(200, Abbr="Side")
        assert wrong.value.fields == ("Abbr",)
        assert [each.method for each in server.heard] == ["PUT", "GET", "GET"] * 2


async def test_a_row_that_the_list_leaves_out_cannot_be_verified() -> None:
    responses = {"PUT /clinics/9": ok(b""), "GET /clinics": rows({"ClinicNum": 1, "Abbr": "Main"})}
    async with office(responses) as desk:
        await desk.practice.clinics.update(9, Abbr="Main")
        assert [each.name for each in desk.verdicts] == [EventName.UNVERIFIABLE]


async def test_a_new_row_at_the_end_of_a_very_long_list_cannot_be_verified() -> None:
    def respond(heard: Heard) -> bytes:
        offset = int(heard.query.get("Offset", 0))
        first = {"MedicationNum": offset + 1, "MedName": f"Number {offset}"}
        others = ({"MedicationNum": offset + number, "MedName": "Other"} for number in range(2, 101))
        return ok(b"", status="201 Created") if heard.method == "POST" else rows(first, *others)

    told: list[Event] = []
    async with RawServer(respond) as server, OpenDental("developer", on_event=told.append) as od:
        practice = od.practice("office", mode=Mode.LOCAL, base_url=server.url)
        await practice.with_options(verify=Verify.RAISE).medications.create(MedName="Aspirin")
        assert [each.name for each in told if each.name is not EventName.STARTED][
            -1
        ] is EventName.UNVERIFIABLE
        assert len(server.heard) == 11


async def test_a_new_row_is_looked_for_among_those_of_the_patient() -> None:
    found = [
        {"MedicationPatNum": 1, "PatNum": 48, "medName": "Aspirin", "PatNote": ""},
        {"MedicationPatNum": 2, "PatNum": 48, "medName": "Ibuprofen", "PatNote": "With water."},
    ]
    responses = {"POST /medicationpats": ok(b""), "GET /medicationpats": rows(*found)}
    async with office(responses) as desk:
        create = desk.practice.medication_pats.create
        await create(PatNum=48, medName="ibuprofen", PatNote="With water.")
        with pytest.raises(NotKept) as wrong:
            await create(PatNum=48, medName="Aspirin", PatNote="Before meals.")
        assert (wrong.value.fields, wrong.value.row_id) == (("PatNote",), None)
        assert desk.heard[1].query == {"PatNum": "48"}


async def test_a_new_row_that_no_list_has_was_not_kept() -> None:
    responses = {"POST /allergydefs": ok(b""), "GET /allergydefs": rows()}
    async with office(responses) as desk:
        with pytest.raises(NotKept) as wrong:
            await desk.practice.allergy_defs.create(Description="Latex")
        assert wrong.value.fields == ("Description",)


FAILURES: Final[Mapping[str, tuple[bytes | None, type[Exception]]]] = {
    "500": (BROKEN, ServerError),
    "404": (NO_ROW, NotFound),
    "lost": (None, ConnectionLost),
}


@pytest.mark.parametrize(("reply", "cause"), FAILURES.values(), ids=FAILURES)
async def test_a_read_that_fails_is_no_failure_of_the_write(
    reply: bytes | None, cause: type[Exception]
) -> None:
    async with office({"PUT /carriers/3": ok(b""), "GET /carriers/3": reply}) as desk:
        with pytest.raises(NotVerified) as wrong:
            await desk.practice.carriers.update(3, CarrierName="A")
        error = wrong.value
        assert isinstance(error.__cause__, cause)
        assert not isinstance(error, OutcomeUnknown)
        assert (error.method, error.path, error.row_id) == ("PUT", "/carriers/3", 3)
        assert "was executed" in str(error)
        assert desk.requests.count("PUT /carriers/3") == 1


async def test_a_write_of_unknown_outcome_stays_one() -> None:
    async with office({"POST /commlogs": ok(b"<html>")}) as desk:
        with pytest.raises(OutcomeUnknown):
            await desk.practice.commlogs.create(PatNum=48, Note="Called.")
        assert desk.verdicts == []


async def test_a_deleted_row_is_gone() -> None:
    async with office({"DELETE /claims/4": ok(b""), "GET /claims/4": NO_ROW}) as desk:
        await desk.practice.claims.delete(4)
        assert desk.requests == ["DELETE /claims/4", "GET /claims/4"]
        assert desk.verdicts == []


async def test_a_deleted_row_that_is_still_there_was_not_deleted() -> None:
    async with office({"DELETE /claims/4": ok(b""), "GET /claims/4": row(ClaimNum=4)}) as desk:
        with pytest.raises(NotKept, match="the office did not delete it; read row 4") as wrong:
            await desk.practice.claims.delete(4)
        assert (wrong.value.fields, wrong.value.row_id) == ((), 4)


async def test_a_deleted_procedure_may_still_be_read() -> None:
    responses = {"DELETE /procedurelogs/4": ok(b""), "GET /procedurelogs/4": row(ProcNum=4, ProcStatus="D")}
    async with office(responses) as desk:
        await desk.practice.procedure_logs.delete(4)
        assert desk.verdicts == []


async def test_an_office_that_does_not_know_the_read_has_not_deleted_the_row() -> None:
    async with office({"DELETE /allergies/4": ok(b""), "GET /allergies/4": NO_RESOURCE}) as desk:
        with pytest.raises(NotVerified):
            await desk.practice.allergies.delete(4)


Write = Callable[[Practice], Awaitable[Any]]
UNVERIFIABLE: Final[Mapping[str, Write]] = {
    "DELETE /patplans/4": lambda practice: practice.pat_plans.delete(4),
    "PUT /medicationpats/4": lambda practice: practice.medication_pats.update(4, PatNote="x"),
    "PUT /appointments/4/Confirm": lambda practice: practice.appointments.confirm(4, confirmVal="Sent"),
    "POST /documents/Thumbnails": lambda practice: practice.documents.thumbnails(
        PatNum=1, SftpAddress="a", SftpUsername="b", SftpPassword="c"
    ),
    "PUT /stickers/4": lambda practice: practice.request("PUT", "/stickers/4", body={"Label": "x"}),
}


@pytest.mark.parametrize(("name", "write"), UNVERIFIABLE.items(), ids=UNVERIFIABLE)
async def test_what_cannot_be_verified_is_told_and_costs_nothing(
    name: str, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "odapi_async"):
        async with office({name: ok(b"")}) as desk:
            await write(desk.practice)
            assert [each.name for each in desk.verdicts] == [EventName.UNVERIFIABLE]
            assert desk.requests == [name]
    (record,) = own(caplog)
    assert "nothing of it can be read back" in record.getMessage()


async def test_an_office_that_is_too_old_for_the_read_is_not_asked() -> None:
    async with office({"PUT /allergies/4": ok(b"")}, version="25.1") as desk:
        await desk.practice.allergies.update(4, Reaction="Hives")
        assert [each.name for each in desk.verdicts] == [EventName.UNVERIFIABLE]
        assert desk.requests == ["PUT /allergies/4"]


async def test_a_warning_is_logged_once_and_the_call_returns(caplog: pytest.LogCaptureFixture) -> None:
    async with office({"PUT /patients/48": row(PatNum=48, LName="Old")}, verify=Verify.WARN) as desk:
        assert (await desk.practice.patients.update(48, LName="New")).LName == "Old"
        [event] = desk.verdicts
        assert (event.name, event.fields) == (EventName.NOT_KEPT, ("LName",))
        assert (event.operation, event.practice, event.error) == ("PUT /patients/{PatNum}", "harbor", None)
    [record] = own(caplog)
    assert record.levelno == logging.WARNING
    assert record.getMessage() == (
        "practice harbor: PUT /patients/{PatNum} had success, but was not kept: LName; "
        "read the row before you go on"
    )


async def test_a_read_that_fails_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    responses = {"PUT /carriers/3": ok(b""), "GET /carriers/3": BROKEN}
    async with office(responses, verify=Verify.WARN) as desk:
        await desk.practice.carriers.update(3, CarrierName="A")
        [event] = desk.verdicts
        assert (event.name, event.error) == (EventName.NOT_VERIFIED, "ServerError")
    warnings = [each.getMessage() for each in own(caplog) if each.levelno == logging.WARNING]
    assert warnings == [
        "practice harbor: PUT /carriers/{CarrierNum} was executed, but reading it back ended with ServerError"
    ]


async def test_dates_in_a_format_of_the_caller_are_read_again() -> None:
    responses = {
        "PUT /patients/48": row(PatNum=48, LName="New", Birthdate="24.05.1976"),
        "GET /patients/48": row(PatNum=48, LName="New", Birthdate="1976-05-24"),
    }
    async with office(responses) as desk:
        update = desk.practice.patients.update
        await update(48, LName="New", Birthdate=date(1976, 5, 24), DateFormatString="dd.MM.yyyy")
        with pytest.raises(NotKept) as wrong:
            await update(48, Birthdate=date(1976, 5, 25), DateFormatString="dd.MM.yyyy")
        assert wrong.value.fields == ("Birthdate",)
        assert desk.heard[1].query == {}


async def test_fields_that_exclude_each_other_are_not_compared() -> None:
    answer = row(ClaimProcNum=5, NoBillIns="true", CopayOverride=-1, WriteOff=5.0)
    async with office({"PUT /claimprocs/5": answer, "GET /claimprocs/5": answer}) as desk:
        await desk.practice.claim_procs.update(5, NoBillIns=True, CopayOverride=3)
        with pytest.raises(NotKept) as wrong:
            await desk.practice.claim_procs.update(5, NoBillIns=False, CopayOverride=3, WriteOff=5)
        assert wrong.value.fields == ("NoBillIns", "CopayOverride")


async def test_fields_beyond_the_reference_are_compared_if_the_row_has_them() -> None:
    """An office answered 200 to DateCP, and changed nothing (see the reference)."""
    answer = row(ClaimProcNum=5, DateCP="2026-01-01")
    async with office({"PUT /claimprocs/5": answer}) as desk:
        practice = desk.practice.with_options(check=False)
        unlisted: Any = {"DateCP": date(2026, 2, 2)}
        with pytest.raises(NotKept) as wrong:
            await practice.claim_procs.update(5, **unlisted)
        assert wrong.value.fields == ("DateCP",)


async def test_the_effect_of_an_action_is_verified() -> None:
    responses = {
        "PUT /appointments/4/Break": ok(b""),
        "GET /appointments/4": row(AptNum=4, AptStatus="Scheduled"),
        "PUT /appointments/5/Break": ok(b""),
        "GET /appointments/5": row(AptNum=5, AptStatus="UnschedList"),
    }
    async with office(responses) as desk:
        await desk.practice.appointments.break_(5, sendToUnscheduledList=True)
        with pytest.raises(NotKept) as wrong:
            await desk.practice.appointments.break_(4, sendToUnscheduledList=True)
        assert wrong.value.fields == ("AptStatus",)


async def test_a_time_of_day_reads_back_as_a_moment() -> None:
    answer = row(AptNum=4, AptDateTime="2026-11-30 09:00:00", DateTimeArrived="2026-11-30 08:55:00")
    async with office({"PUT /appointments/4": answer}) as desk:
        update = desk.practice.appointments.update
        await update(4, AptDateTime=datetime(2026, 11, 30, 9), DateTimeArrived="08:55:00")
        with pytest.raises(NotKept) as wrong:
            await update(4, DateTimeArrived="08:56:00")
        assert wrong.value.fields == ("DateTimeArrived",)


async def test_the_read_has_the_deadline_of_the_same_call() -> None:
    async with office({"PUT /carriers/3": ok(b""), "GET /carriers/3": b""}) as desk:  # which never answers
        with pytest.raises(NotVerified) as wrong:
            await desk.practice.with_options(deadline=0.1).carriers.update(3, CarrierName="A")
        assert isinstance(wrong.value.__cause__, TimeoutError | WaitTooLong)
        assert desk.requests == ["PUT /carriers/3", "GET /carriers/3"]


@virtual_time
async def test_the_write_uses_up_the_deadline_of_the_read() -> None:
    async with in_process() as bench:
        bench.box.add_fault(Fault("latency", seconds=3.0, method="PUT"))
        bench.box.add_fault(Fault("latency", seconds=3.0, method="GET"))
        practice = bench.practice().with_options(verify=Verify.RAISE, deadline=5.0)
        began = asyncio.get_running_loop().time()
        with pytest.raises(NotVerified) as wrong:
            await practice.carriers.update(2, CarrierName="Zorbax")
        assert asyncio.get_running_loop().time() - began == pytest.approx(5.0)
        assert isinstance(wrong.value.__cause__, RequestTimeout)


async def test_a_call_that_is_cancelled_in_its_read_leaves_nothing_behind() -> None:
    async with office({"PUT /carriers/3": ok(b""), "GET /carriers/3": b""}) as desk:
        update = asyncio.create_task(desk.practice.carriers.update(3, CarrierName="A"))
        await until(lambda: len(desk.requests) == 2)
        before = asyncio.all_tasks()
        update.cancel()
        with pytest.raises(asyncio.CancelledError):
            await update
        assert asyncio.all_tasks() <= before - {update}
        assert desk.requests == ["PUT /carriers/3", "GET /carriers/3"]


@pytest.mark.parametrize("verify", ["always", True, None, 1])
async def test_another_value_is_refused(verify: Any) -> None:
    async with OpenDental("developer") as od:
        with pytest.raises(ConfigurationError, match=r"verify has to be one of Verify.OFF, Verify.WARN"):
            od.practice("office").with_options(verify=verify)


async def test_the_value_may_be_written_as_text() -> None:
    async with OpenDental("developer") as od:
        text: Any = "raise"
        practice = od.practice("office").with_options(verify=text)
        assert practice._calls.options.verify is Verify.RAISE
        assert practice.with_options(timeout=3)._calls.options.verify is Verify.RAISE
