"""The tables of an Alyx, from a dump or from its database: what REST does not tell comes over as well."""

import asyncio
import gzip
import json
from uuid import UUID, uuid5

import asyncpg
import pytest
from bregma_app.commands.import_ import alyx as command
from bregma_app.importing.alyx import Alyx
from bregma_app.importing.django import TABLES, read_database, read_dump
from bregma_app.importing.run import administrator, import_alyx
from bregma_app.importing.source import COLONY, Source
from bregma_app.testing import house_settings, serving
from bregma_kit.db import Database
from bregma_kit.testing.databases import clone
from bregma_metadata import administration
from click import ClickException
from click.testing import CliRunner
from httpx import Client


def key(name, /):
    return str(uuid5(UUID(int=0), name))


def row(model, name, /, **fields):
    return {"model": model, "pk": key(name), "fields": fields}


NAMED = {"json": None, "description": ""}
ROWS = [
    row("misc.lab", "openlab", name="openlab", timezone="Europe/London", institution="", address="", json=None, repositories=[],
        reference_weight_pct=0.0, zscore_weight_pct=0.0),
    row("misc.labmember", "ada", username="ada", email="", is_stock_manager=False, password="pbkdf2$secret"),
    row("misc.labmembership", "m1", user=key("ada"), lab=key("openlab"), role="", start_date=None, end_date=None),
    row("subjects.species", "mouse", name="Mus musculus", nickname="Laboratory mouse", json=None),
    row("subjects.strain", "c57", name="C57BL/6J", **NAMED), row("subjects.source", "house", name="bred here", **NAMED),
    row("subjects.sequence", "cre", name="Cre", base_pairs="ACGT", **NAMED),
    row("subjects.allele", "pv", nickname="Pvalb-Cre", name="B6;129P2-Pvalb", json=None, sequences=[key("cre")]),
    row("subjects.line", "line", name="Pvalb line", nickname="PV", species=key("mouse"), strain=key("c57"), source=key("house"),
        lab=key("openlab"), alleles=[key("pv")], is_active=True, target_phenotype="", source_identifier="", source_url="",
        expression_data_url="", **NAMED),
    row("subjects.zygosityrule", "rule", line=key("line"), allele=key("pv"), sequence0=key("cre"), sequence0_result=1, sequence1=None,
        sequence1_result=None, zygosity=3),
    *(row("subjects.subject", name, nickname=name, lab=key("openlab"), sex=sex, line=key("line"), species=key("mouse"), strain=None,
          source=key("house"), responsible_user=key("ada"), birth_date=born, death_date=died, wean_date=None, litter=litter, request=None,
          projects=[], cage="old", actual_severity=2, adverse_effects="", protocol_number="1", to_be_culled=False, json=None, ear_mark="L")
      for name, sex, born, died, litter in (("DAD", "M", "2018-01-01", None, None), ("MUM", "F", "2018-01-02", None, None),
                                            ("PUP", "M", "2019-05-01", "2020-02-02", key("litter")))),
    row("subjects.breedingpair", "pair", name="", line=key("line"), father=key("DAD"), mother1=key("MUM"), mother2=None,
        start_date="2019-01-01", end_date=None, **NAMED),
    row("subjects.litter", "litter", name="L_1", line=key("line"), breeding_pair=key("pair"), birth_date="2019-05-01", **NAMED),
    row("subjects.zygosity", "z", subject=key("PUP"), allele=key("pv"), zygosity=1, json=None),
    row("subjects.genotypetest", "t", subject=key("PUP"), sequence=key("cre"), test_result=1, json=None),
    row("misc.cagetype", "ivc", name="IVC", **NAMED), row("misc.enrichment", "wheel", name="wheel", **NAMED), row("misc.food", "pellet", name="pellets", **NAMED),
    row("misc.housing", "h", cage_name="C7", cage_type=key("ivc"), enrichment=key("wheel"), food=key("pellet"), light_cycle=1,
        cage_cleaning_frequency_days=14),
    row("misc.housingsubject", "hs", subject=key("PUP"), housing=key("h"), start_datetime="2019-06-01T10:00:00+00:00",
        end_datetime="2020-02-02T10:00:00+00:00"),
    row("actions.cullreason", "end", name="end of experiment", **NAMED), row("actions.cullmethod", "how", name="perfusion", **NAMED),
    row("actions.cull", "c", subject=key("PUP"), user=key("ada"), date="2020-02-02", cull_reason=key("end"), cull_method=key("how"), **NAMED),
    row("actions.watertype", "water", name="Citric acid water", json=None),
    row("actions.session", "s", subject=key("PUP"), lab=None, location=None, users=[key("ada")], procedures=[], projects=[], number=1,
        start_time="2020-01-01T10:00:00", end_time=None, type="Experiment", task_protocol="x", n_trials=None, n_correct_trials=None, qc=10,
        narrative="", parent_session=None, extended_qc=None, json=None, auto_datetime=None),
    row("actions.wateradministration", "wa", subject=key("PUP"), user=key("ada"), date_time="2020-01-01T18:00:00", session=key("s"),
        water_administered=1.2, water_type=key("water"), adlib=False, json=None),
    {"model": "contenttypes.contenttype", "pk": 12, "fields": {"app_label": "actions", "model": "session"}},
    {"model": "misc.note", "pk": key("n"), "fields": {"user": key("ada"), "date_time": "2020-01-01T19:00:00", "text": "seen", "image": "x.png",
                                                      "content_type": 12, "object_id": key("s"), "json": None}},
]  # fmt: skip


@pytest.fixture
def dump(tmp_path):
    path = tmp_path / "dump.json.gz"
    with gzip.open(path, "wt") as stream:
        json.dump(ROWS, stream)
    return path


@pytest.fixture
def target(postgres_server, template_database):
    """The address of an empty installation with an administrator, and a token of it."""
    with clone(postgres_server, template_database) as url:

        async def make(database):
            async with database.write() as tx:
                await administration.add_user(tx, "operator", "over the bregma", admin=True)
                return await administration.add_token(tx, "operator")

        yield url, within(url, make)


def within(url, work):
    async def whole():
        database = Database(url, pool=2)
        await database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(whole())


def carry(url, tables, alyx=None, **more):
    async def work(database):
        return await import_alyx(
            database, Source(alyx, tables), await administrator(database, ""), **{"dry": False, **more}
        )

    return within(url, work)


def looked_through(target, look):
    url, token = target
    with (
        serving(house_settings(url), {}) as live,
        Client(base_url=live.url, headers={"Authorization": f"Token {token}"}) as http,
    ):
        look(http)


def colony(http):
    """Say what came of the colony, as our own lists show it."""

    def only(path, **query):
        records = http.get(path, params=query).json()["results"]
        assert len(records) == 1, records
        return records[0]

    pup = http.get("/subjects/PUP").json()
    assert pup["id"] == key("PUP")
    assert (pup["litter"], pup["line"], pup["species"], pup["genotype"]) == (
        "L_1",
        "Pvalb line",
        "Laboratory mouse",
        [{"allele": "Pvalb-Cre", "zygosity": 1}],
    )
    assert only("/lines", name="Pvalb line")["alleles"] == ["Pvalb-Cre"]
    assert only("/alleles", nickname="Pvalb-Cre")["sequences"] == ["Cre"]
    pair = only("/breeding-pairs")
    assert (pair["id"], pair["father"], pair["mother1"], pair["lab"]) == (key("pair"), "DAD", "MUM", "openlab")
    assert only("/litters")["breeding_pair"] == pair["name"] == key("pair")[:8]
    assert only("/genotype-tests")["test_result"] == 1
    assert only("/zygosity-rules")["zygosity"] == 3
    cage = only("/cages", name="C7")
    assert (cage["cage_type"], cage["enrichment"], cage["light_cycle"], cage["cleaning_days"]) == (
        "IVC",
        "wheel",
        "inverted",
        14,
    )
    stay = only("/housings", subject="PUP")
    assert (stay["subject"], stay["cage"], stay["start_time"][:10], stay["end_time"][:10]) == (
        "PUP",
        "C7",
        "2019-06-01",
        "2020-02-02",
    )
    cull = only("/culls")
    assert (cull["reason"], cull["method"], cull["date"]) == ("end of experiment", "perfusion", "2020-02-02")


def test_a_dump_alone(dump, target):
    report = carry(target[0], read_dump(dump))
    assert report.balanced
    assert not [one for tally in report.tallies.values() for one in (*tally.refused, *tally.unrelated)]

    def look(http):
        colony(http)
        assert http.get("/users/ada").json()["lab"] == ["openlab"]
        (water,) = http.get("/water-administrations").json()["results"]
        assert (water["session"], water["water_type"], water["subject"]) == (key("s"), "Citric acid water", "PUP")
        (note,) = http.get("/notes").json()["results"]
        assert (note["object_id"], note["text"], note["image"]) == (key("s"), "seen", None)
        assert http.get(f"/sessions/{key('s')}").json()["lab"] == "openlab"  # Alyx's row has none

    looked_through(target, look)
    again = carry(target[0], read_dump(dump))
    assert again.balanced
    assert sum(one.carried for one in again.tallies.values()) == 0


def test_no_password_comes_along(dump, target):
    carry(target[0], read_dump(dump), only=["labs", "users"])

    def look(http):
        answer = http.post("/auth-token", data={"username": "ada", "password": "pbkdf2$secret"})
        assert answer.status_code == 400

    looked_through(target, look)


def as_django(url):
    """Write the rows into tables as Django names them."""

    async def work():
        connection = await asyncpg.connect(url)
        tables = {}
        for one in ROWS:
            tables.setdefault(one["model"].replace(".", "_"), []).append(one)
        for name, rows in tables.items():
            fields = rows[0]["fields"]
            plain = [field for field, value in fields.items() if not isinstance(value, list)]
            kinds = {field: _kind(field, [one["fields"][field] for one in rows]) for field in plain}
            columns = {field: field + ("_id" if _leads(field, rows) else "") for field in plain}
            listed = ", ".join(f'"{columns[field]}" {kinds[field]}' for field in plain)
            await connection.execute(f"create table {name} (id text primary key, {listed})")
            for one in rows:
                values = [one["fields"][field] for field in plain]
                values = [
                    json.dumps(value) if kinds[field] == "jsonb" and value is not None else value
                    for field, value in zip(plain, values, strict=True)
                ]
                marks = ", ".join(f"${n}" for n in range(1, len(plain) + 2))
                await connection.execute(f"insert into {name} values ({marks})", str(one["pk"]), *values)
            for field in fields.keys() - set(plain):
                await connection.execute(
                    f"create table {name}_{field} (id serial primary key, own_id text, other_id text)"
                )
                links = [(str(one["pk"]), other) for one in rows for other in one["fields"][field]]
                await connection.executemany(f"insert into {name}_{field} (own_id, other_id) values ($1, $2)", links)
        await connection.close()

    asyncio.run(work())


def _kind(field, values):
    if field == "json":
        return "jsonb"
    value = next((one for one in values if one is not None), "")
    return {bool: "boolean", int: "integer", float: "double precision"}.get(type(value), "text")


def _leads(field, rows):
    return any(one["fields"][field] in {each["pk"] for each in ROWS} for one in rows if field != "object_id")


def test_the_database_tells_what_a_dump_tells(dump, target, postgres_server, template_database):
    with clone(postgres_server, template_database) as url:
        as_django(url)
        tables = asyncio.run(read_database(url, TABLES))
    from_dump = read_dump(dump)
    for path in set(TABLES) - {"notes"}:
        assert tables.records(path) == from_dump.records(path), path
    report = carry(target[0], tables)
    assert report.balanced
    looked_through(target, colony)


def test_rest_and_a_dump_make_one_whole(live_house, dump, target):
    """Both know the animal; REST says who is responsible now, the dump of which litter it is."""
    headers = {"Authorization": f"Token {live_house.tokens['admin']}"}
    with Client(base_url=live_house.url, headers=headers) as http:
        assert http.post(
            "/subjects",
            json={
                "nickname": "PUP",
                "lab": "openlab",
                "responsible_user": "member",
                "sex": "M",
                "birth_date": "2019-05-01",
            },
        ).is_success
        pup = http.get("/subjects/PUP").json()["id"]
    rows = json.loads(json.dumps(ROWS).replace(key("PUP"), pup))
    rows = [one for one in rows if one["model"].startswith("subjects.")]
    with gzip.open(dump, "wt") as stream:
        json.dump(rows, stream)
    tables = read_dump(dump)

    async def work(database):
        alyx = Alyx(live_house.url, token=live_house.tokens["admin"], pause=0.01)
        try:
            return await import_alyx(database, Source(alyx, tables), await administrator(database, ""), dry=False)
        finally:
            await alyx.close()

    within(target[0], work)

    def look(http):
        record = http.get("/subjects/PUP").json()
        assert (record["responsible_user"], record["ear_mark"], record["line"]) == ("member", "L", "Pvalb line")
        assert http.get("/lines", params={"name": "Pvalb line"}).json()["count"] == 1

    looked_through(target, look)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'[{"model": "x"}]', b"\x1f\x8b broken"])
def test_what_is_no_dump(tmp_path, content):
    path = tmp_path / "dump.json"
    path.write_bytes(content)
    if content == b"{}":
        assert read_dump(path).records("subjects") == {}
        return
    with pytest.raises(ClickException, match="no dump of an Alyx"):
        read_dump(path)


def test_a_database_that_is_no_alyx(postgres_server, template_database):
    with clone(postgres_server, template_database) as url, pytest.raises(ClickException, match="not an Alyx"):
        asyncio.run(read_database(url, COLONY))
    with pytest.raises(ClickException, match="does not answer"):
        asyncio.run(read_database("postgresql://127.0.0.1:1/none", COLONY))


def test_a_source_must_be_said(dump):
    for words, said in (([], "Say where to read"), (["--dump", str(dump), "--dsn", "x"], "Either")):
        outcome = CliRunner().invoke(command, words)
        assert outcome.exit_code == 2
        assert said in outcome.output
