"""`bregma user`: accounts."""

import sys

import click

from bregma_app.operating import administration

ROLES = click.Choice(["manager", "member", "technician", "rig"])


def _typed(_ctx: click.Context, _parameter: click.Parameter, given: str | None) -> str:
    """Take the password from the option, from a pipe, or from whoever sits at the terminal."""
    if given is None and not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise click.UsageError('No password came through the pipe: echo "$PASSWORD" | bregma user ...')
    return given if given is not None else str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


_password = click.option(
    "--password", callback=_typed,
    help="Better left out: then you are asked, or it comes through a pipe, and it is in no history.",
)  # fmt: skip


@click.group("user")
def command() -> None:
    """Make accounts and say what they may do."""


@command.command("add")
@click.argument("username")
@click.option("--email", default="", help="Where to write to this person.")
@click.option("--admin", is_flag=True, help="Administrator of the whole installation.")
@click.option("--public", is_flag=True, help="Read-only account for released data.")
@click.option("--lab", help="Lab in which the account gets a role.")
@click.option("--role", type=ROLES, default="member", show_default=True, help="The role in that lab.")
@_password
def add(username: str, email: str, lab: str | None, role: str, password: str, *, admin: bool, public: bool) -> None:
    """Add an account.

    Examples: bregma user add ada --lab cortexlab --role manager; echo "$PASSWORD" | bregma user add grace --admin
    """
    with administration() as run:
        run.add_user(username, password, email=email, admin=admin, public=public, lab=lab, role=role)
    click.echo(f"{username} may log in now")


@command.command("password")
@click.argument("username")
@_password
def password(username: str, password: str) -> None:
    """Set an account's password; its tokens stay valid."""
    with administration() as run:
        run.set_password(username, password)
    click.echo(f"the password of {username} is changed")


@command.command("invite")
@click.argument("usernames", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Everybody who has no password yet, as after an import.")
@click.option("--days", type=click.IntRange(1, 60), default=7, show_default=True, help="How long the links work.")
def invite(usernames: tuple[str, ...], days: int, *, everybody: bool) -> None:
    """Print a link for each person, to set a password with; it works once, and a newer one replaces it.

    Give each link to its owner only: whoever opens it first has the account.

    Examples: bregma user invite ada; bregma user invite --all --days 14
    """
    if everybody == bool(usernames):
        raise click.UsageError("Name the people, or say --all.")
    with administration() as run:
        links = run.invite(usernames, days=days)
    for name, link in links.items():
        click.echo(f"{name}\t{link}")
    click.echo(f"{len(links)} invited for {days} days" if links else "everybody has a password", err=True)


@command.command("disable")
@click.argument("username")
def disable(username: str) -> None:
    """Lock an account and withdraw its tokens; what it has written stays."""
    with administration() as run:
        gone = run.disable(username)
    click.echo(f"{username} is locked and out within seconds; {gone} tokens withdrawn")


@command.command("role")
@click.argument("username")
@click.option("--lab", required=True, help="The lab; the account may have roles in several.")
@click.option("--role", type=ROLES, required=True, help="What the account may do there.")
def role(username: str, lab: str, role: str) -> None:
    """Give an account a role in a lab.

    Example: bregma user role ada --lab cortexlab --role manager
    """
    with administration() as run:
        run.give_role(username, lab, role)
    click.echo(f"{username} is {role} of {lab}")
