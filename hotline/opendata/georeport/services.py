"""The services: classes of requests that a ticket can be filed under. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotline.directory.models import Subject
from hotline.opendata.georeport.documents import Items, Plain
from hotline.portal.questions import Question, questions_for

OTHER = "OTHER"
"""For what fits nowhere: a person reads it first, so its number is fetched by token."""

_LEAF = 3


@dataclass(frozen=True, slots=True)
class Service:
    code: str
    name: str
    description: str
    group: str
    keywords: tuple[str, ...]
    working_days: int
    questions: tuple[Question, ...] = ()

    @property
    def is_batch(self) -> bool:
        return self.code == OTHER


def services_of(subjects: Sequence[Subject]) -> Mapping[str, Service]:
    """Code → service, in the order of the directory."""
    names = {subject.code: subject.name for subject in subjects}
    leaves = [_service(subject, names) for subject in subjects if subject.level == _LEAF]
    return {service.code: service for service in (*leaves, _other())}


def service_document(service: Service) -> dict[str, Plain]:
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.description,
        "metadata": bool(service.questions),
        "type": "batch" if service.is_batch else "realtime",
        "keywords": ", ".join(service.keywords),
        "group": service.group,
    }


def definition_document(service: Service) -> dict[str, Plain]:
    asked = [_attribute(number, one) for number, one in enumerate(service.questions, start=1)]
    return {"service_code": service.code, "attributes": Items("attribute", asked)}


def notice_of(service: Service) -> str:
    """What will happen, for whoever sent it in."""
    if service.is_batch:
        return "话务员会先看您反映的是什么事，再转给承办单位。"
    return f"承办单位收到后，一般在{service.working_days}个工作日内办结。"


def _service(subject: Subject, names: Mapping[str, str]) -> Service:
    above = subject.parent_code or ""
    return Service(
        code=subject.code,
        name=subject.name,
        description=f"{names.get(above, '')}：{subject.name}",
        group=names.get(above.rpartition("-")[0], names.get(above, "")),
        keywords=tuple(map(str, subject.examples)),
        working_days=subject.sla_working_days,
        questions=questions_for(subject.code),
    )


def _other() -> Service:
    return Service(
        code=OTHER,
        name="其他诉求",
        description="不知道归哪一类的事",
        group="其他",
        keywords=("其他", "other"),
        working_days=0,
    )


def _attribute(number: int, question: Question) -> dict[str, Plain]:
    choices = [{"key": one.key, "name": one.name} for one in question.choices]
    shown: dict[str, Plain] = {
        "variable": True,
        "code": question.code,
        "datatype": question.datatype.value,
        "required": question.is_required,
        "datatype_description": question.help or None,
        "order": number,
        "description": question.asked,
    }
    return shown | {"values": Items("value", choices)} if choices else shown
