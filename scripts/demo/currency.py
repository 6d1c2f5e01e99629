"""The demo's currency: a month in a district, relayed in batches and reconciled to the won."""

from collections import Counter
from datetime import datetime
from typing import Any

from dongne.currency import Kind, PaymentOutcome, Refusal, supply_from_logs
from dongne.language import _
from dongne.parts import parts
from scripts.demo import rewards
from scripts.demo.district import DAY, TOP_UP, District
from scripts.demo.ledger import KOREA
from scripts.demo.output import Output
from scripts.localchain.suite import LocalSuite

DAYS = 30
BATCH = 100

Judged = list[tuple[PaymentOutcome, Refusal]]


def run(suite: LocalSuite, scale: float, output: Output) -> dict[str, Any]:
    """Live through the month; the people are made up, their signatures are real."""
    district = District(suite, scale)
    district.settle_in()
    suite.move_clock_to(next_long_month(suite.chain.timestamp()))
    rewards.open_incentive(suite)
    outcomes = _month(district, output)
    cash_outs = list(output.tracked_count(district.cash_out(), _("Cashing out"), len(district.merchants)))
    redeemed = district.settle(cash_outs)
    figures = _figures(district, outcomes, redeemed) | {"cash_outs_settled": len(cash_outs) - 1}
    _show(output, figures)
    return figures


def next_long_month(now: int) -> int:
    """Unix seconds of the next month's first second in Korea that has 31 days.

    The demo's thirty days lie in one calendar month, so that its figures do not depend on the day on which it is run.
    """
    moment = datetime.fromtimestamp(now, KOREA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while True:
        year, month = divmod(moment.year * 12 + moment.month, 12)
        moment = moment.replace(year=year, month=month + 1)
        if moment.month in (1, 3, 5, 7, 8, 10, 12):
            return int(moment.timestamp())


def _month(district: District, output: Output) -> Judged:
    outcomes: Judged = []
    with output.progress(_("Signing and relaying payments"), district.payments) as advance:
        for day in range(DAYS):
            share = district.payments * (day + 1) // DAYS - district.payments * day // DAYS
            now = district.suite.chain.timestamp()
            for part in parts(range(share), BATCH):
                outcomes += district.relay(district.orders(len(part), now))
                advance(len(part))
            district.suite.pass_time(DAY)
    return outcomes


def _figures(district: District, outcomes: Judged, redeemed: int) -> dict[str, Any]:
    ledger, currency = district.ledger, district.currency
    supply = supply_from_logs(currency)
    issued = TOP_UP * len(district.residents)
    expected = {account: won for account, won in ledger.balances.items() if won}
    stated = [state.balance for state in currency.accounts(list(expected))]
    checks = {
        "every_outcome_as_expected": all(outcome.refusal is refusal for outcome, refusal in outcomes),
        "balances_match": supply.balances == expected,
        "supply_matches": {currency.total_supply(), supply.circulating, issued - redeemed} == {sum(expected.values())},
        "chain_agrees": stated == list(expected.values()),
    }
    refused = Counter(refusal.name for _outcome, refusal in outcomes if refusal is not Refusal.NONE)
    return {
        "residents": len(district.residents),
        "merchants": len(district.merchants),
        "relayed": len(outcomes),
        "paid": len(district.paid),
        "refunds": sum(ledger.kinds[payment.payer] is Kind.MERCHANT for payment in district.paid),
        "rejected": dict(sorted(refused.items())),
        "issued": issued,
        "redeemed": redeemed,
        "circulating": supply.circulating,
        **checks,
        "reconciled": all(checks.values()),
    }


_LABELS = {
    "residents": _("residents"),
    "merchants": _("merchants"),
    "relayed": _("payments relayed"),
    "paid": _("payments carried out"),
    "refunds": _("refunds among them"),
    "issued": _("issued"),
    "redeemed": _("cashed out"),
    "circulating": _("circulating"),
}


def _show(output: Output, figures: dict[str, Any]) -> None:
    facts = [(output.text(label), f"{figures[name]:,}") for name, label in _LABELS.items()]
    refused = [
        (output.text(_("refused: {reason}"), reason=Refusal[name]), f"{number:,}")
        for name, number in figures["rejected"].items()
    ]
    output.facts(output.text(_("A month in a district (won)")), [*facts, *refused])
    output.check(figures["reconciled"], _("chain, logs and ledger agree to the won"))
