"""The pages that people follow first: every `bash` and `python` block runs, in order, as it is printed.

What cannot run here (`make run`, another machine's `pip install`) is fenced as `text`. Each page is a person of their own,
with a home folder and a working directory; README, scientist and rig share one installation with demo data, the operator
starts and stops one.
"""

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VISITORS = [ROOT / "README.md", *sorted((ROOT / "docs" / "user").glob("*.md"))]
OPERATOR = ROOT / "docs" / "lab" / "operator.md"
SAMPLE_ADDRESS = re.compile(r"http://127\.0\.0\.1:(8000|PORT)\b")
SAMPLE_PASSWORD, SAMPLE_TOKEN = "demo-password", "0123456789abcdef0123456789abcdef01234567"
TYPED = "correct horse battery"  # by whoever is asked for a new password
FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROXIES = {"http_proxy", "https_proxy", "all_proxy"}


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    language: str
    text: str

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks_of(page):
    text = page.read_text()
    found = [Block(page, text[: one.start()].count("\n") + 1, *one.groups()) for one in FENCE.finditer(text)]
    assert {one.language for one in found} <= {"bash", "python", "text"}, f"{page}: a fence that nobody runs"
    assert text.count("```") == 2 * len(found), f"{page}: a fence is open"
    return [one for one in found if one.language != "text"]


class Installation:
    """`bregma` in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        bins = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        foreign = ("BREGMA_", "XDG_", "ONE_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign) and k.lower() not in PROXIES}
        self.environment = kept | {"BREGMA_HOME": str(folder / "bregma"), "PATH": bins, "COLUMNS": "120"}

    def run(self, words, *, home, stdin="", cwd=None):
        """Run a program as somebody without a terminal, who answers prompts; files because daemons hold pipes open."""
        with (self.folder / "said").open("w+") as said:
            done = subprocess.run(
                words, env=self.environment | {"HOME": str(home)}, cwd=cwd or home, input=stdin, text=True,
                stdout=said, stderr=subprocess.STDOUT, timeout=90, check=False, start_new_session=True,
            )  # fmt: skip
        return done.returncode, (self.folder / "said").read_text()

    def bregma(self, *words):
        code, said = self.run(["bregma", *words], home=self.folder)
        assert code == 0, said
        return said

    def status(self):
        return json.loads(self.bregma("status", "--json"))

    @cached_property
    def api(self):
        """Its address; ports are kept, so it is asked once."""
        return self.status()["api"]


class Person:
    """Follows a page: a home, a desk with `.venv` on it, and the passwords they know."""

    def __init__(self, installation, home):
        self.installation, self.home, self.desk = installation, home, home / "work"
        self.desk.mkdir(parents=True)
        (self.desk / ".venv").symlink_to(sys.prefix)
        self.known = {}

    def follow(self, page):
        blocks = blocks_of(page)
        assert blocks, f"{page} shows nothing that runs"
        for block in blocks:
            text = self.as_read(block.text)
            script = self.home / f"block.{block.language}"
            script.write_text(text)
            words = ["bash", "-euo", "pipefail"] if block.language == "bash" else ["python"]
            code, said = self.installation.run(
                [*words, str(script)], home=self.home, stdin=self.answers(text), cwd=self.desk
            )
            assert code == 0, f"{block} ended with {code}\n\n{text}\nsaid:\n{said}"

    def as_read(self, text):
        """Put in what everybody puts in: their own address, password and token."""
        if SAMPLE_ADDRESS.search(text):
            text = SAMPLE_ADDRESS.sub(self.installation.api, text)
        if SAMPLE_TOKEN in text:
            token = self.installation.bregma("token", "add", "--rig", "a_rig", "--lab", "demolab").strip()
            text = text.replace(SAMPLE_TOKEN, token)
        return text.replace(SAMPLE_PASSWORD, self.known.get("demo", SAMPLE_PASSWORD))

    def answers(self, text):
        """What is typed at the prompts of a block."""
        typed = ""
        for name in re.findall(r"bregma user add (\w+)(?!.*--password)", text):
            self.known[name] = TYPED
            typed += f"{TYPED}\n{TYPED}\n"
        for options in re.findall(r"one login (\S+.*)", text):
            named = re.search(r"--username (\w+)", options)
            name = named[1] if named else "demo"
            typed += f"{self.known[name]}\n" if named else f"{name}\n{self.known[name]}\n"
        return typed


@pytest.fixture(scope="module")
def starting(tmp_path_factory):
    """An installation with demo data that is about to be ready; whoever does not need it goes on meanwhile."""
    one = Installation(tmp_path_factory.mktemp("demo"))
    with (one.folder / "up").open("w") as said:
        up = subprocess.Popen(
            ["bregma", "up", "--detach"], env=one.environment | {"HOME": str(one.folder)}, stdin=subprocess.DEVNULL,
            stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield one, up
    finally:
        up.wait(120)
        one.bregma("down")


@pytest.fixture(scope="module")
def demo(starting):
    one, up = starting
    assert up.wait(120) == 0, (one.folder / "up").read_text()
    return one


def test_an_operator_follows(starting, tmp_path):
    installation = Installation(tmp_path)
    person = Person(installation, tmp_path / "home")
    try:
        person.follow(OPERATOR)
        code, said = installation.run(["bregma", "status"], home=tmp_path)
        assert code == 3, said  # the page's last word is `bregma down`
    finally:
        installation.bregma("down")


@pytest.mark.parametrize("page", VISITORS, ids=lambda page: page.stem)
def test_a_visitor_follows(page, demo, tmp_path):
    admin = demo.status()["demo"]["admin"]
    assert admin["username"] == "demo"  # as the pages say
    person = Person(demo, tmp_path)
    person.known["demo"] = admin["password"]
    person.follow(page)


def test_the_demo_shows_what_the_pages_speak_of(demo, tmp_path):
    admin = demo.status()["demo"]["admin"]
    (tmp_path / "home").mkdir()
    script = """
import sys
from one_client.auth import log_in
from one_client.backends.http import Api
from one_client import ONE
login = log_in(*sys.argv[1:])
api = Api(login.base_url, login.token)
one = ONE(login.base_url, token=login.token)
spikes = ["spikes.times", "spikes.clusters"]
print([len(one.search_colony(dataset_types=spikes, **more)) for more in (
    {"age_weeks": (8, 30)}, {"line": "Ai32"}, {"genotype": "Pvalb-Cre +/-"}, {"weight_pct": (85, 100)})])
found = api.page("/insertions", {"name": "probe00", "dataset_types": "spikes.times"})["results"]
print([(each["session_info"]["subject"], len(each["datasets"])) for each in found])
print([(each["nickname"], each["colour"], each["weighed_today"]) for each in api.get("/today/animals")["animals"] if each["lab"] == "demolab"])
"""
    words = ["python", "-c", script, demo.api, admin["username"], admin["password"]]
    code, said = demo.run(words, home=tmp_path / "home")
    assert code == 0, said
    colony, insertions, tiles = map(ast.literal_eval, said.splitlines())
    assert colony == [3, 1, 1, 3]
    assert sorted(insertions) == [("DEMO_001", 6), ("DEMO_002", 6), ("DEMO_010", 6)]
    assert {("DEMO_002", "green", False), ("DEMO_010", "red", False)} <= set(tiles)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.stem
)
def test_links_and_named_pages_exist(page):
    text = page.read_text()
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page}: {target}"
    for target in re.findall(r"`((?:docs|tools|requirements|services|libs|tests)/[\w./-]+)`", text):
        assert (ROOT / target).exists(), f"{page}: {target}"
