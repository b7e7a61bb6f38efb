"""The facts of a practice: what they cost, what they decide, and which errors they explain."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec
import pytest

from odapi_async import (
    AUTO,
    BadRequest,
    ConfigurationError,
    ConnectFailed,
    DecodeError,
    Facts,
    KeyRefused,
    MissingPermission,
    Mode,
    NeedsPermission,
    NeedsVersion,
    NoSuchResource,
    NotFound,
    OfficeOffline,
    OpenDental,
    Practice,
    Request,
    RequestTimeout,
    Response,
    RetryPolicy,
    Tier,
    Unauthorized,
)
from odapi_async._core.lookup import FAILURE_KEPT
from odapi_async.resources import appointments, benefits, claims
from odapi_async.sandbox import Office as SandboxOffice
from tests.support.bench import KEY, in_process
from tests.support.clock import virtual_time

OFFLINE: Final = (
    "The office's eConnector is not running. Please contact the office to start their eConnector."
)


class Office:
    """An office as the reference describes it, with as much as these tests need.

    Attributes:
        version: what it tells as its version; None if it has no such preference.
        permissions: what the developer may do.
        answers: statuses and texts of paths that it refuses.
        silent: paths whose requests get no response.
        closed: paths whose requests cannot be sent.
        asked: how often each path was requested.
        at: when each request came, in seconds.
    """

    def __init__(self, version: str | None = "25.4.48.0", permissions: str = "ReadAll Comm") -> None:
        self.version = version
        self.permissions = permissions.split()
        self.answers: dict[str, tuple[int, str]] = {}
        self.silent: set[str] = set()
        self.closed: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.at: list[float] = []

    async def send(self, request: Request, on_sent: Callable[[], object]) -> Response:
        if request.path in self.closed:
            raise ConnectFailed("GET", request.path, "refused")
        on_sent()
        self.asked[request.path] += 1
        self.at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.1)
        if request.path in self.silent:
            await asyncio.sleep(request.timeout)
            raise RequestTimeout("GET", request.path, "no response")
        if request.path in self.answers:
            status, text = self.answers[request.path]
            return Response(status, {}, msgspec.json.encode(text))
        return Response(200, {}, msgspec.json.encode(self._rows(request)))

    def _rows(self, request: Request) -> list[dict[str, Any]]:
        if request.path == "/securityperms":
            names = ("ReadAll", "Comm", "Insurance", "Enterprise")
            held = {name: str(name in self.permissions).lower() for name in names}
            return [{"Permission": f"Api{name}", "HasPermission": has} for name, has in held.items()]
        if request.path == "/preferences":
            assert request.url.endswith("/preferences?PrefName=ProgramVersion")
            rows = [] if self.version is None else [("ProgramVersion", self.version)]
            return [{"PrefName": name, "ValueString": value} for name, value in rows]
        return []

    async def close(self) -> None:
        pass


@asynccontextmanager
async def opened(office: Office, **options: Any) -> AsyncGenerator[Practice]:
    async with OpenDental("developer", transport=office, retries=RetryPolicy(max_attempts=1)) as od:
        yield od.practice("customer", **options)


@virtual_time
async def test_facts_cost_two_requests_once_for_all_who_ask() -> None:
    office = Office()
    async with opened(office) as practice:
        found = await asyncio.gather(*(practice.facts() for _ in range(5)))
        assert found[0] == Facts("25.4.48.0", frozenset({"ReadAll", "Comm"}), Tier.STANDARD)
        assert all(each == found[0] for each in found)
        assert office.asked == {"/securityperms": 1, "/preferences": 1}
        assert await practice.with_options(timeout=1.0).facts() == found[0]
        assert office.asked.total() == 2
        office.version, office.permissions = "26.1.2.0", ["ReadAll", "Enterprise"]
        fresh = await practice.facts(refresh=True)
        assert (fresh.version, fresh.tier) == ("26.1.2.0", Tier.ENTERPRISE)
        assert office.asked.total() == 4


@virtual_time
async def test_the_first_facts_set_the_pace_of_all_that_follows() -> None:
    office = Office(permissions="ReadAll Enterprise")
    async with opened(office) as practice:
        await practice.facts()
        await practice.security_perms.list()
        await practice.patients.list()
        gaps = [round(later - sooner, 1) for sooner, later in zip(office.at, office.at[1:], strict=False)]
        assert gaps == [0.5, 0.5, 0.5]


@virtual_time
async def test_an_office_that_is_offline_says_why_and_is_asked_again() -> None:
    office = Office()
    office.answers = dict.fromkeys(("/securityperms", "/preferences"), (400, OFFLINE))
    async with opened(office, mode=Mode.LOCAL) as practice:
        facts = await practice.facts()
        assert (facts.version, facts.permissions, facts.tier) == (None, None, None)
        assert {name: type(error) for name, error in facts.unknown.items()} == {
            "permissions": OfficeOffline,
            "version": OfficeOffline,
        }
        assert facts.why_not(claims.CREATE) is None
        office.answers.clear()
        await asyncio.sleep(60)
        assert (await practice.facts()).version == "25.4.48.0"


@virtual_time
async def test_an_office_that_refuses_preferences_still_tells_the_permissions() -> None:
    office = Office()
    office.answers["/preferences"] = (400, "preferences GET is not a valid method.")
    async with opened(office) as practice:
        for _ in range(2):
            facts = await practice.facts()
            assert (facts.version, facts.tier) == (None, Tier.STANDARD)
            assert type(facts.unknown["version"]) is BadRequest
        assert office.asked == {"/securityperms": 1, "/preferences": 1}


@virtual_time
@pytest.mark.parametrize("version", [None, "soon", ""])
async def test_a_version_that_is_none_is_unknown(version: str | None) -> None:
    async with opened(Office(version)) as practice:
        facts = await practice.facts()
        assert (facts.version, facts.tier) == (None, Tier.STANDARD)
        assert type(facts.unknown["version"]) is DecodeError


def test_why_not_tells_what_is_missing() -> None:
    facts = Facts("24.4.8.0", frozenset({"ReadAll", "Appointments"}), Tier.STANDARD)
    assert facts.why_not(appointments.CREATE) is None
    needs_version = facts.why_not(benefits.GET)
    assert type(needs_version) is NeedsVersion
    assert (needs_version.needed, needs_version.version) == ("25.3.7", "24.4.8.0")
    needs_permission = facts.why_not(claims.CREATE)
    assert type(needs_permission) is NeedsPermission
    assert str(needs_permission) == (
        "POST /claims: needs the permission Insurance; "
        "enable Insurance for this customer key in the developer portal"
    )
    assert Facts().why_not(claims.CREATE) is None


async def test_why_not_takes_a_method_or_its_operation() -> None:
    facts = Facts("24.4.8.0", frozenset({"ReadAll"}), Tier.READ_ALL)
    async with OpenDental("developer") as od:
        practice = od.practice("customer")
        for refused in (claims.CREATE, claims.Claims.create, practice.claims.create):
            assert str(facts.why_not(refused)).startswith("POST /claims: needs the permission Insurance")
        assert type(facts.why_not(practice.benefits.get)) is NeedsVersion
        assert facts.why_not(practice.claims.list) is None
        odd_ones: list[Any] = ["claims.create", None, claims, claims.Claims, practice.claims, print]
        odd_ones += [practice.facts, practice.claims.list()]
        for odd in odd_ones:
            with pytest.raises(
                TypeError, match=r"such as practice\.claims\.create without parentheses, or an Op"
            ):
                facts.why_not(odd)


@virtual_time
async def test_an_automatic_version_is_looked_up_once_and_refuses_what_is_newer() -> None:
    office = Office("24.4.8.0")
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        await practice.patients.list()
        with pytest.raises(NeedsVersion, match=r"GET /benefits/\{BenefitNum\}: needs Open Dental 25.3.7"):
            await practice.benefits.get(5)
        with pytest.raises(NeedsVersion, match=r"CodeNum: needs Open Dental 25.2.21"):
            await practice.procedure_logs.list(CodeNum=3)
        with pytest.raises(NeedsVersion, match=r"ToothRange: needs Open Dental 26.2.5"):
            await practice.benefits.update(3, ToothRange="1-4")
        assert office.asked == {"/preferences": 1, "/patients": 1}


@virtual_time
async def test_the_first_of_all_requests_is_checked_too() -> None:
    office = Office("24.4.8.0")
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        results = await asyncio.gather(
            practice.benefits.get(5), practice.benefits.get(6), return_exceptions=True
        )
        assert [type(each) for each in results] == [NeedsVersion, NeedsVersion]
        assert office.asked == {"/preferences": 1}


@virtual_time
async def test_an_office_that_does_not_tell_its_version_refuses_nothing() -> None:
    office = Office(None)
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        for _ in range(3):
            await practice.patients.list()
        assert office.asked == {"/preferences": 1, "/patients": 3}
    office = Office()
    office.answers["/preferences"] = (404, "no")
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        for _ in range(3):
            await practice.patients.list()
        assert office.asked == {"/preferences": 1, "/patients": 3}


@virtual_time
@pytest.mark.parametrize("answer", [(200, "<html>Sign in</html>"), (401, "no"), (500, "no"), (200, "[]")])
async def test_an_office_that_only_refuses_its_version_can_be_used(answer: tuple[int, str]) -> None:
    office = Office()
    office.answers["/preferences"] = answer
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        lists = [practice.patients.list(LName=str(number)) for number in range(6)]
        await asyncio.gather(*(each.first() for each in lists))
        assert office.asked["/patients"] == 6
        assert office.asked["/preferences"] <= 4, "all who wait share the failure of one lookup"


@virtual_time
async def test_unchecked_requests_look_no_version_up() -> None:
    office = Office("24.4.8.0")
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        await practice.rows("/patients")
        await practice.with_options(check=False).patients.list()
        assert office.asked == {"/patients": 2}


@virtual_time
async def test_keys_that_are_refused_are_refused_for_everything() -> None:
    office = Office()
    office.answers = dict.fromkeys(("/securityperms", "/claims", "/preferences"), (401, "no"))
    async with opened(office, mode=Mode.LOCAL) as practice:
        for _ in range(2):
            with pytest.raises(KeyRefused, match="check both keys in the developer portal"):
                await practice.claims.list()
        assert office.asked == {"/claims": 2, "/securityperms": 1}
        facts = await practice.facts()
        assert {type(error) for error in facts.unknown.values()} == {KeyRefused}
        # an open circuit sends nothing, and says the same
        with pytest.raises(KeyRefused) as caught:
            await practice.claims.list()
        assert "not sent" in caught.value.__notes__[0]


@virtual_time
async def test_a_key_without_permissions_is_not_refused_if_the_office_lists_them() -> None:
    office = Office(permissions="")
    office.answers["/claims"] = (401, "no")
    async with opened(office, mode=Mode.LOCAL) as practice:
        with pytest.raises(MissingPermission, match="enable ReadAll for this customer key") as caught:
            await practice.claims.list()
        assert caught.value.permission == "ReadAll"


@virtual_time
async def test_a_key_without_permissions_looks_like_a_refused_one_if_the_office_lists_none() -> None:
    async with in_process(SandboxOffice(customer_key=KEY, permissions=frozenset(), mode="local")) as bench:
        with pytest.raises(KeyRefused, match="for this office, with a permission"):
            await bench.practice().claims.list()


@virtual_time
async def test_keys_that_are_accepted_again_are_no_longer_known_as_refused() -> None:
    office = Office()
    office.answers = dict.fromkeys(("/securityperms", "/claims"), (401, "no"))
    async with opened(office, mode=Mode.LOCAL) as practice:
        with pytest.raises(KeyRefused):
            await practice.claims.list()
        office.answers = {"/insplans": (401, "no")}
        await practice.claims.list()
        with pytest.raises(Unauthorized) as caught:
            await practice.ins_plans.list()
        assert type(caught.value) is Unauthorized


@virtual_time
@pytest.mark.parametrize(
    ("permissions", "kind"), [("ReadAll", MissingPermission), ("ReadAll Insurance", Unauthorized)]
)
async def test_a_401_is_looked_into_once(permissions: str, kind: type[Unauthorized]) -> None:
    office = Office(permissions=permissions)
    office.answers["/claims"] = (401, "no")
    async with opened(office, mode=Mode.LOCAL) as practice:
        for _ in range(3):
            with pytest.raises(Unauthorized) as caught:
                await practice.claims.create(PatNum=5, procNums=[1], ClaimType="P")
            assert type(caught.value) is kind
        assert office.asked == {"/claims": 3, "/securityperms": 1}


@virtual_time
async def test_refreshed_facts_forget_what_was_found_out_about_a_401() -> None:
    office = Office(permissions="ReadAll Insurance")
    office.answers["/claims"] = (401, "no")
    async with opened(office, mode=Mode.LOCAL) as practice:
        with pytest.raises(Unauthorized):
            await practice.claims.create(PatNum=5, procNums=[1], ClaimType="P")
        office.permissions = ["ReadAll"]
        await practice.facts(refresh=True)
        with pytest.raises(MissingPermission):
            await practice.claims.create(PatNum=5, procNums=[1], ClaimType="P")


@virtual_time
async def test_facts_keep_no_frames_of_what_failed() -> None:
    office = Office()
    office.answers = dict.fromkeys(("/securityperms", "/preferences"), (500, "no"))
    async with opened(office, mode=Mode.LOCAL) as practice:
        errors = (await practice.facts()).unknown.values()
    assert [error.__traceback__ for error in errors] == [None, None]


@virtual_time
async def test_a_permission_that_was_granted_meanwhile_is_seen() -> None:
    office = Office(permissions="ReadAll")
    async with opened(office, mode=Mode.LOCAL) as practice:
        await practice.facts()
        office.permissions += ["Insurance"]
        office.answers["/claims"] = (401, "no")
        with pytest.raises(MissingPermission):
            await practice.claims.create(PatNum=5, procNums=[1], ClaimType="P")
        assert (await practice.facts(refresh=True)).why_not(claims.CREATE) is None


@virtual_time
async def test_if_the_permissions_cannot_be_read_a_401_stays_one() -> None:
    office = Office()
    office.answers = {"/claims": (401, "no"), "/securityperms": (400, OFFLINE)}
    async with opened(office, mode=Mode.LOCAL) as practice:
        with pytest.raises(Unauthorized) as caught:
            await practice.claims.list()
        assert type(caught.value) is Unauthorized


@virtual_time
async def test_if_the_office_cannot_be_reached_any_more_a_401_stays_one_and_is_looked_into_later() -> None:
    office = Office()
    office.answers["/claims"] = (401, "no")
    office.closed.add("/securityperms")
    async with opened(office, mode=Mode.LOCAL) as practice:
        for kind in (Unauthorized, MissingPermission):
            with pytest.raises(Unauthorized) as caught:
                await practice.claims.create(PatNum=5, procNums=[1], ClaimType="P")
            assert type(caught.value) is kind
            office.closed.clear()


@virtual_time
async def test_an_office_that_cannot_be_reached_fails_the_look_up_of_its_version() -> None:
    office = Office()
    office.closed.add("/preferences")
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        with pytest.raises(ConnectFailed):
            await practice.patients.list()
        office.closed.clear()
        await practice.patients.list()
        assert office.asked == {"/preferences": 1, "/patients": 1}


@virtual_time
async def test_a_write_without_a_method_is_not_looked_into() -> None:
    office = Office()
    office.answers["/claims"] = (401, "no")
    async with opened(office, mode=Mode.LOCAL) as practice:
        with pytest.raises(Unauthorized) as caught:
            await practice.request("POST", "/claims", body={})
        assert type(caught.value) is Unauthorized
        assert office.asked == {"/claims": 1}


@virtual_time
async def test_a_404_is_a_missing_row_or_a_missing_resource() -> None:
    office = Office("25.3.6.0")
    office.answers = {"/benefits/5": (404, "no"), "/claim": (404, "claim is not a valid resource.")}
    async with opened(office, mode=Mode.LOCAL) as practice:
        with pytest.raises(NotFound) as caught:
            await practice.benefits.get(5)
        assert type(caught.value) is NotFound
        with pytest.raises(NoSuchResource, match="odapi check shows the version"):
            await practice.rows("/claim")
        assert office.asked["/preferences"] == 0
        await practice.facts()
        with pytest.raises(NoSuchResource):  # without a version nothing is refused before it is sent
            await practice.benefits.get(5)
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        with pytest.raises(NeedsVersion):
            await practice.benefits.get(5)
        with pytest.raises(NoSuchResource):
            await practice.with_options(check=False).benefits.get(5)


@pytest.mark.parametrize("version", ["new", "24", "24.x", "24.4.", "٢٤.4", "", "1.2.3.4.5", 24.4, True])
async def test_a_version_of_no_such_form_is_refused(version: Any) -> None:
    async with OpenDental("developer") as od:
        with pytest.raises(ConfigurationError, match=r"version has to look like 24.4 or 24.4.13"):
            od.practice("customer", version=version)


def test_the_automatic_version_shows_its_name() -> None:
    assert repr(AUTO) == "AUTO"


@virtual_time
@pytest.mark.parametrize("answer", [(500, "no"), (401, "no")])
async def test_a_version_that_could_not_be_read_is_not_looked_up_for_a_minute(
    answer: tuple[int, str],
) -> None:
    office = Office("24.4.8.0")
    office.answers["/preferences"] = answer
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        for _ in range(20):
            await practice.patients.list()
            await asyncio.sleep(1)
        assert office.asked["/preferences"] == 1
        office.answers.clear()
        await asyncio.sleep(FAILURE_KEPT)
        with pytest.raises(NeedsVersion):
            await practice.benefits.get(5)
        assert office.asked["/preferences"] == 2


@virtual_time
async def test_facts_are_read_again_although_they_just_failed_and_then_decide() -> None:
    office = Office("24.4.8.0")
    office.answers["/preferences"] = (500, "no")
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        await practice.patients.list()
        office.answers.clear()
        await practice.patients.list()
        assert (await practice.facts()).version == "24.4.8.0"
        with pytest.raises(NeedsVersion):
            await practice.benefits.get(5)
        assert office.asked["/preferences"] == 2


@virtual_time
async def test_an_office_whose_preferences_hang_keeps_no_call_waiting_twice() -> None:
    office = Office()
    office.silent.add("/preferences")
    async with opened(office, version=AUTO, mode=Mode.LOCAL) as practice:
        quick = practice.with_options(timeout=5.0)
        lists = [quick.patients.list(LName=str(number)) for number in range(4)]
        await asyncio.gather(*(each.first() for each in lists))
        await lists[0].first()
        assert office.asked == {"/preferences": 1, "/patients": 5}


@virtual_time
@pytest.mark.parametrize("answer", [(500, "no"), (200, "<html>Sign in</html>")])
async def test_permissions_that_could_not_be_read_are_not_looked_up_at_each_401(
    answer: tuple[int, str],
) -> None:
    office = Office()
    office.answers = {"/claims": (401, "no"), "/securityperms": answer}
    async with opened(office, mode=Mode.LOCAL) as practice:
        for _ in range(5):
            with pytest.raises(Unauthorized):
                await practice.claims.create(PatNum=5, procNums=[1], ClaimType="P")
        assert office.asked == {"/claims": 5, "/securityperms": 1}
        await asyncio.sleep(FAILURE_KEPT)
        del office.answers["/securityperms"]
        with pytest.raises(MissingPermission):
            await practice.claims.create(PatNum=5, procNums=[1], ClaimType="P")
