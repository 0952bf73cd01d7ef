"""How a vendor stands, in its own words: decisions, objections of residents, what to do. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hotline import clock
from hotline.dispatch.standing_models import AppealSubject
from hotline.dispatch.standing_schemas import (
    BarOut,
    ComplaintOut,
    VendorGradeOut,
    VendorStandingOut,
)
from hotline.vendor_pages.texts import t

SHOWN_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that was decided about the vendor, and whether it may still object."""

    subject: str
    id: UUID
    text: str
    may_appeal: bool
    answer: str | None


@dataclass(frozen=True, slots=True)
class StandingLines:
    bars: Sequence[Decision]
    months: Sequence[Decision]
    advice: Sequence[str]
    complaints: Sequence[str]

    @property
    def decisions(self) -> Sequence[Decision]:
        return [*self.bars, *self.months]


def standing_lines(standing: VendorStandingOut) -> StandingLines:
    return StandingLines(
        bars=[
            _decision(standing, AppealSubject.BAR, one.id, _bar(one))
            for one in standing.bars
            if one.lifted_at is None
        ],
        months=[
            _decision(standing, AppealSubject.STANDING, one.id, _month(one))
            for one in standing.months[:SHOWN_MONTHS]
        ],
        advice=[t(f"advice_{one}") for month in standing.months[:1] for one in month.advice],
        complaints=[_complaint(one) for one in standing.complaints],
    )


def day(moment: datetime | None) -> str | None:
    return None if moment is None else f"{clock.local(moment):%Y-%m-%d}"


def _decision(
    standing: VendorStandingOut, subject: AppealSubject, decided_id: UUID, text: str
) -> Decision:
    made = next((one for one in standing.appeals if one.subject_id == decided_id), None)
    answer = None if made is None else made.answer or t("appeal_kept")
    return Decision(subject.value, decided_id, text, made is None, answer)


def _month(one: VendorGradeOut) -> str:
    return t("month_score", month=one.month, grade=one.grade, score=f"{one.score:.2f}")


def _complaint(one: ComplaintOut) -> str:
    end = t(f"complaint_{one.end}") if one.end else t("complaint_open")
    told = {"number": one.number, "service": one.service, "day": day(one.at)}
    return t("complaint", **told, words=one.words or t("unsaid_words"), end=end)


def _bar(one: BarOut) -> str:
    until = day(one.until)
    told = t("bar", reason=one.reason, day=until) if until else t("bar_for_good", reason=one.reason)
    return t("bar_of_worker", worker=one.worker, bar=told) if one.worker else told
