"""What Prometheus is told to watch: every figure that an alert or a page names is one that a service has, and back."""

import re

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from dongne.indexer.metrics import IndexMetrics
from dongne.relay import IntakeMetrics, RelayMetrics
from dongne.sending.metrics import SenderMetrics
from tests.docs.pages import ROOT, Page, rows

FOLDER = ROOT / "deploy/prometheus"
SERVICES = (IndexMetrics, IntakeMetrics, RelayMetrics, SenderMetrics)
PAGES = {"docs/indexer.md": (IndexMetrics,), "docs/relayer.md": (IntakeMetrics, RelayMetrics, SenderMetrics)}


def figures_of(*services):
    """Names as Prometheus knows them: a counter's with _total."""
    names = set()
    for service in services:
        registry = CollectorRegistry()
        service(registry)
        for family in text_string_to_metric_families(generate_latest(registry).decode()):
            if not family.name.endswith("_created"):
                names.add(family.name + "_total" if family.type == "counter" else family.name)
    return names


def alerts():
    (group,) = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule for rule in group["rules"]}


def test_alerts_ask_for_figures_that_a_service_has():
    asked = {name for rule in alerts().values() for name in re.findall(r"dongne_\w+", rule["expr"])}

    assert asked - figures_of(*SERVICES) == set()
    assert len(asked) >= 9


@pytest.mark.parametrize("name", alerts())
def test_an_alert_leads_to_what_to_do(name):
    rule = alerts()[name]

    assert rule["labels"]["severity"] in ("page", "look")
    assert rule["annotations"]["runbook"].removeprefix("#") in Page("docs/operations.md").anchors()


def test_every_service_is_asked_where_it_answers():
    asked = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    targets = {target for job in asked for each in job["static_configs"] for target in each["targets"]}
    units = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "deploy/systemd").glob("*.service"))
    containers = yaml.safe_load((ROOT / "deploy/docker/docker-compose.yml").read_text(encoding="utf-8"))["services"]

    served = set(re.findall(r"--(?:metrics|listen) (\S+)", units))
    published = {port for each in containers.values() for port in each.get("ports", ())}
    assert served < targets
    assert {f"{target}:{target.rsplit(':')[-1]}" for target in targets} <= published


@pytest.mark.parametrize("page", PAGES)
def test_a_page_lists_the_figures_of_its_service(page):
    stated = {name for row in rows(Page(page).section("## Watch it")) for name in re.findall(r"`(dongne_\w+)`", row[0])}

    assert stated == figures_of(*PAGES[page])
