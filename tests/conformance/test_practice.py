"""A practice has every resource under its documented name, and no others."""

import ast
import inspect

from odapi_async import OpenDental
from odapi_async.resources import _tree as resource_tree
from odapi_async.resources._tree import ResourceTree
from tests.conformance import sdk
from tests.conformance.catalogue import RESOURCES
from tests.support.checks import all_checks


def _described() -> dict[str, str]:
    """Return the text that editors show for each attribute: the string below its line."""
    tree = next(
        node
        for node in ast.parse(inspect.getsource(resource_tree)).body
        if isinstance(node, ast.ClassDef) and node.name == ResourceTree.__name__
    )
    return {
        node.target.id: after.value.value
        for node, after in zip(tree.body, tree.body[1:], strict=False)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if isinstance(after.value.value, str)
    }


def test_practice_has_every_resource() -> None:
    practice = OpenDental("developer-key").practice("customer-key")
    with all_checks() as checks:
        for resource in RESOURCES:
            with checks.named(resource.resource):
                first = getattr(practice, resource.attribute)
                assert type(first) is sdk.implementation(resource).cls
                assert getattr(practice, resource.attribute) is first


def test_tree_has_exactly_the_documented_resources() -> None:
    assert inspect.get_annotations(ResourceTree) == {each.attribute: each.resource for each in RESOURCES}


def test_every_resource_of_the_tree_is_described() -> None:
    described = _described()
    assert set(described) == {each.attribute for each in RESOURCES}
    assert [name for name, text in described.items() if len(text.split()) < 2] == []
