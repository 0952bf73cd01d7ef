"""Try a sentence, and suggestions while typing: the same engine that hears callers."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from hotline.accounts.auth import DirectoryReader, WordingWriter
from hotline.calls.schemas import ReasonOut
from hotline.conversation.live_directory import CityDirectory, LiveDirectory
from hotline.conversation.schemas import (
    MatchIn,
    MatchOut,
    SuggestionList,
    SuggestionOut,
    TextHistory,
    TextIn,
    TextList,
    TextOut,
    TextVersion,
    UnderstandingOut,
)
from hotline.conversation.wording import default_texts, gaps_of
from hotline.db import Tx
from hotline.errors import InvalidInput, NotFound
from hotline.matching.values import Context, Match
from hotline.organizations import queries as organizations
from hotline.organizations.service import set_wording
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


@router.get("/texts", tags=["wording"])
async def list_texts(session: Tx, principal: WordingWriter) -> TextList:
    """热线说的每一句话：通用文本和本机构的文本。"""
    own = await organizations.wording(session, principal.organization_id)
    shipped = default_texts()
    return TextList(
        items=[TextOut(key=key, shipped=text, own=own.get(key)) for key, text in shipped.items()]
    )


@router.put("/texts/{text_key}", tags=["wording"])
async def change_text(
    session: Tx, principal: WordingWriter, text_key: str, body: TextIn
) -> TextOut:
    """用本机构自己的话；一秒内生效，旧版本保留。"""
    shipped = default_texts().get(text_key)
    if shipped is None:
        raise NotFound
    if gaps_of(body.text) != gaps_of(shipped):
        errors = [{"field": "text", "message": "占位符必须与通用文本一致。"}]
        raise InvalidInput(errors=errors)
    await set_wording(session, principal, principal.organization_id, key=text_key, text=body.text)
    return TextOut(key=text_key, shipped=shipped, own=body.text)


@router.get("/texts/{text_key}/history", tags=["wording"])
async def show_text_history(session: Tx, principal: WordingWriter, text_key: str) -> TextHistory:
    """以前用过的文本。"""
    rows = await organizations.wording_history(session, principal.organization_id, text_key)
    return TextHistory(items=[TextVersion.model_validate(row) for row in rows])


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
