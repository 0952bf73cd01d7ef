"""The page of a form: it makes the browser a device, and asks for a little work near a limit."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from hotline.portal.challenge import (
    BITS,
    TOKEN,
    Fault,
    Form,
    fault_of,
    issue,
    spoken,
    sum_of,
)
from hotline.portal.device import COOKIE as DEVICE
from hotline.portal.device import LIFE, RENEWED, device_of
from hotline.portal.device import issue as issue_device
from hotline.portal.limits import Limit
from hotline.portal.single_use import use_up
from hotline.portal.visit import Portal, Visit
from hotline.settings import Settings

_CHALLENGE = "challenge"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form shows: the question in words, and what a script needs to do without it."""

    token: str
    question: str
    bits: int = BITS


def form_page(
    visit: Visit, template: str, form: Form | None, /, *, status: int = 200, **view: Any
) -> Response:
    """`form` is None for a page that leads to the form, or that follows it: nothing is asked."""
    gate = _asked(visit, form) if form else None
    response = visit.own(template, status=status, gate=gate, **view)
    if visit.request.method == "GET":
        _make_device(visit, response)
    return response


async def gate_faults(visit: Visit, form: Form, fields: Mapping[str, str]) -> Mapping[str, str]:
    """For what was posted: the text of what is missing by the name of the field; empty: let in."""
    if not _is_near(visit, form):
        return {}
    fault = fault_of(form, fields, visit.moment, visit.signing(_CHALLENGE))
    if fault is Fault.STALE:  # not remembered: it may be anything
        return {TOKEN: "gate.fault.stale"}
    token = fields.get(TOKEN, "")
    if token and not await _is_first(visit, token):
        return {TOKEN: "gate.fault.stale"}
    return {TOKEN: f"gate.fault.{fault}"} if fault else {}


def _asked(visit: Visit, form: Form) -> Asked | None:
    """For the page of a form; None in calm times."""
    if not _is_near(visit, form):
        return None
    sign = visit.signing(_CHALLENGE)
    token = issue(form, visit.moment, secrets.token_hex(8), sign)
    told, language = sum_of(token, sign), visit.display.language
    left, right = spoken(told.left, language), spoken(told.right, language)
    key = "gate.plus" if told.is_plus else "gate.minus"
    return Asked(token, visit.texts.t(key, left=left, right=right))


def _make_device(visit: Visit, response: Response) -> None:
    """Only once a form is opened, and anew when half of its time is over."""
    sign, kept = visit.signing(DEVICE), visit.request.cookies.get(visit.device_cookie)
    if device_of(kept, visit.moment, sign, within=RENEWED) is not None:
        return
    settings: Settings = visit.request.state.settings
    response.set_cookie(
        visit.device_cookie,
        issue_device(visit.moment, secrets.token_hex(16), sign),
        max_age=int(LIFE.total_seconds()),
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


async def _is_first(visit: Visit, token: str) -> bool:
    async with visit.request.state.database.transaction() as session:
        return await use_up(session, token, visit.moment)


def _is_near(visit: Visit, form: Form) -> bool:
    settings: Settings = visit.request.state.settings
    portal, now = visit.portal, visit.moment
    if portal.posts.count("", now) >= settings.gate_posts:
        return True
    sender = visit.sender
    used = max(limit.share(sender, now) for limit in _limits_of(portal, form))
    return settings.gate_share <= 1 and used >= settings.gate_share


def _limits_of(portal: Portal, form: Form) -> tuple[Limit, ...]:
    """The limits of one sender that the form uses up."""
    return {
        Form.REPORT: (portal.reports,),
        Form.TRACK: (portal.failures,),
        Form.ACT: (portal.failures, portal.acts),
        Form.WRONG: (portal.reproofs,),
        Form.OBJECT: (portal.objections,),
    }.get(form, (portal.orders,))
