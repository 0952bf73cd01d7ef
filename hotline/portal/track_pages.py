"""Follow a ticket by number and code: see each step, rate, reopen, add words, urge."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments.keeping import Store
from hotline.errors import HotlineError
from hotline.portal.arriving import Arrived
from hotline.portal.challenge import Form
from hotline.portal.gate import form_page, gate_faults
from hotline.portal.posting import OwnPost
from hotline.portal.proxy_pages import carried_ticket
from hotline.portal.proxy_view import Carried
from hotline.portal.report_ticket import portal_principal
from hotline.portal.texts import CHINESE, texts_of
from hotline.portal.track_ticket import Key, add_words, avoid, rate, reopen, ticket_of, track
from hotline.portal.tracking import Tracked, digits_of
from hotline.portal.visit import Visit
from hotline.proxy.authorize import withdraw
from hotline.tickets.models import Ticket
from hotline.tickets.service import Rating
from hotline.vault import Vault, vault_of

router = APIRouter(include_in_schema=False)

_LONGEST = 1_000
_KEPT = ("number", "code", "level", "resolved", "note", "go")
Act = Callable[[AsyncSession, Ticket], Awaitable[None]]


@router.api_route("/track", methods=["GET", "HEAD"])
async def begin_tracking(visit: Arrived) -> Response:
    return _page(visit, Key("", ""), None)


@router.post("/track")
async def show_ticket(visit: Arrived, posted: OwnPost) -> Response:
    """The same words for a number that is not there and for a code that is wrong."""
    key = _key(posted.fields)
    if _is_shut(visit, key):
        return visit.missing(429)
    if shut := await gate_faults(visit, Form.TRACK, posted.fields):
        return _page(visit, key, None, faults=shut, status=422)
    async with visit.request.state.database.transaction() as session:
        ticket = await ticket_of(session, visit.catalog, key)
        if ticket is None:
            return _wrong(visit, key)
        if _is_shut(visit, key):  # by guesses that were sent beside this one
            return visit.missing(429)
        shown = await track(session, visit.catalog, key)
        matter = await carried_ticket(session, ticket)
        vault = vault_of(session)
    shown = await _with_photo(visit, shown, vault)
    return _page(visit, key, shown, carried=matter)


@router.post("/track/rate")
async def rate_ticket(visit: Arrived, posted: OwnPost) -> Response:
    fields = posted.fields
    level, resolved = fields.get("level", ""), fields.get("resolved", "")
    if level not in ("1", "2", "3", "4", "5") or resolved not in ("yes", "no"):
        return await _act(visit, fields, None, fault="track.fault.rate")
    said = fields.get("note", "")[:_LONGEST]
    rating = Rating(int(level), resolved == "yes", words=said or None)

    async def act(session: AsyncSession, ticket: Ticket) -> None:
        await rate(session, ticket, rating)

    told = "track.rated" if rating.level > 2 else "track.rated_low"
    return await _act(visit, fields, act, told=told)


@router.post("/track/reopen")
async def reopen_ticket(visit: Arrived, posted: OwnPost) -> Response:
    fields = posted.fields
    note = fields.get("note", "")[:_LONGEST]
    if len(note) < 2:
        return await _act(visit, fields, None, fault="track.fault.note")

    async def act(session: AsyncSession, ticket: Ticket) -> None:
        await reopen(session, ticket, note)

    return await _act(visit, fields, act, told="track.reopened")


@router.post("/track/words")
async def say_more(visit: Arrived, posted: OwnPost) -> Response:
    """`go=urge` presses; without a word only `urge` makes sense."""
    fields = posted.fields
    note, urges = fields.get("note", "")[:_LONGEST], fields.get("go") == "urge"
    if not urges and len(note) < 2:
        return await _act(visit, fields, None, fault="track.fault.note")
    name = texts_of(CHINESE).t("report.opened_by")

    async def act(session: AsyncSession, ticket: Ticket) -> None:
        await add_words(session, visit.catalog, ticket, note, name=name, urges=urges)

    return await _act(visit, fields, act, told="track.urged" if urges else "track.added")


@router.post("/track/avoid")
async def avoid_vendor(visit: Arrived, posted: OwnPost) -> Response:
    """The vendor that came is not sent to this resident again."""
    return await _act(visit, posted.fields, avoid, told="track.avoided")


@router.post("/track/withdraw")
async def withdraw_authorization(visit: Arrived, posted: OwnPost) -> Response:
    """Taking an authorization back needs no reason."""
    name = texts_of(CHINESE).t("report.opened_by")

    async def act(session: AsyncSession, ticket: Ticket) -> None:
        principal = await portal_principal(session, visit.catalog, name)
        await withdraw(session, principal, ticket.id)

    return await _act(visit, posted.fields, act, told="proxy.withdrawn")


async def _act(
    visit: Visit,
    fields: Mapping[str, str],
    act: Act | None,
    *,
    told: str | None = None,
    fault: str | None = None,
) -> Response:
    """Do it for whoever has number and code, and show the ticket as it is then."""
    key = _key(fields)
    if _may_not(visit, key):
        return visit.missing(429)
    if shut := await gate_faults(visit, Form.ACT, fields):
        return _gate_page(visit, fields, shut)
    async with visit.request.state.database.transaction() as session:
        ticket = await ticket_of(session, visit.catalog, key)
        if ticket is None:
            return _wrong(visit, key)
        if _may_not(visit, key):
            return visit.missing(429)  # by what was sent beside this one
        if act is not None:
            visit.portal.words.use(digits_of(key.number), visit.moment)
            visit.portal.acts.use(visit.sender, visit.moment)
            if not await _is_done(session, act, ticket):
                told, fault = None, "track.fault.late"
    # What was done stands, whatever becomes of showing it.
    async with visit.request.state.database.transaction() as session:
        ticket = await session.get_one(Ticket, ticket.id)
        shown = await track(session, visit.catalog, key)
        matter = await carried_ticket(session, ticket)
        vault = vault_of(session)
    shown = await _with_photo(visit, shown, vault)
    status = 422 if fault else 200
    return _page(visit, key, shown, told=told, fault=fault, status=status, carried=matter)


def _gate_page(visit: Visit, fields: Mapping[str, str], faults: Mapping[str, str]) -> Response:
    """Before number and code are looked at: what was wanted waits on a page of its own."""
    kept = {name: fields[name][:_LONGEST] for name in _KEPT if name in fields}
    return form_page(visit, "track_gate.html", Form.ACT, status=422, kept=kept, faults=faults)


async def _is_done(session: AsyncSession, act: Act, ticket: Ticket) -> bool:
    """False where the ticket has moved on and does not allow it any more."""
    try:
        async with session.begin_nested():
            await act(session, ticket)
    except HotlineError:
        return False
    return True


def _is_shut(visit: Visit, key: Key) -> bool:
    guesses, failures = visit.portal.guesses, visit.portal.failures
    return failures.is_used_up(visit.sender, visit.moment) or guesses.is_used_up(
        digits_of(key.number), visit.moment
    )


def _may_not(visit: Visit, key: Key) -> bool:
    return _is_shut(visit, key) or _has_said_enough(visit, key)


def _has_said_enough(visit: Visit, key: Key) -> bool:
    """About this ticket, or about whichever."""
    words, acts = visit.portal.words, visit.portal.acts
    return acts.is_used_up(visit.sender, visit.moment) or words.is_used_up(
        digits_of(key.number), visit.moment
    )


def _wrong(visit: Visit, key: Key) -> Response:
    visit.portal.failures.use(visit.sender, visit.moment)
    visit.portal.guesses.use(digits_of(key.number), visit.moment)
    return _page(visit, key, None, is_wrong=True, status=422)


def _page(
    visit: Visit,
    key: Key,
    ticket: Tracked | None,
    *,
    told: str | None = None,
    fault: str | None = None,
    is_wrong: bool = False,
    status: int = 200,
    carried: Carried | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response:
    return form_page(
        visit,
        "track.html",
        None if ticket else Form.TRACK,
        status=status,
        ticket=ticket,
        number=key.number,
        code=key.code if ticket else "",
        told=told,
        fault=fault,
        is_wrong=is_wrong,
        carried=carried,
        faults=faults or {},
    )


async def _with_photo(visit: Visit, shown: Tracked | None, vault: Vault) -> Tracked | None:
    """Outside of the transaction: the storage may be slow."""
    if shown is None:
        return None
    store = Store.of(visit.request.state.settings)
    return replace(shown, visit=await visit.portal.badges.shown(shown.visit, store, vault))


def _key(fields: Mapping[str, str]) -> Key:
    return Key(fields.get("number", "")[:40], fields.get("code", "")[:20])
