"""What each custom error of the contracts means to the person who meets it, and what to do.

A sentence may name the error's parameters in braces. One module a product; `EXPLANATIONS` joins them. `READINGS` says by
parameter which numbers of a product's errors are times or words.
"""

from collections.abc import Mapping

from dongne.explanations import (
    ballot,
    common,
    currency,
    incentives,
    petitions,
    scores,
    secret_ballot,
    vehicle,
    volunteering,
    vouchers,
)
from dongne.explanations.readings import Reading
from dongne.language import Template

_MODULES = (common, currency, vouchers, incentives, volunteering, vehicle, ballot, scores, petitions, secret_ballot)

EXPLANATIONS: dict[str, Template] = {
    name: sentence for module in _MODULES for name, sentence in module.EXPLANATIONS.items()
}

_READINGS: dict[str, Mapping[str, Reading]] = {
    name: module.READINGS for module in _MODULES for name in module.EXPLANATIONS
}


def as_read(error: str, values: Mapping[str, object], zone: str) -> dict[str, object]:
    """The values of a custom error as its sentence shows them, times by the clocks of a zone."""
    readings = _READINGS[error]
    return {
        name: readings[name](value, zone) if name in readings and isinstance(value, int) else value
        for name, value in values.items()
    }
