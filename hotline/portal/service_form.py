"""The short forms that go with a service: order it, or be called about it. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from hotline.directory.entry import Entry

_PHONE = re.compile(r"\+?\d[\d\s()-]{5,18}\d")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class ServiceForm:
    """`vendor` is a key of the directory, empty for whoever is next in turn."""

    district: str = ""
    address: str = ""
    phone: str = ""
    when: str = ""
    note: str = ""
    vendor: str = ""
    consents: bool = False
    trap: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Self:
        def line(name: str) -> str:
            return fields.get(name, "")[:_LONGEST]

        return cls(
            district=line("district"),
            address=line("address"),
            phone=line("phone")[:20],
            when=line("when")[:100],
            note=line("note"),
            vendor=line("vendor"),
            consents=fields.get("consent") == "yes",
            trap=line("website"),
        )

    @property
    def digits(self) -> str:
        return re.sub(r"\D", "", self.phone)[-11:]


def order_faults(form: ServiceForm, districts: Collection[str]) -> Mapping[str, str]:
    wrong = {
        "district": form.district not in districts,
        "address": len(form.address) < 3,
        "phone": not _PHONE.fullmatch(form.phone),
    }
    return {name: f"order.fault.{name}" for name, is_wrong in wrong.items() if is_wrong}


def call_faults(form: ServiceForm) -> Mapping[str, str]:
    return {} if _PHONE.fullmatch(form.phone) else {"phone": "order.fault.phone"}


def may_be_ordered(entry: Entry) -> bool:
    return entry.handoff == "dispatch"
