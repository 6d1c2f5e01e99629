"""What each custom error of the contracts means to the person who meets it, and what to do.

A sentence may name the error's parameters in braces. One module a product; `EXPLANATIONS` joins them.
"""

from dongne.explanations import ballot, common, currency, vehicle
from dongne.language import Template

EXPLANATIONS: dict[str, Template] = {
    **common.EXPLANATIONS,
    **currency.EXPLANATIONS,
    **vehicle.EXPLANATIONS,
    **ballot.EXPLANATIONS,
}
