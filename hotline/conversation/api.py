"""Try a sentence, and suggestions while typing: the same engine that hears callers."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from hotline.accounts.auth import DirectoryReader
from hotline.calls.schemas import ReasonOut
from hotline.conversation.live_directory import CityDirectory, LiveDirectory
from hotline.conversation.schemas import (
    MatchIn,
    MatchOut,
    SuggestionList,
    SuggestionOut,
    UnderstandingOut,
)
from hotline.errors import NotFound
from hotline.matching.values import Context, Match
from hotline.principal import Principal

router = APIRouter(prefix="/api/v1", tags=["directory"])


@router.post("/match")
async def try_sentence(
    request: Request, principal: DirectoryReader, body: MatchIn
) -> UnderstandingOut:
    """What callers would meet for this sentence, and why."""
    ears = _directory(request, principal)
    understood = await ears.understand(body.text, Context(district=body.district))
    return UnderstandingOut(
        decision=understood.decision,
        emergency=understood.emergency,
        control=understood.control,
        district=understood.district,
        results=[_match_out(ears, match) for match in understood.results],
        ms=understood.ms,
    )


@router.get("/entries/suggest")
async def suggest_entries(
    request: Request, principal: DirectoryReader, q: Annotated[str, Query(max_length=100)]
) -> SuggestionList:
    """Entries for what was typed so far; pinyin and its initials count too."""
    ears = _directory(request, principal)
    entries = ears.entries
    return SuggestionList(
        items=[
            SuggestionOut(
                entry_id=found.entry_id,
                name=entries[found.entry_id].name,
                category=entries[found.entry_id].category,
            )
            for found in ears.suggest(q)
            if found.entry_id in entries
        ]
    )


def _directory(request: Request, principal: Principal) -> CityDirectory:
    live: LiveDirectory = request.state.directory
    found = live.of_organization(principal.organization_id)
    if found is None:
        raise NotFound
    return found


def _match_out(ears: CityDirectory, match: Match) -> MatchOut:
    entry = ears.entries[match.entry_id]
    return MatchOut(
        entry_id=match.entry_id,
        name=entry.name,
        category=entry.category,
        score=match.score,
        confidence=match.confidence,
        reasons=[
            ReasonOut(channel=reason.channel, phrase=reason.phrase, weight=reason.weight)
            for reason in match.reasons
        ],
    )
