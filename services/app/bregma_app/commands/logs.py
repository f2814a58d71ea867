"""``bregma logs``."""

import click


@click.command("logs")
@click.argument("name", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on printing new lines until Ctrl-C.")
@click.option(
    "--lines",
    "-n",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="How many lines of each log to begin with.",
)
@click.pass_context
def command(ctx: click.Context, name: str | None, follow: bool, lines: int) -> None:
    """Print the end of all logs, or of the one NAMEd (api, worker, postgres, store, ...)."""
    from bregma_app.embedded import logs
    from bregma_app.embedded.home import Home

    home = Home()
    paths = sorted(home.logs.glob("*.log"))
    if name:
        paths = [path for path in paths if path.stem == name]
    if not paths:
        there = ", ".join(path.stem for path in sorted(home.logs.glob("*.log"))) or "none"
        click.echo(f"No such log in {home.logs}. There are: {there}.", err=True)
        ctx.exit(1)
    positions = {}
    for path in paths:
        found, positions[path] = logs.tail(path, lines)
        for line in found:
            click.echo(line if name else f"{path.stem:<10} | {line}")
    if follow:
        for path, line in logs.follow(paths, positions):
            click.echo(line if name else f"{path.stem:<10} | {line}")
