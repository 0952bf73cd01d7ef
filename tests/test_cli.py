"""The commands, as somebody at a shell meets them."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "hotline" / "directory" / "wuhai"
_RUN = [sys.executable, "-c", "from hotline.cli import app; app()"]


def hotline(*arguments: str, data_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOTLINE_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT),
                   "HOTLINE_SEMANTIC": "off", "COLUMNS": "200", **variables}  # fmt: skip
    return subprocess.run(
        [*_RUN, *arguments], env=environment, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that the first command fills with the sample city."""
    return tmp_path_factory.mktemp("cli")


def test_match_answers_one_line_for_a_text(data_dir: Path) -> None:
    done = hotline("match", "--text", "我家暖气不热，我在滨河街道", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert set(found) == {"id", "decision", "emergency", "control", "district", "results", "ms"}
    assert found["district"] == "海勃湾区"
    assert found["results"][0]["entry_id"] == "svc-heat-repair-hbw"
    assert set(found["results"][0]) == {"entry_id", "score", "confidence"}


def test_match_reads_and_writes_files_line_by_line(data_dir: Path, tmp_path: Path) -> None:
    asked, answered = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        {"id": "a", "text": "着火了"},
        {"id": "b", "text": "转人工"},
        {"id": "c", "text": "家里暖气不热", "district": "乌达区"},
    ]
    asked.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    done = hotline("match", "--file", str(asked), "--output", str(answered), data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in answered.read_text().splitlines()]
    assert [line["id"] for line in found] == ["a", "b", "c"]
    assert (found[0]["decision"], found[0]["emergency"]) == ("emergency", "119")
    assert (found[1]["decision"], found[1]["control"]) == ("control", "human")
    assert found[2]["results"][0]["entry_id"] == "svc-heat-repair-wd"


def test_match_wants_a_text_or_a_file(data_dir: Path) -> None:
    assert hotline("match", data_dir=data_dir).returncode == 2
    missing = hotline("match", "--file", "/nowhere.jsonl", data_dir=data_dir)
    assert missing.returncode == 2
    assert "找不到文件" in missing.stderr


def test_match_answers_good_lines_and_names_the_others(data_dir: Path, tmp_path: Path) -> None:
    asked, answered = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = ['{"id": 1, "text": "路灯\u2028坏了"}', "{broken", "", '{"text": null}', "[]"]
    asked.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    done = hotline("match", "--file", str(asked), "--output", str(answered), data_dir=data_dir)
    assert done.returncode == 2
    assert "2 行不是 JSON 对象，已跳过：第 2、5 行。" in done.stderr
    assert "Traceback" not in done.stderr
    found = [json.loads(line) for line in answered.read_text().splitlines()]
    assert [line["id"] for line in found] == [1, ""]
    nowhere = tmp_path / "nowhere" / "out.jsonl"
    done = hotline("match", "--text", "路灯坏了", "--output", str(nowhere), data_dir=data_dir)
    assert (done.returncode, "写不了文件" in done.stderr) == (2, True)


def test_a_directory_with_errors_changes_nothing_and_lists_them_all(
    data_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(SAMPLE, tmp_path / "city")
    services = tmp_path / "city" / "services.jsonl"
    rows = services.read_text().splitlines()
    rows[2] = "{broken"
    changed = json.loads(rows[4]) | {"kind": "nonsense", "summary": "长" * 81}
    rows[4] = json.dumps(changed, ensure_ascii=False)
    services.write_text("\n".join(rows) + "\n")
    done = hotline("directory", "import", str(tmp_path / "city"), data_dir=data_dir)
    assert done.returncode == 2
    for place in ("services.jsonl 第 3 行", "services.jsonl 第 5 行"):
        assert place in done.stderr
    again = hotline("directory", "import", str(SAMPLE), data_dir=data_dir)
    assert again.returncode == 0, again.stderr
    assert "services：新增 0，更新 0，未变 565" in again.stderr


def test_an_export_is_what_was_imported(data_dir: Path, tmp_path: Path) -> None:
    done = hotline("directory", "export", str(tmp_path / "out"), data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    for name in ("services.jsonl", "organizations.jsonl", "vendors.jsonl"):
        assert (tmp_path / "out" / name).read_bytes() == (SAMPLE / name).read_bytes()


def test_a_backup_restores(data_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "hotline.backup"
    assert hotline("db", "backup", str(copy), data_dir=data_dir).returncode == 0
    assert copy.stat().st_mode & 0o077 == 0
    restored = hotline("db", "restore", str(copy), data_dir=data_dir)
    assert restored.returncode == 0, restored.stderr
    damaged = tmp_path / "damaged.backup"
    damaged.write_bytes(copy.read_bytes()[:1000])
    refused = hotline("db", "restore", str(damaged), data_dir=data_dir)
    assert refused.returncode != 0
    assert hotline("match", "--text", "路灯坏了", data_dir=data_dir).returncode == 0


def test_a_backup_restores_into_an_empty_data_directory(data_dir: Path, tmp_path: Path) -> None:
    """As on a new machine: the key of the vault, the file, and nothing else."""
    copy, elsewhere = tmp_path / "hotline.backup", tmp_path / "elsewhere"
    wanted = ("accounts", "create", "--username", "kept-agent", "--role", "agent",
              "--organization", "city-wuhai", "--password", "a long enough phrase")  # fmt: skip
    assert hotline(*wanted, data_dir=data_dir).returncode == 0
    assert hotline("db", "backup", str(copy), data_dir=data_dir).returncode == 0
    elsewhere.mkdir()
    shutil.copy2(data_dir / "vault-keys.json", elsewhere)
    restored = hotline("db", "restore", str(copy), data_dir=elsewhere)
    assert restored.returncode == 0, restored.stderr
    again = hotline(*wanted, data_dir=elsewhere)
    assert "这个账号名已被使用" in again.stderr


def test_an_account_is_made_once(data_dir: Path) -> None:
    wanted = ("accounts", "create", "--username", "new-agent", "--role", "agent",
              "--organization", "city-wuhai")  # fmt: skip
    made = hotline(*wanted, data_dir=data_dir)
    assert made.returncode == 0, made.stderr
    again = hotline(*wanted, data_dir=data_dir)
    assert again.returncode != 0
    assert "Traceback" not in again.stderr
    reset = hotline("accounts", "reset", "--username", "new-agent", "--codes", data_dir=data_dir)
    assert reset.returncode == 0, reset.stderr
    first, second = made.stdout.splitlines(), reset.stdout.splitlines()
    assert [len(first), len(second), first == second] == [1, 1, False]
    assert "72 小时" in reset.stderr
    assert hotline("accounts", "reset", "--username", "nobody", data_dir=data_dir).returncode == 1


def test_the_operator_may_choose_the_first_password_but_no_weak_one(data_dir: Path) -> None:
    own = ("accounts", "create", "--username", "own-words", "--role", "agent",
           "--organization", "city-wuhai", "--password")  # fmt: skip
    weak = hotline(*own, "password1234", data_dir=data_dir)
    assert weak.returncode == 1
    assert "Traceback" not in weak.stderr
    made = hotline(*own, "Grey-heron-over-the-dam-41", data_dir=data_dir)
    assert (made.returncode, made.stdout) == (0, "Grey-heron-over-the-dam-41\n")


def test_the_api_describes_itself(data_dir: Path) -> None:
    done = hotline("openapi", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    assert "/api/v1/tickets/{ticket_id}" in json.loads(done.stdout)["paths"]


def test_a_taken_port_is_one_clear_sentence(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = hotline("serve", data_dir=data_dir, HOTLINE_PORT=port)
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unreachable_database_is_one_clear_sentence(data_dir: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    done = hotline("db", "upgrade", data_dir=data_dir, HOTLINE_DATABASE_URL=url)
    assert done.returncode == 1
    assert "无法启动" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"HOTLINE_PORT": "eighty"}, "HOTLINE_PORT"),
        ({"HOTLINE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1"}, "HOTLINE_DATABASE_URL"),
        ({"HOTLINE_S3_URL": "https://s3.example/files"}, "HOTLINE_S3_SECRET"),
    ],
)
def test_a_wrong_setting_is_named(data_dir: Path, wrong: dict[str, str], named: str) -> None:
    done = hotline("db", "upgrade", data_dir=data_dir, **wrong)
    assert done.returncode == 1
    assert "配置有误" in done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def filled(data_dir: Path) -> Path:
    """The data directory, with the sample city in it whichever test came first."""
    done = hotline("db", "upgrade", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    return data_dir


def test_the_audit_is_verified_and_what_is_cut_off_is_told(filled: Path) -> None:
    whole = hotline("audit", "verify", data_dir=filled)
    assert whole.returncode == 0, whole.stderr
    assert "审计记录完整" in whole.stderr
    heads = filled / "audit-heads.jsonl"
    kept = heads.read_text()
    last = json.loads(kept.splitlines()[-1])
    heads.write_text(kept + json.dumps(last | {"seq": last["seq"] + 5}) + "\n")
    forged = hotline("audit", "verify", data_dir=filled)
    heads.write_text(kept)
    assert forged.returncode == 2
    assert "链头的签名无效" in forged.stderr


def test_the_doctor_finds_nothing_wrong_with_a_sample_city(filled: Path) -> None:
    done = hotline("doctor", data_dir=filled)
    assert done.returncode == 0, done.stderr
    told = ("配置", "话务平台", "工作日历", "磁盘", "备份", "数据库角色", "表结构", "时钟", "密钥")
    for subject in told:
        assert f" {subject}：" in done.stderr, subject
    assert "Traceback" not in done.stderr


def test_the_doctor_names_what_is_wrong_and_leaves_with_1(filled: Path) -> None:
    keys = filled / "vault-keys.json"
    away = keys.rename(filled / "put-away")
    try:
        done = hotline("doctor", data_dir=filled, HOTLINE_TELEPHONY="twilio")
        assert not keys.exists()
    finally:
        away.rename(keys)
    assert done.returncode == 1
    assert "✗ 话务平台：没有账号或密钥" in done.stderr
    assert "✗ 密钥：找不到 vault-keys.json" in done.stderr
    assert "✓ 表结构" in done.stderr


def test_the_doctor_of_an_empty_directory_makes_nothing(tmp_path: Path) -> None:
    done = hotline("doctor", data_dir=tmp_path)
    assert done.returncode == 1
    assert "还没有建立" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_not_called_a_database(data_dir: Path) -> None:
    refused = hotline("db", "backup", "/nowhere/hotline.dump", data_dir=data_dir)
    assert refused.returncode == 1
    assert "没有这个文件或目录" in refused.stderr
    assert "数据库" not in refused.stderr


@pytest.mark.parametrize(("name", "value", "says"), [
    ("HOTLINE_PORT", "abc", "HOTLINE_PORT：须是数字"),
    ("HOTLINE_PORT", "0", "HOTLINE_PORT：须不小于 1"),
    ("HOTLINE_TELEPHONY", "pigeon", "HOTLINE_TELEPHONY：须是 carrier、twilio 之一"),
    ("HOTLINE_TRUSTED_PROXIES", "proxy", "proxy 不是 IP 地址或网段"),
    ("HOTLINE_DATABASE_URL", "nonsense", "须写成 postgresql://"),
    ("HOTLINE_VIRUS_SCANNER", "x", "须写成 unix:/"),
    ("HOTLINE_SMTP_URL", "nonsense", "须写成 smtp://"),
    ("HOTLINE_SECRETS_DIR", "/nowhere", "读不了密钥文件的目录 /nowhere"),
])  # fmt: skip
def test_a_wrong_setting_is_told_in_chinese(
    tmp_path: Path, name: str, value: str, says: str
) -> None:
    told = hotline("doctor", data_dir=tmp_path, **{name: value})
    assert (told.returncode, says in told.stderr) == (1, True), told.stderr


def test_what_is_wrong_with_a_new_account_is_named(data_dir: Path) -> None:
    wanted = ("accounts", "create", "--username", "other", "--role", "agent", "--organization")
    short = hotline(*wanted, "city-wuhai", "--password", "short", data_dir=data_dir)
    assert "密码至少需要" in short.stderr
    nowhere = hotline(*wanted, "city-nowhere", data_dir=data_dir)
    assert nowhere.stderr.strip() == "没有编号为 city-nowhere 的机构。"
