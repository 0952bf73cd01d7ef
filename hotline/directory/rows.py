"""The schema of every file: one class for a line. Strict: no unknown fields, no conversions."""

import math
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from hotline.organizations import hours as opening

MOST_OF_SUMMARY = 80
OPTIONAL = frozenset({"hours", "contacts", "places"})


def _sound(text: str) -> str:
    """PostgreSQL stores no NUL and no half of a surrogate pair; lines are read out as one."""
    if any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in text):
        raise PydanticCustomError("control", "含有控制字符或无效字符")
    if text != text.strip():
        raise PydanticCustomError("spaces", "首尾不能有空白")
    return text


def _opening(text: str) -> str:
    if not opening.is_valid(text):
        raise PydanticCustomError("hours", "不是有效的办公时间")
    return text


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise PydanticCustomError("day", "不是有效的日期（年-月-日）") from error
    return text


def _price(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value <= 10_000_000:
        raise PydanticCustomError("price", "应为不小于 0 的数字")
    return value


Loose = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_sound)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_sound)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_sound)]
Summary = Annotated[
    str, StringConstraints(min_length=1, max_length=MOST_OF_SUMMARY), AfterValidator(_sound)
]
Id = Annotated[str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{1,19}$")]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,11}$")]
Hours = Annotated[Text, AfterValidator(_opening)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Names = Annotated[list[Name], Field(max_length=200)]
Texts = Annotated[list[Text], Field(max_length=200)]
Price = Annotated[Any, BeforeValidator(_price)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OrganizationRow(Row):
    id: Id
    name: Name
    short_name: Name
    aliases: Names
    kind: Literal["government", "utility", "public_institution", "community"]
    tier: Literal["city", "district", "subdistrict"]
    district: Name | None
    parent_id: Id | None
    phone: Phone
    hotline: Digits | None
    address: Text
    lat: Lat
    lon: Lon
    hours: Hours
    duties: Loose


class ServiceRow(Row):
    id: Id
    kind: Literal["government", "assistance", "complaint", "convenience"]
    category: Annotated[Name, StringConstraints(pattern=r"^[^/]+/[^/]+$")]
    name: Name
    aliases: Names
    organization_id: Id | None
    tier: Literal["city", "district"]
    districts: Names
    summary: Summary
    details: Text
    procedure: Texts
    documents: Texts
    fee: Loose
    time_limit: Loose
    channels: Texts
    forms: Texts
    audience: Texts
    keywords: Texts
    urgency: Literal["normal", "urgent"]
    handoff: Literal["answer", "transfer", "ticket", "dispatch"]
    updated: Day
    hours: Hours | None = None
    contacts: Texts = []
    places: Texts = []

    def content(self) -> dict[str, Any]:
        """The line of the file: what an entry need not have is left out where it has none."""
        return {
            name: value
            for name, value in self.model_dump().items()
            if value or name not in OPTIONAL
        }


class PriceRow(Row):
    service_id: Id
    unit: Name
    price_min: Price
    price_max: Price


class VettingRow(Row):
    document: Name
    number: Name
    expires: Day


class VendorRow(Row):
    id: Id
    name: Name
    category: Name
    service_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]
    districts: Annotated[list[Name], Field(min_length=1, max_length=200)]
    phone: Phone
    contact: Name
    address: Text
    lat: Lat
    lon: Lon
    hours: Hours
    capacity: Count
    grade: Literal["A", "B", "C"]
    rating: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
    price_list: list[PriceRow]
    vetting: list[VettingRow]
    deposit: Annotated[int, Field(ge=0, le=100_000_000)]
    status: Literal["active", "probation", "suspended"]
    joined: Day


class SubjectRow(Row):
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}(-[0-9]{2}){0,2}$")]
    level: Annotated[int, Field(ge=1, le=3)]
    parent: Id | None
    name: Name
    examples: Texts
    default_organization_id: Id
    sla_working_days: Annotated[int, Field(ge=1, le=365)]


class ShortCodeRow(Row):
    number: Digits
    name: Name
    handles: Text
    emergency: bool
    merged_into_12345: bool


class PlaceRow(Row):
    name: Name
    aliases: Names
    kind: Literal[
        "district", "subdistrict", "town", "community", "village", "compound", "road", "landmark"
    ]
    district: Name
    parent: Name
    lat: Lat
    lon: Lon


class NumberRow(Row):
    number: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,15}$")]
    label: Name


class DistrictRow(Row):
    """A node of the tree in `city.json`; `bounds` is south, north, west, east."""

    key: Id
    name: Name
    short_name: Name
    hours: Hours
    phone: Phone | None
    address: Text | None
    lat: Lat
    lon: Lon
    bounds: Annotated[list[float], Field(min_length=4, max_length=4)]
    entry_suffix: Id | None = None
    numbers: list[NumberRow]


class CityRow(DistrictRow):
    districts: Annotated[list[DistrictRow], Field(min_length=1)]
