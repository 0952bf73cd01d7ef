"""The pages of docs that are made from the definitions of the indicators, in both languages."""

from dataclasses import dataclass

from hotline.stats.kpis import Group, Kpi, Unit, every_kpi
from hotline.stats.wording import Language, Words, words_of


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    lead: str
    heading: str
    target: str
    words: Words


_ZH = _Wording(
    "指标口径",
    "本页由 `hotline/stats/kpis.toml` 生成，接口、界面、导出与本页使用同一份定义。"
    "分子、分母一栏是 `hotline/stats/measures.py` 中计数的名称。[English](kpis.en.md)",
    "| 指标 | 公式 | 分子 | 分母 | 剔除 | 来源与目标 |",
    "；目标 ",
    words_of(Language.CHINESE),
)
_EN = _Wording(
    "Indicators",
    "Made from `hotline/stats/kpis.toml`, which the API, the screens, the exports and this page"
    " share. Numerator and denominator name counts of `hotline/stats/measures.py`."
    " [中文](kpis.md)",
    "| Indicator | Formula | Numerator | Denominator | Without | Source and target |",
    "; target ",
    words_of(Language.ENGLISH),
)


def as_markdown(language: str = "zh-CN") -> str:
    """`docs/kpis.md` and `docs/kpis.en.md`; a test compares them with the files."""
    wording = _EN if language == "en" else _ZH
    lines = [f"# {wording.title}", "", wording.lead]
    for group in Group:
        lines += [
            "",
            f"## {wording.words.t(f'group.{group}')}",
            "",
            wording.heading,
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(kpi, wording) for kpi in every_kpi().values() if kpi.group is group]
    return "\n".join(lines) + "\n"


def _row(kpi: Kpi, wording: _Wording) -> str:
    parts = " ".join(f"{weight:g}×`{key}`" for key, weight in kpi.weights.items())
    above = _terms(kpi.numerator) or parts
    target = "" if kpi.target is None else f"{wording.target}{_target(kpi)}"
    below = _terms(kpi.denominator) or "—"
    of = wording.words.of
    cells = (
        f"**{of(kpi)}** `{kpi.key}`", of(kpi, "formula"), above, below, of(kpi, "excludes"),
        f"{of(kpi, 'source')}{target}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _terms(terms: tuple[str, ...]) -> str:
    return " + ".join(f"`{term}`" for term in terms).replace("+ `-", "− `")


def _target(kpi: Kpi) -> str:
    sign = "≤ " if kpi.better == "down" else "≥ "
    return sign + (f"{kpi.target:.0%}" if kpi.unit is Unit.RATIO else f"{kpi.target:g}")
