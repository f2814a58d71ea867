"""The commands of a rig: ``one put``, ``one spool list|run|forget``, ``one status EID``."""
# ruff: noqa: D301 - click keeps the lines of a paragraph that begins with a backspace character

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from one_client.cli import Options, human, with_options
from one_client.errors import BadRequest, OneError

if TYPE_CHECKING:
    from one_client.backends.api import Api
    from one_client.outgoing import Outgoing
    from one_client.spool import Spool
    from one_client.upload import Event, Report, Uploader

_SHOWN_OK = 5
_MARKS = {"refused": "red", "quarantined": "red", "verified": "green", "received": "green", "have": "green"}


def register(group: click.Group) -> None:
    """Add the commands to ``one``; ``status`` learns to tell about a session."""
    plain = group.commands.get("status")
    group.add_command(put)
    group.add_command(spool)
    if plain is not None:
        group.add_command(_status_of_session(plain))


_spool = click.option(
    "--spool", "spool_folder", type=click.Path(file_okay=False), metavar="DIR",
    help="Where sessions wait until they are sent; default: BREGMA_ONE_SPOOL, or a folder of yours.",
)  # fmt: skip
_give_up = click.option(
    "--give-up-after", type=click.FloatRange(0), metavar="SECONDS",
    help="Stop when nothing went through for so long; default: wait for the network as long as it takes.",
)  # fmt: skip
_rate = click.option("--limit-rate", metavar="RATE", help="Bytes a second at most, such as 500K or 5M.")
_workers = click.option(
    "--workers", type=click.IntRange(1, 64), default=8, show_default=True, help="Files and parts on their way at once."
)


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--subject", help="The animal's nickname; default: from the folder's path.")
@click.option("--date", help="Day of the session, YYYY-MM-DD; default: from the folder's path.")
@click.option("--number", type=click.IntRange(0, 999), help="Number within the day; default: from the folder's path.")
@click.option("--lab", help="The lab; default: from the folder's path, else the animal's.")
@click.option("--start-time", metavar="TIME", help="When it began, in the lab's time: 2020-01-01T10:30:00.")
@click.option("--end-time", metavar="TIME", help="When it ended, in the lab's time.")
@click.option("--user", "users", multiple=True, help="Who did it; may be repeated. Default: you.")
@click.option("--project", "projects", multiple=True, help="A project it belongs to; may be repeated.")
@click.option("--procedure", "procedures", multiple=True, help="A procedure; may be repeated.")
@click.option("--task-protocol", help="The task, with its version.")
@click.option("--location", help="The rig.")
@click.option("--narrative", help="Free text.")
@click.option("--eid", help="Add the files to this session instead of creating one.")
@click.option("--edition", help="Whose units the data follow: ibl-current (default) or paper-2020.")
@click.option("--repository", help="Where on the server; default: the lab's own.")
@click.option("--wait", is_flag=True, help="Wait until everything was verified and can be searched and loaded.")
@click.option("--dry-run", is_flag=True, help="Only show what would be sent and what is wrong with it.")
@click.option("--no-check", is_flag=True, help="Do not look into the files first; the server still does.")
@click.option("--resume", is_flag=True, help="Go on with everything that waits in the spool.")
@_spool
@_give_up
@_rate
@_workers
@with_options
def put(options: Options, /, folder: Path | None, files: tuple[Path, ...], **given: Any) -> None:
    """Register a session and upload its files.

    FOLDER is a session's: [LAB/Subjects/]SUBJECT/DATE/NUMBER at its end says which one. With FILES only these go.

    \b
    one put /data/mainenlab/Subjects/KS014/2020-01-01/001
    one put ./recording --subject KS014 --date 2020-01-01 --number 1 --project brainwide
    one put KS014/2020-01-01/001 --dry-run
    one put KS014/2020-01-01/001 --wait
    one put --resume

    The session is written to the spool on this computer's disk first. After a power cut, a lost network or Ctrl-C, the
    same command or `one put --resume` goes on where it was; what is there already is not sent again. A file that is
    refused does not stop the others; status 1 says that there was one.
    """
    if given["resume"] == (folder is not None):
        raise click.UsageError("Give the folder of a session, or --resume to go on with what waits in the spool.")
    api = api_of(options)
    try:
        good = _run_all(api, given) if given["resume"] else _put_one(api, folder, files, given)
    finally:
        api.close()
    if not good:
        sys.exit(1)


@click.group()
def spool() -> None:
    """Show, send or drop what waits on this computer.

    \b
    one spool list
    one spool run --limit-rate 5M
    one spool forget KS014_2020-01-01_001_9f3a77c0
    """


@spool.command("list")
@click.option("--done", is_flag=True, help="Receipts of what was sent, instead of what waits.")
@_spool
def list_(done: bool, spool_folder: str | None) -> None:
    """List sessions that wait or are being sent.

    \b
    one spool list
    one spool list --done
    """
    folder = _open_spool(spool_folder)
    entries = folder.receipts() if done else folder.entries()
    for entry in entries:
        busy = not done and folder.is_busy(entry.id)
        click.echo(f"{entry.id}  {entry.place}  {_progress(entry)}{'  being sent' if busy else ''}")
        _show_reason(entry)
        _troubles(entry)
    for path in [] if done else folder.damaged():
        click.secho(f"{path.stem}  cannot be read: {path}", fg="red")
    click.echo(f"{len(entries)} {'sent' if done else 'waiting'} in {folder.root}", err=True)


@spool.command("run")
@_spool
@_give_up
@_rate
@_workers
@with_options
def run(options: Options, /, **given: Any) -> None:
    """Send everything that waits, oldest first; the same as `one put --resume`.

    For a scheduled task of a rig: run it every few minutes. Sessions that another process is sending are left to it.

    \b
    one spool run --give-up-after 3600
    """
    api = api_of(options)
    try:
        good = _run_all(api, given)
    finally:
        api.close()
    if not good:
        sys.exit(1)


@spool.command("forget")
@click.argument("entries", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@_spool
def forget(entries: tuple[str, ...], yes: bool, spool_folder: str | None) -> None:
    """Drop sessions from the spool, or receipts. The data in their folders stay, and so does what was sent.

    \b
    one spool forget KS014_2020-01-01_001_9f3a77c0
    """
    folder = _open_spool(spool_folder)
    for entry in entries:  # nobody is asked about what is not there
        if not folder.has(entry):
            raise BadRequest(f"There is no entry {entry} in {folder.root}.", "`one spool list` shows what there is.")
    if not yes:
        click.confirm(f"Drop {', '.join(entries)}? What was not sent will not be", abort=True)
    for entry in entries:
        if not folder.forget(entry):
            raise BadRequest(f"There is no entry {entry} in {folder.root}.", "`one spool list` shows what there is.")
        click.echo(f"{entry} dropped")


def _status_of_session(plain: click.Command) -> click.Command:
    @click.command("status")
    @click.argument("session", required=False, metavar="[EID]")
    @_spool
    @click.pass_context
    def status(ctx: click.Context, session: str | None, spool_folder: str | None) -> None:
        """Show where each file of a session is; without EID, which server is used, what is cached and what waits here.

        \b
        one status
        one status KS014/2020-01-01/001

        Without EID, status 1 says that the server does not answer or does not accept us.

        on the rig: waits in this computer's spool. arriving: some of it may be there. received: the server has it and
        reads it back. verified: it can be loaded. quarantined: something is wrong with it, and the line says what.
        """
        if session is None:
            good = ctx.invoke(plain)
            _show_waiting(_open_spool(spool_folder))
            if not good:
                ctx.exit(1)
            return
        _show_status(ctx.ensure_object(Options), session, _open_spool(spool_folder))

    return status


def _show_status(options: Options, session: str, folder: "Spool") -> None:
    from one_client.errors import SessionNotFound
    from one_client.records import find_session_path
    from one_client.verdicts import whereabouts

    place = find_session_path(session)
    with options.open() as one:
        api = getattr(one.library.backend, "api", None)
        if api is None:
            raise BadRequest("The files of a folder are where they are.", "Without --folder a server is asked.")
        missing: SessionNotFound | None = None
        try:
            eid = one.to_eid(session)
        except SessionNotFound as error:  # perhaps it is still on this rig
            eid, missing = None, error
        found = list(whereabouts(api, eid, folder, str(place) if place else None))
    if missing is not None and not found:
        raise missing
    counts: dict[str, int] = {}
    said = ""
    for file in found:
        counts[file.where] = counts.get(file.where, 0) + 1
        click.echo(f"{file.where:<12} {file.path}")
        if file.reason and file.reason != said:  # a session that is refused gives all its files one reason
            click.secho(f"             {_indented(file.reason, 13)}", fg="red")
        said = file.reason
    click.echo(", ".join(f"{count} {where}" for where, count in sorted(counts.items())) or "no uploads", err=True)


def _show_waiting(folder: "Spool") -> None:
    """Say what is on this computer only; a session that is refused would otherwise wait there unseen."""
    waiting = folder.entries()
    refused = [entry for entry in waiting if entry.refused]
    counts = f"{len(waiting)} waiting" + (f", {len(refused)} of them refused" if refused else "")
    click.echo(f"spool    {folder.root}: {counts}")
    for entry in refused:
        click.echo(f"  {entry.id}  {entry.place}")
        _show_reason(entry)
    for path in folder.damaged():
        click.secho(f"  {path.stem}  cannot be read: {path}", fg="red")


def _show_reason(entry: "Outgoing") -> None:
    if entry.refused:
        click.secho(f"    refused by the server: {_indented(entry.reason, 4)}", fg="red")
        click.echo(
            f"    mend that, then `one put --resume`; or `one spool forget {entry.id}` drops it, your files stay"
        )
    elif entry.reason:
        click.echo(f"    {_indented(entry.reason, 4)}")


def _indented(text: str, width: int) -> str:
    """A text of several lines, each below the first's beginning."""
    return f"\n{' ' * width}".join(line.strip() for line in text.splitlines())


def _put_one(api: "Api", folder: Path | None, files: tuple[Path, ...], given: dict[str, Any]) -> bool:
    from one_client.upload import put_session

    names = ("subject", "date", "number", "lab", "start_time", "end_time", "users", "projects", "procedures",
             "task_protocol", "location", "narrative", "eid", "edition", "repository", "wait", "dry_run")  # fmt: skip
    chosen = {name: given[name] for name in names}
    chosen = {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}
    root = folder
    listed = list(files)
    if folder is not None and folder.is_file():
        root, listed = None, [folder, *files]
    report = put_session(
        api, root, listed or None, check=not given["no_check"], spool=_open_spool(given["spool_folder"]),
        uploader=_uploader(api, given), **chosen,
    )  # fmt: skip
    if given["dry_run"]:
        _show_plan(report)
    else:
        _show_report(report)
    return report.good


def _run_all(api: "Api", given: dict[str, Any]) -> bool:
    """Send what waits for this server; True if all of it went well."""
    from one_client.errors import NotFound
    from one_client.spool import SpoolBusy

    folder = _open_spool(given["spool_folder"])
    uploader = _uploader(api, given)
    good = True
    waiting = [entry for entry in folder.entries() if entry.server == api.base_url]
    for entry in waiting:
        try:
            with folder.claim(entry.id) as claim:
                click.echo(f"{entry.place}: {_progress(claim.entry)}")
                report = uploader.send(claim)
        except SpoolBusy:
            click.echo(f"{entry.place}: another process is sending it")
        except NotFound as error:
            if (folder.root / f"{entry.id}.json").exists():
                good = _said(entry, error)
        except OneError as error:
            good = _said(entry, error)
        else:
            if given.get("wait"):
                from one_client.verdicts import wait_until_visible

                wait_until_visible(uploader, report)
            _show_report(report)
            good = good and report.good
    others = len(folder.entries()) - len(waiting)
    if not waiting:
        click.echo(f"Nothing waits for {api.base_url} in {folder.root}.")
    if others > 0:
        click.echo(f"{others} waiting for other servers: `one --url ... spool run`.", err=True)
    return good


def _said(entry: "Outgoing", error: OneError) -> bool:
    click.secho(f"{entry.place}: {error.detail}", fg="red", err=True)
    if error.hint:
        click.echo(f"    {error.hint}", err=True)
    return False


def _show_plan(report: "Report") -> None:
    click.echo(f"{report.place}")
    for one in report.files:
        if one.state == "waiting":
            click.echo(f"  {human(one.size):>9}  {one.path}")
    for path in report.skipped:
        click.echo(f"  passed over  {path}")
    _show_troubles(report, "  ")
    wanted = [one for one in report.files if one.state == "waiting"]
    if report.refusal:
        click.secho(f"The session would be refused. {report.refusal}", fg="red")
        click.echo("Nothing would be sent, and nothing was.", err=True)
        return
    click.echo(f"{len(wanted)} files, {human(sum(one.size for one in wanted))} would be sent; nothing was.", err=True)


def _show_report(report: "Report") -> None:
    _show_troubles(report)
    for path in report.skipped:
        click.echo(f"passed over  {path}")
    there = [one for one in report.files if one.state in ("received", "verified")]
    spent = f"{human(report.bytes_sent)} sent in {report.seconds:.1f} s" if report.bytes_sent else "nothing to send"
    where = f"{report.eid}  {report.place}" if report.eid else f"{report.place}: not registered"
    click.echo(f"{where}: {len(there)} of {len(report.files)} files there, {spent}")
    if report.visible_seconds is not None:
        click.echo(f"Found and loaded {report.visible_seconds:.1f} s after its last byte was acknowledged.")


def _show_troubles(report: "Report", indent: str = "") -> None:
    """Name the files that were refused, and each reason once: rows that disagree concern all files of an object."""
    for reason, files in groupby(report.troubles, key=lambda one: one.reason):
        for one in files:
            click.secho(f"{indent}{one.state}  {one.path}", fg="red")
        click.echo(f"{indent}    {_indented(reason, len(indent) + 4)}")


def _progress(entry: "Outgoing") -> str:
    counts = entry.counts()
    size = human(sum(one.size for one in entry.files))
    return f"{len(entry.files)} files, {size}: " + ", ".join(f"{n} {state}" for state, n in sorted(counts.items()))


def _troubles(entry: "Outgoing") -> None:
    bad = [one for one in entry.files if one.reason]
    for one in bad[:_SHOWN_OK]:
        click.secho(f"    {one.state}  {one.path}: {_indented(one.reason, 8)}", fg="red")
    if len(bad) > _SHOWN_OK:
        click.echo(f"    and {len(bad) - _SHOWN_OK} more")


def api_of(options: Options) -> "Api":
    """The connection that the options before the command describe; `one` itself is not needed for sending."""
    from one_client.auth import find_login
    from one_client.backends.api import Api
    from one_client.errors import Unauthorized

    if options.folder or options.offline:
        raise BadRequest("Uploading needs a server.", "Leave out --folder and --offline.")
    login = find_login(options.url)
    if not login.token:
        raise Unauthorized(f"No token for {login.base_url} is known.", "Run `one login`, or set BREGMA_TOKEN.")
    return Api(login.base_url, login.token, token_from=login.token_from)


def _uploader(api: "Api", given: dict[str, Any]) -> "Uploader":
    from one_client.upload import Uploader

    return Uploader(
        api, workers=given["workers"], give_up_after=given["give_up_after"],
        bytes_per_second=_rate_of(given["limit_rate"]), on_event=_tell,
    )  # fmt: skip


def _tell(event: "Event") -> None:
    """Say what a waiting person wants to know while a session is sent."""
    if event.kind == "lost":
        click.secho(f"Nothing goes through ({event.detail}); trying on. Ctrl-C is safe: the spool keeps it.", err=True)
    elif event.kind == "back":
        click.echo("It goes on.", err=True)
    elif event.kind == "instead":
        click.secho(f"This folder waited as {event.path}; it is sent as {event.detail} instead.", fg="yellow", err=True)
    elif event.kind == "full":
        click.secho(f"{event.detail} Sending goes on.", fg="yellow", err=True)


def _open_spool(folder: str | None) -> "Spool":
    from one_client.spool import Spool

    return Spool(folder)


def _rate_of(text: str | None) -> float | None:
    """Bytes a second: ``'500K'``, ``'5M'``, ``'1.5G'``."""
    if text is None:
        return None
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "")
    try:
        rate = float(number) * {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}[unit]
    except (ValueError, KeyError):
        rate = 0.0
    if not rate > 0:
        raise click.BadParameter(f"{text!r} is no rate; write it like 500K or 5M.", param_hint="--limit-rate")
    return rate
