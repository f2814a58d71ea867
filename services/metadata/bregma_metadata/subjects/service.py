"""Rules of animals: defaults, what comes from litter and line, who gives an animal away, and what keeps one."""

from uuid import UUID

from bregma_kit.errors import Conflict, Invalid, NotAllowed
from bregma_kit.resource import Change

from bregma_metadata.colony import domain
from bregma_metadata.colony import service as colony
from bregma_metadata.husbandry import service as husbandry
from bregma_metadata.notifications import service as notifications
from bregma_metadata.subjects import store


async def complete(change: Change) -> None:
    """Fill in what an animal takes from its litter, line and lab; with files it keeps its name."""
    if change.creating and domain.wants_name(change.values.get("nickname")) and not _may_be_named_by_line(change):
        raise Invalid({"nickname": ["This field is required."]})
    await colony.default_lab(change)
    await colony.born(change)
    await colony.check_request(change)
    await colony.give_name(change, "subject", "nickname")
    if change.creating and "responsible_user_id" not in change.values:
        change.values["responsible_user_id"] = change.principal.user_id
    if change.values.get("genotype_date") is not None and "to_be_genotyped" not in change.given:
        change.values["to_be_genotyped"] = False
    if change.current is None:
        return
    if change.after("nickname") != change.current["nickname"] and await store.has_files(
        change.tx, change.current["id"]
    ):
        raise Invalid({"nickname": ["This animal has files, whose paths tell its name; it cannot be renamed."]})
    await _check_owner(change)


def _may_be_named_by_line(change: Change) -> bool:
    return any(change.values.get(column) is not None for column in ("line_id", "litter_id"))


def _gets_owner(change: Change) -> bool:
    current = None if change.current is None else change.current["responsible_user_id"]
    return change.current is not None and change.after("responsible_user_id") != current


async def _check_owner(change: Change) -> None:
    if not _gets_owner(change):
        return
    if not await colony.may_change_owner(change):
        raise NotAllowed(
            hint="only the responsible user, stock managers and administrators give an animal to somebody else"
        )
    if change.after("request_id") is None and change.after("line_id") is not None:
        # an animal that goes to somebody who asked for one of its line is what was asked for
        request = await store.open_request(change.tx, change.after("responsible_user_id"), change.after("line_id"))
        if request is not None:
            change.values["request_id"] = request


async def saved(change: Change, subject_id: UUID) -> None:
    """Move it to its cage, work out its genotype, keep the day of its cull, and note who answers for it."""
    leaves_lab = change.current is not None and change.after("lab_id") != change.current["lab_id"]
    if leaves_lab or change.given.get("cage") is not None:
        # cages stay in their lab
        await colony.move(change.tx, subject_id, change.given.get("cage") or "")
    if change.creating or "litter_id" in change.values:
        await colony.genotype_from_litter(change, subject_id)
    if change.current is not None and change.after("line_id") != change.current["line_id"]:
        await colony.conclude(change.tx, subject_id)
    await colony.death_changed(change, subject_id)
    await husbandry.death_changed(change, subject_id)
    if _gets_owner(change):
        await owner_changed(change, subject_id)


async def owner_changed(change: Change, subject_id: UUID) -> None:
    """Note that an animal was given to somebody else, and tell both."""
    assert change.current is not None
    former, new = change.current["responsible_user_id"], change.after("responsible_user_id")
    await store.note_owner(change.tx, subject_id, former, new, change.principal.user_id)
    people = await notifications.names_of(change.tx, {one for one in (former, new) if one is not None})
    await notifications.responsible_user_changed(
        change.tx, subject_id, change.after("nickname"), people.get(former), people.get(new)
    )


async def refuse_with_data(change: Change, subject_id: UUID) -> None:
    """An animal with data is part of the record of what was done; sessions of which nothing was kept go with it."""
    sessions = await store.count_sessions_with_data(change.tx, subject_id)
    if sessions:
        raise Conflict(
            f"This Subject has {sessions} session(s) with data and cannot be deleted.",
            hint="delete its sessions first, or correct them with POST /corrections",
        )
    await store.delete_sessions(change.tx, subject_id)
