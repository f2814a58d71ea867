"""`make check`: everything that must hold besides the tests, one line for each, all of them even if one fails."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import generate_client
import sizes

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = {
    "dataset_types": "libs/dataset_types/dataset_types",
    "one_client": "libs/one_client/one_client",
    "bregma_codecs": "libs/codecs/bregma_codecs",
    "bregma_kit": "services/kit/bregma_kit",
    "bregma_metadata": "services/metadata/bregma_metadata",
    "bregma_files": "services/files/bregma_files",
    "bregma_transfer": "services/transfer/bregma_transfer",
    "bregma_compression": "services/compression/bregma_compression",
    "bregma_app": "services/app/bregma_app",
    "tools": "tools",
}
MOST_LINES = 40


@dataclass(frozen=True)
class Outcome:
    """What a check found: nothing wrong, or what is."""

    said: str
    faults: str = ""


def run(*command: str) -> tuple[int, str]:
    """Run a program of the environment in the repository."""
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "120", "MYPYPATH": "tools"},
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).strip()


def style() -> Outcome:
    """Lint."""
    code, text = run("ruff", "check", "--output-format", "concise", ".")
    return Outcome("no findings" if code == 0 else text.splitlines()[-1], text if code else "")


def formatting() -> Outcome:
    """Format."""
    code, text = run("ruff", "format", "--check", ".")
    return Outcome(text.splitlines()[-1], text if code else "")


def types() -> Outcome:
    """Check types, strictly; say how many findings each package has."""
    present = {name: place for name, place in PACKAGES.items() if (ROOT / place).is_dir()}
    code, text = run("mypy", *present.values())
    lines = text.splitlines()
    counts = {name: sum(": error:" in line and line.startswith(f"{place}/") for line in lines)
              for name, place in present.items()}  # fmt: skip
    found = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    return Outcome(found or lines[-1], text if code else "")


def imports() -> Outcome:
    """Check who imports whom."""
    code, text = run("lint-imports")
    verdict = next((line for line in text.splitlines() if line.startswith("Contracts:")), text[-200:])
    return Outcome(verdict, text if code else "")


def lengths() -> Outcome:
    """Check that no file and no function is a design question."""
    areas = sizes.measure(sizes.python_files())
    faults = sizes.too_large(areas)
    files = sum(len(area.files) + len(area.tests) for area in areas.values())
    return Outcome(f"{files} files" if not faults else f"{len(faults)} too large", "\n".join(faults))


def snapshot() -> Outcome:
    """Compare the API's document with the committed one."""
    faults = generate_client.differences({generate_client.SNAPSHOT: generate_client.snapshot()})
    return Outcome("docs/openapi.json is in step" if not faults else "out of step", "\n".join(faults))


def client() -> Outcome:
    """Compare the generated client with what the committed document gives."""
    faults = generate_client.differences(generate_client.generated(generate_client.SNAPSHOT.read_text()))
    return Outcome("in step with docs/openapi.json" if not faults else "out of step", "\n".join(faults))


def migrations() -> Outcome:
    """Build a database up, down and up again; compare it with the declared tables."""
    from bregma_app import migrate
    from bregma_kit.testing.databases import running_server

    faults = _branches()
    with tempfile.TemporaryDirectory(prefix="bregma-check-") as folder:
        Path(folder).chmod(0o711)  # root lends the server another account, which must reach its files
        with running_server(Path(folder)) as server:
            name = f"bregma_check_{os.getpid()}"
            server.create(name)
            try:
                url = server.address(name)
                migrate.upgrade(url)
                faults += [f"autogenerate would change: {one}" for one in migrate.differences(url)]
                migrate.downgrade(url)
                if left := migrate.current(url):
                    faults.append(f"after the way down these are still there: {', '.join(sorted(left))}")
                migrate.upgrade(url)
                if migrate.current(url) != migrate.heads():
                    faults.append("after the second way up the database is not at the heads")
            finally:
                server.drop(name)
    return Outcome(f"{len(migrate.ROOMS)} branches up, down and up" if not faults else "broken", "\n".join(faults))


def _branches() -> list[str]:
    """Each room's branch has one head, or two people's migrations do not know of each other."""
    from alembic.script import ScriptDirectory
    from bregma_app import migrate

    script = ScriptDirectory.from_config(migrate.configuration())
    heads: dict[str, list[str]] = {}
    for name in script.get_heads():
        for label in script.get_revision(name).branch_labels:
            heads.setdefault(label, []).append(name)
    return [f"branch {label} has several heads: {', '.join(found)}" for label, found in heads.items() if len(found) > 1]


def pins() -> Outcome:
    """Check that the pinned requirements name no server."""
    address = re.compile(r"https?://\S+")
    files = sorted((ROOT / "requirements").iterdir())
    faults = [f"{one.relative_to(ROOT)}: {found}" for one in files for found in address.findall(one.read_text())]
    return Outcome(f"{len(files)} files without addresses" if not faults else "addresses", "\n".join(faults))


def covered() -> Outcome:
    """Run the codecs' tests and find each line and each branch of theirs used: they hold what cannot be recorded again."""
    with tempfile.TemporaryDirectory(prefix="bregma-coverage-") as folder:
        kept = f"--data-file={folder}/coverage"
        code, text = run(
            "coverage",
            "run",
            kept,
            "--branch",
            "--source=bregma_codecs",
            "-m",
            "pytest",
            "-p",
            "no:xdist",
            "libs/codecs",
        )
        if code:
            return Outcome("tests failed", text)
        code, text = run(
            "coverage", "report", kept, "--show-missing", "--skip-covered", "--fail-under=100", "--precision=2"
        )
    return Outcome("codecs: every line and branch" if code == 0 else "not everything is tested", text if code else "")


CHECKS: dict[str, Callable[[], Outcome]] = {
    "style": style, "format": formatting, "types": types, "imports": imports, "sizes": lengths, "openapi": snapshot,
    "client": client, "migrations": migrations, "pins": pins, "coverage": covered,
}  # fmt: skip
# longest first, so that two cores end together
ORDER = ("migrations", "coverage", "types", "client", "openapi", "imports", "style", "format", "sizes", "pins")


def timed(check: Callable[[], Outcome]) -> tuple[Outcome, float]:
    """Run a check; one that breaks is a failure like any other."""
    started = time.monotonic()
    try:
        outcome = check()
    except Exception as error:  # noqa: BLE001  the other checks still run; the error is what this one reports
        outcome = Outcome("did not run", f"{type(error).__name__}: {error}")
    return outcome, time.monotonic() - started


def main() -> int:
    """Run all, or those that are named."""
    chosen = sys.argv[1:] or list(CHECKS)
    if unknown := set(chosen) - set(CHECKS):
        print(f"no such check: {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}")
        return 2
    failed = []
    with ThreadPoolExecutor(2) as pool:
        under_way = {name: pool.submit(timed, CHECKS[name]) for name in ORDER if name in chosen}
        for name in chosen:
            outcome, seconds = under_way[name].result()
            print(f"{'FAILED' if outcome.faults else 'ok':6} {name:10} {seconds:5.1f} s  {outcome.said}", flush=True)
            if outcome.faults:
                failed.append((name, outcome.faults))
    for name, faults in failed:
        lines = faults.splitlines()
        more = (
            [f"... and {len(lines) - MOST_LINES} lines more: make check CHECKS={name}"]
            if len(lines) > MOST_LINES
            else []
        )
        print(f"\n--- {name}", *lines[:MOST_LINES], *more, sep="\n")
    if "sizes" in chosen:
        print(f"\n{sizes.table(sizes.measure(sizes.python_files()))}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
