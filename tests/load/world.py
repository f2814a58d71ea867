"""A generated catalogue of realistic shape, written straight into the tables by COPY.

12 labs, 200 animals, 16,000 sessions, 25 datasets each on average (training 21, biased 25, ephys 49), two records per
dataset on two repositories. ``times=10`` multiplies animals, people and everything that they do, not the labs.
"""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from tests.load import notebook

LABS = ("angelakilab", "churchlandlab", "cortexlab", "danlab", "hoferlab", "mainenlab", "mrsicflogellab",
        "steinmetzlab", "wittenlab", "zadorlab", "churchlandlab_ucla", "rigorlab")  # fmt: skip
PROJECTS = ("ibl_neuropixel_brainwide_01", "ibl_behaviour", "ibl_mainenlab", "photometry", "serotonin", "widefield",
            "churchlandlab_learning", "carandiniharris", "optogenetics", "practice")  # fmt: skip
PROCEDURES = ("Behavior training/tasks", "Ephys recording with acute probe(s)", "Imaging", "Handling", "Water control")
TASK, TYPE = "alf", "raw_behavior_data"
TRAINING = [
    *((TASK, f"_ibl_trials.{name}.npy") for name in (
        "intervals", "choice", "contrastLeft", "contrastRight", "feedbackType", "feedback_times", "goCue_times",
        "probabilityLeft", "response_times", "rewardVolume", "stimOn_times")),
    *((TASK, f"_ibl_wheel.{name}.npy") for name in ("position", "timestamps")),
    *((TASK, f"_ibl_wheelMoves.{name}.npy") for name in ("intervals", "peakAmplitude")),
    (TYPE, "_iblrig_taskData.raw.jsonable"), (TYPE, "_iblrig_taskSettings.raw.json"),
    (TYPE, "_iblrig_encoderPositions.raw.ssv"), (TYPE, "_iblrig_encoderEvents.raw.ssv"),
    (TYPE, "_iblrig_ambientSensorData.raw.jsonable"),
    ("raw_video_data", "_iblrig_leftCamera.raw.mp4"),
]  # fmt: skip
BIASED = [*TRAINING, ("raw_video_data", "_iblrig_leftCamera.timestamps.ssv"), (TASK, "_ibl_leftCamera.times.npy"),
          (TASK, "_ibl_leftCamera.dlc.pqt"), (TASK, "licks.times.npy")]  # fmt: skip
PROBE = ("spikes.times.npy", "spikes.clusters.npy", "spikes.amps.npy", "spikes.depths.npy", "clusters.channels.npy",
         "clusters.depths.npy", "clusters.amps.npy", "clusters.waveforms.npy", "channels.rawInd.npy",
         "channels.localCoordinates.npy", "spikes.templates.npy", "templates.waveforms.npy")  # fmt: skip
EPHYS = [*BIASED, *((f"alf/probe{probe:02d}", name) for probe in (0, 1) for name in PROBE)]
KINDS = ((0.6, "_iblrig_tasks_trainingChoiceWorld6.4.2", TRAINING), (0.9, "_iblrig_tasks_biasedChoiceWorld6.5.0", BIASED),
         (1.0, "_iblrig_tasks_ephysChoiceWorld6.5.1", EPHYS))  # fmt: skip
FIRST = datetime(2018, 3, 1, tzinfo=UTC)
DAYS = 2000
SESSIONS, SUBJECTS, USERS = 16_000, 200, 48
MISSING = 0.03
"""Share of datasets that no shared repository has yet."""
BATCH = 4_000
TABLES = ("sessions", "session_users", "session_projects", "session_procedures", "datasets", "file_records")


def minted(moment: datetime, serial: int) -> UUID:
    """Make an id as ours are: in the order of its time, and calling itself version 4."""
    millis = int(moment.timestamp() * 1000)
    tail = (serial >> 12 & 0xFFF) << 64 | 2 << 62 | serial * 0x9E3779B97F4A7C15 & (1 << 62) - 1
    return UUID(int=millis << 80 | 4 << 76 | tail)


class World:
    """Rows of every table, made in the order of their foreign keys from one seed."""

    def __init__(self, times: int, kinds_of: Callable[[str], tuple[UUID, UUID]]) -> None:
        self.random = random.Random(20_200_101)
        self.times, self.kinds_of, self._serial = times, kinds_of, 0

    def _id(self, moment: datetime = FIRST) -> UUID:
        self._serial += 1
        return minted(moment, self._serial)

    def people(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield the small tables: labs, users, projects, procedures, animals, repositories."""
        self.labs = [{"id": self._id(), "name": name, "timezone": "Europe/London"} for name in LABS]
        yield "metadata.labs", self.labs
        self.users = [{"id": self._id(), "username": f"user{n:03d}"} for n in range(USERS * self.times)]
        yield "metadata.users", self.users
        homes = [(user, self.labs[n % len(LABS)]) for n, user in enumerate(self.users)]
        yield "metadata.lab_roles", [{"user_id": u["id"], "lab_id": lab["id"], "role": "member"} for u, lab in homes]
        self.users_of = {lab["id"]: [u["id"] for u, home in homes if home is lab] for lab in self.labs}
        self.projects = [{"id": self._id(), "name": name} for name in PROJECTS]
        yield "metadata.projects", self.projects
        self.procedures = [{"id": self._id(), "name": name} for name in PROCEDURES]
        yield "metadata.procedures", self.procedures
        self.locations = [
            {"id": self._id(), "name": f"_iblrig_{lab['name']}_0", "lab_id": lab["id"]} for lab in self.labs
        ]
        yield "metadata.locations", self.locations
        self.subjects = [
            {"id": self._id(), "nickname": f"{self.labs[n % len(LABS)]['name'][:2].upper()}_{n:04d}",
             "lab_id": self.labs[n % len(LABS)]["id"]} for n in range(SUBJECTS * self.times)
        ]  # fmt: skip
        yield "metadata.subjects", self.subjects
        self.repositories = [
            {"id": self._id(), "name": "flatiron", "hostname": "ibl.example.org", "globus_is_personal": False,
             "data_url": "https://ibl.example.org/public/", "managed": False, "bucket": None},
            {"id": self._id(), "name": "lab_server", "hostname": "server.lab", "globus_is_personal": True, "data_url": None,
             "managed": False, "bucket": None},
        ]  # fmt: skip
        yield "files.repositories", self.repositories
        yield (
            "files.lab_repositories",
            [{"lab_id": lab["id"], "repository_id": each["id"]} for lab in self.labs for each in self.repositories],
        )

    def work(self) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """Yield batches of sessions and of what hangs on them, in the order in which they were recorded."""
        total = SESSIONS * self.times
        per_subject = total // len(self.subjects)
        batches: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        places = []
        for n, subject in enumerate(self.subjects):
            # an animal works for about four months; sessions of all animals are made in the order of their time
            first = FIRST + timedelta(days=(n * (DAYS - 130)) // len(self.subjects))
            places += [
                (first + timedelta(days=k + k // 2, hours=9 + n % 8, minutes=k % 60), n, subject)
                for k in range(per_subject)
            ]
        places.sort(key=lambda place: place[:2])
        for number, (start, _n, subject) in enumerate(places):
            self._session(batches, number, start, subject)
            if len(batches["sessions"]) * 25 >= BATCH or number == total - 1:
                for name in TABLES:
                    yield name, batches[name]
                    batches[name] = []

    def _session(
        self, batches: dict[str, list[tuple[Any, ...]]], number: int, start: datetime, subject: dict[str, Any]
    ) -> None:
        random_ = self.random
        share = random_.random()
        _, protocol, files = next(kind for kind in KINDS if share < kind[0])
        session, lab, naive = self._id(start), subject["lab_id"], start.replace(tzinfo=None)
        place = LABS.index(next(each["name"] for each in self.labs if each["id"] == lab))
        trials = random_.randrange(200, 1200)
        details = {"IS_MOCK": False, "SESSION_NUMBER": 1, "POOP_COUNT": random_.randrange(9), "PYBPOD_BOARD": "_iblrig_0",
                   "SUBJECT_WEIGHT": round(random_.uniform(17, 30), 1), "IBLRIG_VERSION": protocol[-5:]}  # fmt: skip
        checks = {f"_task_{name}": round(random_.random(), 4) for name in (
            "stimOn_delays", "goCue_delays", "response_feedback_delays", "wheel_integrity", "reward_volumes", "n_trial_events")}  # fmt: skip
        batches["sessions"].append((
            session, subject["id"], lab, self.locations[place]["id"], naive, naive + timedelta(minutes=trials // 12), 1,
            "Experiment", protocol, "", trials, int(trials * random_.uniform(0.5, 0.95)),
            random_.choice((0, 10, 10, 10, 30, 40)), checks, details, start,
        ))  # fmt: skip
        users = random_.sample(self.users_of[lab], 2 if random_.random() < 0.2 else 1)
        batches["session_users"] += [(session, user) for user in users]
        chosen = self.projects[0 if random_.random() < 0.6 else random_.randrange(1, len(self.projects))]
        batches["session_projects"].append((session, chosen["id"]))
        procedures = self.procedures[:2] if files is EPHYS else self.procedures[:1]
        batches["session_procedures"] += [(session, each["id"]) for each in procedures]
        self._files(batches, session, start, f"{subject['nickname']}/{start:%Y-%m-%d}/001", users[0], files)

    def _files(
        self, batches: dict[str, list[tuple[Any, ...]]], session: UUID, start: datetime, folder: str, user: UUID,
        files: Iterable[tuple[str, str]],
    ) -> None:  # fmt: skip
        made = start + timedelta(hours=3)
        public, private = (each["id"] for each in self.repositories)
        for collection, name in files:
            dataset, (type_id, format_id) = self._id(made), self.kinds_of(name)
            shared = self.random.random() >= MISSING
            batches["datasets"].append((
                dataset, session, collection, name, type_id, format_id, user, made, made,
                self.random.randrange(1_000, 60_000_000), f"{self.random.getrandbits(128):032x}", "2.1.0", True,
                self.random.choice((0, 0, 0, 10, 10, 30)), shared,
            ))  # fmt: skip
            path = f"{folder}/{collection}/{name}"
            batches["file_records"].append((self._id(made), dataset, public, path, shared, shared, made))
            batches["file_records"].append((self._id(made), dataset, private, path, True, True, made))


COLUMNS = {
    "sessions": ("id", "subject_id", "lab_id", "location_id", "start_time", "end_time", "number", "type", "task_protocol",
                 "narrative", "n_trials", "n_correct_trials", "qc", "extended_qc", "json", "auto_datetime"),
    "session_users": ("session_id", "user_id"),
    "session_projects": ("session_id", "project_id"),
    "session_procedures": ("session_id", "procedure_id"),
    "datasets": ("id", "session_id", "collection", "name", "dataset_type_id", "data_format_id", "created_by_id",
                 "created_datetime", "auto_datetime", "file_size", "hash", "version", "default_dataset", "qc", "servable"),
    "file_records": ("id", "dataset_id", "repository_id", "relative_path", "exists", "declared", "created_at"),
}  # fmt: skip
SCHEMA = {name: "files" if name in ("datasets", "file_records") else "metadata" for name in TABLES}


async def fill(url: str, times: int, say: Callable[[str], None]) -> None:
    """Fill an empty, migrated database. ``url`` must be a superuser's: triggers and foreign keys rest meanwhile."""
    started = time.monotonic()
    connection = await asyncpg.connect(url)
    try:
        # COPY is binary: a jsonb travels as its version and its text
        await connection.set_type_codec(
            "jsonb", encoder=_binary_json, decoder=bytes, schema="pg_catalog", format="binary"
        )
        # what is written is whole by construction; 400,000 key checks would only be slower
        await connection.execute(
            "set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'"
        )
        world = World(times, await _kinds(connection))
        for table, rows in world.people():
            await _copy(connection, table, list(rows[0]), [tuple(row.values()) for row in rows])
        async with _without_indices(connection):
            for name, rows in world.work():
                await _copy(connection, f"{SCHEMA[name]}.{name}", COLUMNS[name], rows)
        await notebook.complete(connection, times)
        say(f"rows written after {time.monotonic() - started:.0f} s")
        await connection.execute("analyze")
        await connection.execute("vacuum")  # sets the visibility map, as autovacuum does on a living catalogue
    finally:
        await connection.close()
    say(f"{SESSIONS * times:,} sessions ready after {time.monotonic() - started:.0f} s")


async def _copy(
    connection: asyncpg.Connection, table: str, columns: Iterable[str], rows: list[tuple[Any, ...]]
) -> None:
    schema, name = table.split(".")
    await connection.copy_records_to_table(name, schema_name=schema, columns=list(columns), records=rows)


def _binary_json(value: Any) -> bytes:
    return b"\x01" + json.dumps(value).encode()


async def _kinds(connection: asyncpg.Connection) -> Callable[[str], tuple[UUID, UUID]]:
    """Return which type and format a file name is of, by the rules that registration itself uses."""
    from bregma_files.dataset_types.service import MATCHERS
    from bregma_kit.db import ReadTx

    matcher = await MATCHERS.get(ReadTx(connection))
    return lambda name: (matcher.type_of(name), matcher.format_of(name))


@asynccontextmanager
async def _without_indices(connection: asyncpg.Connection) -> Any:
    """Make the indices of the large tables after their rows; primary keys stay."""
    rows = await connection.fetch(
        "select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as text from pg_index i "
        "join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace "
        "where not i.indisprimary and n.nspname || '.' || c.relname = any($1)",
        [f"{SCHEMA[name]}.{name}" for name in TABLES],
    )
    for row in rows:
        await connection.execute(f"drop index {row['name']}")
    yield
    for row in rows:
        await connection.execute(row["text"])


def day(offset: int) -> date:
    """Return a day of the catalogue's life."""
    return (FIRST + timedelta(days=offset)).date()
