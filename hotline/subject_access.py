"""What the hotline holds about one telephone number: for the resident who asks (PIPL article 45),
and its erasure (article 47).

An operator runs it after making sure who asks; who gets it and why goes into the audit, the number
does not.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.calls.models import Call, Turn
from hotline.consents import queries as consents
from hotline.db import Database
from hotline.dispatch import objections
from hotline.messages.models import Message, OutgoingMessage
from hotline.privacy import mask_number
from hotline.residents.models import Resident
from hotline.retention.erasing import Hands, erase_number
from hotline.retention.queries import is_held
from hotline.tickets import words
from hotline.tickets.models import Ticket, TicketPetitioner, TicketReveal
from hotline.vault import vault_of

Held = dict[str, Any]


async def held_about(database: Database, number: str, *, reason: str) -> Held:
    """Everything under the number, opened. Raises InvalidInput for what is no number."""
    e164 = words.normal_number(number)
    async with database.transaction() as session:
        blind = vault_of(session).blind(e164, purpose="phone")
        held = {
            "number": mask_number(e164),
            "as_of": clock.now().isoformat(),
            "tickets": [await _ticket(session, one) for one in await _tickets(session, blind)],
            "calls": [await _call(session, one) for one in await _calls(session, blind)],
            "received": await _received(session, blind),
            "sent": await _sent(session, blind),
            "wishes": await _wishes(session, blind),
            "consents": await _consents(session, blind),
            "objections": [
                {"at": one.created_at.isoformat(), "words": one.words}
                for one in await objections.by_number(session, e164)
            ],
        }
        await audit.record(
            session, None, "resident.exported", reason=reason,
            target=f"resident:{hashlib.sha256(blind).hexdigest()[:16]}",
            counts={name: len(rows) for name, rows in held.items() if isinstance(rows, list)},
        )  # fmt: skip
    return held


async def erase(database: Database, number: str, *, reason: str, hands: Hands) -> int:
    """Everything that may go (PIPL article 47), now; how many records. Consents stay, as proof."""
    e164 = words.normal_number(number)
    async with database.transaction() as session:
        blind = vault_of(session).blind(e164, purpose="phone")
        is_free = not await is_held(session, [], blind)
        waiting = await objections.by_number(session, e164) if is_free else []
        for one in waiting:
            one.phone_sealed = None
        await audit.record(
            session, None, "resident.erased", reason=reason,
            target=f"resident:{hashlib.sha256(blind).hexdigest()[:16]}",
        )  # fmt: skip
    return len(waiting) + sum((await erase_number(database, hands, blind)).values())


async def _tickets(session: AsyncSession, blind: bytes) -> Sequence[Ticket]:
    """Their own, and those that theirs were merged into."""
    joined = select(TicketPetitioner.from_ticket_id).where(TicketPetitioner.caller_blind == blind)
    mine: ColumnElement[bool] = (Ticket.caller_blind == blind) | Ticket.id.in_(joined)
    return (await session.scalars(select(Ticket).where(mine).order_by(Ticket.id))).all()


async def _ticket(session: AsyncSession, ticket: Ticket) -> Held:
    reveals = select(TicketReveal).where(TicketReveal.ticket_id == ticket.id)
    return {
        "number": ticket.number,
        "kind": str(ticket.kind),
        "title": ticket.title,
        "status": str(ticket.status),
        "opened_at": ticket.created_at.isoformat(),
        "words": words.words_of(session, ticket),
        "address": words.address_of(session, ticket),
        "seen_by_staff": [
            {"at": one.at.isoformat(), "what": list(one.fields), "why": one.reason}
            for one in await session.scalars(reveals.order_by(TicketReveal.at))
        ],
    }


async def _calls(session: AsyncSession, blind: bytes) -> Sequence[Call]:
    chosen = select(Call).where(Call.from_blind == blind).order_by(Call.started_at)
    return (await session.scalars(chosen)).all()


async def _call(session: AsyncSession, call: Call) -> Held:
    turns = await session.scalars(select(Turn).where(Turn.call_id == call.id).order_by(Turn.number))
    vault = vault_of(session)
    return {
        "started_at": call.started_at.isoformat(),
        "to": call.to_number,
        "talk": [
            {
                "heard": turn.heard_sealed
                and vault.open(turn.heard_sealed, table="turn", column="heard", row=turn.id),
                "said": turn.said,
            }
            for turn in turns
        ],
    }


async def _received(session: AsyncSession, blind: bytes) -> list[Held]:
    vault = vault_of(session)
    chosen = select(Message).where(Message.from_blind == blind).order_by(Message.id)
    return [
        {
            "at": one.created_at.isoformat(),
            "text": vault.open(one.body_sealed, table="message", column="body", row=one.id),
        }
        for one in await session.scalars(chosen)
    ]


async def _sent(session: AsyncSession, blind: bytes) -> list[Held]:
    vault = vault_of(session)
    chosen = select(OutgoingMessage).where(OutgoingMessage.to_blind == blind)
    return [
        {
            "at": one.send_at.isoformat(),
            "template": one.template,
            "state": one.state,
            "filled_with": orjson.loads(
                vault.open(one.params_sealed, table="outgoing_message", column="params", row=one.id)
            ),
        }
        for one in await session.scalars(chosen.order_by(OutgoingMessage.id))
    ]


async def _wishes(session: AsyncSession, blind: bytes) -> list[Held]:
    chosen = select(Resident).where(Resident.number_blind == blind)
    return [
        {
            "language": one.language,
            "no_robot_calls_since": one.robot_declined_at and one.robot_declined_at.isoformat(),
        }
        for one in await session.scalars(chosen)
    ]


async def _consents(session: AsyncSession, blind: bytes) -> list[Held]:
    return [
        {
            "at": one.at.isoformat(),
            "purpose": one.purpose,
            "answer": one.answer,
            "channel": one.channel,
            "words": one.wording,
        }
        for one in await consents.of_number(session, blind)
    ]
