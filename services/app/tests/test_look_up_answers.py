"""What look-ups answer, by Django's meaning of them, and that hidden rows never show in an answer."""

import random

import pytest
from bregma_app.main import ROOMS
from bregma_kit.graph import GRAPH
from bregma_kit.operators import OPERATORS, TRANSFORMS
from hypothesis import given, settings
from hypothesis import strategies as st

assert ROOMS, "composed, so that the graph is whole"

JSON = {"a": {"b": [1, {"c": "deep"}]}, "n": 5, "t": "19051", "flag": True, "nothing": None, "word": "Probe (left)"}


@pytest.fixture
async def shelf(house):
    """Two animals of an open lab, one of a closed one; 2020-01-07 was a Tuesday in every lab's own time."""
    await house.make("/projects", {"name": "brainwide"})
    await house.make("/projects", {"name": "007"})
    for name in ("Ephys", "Histology"):
        await house.make("/procedures", {"name": name})
    await house.make("/locations", {"name": "rig0", "lab": "openlab"})
    await house.make("/locations", {"name": "secret rig", "lab": "closedlab"})
    await house.make("/species", {"name": "Mus musculus"})
    await house.repository(globus_endpoint_id="6f2a4d7e-0000-4000-8000-000000000001")
    await house.repository("laptop", labs=(), globus_is_personal=True)
    await house.repository("closed_SR", labs=("closedlab",))
    await house.subject(
        "M1", sex="M", birth_date="2019-01-01", species="Mus musculus", responsible_user="member", projects=["007"]
    )
    await house.subject("F1", sex="F", birth_date="2019-06-01", death_date="2020-06-01")
    await house.subject("M2", lab="closedlab", sex="M", responsible_user="outsider", json={"hidden": 1})
    made = {
        "a": await house.session("M1", "2020-01-07", 1, projects=["brainwide", "007"], users=["member"], n_trials=10, n_correct_trials=9,
                                 json=JSON, extended_qc={"pass": 0.9, "task": "FAIL"}, qc="PASS", location="rig0", task_protocol="007"),
        "b": await house.session("M1", "2020-01-08", 2, procedures=["Histology"], users=["member", "manager"], end_time="2020-01-08T12:30:15",
                                 json={"n": "7"}, narrative="100% of it", qc="CRITICAL"),
        "c": await house.session("F1", "2020-01-07", 1, projects=["brainwide"], procedures=["Ephys"], extended_qc={"pass": 0.1}),
        "x": await house.session("M2", "2020-01-07", 1, lab="closedlab", projects=["brainwide"], users=["outsider"], location="secret rig",
                                 procedures=["Histology"], task_protocol="hidden", json={"n": 5}),
    }  # fmt: skip
    await house.admin.patch(made["b"]["url"], json={"parent_session": made["a"]["url"]})
    files = await house.registered(
        "spikes.times.npy",
        "spikes.clusters.npy",
        path="M1/2020-01-07/001/alf/probe00",
        name="openlab_SR",
        qc="PASS,FAIL",
    )
    await house.registered("spikes.times.npy", path="F1/2020-01-07/001/alf/#2020-02-02#", name="laptop")
    # an insertion's files in the closed lab, under a tag that everybody may name
    hidden = await house.registered(
        "clusters.depths.npy", path="M2/2020-01-07/001/alf", name="closed_SR", by="outsider"
    )
    await house.make("/tags", {"name": "2021_Q1", "protected": False})
    for one in (files[0], hidden[0]):
        assert (await house.admin.patch(f"/datasets/{one['id']}", json={"tags": ["2021_Q1"]})).status_code == 200
    return house, {record["id"]: name for name, record in made.items()}, {**made, "file": files[0], "hidden": hidden[0]}


async def found(shelf, text, *, by="member", path="/sessions", **more):
    house, names, _ = shelf
    answer = await house.clients[by].get(path, params={"django": text, **more})
    assert answer.status_code == 200, (text, answer.text)
    page = answer.json()
    assert page["count"] == len(page["results"]) == len({str(one) for one in page["results"]}), text
    if path != "/sessions":
        return " ".join(
            sorted(one.get("relative_path") or one.get("name") or one["nickname"] for one in page["results"])
        )
    return "".join(sorted(names[one["id"]] for one in page["results"]))


async def check(shelf, cases, **how):
    wrong = []
    for text, names in cases:
        answer = await found(shelf, text, **how)
        if answer != names:
            wrong.append((text, names, answer))
    assert not wrong


async def test_all_data_run_on_male_mice_on_a_tuesday(shelf):
    """The paper's example of a search that no form foresaw; in Django's count Sunday is 1."""
    assert await found(shelf, "subject__sex,M,start_time__week_day,3", by="admin") == "ax"
    assert await found(shelf, "subject__sex,M,start_time__week_day,3") == "a"
    assert await found(shelf, "subject__sex,M,start_time__week_day,4") == "b"
    text = "session__subject__sex,M,session__start_time__week_day,3"
    assert await found(shelf, text, path="/datasets") == "spikes.clusters.npy spikes.times.npy"


DATED = [
    ("start_time__date,2020-01-07", "ac"), ("start_time__date__gt,2020-01-07", "b"), ("start_time__year,2020", "abc"), ("start_time__year__gte,2021", ""),
    ("start_time__month,1", "abc"), ("start_time__day__in,[8,9]", "b"), ("start_time__iso_week_day,2", "ac"), ("start_time__week,2", "abc"),
    ("start_time__quarter,1", "abc"), ("start_time__hour,10", "abc"), ("end_time__minute,30", "b"), ("end_time__second,15", "b"),
    ("end_time__time,12:30:15", "b"), ("end_time__time__lt,12:00", ""), ("start_time__date__year,2020", "abc"), ("start_time__iso_year,2020", "abc"),
    ("start_time__date__range,['2020-01-08','2020-01-09']", "b"), ("start_time__gte,2020-01-08", "b"), ("start_time,2020-01-07T10:00:00", "ac"),
    ("start_time__lt,2020-01-07 10:00:01", "ac"), ("subject__birth_date__year,2019", "abc"), ("subject__birth_date__month__gt,1", "c"),
    ("start_time__startswith,2020-01-08", "b"),
]  # fmt: skip
TEXTS = [
    ("subject__nickname,M1", "ab"), ("subject__nickname__iexact,m1", "ab"), ("subject__nickname__contains,m", ""), ("subject__nickname__icontains,m", "ab"),
    ("subject__nickname__startswith,F", "c"), ("subject__nickname__iendswith,1", "abc"), ("subject__nickname__in,('M1','F1')", "abc"),
    ("subject__nickname__in,('M1')", "ab"), ("subject__nickname__gt,G", "ab"), ("subject__nickname__regex,^[MF]1$", "abc"), ("subject__nickname__iregex,^m", "ab"),
    ("narrative__contains,%", "b"), ("narrative__contains,_", ""), ("narrative__endswith,of it", "b"), ("task_protocol,007", "a"), ("task_protocol,7", ""),
    ("projects__name,007", "a"), ("projects__name__in,['007']", "a"), ("task_protocol__in,['007','x']", "a"), ("number__startswith,2", "b"), ("narrative__iexact,100% OF IT", "b"),
]  # fmt: skip
NUMBERS = [
    ("number,001", "ac"), ("number__gte,2", "b"), ("number__lt,2.5", "abc"), ("number__in,[1,3]", "ac"), ("number__range,(2,9)", "b"), ("n_trials__isnull,True", "bc"),
    ("n_trials__isnull,False", "a"), ("n_trials,None", "bc"), ("~n_trials,None", "a"), ("~n_trials,10", "bc"), ("~n_trials__gt,3", "bc"), ("n_trials__gt,3", "a"),
    ("qc,10", "a"), ("qc,PASS", "a"), ("qc__lt,50", "ac"), ("qc__in,['CRITICAL','pass']", "ab"), ("qc__gte,PASS", "ab"), ("number,-1", ""),
]  # fmt: skip
RELATIONS = [
    ("users__username,manager", "b"), ("~users__username,manager", "ac"), ("users__username__in,['manager','x']", "b"), ("users__isnull,True", ""),
    ("projects__isnull,True", "b"), ("projects,None", "b"), ("~projects__isnull,True", "ac"), ("projects__isnull,False", "ac"), ("~projects__name,brainwide", "b"),
    ("~projects__name,007", "bc"), ("location__name,rig0", "a"), ("~location__name,rig0", "bc"), ("location,None", "bc"), ("location__name,None", "bc"),
    ("location__isnull,False", "a"), ("location__name__isnull,False", "a"), ("procedures__name__icontains,HIST", "b"), ("subject__species__name,Mus musculus", "ab"),
    ("subject__species__isnull,True", "c"), ("subject__species__name__isnull,True", "c"), ("subject__responsible_user__username,member", "ab"),
    ("subject__actions_sessions__procedures__name,Histology", "ab"), ("~subject__actions_sessions__procedures__name,Histology", "c"),
    ("subject__projects__name,007", "ab"), ("lab__name,openlab", "abc"), ("lab__name__in,['openlab','closedlab']", "abc"), ("parent_session__isnull,True", "ac"),
    ("parent_session__number,1", "b"), ("session__number,2", "a"), ("session__isnull,True", "bc"), ("parent_session__subject__sex,M", "b"),
    ("data_dataset_session_related__name,spikes.times.npy", "ac"), ("data_dataset_session_related__dataset_type__name__in,['spikes.clusters','x']", "a"),
    ("data_dataset_session_related__isnull,True", "b"), ("data_dataset_session_related__tags__name,2021_Q1", "a"), ("~data_dataset_session_related__tags__name,2021_Q1", "bc"),
    ("data_dataset_session_related__tags__isnull,True", "abc"), ("data_dataset_session_related__file_records__data_repository__name,laptop", "c"),
    ("data_dataset_session_related__file_records__exists,True", "ac"), ("data_dataset_session_related__revision__name,2020-02-02", "c"),
    ("data_dataset_session_related__file_records__data_repository__globus_is_personal,False", "ac"), ("data_dataset_session_related__qc__gt,PASS", "a"),
    ("data_dataset_session_related__created_datetime__gte,2020-01-01", "ac"), ("data_dataset_session_related__collection,alf/probe00", "a"),
    # two pairs may be met by two rows, as Alyx chains its filters
    ("data_dataset_session_related__name,spikes.times.npy,data_dataset_session_related__qc,FAIL", "a"), ("projects__name,007,projects__name__contains,brain", "a"),
]  # fmt: skip
DOCUMENTS = [
    ("json__n,5", "a"), ("json__n__gte,5", "a"), ("json__n__lt,99", "a"), ("json__n,7", "b"), ("json__t,19051", "a"), ("json__flag,True", "a"), ("json__flag,false", ""),
    ("json__nothing,None", "a"), ("json__nothing__isnull,False", "a"), ("json__missing__isnull,True", "abc"), ("json__n__isnull,False", "ab"), ("json__isnull,True", "c"),
    ("json,None", "c"), ("json__a__b__0,1", "a"), ("json__a__b__1__c,deep", "a"), ("json__a__b__1__c__startswith,de", "a"), ("json__word__icontains,PROBE (", "a"),
    ("json__word__regex,^Probe", "a"), ("json__has_key,flag", "a"), ("json__has_keys,['n','t']", "a"), ("json__has_any_keys,['n','t']", "ab"), ("json__a__has_key,b", "a"),
    ('json__contains,{"n":5}', "a"), ("json__a__b__contains,[1]", "a"), ("json__n__in,[5,6]", "a"), ("json__t__in,['19051','x']", "a"), ("json__n__range,[1,6]", "a"),
    ('json__contained_by,{"n":"7"}', "b"), ("~json__n,5", "bc"), ("extended_qc__pass__gt,0.5", "a"), ("extended_qc__task__iexact,fail", "a"), ("extended_qc__has_key,pass", "ac"),
]  # fmt: skip


@pytest.mark.parametrize(
    "cases", [DATED, TEXTS, NUMBERS, RELATIONS, DOCUMENTS], ids=["dates", "texts", "numbers", "relations", "json"]
)
async def test_answers(shelf, cases):
    await check(shelf, cases)


async def test_ids(shelf):
    _, _, made = shelf
    a, file = made["a"]["id"], made["file"]["id"]
    subject = (await shelf[0].admin.get("/subjects/M1")).json()["id"]
    await check(shelf, [
        (f"pk,{a}", "a"), (f"id__in,['{a}']", "a"), (f"~pk,{a}", "bc"), (f"parent_session,{a}", "b"), (f"subject,{subject}", "ab"), (f"subject_id,{subject}", "ab"),
        (f"subject__pk__in,['{subject}']", "ab"), (f"data_dataset_session_related,{file}", "a"), (f"data_dataset_session_related__in,['{file}']", "a"),
        (f"~data_dataset_session_related__pk,{file}", "bc"), (f"pk__startswith,{a[:30]}", "a"),
    ])  # fmt: skip


async def test_other_resources(shelf):
    _, _, made = shelf
    a, file = made["a"]["id"], made["file"]["id"]
    two = "spikes.clusters.npy spikes.times.npy"
    await check(shelf, [
        (f"session__id,{a},dataset_type__name,spikes.times", "spikes.times.npy"), (f"session,{a}", two), ("session__isnull,True", ""), ("revision__isnull,True", two),
        ("tags__name,2021_Q1", "spikes.times.npy"), ("session__lab__name,closedlab", ""), ("session__start_time__date,2020-01-07,session__subject__nickname,F1", "spikes.times.npy"),
        ("file_records__data_repository__name,openlab_SR,file_records__exists,True,~revision__name__startswith,2020", two), ("created_by__username,member", "spikes.clusters.npy spikes.times.npy spikes.times.npy"),
    ], path="/datasets")  # fmt: skip
    in_alf = "M1/2020-01-07/001/alf/probe00/spikes.times.npy"
    await check(shelf, [
        (f"dataset,{file},data_repository__globus_is_personal,False", in_alf), (f"dataset__session,{a},dataset__qc,PASS", in_alf), ("dataset__tags__name,2021_Q1", in_alf),
        ("data_repository__name__istartswith,CLOSED", ""),
    ], path="/files")  # fmt: skip
    await check(shelf, [
        ("repositories__globus_endpoint_id,6f2a4d7e-0000-4000-8000-000000000001", "openlab"), ("session__number,2", "openlab"), ("name,closedlab", ""),
    ], path="/labs")  # fmt: skip
    await check(shelf, [
        ("actions_sessions__start_time__week_day,4", "M1"), ("death_date__isnull,False", "F1"), ("actions_sessions__data_dataset_session_related__name__contains,clusters", "M1"),
    ], path="/subjects")  # fmt: skip


async def test_what_is_withdrawn_counts_for_nobody(shelf):
    house, _, made = shelf
    async with house.database.write() as tx:
        await tx._connection.execute("update metadata.sessions set withdrawn_at = now() where id = $1", made["b"]["id"])
    await check(shelf, [
        ("subject__actions_sessions__procedures__name,Histology", ""), ("session__isnull,True", "ac"), ("~session__number,2", "ac"),
    ])  # fmt: skip


async def test_closed_labs_influence_no_answer(shelf):
    await check(shelf, [
        ("subject__sex,M", "ab"), ("task_protocol,hidden", ""), ("projects__session__task_protocol,hidden", ""), ("~projects__session__task_protocol,hidden", "abc"),
        ("data_dataset_session_related__tags__datasets__session__lab__name,closedlab", ""), ("data_dataset_session_related__tags__datasets__name__icontains,depths", ""),
        ("projects__session__location__name,secret rig", ""), ("projects__session__users__subjects_responsible__nickname,M2", ""),
    ])  # fmt: skip
    house, *_ = shelf
    for path, text in (
        ("/users", "session__task_protocol,hidden"), ("/users", "subjects_responsible__json__hidden,1"), ("/sessions", "lab__name,closedlab"),
        ("/subjects", "actions_sessions__task_protocol,hidden"), ("/datasets", "session__subject__nickname,M2"), ("/files", "dataset__name__contains,depths"),
    ):  # fmt: skip
        counts = [
            (await house.clients[by].get(path, params={"django": text})).json()["count"] for by in ("member", "admin")
        ]
        assert counts[0] == 0, (path, text)
        assert counts[1] > 0, (path, text)


async def test_nothing_hidden_can_be_inferred(shelf):
    """Any look-up answers the open lab's member the same, whether the closed lab's records are there or not."""
    house, _, made = shelf
    queries = random.Random(20_200_107).sample(list(_probes()), 400)
    before = [await _count(house, *one) for one in queries]
    async with house.database.write() as tx:
        for statement in (
            "delete from files.file_records where dataset_id in (select d.id from files.datasets d join metadata.sessions s on s.id = d.session_id join metadata.labs l on l.id = s.lab_id where l.name = 'closedlab')",
            "delete from metadata.sessions where lab_id in (select id from metadata.labs where name = 'closedlab')",
            "delete from metadata.subject_owners where subject_id in (select u.id from metadata.subjects u join metadata.labs l on l.id = u.lab_id where l.name = 'closedlab')",
            "delete from metadata.subjects where lab_id in (select id from metadata.labs where name = 'closedlab')",
            "delete from metadata.locations where lab_id in (select id from metadata.labs where name = 'closedlab')",
        ):  # fmt: skip
            await tx._connection.execute(statement)
    after = [await _count(house, *one) for one in queries]
    assert made
    assert [(query, b, a) for query, b, a in zip(queries, before, after, strict=True) if b != a] == []
    assert {200} == {status for status, _ in before}


def _probes():
    """Every path of up to three steps from the records that everybody sees, ending in whether there is anything."""
    for start in (
        "tags",
        "projects",
        "procedures",
        "dataset-types",
        "data-repository",
        "sessions",
        "subjects",
        "users",
    ):
        node = next(one for one in GRAPH.nodes() if one.resource.path == start)
        for first, one in node.relations.items():
            yield start, f"{first}__isnull,False"
            for second, two in one.target.relations.items():
                yield start, f"{first}__{second}__isnull,True"
                if start in ("tags", "projects", "sessions"):
                    for third in two.target.relations:
                        yield start, f"~{first}__{second}__{third}__isnull,True"


async def _count(house, path, text):
    answer = await house.member.get(f"/{path}", params={"django": text, "limit": "1"})
    return answer.status_code, answer.json().get("count")


JUNK = st.one_of(
    st.sampled_from(["None", "True", "7", "1.5", "99999999999999999999", "2020-01-07", "0001-01-01", "['a','b']", "(1,2)", '{"a":1}', "(", "[[", "a*+", "%", "é"]),
    st.uuids().map(str), st.text(max_size=12),
)  # fmt: skip
LOOK_UP = st.tuples(
    st.sampled_from(["", "~"]),
    st.integers(0, 2**30),
    st.integers(0, 3),
    st.sampled_from([*OPERATORS, *TRANSFORMS]),
    JUNK,
)


def _walk(resource, one):
    """Write a look-up along steps that exist, so that most of them reach the database."""
    negated, seed, steps, last, value = one
    node, parts = next(node for node in GRAPH.nodes() if node.resource is resource), []
    for _ in range(steps):
        if not node.relations:
            break
        name = sorted(node.relations)[seed % len(node.relations)]
        parts.append(name)
        node, seed = node.relations[name].target, seed // 7
    leaf = sorted(node.leaves)[seed % len(node.leaves)]
    return f"{negated}{'__'.join([*parts, leaf, last])},{value}"


@pytest.mark.parametrize("path", ["sessions", "datasets", "subjects"])
async def test_whatever_is_asked_nothing_breaks_and_nothing_hidden_shows(shelf, path):
    house, *_ = shelf
    resource = next(node.resource for node in GRAPH.nodes() if node.resource.path == path)
    asked: list[str] = []

    @settings(max_examples=70, database=None, derandomize=True, deadline=None)
    @given(st.lists(LOOK_UP, min_size=1, max_size=3))
    def collect(several):
        asked.append(",".join(_walk(resource, one) for one in several))

    collect()
    reached = 0
    for text in asked:
        answer = await house.member.get(f"/{path}", params={"django": text})
        assert answer.status_code in (200, 400), (text, answer.text)
        assert "hidden" not in answer.text.replace(text, ""), text
        if answer.status_code == 200:
            reached += 1
            assert not any(one.get("lab") == "closedlab" for one in answer.json()["results"]), text
            assert answer.json()["count"] == len(answer.json()["results"]), text
        else:
            assert list(answer.json()) == ["django", "status_code"], (text, answer.text)
    assert reached > 5
