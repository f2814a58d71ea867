"""May this file be deleted? Only against a signed answer about these very bytes, and never when they could be lost by it."""

import base64
import hashlib
import io
import json
import random
from datetime import UTC, datetime

import numpy as np
import pytest
from bregma_app.testing import serving
from bregma_kit.errors import Unavailable
from bregma_transfer.certificates import signing
from bregma_transfer.certificates.domain import Copy, Registered, counted, why_not
from click.testing import CliRunner
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from one_client.backends.api import Api
from one_client.clean import BadCertificate, Certificate, Cleaner, find_sessions
from one_client.cli import cli


def npy(values) -> bytes:
    """A file of spikes, as it is stored."""
    stream = io.BytesIO()
    np.save(stream, np.asarray(values, dtype=np.float64))
    return stream.getvalue()


A, B = npy(np.arange(100) / 10), npy(np.ones(200))
FILES = {"alf/spikes.times.npy": A, "alf/#2024-01-01#/spikes.amps.npy": B}
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def ask(lab, files=None, by="rig", session=None, status=201):
    files = FILES if files is None else files
    body = {
        "session": session or lab.session,
        "files": [{"path": path, "size": len(data), "sha256": sha(data)} for path, data in files.items()],
    }
    answer = await lab.house.clients[by].post("/certificates", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer) -> dict[str, str]:
    return {one["path"]: one["reason"] for one in answer["refused"]}


@pytest.fixture
async def kept(lab):
    """Lend files that lie in both stores, verified."""
    lab.datasets = await lab.upload(FILES)
    await lab.rule()
    await lab.plan()
    await lab.run()
    return lab


async def test_two_durable_stores_are_enough_and_the_answer_is_signed(kept):
    answer = await ask(kept)
    assert answer["refused"] == []
    document = json.loads(answer["document"])
    assert [one["path"] for one in document["files"]] == list(FILES)
    for one, data in zip(document["files"], FILES.values(), strict=True):
        assert (one["size"], one["sha256"]) == (len(data), sha(data))
        assert {copy["repository"] for copy in one["copies"]} == {"near", "far"}
        assert {copy["store"] for copy in one["copies"]} == {"own", "centre"}
        assert all(copy["verified_at"].startswith("20") for copy in one["copies"])
    told = (await kept.house.member.get("/certificate-key")).json()
    assert (told["algorithm"], told["key"]) == ("Ed25519", answer["key"])
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(told["key"]))
    public.verify(base64.b64decode(answer["signature"]), answer["document"].encode())
    with pytest.raises(InvalidSignature):
        public.verify(base64.b64decode(answer["signature"]), answer["document"].replace("far", "fat").encode())
    again = (await kept.house.member.get(f"/certificates/{answer['id']}")).json()
    assert (again["signature"], again["files"]) == (answer["signature"], 2)
    page = (await kept.house.member.get("/certificates", params={"session": kept.session})).json()
    assert [(one["id"], one["document"], one["issued_to"]) for one in page["results"]] == [
        (answer["id"], answer["document"], "rig")
    ]


async def test_one_store_is_not_enough(lab):
    await lab.upload(FILES)
    answer = await ask(lab)
    assert (answer["signature"], set(refused(answer))) == ("", set(FILES))
    assert "1 of 2 copies in different stores (near)" in refused(answer)["alf/spikes.times.npy"]
    # another bucket of the same store is the same disk
    await lab.rule(target="beside")
    await lab.plan()
    await lab.run()
    assert "1 of 2 copies" in refused(await ask(lab))["alf/spikes.times.npy"]
    assert (await lab.house.member.get("/certificates")).json()["count"] == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update files.file_records set verified_at = now() - interval '91 days'", "too long ago"),
        ("update files.file_records set exists = false", "no verified copy"),
        ("update files.datasets set sha256 = repeat('0', 64)", "Other bytes are registered"),
        ("update files.datasets set sha256 = null, hash = null", "none are verified yet"),
    ],
)
async def test_what_speaks_against_it(kept, change, said):
    kept.sql(change)
    reasons = refused(await ask(kept))
    assert set(reasons) == set(FILES)
    assert all(said in one for one in reasons.values()), reasons


async def test_stores_are_asked_at_that_moment(kept):
    await kept.far.discard(*kept.object_of(kept.datasets["alf/spikes.times.npy"]))
    answer = await ask(kept)
    assert list(refused(answer)) == ["alf/spikes.times.npy"]
    assert "The store of far does not have it at this moment." in answer["refused"][0]["reason"]
    assert [one["path"] for one in json.loads(answer["document"])["files"]] == ["alf/#2024-01-01#/spikes.amps.npy"]


async def test_what_is_not_durable_and_what_is_away_do_not_count(kept, monkeypatch):
    settings = kept.process.settings
    monkeypatch.setattr(kept.process, "settings", settings.model_copy(update={"s3_durable": False}))
    assert "The store of near is not declared durable" in refused(await ask(kept))["alf/spikes.times.npy"]
    monkeypatch.setattr(kept.process, "settings", settings)


async def test_a_store_that_is_away_counts_for_nothing(kept, monkeypatch):
    async def away(*_):
        raise Unavailable("The store does not answer.")

    monkeypatch.setattr(kept.far, "size", away)
    assert "The store of far does not have it" in refused(await ask(kept))["alf/spikes.times.npy"]


async def test_other_bytes_unknown_files_and_unknown_sessions(kept):
    other = {"alf/spikes.times.npy": b"c" * len(A), "alf/unknown.npy": b"x"}
    reasons = refused(await ask(kept, other))
    assert "Other bytes" in reasons["alf/spikes.times.npy"]
    assert "not registered" in reasons["alf/unknown.npy"]
    await ask(kept, session="KS014/2020-01-01/001")
    await ask(kept, session="openlab/Subjects/KS014/2020-01-01/001")
    await ask(kept, session="KS014/2020-01-01/009", status=404)
    await ask(kept, session="nonsense", status=400)
    await ask(kept, session="closedlab/Subjects/KS014/2020-01-01/001", status=404)


async def test_who_may_ask(kept):
    for by in ("member", "manager", "admin"):
        await ask(kept, by=by)
    await ask(kept, by="stranger", status=403)
    for by in ("outsider", "reader"):
        if by in kept.house.clients:
            answer = await kept.house.clients[by].post(
                "/certificates",
                json={"session": kept.session, "files": [{"path": "alf/x.npy", "size": 1, "sha256": sha(b"x")}]},
            )
            assert answer.status_code in (403, 404), answer.text


async def test_without_a_secret_nothing_is_signed(kept, monkeypatch):
    from pydantic import SecretStr

    without = kept.process.settings.model_copy(update={"secret_key": SecretStr("")})
    monkeypatch.setattr(kept.process, "settings", without)
    answer = await ask(kept, status=503)
    assert "BREGMA_SECRET_KEY" in str(answer)
    assert signing.public_key(kept.process.settings.model_copy(update={"secret_key": SecretStr("y" * 32)}))


async def test_withdrawn_sessions_and_retired_files(kept):
    dataset = kept.datasets["alf/spikes.times.npy"]
    other = kept.datasets["alf/#2024-01-01#/spikes.amps.npy"]
    # retired: the other one stands for it, and has its two copies
    kept.sql("update files.file_records set exists = false where dataset_id = %s", dataset)
    kept.sql(
        "insert into files.retirements (id, dataset_id, repository_id, lab_id, name, object_key, size, sha256, stand_ins, "
        "stand_in_hashes, minimum_copies, asked_by, state) select gen_random_uuid(), d.id, f.repository_id, s.lab_id, d.name, "
        "f.object_key, d.file_size, d.sha256, array[%s::uuid], array[%s], 2, 'rule', 'deleted' from files.datasets d "
        "join files.file_records f on f.dataset_id = d.id join catalog.sessions s on s.id = d.session_id where d.id = %s limit 1",
        other, sha(B), dataset,
    )  # fmt: skip
    answer = await ask(kept)
    assert answer["refused"] == []
    [stand] = json.loads(answer["document"])["files"][0]["stand_ins"]
    assert (stand["name"], stand["sha256"], len(stand["copies"])) == ("spikes.amps.npy", sha(B), 2)
    kept.sql("update files.retirements set stand_in_hashes = array[%s]", sha(A))
    assert "alf/spikes.times.npy" in refused(await ask(kept))
    kept.sql("update metadata.sessions set withdrawn_at = now()")
    await ask(kept, status=404)


# the rule itself

_MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 2, 1), timezones=st.just(UTC))
_COPIES = st.lists(
    st.builds(
        Copy, st.sampled_from(["r1", "r2", "r3", "r4"]), st.sampled_from(["", "centre", "other"]), st.booleans(), _MOMENTS,
        st.booleans(),
    ),
    max_size=6,
)  # fmt: skip


@given(_COPIES, _COPIES, st.sampled_from([sha(A), sha(B), None]), st.sampled_from([1, 2, None]))
def test_the_rule_never_lets_go_of_what_one_lost_store_could_take_along(copies, stands, registered, size):
    stand_ins = [Registered("stand", None, None, stands)] if stands else []
    known = Registered("x", size, registered, copies, stand_ins)
    reason = why_not(1, sha(A), known, SINCE)
    if reason is not None:
        assert reason.endswith((".", ")"))
        return
    assert (registered, size) == (sha(A), 1)
    for lost in ("", "centre", "other"):
        left = [one for one in (copies or stands) if one.store != lost]
        assert any(one.seen and one.durable and one.checked_at >= SINCE for one in left), (copies, lost)


@given(_COPIES)
def test_of_each_store_one_copy_counts(copies):
    good = counted(copies, SINCE)
    assert len({one.store for one in good}) == len(good)
    assert all(one in copies for one in good)


# whatever happens to the copies, what a certificate covers can be loaded after one more store was lost

_STEPS = ("plan", "lose near", "lose far", "replace", "forget near", "forget far", "not durable", "durable", "ask")


@pytest.mark.parametrize("seed", range(2))
async def test_no_sequence_of_faults_lets_a_file_go_that_cannot_be_loaded(lab, monkeypatch, seed):
    chance = random.Random(seed)
    path, data = "alf/spikes.times.npy", A
    dataset = (await lab.upload({path: data}))[path]
    await lab.rule()
    settings = lab.process.settings
    granted = 0
    for step in ["plan", "ask", *chance.choices(_STEPS, weights=(6, 1, 1, 2, 1, 1, 1, 2, 8), k=20)]:
        match step.split():
            case ["plan"]:
                lab.sql(
                    "update transfer.movements set state = 'failed', reason = 'x', lease_until = null where state <> 'done'"
                )
                await lab.plan()
                await lab.run()
            case ["lose", where]:
                found = lab.sql(
                    "select r.bucket, f.object_key from files.file_records f join files.repositories r "
                    "on r.id = f.repository_id where r.name = %s and f.exists", where,
                )  # fmt: skip
                if found:
                    await (lab.far if where == "far" else lab.store).discard(*found[0])
            case ["replace"]:
                data = npy(np.arange(100) + chance.random())
                await lab.upload({path: data})
            case ["forget", where]:
                lab.sql(
                    "update files.file_records set exists = false where repository_id = "
                    "(select id from files.repositories where name = %s)", where,
                )  # fmt: skip
            case ["not", _] | ["durable"]:
                durable = step == "durable"
                monkeypatch.setattr(lab.process, "settings", settings.model_copy(update={"s3_durable": durable}))
            case _:
                answer = await ask(lab, {path: data})
                if answer["refused"]:
                    continue
                granted += 1
                for where in ("near", "far"):  # as if the other store had burnt down
                    assert await lab.bytes_of(dataset, where) == data
    assert granted


# on the rig


@pytest.fixture
async def rig(kept, settings, peopled, tmp_path, monkeypatch):
    """Lend a rig's folder with those files, one more, and a server that ``one`` talks to."""
    folder = tmp_path / "openlab" / "Subjects" / "KS014" / "2020-01-01" / "001"
    for path, data in {**FILES, "alf/never.sent.npy": b"only here", ".DS_Store": b"x"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    with serving(settings, peopled.tokens) as live:
        monkeypatch.setenv("BREGMA_URL", live.url)
        monkeypatch.setenv("BREGMA_TOKEN", peopled.tokens["rig"])
        monkeypatch.setenv("BREGMA_ONE_SPOOL", str(tmp_path / "spool"))
        kept.folder, kept.tmp = folder, tmp_path
        kept.api = Api(live.url, peopled.tokens["rig"])
        yield kept
        kept.api.close()


def one(*words: str, answer: str = ""):
    return CliRunner().invoke(cli, ["clean", *words], input=answer)


def left(rig) -> set[str]:
    return {path.relative_to(rig.folder).as_posix() for path in rig.folder.rglob("*") if path.is_file()}


async def test_a_dry_run_says_what_may_go_and_touches_nothing(rig):
    before = left(rig)
    found = one(str(rig.tmp))
    assert found.exit_code == 0, found.output
    assert "3 files looked at: 2 may go" in found.output
    assert "It is not registered in this session." in found.output
    assert left(rig) == before


async def test_only_what_is_covered_goes_and_the_certificate_is_kept_first(rig):
    found = one(str(rig.tmp), "--delete", answer="n\n")
    assert (found.exit_code, len(left(rig))) == (0, 4)
    found = one(str(rig.tmp), "--delete", answer="y\n")
    assert found.exit_code == 0, found.output
    assert "2 deleted" in found.output
    assert left(rig) == {"alf/never.sent.npy", ".DS_Store"}
    assert not (rig.folder / "alf" / "#2024-01-01#").exists()
    [certificate] = [path for path in (rig.tmp / "spool" / "certificates").iterdir() if b"far" in path.read_bytes()][
        -1:
    ]
    Certificate.of(json.loads(certificate.read_text()), rig.api.get("/certificate-key")["key"])
    again = one(str(rig.tmp), "--delete", "--json")
    # the server of this test logs into the same output
    [report] = json.loads(again.output[again.output.index("[\n") :])
    assert [(file["path"], file["safe"], file["deleted"]) for file in report["files"]] == [
        ("alf/never.sent.npy", False, False)
    ]


async def test_files_that_change_links_and_old_certificates_stay(rig, monkeypatch):
    times = rig.folder / "alf" / "spikes.times.npy"
    cleaner = Cleaner(rig.api, rig.tmp / "certificates")
    report = cleaner.judge(rig.folder)
    times.write_bytes(b"z" * len(A))
    assert cleaner.delete(report) == len(B)
    assert times.read_bytes() == b"z" * len(A)
    assert [one.reason for one in report.files if one.file.path == "alf/spikes.times.npy"] == [
        "It was changed since it was looked at."
    ]
    times.write_bytes(A)
    report = cleaner.judge(rig.folder)
    import time

    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 3601)
    assert cleaner.delete(report) == 0
    assert times.exists()
    monkeypatch.undo()
    times.rename(rig.tmp / "elsewhere.npy")
    times.symlink_to(rig.tmp / "elsewhere.npy")
    [linked] = [
        one for one in Cleaner(rig.api, rig.tmp).judge(rig.folder).files if one.file.path == "alf/spikes.times.npy"
    ]
    assert (linked.safe, "link" in linked.reason) == (False, True)


async def test_a_forged_answer_deletes_nothing(rig):
    cleaner = Cleaner(rig.api, rig.tmp / "certificates")
    forged = base64.b64encode(bytes(32)).decode()
    cleaner._key = forged
    report = cleaner.judge(rig.folder)
    assert "not this server's" in report.problem
    assert cleaner.delete(report) == 0
    assert len(left(rig)) == 4
    with pytest.raises(BadCertificate):
        Certificate.of({"id": "x", "document": "{}", "signature": "", "valid_seconds": 1}, forged)


async def test_sessions_are_found_below_any_folder(tmp_path):
    for name in ("lab/Subjects/A/2020-01-01/001/alf", "B/2020-01-02/2", "notes", ".hidden/C/2020-01-01/001"):
        (tmp_path / name).mkdir(parents=True)
    found = [path.relative_to(tmp_path).as_posix() for path in find_sessions(tmp_path)]
    assert found == ["B/2020-01-02/2", "lab/Subjects/A/2020-01-01/001"]
