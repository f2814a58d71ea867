"""One import from the first list to the last, and its report."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from bregma_kit.auth import Principal
from bregma_kit.db import Database
from bregma_metadata.people.tables import UserRow
from sqlalchemy import select

from bregma_app.importing.carrying import Carrier, Tally
from bregma_app.importing.plan import MODELS, Model, resources
from bregma_app.importing.source import Source

LOOKS = 3
"""Alyx's lists have no stable order: what a page hides while others write is met in another pass."""


class _Undo(Exception):
    """Ends the one transaction of a dry run."""


@dataclass(slots=True)
class Report:
    """What became of everything: list → its tally."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)

    @property
    def balanced(self) -> bool:
        """Whether nothing is unaccounted for."""
        return all(one.balanced for one in self.tallies.values())

    def lines(self) -> list[str]:
        """Return the table that an operator reads."""
        head = f"{'records':26}{'in':>10}{'carried':>10}{'there':>10}{'refused':>10}"
        rows = [
            f"{path:26}{max(one.announced, len(one.seen)):>10,}{one.carried:>10,}{one.there:>10,}{len(one.refused):>10,}"
            + ("" if one.balanced else "   not all of them were met: run it again")
            for path, one in self.tallies.items()
        ]
        return [head, *rows, *([f"not at the source: {', '.join(self.absent)}"] if self.absent else [])]

    def write_refused(self, path: Path) -> int:
        """Write what was refused, a line of JSON each, and return how many that are."""
        lines = [
            json.dumps({"records": kind, "key": key, "reason": reason})
            for kind, tally in self.tallies.items() for key, reason in (*tally.refused, *tally.unrelated)
        ]  # fmt: skip
        if lines:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return len(lines)


async def administrator(database: Database, username: str) -> Principal:
    """Return the account in whose name records are made."""
    async with database.read() as tx:
        chosen = select(UserRow.id, UserRow.username).where(UserRow.is_admin, UserRow.is_active)
        if username:
            chosen = chosen.where(UserRow.username == username)
        row = await tx.row(chosen.order_by(UserRow.created_at).limit(1))
    if row is None:
        raise click.ClickException(
            f"There is no administrator {username}".rstrip() + "; make one with `bregma user add NAME --admin`."
        )
    return Principal(row["id"], row["username"], is_admin=True)


async def import_alyx(
    database: Database, source: Source, principal: Principal, *, dry: bool, only: Sequence[str] = ()
) -> Report:
    """Carry everything that the source has and this installation knows."""
    report = Report()
    known = resources()
    models = [one for one in MODELS if one.path in known and (not only or one.path in only)]
    carrier = Carrier(database, principal, source, known)
    if not dry:
        await _all(carrier, models, report)
        return report
    with suppress(_Undo):
        async with database.write() as tx:
            carrier.trial = tx
            await _all(carrier, models, report)
            raise _Undo
    return report


async def _all(carrier: Carrier, models: Sequence[Model], report: Report) -> None:
    for model in models:
        if model.again:
            with _bar(f"{model.path} again") as bar:
                await carrier.connect(model, report.tallies.get(model.path, Tally()), bar.update)
            continue
        tally = Tally()
        for _ in range(LOOKS):
            with _bar(model.path) as bar:
                await carrier.carry(model, tally, bar.update)
            if tally.balanced:
                break
        await carrier.relate(model, tally)
        if tally.announced or tally.seen:
            report.tallies[model.path] = tally
        else:
            report.absent.append(model.path)


def _bar(label: str) -> Any:
    from tqdm import tqdm

    return tqdm(desc=label, unit=" records", leave=False, disable=None)
