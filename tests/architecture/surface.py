"""The public surface as text, one line per name: `python -m tests.architecture.surface` writes surface.txt.

griffe reads the source without importing it, so the text is the same for every version of Python, and names
that are loaded on first use are in it like all others.
"""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Final

import griffe

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = "odapi_async"
FILE: Final = Path(__file__).with_name("surface.txt")
UPDATE: Final = "python -m tests.architecture.surface"

# `*` is every module of a package; a package that is not here yet is left out
MODULES: Final = (
    "",
    "client",
    "enums",
    "enums.*",
    "errors",
    "events",
    "facts",
    "fleet",
    "limits",
    "mirror",
    "otel",
    "recipes",
    "recipes.*",
    "resources",
    "resources.*",
    "sandbox",
    "scheduler",
    "scheduler.redis",
    "telemetry",
    "testing",
    "testing.*",
    "ways",
)
NOT_PYTHON: Final = {"cli", "watch"}
"""Public, but not for import: docs/cli.md describes the commands."""

PROTOCOLS: Final = frozenset(
    f"__{name}__"
    for name in (
        *("init", "call", "enter", "exit", "aenter", "aexit", "await", "iter", "next", "aiter", "anext"),
        *("len", "contains", "getitem", "getattr", "bool", "eq", "hash"),
    )
)
"""Methods with two underscores that callers use by the syntax of the language."""

LABELS: Final = ("async", "property", "cached", "classmethod", "staticmethod")
TYPING: Final = re.compile(r"(typing\.)?(TypeVar|ParamSpec|NewType)\(")

Surface = dict[str, griffe.Object]
"""Public objects by the names to import them by."""


def load(folder: Path = ROOT) -> griffe.Module:
    """Read the package below a folder, all its modules, without importing it."""
    module = griffe.load(
        PACKAGE,
        search_paths=[folder],
        try_relative_path=False,
        resolve_aliases=True,
        resolve_external=False,
    )
    assert isinstance(module, griffe.Module)
    return module


def load_ref(ref: str) -> griffe.Module:
    """Read the package as it is in a commit, tag or branch."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["git", "archive", ref, PACKAGE], cwd=ROOT, capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
        return load(Path(folder))


def modules(package: griffe.Module) -> Iterator[griffe.Module]:
    """Return the modules whose names are for users."""
    for name in MODULES:
        base, star, _ = name.partition("*")
        found = find(package, base.rstrip("."))
        if found is None:
            continue
        if star:
            yield from (each for each in found.modules.values() if not each.name.startswith("_"))
        else:
            yield found


def find(package: griffe.Module, path: str) -> griffe.Module | None:
    """Return a module by its name inside the package, or None if there is no such module."""
    module = package
    for name in filter(None, path.split(".")):
        if name not in module.modules:
            return None
        module = module.modules[name]
    return module


def names_of(module: griffe.Module) -> list[str]:
    """Return the public names: `__all__`, or without one what is defined here and has no underscore."""
    if module.exports is not None:
        return sorted(str(name) for name in module.exports)
    return sorted(
        name
        for name, member in module.members.items()
        if not name.startswith("_") and not member.is_alias and not member.is_module and not is_typing(member)
    )


def is_typing(member: griffe.Object | griffe.Alias) -> bool:
    """Tell whether a name is only there for annotations: a TypeVar and its relatives."""
    return isinstance(member, griffe.Attribute) and bool(TYPING.match(str(member.value)))


def public(package: griffe.Module) -> Surface:
    """Return all public objects, an object with several names under each of them."""
    return {
        f"{module.path}.{name}": target(module, name)
        for module in modules(package)
        for name in names_of(module)
    }


def target(module: griffe.Module, name: str) -> griffe.Object:
    """Return the object behind a name of a module, wherever it is defined."""
    if name not in module.members:
        message = f"{module.path}.__all__ lists {name}, which the module does not have"
        raise LookupError(message)
    member = module.members[name]
    return member.final_target if isinstance(member, griffe.Alias) else member


def render(package: griffe.Module) -> list[str]:
    """Return the whole surface, one line per name, sorted."""
    surface = public(package)
    first: dict[str, str] = {}
    for name, thing in surface.items():
        # of several names for one object, the module that defines it has the details, else the shortest name
        if thing.path == name or thing.path not in first:
            first[thing.path] = name
    lines: set[str] = set()
    for name, thing in surface.items():
        own = first[thing.path]
        lines.update([f"{name} = {own}"] if own != name else described(name, thing, first.keys()))
    return sorted(lines)


def described(name: str, thing: griffe.Object, known: Container[str]) -> Iterator[str]:
    """Describe an object and, if it is a class, its public members."""
    if isinstance(thing, griffe.Class):
        yield f"{name}{bases(thing)}  [class]"
        for key, member in members(thing, known):
            yield from described(f"{name}.{key}", member, known)
    elif isinstance(thing, griffe.Function):
        for each in thing.overloads or [thing]:
            yield f"{name}{signature(each)}{labels(thing)}"
    elif isinstance(thing, griffe.Attribute):
        yield f"{name}{annotation(thing)}{labels(thing)}"


def members(cls: griffe.Class, known: Container[str]) -> Iterator[tuple[str, griffe.Object]]:
    """Return the public members of a class, and those that it inherits from classes that are not `known`."""
    inherited = [base for base in ancestors(cls) if base.path not in known]
    seen: set[str] = set()
    for key, member in itertools.chain.from_iterable(each.members.items() for each in (cls, *inherited)):
        shown = key in PROTOCOLS or not key.startswith("_")
        if shown and key not in seen and isinstance(member, griffe.Object):
            seen.add(key)
            yield key, member


def ancestors(cls: griffe.Class) -> list[griffe.Class]:
    """Return the classes of this package that a class inherits from, nearest first."""
    try:
        return cls.mro()
    except ValueError:
        return []


def bases(cls: griffe.Class) -> str:
    """Return the bases of a class as they are written."""
    return f"({', '.join(str(base) for base in cls.bases)})" if cls.bases else "()"


def annotation(thing: griffe.Attribute) -> str:
    """Return the type of an attribute, or its value if it has no annotation, as members of an Enum."""
    if thing.annotation is not None and str(thing.annotation) != "Final":
        return f": {squeezed(str(thing.annotation))}"
    if thing.name.startswith("__"):
        return ""
    if isinstance(thing.parent, griffe.Class) and not is_enum(thing.parent):
        return assigned(thing, thing.parent)
    return f" = {squeezed(str(thing.value))}"


def is_enum(cls: griffe.Class) -> bool:
    """Tell whether the values of a class are what users compare with."""
    return any(str(base).endswith("Enum") for base in cls.bases)


def assigned(thing: griffe.Attribute, cls: griffe.Class) -> str:
    """Return the type of an attribute of a class: that of the parameter or the class that it comes from.

    Texts are left out: they are the wording of errors.
    """
    init = cls.members.get("__init__")
    value = str(thing.value)
    if isinstance(init, griffe.Function) and value in init.parameters:
        return f": {squeezed(str(init.parameters[value].annotation))}"
    if isinstance(thing.value, griffe.ExprCall):
        return f" = {thing.value.function}(…)"
    return "" if isinstance(thing.value, str) and value.startswith(("'", '"')) else f" = {squeezed(value)}"


def signature(function: griffe.Function) -> str:
    """Return the parameters and the result of a function."""
    return squeezed(f"({', '.join(parameters(function.parameters))}) -> {function.returns}")


def parameters(found: Iterable[griffe.Parameter]) -> Iterator[str]:
    """Return each parameter as it is written, with the marks between their kinds."""
    kinds = griffe.ParameterKind
    before: griffe.ParameterKind | None = None
    for each in found:
        if before is kinds.positional_only and each.kind is not kinds.positional_only:
            yield "/"
        if each.kind is kinds.keyword_only and before not in {kinds.keyword_only, kinds.var_positional}:
            yield "*"
        before = each.kind
        star = "**" if each.kind is kinds.var_keyword else "*" if each.kind is kinds.var_positional else ""
        kind = f": {each.annotation}" if each.annotation is not None else ""
        default = f" = {each.default}" if each.default is not None and not star else ""
        yield f"{star}{each.name}{kind}{default}"
    if before is kinds.positional_only:
        yield "/"


def labels(thing: griffe.Object) -> str:
    """Return what a call needs to know besides the signature, such as `async`."""
    found = [label for label in LABELS if label in thing.labels]
    return f"  [{', '.join(found)}]" if found else ""


def squeezed(text: str) -> str:
    """Put a text on one line, and shorten what is longer than any signature."""
    return textwrap.shorten(text, 1000, placeholder=" …") if len(text) > 1000 else " ".join(text.split())


def undocumented(package: griffe.Module) -> list[str]:
    """Return the public classes, functions and properties that have no docstring."""
    surface = public(package)
    known = {thing.path for thing in surface.values()}
    found = list(surface.items())
    for name, thing in list(found):
        if isinstance(thing, griffe.Class):
            found += [(f"{name}.{key}", member) for key, member in members(thing, known)]
    return sorted(name for name, thing in found if needs_docstring(name, thing) and thing.docstring is None)


def needs_docstring(name: str, thing: griffe.Object) -> bool:
    """Tell whether an object has to explain itself: all but values, protocols and enumerated fields."""
    if name.rpartition(".")[2].startswith("__"):
        return False
    if isinstance(thing, griffe.Class):
        return not thing.path.startswith(f"{PACKAGE}.enums.")
    return isinstance(thing, griffe.Function) or "property" in thing.labels


if __name__ == "__main__":
    FILE.write_text("\n".join(render(load())) + "\n", encoding="utf-8")
    sys.stdout.write(f"wrote {FILE.relative_to(ROOT)}\n")
