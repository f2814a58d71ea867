"""Section 2 of the contract: log in, tokens, and what the stock client reads in each refusal."""

import base64
import re

import httpx
import pytest
from bregma_app.testing import OPEN_LAB, PASSWORD
from bregma_metadata import administration
from bregma_metadata.people import service, tokens

BAD_LOGIN = {"non_field_errors": ["Unable to log in with provided credentials."], "status_code": 400}
BAD_TOKEN = {"detail": "Invalid token.", "status_code": 403}
NO_CREDENTIALS = {"detail": "Authentication credentials were not provided.", "status_code": 403}
NOT_PERMITTED = {"detail": "You do not have permission to perform this action.", "status_code": 403}


async def log_in(house, username="member", password=PASSWORD):
    return await house.stranger.post("/auth-token", data={"username": username, "password": password})


@pytest.mark.parametrize("form", ["data", "json"])
async def test_login_answers_one_key(house, form):
    answer = await house.stranger.post("/auth-token", **{form: {"username": "member", "password": PASSWORD}})
    assert answer.status_code == 200
    assert list(answer.json()) == ["token"]
    assert re.fullmatch("[0-9a-f]{40}", answer.json()["token"])


@pytest.mark.parametrize(("username", "password"), [("member", "wrong"), ("nobody", PASSWORD)])
async def test_bad_login_is_400(house, username, password):
    answer = await house.stranger.post("/auth-token", json={"username": username, "password": password})
    assert answer.status_code == 400
    assert answer.json() == BAD_LOGIN


async def test_blanks_are_told_field_by_field(house):
    answer = await house.stranger.post("/auth-token", json={"username": "rig", "password": ""})
    assert (answer.status_code, answer.json()) == (
        400,
        {"password": ["This field may not be blank."], "status_code": 400},
    )
    answer = await house.stranger.post("/auth-token", json={"username": "", "password": ""})
    assert set(answer.json()) == {"username", "password", "status_code"}


async def test_login_with_null_password_is_400(house):
    """In silent mode without a stored password the stock client posts a null."""
    answer = await house.stranger.post("/auth-token", json={"username": "member", "password": None})
    assert answer.status_code == 400
    assert answer.json()["password"] == ["This field may not be null."]


async def test_missing_fields_are_named(house):
    answer = await house.stranger.post("/auth-token", data={"username": "member"})
    assert answer.status_code == 400
    assert answer.json() == {"password": ["This field is required."], "status_code": 400}
    answer = await house.stranger.post("/auth-token", json={})
    assert answer.json() == {
        "username": ["This field is required."], "password": ["This field is required."], "status_code": 400
    }  # fmt: skip


async def test_older_tokens_stay_valid(house):
    first, second = (await log_in(house)).json()["token"], (await log_in(house)).json()["token"]
    assert first != second
    for token in (first, second):
        answer = await house.stranger.get("/me", headers={"Authorization": f"Token {token}"})
        assert answer.json() == {"username": "member", "is_admin": False, "kind": "normal"}


async def test_no_credentials(house):
    for path in ("/sessions", "/me", "/datasets", "/labs"):
        answer = await house.stranger.get(path)
        assert (answer.status_code, answer.json()) == (403, NO_CREDENTIALS)
        assert answer.headers["Bregma-Error"] == "not_signed_in"


@pytest.mark.parametrize("path", ["/register-file", "/sessions", "/subjects", "/datasets", "/labs"])
async def test_what_alyx_leaves_open_is_closed(house, path):
    answer = await house.stranger.post(
        path, json={"created_by": "member", "path": "a/2020-01-01/001", "filenames": "a.npy"}
    )
    assert (answer.status_code, answer.json()) == (403, NO_CREDENTIALS)


async def test_bearer_counts_as_none(house):
    answer = await house.stranger.get("/me", headers={"Authorization": f"Bearer {house.tokens['member']}"})
    assert (answer.status_code, answer.json()) == (403, NO_CREDENTIALS)


async def test_basic_counts_as_none_on_the_api(house):
    pair = base64.b64encode(f"member:{PASSWORD}".encode()).decode()
    answer = await house.stranger.get("/me", headers={"Authorization": f"Basic {pair}"})
    assert (answer.status_code, answer.json()) == (403, NO_CREDENTIALS)
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("token", ["0" * 40, "x", "ü" * 10, "f" * 5000])
async def test_bad_token(house, token):
    answer = await house.stranger.get("/me", headers={"Authorization": f"Token {token}".encode()})
    assert (answer.status_code, answer.json()) == (403, BAD_TOKEN)
    # the stock client looks for these very characters before it logs in again
    assert '"Invalid token."' in answer.text


async def test_expired_token_says_the_same(house):
    token = (await log_in(house)).json()["token"]
    async with house.database.write() as tx:
        await tx._connection.execute("update metadata.tokens set expires_at = now() - interval '1 second'")
    answer = await house.stranger.get("/me", headers={"Authorization": f"Token {token}"})
    assert (answer.status_code, answer.json()) == (403, BAD_TOKEN)


async def test_disabled_account_is_out(house, monkeypatch):
    assert (await house.member.get("/me")).status_code == 200
    async with house.database.write() as tx:
        assert await administration.disable(tx, "member") == 1
    now = service.monotonic()
    monkeypatch.setattr(service, "monotonic", lambda: now + service.TOKEN_SECONDS + 0.1)
    answer = await house.member.get("/me")
    assert (answer.status_code, answer.json()) == (403, BAD_TOKEN)
    assert (await log_in(house)).json() == BAD_LOGIN


async def test_new_password_ends_the_old_one(house):
    assert (await log_in(house)).status_code == 200
    async with house.database.write() as tx:
        await administration.set_password(tx, "member", "another good one")
    assert (await log_in(house)).json() == BAD_LOGIN
    assert (await log_in(house, password="another good one")).status_code == 200


async def test_at_most_fifty_tokens_the_longest_unused_go(house):
    async with house.database.write() as tx:
        user_id = await tx._connection.fetchval("select id from metadata.users where username = 'member'")
        # the one that `house.member` sends was used just now; these were not used for a day
        made = [await service.issue_token(tx, user_id) for _ in range(tokens.TOKENS_PER_USER - 1)]
        await tx._connection.execute(
            "update metadata.tokens set created_at = now() - interval '1 day' where digest = any($1)",
            [tokens.digest(token) for token in made[:10]],
        )
    assert (await house.member.get("/me")).status_code == 200
    newest = (await log_in(house)).json()["token"]
    async with house.database.read() as tx:
        count = "select count(*) from metadata.tokens where user_id = $1"
        assert await tx._connection.fetchval(count, user_id) == tokens.TOKENS_PER_USER
        kept = {bytes(row[0]) for row in await tx._connection.fetch("select digest from metadata.tokens")}
    assert tokens.digest(newest) in kept
    assert tokens.digest(house.tokens["member"]) in kept
    assert sum(tokens.digest(token) in kept for token in made[:10]) == 9
    assert all(tokens.digest(token) in kept for token in made[10:])


async def test_failed_logins_are_throttled(house, monkeypatch):
    monkeypatch.setattr(service, "FAILURES", 3)  # each check takes a tenth of a second, which is its purpose
    for _ in range(service.FAILURES):
        assert (await log_in(house, password="wrong")).json() == BAD_LOGIN
    refused = await log_in(house)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json() == {"detail": "Too many failed logins for this user.", "status_code": 429}
    assert (await log_in(house, "manager")).status_code == 200, "others are not affected"
    assert (await house.member.get("/me")).status_code == 200, "nor is a token"
    now = service.monotonic()
    monkeypatch.setattr(service, "monotonic", lambda: now + service.FAILURE_SECONDS + 1)
    assert (await log_in(house)).status_code == 200


async def test_guesses_from_elsewhere_lock_nobody_out(house, monkeypatch):
    monkeypatch.setattr(service, "FAILURES", 2)
    monkeypatch.setattr(service, "FAILURES_ANYWHERE", 5)

    async def from_(address, password):
        transport = httpx.ASGITransport(house.app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url=house.url) as http:
            body = {"username": "member", "password": password}
            return (await http.post("/auth-token", json=body)).status_code

    assert [await from_("10.0.0.1", "wrong") for _ in range(4)] == [400, 400, 429, 429]
    assert await from_("10.0.0.2", PASSWORD) == 200
    assert await from_("10.0.0.1", PASSWORD) == 429
    # guesses from everywhere have a bound as well
    assert [await from_(f"10.0.1.{one}", "wrong") for one in range(6)] == [400, 400, 400, 400, 400, 429]


async def test_a_right_password_forgives_earlier_slips(house, monkeypatch):
    monkeypatch.setattr(service, "FAILURES", 2)
    for _ in range(3):
        for _ in range(service.FAILURES - 1):
            await log_in(house, password="wrong")
        assert (await log_in(house)).status_code == 200


async def test_public_account_reads_and_never_writes(house):
    session = await house.session()
    path = f"/sessions/{session['id']}"
    assert (await house.public.get(path)).status_code == 200
    for method, where in (("POST", "/sessions"), ("PUT", path), ("PATCH", path), ("DELETE", path), ("POST", "/register-file"),
                          ("POST", "/tags"), ("PATCH", f"/labs/{OPEN_LAB}")):  # fmt: skip
        answer = await house.public.request(method, where, json={"subject": "KS014"})
        assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)
    assert (await house.public.get(path)).json() == (await house.admin.get(path)).json()
