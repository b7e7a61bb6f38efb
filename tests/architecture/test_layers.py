"""The layers: which module may import which, use the HTTP client, or read a clock."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.architecture.sources import FILES, ROOT, nodes_of

PACKAGE = ROOT.name
SURFACE = "__init__"

LAYERS = (
    {"_core.version"},
    {"errors"},
    {"limits", "_core.secret", "_core.asked"},
    {"enums", "_core.credentials", "_core.network", "telemetry", "_core.transport", "_core.body"},
    {"_wire", "_core.connector"},
    {"_core.operation"},
    {
        "scheduler.queue",
        "scheduler.bucket",
        "scheduler.budget",
        "scheduler.pacing",
        "scheduler.pristine",
    },
    {"scheduler.circuit_breaker"},
    {"scheduler.global_limit", "scheduler.waiter", "scheduler.snapshot"},
    {"scheduler.permit", "scheduler.slot"},
    {"scheduler.coalescing"},
    {"scheduler.waiting_line"},
    {"scheduler.lane"},
    {"scheduler.scheduler"},
    {"scheduler"},
    {"scheduler.redis"},
    {"facts"},
    {"_core.options"},
    {
        "_core.retry",
        "_core.responses",
        "_core.aiohttp_transport",
        "_core.requests",
        "_core.plausible",
        "_core.lookup",
    },
    {"_core.response_cache"},
    {"_core.explanations"},
    {"ways"},
    {"_core.emitter", "_core.fact_finder", "_core.read_back"},
    {"_core.attempt", "_core.comparison"},
    {"_core.cached_call"},
    {"_core.verify"},
    {"_core.calls"},
    {"_core.way_choice"},
    {"_core.ways"},
    {"_paging.window", "_paging.repeats"},
    {"_paging.pager", "_paging.drift"},
    {"_paging.rows"},
    {"resources"},
    {"resources._tree"},
    {"client"},
    {"recipes"},
    {SURFACE, "_core", "_paging"},
    {"sandbox", "otel", "mirror"},
    {"events", "fleet", "recipes.journal"},
    {"watch"},
    {"cli", "testing"},
)
"""From the bottom up: a module, or all modules of a package except those that are listed themselves."""

HEIGHT = {part: height for height, layer in enumerate(LAYERS) for part in layer}
each_folder: Final = pytest.mark.parametrize(
    "folder",
    sorted({file.parent for file in FILES}),
    ids=lambda each: each.relative_to(ROOT.parent).as_posix(),
)

CLOCKS = {"time", "monotonic", "perf_counter", "now", "utcnow", "today", "current_time"}


class Import(NamedTuple):
    """One import: the dotted name of the module, and the file and line of the import."""

    module: str
    place: str


def part_of(file: Path) -> str:
    """Name the layer's part that a file belongs to."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return part_named(".".join(part for part in parts if part != "__init__" or len(parts) == 1))


def part_named(module: str) -> str:
    """Name the part of a module of this package, whose own name is left out: the longest that fits."""
    names = module.split(".")
    prefixes = (".".join(names[:length]) for length in range(len(names), 0, -1))
    return next((prefix for prefix in prefixes if prefix in HEIGHT), SURFACE)


def place_of(file: Path, node: ast.stmt | ast.expr) -> str:
    return f"{file.relative_to(ROOT.parent)}:{node.lineno}"


@cache
def imports(file: Path) -> tuple[Import, ...]:
    """Return all imports of a file, those inside functions and for type checkers among them."""
    return tuple(_imports(file))


def _imports(file: Path) -> Iterator[Import]:
    for node in nodes_of(file):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, place_of(file, node)) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{place_of(file, node)} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (Import(name, place_of(file, node)) for name in names)


def imported_part(module: str) -> str | None:
    """Name the part of this package that an import reaches; None if it reaches none."""
    top, _, rest = module.partition(".")
    if top != PACKAGE:
        return None
    return part_named(rest)


def files_of(*parts: str) -> list[Path]:
    """Return the files of these parts and of what is inside them."""
    found = [file for file in FILES if any(f"{part_of(file)}.".startswith(f"{part}.") for part in parts)]
    assert found
    return found


def foreign(files: list[Path], *tops: str) -> list[Import]:
    """Return the imports of these foreign packages."""
    return [each for file in files for each in imports(file) if each.module.partition(".")[0] in tops]


def test_every_module_has_a_layer() -> None:
    assert {part_of(file) for file in FILES} - set(HEIGHT) == set()


def above(file: Path) -> list[str]:
    """Return the places where a file imports what is not below it."""
    own = part_of(file)
    reached = [(place, module, imported_part(module)) for module, place in imports(file)]
    return [
        f"{place}: {own} imports {module} from above or beside it"
        for place, module, part in reached
        if part is not None and part != own and HEIGHT[part] >= HEIGHT[own]
    ]


@each_folder
def test_modules_import_only_from_below(folder: Path) -> None:
    assert [complaint for file in folder.glob("*.py") for complaint in above(file)] == []


def test_errors_stand_on_nothing_of_ours() -> None:
    assert [each for file in files_of("errors") for each in imports(file) if imported_part(each.module)] == []


def test_only_the_transport_knows_the_http_client() -> None:
    allowed = {"_core.aiohttp_transport", "_core.connector", "sandbox", "watch", "events"}
    others = [file for file in FILES if part_of(file) not in allowed]
    assert foreign(others, "aiohttp") == []
    served = {"aiohttp.web", "aiohttp.abc.AbstractStreamWriter"}
    assert {each.module for each in foreign(files_of("sandbox", "watch", "events"), "aiohttp")} <= served
    assert foreign(files_of("_core.aiohttp_transport"), "aiohttp")


def test_only_its_own_module_knows_opentelemetry() -> None:
    assert foreign([file for file in FILES if part_of(file) != "otel"], "opentelemetry") == []
    assert foreign(files_of("otel"), "opentelemetry")


def test_telemetry_knows_limits_only() -> None:
    reached = {imported_part(each.module) for file in files_of("telemetry") for each in imports(file)}
    assert reached == {None, "limits"}


def test_the_scheduler_knows_keys_and_time_only() -> None:
    assert foreign(files_of("scheduler"), "aiohttp", "yarl", "msgspec", "anyio") == []


def test_the_sandbox_shares_nothing_with_the_client() -> None:
    reached = {imported_part(each.module) for file in files_of("sandbox") for each in imports(file)}
    assert reached == {None, "sandbox"}


@pytest.mark.parametrize("part", ["otel", "mirror", "events", "fleet", "watch", "testing", "cli"])
def test_tools_use_the_public_api_only(part: str) -> None:
    reached = {imported_part(each.module) for file in files_of(part) for each in imports(file)}
    private = {
        each for each in reached if each and each != SURFACE and "_" in {name[0] for name in each.split(".")}
    }
    assert private == set()


def test_the_mirror_uses_this_part_of_it() -> None:
    reached = {imported_part(each.module) for file in files_of("mirror") for each in imports(file)}
    assert reached == {None, "mirror", SURFACE, "errors", "resources"}


def test_only_the_mirror_knows_databases() -> None:
    theirs = {"mirror", "events", "fleet", "recipes.journal", "watch", "cli"}
    others = [file for file in FILES if part_of(file) not in theirs]
    assert foreign(others, "sqlalchemy", "aiosqlite", "asyncpg", "pgqueuer") == []
    queries = ROOT / "sandbox" / "sql"
    assert foreign([file for file in others if queries not in file.parents], "sqlite3", "sqlglot") == []


def clocks_in(file: Path) -> list[str]:
    """Return the places where a file looks at a clock."""
    return [
        place_of(file, node)
        for node in nodes_of(file)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]


@each_folder
def test_nobody_else_looks_at_a_clock(folder: Path) -> None:
    # a span and a mirrored row carry the time of day, which nothing here waits for;
    # the fleet's times are its database's, and its guard notices that this process was frozen;
    # the watch page looks at the database less often if a look costs much;
    # the age of a response becomes a time of day, for people;
    # the leases of a journal are compared with those of other processes
    theirs = {
        *("_core.asked", "recipes.journal", "scheduler", "sandbox", "cli", "otel", "mirror", "fleet", "watch")
    }
    files = [
        file
        for file in folder.glob("*.py")
        if theirs.isdisjoint({part_of(file), part_of(file).partition(".")[0]})
    ]
    assert foreign(files, "time") == []
    assert [place for file in files for place in clocks_in(file)] == []


def has_late_filters(file: Path) -> bool:
    """Return whether a file has TypedDicts and postponed annotations."""
    if all(each.module != "__future__.annotations" for each in imports(file)):
        return False
    return any(isinstance(node, ast.Name) and node.id == "TypedDict" for node in nodes_of(file))


def test_typed_filters_keep_real_annotations() -> None:
    # as text they would hide Required from the TypedDict, and nothing would be required any more
    assert [file.name for file in files_of("resources") if has_late_filters(file)] == []
