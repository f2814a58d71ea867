"""A process that serves some rooms only, as `bregma up --only metadata` starts one."""

import httpx
import pytest
from bregma_app.embedded.home import Home, Run, identify
from bregma_app.embedded.welcome import ready_text
from bregma_app.main import make_app
from bregma_app.testing import house_settings


@pytest.mark.parametrize("path", ["/signed-urls", "/uploads", "/datasets/x", "/data/openlab/Subjects/x"])
async def test_what_another_service_serves_is_said(house_url, peopled, path):
    app = make_app(house_settings(house_url), ["metadata"])
    transport, headers = httpx.ASGITransport(app=app), {"Authorization": f"Token {peopled.tokens['member']}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://bregma.test", headers=headers) as client,
    ):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"{path} belongs to the service files, which does not run here."
        assert "files" in answer.headers["Bregma-Hint"]
        assert (await client.get("/nothing")).json()["detail"] == "There is nothing at /nothing."
        assert (await client.get("/sessions")).status_code == 200


@pytest.mark.parametrize("store", ["", "http://127.0.0.1:1"])
def test_what_a_start_advises_to_try_works_there(tmp_path, store):
    run = Run(identify(1), api="http://127.0.0.1:2", store=store, demo={"username": "demo", "password": "x"})
    said = ready_text(Home(tmp_path), run)
    assert ("one get" in said) == bool(store)
    assert ("look after the animals" in said) == (not store)
    assert "http://127.0.0.1:2/today" in said
    assert "Ctrl-C ends it" in said
    assert "bregma down ends it" in ready_text(Home(tmp_path), run, detached=True)
