"""The command ``one clean``: free the disk of a rig of what is safe elsewhere."""
# ruff: noqa: D301 - click keeps the lines of a paragraph that begins with a backspace character

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from one_client.cli import Options, human, with_options

if TYPE_CHECKING:
    from one_client.clean import SessionReport


def register(group: click.Group) -> None:
    """Add the command to ``one``."""
    group.add_command(clean)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--delete", is_flag=True, help="Delete what may go; without it everything is only said.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
@click.option("--json", "as_json", is_flag=True, help="A report for programs.")
@click.option(
    "--spool", "spool_folder", type=click.Path(file_okay=False), metavar="DIR",
    help="Certificates are kept in its folder 'certificates'; default: BREGMA_ONE_SPOOL, or a folder of yours.",
)  # fmt: skip
@with_options
def clean(
    options: Options, /, folder: Path, spool_folder: str | None, *, delete: bool, yes: bool, as_json: bool
) -> None:
    """Say which files of the sessions below FOLDER may be deleted, and delete them when asked to.

    \b
    one clean D:/Subjects
    one clean D:/Subjects/KS014/2020-01-01/001 --delete

    Every file is read and hashed here. It may go if the server signs that at this moment two verified copies of
    these very bytes lie in different durable stores. The signed certificates are kept. Anything else stays, and the
    line says why. Status 1 says that something was to be deleted and could not be.
    """
    from one_client.clean import Cleaner, find_sessions
    from one_client.cli_upload import api_of
    from one_client.progress import bar
    from one_client.spool import Spool

    api = api_of(options)
    cleaner = Cleaner(api, Spool(spool_folder).root / "certificates")
    sessions = list(find_sessions(folder.absolute()))
    if not sessions:
        click.echo(f"There is no session (SUBJECT/DATE/NUMBER) in {folder}.", err=True)
    reports = []
    good = True
    try:
        for one in sessions:
            with bar(*_amount(one), shown=False if as_json else None) as advance:
                report = cleaner.judge(one, progress=advance)
            if not as_json:
                _show(report)
            if delete and report.safe_bytes:
                # each session at once after it was judged: a certificate holds for an hour, a drive may take longer
                good = _delete(cleaner, report, yes=yes or as_json, quiet=as_json) and good
            good = good and not report.problem
            reports.append(report)
    finally:
        api.close()
    if as_json:
        click.echo(json.dumps([_plain(one) for one in reports], indent=1))
    else:
        _show_totals(reports, delete=delete)
    if not good:
        sys.exit(1)


def _amount(folder: Path) -> tuple[int, int]:
    from one_client.outgoing import collect

    files, _ = collect(folder)
    return sum(one.size for one in files), len(files)


def _delete(cleaner: Any, report: "SessionReport", *, yes: bool, quiet: bool) -> bool:
    if not yes:
        count = sum(one.safe for one in report.files)
        if not click.confirm(f"Delete {count} files, {human(report.safe_bytes)}, of {report.place}?"):
            return True
    wanted = [one for one in report.files if one.safe]
    cleaner.delete(report)
    for one in wanted:
        if not one.deleted and not quiet:
            click.secho(f"  stays        {one.file.path}: {one.reason}", fg="red")
    return all(one.deleted for one in wanted)


def _show(report: "SessionReport") -> None:
    click.echo(f"{report.place}  {report.folder}")
    said = ""
    for one in report.files:
        if one.safe:
            where = ", ".join(sorted({copy["repository"] for copy in one.copies}))
            click.secho(f"  may go  {human(one.file.size):>9}  {one.file.path}  ({where})", fg="green")
        else:
            click.echo(f"  stays   {human(one.file.size):>9}  {one.file.path}")
            if one.reason != said:
                click.echo(f"                     {one.reason}")
            said = one.reason
    for path in report.passed_over:
        click.echo(f"  stays              {path}: no data file, passed over")


def _show_totals(reports: "list[SessionReport]", *, delete: bool) -> None:
    files = [one for report in reports for one in report.files]
    safe, gone = [one for one in files if one.safe], [one for one in files if one.deleted]
    total = f"{len(files)} files looked at: "
    if delete:
        click.echo(
            f"{total}{len(gone)} deleted, {human(sum(one.file.size for one in gone))}; {len(files) - len(gone)} stay"
        )
    else:
        click.echo(
            f"{total}{len(safe)} may go, {human(sum(one.file.size for one in safe))}; {len(files) - len(safe)} stay"
        )
        if safe:
            click.echo("Nothing was deleted; --delete does that.", err=True)


def _plain(report: "SessionReport") -> dict[str, Any]:
    return {
        "place": report.place, "folder": str(report.folder), "problem": report.problem,
        "certificates": [one.id for one in report.certificates], "passed_over": report.passed_over,
        "files": [
            {
                "path": one.file.path, "size": one.file.size, "sha256": one.file.sha256, "safe": one.safe or one.deleted,
                "deleted": one.deleted, "reason": one.reason, "copies": one.copies,
            }
            for one in report.files
        ],
    }  # fmt: skip
