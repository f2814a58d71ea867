"""Every filter of every list, as the OpenAPI document names them, and the `django=` forms that scripts send."""

import os
import statistics
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from tests.load.house import Bench
from tests.load.report import Row
from tests.load.wire import Refused, Wire, percentile

BANDS = ((250, 4.0), (2_000, 8.0), (float("inf"), 8.0))
"""Most matches → target of the median (ms); broad ones may take as long as counting their matches takes besides."""
COUNTING_MS = 0.001
"""What a match may cost beside the first page (ms): one microsecond."""
ATLAS_MS = 20.0
PAGING = {"limit", "offset", "ordering", "page"}

GIVEN: dict[str, str] = {
    "/subjects json": "a,1", "/subjects reduced": "True", "/subjects cage": "C3", "/subjects genotype": "allele 3", "/subjects stock": "True",
    "/subjects water_restricted": "True", "/subjects alive": "True", "/subjects project": "ibl_behaviour",
    "/subjects projects": "ibl_behaviour", "/subjects to_be_culled": "True", "/subjects to_be_genotyped": "True", "/subjects genotype_test": "1",
    "/sessions projects": "brainwide", "/sessions project": "brainwide", "/sessions procedures": "acute",
    "/sessions dataset_types": "spikes.times,spikes.clusters", "/sessions datasets": "spikes.times.npy",
    "/sessions dataset_qc_lte": "WARNING", "/sessions servable_only": "True", "/sessions servable": "True", "/sessions performance_gte": "90",
    "/sessions performance_lte": "55", "/sessions qc": "WARNING", "/sessions tag": "2022_Q1", "/sessions extended_qc": "_task_n_trial_events__gte,0.99",
    "/sessions json": "IBLRIG_VERSION,6.5.1", "/sessions histology": "True", "/sessions task_protocol": "ephys",
    "/sessions date_range": "2019-03-01,2019-03-20", "/sessions users": "user003",
    "/insertions dataset_types": "spikes.times,spikes.clusters", "/insertions datasets": "spikes.times.npy",
    "/insertions dataset_qc_lte": "WARNING", "/insertions tag": "2022_Q1", "/insertions project": "brainwide", "/insertions task_protocol": "ephys",
    "/datasets dataset_type": "spikes.times", "/datasets exists": "False", "/datasets public": "True", "/datasets protected": "True",
    "/datasets tag": "2022_Q1_release", "/datasets tags": "2022_Q1_release", "/datasets qc": "WARNING", "/datasets name": "_ibl_trials.choice.npy",
    "/datasets default_dataset": "True", "/datasets created_date": "2019-03-03", "/datasets created_date_gte": "2023-06-01",
    "/datasets created_date_lte": "2018-04-01", "/datasets created_by": "user003", "/datasets data_format": "npy", "/datasets revision": "",
    "/files exists": "False", "/files data_repository": "flatiron", "/files globus_is_personal": "True", "/files lab": "cortexlab",
    "/trajectories provenance": "Ephys aligned histology track", "/trajectories project": "ibl_behaviour", "/trajectories probe": "probe00",
    "/channels lateral": "11", "/tasks status": "Waiting", "/colony-sessions line": "Line 3", "/colony-sessions genotype": "allele 3 +/+",
    "/colony-sessions age_weeks": "20,24", "/colony-sessions weight_pct": "80,90", "/colony-sessions dataset_types": "spikes.times",
    "/colony-sessions project": "ibl_behaviour", "/colony-sessions date_range": "2019-03-01,2019-03-20", "/colony-sessions task_protocol": "ephys",
    "/weighings date_range": "2019-03-01,2019-03-20", "/water-administrations date_range": "2019-03-01,2019-03-20",
    "/water-restriction date_range": "2019-03-01,2019-03-20", "/surgeries date_range": "2019-03-01,2019-03-20",
    "/brain-regions ancestors": "CA1", "/brain-regions descendants": "CA1", "/brain-regions parent": "1089", "/trajectories coordinate_system": "",
    "/data-notices dataset_tag": "2022_Q1_release", "/fov-location brain_region": "385", "/fields-of-view dataset_types": "trials.intervals",
    "/fields-of-view datasets": "_ibl_trials.intervals.npy", "/fields-of-view project": "brainwide", "/downloads json": "a,1",
    "/downloads dataset_type": "spikes.times", "/downloads dataset": "spikes.times",
}  # fmt: skip
ANYWHERE = {"lab": "cortexlab", "atlas_acronym": "CA1", "atlas_id": "385", "atlas_name": "Hippocampal", "experiment_number": "1", "users": "user003",
            "project": "ibl_behaviour", "procedure": "Handling"}  # fmt: skip
DJANGO: dict[str, list[str]] = {
    "/sessions": [
        "start_time__week_day,3,subject__sex,M", "subject__nickname__icontains,CO_00,n_trials__gte,900",
        "lab__name,cortexlab,start_time__date__lt,2018-06-01", "data_dataset_session_related__dataset_type__name,spikes.times,lab__name,danlab",
        "~data_dataset_session_related__dataset_type__name__icontains,wheel", "projects__name__icontains,brainwide,qc__lt,30",
        "data_dataset_session_related__tags__name,2022_Q1_release", "probe_insertion__json__extended_qc__alignment_resolved,True",
        "probe_insertion__isnull,False", "subject__actions_sessions__procedures__name,Handling",
        "data_dataset_session_related__file_records__data_repository__name,flatiron,start_time__year,2019,start_time__month,5",
        "extended_qc___task_n_trial_events__gte,0.99", "json__IS_MOCK,False,number,1", "json__has_key,POOP_COUNT",
        "wateradmin_session_related__water_administered__gt,1.35", "tasks__status,40", "users__username,user003", "users__username__in,['user003','user004']",
        "task_protocol__regex,ephys.*6.5,lab__name__in,['cortexlab','danlab']", "narrative__icontains,moved",
        "probe_insertion__trajectory_estimate__channels__brain_region__acronym,CA1", "field_of_view__isnull,False",
    ],
    "/datasets": [
        "session__subject__nickname__startswith,CO_00,name__icontains,spikes.times", "file_records__exists,False,session__lab__name,cortexlab",
        "tags__name,2022_Q1_release,dataset_type__name,spikes.times", "collection__iendswith,probe00,session__start_time__date,2019-03-03",
        "session__isnull,True", "revision__isnull,False", "file_size__gt,59900000", "~default_dataset,True", "qc__gte,30,dataset_type__name,licks.times",
    ],
    "/insertions": [
        "session__subject__nickname__startswith,CO", "session__projects__name__icontains,brainwide,session__qc__lt,50",
        "json__extended_qc__alignment_count__gt,2", "datasets__name__icontains,spikes.times", "~json__qc,FAIL",
        "session__data_dataset_session_related__tags__name,2022_Q1_release", "trajectory_estimate__provenance__gte,70",
        "trajectory_estimate__channels__brain_region__acronym__in,['CA1','DG']",
    ],
    "/trajectories": ["probe_insertion__session__lab__name,cortexlab,provenance,70", "channels__brain_region__acronym,CA1", "x__lt,-2900"],
    "/channels": ["trajectory_estimate__probe_insertion__session__lab__name,cortexlab", "brain_region__acronym,CA1", "axial__lt,100,lateral,11"],
    "/tasks": ["session__lab__name__in,cortexlab", "status__in,[20,30],session__lab__name,danlab", "session__subject__nickname__startswith,CO", "~status,60"],
    "/files": ["dataset__session__lab__name,cortexlab,exists,False", "data_repository__globus_is_personal,False,exists,False",
               "relative_path__startswith,CO_0002/2018-03"],
    "/subjects": ["actions_sessions__task_protocol__icontains,ephys", "lab__name,cortexlab,sex,M", "birth_date__year,2018", "line__name__icontains,Line 3"],
    "/notes": ["text__icontains,moved", "user__username,user003", "content_type,session,date_time__year,2019"],
    "/weighings": ["weight__lt,18.2", "subject__lab__name,cortexlab,date_time__date,2019-03-03"],
    "/water-administrations": ["session__isnull,False,water_administered__gte,1.4", "subject__lab__name,cortexlab"],
    "/surgeries": ["subject__lab__name,cortexlab", "procedures__name,Handling,start_time__year,2019"],
}  # fmt: skip


@dataclass
class Form:
    """One form of a query and what it cost."""

    path: str
    matches: int
    took: list[float]

    @property
    def p50(self) -> float:
        return statistics.median(self.took) * 1e3

    @property
    def by_region(self) -> bool:
        return "atlas_" in self.path or "brain_region" in self.path

    @property
    def target(self) -> float:
        usual = ATLAS_MS if self.by_region else next(target for most, target in BANDS if self.matches <= most)
        return usual + (self.matches * COUNTING_MS if self.matches > BANDS[1][0] else 0)


def _record(wire: Wire, path: str) -> tuple[int, dict[str, Any]]:
    page = orjson.loads(wire.get(f"{path}?limit=1"))
    if page["count"] > 1:
        page = orjson.loads(wire.get(f"{path}?limit=1&offset={page['count'] // 3}"))
    return page["count"], page["results"][0] if page["results"] else {}


def _value(path: str, name: str, record: dict[str, Any]) -> str | None:
    """Return a value that is worth asking for: one said above, or one that a record of the list has."""
    given = GIVEN.get(f"{path} {name}", ANYWHERE.get(name))
    if given is not None:
        return given or None
    value = record.get(name)
    if isinstance(value, list) and value and isinstance(value[0], str):
        value = value[0]
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def _session_of(wire: Wire) -> dict[str, str]:
    """Return the keys that records do not carry under the filter's name: those of one insertion's session."""
    insertion = orjson.loads(wire.get("/insertions?limit=1&offset=100"))["results"][0]
    info = insertion["session_info"]
    return {"session": insertion["session"], "probe_insertion": insertion["id"], "subject": info["subject"], "nickname": info["subject"],
            "date": info["start_time"][:10]}  # fmt: skip


def _forms(wire: Wire) -> tuple[list[str], list[str]]:
    """Return every form of query, and which filters nothing in the catalogue has a value for."""
    document = orjson.loads(wire.get("/api/schema"))
    known = _session_of(wire)
    asked, left = [], []
    for path, operations in document["paths"].items():
        names = [one["name"] for one in operations.get("get", {}).get("parameters", []) if one.get("in") == "query"]
        if "{" in path or "offset" not in names or path == "/uploads":
            continue
        count, record = _record(wire, path)
        asked += [f"{path}?limit=250", *([f"{path}?limit=250&offset={count - 250}"] if count > 500 else [])]
        for name in names:
            if name in PAGING or name == "django":
                continue
            value = _value(path, name, {**known, **record})
            if value is None:
                left.append(f"{path} {name}")
            else:
                asked.append(f"{path}?{urlencode({name: value, 'limit': 250})}")
        asked += [f"{path}?django={quote(each)}&limit=250" for each in DJANGO.get(path, [])]
    return asked, left


def _measure(wire: Wire, path: str, rounds: int) -> Form:
    for _ in range(3):  # the statement is compiled, and planned on the connections that the process keeps
        count = orjson.loads(wire.get(path))["count"]
    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        wire.get(path)
        took.append(time.perf_counter() - begin)
    return Form(path, count, took)


def filters(bench: Bench) -> list[Row]:
    """Measure each filter by itself with its first page, the last pages, and the `django=` forms in the wild."""
    with bench.serve(bench.catalogue(1)) as house:
        wire = house.wire()
        asked, left = _forms(wire)
        forms, refused = [], []
        for path in asked:
            try:
                forms.append(_measure(wire, path, 5 if bench.quick else 15))
            except Refused as no:
                refused.append(str(no))
                wire = house.wire()
    if refused:
        raise RuntimeError("\n".join(["queries that are not served:", *refused]))
    forms.sort(key=lambda one: one.p50 / one.target, reverse=True)
    for form in forms[: int(os.environ.get("BENCH_SLOWEST", "10"))]:
        bench.say(f"{form.p50:8.1f} ms of {form.target:.1f}  {form.matches:>8,} matches  {form.path}")
    bench.say(f"no value in the catalogue for {len(left)} filters: {', '.join(left)}")
    return [_row(name, chosen) for name, chosen in _groups(forms).items() if chosen]


def _groups(forms: list[Form]) -> dict[str, list[Form]]:
    deep = [one for one in forms if "&offset=" in one.path]
    atlas = [one for one in forms if one not in deep and one.by_region]
    rest = [one for one in forms if one not in deep and one not in atlas]
    sessions = [one for one in rest if one.path.startswith("/sessions?")]
    others = [one for one in rest if one not in sessions]
    return {
        "filters of sessions": sessions,
        "filters by brain region": atlas,
        "filters of other lists, up to 2,000 matches": [one for one in others if one.matches <= BANDS[1][0]],
        "filters of other lists, broad": [one for one in others if one.matches > BANDS[1][0]],
        "last page of a list": deep,
    }


def _row(name: str, forms: list[Form]) -> Row:
    worst = max(forms, key=lambda one: one.p50 / one.target)
    over = [one for one in forms if one.p50 > one.target]
    middles = [one.p50 for one in forms]
    said = (
        "p50 <= 20 ms"
        if forms[0].by_region
        else "p50 <= 4 ms up to 250 matches, 8 ms up to 2,000, broader 8 ms and 1 µs a match"
    )
    return Row(
        "filters", f"{name}: {len(forms)} forms of queries", said,
        f"p50 {statistics.median(middles):.1f} ms in the median, {percentile(middles, 0.9):.1f} ms of nine in ten, {max(middles):.1f} ms at most",
        f"{len(over)} past it; the furthest: {worst.p50:.1f} ms for {worst.matches:,} matches of `{worst.path.partition('&limit')[0]}`",
        not over if "other lists" not in name else None, {"forms": [(one.path, one.matches, one.p50) for one in forms]},
    )  # fmt: skip
