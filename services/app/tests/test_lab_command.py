"""`bregma lab`, typed by an operator."""

import subprocess
import sys

import pytest
from bregma_app.cli import bregma
from bregma_kit.settings import settings_from_environment
from click.testing import CliRunner


@pytest.fixture
def run(house_url, monkeypatch):
    monkeypatch.setenv("BREGMA_DATABASE_URL", house_url)
    settings_from_environment.cache_clear()

    def call(*words, status=0, piped=None):
        done = CliRunner().invoke(bregma, words, input=piped)
        assert done.exit_code == status, done.output
        return done.output

    yield call
    settings_from_environment.cache_clear()


def test_a_lab_is_made_and_listed(run):
    run("lab", "add", "firstlab", "--timezone", "Europe/London", "--institution", "Example", "--closed")
    said = run("lab", "list")
    (line,) = [line for line in said.splitlines() if line.startswith("firstlab ")]
    assert line.split()[:5] == ["firstlab", "Europe/London", "closed", "0", "people"]
    assert line.endswith("  no weight limit")
    run("user", "add", "newcomer", "--lab", "firstlab", "--password", "over the bregma")
    assert "1 people" in next(line for line in run("lab", "list").splitlines() if line.startswith("firstlab "))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["openlab", "--timezone", "UTC"], "There is a lab 'openlab' already"),
        (["other", "--timezone", "Mars/Olympus"], "'Mars/Olympus' is not a time zone"),
        (["../x", "--timezone", "UTC"], "'../x' is not a lab's name"),
        (["", "--timezone", "UTC"], "is not a lab's name"),
        (["other"], "Missing option '--timezone'"),
    ],
)
def test_mistakes_are_sentences(run, words, said):
    status = 2 if len(words) == 1 else 1
    assert said in run("lab", "add", *words, status=status)


def test_a_role_in_a_lab_that_is_not_there_says_how_to_make_it(run):
    assert "`bregma lab add nolab --timezone Europe/London`" in run(
        "user", "add", "newcomer", "--lab", "nolab", "--password", "over the bregma", status=1
    )


def test_passwords_come_through_a_pipe(run):
    assert run("user", "add", "piped", piped="over the bregma\n") == "piped may log in now\n"
    assert "is changed" in run("user", "password", "piped", piped="under the bregma\n")
    assert "No password came through the pipe" in run("user", "password", "piped", piped="", status=2)


@pytest.mark.parametrize("command", ["lab", "user", "token", "repository"])
def test_help_does_not_wait_for_the_database_library(command):
    code = f"""import sys
from bregma_app.cli import bregma
bregma(["{command}", "--help"], standalone_mode=False)
sys.exit("sqlalchemy" in sys.modules)"""
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_weight_limits_are_set_and_said(run):
    assert "no animal of openlab counts as too light" in run("lab", "set", "openlab", "--institution", "Example")
    assert "below 85 %" in run("lab", "set", "openlab", "--reference-weight-pct", "0.85")
    assert "below 85 %" in run(
        "lab", "add", "mixed", "--timezone", "UTC", "--reference-weight-pct", ".5", "--zscore-weight-pct", ".35"
    )
    said = {line.split()[0]: line for line in run("lab", "list").splitlines()}
    assert said["openlab"].endswith("  weight limit 85 %")
    assert said["mixed"].endswith("  weight limit 85 %")
    assert said["closedlab"].endswith("  no weight limit")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "openlab", "--reference-weight-pct", "85"], "85 is not a fraction from 0 to 1"),
        (["set", "openlab", "--zscore-weight-pct", "-0.1"], "-0.1 is not a fraction"),
        (["set", "openlab", "--zscore-weight-pct", "nan"], "nan is not a fraction"),
        (["set", "openlab", "--reference-weight-pct", "0.85", "--zscore-weight-pct", "0.85"], "add up to 1.7"),
        (["set", "nolab", "--reference-weight-pct", "0.85"], "There is no lab 'nolab'"),
        (["add", "other", "--timezone", "UTC", "--reference-weight-pct", "80"], "80 is not a fraction"),
    ],
)
def test_weight_limits_that_would_alarm_of_every_animal(run, words, said):
    before = run("lab", "list")
    assert said in run("lab", *words, status=1)
    assert run("lab", "list") == before


def test_nothing_to_set_is_a_mistake(run):
    assert "Say what to change" in run("lab", "set", "openlab", status=2)
