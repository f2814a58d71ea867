"""Under which account PostgreSQL runs: it refuses root, so that root has to lend it another one."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bregma_kit.local.children import LocalServerError

_UNSHARE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")


@dataclass(frozen=True, slots=True)
class RunAs:
    """How to start the server: words before the command, or another account; and who owns its files."""

    how: str
    prefix: tuple[str, ...] = ()
    account: tuple[int, int] | None = None

    def own(self, path: Path) -> None:
        """Give a folder and all below it to the account the server runs under, if it belongs to somebody else."""
        if os.geteuid() != 0:
            return
        uid, gid = self.account or (0, 0)
        if path.stat().st_uid == uid:
            return
        for folder, _, files in os.walk(path):
            os.chown(folder, uid, gid)
            for name in files:
                os.chown(Path(folder, name), uid, gid, follow_symlinks=False)


def run(argv: Sequence[str], runner: RunAs, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a short command as the runner says and return what it printed."""
    user, group = runner.account or (None, None)
    return subprocess.run(  # type: ignore[call-overload,no-any-return]  # noqa: S603 - no shell
        [*runner.prefix, *argv], user=user, group=group, extra_groups=None if runner.account is None else [],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", check=False, **options,
    )  # fmt: skip


def _works(runner: RunAs, binaries: Path, data_dir: Path) -> bool:
    """Tell whether the server's program starts this way and can enter its folder."""
    try:
        version = run([str(binaries / "postgres"), "--version"], runner)
        entered = run(["/bin/sh", "-c", 'cd "$1"', "sh", str(data_dir)], runner)
    except OSError:  # no execute permission on the way there, or no such program
        return False
    return version.returncode == 0 and entered.returncode == 0


def _existing_accounts() -> list[RunAs]:
    found = []
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        found.append(RunAs(f"as the account {name}", account=(entry.pw_uid, entry.pw_gid)))
    return found


def user_namespaces_work() -> bool:
    """Tell whether this machine lets us run a program in a user namespace of its own."""
    if shutil.which(_UNSHARE[0]) is None:
        return False
    return run(["/bin/sh", "-c", "exit 0"], RunAs("", prefix=_UNSHARE)).returncode == 0


def choose(binaries: Path, data_dir: Path) -> tuple[RunAs, Path]:
    """Find a way to run PostgreSQL here; returns it and the folder of binaries, which may have been copied.

    Raises
    ------
    LocalServerError
        If root can lend no account that reaches both the binaries and the data.
    """
    if os.geteuid() != 0:
        return RunAs("as you"), binaries
    accounts = _existing_accounts()
    for runner in accounts:
        if _works(runner, binaries, data_dir):
            return runner, binaries
    namespace = RunAs("as root inside a user namespace", prefix=_UNSHARE)
    if user_namespaces_work() and _works(namespace, binaries, data_dir):
        return namespace, binaries
    copy = _copy(binaries, data_dir / "binaries")
    for runner in accounts:
        if _works(runner, copy, data_dir):
            return runner, copy
    raise LocalServerError(
        "PostgreSQL refuses to run as root, and no other account can reach its files: this machine has neither user "
        f"namespaces nor an account 'postgres' or 'nobody' that may enter {data_dir}. Run Bregma as an ordinary user, "
        "or set BREGMA_HOME to a folder below one that everybody may enter, for example /var/lib/bregma."
    )


def _copy(binaries: Path, target: Path) -> Path:
    """Copy binaries and the libraries beside them to where another account reaches them, keeping their places."""
    install = binaries.parent
    package = install.parent
    libraries = package.with_name(package.name + ".libs")
    moved = target / package.name / install.name
    if not (moved / binaries.name / "postgres").exists():
        shutil.copytree(install, moved, symlinks=True, dirs_exist_ok=True)
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, symlinks=True, dirs_exist_ok=True)
    for folder in (target, target / package.name):
        folder.chmod(0o755)
    return moved / binaries.name
