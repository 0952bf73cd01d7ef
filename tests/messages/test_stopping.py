"""STOP and its like, which telephone hosts act on themselves, and the city's own words."""

import pytest
from sqlalchemy import select

from hotline.consents import queries as consents
from hotline.consents.states import Answer, Purpose
from hotline.db import Database
from hotline.messages import stopping
from hotline.messages.models import OutgoingMessage
from hotline.organizations.models import Organization
from hotline.vault import vault_of
from tests.tickets.city import City

MOBILE = "+8613947300751"


@pytest.mark.parametrize("word", ["STOP", "stopall", "Unsubscribe", "CANCEL", "End", "quit"])
def test_words_of_the_host_stop_here_too(word: str) -> None:
    assert stopping.meaning(word) is Answer.WITHDRAWN
    assert stopping.stops_at_host(f" {word} ")


@pytest.mark.parametrize("word", ["START", "yes", "UNSTOP"])
def test_and_they_start_again(word: str) -> None:
    assert stopping.meaning(word) is Answer.GIVEN
    assert not stopping.stops_at_host(word)


@pytest.mark.parametrize("words", ["退订", "TD", "回复STOP", "STOP。", "stop it"])
def test_the_host_knows_none_of_our_own_words(words: str) -> None:
    assert not stopping.stops_at_host(words)


@pytest.mark.parametrize(
    ("is_confirmed", "templates"), [(True, []), (False, ["sms_stopped"])], ids=["host", "operator"]
)
async def test_what_the_host_confirmed_is_kept_and_not_confirmed_again(
    database: Database, town: City, is_confirmed: bool, templates: list[str]
) -> None:
    async with database.transaction() as session:
        city = await session.get_one(Organization, town.id)
        assert await stopping.take_wish(
            session, city, sender=MOBILE, body="STOP", is_confirmed=is_confirmed
        )
    async with database.transaction() as session:
        blind = vault_of(session).blind(MOBILE, purpose="phone")
        assert await consents.is_withdrawn(session, town.id, blind, Purpose.SMS)
        sent = await session.scalars(select(OutgoingMessage.template))
        assert list(sent) == templates
