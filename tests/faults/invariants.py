"""What must hold of an installation at any moment, whatever was killed: looked up past the code under test.

Reads the tables and the objects themselves, never a function of the services.
"""

import hashlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import httpx
import psycopg
from botocore.exceptions import ClientError
from psycopg.rows import dict_row

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Row = dict[str, Any]
Facts = tuple[int, str, str]
RECORDS = """
select f.id, f.exists, f.declared, f.object_key, f.verified_at, f.relative_path, f.dataset_id, r.bucket, r.managed,
       r.globus_is_personal as personal, d.hash, d.sha256, d.file_size, d.name, d.servable, s.withdrawn_at,
       s.subject || '/' || s.date || '/' || lpad(s.number::text, 3, '0') || '/'
         || coalesce(nullif(d.collection, '') || '/', '') || coalesce('#' || v.name || '#/', '') || d.name as place
from files.file_records f join files.repositories r on r.id = f.repository_id
join files.datasets d on d.id = f.dataset_id
left join files.revisions v on v.id = d.revision_id left join catalog.sessions s on s.id = d.session_id
"""
UPLOADS = """
select u.id, u.state, u.object_key, u.md5, u.sha256, u.size, u.dataset_id, r.bucket,
       exists (select from jobs.procrastinate_jobs j where j.status in ('todo', 'doing')
               and j.args -> 'uploads' ? u.id::text) as has_job
from files.uploads u join files.repositories r on r.id = u.repository_id
"""
DATASETS = """
select d.id, d.servable, d.name, coalesce(bool_or(f.exists and not r.globus_is_personal), false) as should
from files.datasets d left join files.file_records f on f.dataset_id = d.id
left join files.repositories r on r.id = f.repository_id
group by d.id
"""
DOUBLES = """
select session_id, collection, name, revision_id, count(*) from files.datasets where session_id is not null
group by 1, 2, 3, 4 having count(*) > 1
"""
FAILED = "select id, task_name, args from jobs.procrastinate_jobs where status in ('failed', 'cancelled', 'aborted')"


class Objects:
    """Size and hashes of a store's objects, as they are now; an object that did not change is not read again."""

    def __init__(self, s3: "S3Client") -> None:
        self.s3 = s3
        self._known: dict[tuple[Any, ...], Facts] = {}
        self._listed: dict[tuple[str, str], tuple[Any, ...]] = {}

    def look(self, buckets: set[str]) -> None:
        """See which objects there are."""
        self._listed.clear()
        for bucket in buckets:
            for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for one in page.get("Contents", []):
                    state = (bucket, one["Key"], one["ETag"], one["Size"], one["LastModified"])
                    self._listed[bucket, one["Key"]] = state

    def read(self, bucket: str, key: str) -> Facts | None:
        """Return size, MD5 and SHA-256 of an object, None if there is none."""
        state = self._listed.get((bucket, key))
        if state is None:
            return None
        if state not in self._known:
            data = self._get(bucket, key)
            md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
            self._known[state] = (len(data), md5, hashlib.sha256(data).hexdigest())
        return self._known[state]

    def _get(self, bucket: str, key: str) -> bytes:
        """Read, with patience: a store that was just started lists an object for a moment before it can give it."""
        for _ in range(40):
            try:
                return bytes(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                    raise
            time.sleep(0.25)
        raise AssertionError(f"the store does not give {key}")


def violations(database_url: str, objects: Objects, api: httpx.Client | None = None) -> list[str]:
    """Return a sentence for each thing that is not as it must be; with a client also what the API serves."""
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        connection.execute("set transaction isolation level repeatable read")
        records = connection.execute(RECORDS).fetchall()
        uploads = connection.execute(UPLOADS).fetchall()
        datasets = connection.execute(DATASETS).fetchall()
        doubles = connection.execute(DOUBLES).fetchall()
        failed = connection.execute(FAILED).fetchall()
    objects.look({one["bucket"] for one in [*records, *uploads] if one["bucket"]})
    found = [*_of_records(records, objects), *_of_uploads(uploads, objects)]
    found += [
        f"dataset {one['name']} ({one['id']}): servable is {one['servable']}, its records say {one['should']}"
        for one in datasets
        if one["servable"] != one["should"]
    ]
    found += [f"two datasets of one place: {one}" for one in doubles]
    found += [f"a job was given up: {one}" for one in failed]
    if api is not None:
        served = list(_served(datasets, api))
        with psycopg.connect(database_url, row_factory=dict_row) as connection:
            later = connection.execute(RECORDS).fetchall()  # workers go on while we look
        found += _of_answers(served, _verified(records), _verified(later))
    return found


def _of_records(records: list[Row], objects: Objects) -> Iterator[str]:
    for one in records:
        what = f"record {one['relative_path']} ({one['id']})"
        if not one["managed"]:
            continue
        if one["declared"]:
            yield f"{what}: declared, on a managed repository"
        if one["place"] is not None and one["withdrawn_at"] is None and one["relative_path"] != one["place"]:
            yield f"{what}: its session's folder says {one['place']}"
        if not one["exists"]:
            continue
        if one["object_key"] is None or one["verified_at"] is None:
            yield f"{what}: exists, and was never verified"
            continue
        wanted = (one["file_size"], one["hash"], one["sha256"])
        is_there = objects.read(one["bucket"], one["object_key"])
        if is_there != wanted:
            yield f"{what}: exists as {wanted}, but its object is {is_there}"


def _of_uploads(uploads: list[Row], objects: Objects) -> Iterator[str]:
    for one in uploads:
        what = f"upload {one['id']} ({one['state']})"
        if one["state"] in ("received", "verifying") and not one["has_job"]:
            yield f"{what}: no job will ever verify it"
        if one["state"] in ("received", "verifying", "verified"):
            is_there = objects.read(one["bucket"], one["object_key"])
            if is_there is None or is_there[:2] != (one["size"], one["md5"]):
                yield f"{what}: acknowledged as {one['size']} bytes of {one['md5']}, but its object is {is_there}"
            elif one["sha256"] is not None and is_there[2] != one["sha256"]:
                yield f"{what}: its object has another SHA-256"


def _verified(records: list[Row]) -> dict[str, set[str | None]]:
    """Return the paths of the objects that may be served, by dataset."""
    paths: dict[str, set[str | None]] = {}
    for one in records:
        if one["exists"] and one["managed"] and not one["personal"] and one["withdrawn_at"] is None:
            paths.setdefault(str(one["dataset_id"]), set()).add(f"/{one['bucket']}/{one['object_key']}")
    return paths


def _served(datasets: list[Row], api: httpx.Client) -> Iterator[tuple[str, str, str | None]]:
    """Return what is served: (dataset, name, path of the object)."""
    ids = [str(one["id"]) for one in datasets]
    for start in range(0, len(ids), 1000):
        answer = api.post("/signed-urls", json={"datasets": ids[start : start + 1000]})
        answer.raise_for_status()
        for one in answer.json()["urls"]:
            yield one["dataset"], one["name"], None if one["url"] is None else unquote(urlsplit(one["url"]).path)


def _of_answers(
    served: list[tuple[str, str, str | None]], before: dict[str, set[str | None]], after: dict[str, set[str | None]]
) -> Iterator[str]:
    """What is served is the verified object of the very dataset, before or after it was asked for, and nothing else."""
    for dataset, name, path in served:
        wanted = before.get(dataset, {None}) | after.get(dataset, {None})
        if path not in wanted:
            yield f"dataset {name} ({dataset}): {path} is served, verified is {wanted}"
