"""Compile requirements/*.in and the members' dependencies into hash-pinned files without addresses."""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEMBERS = ("libs/dataset_types", "libs/codecs", "libs/one_client", "services")
OWN = re.compile(r"bregma(-[a-z-]+)?(\[|$)")


def members_needs() -> list[str]:
    """Return every third-party requirement of the workspace's members, extras included."""
    needs: set[str] = set()
    for member in MEMBERS:
        project = tomllib.loads((ROOT / member / "pyproject.toml").read_text())["project"]
        groups = [project["dependencies"], *project.get("optional-dependencies", {}).values()]
        needs.update(need for group in groups for need in group if not OWN.match(need))
    return sorted(needs)


def compile_pins(
    out: str, inputs: list[str], *, extra: Sequence[str] = (), constraint: str | None = None, alone: bool = False
) -> None:
    """Write one pinned file; ``constraint`` keeps it in step with an earlier one, ``alone`` leaves dependencies out."""
    with tempfile.NamedTemporaryFile("w", suffix=".in") as need:
        need.write("\n".join(extra))
        need.flush()
        subprocess.run(
            ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
             "--no-emit-index-url", "--no-annotate", "--no-header", "--upgrade",
             *(["--constraint", constraint] if constraint else []), *(["--no-deps"] if alone else []),
             "--output-file", f"requirements/{out}", *inputs, need.name],
            cwd=ROOT, check=True,
        )  # fmt: skip
    print(f"requirements/{out}")


def main() -> int:
    """Compile bootstrap, data, run, dev and fuzz, each later one consistent with the earlier."""
    compile_pins("bootstrap.txt", ["requirements/bootstrap.in"])
    compile_pins("data.txt", ["requirements/data.in"], alone=True)
    compile_pins("run.txt", ["requirements/run.in"], extra=members_needs())
    compile_pins("dev.txt", ["requirements/run.in", "requirements/dev.in"], extra=members_needs(),
                 constraint="requirements/run.txt")  # fmt: skip
    compile_pins("fuzz.txt", ["requirements/fuzz.in"], alone=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
