"""``ONE.search_colony`` against a real installation: over HTTP, in this process, and without blocking."""

import httpx
import pytest
from one_client import ONE, AsyncONE
from one_client.errors import BadRequest, UnknownTerm

TERMS = {
    "line": "Pvalb",
    "genotype": "Pvalb-Cre +/-",
    "age_weeks": (8, 12),
    "dataset_types": ["spikes.times", "spikes.clusters"],
}


def fill(url: str, token: str) -> None:
    """Make a line with two animals, of which one has data."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Token {token}"}) as client:

        def make(path: str, /, **body: object) -> dict:
            answer = client.post(path, json=body)
            assert answer.status_code == 201, answer.text
            return answer.json()

        make("/alleles", nickname="Pvalb-Cre")
        make("/lines", name="Pvalb", alleles=["Pvalb-Cre"])
        make("/data-repository", name="openlab_SR", hostname="x.local", data_url="https://data.test/x/")
        assert client.patch("/labs/openlab", json={"repositories": ["openlab_SR"]}).status_code == 200
        for nickname in ("A", "B"):
            make("/subjects", nickname=nickname, lab="openlab", line="Pvalb", birth_date="2019-11-06")
            make("/zygosities", subject=nickname, allele="Pvalb-Cre", zygosity=1)
            make("/sessions", subject=nickname, number=1, start_time="2020-01-01T10:00:00")
        make(
            "/register-file",
            path="A/2020-01-01/001",
            filenames=["spikes.times.npy", "spikes.clusters.npy"],
            name="openlab_SR",
        )


def check(found: list) -> None:
    [session] = found
    assert {name: session[name] for name in ("subject", "line", "genotype", "age_weeks", "dataset_types")} == {
        "subject": "A", "line": "Pvalb", "genotype": ["Pvalb-Cre +/-"], "age_weeks": 8,
        "dataset_types": ["spikes.clusters", "spikes.times"]}  # fmt: skip


def test_over_http_and_in_this_process(live_house, tmp_path):
    fill(live_house.url, live_house.tokens["admin"])
    token = live_house.tokens["member"]
    with ONE(live_house.url, token=token, cache_dir=tmp_path) as one:
        check(one.search_colony(**TERMS))
        assert [session.subject for session in one.search_colony(line="Pvalb", limit=1)] == ["B"], (
            "newest first, then by id"
        )
        assert len(one.search_colony(age_weeks=(None, 8))) == 2
        assert one.search(subject=one.search_colony(**TERMS)[0].subject) == [one.search_colony(**TERMS)[0].id]
        for terms, error in (
            ({"lines": "Pvalb"}, UnknownTerm),
            ({"age_weeks": "old"}, BadRequest),
            ({"genotype": "Pvalb-Cre"}, BadRequest),
        ):
            with pytest.raises(error):
                one.search_colony(**terms)
    with ONE.from_app(_another(live_house), token=token) as one:
        check(one.search_colony(**TERMS))
    with pytest.raises(BadRequest, match="server"):
        ONE.from_folder(tmp_path).search_colony(line="Pvalb")


def _another(live_house):
    """Make a second application on the same database: one lives in one loop."""
    from bregma_app.main import make_app

    return make_app(live_house.app.state.process.settings)


async def test_without_blocking(house):
    async with AsyncONE.from_app(house.app, token=house.tokens["member"]) as one:
        assert await one.search_colony(age_weeks=8) == []
        with pytest.raises(BadRequest):
            await one.search_colony(line="none")
