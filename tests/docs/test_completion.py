"""IPython and Jupyter offer resources, methods and filters at the Tab key, with Jedi and without."""

from __future__ import annotations

import importlib.util
import os
from importlib import import_module
from typing import Any, Final

import pytest

from odapi_async import Mode, OpenDental

REQUIRED: Final = "ODAPI_RECIPES"  # set by the session: there, nothing may be skipped
MISSING: Final = [each for each in ("IPython", "jedi") if importlib.util.find_spec(each) is None]

pytestmark = [
    pytest.mark.skipif(
        bool(MISSING) and REQUIRED not in os.environ,
        reason=f"not installed: {', '.join(MISSING)}; run: nox -s recipes",
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the packages themselves
    pytest.mark.unmeasured,
]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A shell without a history on this disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        config = import_module("traitlets.config").Config(HistoryManager={"enabled": False})
        return import_module("IPython.core.interactiveshell").InteractiveShell(config=config)


def offered(shell: Any, text: str) -> list[str]:
    """Return what the Tab key offers at the end of a text."""
    with import_module("IPython.core.completer").provisionalcompleter():
        return [each.text.lstrip(".") for each in shell.Completer.completions(text, len(text))]


@pytest.mark.parametrize("jedi", [True, False])
async def test_the_tab_key_offers_resources_methods_and_filters(shell: Any, *, jedi: bool) -> None:
    async with OpenDental("developer") as od:
        shell.user_ns["practice"] = od.practice("office", mode=Mode.LOCAL)
        shell.Completer.use_jedi = jedi
        assert offered(shell, "practice.appointm") == ["appointment_types", "appointments"]
        assert offered(shell, "practice.patients.sim") == ["simple"]
        assert offered(shell, "practice.patients.list(LN") == ["LName="]
        assert offered(shell, "await practice.patients.list(LName='Smith', Bir") == ["Birthdate="]
        assert offered(shell, "done = await practice.claims.create(ClaimTy") == ["ClaimType="]
        assert {"LName=", "clinicNums=", "guarOnly="} <= {*offered(shell, "practice.patients.list(")}


async def test_a_question_mark_shows_the_signature_and_the_filters(shell: Any) -> None:
    async with OpenDental("developer") as od:
        shell.user_ns["practice"] = od.practice("office", mode=Mode.LOCAL)
        shown = shell.object_inspect_text("practice.patients.list")
    assert "LName: str = ..." in shown
    assert "guarOnly: bool" in shown
    assert "Filters:" in shown
