"""Every kind of background job has its name in both languages of the console."""

import re
from pathlib import Path
from typing import Any, cast

import pytest

from hotline.attachments.keeping import Store
from hotline.background import job_runners
from hotline.settings import Settings

CATALOGS = Path(__file__).parents[2] / "agents_ui/src/i18n"


def kinds(folder: Path) -> set[str]:
    """With everything that a city may have set up."""
    anything = cast("Any", object())
    store = Store.of(Settings(data_dir=folder))
    return set(
        job_runners(anything, address="https://hotline.example", data_dir=folder, store=store,
                    mailer=anything)
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_kind_has_a_name(language: str, tmp_path: Path) -> None:
    catalog = (CATALOGS / language / "office.ts").read_text(encoding="utf-8")
    named = catalog.partition("    names: {")[2].partition("}")[0]
    assert len(kinds(tmp_path)) > 40
    assert kinds(tmp_path) - set(re.findall(r'"?([a-z_.]+)"?:', named)) == set()
