"""What operators copy: every name in it must exist, or an alarm would never ring."""

import json
import re
from typing import Any

import yaml

from hotline.settings import setting_names
from hotline.web.metrics import Metrics
from tests.conventions.sources import ROOT

EXAMPLES = ROOT / "docs" / "examples"
METRIC = re.compile(r"\bhotline_[a-z_]+\b")
SETTING = re.compile(r"\bHOTLINE_[A-Z_]+\b")
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
OF_COMPOSE = {"HOTLINE_RELEASE"}


def known_metrics() -> set[str]:
    families = Metrics().registry.collect()
    return {family.name + ending for family in families for ending in ENDINGS[family.type]}


def expressions_of_alerts() -> list[str]:
    page = yaml.safe_load((EXAMPLES / "monitoring" / "alerts.yaml").read_text(encoding="utf-8"))
    return [rule["expr"] for group in page["groups"] for rule in group["rules"]]


def expressions_of_dashboard() -> list[str]:
    page = json.loads((EXAMPLES / "monitoring" / "dashboard.json").read_text(encoding="utf-8"))
    return [target["expr"] for panel in page["panels"] for target in panel["targets"]]


def test_alerts_and_dashboard_name_only_metrics_that_the_service_has() -> None:
    named = METRIC.findall(" ".join(expressions_of_alerts() + expressions_of_dashboard()))
    assert len(named) > 20
    assert set(named) - known_metrics() == set()


def test_every_metric_of_the_hall_is_on_the_dashboard() -> None:
    shown = set(METRIC.findall(" ".join(expressions_of_dashboard())))
    gauges = {family.name for family in Metrics().registry.collect() if family.type == "gauge"}
    assert {name for name in gauges if METRIC.fullmatch(name)} - shown == set()


def test_every_alert_says_what_to_do() -> None:
    page = yaml.safe_load((EXAMPLES / "monitoring" / "alerts.yaml").read_text(encoding="utf-8"))
    rules = [rule for group in page["groups"] for rule in group["rules"]]
    assert [r["alert"] for r in rules if not r["annotations"]["summary"]] == []
    assert {rule["labels"]["severity"] for rule in rules} == {"page", "ticket"}


def test_the_cluster_sets_only_settings_that_exist_and_uses_files_that_are_there() -> None:
    text = (EXAMPLES / "cluster" / "compose.yaml").read_text(encoding="utf-8")
    named = set(SETTING.findall(text)) - OF_COMPOSE
    assert named <= set(setting_names())
    cluster: dict[str, Any] = yaml.safe_load(text)
    assert {"proxy", "node-a", "node-b", "worker", "primary", "standby"} <= set(cluster["services"])
    assert {name.upper() for name in cluster["secrets"]} <= set(setting_names())
    assert set(cluster["services"]["node-a"]["secrets"]) == set(cluster["secrets"])
    mounted = re.findall(r"\./([a-z.-]+\.(?:sh|conf))", text)
    assert mounted
    assert [name for name in mounted if not (EXAMPLES / "cluster" / name).is_file()] == []
