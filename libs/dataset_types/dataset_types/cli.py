"""``dataset-types``: look types up, and check files before they are sent."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from dataset_types.check import check_references, check_rows, print_dims
from dataset_types.content import ContentCheck, content_check
from dataset_types.page import render_html
from dataset_types.path import strip_uuid
from dataset_types.problem import Problem
from dataset_types.registry import ENVIRONMENT, AmbiguousType, BadDefinition, Registry, UnknownType, default_registry
from dataset_types.spec import DatasetType, Edition

_CHUNK = 1 << 20
_EPILOG = f"""examples:
  dataset-types list spikes                  types whose name contains "spikes"
  dataset-types show spikes.times            everything about one type
  dataset-types check alf/probe00/*.npy      do these files keep their types' promises?
  dataset-types html > types.html            a page of all types

Types of your own: write them into a TOML file like the package's ibl.toml, with your own namespace in each name
(_mylab_tail.angle), and name the file in the environment variable {ENVIRONMENT}.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns
    -------
    int
        0 if all is well, 1 if a file has problems, 2 if something asked for does not exist.
    """
    options = _parser().parse_args(arguments)
    try:
        registry = default_registry()
        edition = Edition(options.edition) if options.edition else None
        if options.command == "list":
            return _list(registry, options.text, edition)
        if options.command == "show":
            return _show(registry.get(options.name, edition))
        if options.command == "check":
            return _check(registry, options.files, edition)
        print(
            json.dumps(DatasetType.model_json_schema(), indent=2)
            if options.command == "schema"
            else render_html(registry)
        )
        return 0
    except (UnknownType, AmbiguousType, BadDefinition, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dataset-types",
        description="Dataset types say what a file holds: its shape, its unit and what must be true of its values.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--edition",
        choices=[str(edition) for edition in Edition],
        help="definitions of today (default) or of the paper",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", parents=[common], help="print names, shapes, units and meanings")
    listing.add_argument("text", nargs="?", default="", help="only types whose name contains this")
    show = commands.add_parser("show", parents=[common], help="print everything about one type, as JSON")
    show.add_argument("name", help="such as spikes.times")
    check = commands.add_parser("check", parents=[common], help="check files: names, headers, values, rows, references")
    check.add_argument("files", nargs="+", type=Path, help="files of one folder, so that objects can be compared")
    commands.add_parser("schema", parents=[common], help="print the JSON Schema of a definition")
    commands.add_parser("html", parents=[common], help="print a page of all types")
    return parser


def _list(registry: Registry, text: str, edition: Edition | None) -> int:
    wanted = edition or Edition.IBL_CURRENT
    found = [one for one in registry if one.edition == wanted and text.lower() in one.name.lower()]
    for one in found:
        dims = print_dims(one.dims) if one.dims is not None else "-"
        print(f"{one.name}\t{dims}\t{one.unit or '-'}\t{one.description}")
    if not found:
        print(f"No type's name contains {text!r}; `dataset-types list` prints all", file=sys.stderr)
    return 0 if found else 2


def _show(one: DatasetType) -> int:
    print(json.dumps({**one.model_dump(mode="json"), "example": one.example_name}, indent=2, ensure_ascii=False))
    return 0


def _check(registry: Registry, files: Sequence[Path], edition: Edition | None) -> int:
    """Check each file by itself, then the files of each folder against each other."""
    bad = False
    folders: dict[Path, list[ContentCheck]] = {}
    for file in files:
        name, _ = strip_uuid(file.name)
        try:
            check = content_check(registry.match(name, edition), name)
        except (UnknownType, AmbiguousType) as error:
            print(f"{file}: {error}")
            bad = True
            continue
        problems = _read_through(check, file)
        bad |= _report(str(file), problems)
        if not problems:
            rows = f", {check.rows} rows" if check.rows is not None else ""
            print(f"{file}: good ({check.dataset_type.name}{rows})")
            folders.setdefault(file.parent, []).append(check)
    for folder, checks in folders.items():
        bad |= _report(str(folder), _compare(checks))
    return 1 if bad else 0


def _read_through(check: ContentCheck, file: Path) -> list[Problem]:
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            check.feed(chunk)
    return check.finish()


def _compare(checks: Sequence[ContentCheck]) -> list[Problem]:
    groups: dict[str, dict[str, int | None]] = {}
    references: dict[str, int | None] = {}
    for check in checks:
        if check.row_group is not None:
            groups.setdefault(check.row_group, {})[check.filename] = check.rows
        references.update(check.largest_reference)
    problems = [problem for group, rows in groups.items() for problem in check_rows(group, rows)]
    totals = {
        group: next((count for count in rows.values() if count is not None), None) for group, rows in groups.items()
    }
    return [*problems, *check_references(references, totals)]


def _report(place: str, problems: Sequence[Problem]) -> bool:
    for problem in problems:
        print(f"{place}: {problem}")
    return bool(problems)
