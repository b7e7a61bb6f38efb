"""Each rule of the reference is kept: raw requests that break one are refused and recorded."""

import json

import pytest

from tests.opponent.raw import AUTHORIZATION, JSON_TYPE, send
from tests.opponent.reference import max_body
from tests.opponent.refusal import Refused
from tests.opponent.rows import Office
from tests.opponent.server import CUSTOMER_KEY, DEVELOPER_KEY, PORTAL_KEY, Opponent

AS_DATETIME = "format must be yyyy-MM-dd HH:mm:ss."
CONFIRMED = {"confirmVal": "Sent", "defNum": 1}
TASK = {"UserNum": 1, "TaskListNum": 1, "Descript": "x", "KeyNum": 1}
ONE_PAIR = {"procNumsAndAmounts": [{"ProcNum": 1}]}
JANE = {"LName": "Smith", "FName": "Jane"}


async def refused(server: Opponent) -> Refused:
    (one,) = server.refused
    server.refused.clear()
    return one


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        f"odfhir {DEVELOPER_KEY}/{CUSTOMER_KEY}",
        f"ODFHIR  {DEVELOPER_KEY}/{CUSTOMER_KEY}",
        f"ODFHIR {DEVELOPER_KEY}",
        f"ODFHIR {DEVELOPER_KEY}/{CUSTOMER_KEY}/",
        f"ODFHIR {DEVELOPER_KEY}/another",
        f"ODFHIR another/{CUSTOMER_KEY}",
        "Basic b3Bwb25lbnQ6b3Bwb25lbnQ=",
    ],
)
async def test_only_the_exact_authorization_is_accepted(
    opponent: Opponent, authorization: str | None
) -> None:
    response = await send(opponent, "GET", "/patients", authorization=authorization)
    assert (response.status, (await refused(opponent)).status) == (401, 401)


@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/patients"), ("DELETE", "/allergies/3"), ("PUT", "/payplans/1/Close")]
)
@pytest.mark.parametrize(
    "headers", [{}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json; charset=utf-16"}]
)
async def test_every_request_needs_the_content_type(
    opponent: Opponent, method: str, target: str, headers: dict[str, str]
) -> None:
    assert (await send(opponent, method, target, "", headers=headers)).status == 400
    assert (await refused(opponent)).reason == "Content-Type must be application/json."


@pytest.mark.parametrize(("method", "target"), [("POST", "/patients"), ("PUT", "/patients/1")])
async def test_a_write_needs_a_length(opponent: Opponent, method: str, target: str) -> None:
    chunked = {**JSON_TYPE, "Transfer-Encoding": "chunked"}
    response = await send(
        opponent, method, target, "2\r\n{}\r\n0\r\n\r\n", headers=chunked, content_length=False
    )
    assert response.status == 411


@pytest.mark.parametrize(
    ("method", "target", "status", "reason"),
    [
        ("GET", "/patient", 404, "unknown resource"),
        ("GET", "/Patients", 404, "unknown resource"),
        ("GET", "/patients/999", 404, "unknown row"),
        ("GET", "/allergies/999", 404, "unknown row"),
        ("DELETE", "/allergies/999", 404, "unknown row"),
        ("DELETE", "/patients/1", 400, "unknown method"),
        ("GET", "/patients/1/Search", 400, "unknown method"),
        ("GET", "/patients/simple", 400, "unknown method"),
        ("GET", "/patients/", 400, "unknown method"),
        ("PATCH", "/patients/1", 400, "unknown method"),
        ("GET", "/adjustments", 400, "PatNum is required."),
        ("GET", "/adjustments?PatNum=999", 404, "Patient not found."),
        ("GET", "/insverifies?FKey=1", 400, "VerifyType is required."),
        ("GET", "/patients?search=x", 400, "'search' is not a valid parameter."),
        ("GET", "/patients?lname=x", 400, "'lname' is not a valid parameter."),
        ("GET", "/patients?DateTStamp=2026-01-01", 400, "'DateTStamp' is not a valid parameter."),
        ("GET", "/patients/1?Limit=5", 400, "'Limit' is not a valid parameter."),
        ("GET", "/patients?LName=a&LName=b", 400, "a parameter is given twice"),
        ("GET", "/appointments?PatNum=x", 400, "PatNum is invalid"),
        ("GET", "/appointments?PatNum=1.5", 400, "PatNum is invalid"),
        ("GET", "/appointments?date=1%2F2%2F2026", 400, "date format must be yyyy-MM-dd."),
        ("GET", "/appointments?date=2026-02-31", 400, "date is invalid"),
        ("GET", "/appointments?DateTStamp=2026-01-01T08:00", 400, f"DateTStamp {AS_DATETIME}"),
        ("GET", "/claims?SecDateTEdit=2026-01-01", 400, f"SecDateTEdit {AS_DATETIME}"),
        ("GET", "/appointments?AptStatus=scheduled", 400, "AptStatus is invalid"),
        ("GET", "/patients?hideInactive=True", 400, "hideInactive is invalid"),
        ("GET", "/patients?hideInactive=1", 400, "hideInactive is invalid"),
        ("GET", "/patients?clinicNums=1,x", 400, "clinicNums is invalid"),
        ("GET", "/patients?LName=a+b", 400, "Reserved characters in the query must be percent-encoded."),
        ("GET", "/patients?LName=O'Neil", 400, "Reserved characters in the query must be percent-encoded."),
        ("GET", "/patients?LName", 400, "Reserved characters in the query must be percent-encoded."),
        ("GET", "/patients?LName=%22Smith%22", 400, "LName must not be in quotes."),
        ("GET", "/patients?LName=%FF", 400, "The text is not UTF-8."),
        ("GET", "/patients?Limit=0", 400, "Limit or Offset is invalid"),
        ("GET", "/patients?Limit=10001", 400, "Limit or Offset is invalid"),
        ("GET", "/patients?Offset=-1", 400, "Limit or Offset is invalid"),
        ("GET", "/patients?Offset=", 400, "Offset is invalid"),
        ("GET", "/patients/1?DateFormatString=%27open", 400, "DateFormatString is invalid"),
        ("GET", "/patients/1?DateTimeFormatString=q", 400, "DateTimeFormatString is invalid"),
        ("GET", "/employers?DateFormatString=yyyy", 400, "'DateFormatString' is not a valid parameter."),
    ],
)  # fmt: skip
async def test_a_wrong_request_is_refused(
    opponent: Opponent, method: str, target: str, status: int, reason: str
) -> None:
    assert (await send(opponent, method, target)).status == status
    found = await refused(opponent)
    assert (found.method, found.status, found.reason) == (method, status, reason)


@pytest.mark.parametrize(
    ("method", "target", "body", "reason"),
    [
        ("POST", "/patients", "", "The body is not JSON."),
        ("POST", "/patients", "{'LName': 'Smith'}", "The body is not JSON."),
        ("POST", "/patients", "[]", "The body must be a JSON object."),
        ("POST", "/patients", '"x"', "The body must be a JSON object."),
        ("POST", "/patients", {"LName": "Smith"}, "FName is required."),
        ("POST", "/patients", {**JANE, "PatNum": 3}, "'PatNum' is not a valid parameter."),
        ("POST", "/patients", {**JANE, "lName": "x"}, "'lName' is not a valid parameter."),
        ("POST", "/patients", {**JANE, "Gender": "female"}, "Gender is invalid"),
        ("POST", "/patients", {**JANE, "Gender": 1}, "Gender is invalid"),
        ("POST", "/patients", {**JANE, "Birthdate": "5/24/1976"}, "Birthdate format must be yyyy-MM-dd."),
        ("POST", "/patients", {**JANE, "Birthdate": None}, "Birthdate is invalid"),
        ("POST", "/patients", {**JANE, "PriProv": "1"}, "PriProv is invalid"),
        ("POST", "/patients", {**JANE, "PriProv": 1.0}, "PriProv is invalid"),
        ("POST", "/patients", {**JANE, "Preferred": 7}, "Preferred is invalid"),
        ("POST", "/patients", {**JANE, "SSN": "123-45-6789"}, "SSN is invalid"),
        ("POST", "/patients", {**JANE, "ChartNumber": "x" * 16}, "ChartNumber is invalid"),
        ("PUT", "/appointments/1", {"IsHygiene": True}, "IsHygiene is invalid"),
        ("PUT", "/appointments/1", {"IsHygiene": "True"}, "IsHygiene is invalid"),
        ("PUT", "/appointments/1", {"DateTimeArrived": "9:30"}, "DateTimeArrived format must be HH:mm:ss."),
        ("PUT", "/appointments/1", {"colorOverride": "0,0,256"}, "colorOverride is invalid"),
        ("PUT", "/appointments/1/Confirm", {}, "exactly one of confirmVal, defNum"),
        ("PUT", "/appointments/1/Confirm", CONFIRMED, "exactly one of confirmVal, defNum"),
        ("POST", "/procedurelogs/GroupNote", {"ProcNums": "1,2"}, "ProcNums is invalid"),
        ("POST", "/procedurelogs/GroupNote", {"ProcNums": ["1"]}, "ProcNums is invalid"),
        ("POST", "/tasks", TASK, "ObjectType is required."),
        ("PUT", "/payments/1/Partial", ONE_PAIR, "procNumsAndAmounts is invalid"),
        ("PUT", "/claimprocs/1", {"PercentOverride": 101}, "PercentOverride is invalid"),
        ("PUT", "/payplans/1/Close", {"Note": "x"}, "'Note' is not a valid parameter."),
    ],
)  # fmt: skip
async def test_a_wrong_body_is_refused(
    opponent: Opponent, method: str, target: str, body: object, reason: str
) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    response = await send(opponent, method, target, text)
    assert (response.status, (await refused(opponent)).reason) == (400, reason)
    assert isinstance(response.body, str)


async def test_a_body_has_a_longest_length(opponent: Opponent) -> None:
    longest = json.dumps({"Note": ""})
    fitting = longest.replace('""', '"' + "x" * (max_body() - len(longest)) + '"')
    assert len(fitting) == max_body()
    assert (await send(opponent, "PUT", "/appointments/1/Note", fitting)).status == 200
    assert (await send(opponent, "PUT", "/appointments/1/Note", fitting + " ")).status == 400


async def test_a_key_that_may_only_read_cannot_write() -> None:
    async with Opponent(keys={CUSTOMER_KEY: {"ReadAll"}}) as server:
        assert (await send(server, "GET", "/patients")).status == 200
        assert (await send(server, "POST", "/patients", json.dumps(JANE))).status == 401
        assert (await refused(server)).reason == "Permission Patients is missing."
        rows = (await send(server, "GET", "/securityperms")).rows
    assert [row["Permission"] for row in rows if row["HasPermission"] == "true"] == ["ApiReadAll"]


async def test_only_a_portal_key_opens_the_keys(opponent: Opponent) -> None:
    portal = f"ODFHIR {DEVELOPER_KEY}/{PORTAL_KEY}"
    assert (await send(opponent, "GET", "/apikeys", authorization=AUTHORIZATION)).status == 401
    assert (await send(opponent, "GET", "/apikeys", authorization=portal)).status == 200
    assert (await send(opponent, "POST", "/apikeys", "{}", authorization=portal)).status == 201
    assert (await send(opponent, "GET", "/patients", authorization=portal)).status == 401


async def test_an_old_office_knows_neither_new_methods_nor_deprecations() -> None:
    plan = {"PatNum": 1}
    async with Opponent(version="22.1.5") as server:
        assert (await send(server, "GET", "/appointments/ASAP")).status == 200
        assert (await send(server, "GET", "/payplans/1")).status == 400
    async with Opponent() as server:
        assert (await send(server, "GET", "/payplans/1")).status == 200
        assert (await send(server, "POST", "/payplans", json.dumps(plan))).status == 410


async def test_a_query_that_writes_is_refused(opponent: Opponent) -> None:
    reading, writing = json.dumps({"SqlCommand": "SELECT 1"}), json.dumps({"SqlCommand": "DELETE FROM x"})
    assert (await send(opponent, "PUT", "/queries/ShortQuery", reading)).status == 200
    assert (await send(opponent, "PUT", "/queries/ShortQuery", writing)).status == 401


@pytest.mark.parametrize(
    ("mode", "permissions", "rows"),
    [("remote", {"ReadAll"}, 100), ("remote", {"Enterprise", "ReadAll"}, 230), ("local", {"ReadAll"}, 230)],
)
async def test_a_page_has_as_many_rows_as_mode_and_key_allow(
    mode: str, permissions: set[str], rows: int
) -> None:
    server = Opponent(keys={CUSTOMER_KEY: permissions}, office=Office(Patients=230))
    server.mode = "remote" if mode == "remote" else "local"
    async with server:
        assert len((await send(server, "GET", "/patients/Simple")).rows) == rows


async def test_a_refusal_is_recorded_without_values(opponent: Opponent) -> None:
    await send(opponent, "GET", "/patients/1?LName=Nightingale&Offset=1")
    await send(opponent, "GET", "/nightingale/1")
    assert "ightingale" not in repr(opponent.refused)
    assert [one.path for one in opponent.refused] == ["/patients/{PatNum}", "unknown"]
