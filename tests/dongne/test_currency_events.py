"""The currency's typed events are those of its ABI."""

from dataclasses import fields

import pytest

from dongne.abi import entry
from dongne.currency import events
from dongne.currency.events import CurrencyEvent
from dongne.events import Event

TYPED = [each for each in vars(events).values() if isinstance(each, type) and CurrencyEvent in each.__bases__]


@pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.__name__)
def test_a_typed_event_has_the_names_of_the_abi_in_their_order(kind):
    inputs = entry("LocalCurrency", "event", kind.__name__)["inputs"]

    names = [each["name"] for each in inputs]
    snake = ["".join("_" + c.lower() if c.isupper() else c for c in name) for name in names]
    assert [name.removesuffix("_") for name in kind.parameters()] == snake


def test_every_event_that_is_read_is_typed():
    assert {kind.__name__ for kind in TYPED} == {
        "IssuanceAllowanceSet",
        "Issued",
        "OrderPaid",
        "OrdersPaid",
        "PausedUntil",
        "PaymentSkipped",
        "Redeemed",
        "Transfer",
    }
    assert all(issubclass(kind, Event) and fields(kind) for kind in TYPED)
