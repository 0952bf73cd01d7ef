"""Come into the line, go back into it, leave it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents.models import Skill
from hotline.agents.service import look_again
from hotline.calls import legs
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.queueing import queries
from hotline.queueing.lines import announce_line, lines_of, pick_line
from hotline.queueing.models import EntryStatus, Priority, Queue, QueueEntry


async def enter_line(
    session: AsyncSession, call: Call, *, skill: Skill = Skill.MANDARIN,
    since: datetime | None = None, is_callback: bool = False,
) -> QueueEntry:  # fmt: skip
    """A place for the call; whoever has one keeps it. `since` is the start of a kept place."""
    entry = await queries.open_entry(session, call.id)
    if entry is not None:
        return entry
    line = pick_line(await lines_of(session, call.city_id), call.district_id, skill)
    entry = QueueEntry(
        queue_id=line.id, call_id=call.id, city_id=call.city_id,
        organization_id=line.organization_id, skill=line.skill,
        priority=(Priority.EMERGENCY if call.emergency else Priority.NORMAL).rank,
        status=EntryStatus.WAITING, entered_at=since or clock.now(), is_callback=is_callback,
        refused=[],
    )  # fmt: skip
    session.add(entry)
    await session.flush()
    await _show(session, entry)
    return entry


async def go_back_in_line(session: AsyncSession, call: Call, entry: QueueEntry) -> Queue:
    """The talk that was begun could not go on: first in line, in a new room."""
    await legs.close_room(session, entry.room_id)
    entry.room_id, entry.is_recovering, entry.wanted_account_id = None, False, None
    entry.priority = min(entry.priority, Priority.RETURNED.rank)
    entry.status, entry.told_after = EntryStatus.WAITING, None
    await calls.put_in_line(session, call, str(entry.queue_id))
    await _show(session, entry)
    return await queries.queue(session, entry.queue_id)


async def wait_on(session: AsyncSession, entry: QueueEntry) -> None:
    """The agent who was asked did not take the call; the place stays."""
    entry.status = EntryStatus.WAITING
    await _show(session, entry)


async def leave_line(session: AsyncSession, entry: QueueEntry, reason: str) -> None:
    """Once; `reason` is `abandoned`, `talked`, `called_back`, `message` or `given_up`."""
    if entry.ended_at is not None:
        return
    entry.status, entry.ended_at, entry.end_reason = EntryStatus.ENDED, clock.now(), reason
    await announce_line(session, entry.queue_id)


async def _show(session: AsyncSession, entry: QueueEntry) -> None:
    await announce_line(session, entry.queue_id)
    await look_again(session, entry.city_id)
