"""What people said and who they are, as it is kept: masked to be read, sealed to be opened."""

from collections.abc import Sequence

import phonenumbers
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import InvalidInput
from hotline.privacy import find_personal, mask_number, mask_text
from hotline.tickets import search
from hotline.tickets.models import Ticket, TicketPetitioner
from hotline.vault import vault_of

_REGION = "CN"
HIDDEN = "***"


def set_words(session: AsyncSession, ticket: Ticket, *, title: str, description: str) -> None:
    """The caller's own words: searchable with personal data masked, the original sealed."""
    seal_words(session, ticket, description)
    set_shown(ticket, title=title, description=description)


def seal_words(session: AsyncSession, ticket: Ticket, words: str) -> None:
    ticket.description_sealed = vault_of(session).seal(
        words, table="ticket", column="description", row=ticket.id
    )


def set_title(ticket: Ticket, title: str) -> None:
    ticket.title = shown(ticket, title)
    set_grams(ticket)


def redacted(text: str, hidden: Sequence[tuple[int, int]] = ()) -> str:
    """The text with the chosen spans and everything personal in it hidden."""
    spans = sorted([*hidden, *((span.start, span.end) for span in find_personal(text))])
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        if start >= done:
            pieces += (text[done:start], HIDDEN)
        done = max(done, end)
    return "".join([*pieces, text[done:]])


def shown(ticket: Ticket, text: str) -> str:
    """Masked; on a confidential ticket not even the ends of a number are left."""
    return redacted(text) if ticket.confidential else mask_text(text)


def set_shown(ticket: Ticket, *, title: str, description: str) -> None:
    """What is read of the words from now on; the sealed original stays."""
    ticket.title, ticket.description = shown(ticket, title), shown(ticket, description)
    set_grams(ticket)


def set_grams(ticket: Ticket) -> None:
    ticket.grams = [
        *search.number_grams(ticket.number),
        *search.grams(ticket.title, ticket.description),
    ]


def set_caller(session: AsyncSession, ticket: Ticket, number: str | None) -> None:
    if number is None:
        ticket.caller_sealed = ticket.caller_blind = ticket.caller_masked = None
        return
    e164 = normal_number(number)
    vault = vault_of(session)
    ticket.caller_sealed = vault.seal(e164, table="ticket", column="caller", row=ticket.id)
    ticket.caller_blind = vault.blind(e164, purpose="phone")
    ticket.caller_masked = mask_number(e164)


def blind_number(session: AsyncSession, number: str) -> bytes:
    """What finds the tickets of a number without opening any."""
    return vault_of(session).blind(normal_number(number), purpose="phone")


def set_address(session: AsyncSession, ticket: Ticket, address: str | None) -> None:
    if address is None:
        ticket.address_sealed = ticket.address_masked = None
        return
    ticket.address_sealed = vault_of(session).seal(
        address, table="ticket", column="address", row=ticket.id
    )
    ticket.address_masked = mask_text(address)


def caller_of(session: AsyncSession, ticket: Ticket) -> str | None:
    """The number itself, for calling back; whoever shows it to a person audits that."""
    if ticket.caller_sealed is None:
        return None
    return vault_of(session).open(
        ticket.caller_sealed, table="ticket", column="caller", row=ticket.id
    )


def address_of(session: AsyncSession, ticket: Ticket) -> str | None:
    if ticket.address_sealed is None:
        return None
    return vault_of(session).open(
        ticket.address_sealed, table="ticket", column="address", row=ticket.id
    )


def petitioner_of(session: AsyncSession, joined: TicketPetitioner) -> str | None:
    """The number of somebody whose ticket was merged into another."""
    if joined.caller_sealed is None:
        return None
    row = f"{joined.ticket_id}/{joined.from_ticket_id}"
    return vault_of(session).open(
        joined.caller_sealed, table="ticket_petitioner", column="caller", row=row
    )


def words_of(session: AsyncSession, ticket: Ticket) -> str:
    """The unmasked original."""
    return vault_of(session).open(
        ticket.description_sealed, table="ticket", column="description", row=ticket.id
    )


def query_code(session: AsyncSession, ticket: Ticket) -> str:
    """Six digits that the caller is told and that open the ticket's public page with its number.

    They follow from the ticket's id and the vault's key, so they are stored nowhere.
    """
    digest = vault_of(session).blind(str(ticket.id), purpose="query code")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def normal_number(number: str) -> str:
    """As E.164 where it can be; short service numbers and oddities stay as digits."""
    try:
        parsed = phonenumbers.parse(number, _REGION)
    except phonenumbers.NumberParseException:
        raise InvalidInput(errors=[_BAD_NUMBER]) from None
    if phonenumbers.is_possible_number(parsed):
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    digits = "".join(filter(str.isdigit, number))
    if not 3 <= len(digits) <= 15:
        raise InvalidInput(errors=[_BAD_NUMBER])
    return digits


_BAD_NUMBER = {"field": "caller_number", "message": "不是电话号码"}
