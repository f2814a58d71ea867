"""The command ``bregma``: an assembly of the modules in ``commands``, each imported when it is used."""

import importlib
import keyword
import pkgutil

import click

from bregma_app import commands


class Assembly(click.Group):
    """Finds a command's module by its name: ``seed-demo`` is ``commands/seed_demo.py``, ``import`` is ``commands/import_.py``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        found = pkgutil.iter_modules(commands.__path__)
        return sorted(module.name.rstrip("_").replace("_", "-") for module in found if not module.ispkg)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; the others stay on disk."""
        if cmd_name not in self.list_commands(ctx):
            return None
        stem = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name.replace("-", "_")
        module = importlib.import_module(f"{commands.__name__}.{stem}")
        command = module.command
        assert isinstance(command, click.Command), f"{module.__name__}.command is no click command"
        return command


@click.group(cls=Assembly, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bregma", prog_name="bregma")
def bregma() -> None:
    """Bregma keeps a neuroscience collaboration's sessions, files and where every copy of them is.

    On one machine: `bregma up` starts everything below one folder and prints what to open, `bregma status` shows it,
    `bregma logs -f` follows it, `bregma down` stops it, `bregma doctor` says what is wrong.

    In a cluster the same program is started once per process: `bregma migrate`, `bregma serve`, `bregma work`, with
    BREGMA_DATABASE_URL, BREGMA_S3_ENDPOINT and the other BREGMA_* settings in its environment.
    """


def main() -> None:
    """Run the command line; the entry point of the installed program."""
    bregma(prog_name="bregma")
