"""The relayer said that it was well while nothing moved.

`/health` answered 200 without its database. The age of the oldest message was that of queued ones, so that it was 0
while a worker without ether took the same messages again and again. A worker had that figure too, and it was always 0.
And an error of the database told strangers its address.
"""

import pytest
import requests
from prometheus_client import CollectorRegistry, generate_latest

from dongne.relay import IntakeMetrics, RelayMetrics
from dongne.relay.queue import Count
from dongne.store.errors import StoreUnreachable
from dongne.store.relay import State
from tests.relay.conftest import postgresql_server, relayer, store_url, town, whole_town
from tests.relay.relaying import PEOPLE, served

__all__ = ["postgresql_server", "relayer", "store_url", "town", "whole_town"]

sqlite_only = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@sqlite_only
def test_a_relayer_without_its_store_is_not_well_and_tells_strangers_no_addresses(relayer, town, monkeypatch):
    with served(relayer) as address:
        well = requests.get(f"{address}/health", timeout=30)
        monkeypatch.setattr(type(relayer.store), "reading", unreachable)
        health = requests.get(f"{address}/health", timeout=30)
        answer = requests.post(f"{address}/v1/payments", json=town.payment(PEOPLE[0], 0), timeout=30)

    assert well.status_code == 200
    assert (health.status_code, health.json()["error"]) == (503, "StoreUnreachable")
    assert answer.status_code == 503
    assert "db.city.example" not in health.text + answer.text


def unreachable(_store):
    raise StoreUnreachable("postgresql://dongne@db.city.example/dongne", "connection refused")


def test_what_a_failing_worker_has_taken_still_waits():
    metrics = IntakeMetrics(CollectorRegistry())

    metrics.waiting([Count("payments", State.FINAL, 9, 7_000), Count("payments", State.SENT, 3, 900)])

    assert "dongne_relay_oldest_seconds 900.0" in generate_latest(metrics.registry).decode()


def test_a_worker_shows_no_figure_that_it_does_not_know():
    figures = generate_latest(RelayMetrics(CollectorRegistry()).registry).decode()

    assert "dongne_relay_oldest_seconds" not in figures
    assert "dongne_relay_balance_wei NaN" in figures
