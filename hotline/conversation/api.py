"""Try a sentence, and suggestions while typing: the same engine that hears callers."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from hotline import audit, clock
from hotline.accounts.auth import CallTaker, DirectoryReader, DirectoryWriter, WordingWriter
from hotline.calls import queries as calls
from hotline.calls.schemas import ReasonOut
from hotline.conversation import queries
from hotline.conversation.gaps import Gap, Utterance, gaps_in
from hotline.conversation.live_directory import CityDirectory, LiveDirectory
from hotline.conversation.schemas import (
    AnswerTextIn,
    GapList,
    GapOut,
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
    UtteranceOut,
    UtterancePage,
)
from hotline.conversation.texting import text_answer
from hotline.conversation.wording import default_texts, gaps_of
from hotline.db import Tx
from hotline.db.cursor import read_cursor, write_cursor
from hotline.directory.entry import Entry
from hotline.errors import InvalidInput, NotFound
from hotline.matching.values import Context, Match
from hotline.messages.schemas import OutgoingOut
from hotline.organizations import queries as organizations
from hotline.organizations.service import set_wording
from hotline.principal import Principal

router = APIRouter(prefix="/api/v1", tags=["directory"])

MOST_GROUPED = 2_000


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


@router.post("/calls/{call_id}/answer-text", tags=["calls"], status_code=202)
async def text_caller(
    request: Request, session: Tx, principal: CallTaker, call_id: UUID, body: AnswerTextIn
) -> OutgoingOut:
    """把事项的答复、材料和网页地址用短信发给来电人。"""
    ears = _directory(request, principal)
    call = await calls.call_to_change(session, principal, call_id)
    known = ears.known(None)
    entry = known.entry_for(body.entry_id, call.district)
    if entry is None:
        raise NotFound
    unit = known.unit_for(entry, call.district)
    sent = await text_answer(session, call, entry, unit.phone if unit else None, ears.wording)
    await audit.record(session, principal, "call.texted", target=f"call:{call.id}")
    return OutgoingOut.model_validate(sent)


@router.get("/utterances/gaps")
async def list_gaps(
    request: Request,
    session: Tx,
    principal: DirectoryWriter,
    days: Annotated[int, Query(ge=1, le=180)] = 30,
) -> GapList:
    """没有直接答上来的话，按意思归组，附建议。"""
    since = clock.now() - timedelta(days=days)
    turns = await queries.heard_turns(
        session, principal, since=since, is_unanswered=True, limit=MOST_GROUPED
    )
    entries = _directory(request, principal).entries
    found = gaps_in(map(_utterance, turns))
    return GapList(
        since=since, heard=len(turns), items=[_gap_out(gap, entries) for gap in found[:100]]
    )


@router.get("/utterances")
async def list_utterances(
    session: Tx,
    principal: DirectoryWriter,
    days: Annotated[int, Query(ge=1, le=180)] = 30,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> UtterancePage:
    """听到的话（已脱敏）、当时的理解和最后办的事项：供编辑查看，也供下一次训练。"""
    turns = await queries.heard_turns(
        session, principal, since=clock.now() - timedelta(days=days), is_unanswered=False,
        after=read_cursor(after) if after else None, limit=limit + 1,
    )  # fmt: skip
    shown = turns[:limit]
    following = write_cursor(shown[-1].at, shown[-1].id) if len(turns) > limit else None
    items = [UtteranceOut.model_validate(asdict(turn)) for turn in shown]
    return UtterancePage(items=items, next=following)


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
    await set_wording(
        session, principal, principal.organization_id, key=text_key, text=body.text,
        scope="wording:write",
    )  # fmt: skip
    return TextOut(key=text_key, shipped=shipped, own=body.text)


@router.get("/texts/{text_key}/history", tags=["wording"])
async def show_text_history(session: Tx, principal: WordingWriter, text_key: str) -> TextHistory:
    """以前用过的文本。"""
    rows = await organizations.wording_history(session, principal.organization_id, text_key)
    return TextHistory(items=[TextVersion.model_validate(row) for row in rows])


def _utterance(turn: queries.HeardTurn) -> Utterance:
    nearest = turn.results[0] if turn.results else {}
    return Utterance(
        turn.text, nearest.get("entry_id"), nearest.get("confidence", 0.0), turn.chosen_entry_id
    )


def _gap_out(gap: Gap, entries: Mapping[str, Entry]) -> GapOut:
    entry = entries.get(gap.entry_id or "")
    return GapOut(
        count=gap.count,
        examples=list(gap.examples),
        entry_id=entry.id if entry else None,
        entry_name=entry.name if entry else None,
        proposal=gap.proposal,
    )


def _directory(request: Request, principal: Principal) -> CityDirectory:
    live: LiveDirectory = request.state.directory
    return live.for_organization(principal.organization_id)


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
