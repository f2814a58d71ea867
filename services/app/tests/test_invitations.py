"""Invitations: made by an operator, opened once by their owner, in a real browser too."""

import re
import shutil
import time

import httpx
import pytest
from bregma_app.cli import bregma
from bregma_kit.settings import settings_from_environment
from click.testing import CliRunner

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ADDRESS = "https://bregma.example.org"


@pytest.fixture
def invite(house_url, monkeypatch):
    """Call `bregma user invite`; return its links by name."""
    monkeypatch.setenv("BREGMA_DATABASE_URL", house_url)
    monkeypatch.setenv("BREGMA_BASE_URL", ADDRESS)
    settings_from_environment.cache_clear()

    def call(*words, status=0):
        done = CliRunner().invoke(bregma, ["user", "invite", *words])
        assert done.exit_code == status, done.output
        return (
            dict(re.findall(rf"^(\S+)\t{ADDRESS}/welcome#(\S+)$", done.output, re.MULTILINE))
            if status == 0
            else done.output
        )

    yield call
    settings_from_environment.cache_clear()


@pytest.fixture
def http(live_house):
    with httpx.Client(base_url=live_house.url) as client:
        yield client


@pytest.fixture
def newcomer(live_house, http):
    """An account without a password, as an import makes them."""
    name = f"newcomer{time.time_ns()}"
    asked = {"Authorization": f"Token {live_house.tokens['admin']}"}
    assert http.post("/users", json={"username": name}, headers=asked).status_code == 201
    return name


def accept(http, key, password="over the bregma"):
    return http.post("/invitations/accept", json={"key": key, "password": password})


def test_an_invited_person_chooses_a_password_once(invite, http, newcomer):
    key = invite(newcomer)[newcomer]
    too_short = accept(http, key, "short")
    assert (too_short.status_code, "password" in too_short.text) == (400, True)
    done = accept(http, key)
    assert (done.status_code, done.json()) == (200, {"username": newcomer})
    login = http.post("/auth-token", json={"username": newcomer, "password": "over the bregma"})
    assert login.status_code == 200
    again = accept(http, key, "somebody else's")
    assert again.status_code == 400
    assert "used already" in again.text
    assert http.post("/auth-token", json={"username": newcomer, "password": "somebody else's"}).status_code == 400


def test_all_invites_whoever_has_no_password(invite, http, newcomer):
    keys = invite("--all")
    assert newcomer in keys
    assert not {"rig", "public"} & set(keys), "they have tokens"
    assert accept(http, keys[newcomer]).status_code == 200
    assert newcomer not in invite("--all")


def test_a_newer_link_replaces_an_older_one(invite, http, newcomer):
    first, second = invite(newcomer)[newcomer], invite(newcomer)[newcomer]
    assert accept(http, first).status_code == 400
    assert accept(http, second).status_code == 200


def test_links_of_a_locked_account_and_made_up_ones_open_nothing(invite, http, newcomer):
    key = invite(newcomer)[newcomer]
    assert CliRunner().invoke(bregma, ["user", "disable", newcomer]).exit_code == 0
    for one in (key, "0" * 40, "x\x00y", "'"):
        assert accept(http, one).status_code == 400
    assert "There is no person" in invite(newcomer, status=1)


def test_too_old_a_link_opens_nothing(invite, http, newcomer, house_url):
    import asyncio

    import asyncpg

    key = invite(newcomer)[newcomer]

    async def age():
        connection = await asyncpg.connect(house_url.replace("+asyncpg", ""))
        await connection.execute("update metadata.invitations set expires_at = now() - interval '1 second'")
        await connection.close()

    asyncio.run(age())
    assert accept(http, key).status_code == 400


def test_two_at_once_make_one_password(invite, http, newcomer, live_house):
    from concurrent.futures import ThreadPoolExecutor

    key = invite(newcomer)[newcomer]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: accept(http, key, f"the password {one}").status_code, range(8)))
    assert sorted(answers) == [200] + [400] * 7


@pytest.mark.parametrize("words", [[], ["ada", "--all"]])
def test_somebody_must_be_named(invite, words):
    assert "Name the people, or say --all." in invite(*words, status=2)


@pytest.mark.skipif(BROWSER is None, reason="no browser; `make system` installs one")
@pytest.mark.timeout(120)
def test_the_page_sets_the_password(invite, http, newcomer, live_house):
    from playwright.sync_api import sync_playwright

    key = invite(newcomer)[newcomer]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        page, asked = browser.new_page(), []
        page.on("request", lambda one: asked.append(one.url))
        page.goto(f"{live_house.url}/welcome#{key}")
        page.get_by_label("New password").fill("over the bregma")
        page.get_by_label("Once more").fill("under the bregma")
        page.get_by_role("button").click()
        page.get_by_text("not the same").wait_for()
        for label in ("New password", "Once more"):
            page.get_by_label(label).fill("over the bregma")
        page.get_by_role("button").click()
        page.get_by_text(f"Done: {newcomer} signs in").wait_for()
        assert key not in page.url
        page.goto(f"{live_house.url}/welcome")
        page.get_by_text("its end is missing").wait_for()
        browser.close()
    assert not [one for one in asked if key in one.partition("#")[0]], "the key was sent in an address"
    assert http.post("/auth-token", json={"username": newcomer, "password": "over the bregma"}).status_code == 200
