"""Every query about surgeries."""

from datetime import date
from uuid import UUID

from bregma_kit.db import WriteTx
from sqlalchemy import update

from bregma_metadata.subjects.tables import SubjectRow


async def raise_severity(tx: WriteTx, subject_id: UUID, below: int, severity: int) -> None:
    """Note a severity for an animal that had another so far."""
    mine = (SubjectRow.id == subject_id, SubjectRow.actual_severity == below)
    await tx.execute(update(SubjectRow).where(*mine).values(actual_severity=severity))


async def write_death(tx: WriteTx, subject_id: UUID, death: date) -> None:
    """Note an animal's day of death."""
    await tx.execute(update(SubjectRow).where(SubjectRow.id == subject_id).values(death_date=death))
