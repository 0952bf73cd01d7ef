"""What a unit replied, and what the resident said of it."""

from hotline.errors import InvalidInput
from hotline.privacy import mask_text
from hotline.tickets.models import TicketReply, TicketVisit
from hotline.tickets.rules import Move
from hotline.tickets.schemas import ToldMove
from hotline.tickets.states import Channel
from hotline.tickets.step import Step

SATISFIED_FROM = 3  # 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意


async def record_reply(step: Step) -> None:
    """The public answer is masked too: a unit must not publish what it learned of a resident."""
    given = step.asked_for
    if given.contacted_at is None or given.contacted_at > step.now:
        raise InvalidInput(errors=[{"field": "contacted_at", "message": "联系时间不能晚于现在"}])
    step.session.add(
        TicketReply(
            ticket_id=step.ticket.id,
            organization_id=step.ticket.custody_id,
            replied_by_id=step.principal.account_id,
            public_answer=mask_text(given.answer or ""),
            internal_note=step.note,
            resolved=bool(given.resolved),
            contacted_at=given.contacted_at,
            signed_off_by=given.signed_off_by,
        )
    )
    step.ticket.replied_at = step.now
    step.ticket.replied_by_id = step.principal.account_id


async def record_visit(step: Step) -> None:
    """An attempt that reached nobody, or the resident's own rating as told to the visitor."""
    given = step.asked_for
    _check_level(given.move, given.level)
    step.session.add(
        TicketVisit(
            ticket_id=step.ticket.id,
            visited_by_id=step.principal.account_id,
            created_at=step.now,
            round=step.ticket.redo_count,
            reached=given.move is not Move.RECORD_ATTEMPT,
            resolved=given.resolved,
            level=given.level,
            unit_level=given.unit_level,
            agent_level=given.agent_level,
            channel=given.channel if isinstance(given, ToldMove) else Channel.PERSON,
            note=step.note,
        )
    )


def _check_level(move: Move, level: int | None) -> None:
    is_satisfied = level is not None and level >= SATISFIED_FROM
    fits = {
        Move.RECORD_ATTEMPT: level is None,
        Move.RATE: is_satisfied,
        Move.RATE_LOW: level is not None and not is_satisfied,
        Move.CLOSE_SATISFIED: is_satisfied,
        Move.DEMAND_REDO: not is_satisfied,
        Move.CLOSE_UNREASONABLE: not is_satisfied,
    }
    if not fits[move]:
        raise InvalidInput(errors=[{"field": "level", "message": "与评价结果不符"}])
