"""A request that another system sends in becomes a ticket."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import InvalidInput
from hotline.opendata.georeport.arguments import LONGEST, Arguments, all_faults
from hotline.opendata.georeport.documents import Plain
from hotline.opendata.georeport.faults import Fault, Refused, missing, not_found, unfit
from hotline.opendata.georeport.services import Service, notice_of
from hotline.opendata.georeport.whereabouts import Whereabouts
from hotline.opendata.models import ApiKey, GeoReportRequest
from hotline.portal.questions import told, wrong_answers
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind
from hotline.tickets.words import normal_number

_TOKEN_BYTES = 18


@dataclass(frozen=True, slots=True)
class Told:
    """A request that holds together."""

    service: Service
    description: str
    phone: str | None
    media_url: str | None


def told_request(arguments: Arguments, services: Mapping[str, Service]) -> Told:
    """Raises Refused with everything that is wrong, except for the place."""
    code = arguments.get("service_code")
    if not code:
        raise missing("service_code")
    service = services.get(code)
    if service is None:
        raise not_found("service_code")
    all_faults(
        [_wrong_attributes(arguments, service), _too_long(arguments), _wrong_contact(arguments),
         _wrong_media(arguments)]
    )  # fmt: skip
    return Told(
        service=service,
        description=_description(arguments, service),
        phone=arguments.get("phone") or None,
        media_url=arguments.get("media_url") or None,
    )


async def open_request(
    session: AsyncSession,
    principal: Principal,
    key: ApiKey,
    request: Told,
    *,
    at: Whereabouts,
    district: str | None,
) -> tuple[Ticket, GeoReportRequest]:
    """Who sent it is told to nobody: only a telephone number is kept, and sealed as always."""
    ticket = await tickets.open_ticket(
        session,
        principal,
        kind=TicketKind.HELP,
        title=request.service.name,
        description=request.description,
        district=district,
        subject_code=None if request.service.is_batch else request.service.code,
        caller_number=request.phone,
        need=f"open311:{secrets.token_hex(8)}",
        address=at.words,
        is_anonymous=request.phone is None,
    )
    origin = GeoReportRequest(
        ticket_id=ticket.id,
        api_key_id=key.id,
        token=secrets.token_urlsafe(_TOKEN_BYTES) if request.service.is_batch else None,
        lat=at.lat,
        lon=at.lon,
        address_id=at.address_id,
    )
    session.add(origin)
    await session.flush()
    if request.media_url:
        remark = f"来件附有图片地址：{request.media_url}"
        await tickets.comment_ticket(session, principal, ticket.id, text=remark)
    return ticket, origin


def receipt_document(
    ticket: Ticket, origin: GeoReportRequest, service: Service, emergency: str | None
) -> dict[str, Plain]:
    """A token in the place of the number where a person reads the request first."""
    named: dict[str, Plain] = (
        {"token": origin.token} if origin.token else {"service_request_id": ticket.number}
    )
    warning = f"如有危险，请立即拨打{emergency}。" if emergency else ""
    return named | {"service_notice": warning + notice_of(service), "account_id": None}


def _description(arguments: Arguments, service: Service) -> str:
    answers = told(service.questions, arguments.attributes())
    said = arguments.get("description") or service.name
    return f"{said}\n{answers}" if answers else said


def _wrong_attributes(arguments: Arguments, service: Service) -> Refused | None:
    wrong = wrong_answers(service.questions, arguments.attributes())
    faults = [
        f"attribute[{code}] 必须填写（is required）。"
        if fault == "missing"
        else f"attribute[{code}] 的值不符合定义（does not fit its definition）。"
        for code, fault in wrong.items()
    ]
    return unfit(*faults) if faults else None


def _too_long(arguments: Arguments) -> Refused | None:
    if len(arguments.get("description")) <= LONGEST:
        return None
    return unfit(f"description 最长 {LONGEST} 字（is limited to {LONGEST} characters）。")


def _wrong_contact(arguments: Arguments) -> Refused | None:
    phone = arguments.get("phone")
    if not phone:
        return None
    try:
        normal_number(phone)
    except InvalidInput:
        return Refused(Fault(400, "phone 不是电话号码（phone is not a telephone number）。"))
    return None


def _wrong_media(arguments: Arguments) -> Refused | None:
    url = arguments.get("media_url")
    if not url or (url.startswith(("http://", "https://")) and len(url) <= 1000):
        return None
    return unfit("media_url 应为网址（media_url must be a URL）。")
