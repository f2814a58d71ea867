"""Make plans: each night of each lab, when a dataset becomes verified, and on demand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from bregma_files import api as files
from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import Database, ReadTx, WriteTx
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.jobs import defer

from bregma_transfer.movements import service as movements
from bregma_transfer.movements.domain import OPEN, State
from bregma_transfer.plans import store
from bregma_transfer.plans.domain import AT_ONCE, Held, Planner, Rule, Wanted, night_of
from bregma_transfer.plans.schemas import TransferPlanRequest
from bregma_transfer.rules import service as rules
from bregma_transfer.sources import service as sources
from bregma_transfer.sources.domain import STORE

log = structlog.get_logger("transfer")
PLAN_NIGHT, CONSIDER = "transfer.plan_night", "transfer.consider"
SESSIONS_AT_ONCE = 500
LOOKED_BACK = timedelta(minutes=10)
"""How far a tick looks for what was declared outside; a night finds what it missed."""


@dataclass(slots=True)
class Plan:
    """What was found missing."""

    looked_at: int = 0
    made: int = 0
    files: Counter[UUID] = field(default_factory=Counter)
    bytes: Counter[UUID] = field(default_factory=Counter)


def _rule(row: asyncpg.Record) -> Rule:
    return Rule(
        row["id"], row["target_id"], row["dataset_type"], row["lab_id"], row["project_id"], row["source_id"],
        row["minimum_copies"], row["priority"],
    )  # fmt: skip


async def _held(
    tx: ReadTx, found: Sequence[files.HeldDataset], labs: Mapping[UUID, UUID], asked: Sequence[Rule]
) -> list[Held]:
    """Add to datasets what the planner must know of them."""
    coming: dict[UUID, set[UUID]] = {}
    refused: dict[UUID, set[UUID]] = {}
    content = {one.dataset: one.sha256 for one in found}
    for row in await movements.in_flight(tx, list(content)):
        if row["state"] in OPEN:
            coming.setdefault(row["dataset_id"], set()).add(row["target_id"])
        elif row["state"] != State.FAILED and row["sha256"] == content[row["dataset_id"]]:
            refused.setdefault(row["dataset_id"], set()).add(row["target_id"])
    by_project = any(rule.project for rule in asked)
    projects = await store.projects(tx, list(labs)) if by_project else {}
    none: frozenset[UUID] = frozenset()
    return [
        Held(
            one.dataset, labs[one.session], one.dataset_type, one.copies, projects.get(one.session, none),
            frozenset(coming.get(one.dataset, none)), frozenset(refused.get(one.dataset, none)), one.foreign,
        )
        for one in found if one.session in labs
    ]  # fmt: skip


async def _make(
    tx: WriteTx, plan: Plan, planner: Planner, found: Sequence[files.HeldDataset], labs: Mapping[UUID, UUID],
    *, carriers: Mapping[UUID, str] | None = None, dry_run: bool = False, user: UUID | None = None,
) -> None:  # fmt: skip
    """Plan for some datasets, and make movements of that."""
    wanted = list(planner.plan(await _held(tx, found, labs, planner.rules)))
    known = {one.dataset: one for one in found}
    plan.looked_at += len(found)
    for one in wanted:
        plan.files[one.rule] += 1
        plan.bytes[one.rule] += known[one.dataset].size
    if not dry_run:
        plan.made += await movements.add(
            tx, [_movement(one, known[one.dataset], carriers or {}) for one in wanted], user
        )


def _movement(one: Wanted, dataset: files.HeldDataset, carriers: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "carrier": carriers[one.source] if dataset.foreign else STORE,
        "dataset_id": one.dataset, "rule_id": one.rule, "source_id": one.source, "target_id": one.target,
        "priority": one.priority, "size": dataset.size, "sha256": dataset.sha256,
    }  # fmt: skip


async def plan_labs(
    database: Database, labs: Sequence[UUID], *, dry_run: bool = False, user: UUID | None = None
) -> tuple[Plan, list[asyncpg.Record]]:
    """Plan for all data of labs, some sessions at a time; two at once make nothing twice."""
    async with database.read() as tx:
        active = await rules.active(tx)
        carriers = await _carriers(tx)
    planner = Planner([_rule(row) for row in active if row["lab_id"] is None or row["lab_id"] in labs])
    plan = Plan()
    places = list({rule.target for rule in planner.rules})
    after: UUID | None = None
    while planner.rules:
        async with database.write() as tx:
            some = await store.sessions_of(tx, labs, after, SESSIONS_AT_ONCE)
            if not some:
                break
            after = max(some)
            found = await files.held_in_sessions(tx, list(some), places)
            if carriers:
                found += await files.declared_in_sessions(tx, list(some), list(carriers))
            await _make(tx, plan, planner, found, some, carriers=carriers, dry_run=dry_run, user=user)
    log.info(
        "planned", labs=len(labs), datasets=plan.looked_at, missing=plan.files.total(), made=plan.made, dry=dry_run
    )
    return plan, active


async def _carriers(tx: ReadTx) -> dict[UUID, str]:
    """Return who brings files from the sources outside."""
    return {key: row["carrier"] for key, row in (await sources.sources(tx)).items()}


async def consider_declared(database: Database) -> None:
    """Send at once what rules want at once, of datasets that were declared at a source in the last minutes; may run twice."""
    async with database.write() as tx:
        planner = Planner([_rule(row) for row in await rules.active(tx) if row["timing"] == AT_ONCE])
        carriers = await _carriers(tx) if planner.rules else {}
        if carriers:
            found = await files.declared_since(tx, now() - LOOKED_BACK, list(carriers))
            labs = await store.labs_of(tx, [one.session for one in found])
            await _make(tx, Plan(), planner, found, labs, carriers=carriers)


async def consider(database: Database, datasets: Sequence[UUID]) -> None:
    """Send at once what rules want at once, of datasets that were just verified; may run twice."""
    async with database.write() as tx:
        planner = Planner([_rule(row) for row in await rules.active(tx) if row["timing"] == AT_ONCE])
        if planner.rules:
            found = await files.held(tx, datasets)
            labs = await store.labs_of(tx, [one.session for one in found])
            await _make(tx, Plan(), planner, found, labs)


async def request(database: Database, principal: Principal, body: TransferPlanRequest) -> dict[str, Any]:
    """Plan on demand."""
    async with database.read() as tx:
        labs = await store.all_labs(tx)
    if body.lab is not None:
        labs = [row for row in labs if row["name"] == body.lab and principal.may_see(row["id"])]
        if not labs:
            raise Invalid({"lab": [f"Object with name={body.lab} does not exist."]})
    allowed = principal.administers or (body.lab is not None and principal.may_write(labs[0]["id"], rules.MANAGERS))
    if not allowed:
        raise NotAllowed(hint="plans of a lab are its managers' business, plans of all labs the administrators'")
    plan, active = await plan_labs(database, [row["id"] for row in labs], dry_run=body.dry_run, user=principal.user_id)
    return {
        "dry_run": body.dry_run, "datasets": plan.looked_at, "files": plan.files.total(), "bytes": plan.bytes.total(),
        "made": plan.made,
        "rules": [
            {"rule": row["name"], "rule_id": str(row["id"]), "files": plan.files[row["id"]], "bytes": plan.bytes[row["id"]]}
            for row in active if row["id"] in plan.files
        ],
    }  # fmt: skip


# nights


async def tick(database: Database) -> None:
    """Claim the nights that began, and wake a worker where something waits."""
    async with database.write() as tx:
        moment = now()
        labs = await store.all_labs(tx)
        claimed = await store.claim_nights(tx, [(row["id"], *night_of(row["timezone"], moment)) for row in labs])
        jobs = [{"lab": str(lab), "day": day.isoformat()} for lab, day in claimed]
        await defer(tx, PLAN_NIGHT, jobs, queue=movements.QUEUE)
    await consider_declared(database)
    await movements.wake_if_due(database)


async def plan_night(database: Database, lab: UUID, day: date) -> None:
    """Plan a lab's night; may run twice."""
    plan, _ = await plan_labs(database, [lab])
    async with database.write() as tx:
        await store.planned(tx, lab, day, plan.made)
