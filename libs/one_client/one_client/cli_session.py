"""The commands ``one session move|merge|withdraw|restore``: correct a session that was started wrongly."""
# ruff: noqa: D301 - click keeps the lines of a paragraph that begins with a backspace character

from typing import Any
from uuid import UUID

import click

from one_client.cli import Options, with_options
from one_client.errors import BadRequest
from one_client.one import ONE
from one_client.records import date_bounds

_SHORTEST_REASON = 3


def correct(one: ONE, eid: str, action: str, reason: str, *, dry_run: bool = True, **details: Any) -> dict[str, Any]:
    """Ask the server for a correction of a session.

    Parameters
    ----------
    one : ONE
        Connected to a server.
    eid : str
        The session: its UUID or subject/date/number.
    action : {'move', 'merge', 'withdraw', 'restore'}
        What to do.
    reason : str
        Why, in a sentence; it is kept.
    dry_run : bool
        Only say what would happen.
    **details
        ``to`` (a mapping of subject, lab, date, number) for a move, ``into`` (an eID) for a merge.

    Returns
    -------
    dict
        The server's report: places, numbers of datasets, copies that have to be moved by hand.

    Raises
    ------
    BadRequest
        If there is no server behind ``one``.
    OneError
        What the server refused, and why.
    """
    api = getattr(one.library.backend, "api", None)
    if api is None:
        raise BadRequest(
            "Sessions of a folder have no server that could correct them.", hint="rename the folder instead"
        )
    # a withdrawn session is found by its id only
    session = eid if action == "restore" else one.to_eid(eid)
    body = {"session": session, "action": action, "reason": reason, "dry_run": dry_run, **details}
    answer: dict[str, Any] = api.post("/corrections", body)
    return answer


def _show(report: dict[str, Any]) -> None:
    click.echo(
        f"{report['action']}: {report['old_place']}" + (f" -> {report['new_place']}" if report["new_place"] else "")
    )
    click.echo(f"  {report['datasets']} datasets; {report['message']}")
    for left in report["records_left"]:
        click.echo(f"  left where it is, move it by hand: {left}")
    if report["dry_run"]:
        click.secho("  nothing was changed: add --yes to do it", fg="yellow")
    elif report["action"] == "withdraw":
        click.echo(f"  to bring it back: one session restore {report['session']} --reason WHY --yes")


def _sentence(_ctx: click.Context, _parameter: click.Parameter, text: str) -> str:
    if len(text.strip()) < _SHORTEST_REASON:
        raise click.BadParameter("say it in a few words; whoever finds the session moved reads them.")
    return text


def _day(_ctx: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    if text is not None:
        date_bounds(text)
    return text


def _id(_ctx: click.Context, _parameter: click.Parameter, text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no session's id: a withdrawn session has no place any more, only the UUID that "
            "`one session withdraw` printed."
        ) from None


_reason = click.option("--reason", required=True, callback=_sentence, help="Why, in a sentence; it is kept.")
_yes = click.option("--yes", is_flag=True, help="Do it; without, only say what would happen.")


@click.group()
def session() -> None:
    """Correct a session: wrong animal, date or number, started twice, or a test run.

    Ids and bytes stay, protected data refuse. The old addresses of files (/data/LAB/Subjects/...) lead to the new place,
    until another session has their place; SUBJECT/DATE/NUMBER names a session by its new place only. Each command is a
    dry run unless --yes is given.
    """


@session.command()
@click.argument("eid")
@click.option("--subject", help="The right animal.")
@click.option("--lab", help="Its lab, where two labs have an animal of this name.")
@click.option("--date", callback=_day, help="The right date, YYYY-MM-DD.")
@click.option("--number", type=click.IntRange(0, 999), help="The right number of that day.")
@_reason
@_yes
@with_options
def move(
    options: Options, eid: str, subject: str | None, lab: str | None, date: str | None, number: int | None, reason: str, *, yes: bool
) -> None:  # fmt: skip
    """Move a session to its right subject, date or number.

    \b
    one session move KS014/2020-01-01/001 --subject KS015 --reason "wrong mouse in the box"
    """
    named = {"subject": subject, "lab": lab, "date": date, "number": number}
    to = {name: value for name, value in named.items() if value is not None}
    if not to.keys() - {"lab"}:
        raise click.UsageError("Say what is right: --subject, --date or --number, or several of them.")
    with options.open() as one:
        _show(correct(one, eid, "move", reason, dry_run=not yes, to=to))


@session.command()
@click.argument("eid")
@click.option("--into", required=True, help="The session that stays.")
@_reason
@_yes
@with_options
def merge(options: Options, eid: str, into: str, reason: str, *, yes: bool) -> None:
    """Give a session's files to another one that was meant, and withdraw the empty one.

    \b
    one session merge KS014/2020-01-01/002 --into KS014/2020-01-01/001 --reason "started twice"
    """
    with options.open() as one:
        target = one.to_eid(into)
        if target == one.to_eid(eid):
            raise BadRequest(f"{into} is the session itself.", "--into names the other one, which stays.")
        _show(correct(one, eid, "merge", reason, dry_run=not yes, into=target))


@session.command()
@click.argument("eid")
@_reason
@_yes
@with_options
def withdraw(options: Options, eid: str, reason: str, *, yes: bool) -> None:
    """Hide a session; `restore` brings it back within 30 days.

    \b
    one session withdraw KS014/2020-01-01/003 --reason "test of the rig"
    """
    with options.open() as one:
        _show(correct(one, eid, "withdraw", reason, dry_run=not yes))


@session.command()
@click.argument("eid", metavar="UUID", callback=_id)
@_reason
@_yes
@with_options
def restore(options: Options, eid: str, reason: str, *, yes: bool) -> None:
    """Show a withdrawn session again; it is named by its UUID, which `one session withdraw` printed.

    \b
    one session restore 0198f3a2-5b0c-7d11-9c53-2f6d0a4be871 --reason "it was no test"
    """
    with options.open() as one:
        _show(correct(one, eid, "restore", reason, dry_run=not yes))


def register(group: click.Group) -> None:
    """Add these commands to the group."""
    group.add_command(session)
