# ruff: noqa: S608 (statements are put together from our own words only)
"""The table of kinds: what is over when, and what is done to it. Statements take `:ids`.

Held is what a hold names, by matter or by number; an open matter keeps its call. Recordings have
terms of their own (`recordings/keeping.py`) and ask for holds too; the audit is never erased here.
The logs lie in tables by month: whole months go at once (`months.py`), and what is below erases a
month of which something must stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_HELD_NUMBER = """SELECT 1 FROM legal_hold h
    WHERE h.lifted_at IS NULL AND h.number_blind = {blind}"""
_HELD_TICKET = """SELECT 1 FROM legal_hold h
    WHERE h.lifted_at IS NULL AND (h.ticket_id = t.id OR h.number_blind = t.caller_blind)"""
_TICKETS_OF_CALL = (
    "SELECT 1 FROM ticket t WHERE t.call_id = c.id AND ({that})",
    "SELECT 1 FROM jsonb_array_elements_text(c.ticket_ids) AS named(id)"
    " JOIN ticket t ON t.id = named.id::uuid WHERE {that}",
)
_KEEPS = f"t.closed_at IS NULL OR EXISTS ({_HELD_TICKET})"
FREE_CALL = " AND ".join(
    f"NOT EXISTS ({one})"
    for one in (
        _HELD_NUMBER.format(blind="c.from_blind"),
        *(listing.format(that=_KEEPS) for listing in _TICKETS_OF_CALL),
    )
)
_HELD_TICKETS = """
    SELECT t.id, t.call_id FROM ticket t
    WHERE t.id IN (SELECT ticket_id FROM legal_hold WHERE lifted_at IS NULL)
        OR t.caller_blind IN (SELECT number_blind FROM legal_hold WHERE lifted_at IS NULL)"""
HELD_SUBJECTS = f"""
    SELECT 'ticket', held.id::text FROM ({_HELD_TICKETS}) AS held
    UNION SELECT 'call', held.call_id::text FROM ({_HELD_TICKETS}) AS held
        WHERE held.call_id IS NOT NULL
    UNION SELECT 'call', c.id::text FROM call c
        WHERE c.from_blind IN (SELECT number_blind FROM legal_hold WHERE lifted_at IS NULL)
    UNION SELECT 'work_order', o.id::text FROM work_order o
        JOIN ({_HELD_TICKETS}) AS held ON held.id = o.ticket_id"""
"""What events of a held matter or number are about."""


class Kind(StrEnum):
    UTTERANCES = "utterances"
    CALLS = "calls"
    TICKETS = "tickets"
    MESSAGES = "messages"
    SENT_MESSAGES = "sent_messages"
    WEBHOOK_RECEIPTS = "webhook_receipts"
    TURNS = "turns"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Rule:
    """`due` selects the ids that are over (`:city`, `:before`); `acts` are done to them.

    `whose` is the column of `due` that holds the blind index of the person's number, None for what
    names nobody. `by_month`: only whole months are over.
    """

    usual_days: int
    least_days: int
    whose: str | None
    due: str
    acts: tuple[str, ...]
    by_month: bool = False


RULES: Mapping[Kind, Rule] = {
    # The masked words stay, for learning and for quality.
    Kind.UTTERANCES: Rule(
        365, 30, "c.from_blind",
        f"""SELECT u.id FROM turn u JOIN call c ON c.id = u.call_id
        WHERE u.created_at < :before AND u.heard_sealed IS NOT NULL AND c.city_id = :city
            AND c.status = 'ended' AND {FREE_CALL}""",
        ("UPDATE turn SET heard_sealed = NULL WHERE id = ANY(:ids)",),
    ),
    # A step that comes again gets its stored answer: networks give up long before that. Before the
    # calls: only they say whose it is.
    Kind.WEBHOOK_RECEIPTS: Rule(
        90, 7, "c.from_blind",
        f"""SELECT w.id FROM webhook_receipt w JOIN call c ON c.id = w.call_id
        WHERE w.created_at < :before AND c.city_id = :city AND {FREE_CALL}""",
        ("DELETE FROM webhook_receipt WHERE id = ANY(:ids)",),
    ),
    Kind.CALLS: Rule(
        1095, 190, "c.from_blind",
        f"""SELECT c.id FROM call c
        WHERE c.ended_at < :before AND c.city_id = :city AND c.status = 'ended'
            AND (c.from_blind IS NOT NULL OR c.talk IS NOT NULL OR c.said <> '[]')
            AND {FREE_CALL}""",
        ("UPDATE call SET from_sealed = NULL, from_blind = NULL, from_masked = '', talk = NULL,"
         " said = '[]' WHERE id = ANY(:ids)",
         "UPDATE turn SET heard_sealed = NULL, heard = NULL WHERE call_id = ANY(:ids)",
         "UPDATE call_leg SET address_sealed = NULL WHERE call_id = ANY(:ids)",
         "UPDATE rating SET reason_sealed = NULL WHERE call_id = ANY(:ids)",
         "DELETE FROM incident_follower WHERE call_id = ANY(:ids)"),
    ),
    # What happened and when stays, whose it was does not; the ticket itself does its part.
    Kind.TICKETS: Rule(
        3653, 190, "t.caller_blind",
        f"""SELECT t.id FROM ticket t
        WHERE t.closed_at < :before AND t.city_id = :city AND t.erased_at IS NULL
            AND NOT EXISTS ({_HELD_TICKET})""",
        ("UPDATE work_order SET caller_sealed = NULL, caller_masked = NULL, caller_blind = NULL,"
         " address_sealed = NULL, address_masked = NULL WHERE ticket_id = ANY(:ids)",
         "DELETE FROM incident_follower WHERE ticket_id = ANY(:ids)"),
    ),
    Kind.MESSAGES: Rule(
        730, 30, "m.from_blind",
        f"""SELECT m.id FROM message m WHERE m.created_at < :before AND m.city_id = :city
            AND NOT EXISTS ({_HELD_NUMBER.format(blind="m.from_blind")})""",
        ("DELETE FROM message WHERE id = ANY(:ids)",),
    ),
    Kind.SENT_MESSAGES: Rule(
        730, 30, "m.to_blind",
        f"""SELECT m.id FROM outgoing_message m
        WHERE m.created_at < :before AND m.city_id = :city AND m.ended_at IS NOT NULL
            AND NOT EXISTS ({_HELD_NUMBER.format(blind="m.to_blind")})
            AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL
                AND m.subject = 'ticket:' || h.ticket_id)""",
        ("DELETE FROM outgoing_message WHERE id = ANY(:ids)",),
    ),
    # By then the words are masked and the number has gone: what was answered, how well matched.
    Kind.TURNS: Rule(
        1826, 190, None,
        f"""SELECT u.id FROM turn u JOIN call c ON c.id = u.call_id
        WHERE u.created_at < :before AND c.city_id = :city AND c.status = 'ended'
            AND {FREE_CALL}""",
        ("DELETE FROM turn WHERE id = ANY(:ids)",),
        by_month=True,
    ),
    # Masked, and told to consoles and other systems long ago; the history of a ticket is its own.
    Kind.EVENTS: Rule(
        400, 190, None,
        f"""SELECT e.id FROM event e
        WHERE e.created_at < :before AND e.seq IS NOT NULL
            AND e.audience && (SELECT array_agg(o.id) FROM organization o WHERE o.city_id = :city)
            AND (e.subject_type, e.subject_id) NOT IN ({HELD_SUBJECTS})""",
        ("DELETE FROM event WHERE id = ANY(:ids)",),
        by_month=True,
    ),
}  # fmt: skip
