"""The docstring of every method names its operation in the reference."""

import inspect
import re

from tests.conformance import catalogue, sdk
from tests.conformance.catalogue import Operation, Resource
from tests.conformance.per_resource import each_resource
from tests.support.checks import run_checks


def docstrings_name_their_operation(resource: Resource) -> None:
    found = sdk.implementation(resource)
    wrong = [
        f"{each.python}() does not say {missing!r} in {said!r}"
        for each in resource.operations
        for said in [" ".join((inspect.getdoc(found.methods[each.python]) or "").split())]
        for missing in _missing(resource, each, said)
    ]
    assert not wrong, "\n".join(wrong)


def types_are_described(resource: Resource) -> None:
    found = sdk.implementation(resource)
    own = [each for each in vars(found.module).values() if inspect.isclass(each)]
    undocumented = [
        each.__name__
        for each in own
        if each.__module__ == found.module.__name__ and not each.__doc__ and each.__name__[0] != "_"
    ]
    assert undocumented == []
    assert found.module.__doc__


@each_resource
def test_docstrings_say_everything(resource: Resource) -> None:
    run_checks((docstrings_name_their_operation, types_are_described), resource)


def _missing(resource: Resource, operation: Operation, said: str) -> list[str]:
    """Return the facts about an operation that a docstring must contain and does not."""
    named = f"API: {resource.resource} {operation.name}"
    found = re.search(rf"{re.escape(named)}([.,].*)", said)
    if found is None:
        return [named]
    since, permission = catalogue.version(operation.since), operation.permission
    facts = [since, None if permission in {None, "ReadAll"} else f"permission {permission}"]
    return [fact for fact in facts if fact and fact not in found[1]]
