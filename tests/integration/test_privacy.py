"""No key and nothing of a patient in any log, warning, repr, error text or traceback, even in debug mode."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final, Literal

import msgspec
import pytest

from odapi_async import Mode, OpenDental, OpenDentalError, Practice, RetryPolicy
from odapi_async.errors import APIError, DecodeError
from odapi_async.resources.patients import SIMPLE
from odapi_async.sandbox import Fault, Sandbox
from tests.support.bench import QUICK, Bench, local, remote
from tests.support.watch import until
from tests.support.wire import RawServer, ok

DEVELOPER: Final = "Dvl0perK3y"
CUSTOMER: Final = "Cst0merK3y"
NAME: Final = "Quinzelburg"
NUMBER: Final = "123456789"
WRITTEN_NUMBER: Final = "123-45-6789"
SOMEONE: Any = NAME  # for places where the type checker would refuse a name before the SDK could
SECRETS: Final = (DEVELOPER, CUSTOMER, NAME, NUMBER, WRITTEN_NUMBER)

PERSON: Final[dict[str, Any]] = {"LName": NAME, "FName": NAME, "SSN": NUMBER, "HmPhone": WRITTEN_NUMBER}

Call = Callable[[Practice], Any]


def revealed(text: str) -> list[str]:
    """The lines in which a secret stands."""
    lowered = [secret.lower() for secret in SECRETS]
    return [line for line in text.splitlines() if any(secret in line.lower() for secret in lowered)]


class Open(msgspec.Struct):
    """A struct of the caller's own, whose repr shows everything."""

    PatNum: int
    LName: str


class Strict(msgspec.Struct):
    PatNum: int
    LName: Literal["Smith"]


class Overheard:
    """Everything that was said while it lasted: logs of all loggers, and what is added."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog
        self._said: list[str] = []

    @property
    def text(self) -> str:
        return "\n".join([*self._said, self._caplog.text])

    def add(self, *things: object) -> None:
        self._said += [f"{thing!r}\n{thing}" for thing in things]

    def add_error(self, error: BaseException) -> None:
        self.add(error)
        self._said += traceback.format_exception(error)

    async def hear(self, practice: Practice, call: Call) -> BaseException | None:
        """Make a call and note its error, if it ends with one."""
        try:
            await call(practice)
        except OpenDentalError as error:
            self.add_error(error)
            return error
        return None


@pytest.fixture
async def overheard(caplog: pytest.LogCaptureFixture) -> Overheard:
    caplog.set_level(logging.DEBUG)
    # every step of every task is logged, with what asyncio has to say about it
    asyncio.get_running_loop().slow_callback_duration = 0.0
    return Overheard(caplog)


@asynccontextmanager
async def people(retries: RetryPolicy = QUICK, **options: Any) -> AsyncGenerator[Bench]:
    """A sandbox in which every patient that a test writes has that name."""
    offices = [local(CUSTOMER, rows={"patients": 0}), remote("office-two", rows={"patients": 250})]
    async with (
        Sandbox(offices, developer_key=DEVELOPER) as box,
        OpenDental(DEVELOPER, retries=retries, **options) as client,
    ):
        yield Bench(box, client)


async def create(practice: Practice) -> None:
    await practice.patients.create(**PERSON)


async def stream(rows: Any) -> None:
    async for _ in rows:
        await asyncio.sleep(0)


SUCCESSES: Final[dict[str, Call]] = {
    "row": lambda at: at.patients.get(1),
    "rows": lambda at: at.patients.simple(LName=NAME),
    "stream": lambda at: stream(at.patients.list(LName=NAME, SSN=NUMBER)),
    "pages": lambda at: stream(at.patients.simple(LName=NAME).pages()),
    "first": lambda at: at.patients.simple(LName=NAME).first(),
    "own struct": lambda at: at.patients.simple(LName=NAME).into(Open),
    "dictionaries": lambda at: at.rows("/patients/Simple", query={"LName": NAME}),
    "update": lambda at: at.patients.update(1, **PERSON),
    "unlisted": lambda at: at.request("PUT", "/patients/1", body=PERSON),
    "query": lambda at: at.request(
        "PUT", "/queries/ShortQuery", body={"SqlCommand": f"SELECT * FROM patient WHERE LName='{NAME}'"}
    ),
}


@pytest.mark.parametrize("call", SUCCESSES.values(), ids=SUCCESSES)
async def test_successes_say_nothing(call: Call, overheard: Overheard) -> None:
    async with people() as bench:
        practice = bench.practice(CUSTOMER)
        await practice.patients.create(**PERSON)
        assert await overheard.hear(practice, call) is None
        assert bench.box.rows(CUSTOMER, "patients")[0]["LName"] == NAME
        sent = " ".join(
            f"{arrival.query} {arrival.body!r} {arrival.customer_key}" for arrival in bench.arrivals
        )
        assert NAME in sent
        assert CUSTOMER in sent
    assert revealed(overheard.text) == []


FAULTS: Final = (
    Fault("status", status=500),
    Fault("status", status=504),
    Fault("status", status=401),
    Fault("status", status=302),
    Fault("offline"),
    Fault("throttle", retry_after=0.0),
    Fault("latency", seconds=30.0),
    Fault("drop"),
    Fault("torn"),
    Fault("garbage"),
)

CALLS: Final = {name: SUCCESSES[name] for name in ("row", "rows", "stream", "update", "unlisted")}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.status}")
@pytest.mark.unmeasured
async def test_failures_say_nothing(fault: Fault, overheard: Overheard) -> None:
    async with people(RetryPolicy(max_attempts=2, max_throttled=2, base_delay=0.01)) as bench:
        practice = bench.practice(CUSTOMER).with_options(timeout=0.05)
        await bench.practice(CUSTOMER).patients.create(**PERSON)
        for call in (*CALLS.values(), create):
            bench.box.clear_faults()
            bench.box.add_fault(replace(fault, times=None))
            assert isinstance(await overheard.hear(practice, call), OpenDentalError)
    assert revealed(overheard.text) == []


async def test_a_connection_that_cannot_be_opened_says_nothing(overheard: Overheard) -> None:
    async with people(RetryPolicy(max_attempts=1)) as bench:
        await bench.box.close()
        for call in CALLS.values():
            assert await overheard.hear(bench.practice(CUSTOMER), call) is not None
    assert revealed(overheard.text) == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("400 Bad Request", f'"SSN {WRITTEN_NUMBER} is taken, see also {NUMBER}."'),
        ("404 Not Found", f"No patient with {NUMBER}"),
        ("500 Error", f'{{"detail": "{WRITTEN_NUMBER}"}}'),
        ("409 Conflict", f'"{WRITTEN_NUMBER}"'),
    ],
)
async def test_an_explanation_that_quotes_numbers_is_kept_out_of_texts(
    status: str, body: str, overheard: Overheard
) -> None:
    async with RawServer(lambda _: ok(body.encode(), status=status)) as server:
        async with OpenDental(DEVELOPER, retries=RetryPolicy(max_attempts=1)) as client:
            practice = client.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url)
            error = await overheard.hear(practice, CALLS["rows"])
        assert isinstance(error, APIError)
        assert NUMBER in error.explanation.replace("-", ""), "whoever asks for it gets it in full"
    assert revealed(overheard.text) == []


UNREADABLE: Final = {
    "a name for a key": f'[{{"PatNum": 1, "LName": "Smith"}}, {{"PatNum": "{NAME}"}}]'.encode(),
    "a name for a row": f'["{NAME}"]'.encode(),
    "a name for everything": f'"{NAME}"'.encode(),
    "half a row": f'[{{"LName": "{NAME}'.encode(),
    "not UTF-8": f'[{{"LName": "{NAME}'.encode() + b'\xff"}]',
    "nothing but a name": NAME.encode(),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("struct", [None, Open, Strict])
@pytest.mark.unmeasured
async def test_rows_that_cannot_be_read_are_kept_out_of_texts(
    body: bytes, struct: type[Any] | None, overheard: Overheard
) -> None:
    async with RawServer(lambda _: ok(body)) as server, OpenDental(DEVELOPER) as client:
        practice = client.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url)
        rows = practice.patients.simple(LName=NAME)
        error = await overheard.hear(practice, lambda _: rows.into(struct) if struct else rows)
        overheard.add(rows)
        assert isinstance(error, DecodeError)
        assert NAME.encode() in error.raw, "whoever asks for it gets it in full"
    assert revealed(overheard.text) == []


async def test_a_value_that_a_struct_does_not_offer_is_kept_out_of_texts(overheard: Overheard) -> None:
    body = f'[{{"PatNum": 1, "LName": "{NAME}"}}]'.encode()
    async with RawServer(lambda _: ok(body)) as server, OpenDental(DEVELOPER) as client:
        practice = client.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url)
        error = await overheard.hear(practice, lambda at: at.patients.simple().into(Strict))
        assert isinstance(error, DecodeError)
        assert (error.row, error.field) == (0, "LName")
    assert revealed(overheard.text) == []


BAD_VALUES: Final[dict[str, Call]] = {
    "date": lambda at: at.patients.update(1, Birthdate=NAME),
    "moment": lambda at: at.patients.simple(DateTStamp=NAME),
    "choice": lambda at: at.patients.simple(PatStatus=NAME),
    "number": lambda at: at.patients.simple(ClinicNum=SOMEONE),
    "key": lambda at: at.patients.get(SOMEONE),
    "flag": lambda at: at.patients.list(hideInactive=SOMEONE),
    "text": lambda at: at.patients.simple(LName=SOMEONE.encode()),
    "keys": lambda at: at.patients.list(clinicNums=[SOMEONE]),
    "path": lambda at: at.request("GET", f"/patients?LName={NAME}"),
    "body": lambda at: at.request("PUT", "/patients/1", body={"LName": {NAME}}),
}


@pytest.mark.parametrize("call", BAD_VALUES.values(), ids=BAD_VALUES)
async def test_a_bad_value_is_not_quoted(call: Call, overheard: Overheard) -> None:
    async with people() as bench:
        assert await overheard.hear(bench.practice(CUSTOMER), call) is not None
        assert bench.arrivals == []
    assert revealed(overheard.text) == []


async def test_keys_and_addresses_that_cannot_work_are_not_quoted(overheard: Overheard) -> None:
    async with OpenDental(DEVELOPER) as client:
        attempts: list[Callable[[], object]] = [
            lambda: OpenDental(f"{DEVELOPER}/{CUSTOMER}"),
            lambda: OpenDental(f"{DEVELOPER}\n"),
            lambda: client.practice(f"{DEVELOPER}/{CUSTOMER}"),
            lambda: client.practice(f"{CUSTOMER} "),
            lambda: client.practice(
                "office", base_url=f"https://{NAME}:{CUSTOMER}@api.opendental.com/api/v1"
            ),
            lambda: client.practice("office", base_url=f"https://api.opendental.com/api/v1?key={CUSTOMER}"),
            lambda: client.practice("office", base_url=f"https://api.opendental.com:{CUSTOMER}/api/v1"),
        ]
        for attempt in attempts:
            with pytest.raises(OpenDentalError) as caught:
                attempt()
            overheard.add_error(caught.value)
    assert revealed(overheard.text) == []


async def test_what_the_scheduler_refuses_says_nothing(overheard: Overheard) -> None:
    async with people(max_queue=1) as bench:
        practice = bench.practice(CUSTOMER, mode=Mode.REMOTE)
        calls = [
            asyncio.create_task(_hear(overheard, practice, call))
            for call in (*CALLS.values(), *CALLS.values())
        ]
        await until(lambda: len(bench.arrivals) == 1)
        await overheard.hear(practice.with_options(max_wait=0.1), CALLS["row"])
        overheard.add(*asyncio.all_tasks(), bench.client.scheduler.snapshot())
        await bench.client.aclose()
        await overheard.hear(practice, CALLS["row"])
        await asyncio.gather(*calls)
    assert revealed(overheard.text) == []


async def _hear(overheard: Overheard, practice: Practice, call: Call) -> None:
    await overheard.hear(practice, call)


async def test_objects_show_neither_keys_nor_patients(overheard: Overheard) -> None:
    async with people() as bench:
        practice = bench.practice(CUSTOMER)
        person = await practice.patients.create(**PERSON)
        rows = practice.patients.simple(LName=NAME)
        assert (person.LName, person.SSN) == (NAME, NUMBER)
        overheard.add(person, [person], {"patient": person}, rows, rows.pages(), aiter(rows))
        overheard.add(practice, practice.with_options(flow=1), practice.patients, practice._calls)
        overheard.add(practice._calls.settings, practice._calls.options)
        overheard.add(practice._calls.prepare(SIMPLE, query={"LName": NAME}))
        overheard.add(bench.client, bench.client.scheduler, bench.client.scheduler.snapshot())
        bench.box.add_fault(Fault("latency", seconds=0.1))
        under_way = asyncio.create_task(_hear(overheard, practice, lambda _: rows))
        await until(lambda: len(bench.arrivals) == 2)
        overheard.add(*asyncio.all_tasks(), bench.client.scheduler.snapshot())
        await under_way
    assert revealed(overheard.text) == []


async def test_a_secret_that_is_said_would_be_heard(overheard: Overheard) -> None:
    """Otherwise the other tests could not fail."""
    logging.getLogger("somewhere.deep").debug("asked for %s", NAME)
    overheard.add_error(ValueError(CUSTOMER))
    assert len(revealed(overheard.text)) == 4
