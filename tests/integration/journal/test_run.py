"""Steps of a run: adopted, written once, read again, and refused if somebody else was there."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest

from odapi_async import (
    BadRequest,
    ConfigurationError,
    InvalidRequest,
    Mode,
    OpenDental,
    OutcomeUnknown,
    Practice,
)
from odapi_async.mirror import Store
from odapi_async.recipes.journal import (
    Ask,
    Conflict,
    Journal,
    JournalError,
    Run,
    RunBusy,
    StepsChanged,
    WrongPractice,
)
from odapi_async.resources import (
    appointments,
    claim_payments,
    claim_procs,
    claims,
    commlogs,
    ins_subs,
    pat_plans,
    patients,
    payments,
    recalls,
)
from tests.support.insurance_office import Asked, InsuranceOffice, Refused
from tests.support.reporter import frames, leaks

SUB: Final[dict[str, Any]] = {"PlanNum": 7, "Subscriber": 48, "SubscriberID": "S1"}
NUMBER: Any = "17"
CALL: Final[dict[str, Any]] = {"PatNum": 48, "Note": "called"}


async def insured(run: Run) -> int:
    sub = await run.ensure(ins_subs.CREATE, **SUB)
    plan = await run.ensure(pat_plans.CREATE, PatNum=48, InsSubNum=sub.InsSubNum, Ordinal=1)
    return plan.PatPlanNum


async def test_a_step_that_is_not_there_is_written_once(
    url: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(url) as journal:
        for _ in range(2):
            async with journal.run("ins-48", practice) as run:
                assert await insured(run) == 1
        async with journal.run("another", practice) as run:
            assert await insured(run) == 1, "it is adopted"
    assert office.writes() == ["POST /inssubs", "POST /patplans"]
    assert len(office.heard) == 2 + 2 + 2 + 2, "a look and a write; then one look each"


async def test_another_row_in_its_place_is_a_conflict(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    office.add("inssubs", PlanNum=7, Subscriber=48, SubscriberID="theirs")
    async with Journal(lite) as journal, journal.run("ins-48", practice) as run:
        with pytest.raises(Conflict, match=r"harbour: step 1 of run 'ins-48' \(POST /inssubs\)") as caught:
            await run.ensure(ins_subs.CREATE, **SUB)
        assert (caught.value.fields, caught.value.row_ids) == (("SubscriberID",), (1,))
        assert "theirs" not in str(caught.value)
        office.tables["inssubs"][1]["SubscriberID"] = "S1"
        assert (await run.ensure(ins_subs.CREATE, **SUB)).InsSubNum == 1, "a failed step can be done again"
    assert office.writes() == []


async def test_the_office_is_believed_and_not_the_journal(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite) as journal:
        async with journal.run("ins-48", practice) as run:
            await insured(run)
        office.tables["inssubs"][1]["SubscriberID"] = "changed"
        async with journal.run("ins-48", practice) as run:
            with pytest.raises(Conflict, match="somebody has changed SubscriberID"):
                await insured(run)
            del office.tables["inssubs"][1]
            with pytest.raises(Conflict, match="not there any more"):
                await insured(run)


async def test_steps_are_known_by_their_order_and_their_values(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite) as journal:
        async with journal.run("ins-48", practice) as run:
            await insured(run)
        async with journal.run("ins-48", practice) as run:
            with pytest.raises(StepsChanged, match="its values have changed"):
                await run.ensure(ins_subs.CREATE, PlanNum=7, Subscriber=48, SubscriberID="S2")
            with pytest.raises(StepsChanged, match="POST /inssubs"):
                await run.ensure(commlogs.CREATE, **CALL)
            await insured(run)
        with pytest.raises(StepsChanged, match=r"step 2 .*the program has left it out"):
            async with journal.run("ins-48", practice) as run:
                await run.ensure(ins_subs.CREATE, **SUB)
        with pytest.raises(KeyError):
            async with journal.run("ins-48", practice) as run:
                raise KeyError
    assert len(office.writes()) == 2


async def test_a_run_belongs_to_one_practice(lite: str, office: InsuranceOffice, practice: Practice) -> None:
    async with Journal(lite) as journal, OpenDental("developer") as od:
        async with journal.run("ins-48", practice):
            pass
        other = od.practice("other-key", mode=Mode.LOCAL, base_url=office.url)
        with pytest.raises(WrongPractice):
            async with journal.run("ins-48", other):
                pass
        assert office.heard == []
        assert await journal.forget("ins-48")
        assert not await journal.forget("ins-48")
        async with journal.run("ins-48", other):
            pass


async def test_a_second_process_is_refused_until_the_lease_ends(
    url: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(url, lease=60) as journal, Journal(url, lease=60) as second:
        async with journal.run("ins-48", practice):
            with pytest.raises(RunBusy, match="in use by another process or task") as caught:
                async with second.run("ins-48", practice):
                    pass
            assert 50 < caught.value.seconds <= 60
            with pytest.raises(RunBusy):
                await second.forget("ins-48")
            async with second.run("ins-49", practice):
                pass
        async with second.run("ins-48", practice):
            pass


async def test_a_lost_response_is_looked_up(url: str, office: InsuranceOffice, practice: Practice) -> None:
    async with Journal(url, settle=0.01) as journal, journal.run("ins-48", practice) as run:
        office.lost = 1.0
        sub = await run.ensure(ins_subs.CREATE, **SUB)
        plan = await run.ensure(pat_plans.CREATE, PatNum=48, InsSubNum=sub.InsSubNum)
        call = await run.ensure(commlogs.CREATE, **CALL)
        await run.ensure(appointments.UPDATE_NOTE, 1, Note="second")
        await run.ensure(appointments.BREAK_, 1, sendToUnscheduledList=False)
        await run.ensure(claim_procs.UPDATE, 1, Status="Received", InsPayAmt=80.5)
        await run.ensure(claims.UPDATE, 1, ClaimStatus="R")
        check = await run.ensure(claim_payments.CREATE, claimNum=1, CheckAmt=80.5)
        assert (plan.PatPlanNum, call.CommlogNum, check.ClaimPaymentNum) == (1, 1, 1)
    assert office.tables["appointments"][1]["Note"] == "first\nsecond"
    posted = [each for each in office.writes() if each.startswith("POST")]
    assert posted == ["POST /inssubs", "POST /patplans", "POST /commlogs", "POST /claimpayments"]


async def test_a_write_that_never_arrived_is_sent_again(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite, settle=0.01) as journal, journal.run("ins-48", practice) as run:
        office.refused = 1.0
        with pytest.raises(OutcomeUnknown):
            await run.ensure(commlogs.CREATE, **CALL)
        office.refused = 0.0
        assert (await run.ensure(commlogs.CREATE, **CALL)).CommlogNum == 1
        office.refused = 1.0
        with pytest.raises(OutcomeUnknown):
            await run.ensure(appointments.UPDATE_NOTE, 1, Note="second")
        office.refused = 0.0
        await run.ensure(appointments.UPDATE_NOTE, 1, Note="second")
    assert office.tables["appointments"][1]["Note"] == "first\nsecond"


async def test_a_write_that_the_office_executes_late_is_waited_for(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite, settle=0.3) as journal, journal.run("ins-48", practice) as run:
        office.lost, office.late = 1.0, 0.1
        assert (await run.ensure(commlogs.CREATE, **CALL)).CommlogNum == 1
        await run.ensure(ins_subs.CREATE, **SUB)
    assert office.writes() == ["POST /commlogs", "POST /inssubs"]


async def test_equal_rows_that_were_there_before_are_not_ours(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    office.add("commlogs", **CALL)
    async with Journal(lite, settle=0.01) as journal, journal.run("ins-48", practice) as run:
        office.lost = 1.0
        assert (await run.ensure(commlogs.CREATE, **CALL)).CommlogNum == 2


async def test_two_new_rows_that_may_be_it_are_asked_about(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite, settle=0.01) as journal:
        async with journal.run("ins-48", practice) as run:
            office.lost = 1.0
            office.before = lambda asked: somebody_calls(office, asked)
            with pytest.raises(Ask, match="rows 1, 2 of /commlogs") as caught:
                await run.ensure(commlogs.CREATE, **CALL)
            assert caught.value.step == 1
        office.lost = 0.0
        async with journal.run("ins-48", practice) as run:
            with pytest.raises(Ask):
                await run.ensure(commlogs.CREATE, **CALL)
            await run.answer(1, row_id=2)
            assert (await run.ensure(commlogs.CREATE, **CALL)).CommlogNum == 2
    assert office.writes() == ["POST /commlogs"]


def somebody_calls(office: InsuranceOffice, asked: Asked) -> None:
    if asked.method == "POST":
        office.add("commlogs", **CALL)


async def test_a_new_row_with_another_text_is_asked_about_and_one_with_another_number_is_not(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite, settle=0.01) as journal:
        office.refused = 1.0
        async with journal.run("text", practice) as run:
            with pytest.raises(OutcomeUnknown) as caught:
                await run.ensure(commlogs.CREATE, **CALL, CommType=3)
            assert "resume the run" in caught.value.__notes__[0]
            office.add("commlogs", **CALL, CommType=4)
            office.refused = 0.0
            assert (await run.ensure(commlogs.CREATE, **CALL, CommType=3)).CommlogNum == 2
        office.refused = 1.0
        async with journal.run("number", practice) as run:
            with pytest.raises(OutcomeUnknown):
                await run.ensure(commlogs.CREATE, **CALL, CommType=3)
            office.add("commlogs", PatNum=48, Note="called.", CommType=3)
            with pytest.raises(Ask, match="rows 3 of"):
                await run.ensure(commlogs.CREATE, **CALL, CommType=3)
            await run.answer(1, row_id=None)
            office.refused = 0.0
            assert (await run.ensure(commlogs.CREATE, **CALL, CommType=3)).CommlogNum == 4


async def test_what_no_list_tells_is_asked_about(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    for lost in ("lost", "refused"):
        setattr(office, lost, 1.0)
        async with Journal(lite, settle=0.01) as journal, journal.run(lost, practice) as run:
            with pytest.raises(Ask, match="look at the recalls of the patient"):
                await run.ensure(recalls.SWITCH_TYPE, PatNum=48)
            with pytest.raises(InvalidRequest, match="2 is no step"):
                await run.answer(2, row_id=5)
            for wrong in (0, True, 2**63, NUMBER):
                with pytest.raises(InvalidRequest, match="positive"):
                    await run.answer(1, row_id=wrong)
            with pytest.raises(Ask):
                await run.ensure(recalls.SWITCH_TYPE, PatNum=48)
            setattr(office, lost, 0.0)
            await run.answer(1, row_id=5 if lost == "lost" else None)
            await run.ensure(recalls.SWITCH_TYPE, PatNum=48)
    assert office.writes() == ["PUT /recalls"] * 2


async def test_a_write_that_the_office_refuses_leaves_no_trace(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    def refuse(asked: Asked) -> None:
        if asked.method == "POST":
            raise Refused(400, "Note is invalid.")

    office.before = refuse
    async with Journal(lite) as journal:
        async with journal.run("ins-48", practice) as run:
            with pytest.raises(BadRequest):
                await run.ensure(commlogs.CREATE, **CALL)
        async with journal.run("ins-48", practice) as run:
            with pytest.raises(InvalidRequest):
                await run.ensure(commlogs.CREATE, PatNum=48)
            office.before = lambda _: None
            await run.ensure(commlogs.CREATE, PatNum=48, Note="another text")


async def test_a_field_that_the_office_does_not_keep_is_a_conflict(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    office.ignored = {("PUT", "claimprocs"): ("WriteOff",)}
    async with Journal(lite) as journal:
        for happened in ("has not kept WriteOff", "somebody has changed WriteOff"):
            async with journal.run("ins-48", practice) as run:
                with pytest.raises(Conflict, match=happened):
                    await run.ensure(claim_procs.UPDATE, 1, Status="Received", InsPayAmt=80, WriteOff=20)
    assert office.writes() == ["PUT /claimprocs"]


async def test_later_steps_may_change_the_row_of_an_earlier_one(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async def work(run: Run) -> None:
        sub = await run.ensure(ins_subs.CREATE, **SUB)
        first = await run.ensure(pat_plans.CREATE, PatNum=48, InsSubNum=sub.InsSubNum, Ordinal=1)
        other = await run.ensure(ins_subs.CREATE, PlanNum=8, Subscriber=48, SubscriberID="S2")
        second = await run.ensure(pat_plans.CREATE, PatNum=48, InsSubNum=other.InsSubNum, Ordinal=1)
        await run.ensure(ins_subs.UPDATE, sub.InsSubNum, SubscriberID="S3")
        await run.ensure(pat_plans.DELETE, second.PatPlanNum, scope={"PatNum": 48})
        assert (sub.InsSubNum, first.PatPlanNum, second.PatPlanNum) == (1, 1, 2)

    async with Journal(lite) as journal:
        for _ in range(2):
            async with journal.run("ins-48", practice) as run:
                await work(run)
    assert office.tables["patplans"].keys() == {1}
    assert len(office.writes()) == 6


async def test_a_deletion_is_done_if_the_row_is_gone(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    sub = office.add("inssubs", **SUB)
    plan = office.add("patplans", PatNum=48, InsSubNum=9, Ordinal=1)
    third = office.add("patplans", PatNum=48, InsSubNum=8, Ordinal=1)
    async with Journal(lite) as journal:
        for _ in range(2):
            async with journal.run("ins-48", practice) as run:
                await run.ensure(ins_subs.DELETE, sub)
                await run.ensure(pat_plans.DELETE, plan)
                await run.ensure(pat_plans.DELETE, 77)
                await run.ensure(pat_plans.DELETE, third, scope={"PatNum": 48})
        office.add("inssubs", sub, **SUB)
        async with journal.run("ins-48", practice) as run:
            with pytest.raises(Conflict, match="there again"):
                await run.ensure(ins_subs.DELETE, sub)
    assert office.writes() == ["DELETE /inssubs", *["DELETE /patplans"] * 3]
    assert not office.rows("patplans")


async def test_a_row_that_its_scope_does_not_have_is_left_alone(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    plan = office.add("patplans", PatNum=48, InsSubNum=9, Ordinal=1)
    async with Journal(lite) as journal, journal.run("ins-49", practice) as run:
        for change in (
            run.ensure(pat_plans.DELETE, plan, scope={"PatNum": 49}),
            run.ensure(pat_plans.UPDATE, plan, scope={"PatNum": 49}, Ordinal=2),
        ):
            with pytest.raises(Conflict, match=r"or it has another PatNum \(row 1\)") as caught:
                await change
            assert (caught.value.row_ids, caught.value.fields) == ((plan,), ("PatNum",))
    assert office.writes() == []
    assert office.rows("patplans", Ordinal=1)


async def test_one_step_at_a_time_inside_of_the_block(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite) as journal:
        run = journal.run("ins-48", practice)
        with pytest.raises(JournalError, match="inside of that block") as caught:
            await run.ensure(commlogs.CREATE, **CALL)
        for _, variables in frames(caught.value.__traceback__ and caught.value.__traceback__.tb_next):
            assert not leaks(variables, deep=False, secrets=("called",))
        with pytest.raises(JournalError, match="inside of that block"):
            await run.answer(1, row_id=None)
        async with run:
            done = await asyncio.gather(
                run.ensure(commlogs.CREATE, **CALL),
                run.ensure(commlogs.CREATE, **CALL),
                return_exceptions=True,
            )
            assert [type(each).__name__ for each in done] == ["Commlog", "JournalError"]
            assert "one step at a time" in str(done[1])
        with pytest.raises(JournalError, match="inside of that block"):
            await run.ensure(commlogs.CREATE, **CALL)


async def test_a_run_whose_block_is_entered_again_begins_with_its_first_step(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Journal(lite) as journal:
        run = journal.run("calls of 48", practice)
        async with run:
            await run.ensure(commlogs.CREATE, **CALL)
        async with run:
            assert (await run.ensure(commlogs.CREATE, **CALL)).CommlogNum == 1
            with pytest.raises(RunBusy):
                await run.__aenter__()
            await run.ensure(commlogs.CREATE, PatNum=48, Note="called again")
    assert office.writes() == ["POST /commlogs"] * 2


async def test_what_is_no_step_is_refused(lite: str, practice: Practice, office: InsuranceOffice) -> None:
    async with Journal(lite) as journal, journal.run("ins-48", practice) as run:
        with pytest.raises(InvalidRequest, match="is no write"):
            await run.ensure(patients.GET, 48)
        with pytest.raises(InvalidRequest, match="scope"):
            await run.ensure(payments.CREATE, scope={"PatNum": 48}, PatNum=48, PayAmt=3, PayType=4)
        with pytest.raises(InvalidRequest, match="not sent with a DELETE"):
            await run.ensure(pat_plans.DELETE, 1, PatNum=48)
        with pytest.raises(InvalidRequest, match="Subscriber"):
            await run.ensure(ins_subs.CREATE, PlanNum=7)
        with pytest.raises(InvalidRequest, match=r"ids: PUT /inssubs/\{InsSubNum\} has 1, not 0"):
            await run.ensure(ins_subs.UPDATE, SubscriberID="S2")
        with pytest.raises(InvalidRequest, match="patnum: is not a parameter of GET /patplans"):
            await run.ensure(pat_plans.DELETE, 1, scope={"patnum": 48})
    for name in ("", " ", "x" * 201, "a\nb"):
        with pytest.raises(ConfigurationError, match="name"):
            Journal(lite).run(name, practice)
    for seconds in (0, -1, float("inf"), float("nan"), 1e10):
        with pytest.raises(ConfigurationError, match="settle"):
            Journal(lite, settle=seconds)
    assert office.heard == []


async def test_a_store_is_shared_and_stays_open(
    url: str, office: InsuranceOffice, practice: Practice
) -> None:
    async with Store(url) as store:
        for name in ("a", "b"):
            async with Journal(store) as journal, journal.run(name, practice) as run:
                await insured(run)
        await store.open(["patients"])
    assert len(office.writes()) == 2


async def test_of_two_that_begin_at_the_same_time_one_is_refused(
    url: str, office: InsuranceOffice, practice: Practice
) -> None:
    async def begin(journal: Journal) -> str:
        try:
            async with journal.run("ins-48", practice):
                await asyncio.sleep(0.3)
        except RunBusy:
            return "refused"
        return "done"

    async with Journal(url) as first, Journal(url) as second:
        assert sorted(await asyncio.gather(begin(first), begin(second))) == ["done", "refused"]


async def test_a_write_whose_check_failed_is_not_sent_again(
    lite: str, office: InsuranceOffice, practice: Practice
) -> None:
    def fail(asked: Asked) -> None:
        if asked.method == "GET" and office.writes():
            raise Refused(400, "Something is wrong.")

    office.add("inssubs", **SUB)
    office.before = fail
    async with Journal(lite) as journal:
        async with journal.run("ins-48", practice) as run:
            with pytest.raises(BadRequest):
                await run.ensure(ins_subs.UPDATE, 1, SubscriberID="S2")
        office.before = lambda _: None
        async with journal.run("ins-48", practice) as run:
            await run.ensure(ins_subs.UPDATE, 1, SubscriberID="S2")
    assert office.writes() == ["PUT /inssubs"]
