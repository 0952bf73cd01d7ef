"""The pages behind `/v/{token}`. A GET only shows; every step is a form with one button."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from hotline import clock
from hotline.accounts.auth import require_own_origin
from hotline.db import Tx
from hotline.dispatch import settlement_present
from hotline.dispatch.links import close_link
from hotline.dispatch.models import VendorPerson
from hotline.dispatch.settlement_queries import vendor_statements
from hotline.dispatch.states import LinkPurpose
from hotline.dispatch.vendor_people import people_of
from hotline.errors import NotFound
from hotline.settings import Settings
from hotline.vendor_pages import acts, views
from hotline.vendor_pages.access import (
    LinkOver,
    Opened,
    opened,
    own_offer,
    own_order,
    own_pages,
)
from hotline.vendor_pages.acts import OFFER_ACTS, ORDER_ACTS, Pressed
from hotline.vendor_pages.photos import SAME, has_photos, is_chosen, keep_photo, takes_photos
from hotline.vendor_pages.render import page_of, style_sheet
from hotline.vendor_pages.steps import DOING, FINISHING

router = APIRouter(prefix="/v", include_in_schema=False)

COOKIE = "hotline_vendor"
_HOURS_12 = 12 * 3600


@router.get("/style.css")
async def send_style() -> Response:
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(style_sheet(), headers=headers, media_type="text/css")


@router.get("/{token}")
async def show(request: Request, session: Tx, token: str) -> Response:
    return await _shown(request, session, token)


@router.get("/{token}/orders/{order_id}")
async def show_order(request: Request, session: Tx, token: str, order_id: UUID) -> Response:
    page = await own_order(session, token, _cookie(request), order_id)
    said = _said(request)
    return await _order(session, page, said=said)


@router.get("/{token}/offers/{offer_id}")
async def show_offer(request: Request, session: Tx, token: str, offer_id: UUID) -> Response:
    page = await own_offer(session, token, _cookie(request), offer_id)
    return await _offer(session, page)


@router.get("/{token}/statements/{statement_id}")
async def send_statement(request: Request, session: Tx, token: str, statement_id: UUID) -> Response:
    """One of the vendor's own, as a paper to print."""
    from hotline.dispatch.settlement_pdf import statement_pdf

    page = await own_pages(session, token, _cookie(request))
    own = await vendor_statements(session, page.vendor.id)
    found = next((one for one in own if one.id == statement_id), None)
    if found is None:
        raise LinkOver
    paper = await settlement_present.paper(session, found, with_entries=True)
    content = statement_pdf(paper, made_on=clock.local(clock.now()).date())
    headers = {"Cache-Control": "private, no-store"}
    return Response(content, headers=headers, media_type="application/pdf")


@router.post("/{token}/photo")
async def add_photo(
    request: Request, session: Tx, token: str, photo: Annotated[UploadFile, File()]
) -> Response:
    require_own_origin(request)
    page = await opened(session, token, _cookie(request))
    return await _keep(request, session, page, photo)


@router.post("/{token}/orders/{order_id}/photo")
async def add_own_photo(
    request: Request, session: Tx, token: str, order_id: UUID,
    photo: Annotated[UploadFile, File()],
) -> Response:  # fmt: skip
    require_own_origin(request)
    page = await own_order(session, token, _cookie(request), order_id)
    return await _keep(request, session, page, photo)


@router.post("/{token}/code")
async def send_code(
    request: Request, session: Tx, token: str, pressed: Annotated[Pressed, Form()]
) -> Response:
    require_own_origin(request)
    page = await opened(session, token, _cookie(request))
    _require(page, LinkPurpose.HOME)
    person = await acts.named(session, page, pressed)
    said = await acts.send_code(session, page, person)
    return await _code_page(session, page, said=said, person=person)


@router.post("/{token}/sign-in")
async def sign_in(
    request: Request, session: Tx, token: str, pressed: Annotated[Pressed, Form()]
) -> Response:
    require_own_origin(request)
    page = await opened(session, token, _cookie(request))
    _require(page, LinkPurpose.HOME)
    person = await acts.named(session, page, pressed)
    key = await acts.sign_in(session, page, pressed, person)
    if key is None:
        return await _code_page(session, page, said="code_wrong", status=422, person=person)
    answer = RedirectResponse(page.path, 303)
    settings: Settings = request.state.settings
    answer.set_cookie(
        _cookie_name(request), key, max_age=_HOURS_12, httponly=True, samesite="lax",
        secure=settings.is_https, path="/",
    )  # fmt: skip
    return answer


@router.post("/{token}/appeal")
async def appeal(
    request: Request, session: Tx, token: str, pressed: Annotated[Pressed, Form()]
) -> Response:
    require_own_origin(request)
    page = await opened(session, token, _cookie(request))
    if page.purpose is not LinkPurpose.HOME or not page.is_signed_in:
        return page_of("over.html", status=404)
    fault = await acts.appeal(session, page, pressed)
    return await _home(session, page, fault=fault) if fault else RedirectResponse(page.path, 303)


@router.post("/{token}/sign-out")
async def sign_out(request: Request, session: Tx, token: str) -> Response:
    require_own_origin(request)
    cookie = _cookie(request)
    if cookie:
        await close_link(session, cookie)
    answer = RedirectResponse(f"/v/{token}", 303)
    answer.delete_cookie(_cookie_name(request), path="/")
    return answer


@router.post("/{token}/home")
async def go_home(request: Request, session: Tx, token: str) -> Response:
    """From an order to the vendor's own pages: they still ask for a code."""
    require_own_origin(request)
    page = await opened(session, token, _cookie(request))
    return RedirectResponse(await acts.home_link(session, page.vendor.id), 303)


@router.post("/{token}/order")
async def go_to_order(request: Request, session: Tx, token: str) -> Response:
    """From an offer that was won to the order itself, where no text message reaches the vendor."""
    require_own_origin(request)
    page = await opened(session, token, _cookie(request))
    if page.order is None or page.order.vendor_id != page.vendor.id:
        return page_of("over.html", status=404)
    return RedirectResponse(await acts.order_link(session, page.order), 303)


@router.post("/{token}/{act}")
async def press(
    request: Request, session: Tx, token: str, act: str, pressed: Annotated[Pressed, Form()]
) -> Response:
    require_own_origin(request)
    page = await opened(session, token, _cookie(request))
    return await _act(request, session, page, act, pressed)


@router.post("/{token}/orders/{order_id}/{act}")
async def press_own_order(
    request: Request, session: Tx, token: str, *, order_id: UUID, act: str,
    pressed: Annotated[Pressed, Form()],
) -> Response:  # fmt: skip
    require_own_origin(request)
    page = await own_order(session, token, _cookie(request), order_id)
    return await _act(request, session, page, act, pressed)


@router.post("/{token}/offers/{offer_id}/{act}")
async def press_own_offer(
    request: Request, session: Tx, token: str, *, offer_id: UUID, act: str,
    pressed: Annotated[Pressed, Form()],
) -> Response:  # fmt: skip
    require_own_origin(request)
    page = await own_offer(session, token, _cookie(request), offer_id)
    return await _act(request, session, page, act, pressed)


async def over(_request: Request, _error: Exception) -> Response:
    """The page for whoever comes too late; registered by `main.py` for LinkOver."""
    return page_of("over.html", status=404)


async def _shown(request: Request, session: Tx, token: str) -> Response:
    page = await opened(session, token, _cookie(request))
    if page.purpose is LinkPurpose.OFFER:
        return await _offer(session, page)
    if page.purpose is LinkPurpose.ORDER:
        return await _order(session, page, said=_said(request))
    if not page.is_signed_in:
        return await _code_page(session, page)
    return await _home(session, page)


async def _home(session: Tx, page: Opened, *, fault: str | None = None) -> Response:
    home = await views.home_view(session, page.vendor, path=page.path)
    return page_of(
        "home.html", status=409 if fault else 200, home=home, path=page.path, fault=fault,
        person=page.person_name,
    )  # fmt: skip


async def _act(request: Request, session: Tx, page: Opened, act: str, pressed: Pressed) -> Response:
    """Done: show the page anew. Not done: show it with what was wrong."""
    known = OFFER_ACTS if page.purpose is LinkPurpose.OFFER else ORDER_ACTS
    if act not in known or page.purpose is LinkPurpose.HOME:
        return page_of("over.html", status=404)
    fault = await _photo_fault(request, session, page, pressed) if act == "step" else None
    fault = fault or await known[act](session, page, pressed)
    if fault is None:
        said = "?called=1" if act == "call" else ""
        return RedirectResponse(f"{page.path}{said}", 303)
    if page.purpose is LinkPurpose.OFFER:
        return await _offer(session, page, fault=fault)
    return await _order(session, page, fault=fault, typed=pressed)


async def _offer(session: Tx, page: Opened, *, fault: str | None = None) -> Response:
    if page.offer is None or page.order is None:
        return page_of("over.html", status=404)
    await session.refresh(page.offer)
    view = await views.offer_view(session, page.offer, page.order, path=page.path)
    return page_of("offer.html", status=409 if fault else 200, offer=view, fault=fault)


async def _order(
    session: Tx, page: Opened, *, fault: str | None = None, said: str | None = None,
    typed: Pressed | None = None,
) -> Response:  # fmt: skip
    if page.order is None:
        return page_of("over.html", status=404)
    await session.refresh(page.order)
    view = await views.order_view(session, page.order, path=page.path)
    workers = await views.workers_view(session, page.order)
    home = page.path.split("/orders/")[0] if page.is_signed_in else None
    return page_of(
        "order.html", status=409 if fault else 200, order=view, fault=fault, said=said,
        takes_photos=takes_photos(page.order), home=home, workers=workers,
        typed=typed or Pressed(),
    )  # fmt: skip


async def _code_page(
    session: Tx, page: Opened, *, said: str | None = None, status: int = 200,
    person: VendorPerson | None = None,
) -> Response:  # fmt: skip
    phone = await views.masked_phone(session, page.vendor.id)
    return page_of(
        "code.html", status=status, path=page.path, said=said, vendor=page.vendor.name,
        phone=person.phone_masked if person else phone, registered=phone,
        people=await people_of(session, page.vendor.id), person=str(person.id) if person else "",
    )  # fmt: skip


async def _keep(request: Request, session: Tx, page: Opened, photo: UploadFile) -> Response:
    if page.order is None or not takes_photos(page.order):
        return page_of("over.html", status=404)
    fault = await keep_photo(session, page, photo, request.state.settings)
    return await _order(session, page, fault=fault) if fault else RedirectResponse(page.path, 303)


async def _photo_fault(request: Request, session: Tx, page: Opened, pressed: Pressed) -> str | None:
    """What comes with the step is kept even where the step itself is refused."""
    if pressed.photo is None or not is_chosen(pressed.photo) or pressed.move not in FINISHING:
        return None
    settings = request.state.settings
    fault = await keep_photo(session, page, pressed.photo, settings, only_in=DOING)
    return None if fault == SAME and has_photos(page) else fault


def _said(request: Request) -> str | None:
    return "bridge_asked" if "called" in request.query_params else None


def _require(page: Opened, purpose: LinkPurpose) -> None:
    if page.purpose is not purpose:
        raise NotFound


def _cookie(request: Request) -> str | None:
    return request.cookies.get(_cookie_name(request))


def _cookie_name(request: Request) -> str:
    settings: Settings = request.state.settings
    return settings.cookie_name(COOKIE)
