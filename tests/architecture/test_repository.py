"""What the repository holds: sizes, no addresses of package servers, no paths of a machine, commands that agree."""

import importlib
import re
import stat
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# the halves keep this very file from holding what it forbids
SERVERS = re.compile("|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "conda" + r"\.anaconda",
                               "ghcr" + r"\.io", "docker" + r"\.io", "proxy" + r"\.golang")), re.IGNORECASE)  # fmt: skip
MACHINE = re.compile(r"(?<![\w.])/(?:" + "home|root|Users|work|mnt|private" + r")/[A-Za-z0-9_.-]+")
TEXT = {".py", ".toml", ".md", ".txt", ".in", ".yml", ".yaml", ".json", ".sh", ".cfg", ".ini", ".mako", ".html", ""}
# examples of paths on other people's machines: data of a lab, a container's image
EXAMPLES = re.compile(r"/(?:mnt|home)/(?:lab\d*|data|me|you|user|server|rig|cache|demo)\b")


def kept() -> list[Path]:
    """Every text file that is committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [path for path in (ROOT / name for name in listed) if path.suffix in TEXT and path.is_file()]


def test_sizes_of_files_and_functions():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        sizes = importlib.import_module("sizes")
    finally:
        sys.path.remove(str(ROOT / "tools"))
    faults = sizes.too_large(sizes.measure(sizes.python_files()))
    assert not faults, "\n".join(faults)


def test_sizes_are_really_counted(tmp_path):
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        sizes = importlib.import_module("sizes")
    finally:
        sys.path.remove(str(ROOT / "tools"))
    long = ROOT / "services" / "kit" / "bregma_kit" / "no_such_file.py"
    area = sizes.Area()
    sizes._count(area, long.relative_to(ROOT).as_posix(), "def f():\n" + "    x = 1\n" * 600)
    faults = sizes.too_large({"kit": area})
    assert len(faults) == 2
    assert "601 lines, at most 500" in faults[0]
    assert "601 lines, at most 80" in faults[1]


def test_no_package_servers():
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}" for path in kept() for hit in SERVERS.finditer(path.read_text())
    ]
    assert not found, "\n".join(found)


def test_pins_hold_hashes_and_no_addresses():
    for name in ("bootstrap", "data", "run", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")


def test_no_paths_of_a_machine():
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in kept()
        for hit in MACHINE.finditer(EXAMPLES.sub("", path.read_text()))
    ]
    assert not found, "\n".join(found)


def test_nothing_that_must_not_be_written():
    """No pickles, no eval, no unfinished ends."""
    words = {"allow_pickle=" + "True": "reads code from data", "NotImplemented" + "Error": "an unfinished end",
             "TO" + "DO": "an unfinished end", "FIX" + "ME": "an unfinished end"}  # fmt: skip
    for path in kept():
        if path.suffix == ".py" and not {"_generated", "tests"} & set(path.parts):
            text = path.read_text()
            for word, why in words.items():
                assert word not in text, f"{path.relative_to(ROOT)}: {word} is {why}"


def makefile() -> dict[str, str]:
    """Targets of the Makefile and their recipes."""
    text = (ROOT / "Makefile").read_text()
    return dict(re.findall(r"^([a-z]+):[^\n]*\n((?:\t[^\n]*\n?)*)", text, re.MULTILINE))


def test_ci_runs_what_the_readme_says():
    ci = (ROOT / ".ci" / "run").read_text()
    assert (ROOT / ".ci" / "run").stat().st_mode & stat.S_IXUSR
    called = re.findall(r"^make (\w+)", ci, re.MULTILINE)
    assert set(called) == {"check", "test"}
    assert "set -euo pipefail" in ci, "a failing check must fail the run"
    readme = (ROOT / "README.md").read_text()
    for target in ("run", "test"):
        assert f"make {target}" in readme


def test_make_targets_call_what_exists():
    targets = makefile()
    assert {"run", "test", "check", "bench", "client", "docs", "system"} <= set(targets)
    for name, recipe in targets.items():
        for program in re.findall(r"(tools/\w+\.py)", recipe):
            assert (ROOT / program).exists(), f"make {name} calls {program}, which does not exist"
    assert "-m pytest" in targets["test"]
    assert "|| true" not in "".join(targets.values())


def test_make_alone_lists_its_targets():
    done = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in ("run", "test", "check", "client"):
        assert f"make {name}" in done.stdout


def test_documentation_builds_without_a_warning():
    done = subprocess.run(
        [sys.executable, "tools/build_docs.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for page in ("index.html", "api.html", "types.html", "one_client.html", "docs/dev/architecture.html"):
        assert (ROOT / "site" / page).stat().st_size > 2000
    loaded = re.findall(
        r"<(?:script|link|img)[^>]*(?:src|href)=\"(?:https?:)?//[^\"]+", (ROOT / "site" / "index.html").read_text()
    )
    assert not loaded, "a page of ours asks somebody else"
