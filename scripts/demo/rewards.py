"""The demo's cash-back: what the district bought in its month is rewarded, and computed again by anyone."""

from typing import Any

from web3 import Web3

from dongne.currency import Issue, Kind, LocalCurrency
from dongne.currency.incentives import Incentives, Terms, compute_list, pay_list, verify_month
from dongne.language import _
from dongne.months import begin_of, month_of
from dongne.suite import Role
from scripts.demo.district import DAY, GROCER
from scripts.demo.output import Output
from scripts.localchain.suite import LocalSuite, person

RATE_BPS, CAP = 500, 5_000
"""A twentieth of what is bought at shops that are no pubs, at most 5,000 won a month."""
FUNDED = 10_000_000


def open_incentive(suite: LocalSuite) -> None:
    """Open a programme for the present month; the region pays for it once the month is over."""
    region, month = person("region"), month_of(suite.chain.timestamp())
    members = suite.officers[Role.MEMBERSHIP_OFFICER]
    suite.client(LocalCurrency).register(Kind.INSTITUTION, [region.address]).transact(members)
    terms = Terms(region.address, month, month, RATE_BPS, CAP, (GROCER,))
    suite.client(Incentives).open(terms).transact(suite.officers[Role.CURRENCY_SUPERVISOR])


def run(suite: LocalSuite, output: Output) -> dict[str, Any]:
    """Pay the cash-back; gives what goes into the report, by section."""
    figures = {"incentives": _reward(suite)}
    _show(output, figures)
    return figures


def _reward(suite: LocalSuite) -> dict[str, Any]:
    incentives, currency, officers = suite.client(Incentives), suite.client(LocalCurrency), suite.officers
    programme = incentives.count()
    month = incentives.programme(programme).first_month
    _pay_in(suite, programme)
    suite.move_clock_to(begin_of(month + 1) + 7 * DAY)
    listed = compute_list(incentives, currency, programme, month)
    incentives.publish(programme, listed).transact(officers[Role.INCENTIVE_OFFICER])
    suite.pass_time(3 * DAY)
    for _part in pay_list(incentives, programme, listed, lambda call: call.transact(suite.relayer)):
        pass
    found = verify_month(incentives, currency, programme, month)
    return {
        "people": len(listed.places),
        "purchases": sum(place.purchases for place in listed.places),
        "paid": found.paid_total,
        "budget_left": incentives.programme(programme).held,
        "recomputed": found.agrees and not found.left and found.paid_total == listed.total,
    }


def _pay_in(suite: LocalSuite, programme: int) -> None:
    region, incentives = person("region"), suite.client(Incentives)
    suite.issue([Issue(region.address, FUNDED)], bytes(Web3.keccak(text="region's share")))
    suite.client(LocalCurrency).approve(incentives.address, FUNDED).transact(region)
    incentives.fund(programme, FUNDED).transact(region)


def _show(output: Output, figures: dict[str, Any]) -> None:
    incentives = figures["incentives"]
    facts = [
        (_("residents with cash-back"), incentives["people"]),
        (_("their purchases at shops that are no pubs"), incentives["purchases"]),
        (_("cash-back paid"), incentives["paid"]),
        (_("left of the region's money"), incentives["budget_left"]),
    ]
    output.facts(output.text(_("Rewards (won)")), [(output.text(label), f"{won:,}") for label, won in facts])
    output.check(incentives["recomputed"], _("anyone computes the same cash-back from the logs"))
