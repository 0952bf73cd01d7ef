"""The three steps of a report: what, where, who. Pure.

Everything travels in the form itself until the last step, so that nothing is kept of somebody who
turns back.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID, uuid4

from hotline.portal.questions import Question, wrong_answers
from hotline.tickets.states import TicketKind

KINDS = (
    TicketKind.HELP, TicketKind.COMPLAINT, TicketKind.REPORT,
    TicketKind.CONSULT, TicketKind.SUGGESTION, TicketKind.PRAISE,
)  # fmt: skip
STEPS = (1, 2, 3)
PLACE = 2
LAST = 3
LONGEST = 2_000
_SHORTEST = 4
_LONGEST_PLACE = 200
_LONGEST_TITLE = 30
_LONGEST_NUMBER = 20
_PHONE = re.compile(r"\+?\d[\d\s()-]{5,18}\d")

Faults = Mapping[str, str]
"""Field → key of the text that says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Report:
    """`trap` is a field that no person sees; `form_id` makes a second sending the same one.

    `follow` is the number of a ticket about the same matter that the resident joins instead.
    """

    form_id: UUID
    kind: str = ""
    text: str = ""
    place: str = ""
    district: str = ""
    entry_id: str = ""
    phone: str = ""
    is_anonymous: bool = False
    is_confidential: bool = False
    trap: str = ""
    follow: str = ""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, fields: Mapping[str, str], answers: Mapping[str, tuple[str, ...]] | None = None
    ) -> Self:
        """`answers` are those to the questions of the subject, by the codes of the questions."""
        return cls(
            form_id=_form_id(fields.get("form_id", "")),
            kind=fields.get("kind", ""),
            text=fields.get("text", "")[:LONGEST],
            place=fields.get("place", "")[:_LONGEST_PLACE],
            district=fields.get("district", ""),
            entry_id=fields.get("entry_id", ""),
            phone=fields.get("phone", "")[:20],
            is_anonymous=fields.get("contact") == "anonymous",
            is_confidential=fields.get("confidential") == "yes",
            trap=fields.get("website", ""),
            follow=fields.get("follow", "")[:_LONGEST_NUMBER],
            answers=answers or {},
        )

    def title(self, entry_name: str | None) -> str:
        """The service that it is about, else how the telling begins."""
        first = re.split(r"[。！？\n]", self.text, maxsplit=1)[0]
        return entry_name or first[:_LONGEST_TITLE] or self.text[:_LONGEST_TITLE]


def faults_of(
    report: Report,
    *,
    up_to: int,
    districts: Collection[str],
    questions: Sequence[Question] = (),
) -> Faults:
    """What is wrong in the steps up to one, by the order of the fields."""
    wrong: dict[str, tuple[int, bool]] = {
        "kind": (1, report.kind not in KINDS),
        "text": (1, len(report.text) < _SHORTEST),
        "district": (2, bool(report.district) and report.district not in districts),
        "phone": (3, not report.is_anonymous and not _PHONE.fullmatch(report.phone)),
    }
    faults = {
        name: f"report.fault.{name}"
        for name, (step, is_wrong) in wrong.items()
        if is_wrong and step <= up_to
    }
    asked = wrong_answers(questions, report.answers) if up_to == LAST else {}
    return faults | {f"q_{code}": f"report.fault.{fault}" for code, fault in asked.items()}


def step_of(field: str) -> int:
    """The step in which a field is filled in."""
    return {"kind": 1, "text": 1, "district": 2, "place": 2}.get(field, 3)


def _form_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
