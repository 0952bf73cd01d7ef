"""A caller who speaks Mongolian: asked once, remembered for the number."""

from tests.city import City
from tests.phone import Phone


def waits_in(phone: Phone) -> str:
    enqueue = phone.verb("Enqueue")
    assert enqueue is not None, phone.now_hears
    return enqueue.text or ""


async def test_the_language_is_asked_for_once(city: City) -> None:
    plain = await (await city.phone(caller="+8613900003333").dial()).say("人工")
    first = await (await city.phone().dial()).say("说蒙语")
    assert "蒙古语话务员" in first.now_hears
    assert waits_in(first) != waits_in(plain)

    again = await city.phone().dial()
    assert "蒙古语请稍候" in again.now_hears
    await again.stay_silent()
    assert waits_in(again) == waits_in(first)

    other = await city.phone(caller="+8613900004444").dial()
    assert "蒙古语" not in other.now_hears

    back = await (await city.phone().dial()).say("说汉语")
    assert back.verb("Gather") is not None
    assert "蒙古语" not in (await city.phone().dial()).now_hears
