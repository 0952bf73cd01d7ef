"""A data package goes out and comes back in unchanged; what somebody changed in it is told."""

import asyncio
import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from hotline.editing.hsds_file import read_package
from tests.city import City

SERVICES = "services.csv"
Rows = list[dict[str, str]]


async def dry_run(editor: httpx2.AsyncClient, content: bytes) -> dict[str, Any]:
    brought = await editor.post(
        "/api/v1/entry-imports", files={"file": ("entries.hsds.zip", content, "application/zip")}
    )
    assert brought.status_code == 202, brought.text
    path = f"/api/v1/entry-imports/{brought.json()['id']}"
    for _ in range(600):
        shown: dict[str, Any] = (await editor.get(path)).json()
        if shown["state"] != "checking":
            return shown
        await asyncio.sleep(0.05)
    raise AssertionError("the dry run did not end")


def changed(content: bytes, file: str, change: Callable[[Rows], None]) -> bytes:
    """The package with other rows in one of its files."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == file:
                reader = csv.DictReader(io.StringIO(text))
                rows = list(reader)
                change(rows)
                out = io.StringIO()
                writer = csv.DictWriter(out, list(reader.fieldnames or ()))
                writer.writeheader()
                writer.writerows(rows)
                text = out.getvalue()
            new.writestr(name, text)
    return target.getvalue()


@pytest.mark.parametrize("path", ["/api/v1/entry-exports/hsds?own=true", "/hsds/datapackage.zip"])
async def test_a_package_comes_back_in_unchanged(city: City, path: str) -> None:
    editor = await city.signed_in("editor-1")
    content = (await editor.get(path)).content
    done = await dry_run(editor, content)
    assert (done["state"], done["faults"], done["changes"]) == ("checked", [], [])
    assert done["unchanged_count"] == 565


async def test_changes_and_faults_are_told_by_row_and_cell(city: City) -> None:
    editor = await city.signed_in("editor-1")
    content = (await editor.get("/api/v1/entry-exports/hsds")).content

    def other_fee(rows: Rows) -> None:
        rows[0]["fees_description"] = "免费试办"

    done = await dry_run(editor, changed(content, SERVICES, other_fee))
    (change,) = done["changes"]
    (difference,) = change["differences"]
    assert (change["row"], difference["field"], difference["after"]) == (2, "fee", "免费试办")
    letter = "L"
    assert difference["cell"] == f"{letter}2"

    def nameless(rows: Rows) -> None:
        rows[1]["name"] = ""

    done = await dry_run(editor, changed(content, SERVICES, nameless))
    (fault,) = done["faults"]
    assert (done["state"], fault["row"], fault["field"]) == ("faulty", 3, "name")


async def test_a_department_takes_out_only_what_it_keeps(city: City) -> None:
    editor = await city.signed_in("editor-house")
    content = (await editor.get("/api/v1/entry-exports/hsds")).content
    found, _ = read_package("x.zip", content)
    assert found.services
    assert {str(one.row.organization_id)[:9] for one in found.services} == {"org-house"}


def package(**files: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"data/{name}.csv", text)
    return target.getvalue()


def test_the_package_of_others_fills_what_the_standard_has_columns_for() -> None:
    content = package(
        service=(
            "id,organization_id,name,alternate_name,description,application_process,"
            "fees_description,assured_date\r\n"
            "0f,o1,办证,领证,带身份证来。,排队；领取,免费,2026-11-20\r\n"
        ),
        attributes="id,link_id,taxonomy_term_id,link_entity,value\r\na,0f,t1,service,\r\n",
        taxonomy_terms="id,code,name\r\nt1,证照/身份证,身份证\r\n",
        required_documents="id,service_id,document\r\nd,0f,身份证\r\n",
        organization_identifiers=(
            "id,organization_id,identifier_type,identifier\r\ni,o1,directory key,org-house\r\n"
        ),
    )
    found, letters = read_package("other.zip", content)
    assert found.faults == []
    (row,) = [located.row for located in found.services]
    assert (row.name, row.category, row.fee) == ("办证", "证照/身份证", "免费")
    assert (row.procedure, row.documents, row.aliases) == (["排队", "领取"], ["身份证"], ["领证"])
    assert (row.organization_id, letters["fee"]) == ("org-house", "G")


@pytest.mark.parametrize(
    ("content", "told"), [(b"no zip", "不是可以读取的"), (package(other="id\r\n"), "没有 services")]
)
def test_what_is_no_package_is_told_as_a_whole(content: bytes, told: str) -> None:
    found, _ = read_package("x.zip", content)
    (fault,) = found.faults
    assert (fault.line, told in fault.message) == (0, True)
