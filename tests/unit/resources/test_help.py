"""`help()` and `inspect.signature` show the parameters of methods; they are made when somebody looks."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys
from importlib import import_module
from typing import Any, Final

import pytest

from odapi_async import Mode, OpenDental
from odapi_async._core.operation import operation_of
from odapi_async.resources import Parameter, names, operations, parameters
from odapi_async.resources import _help as texts
from odapi_async.resources.account_modules import AccountModules
from odapi_async.resources.base import Resource
from odapi_async.resources.benefits import Benefits
from odapi_async.resources.claims import Claims
from odapi_async.resources.patients import Patients
from odapi_async.resources.procedure_logs import ProcedureLogs
from odapi_async.resources.security_perms import SecurityPerms
from odapi_async.resources.subscriptions import Subscriptions

KEYWORD: Final = inspect.Parameter.KEYWORD_ONLY


def methods(resource: str) -> dict[str, Any]:
    module = import_module(f"odapi_async.resources.{resource}")
    classes = [
        each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Resource)
    ]
    own = [each for each in classes if each.__module__ == module.__name__]
    return {name: method for cls in own for name, method in vars(cls).items() if name in operations(resource)}


@pytest.mark.parametrize("resource", names())
@pytest.mark.unmeasured
def test_every_method_shows_each_parameter_in_its_signature_and_its_docstring(resource: str) -> None:
    assert methods(resource).keys() == operations(resource).keys()
    for name, method in methods(resource).items():
        operation = operations(resource)[name]
        assert operation_of(method) is operation
        _, *shown = inspect.signature(method).parameters.values()
        written = inspect.signature(inspect.unwrap(method)).parameters.values()
        takes_keywords = any(each.kind is each.VAR_KEYWORD for each in written)
        known = parameters(operation) if takes_keywords else dict[str, Parameter]()
        keywords = {each.name: each for each in shown if each.kind is KEYWORD}
        assert keywords.keys() == known.keys()
        assert {each.name for each in shown if each.kind is not KEYWORD} == set(ids(operation.path))
        text = inspect.getdoc(method) or ""
        for field, parameter in known.items():
            assert (keywords[field].default is inspect.Parameter.empty) == parameter.required
            [line] = lines_of(text, field)
            assert ("; required" in line) == parameter.required
            assert parameter.since is None or f"; since {parameter.since}" in line


def ids(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


def lines_of(text: str, field: str) -> list[str]:
    """Return the entries of a parameter or a filter, each in one line."""
    sections = [part for part in text.split("\n\n") if part.startswith(("Parameters:\n", "Filters:\n"))]
    listed = "\n".join(sections).replace("\n        ", " ")
    return [line.strip() for line in listed.splitlines() if line.startswith(f"    {field}: ")]


async def test_a_bound_method_shows_its_parameters_with_required_ones_first_and_formats_last() -> None:
    async with OpenDental("developer") as od:
        practice = od.practice("office", mode=Mode.LOCAL)
        shown = inspect.signature(practice.claims.create)
        assert [*shown.parameters][:3] == ["PatNum", "procNums", "ClaimType"]
        assert [*shown.parameters][-2:] == ["DateFormatString", "DateTimeFormatString"]
        assert str(shown.parameters["InsSubNum"]) == "InsSubNum: int = ..."
        shown.bind(PatNum=1, procNums=[1], ClaimType="P")
        with pytest.raises(TypeError, match="unexpected keyword argument 'Nonsense'"):
            shown.bind(PatNum=1, procNums=[1], ClaimType="P", Nonsense=1)
        text = pydoc.plain(pydoc.render_doc(practice.patients.list))
        assert "LName: str = ..." in text
        assert "        LName: str." in text
        assert "API: Patients GET" in text


def test_a_docstring_tells_types_rules_versions_and_notes() -> None:
    update, create = (inspect.getdoc(each) or "" for each in (Claims.update, Subscriptions.create))
    assert lines_of(update, "ClaimNum") == ["ClaimNum: int; by position or by name."]
    assert lines_of(update, "ClaimStatus")[0].startswith("ClaimStatus: one of U, H, W, S, R. U unsent")
    assert lines_of(update, "OrthoRemainM")[0].startswith("OrthoRemainM: int; since 23.2.18; 1 to 36.")
    assert lines_of(update, "DateSent")[0].startswith("DateSent: date; since 25.4. Known from third parties")
    assert "PatField since 22.4.8" in lines_of(create, "WatchTable")[0]
    assert lines_of(create, "PollingSeconds")[0].startswith("PollingSeconds: int; must be the seconds")
    assert create.endswith(
        "Pass exactly one of WatchTable, UiEventType.\nWatchTable requires PollingSeconds.\n"
        "Workstation is required since 26.2.1."
    )
    assert "None for no number" in lines_of(inspect.getdoc(Benefits.update) or "", "Percent")[0]
    assert "enums.patients.PatRelat" not in update


def test_filters_have_a_section_of_their_own_with_types_and_meanings() -> None:
    listed, simple, insurance = (
        inspect.getdoc(each) or ""
        for each in (Patients.list, Patients.simple, ProcedureLogs.insurance_history)
    )
    assert "Parameters:" not in listed
    assert lines_of(listed, "LName") == ["LName: str."]
    assert lines_of(listed, "guarOnly") == ["guarOnly: bool. Guarantors only."]
    assert lines_of(listed, "clinicNums") == ["clinicNums: list of ids in clinics."]
    assert listed.endswith("\n\nTexts match anywhere in a field, without regard to case.")
    assert lines_of(simple, "PriProv") == ["PriProv: int, an id in providers; since 21.3."]
    assert lines_of(simple, "Guarantor") == ["Guarantor: int, an id in patients; since 22.4.19."]
    assert "Filters:\n    PatNum: int, an id in patients; required." in insurance
    status = lines_of(inspect.getdoc(ProcedureLogs.list) or "", "ProcStatus")[0]
    assert status.startswith("ProcStatus: one of TP, C,")
    assert "Treatment planned, complete, existing" in status


def test_ids_of_a_path_and_filters_are_apart() -> None:
    text = inspect.getdoc(AccountModules.service_date_view) or ""
    assert "Parameters:\n    PatNum: int; by position or by name.\n\nFilters:\n    isFamily: bool" in text


def test_the_body_of_a_write_names_where_its_ids_come_from() -> None:
    update, create = (inspect.getdoc(each) or "" for each in (Patients.update, Claims.create))
    assert "Filters:" not in update
    assert lines_of(update, "PriProv") == ["PriProv: int, an id in providers."]
    assert lines_of(create, "procNums")[0].startswith("procNums: list of ids in procedure_logs; required.")


def test_a_method_without_parameters_has_its_written_docstring() -> None:
    assert inspect.getdoc(SecurityPerms.list) == inspect.getdoc(inspect.unwrap(SecurityPerms.list))


def test_print_shows_the_same_as_help() -> None:
    assert str(Patients.update.__doc__) == inspect.getdoc(Patients.update)
    assert "def update(self" in inspect.getsource(Patients.update)
    assert inspect.iscoroutinefunction(Patients.update)


def test_without_the_source_the_notes_are_missing_and_all_else_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_source(_: object) -> str:
        raise OSError

    monkeypatch.setattr(inspect, "getsource", no_source)
    for cached in (texts.docstring, texts._classes):
        cached.cache_clear()
    try:
        assert lines_of(str(ProcedureLogs.delete.__doc__), "ProcNum")
        assert lines_of(str(Claims.update.__doc__), "ClaimNote") == ["ClaimNote: str."]
    finally:
        for cached in (texts.docstring, texts._classes):
            cached.cache_clear()


def test_nothing_of_it_is_loaded_before_somebody_looks() -> None:
    unused = ["odapi_async.resources._help", "odapi_async.resources._pydantic", "pydantic", "pydantic_core"]
    code = f"import sys, odapi_async.resources.patients; print({{*sys.modules}} & {{*{unused}}})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=True
    )
    assert done.stdout.strip() == "set()"
