"""When a form asks for a little work first: only while a limit is near, never in calm times."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from hotline.portal.allowance import Allowance
from hotline.portal.challenge import (
    BITS,
    TOKEN,
    Fault,
    Form,
    Sign,
    fault_of,
    issue,
    spoken,
    sum_of,
)
from hotline.portal.single_use import use_up
from hotline.portal.visit import Portal, Visit
from hotline.settings import Settings
from hotline.vault import Vault


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form shows: the question in words, and what a script needs to do without it."""

    token: str
    question: str
    bits: int = BITS


def asked(visit: Visit, form: Form) -> Asked | None:
    """For the page of a form; None in calm times."""
    if not _is_near(visit, form):
        return None
    sign = _signing(visit)
    token = issue(form, visit.moment, secrets.token_hex(8), sign)
    told, language = sum_of(token, sign), visit.display.language
    left, right = spoken(told.left, language), spoken(told.right, language)
    key = "gate.plus" if told.is_plus else "gate.minus"
    return Asked(token, visit.texts.t(key, left=left, right=right))


async def gate_faults(visit: Visit, form: Form, fields: Mapping[str, str]) -> Mapping[str, str]:
    """For what was posted: the text of what is missing by the name of the field; empty: let in."""
    if not _is_near(visit, form):
        return {}
    fault = fault_of(form, fields, visit.moment, _signing(visit))
    if fault is Fault.STALE:  # not remembered: it may be anything
        return {TOKEN: "gate.fault.stale"}
    token = fields.get(TOKEN, "")
    if token and not await _is_first(visit, token):
        return {TOKEN: "gate.fault.stale"}
    return {TOKEN: f"gate.fault.{fault}"} if fault else {}


async def _is_first(visit: Visit, token: str) -> bool:
    async with visit.request.state.database.transaction() as session:
        return await use_up(session, token, visit.moment)


def _is_near(visit: Visit, form: Form) -> bool:
    settings: Settings = visit.request.state.settings
    portal, now = visit.portal, visit.moment
    if portal.posts.count("", now) >= settings.gate_posts:
        return True
    return _limit_of(portal, form).share(visit.address, now) >= settings.gate_share


def _limit_of(portal: Portal, form: Form) -> Allowance:
    """The limit of one address that the form uses up."""
    return {
        Form.REPORT: portal.reports,
        Form.TRACK: portal.failures,
        Form.ACT: portal.failures,
        Form.WRONG: portal.reproofs,
        Form.OBJECT: portal.objections,
    }.get(form, portal.orders)


def _signing(visit: Visit) -> Sign:
    """The key of the vault is the same on every node."""
    vault: Vault = visit.request.state.database.carried["vault"]
    return lambda text: vault.blind(text, purpose="portal challenge")
