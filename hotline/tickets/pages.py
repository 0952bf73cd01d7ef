"""The page behind the link of a text message: what became of it, and what do you say to that."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from pydantic import BaseModel, Field

from hotline.accounts.auth import require_own_origin
from hotline.db import Tx
from hotline.db.storable import is_storable
from hotline.portal.files import static_href
from hotline.tickets import rate_ticket
from hotline.tickets.outcomes import SATISFIED_FROM
from hotline.tickets.phrases import phrase
from hotline.tickets.rate_ticket import Rating

router = APIRouter(include_in_schema=False)

_LEVELS = {str(level): level for level in range(1, 6)}
_LONGEST = 1_000


class RatingForm(BaseModel):
    """As a browser sends it: what was not chosen is empty."""

    resolved: str = ""
    level: str = ""
    unit_level: str = ""
    agent_level: str = ""
    words: str = Field("", max_length=2 * _LONGEST)

    @property
    def is_complete(self) -> bool:
        return self.level in _LEVELS and self.resolved in ("yes", "no") and is_storable(self.words)

    def rating(self) -> Rating:
        return Rating(
            level=_LEVELS[self.level],
            is_resolved=self.resolved == "yes",
            unit_level=_LEVELS.get(self.unit_level),
            agent_level=_LEVELS.get(self.agent_level),
            words=self.words.strip()[:_LONGEST] or None,
        )


@router.get("/r/{token}")
async def ask_for_rating(session: Tx, token: str) -> Response:
    """Only shows: previews of messages open links too."""
    return _page(asked=await rate_ticket.rateable(session, token))


@router.post("/r/{token}")
async def take_rating(
    request: Request, session: Tx, token: str, given: Annotated[RatingForm, Form()]
) -> Response:
    require_own_origin(request)
    if not given.is_complete:
        asked = await rate_ticket.rateable(session, token)
        return _page(422, asked=asked, fault=phrase("page_incomplete"))
    rating = given.rating()
    await rate_ticket.rate_by_link(session, token, rating)
    key = "page_thanks" if rating.level >= SATISFIED_FROM else "page_sorry"
    return _page(thanks=phrase(key))


def _page(status: int = 200, **view: Any) -> Response:
    shown = {"asked": None, "fault": None, "thanks": None} | view
    page = _template().render(text=phrase, style=static_href("portal.css"), **shown)
    headers = {"Cache-Control": "private, no-store"}
    return Response(page, status, headers, media_type="text/html; charset=utf-8")


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("hotline.tickets", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
    )
    return environment.get_template("rating.html")
