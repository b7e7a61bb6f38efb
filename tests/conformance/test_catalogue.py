"""The reference is complete: with a missing file the other tests would check less."""

import json

from tests.conformance import catalogue
from tests.conformance.catalogue import REFERENCE, RESOURCES


def test_nothing_of_the_reference_is_lost() -> None:
    counts = json.loads((REFERENCE / "index.json").read_text("utf-8"))
    structs = [fields for resource in RESOURCES for fields in resource.structs.values()]
    operations = [pair.operation for pair in catalogue.operations()]
    loaded = {
        "resources": len(RESOURCES),
        "operations": len(operations),
        "structs": len(structs),
        "fields": sum(map(len, structs)),
        "parameters": sum(len(each.query) + len(each.body) for each in operations),
        "quirks": len(catalogue.quirks()),
        "enums": len(catalogue.enumerations()),
        "examples": sum(each.status is not None for every in catalogue.examples().values() for each in every),
    }
    assert loaded == {name: counts[name] for name in loaded}


def test_plain_versions_are_found_in_remarks() -> None:
    assert catalogue.version("25.2.19") == "25.2.19"
    assert catalogue.version("25.4-26.1 (exact build unknown)") == "25.4"
    assert catalogue.version("25.4.x") == "25.4"
    assert catalogue.version("2025-08 or later") is None
    assert catalogue.version(None) is None


def test_a_remark_is_optional_if_it_says_nothing() -> None:
    assert catalogue.marks(None, "21.1") == {None}
    assert catalogue.marks("22.3.6", "21.1") == {"22.3.6"}
    assert catalogue.marks("21.10", "21.9") == {"21.10"}
    assert catalogue.marks("21.1", "21.1") == {"21.1", None}
    assert catalogue.marks("21.1", None) == {"21.1"}
