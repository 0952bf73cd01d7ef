"""How a vendor stands, said on its own page: what residents objected to, what to do, what was
settled."""

from datetime import date

from hotline.db import uuid7
from hotline.dispatch import settlement_run
from hotline.dispatch.actors import resident, staff
from hotline.dispatch.move_order import make_move
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.standing_service import grade_month
from tests.dispatch.accounts_of_town import on, paid_order
from tests.vendor_pages.conftest import Street
from tests.vendor_pages.test_pages import signed_in

NOVEMBER = date(2026, 11, 1)


async def argued(street: Street) -> None:
    """An order that was paid, argued about and settled."""
    async with street.database.transaction() as session:
        street.town.session = session
        town = street.town
        order = await paid_order(town, town.vendors[0], 20_000)
        said = OrderMoveIn(move=Move.DISPUTE, version=order.version, note="下水道还是堵")
        await make_move(session, resident(), order, said)
        desk = staff(await town.city.person(session, "city_supervisor"))
        end = OrderMoveIn(move=Move.SETTLE, version=order.version, note="双方和解")
        await make_move(session, desk, order, end)


async def month_over(street: Street) -> None:
    async with street.database.transaction() as session:
        await settlement_run.catch_up(session, street.town.city.id)
        await settlement_run.settle(session, street.town.city.id, NOVEMBER)
        await grade_month(session, street.town.city.id, NOVEMBER)


async def test_a_vendor_sees_objections_advice_and_its_statement_as_a_paper(
    street: Street,
) -> None:
    await argued(street)
    with on(12, 2):
        await month_over(street)
        browser, home = await signed_in(street)
        page = (await browser.get(home)).text
        assert "下水道还是堵（已了结）" in page
        assert "报价、收费先说清楚" in page
        (paper,) = [
            part.split('"')[0] for part in page.split('href="') if part.startswith(f"{home}/stat")
        ]
        sent = await browser.get(paper)
        assert (sent.status_code, sent.headers["content-type"]) == (200, "application/pdf")
        assert sent.content.startswith(b"%PDF")
        assert (await browser.get(f"{home}/statements/{uuid7()}")).status_code == 404
        stranger = await street.browser().get(paper)
        assert not stranger.content.startswith(b"%PDF")
