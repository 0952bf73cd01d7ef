"""Places nearer than the district that an utterance names; pure."""

from hotline.matching.districts import Gazetteer

_MOST = 4
_GAP = "，"


def places_in(gazetteer: Gazetteer, said: str) -> tuple[str, ...]:
    """The streets, villages and estates of one district, as the directory calls them."""
    named: list[str] = []
    for _ in range(_MOST):
        heard = gazetteer.district_of(said)
        if heard is None:
            break
        if heard.place != heard.district:
            named.append(heard.place)
        said = said[: heard.start] + _GAP + said[heard.end :]
    return tuple(dict.fromkeys(named))
