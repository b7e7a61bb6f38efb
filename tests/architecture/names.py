"""The file of names that completion needs: `python -m tests.architecture.names` writes it."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

from typer.main import get_command

from odapi_async import resources
from odapi_async.cli.app import COMMANDS, app
from odapi_async.cli.known_names import (
    FILE,
    ArgumentNames,
    CommandNames,
    Names,
    OperationNames,
    OptionNames,
    ResourceNames,
)
from odapi_async.mirror import PLANS


def make_names() -> Names:
    """Return the names of all commands and resources, as they are in the code."""
    rows: dict[str, list[str]] = {}
    found = {name: _resource(name, rows) for name in resources.names()}
    commands = {name: _command(_built(name), summary) for name, summary in COMMANDS.items()}
    root: Any = get_command(app)
    return Names(
        command=CommandNames(help="", arguments=[], options=_options(root), commands=commands),
        resources=found,
        rows=rows,
        tables=[plan.table for plan in PLANS],
    )


def as_text(names: Names) -> str:
    """Return the text of the file, in lines that make differences easy to read."""
    parts = [f'"command": {json.dumps(names["command"], indent=1, ensure_ascii=False)}']
    for key in ("resources", "rows"):
        content: dict[str, Any] = {**names[key]}
        lines = [f" {json.dumps(name)}: {_dumped(each)}" for name, each in content.items()]
        parts.append(f'"{key}": {{\n' + ",\n".join(lines) + "\n}")
    parts.append(f'"tables": {_dumped(names["tables"])}')
    return "{" + ",\n".join(parts) + "}\n"


def _dumped(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _resource(name: str, rows: dict[str, list[str]]) -> ResourceNames:
    operations: dict[str, OperationNames] = {}
    for method, operation in resources.operations(name).items():
        columns = [*getattr(operation.returns, "__struct_fields__", ())]
        row = f"{name}.{operation.returns.__name__}" if columns else ""
        if columns:
            rows[row] = columns
        operations[method] = OperationNames(
            request=operation.name,
            permission=operation.permission,
            writes=not operation.read_only,
            since=operation.since,
            names=[*re.findall(r"{(\w+)}", operation.path), *resources.parameters(operation)],
            row=row,
        )
    return ResourceNames(about=resources.about(name) or "", operations=operations)


def _built(name: str) -> Any:
    return import_module(f"odapi_async.cli.{name}.command").COMMAND.build()


def _command(command: Any, summary: str) -> CommandNames:
    below = getattr(command, "others", None) or getattr(command, "commands", {})
    lines = getattr(command, "summaries", {})
    return CommandNames(
        help=summary,
        arguments=[
            ArgumentNames(name=each.name, complete=_completer(each), many=each.nargs == -1)
            for each in command.params
            if each.param_type_name == "argument"
        ],
        options=_options(command),
        commands={
            name: _command(each, lines.get(name) or each.short_help or "") for name, each in below.items()
        },
    )


def _options(command: Any) -> list[OptionNames]:
    return [
        OptionNames(
            name=each.name,
            words=[*each.opts, *each.secondary_opts],
            help=re.split(r"(?<=[.:]) ", each.help or "")[0],
            flag=each.is_flag,
            values=[str(value) for value in each.type_descriptor.choices or ()],
            complete=_completer(each),
            many=each.multiple,
        )
        for each in command.params
        if each.param_type_name == "option" and not each.hidden
    ]


def _completer(parameter: Any) -> str:
    function = parameter.type_descriptor.parameter_info.autocompletion
    return function.__name__ if function else ""


if __name__ == "__main__":
    FILE.write_text(as_text(make_names()), encoding="utf-8")
