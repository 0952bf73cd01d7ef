"""Look at a room ourselves, in case the host's news of it was lost."""

from uuid import UUID

from hotline.calls import queries as calls
from hotline.calls.models import LegState
from hotline.queueing.connect import leg_joined
from hotline.queueing.host_work import Host


async def check_joined(host: Host, leg_id: UUID) -> None:
    """A party answered a while ago: has it joined?"""
    async with host.database.transaction() as session:
        leg = await calls.leg(session, leg_id)
        room = await calls.room(session, leg.room_id) if leg else None
    if leg is None or room is None or leg.state != LegState.ANSWERED:
        return
    sid = room.conference_sid or await host.telephony.room_sid(room.name)
    members = await host.telephony.members(sid) if sid else []
    if leg.label not in {member.label for member in members}:
        return
    async with host.database.transaction() as session:
        call = await calls.call_under_lock(session, leg.call_id)
        fresh = await calls.leg(session, leg_id)
        if call is not None and fresh is not None:
            await leg_joined(session, call, fresh)
