"""`bregma lab`, typed by an operator."""

import pytest
from bregma_app.cli import bregma
from bregma_kit.settings import settings_from_environment
from click.testing import CliRunner


@pytest.fixture
def run(house_url, monkeypatch):
    monkeypatch.setenv("BREGMA_DATABASE_URL", house_url)
    settings_from_environment.cache_clear()

    def call(*words, status=0):
        done = CliRunner().invoke(bregma, words)
        assert done.exit_code == status, done.output
        return done.output

    yield call
    settings_from_environment.cache_clear()


def test_a_lab_is_made_and_listed(run):
    run("lab", "add", "firstlab", "--timezone", "Europe/London", "--institution", "Example", "--closed")
    said = run("lab", "list")
    (line,) = [line for line in said.splitlines() if line.startswith("firstlab ")]
    assert line.split() == ["firstlab", "Europe/London", "closed", "0", "people"]
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
    assert "`bregma lab add nolab`" in run(
        "user", "add", "newcomer", "--lab", "nolab", "--password", "over the bregma", status=1
    )
