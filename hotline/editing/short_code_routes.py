"""Short numbers: everybody who reads the directory sees them, editors of the city keep them."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from hotline.accounts.auth import DirectoryReader, DirectoryWriter
from hotline.db import Tx
from hotline.directory import queries as directory
from hotline.editing import short_codes
from hotline.organizations.queries import city_of
from hotline.organizations.speakable import storable

router = APIRouter()

Number = Annotated[str, Path(pattern=r"^[1-9]\d{2,5}$", description="三到六位短号")]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=60),
    AfterValidator(storable),
]
Handles = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=200),
    AfterValidator(storable),
]


class ShortCodeIn(BaseModel):
    """`handles` is what it is for; `is_merged`: the hotline answers it today."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    handles: Handles
    is_merged: bool = False


class ShortCodeOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: str
    name: str
    handles: str
    is_emergency: bool
    is_merged: bool


class ShortCodeList(BaseModel):
    items: list[ShortCodeOut]


@router.get("/short-codes")
async def list_short_codes(session: Tx, principal: DirectoryReader) -> ShortCodeList:
    """短号：谁接、管什么。"""
    city_id = await city_of(session, principal.organization_id)
    rows = await directory.short_codes(session, city_id)
    return ShortCodeList(items=[ShortCodeOut.model_validate(row) for row in rows])


@router.put("/short-codes/{number}")
async def put_short_code(
    session: Tx, principal: DirectoryWriter, number: Number, body: ShortCodeIn
) -> ShortCodeOut:
    """新增或修改一个短号；只有市级编辑可以，一秒内生效。"""
    code = await short_codes.put_short_code(
        session, principal, number,
        name=body.name, handles=body.handles, is_merged=body.is_merged,
    )  # fmt: skip
    return ShortCodeOut.model_validate(code)


@router.delete("/short-codes/{number}", status_code=204)
async def remove_short_code(session: Tx, principal: DirectoryWriter, number: Number) -> Response:
    """删除一个短号；紧急号码不能删除。"""
    await short_codes.remove_short_code(session, principal, number)
    return Response(status_code=204)
