"""Checks the bill of materials of a release: `python -m tests.release.sbom FILE`."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

from odapi_async import __version__

ROOT: Final = Path(__file__).parents[2]
NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def problems(bill: dict[str, Any], dependencies: list[str]) -> list[str]:
    """Check that a bill names this version, everything that it installs, and no path of a machine.

    Args:
        bill: a CycloneDX document.
        dependencies: the requirements of the package.
    """
    about = bill["metadata"]["component"]
    present = {each["name"].lower().replace("_", "-") for each in bill["components"]}
    required = {found[0].lower() for each in dependencies if (found := NAME.match(each))}
    expected = {"bomFormat": ("CycloneDX", bill["bomFormat"]), "name": ("odapi-async", about["name"])}
    expected["version"] = (__version__, about.get("version"))
    return [
        *(f"{name} is {is_!r} instead of {want!r}" for name, (want, is_) in expected.items() if want != is_),
        *(f"it lacks {name}" for name in sorted(required - present)),
        *(f"{each['name']} has no version" for each in bill["components"] if not each.get("version")),
        *(["it has the path of a file"] if "file:" in json.dumps(bill) else []),
    ]


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.exit("\n".join(problems(document, project["dependencies"])) or None)
