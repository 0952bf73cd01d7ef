"""What is built and started elsewhere: image and compose files name only what is there."""

import re
import shlex
from fnmatch import fnmatch
from importlib.util import find_spec
from typing import Any

import typer
import yaml

from hotline.cli import app as commands
from hotline.settings import Settings, setting_names
from hotline.web import health, metrics
from tests.conventions.sources import ROOT

CLUSTER = ROOT / "docs" / "examples" / "cluster"
OF_COMPOSE = {"HOTLINE_PUBLISH", "HOTLINE_RELEASE"}
"""Read by compose itself."""
SETTING = re.compile(r"\bHOTLINE_[A-Z_0-9]+")
PORT = Settings.model_fields["port"].default
Steps = list[tuple[str, str]]


def steps(*, of_last_stage: bool = False) -> Steps:
    """Instructions of the Dockerfile with their arguments, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]
    starts = [at for at, (name, _) in enumerate(found) if name == "FROM"]
    return found[starts[-1] :] if of_last_stage else found


def composed(path: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return loaded


def sources() -> list[str]:
    """What is copied from the checkout into a stage."""
    copied = [shlex.split(rest) for name, rest in steps() if name == "COPY"]
    return [one for words in copied if not words[0].startswith("--from") for one in words[:-1]]


def test_everything_that_the_image_copies_is_there_and_is_let_in() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert len(sources()) > 8
    for one in sources():
        assert (ROOT / one).exists(), one
        assert any(fnmatch(one.rstrip("/").split("/")[0], name) for name in let_in), one


def test_the_console_is_copied_from_where_it_is_built() -> None:
    config = (ROOT / "agents_ui" / "vite.config.ts").read_text(encoding="utf-8")
    assert 'outDir: "../hotline/console"' in config
    copied = [rest for name, rest in steps() if name == "COPY" and "--from=console" in rest]
    assert copied == ["--from=console /build/hotline/console hotline/console/"]


def test_the_image_runs_an_existing_command_as_an_ordinary_user() -> None:
    last = dict(steps(of_last_stage=True))
    assert last["USER"] == "hotline"
    assert 'hotline = "hotline.cli:app"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert yaml.safe_load(last["ENTRYPOINT"]) == ["hotline"]
    assert set(yaml.safe_load(last["CMD"])) <= known_commands()


def test_the_image_sets_only_settings_that_exist_and_is_asked_at_its_own_port() -> None:
    text = " ".join(rest for _, rest in steps())
    assert set(SETTING.findall(text)) <= set(setting_names())
    last = dict(steps(of_last_stage=True))
    assert last["EXPOSE"] == str(PORT)
    module = last["HEALTHCHECK"].partition('"-m", "')[2].partition('"')[0]
    assert find_spec(module), last["HEALTHCHECK"]


def test_packages_are_installed_by_hashes_and_none_can_be_at_run_time() -> None:
    runs = " && ".join(rest for name, rest in steps() if name == "RUN").split("&&")
    installed = [run for run in runs if "pip" in run and " install " in run]
    assert len(installed) == 3
    assert all("--require-hashes" in run or "--no-deps" in run for run in installed)
    assert "--without-pip /opt/hotline" in " ".join(runs)
    assert "npm ci" in " ".join(runs)


def test_the_owner_of_the_volume_has_the_same_number_in_every_release() -> None:
    made = " ".join(rest for name, rest in steps(of_last_stage=True) if name == "RUN")
    assert "--gid 10114 hotline" in made
    assert "--uid 10114 --gid hotline" in made


def test_there_is_something_to_ask_whether_it_lives() -> None:
    routes = [*health.router.routes, *metrics.router.routes]
    assert {getattr(one, "path", "") for one in routes} >= {"/healthz", "/readyz", "/metrics"}


def test_the_services_run_existing_commands() -> None:
    cluster = composed("docs/examples/cluster/compose.yaml")["services"]
    told = [words for one in cluster.values() if str(one["image"]).startswith("hotline:")
            for words in one["command"] if not words.startswith("-")]  # fmt: skip
    assert {"serve", "worker"} == set(told)
    assert set(told) <= known_commands()


def test_one_machine_publishes_the_port_of_the_image_and_keeps_its_data() -> None:
    service = composed("compose.yaml")["services"]["hotline"]
    assert [one.rpartition(":")[2] for one in service["ports"]] == [str(PORT)]
    last = dict(steps(of_last_stage=True))
    assert service["volumes"] == [f"data:{last['VOLUME']}"]
    assert f"HOTLINE_DATA_DIR={last['VOLUME']}" in last["ENV"]
    named = set(SETTING.findall((ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert named <= set(setting_names()) | OF_COMPOSE


def test_every_volume_and_network_of_the_cluster_is_declared() -> None:
    cluster = composed("docs/examples/cluster/compose.yaml")
    for service in cluster["services"].values():
        for mount in service["volumes"]:
            source = mount.partition(":")[0]
            assert source.startswith("./") or source in cluster["volumes"], mount
        assert set(service["networks"]) <= set(cluster["networks"])
        assert set(service.get("depends_on", ())) <= set(cluster["services"])


def test_the_databases_can_write_where_they_are_told_to() -> None:
    """A volume that is mounted where the image has no folder belongs to root."""
    cluster = composed("docs/examples/cluster/compose.yaml")["services"]
    for name in ("primary", "standby"):
        home = [mount for mount in cluster[name]["volumes"] if mount.startswith(f"{name}:")]
        assert home == [f"{name}:/var/lib/postgresql"]
        assert cluster[name]["environment"]["PGDATA"].startswith("/var/lib/postgresql/")
    assert "chown postgres:postgres /archive" in " ".join(cluster["primary"]["entrypoint"])


def test_the_balancer_knows_every_node_and_the_port_that_it_listens_on() -> None:
    cluster = composed("docs/examples/cluster/compose.yaml")["services"]
    nodes = {name for name, one in cluster.items() if "serve" in one.get("command", ())}
    asked = re.findall(r"server (node-[a-z]+):(\d+)", (CLUSTER / "nginx.conf").read_text())
    assert {name for name, _ in asked} == nodes
    assert {port for _, port in asked} == {str(PORT)}
    scraped = composed("docs/examples/monitoring/prometheus.yaml")["scrape_configs"][0]
    targets = scraped["static_configs"][0]["targets"]
    assert set(targets) == {f"{name}:{PORT}" for name in nodes}


def test_nothing_starts_an_old_primary_again_or_makes_commits_wait_at_its_making() -> None:
    """Its first statements would wait for a standby that cannot come before it is made."""
    cluster = composed("docs/examples/cluster/compose.yaml")["services"]
    waiting = [name for name, one in cluster.items() if "primary" in one.get("depends_on", ())]
    assert waiting == []
    assert "synchronous_standby_names" not in cluster["primary"]["command"]
    assert "synchronous_standby_names" in (CLUSTER / "keeper.sh").read_text(encoding="utf-8")


def test_the_examples_of_settings_name_existing_ones_without_remarks_behind_values() -> None:
    """A remark behind a value is part of the value for whoever reads the file."""
    lines = (CLUSTER / "cluster.env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert len(given) > 6
    assert set(given) <= set(setting_names())
    assert [value for value in given.values() if "#" in value or " " in value] == []


def known_commands() -> set[str]:
    group = typer.main.get_command(commands)
    return set(getattr(group, "commands", {}))
