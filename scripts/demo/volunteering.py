"""The demo's volunteers: a school's shifts of a month, attested by two, paid once, summed up again from the logs."""

from collections import Counter
from pathlib import Path
from typing import Any

from web3 import Web3

from dongne.currency import Issue, Kind, LocalCurrency
from dongne.currency.volunteering import (
    Attestation,
    Shift,
    ShiftPlan,
    Terms,
    VolunteerRewards,
    settle_shifts,
)
from dongne.currency.volunteering.events import ShiftRewarded, ShiftSkipped
from dongne.language import _
from dongne.months import begin_of, month_of
from dongne.suite import Role
from dongne.words import ShiftRefusal
from scripts.demo.output import Output
from scripts.localchain.suite import LocalSuite, person

PEOPLE, WEEKS = 30, 4
RATE, CAP, FUNDED = 4_000, 40_000, 2_000_000
"""Won for an hour, for a person and month, and paid in by the school's patron."""
HOUR, DAY = 3_600, 86_400


def run(suite: LocalSuite, output: Output) -> dict[str, Any]:
    """Play the month; gives what goes into the report, by section."""
    school = _School(suite)
    school.open()
    school.hand_in_twice()
    figures = {"rewards": school.figures()}
    _show(output, figures["rewards"])
    return figures


class _School:
    def __init__(self, suite: LocalSuite) -> None:
        self.suite, self.officers = suite, suite.officers
        self.currency, self.rewards = suite.client(LocalCurrency), suite.client(VolunteerRewards)
        self.volunteers = [person(f"volunteer {number}") for number in range(PEOPLE)]
        self.school, self.patron = person("school"), person("patron")
        self.coordinator, self.inspector = person("coordinator"), person("inspector")
        self.month = month_of(suite.chain.timestamp()) + 1

    def open(self) -> None:
        """Everybody is registered, the patron pays in, the school is certified, and each side names an attester."""
        members, rewards_officer = self.officers[Role.MEMBERSHIP_OFFICER], self.officers[Role.REWARDS_OFFICER]
        # The last volunteer is not registered: its shifts are not paid.
        self.currency.register(Kind.RESIDENT, [each.address for each in self.volunteers[:-1]]).transact(members)
        self.currency.register(Kind.INSTITUTION, [self.school.address, self.patron.address]).transact(members)
        self.suite.issue([Issue(self.patron.address, FUNDED)], bytes(Web3.keccak(text="for volunteers")))
        terms = Terms(self.patron.address, begin_of(self.month), begin_of(self.month + 1), 30, RATE, CAP, 1)
        self.rewards.open(terms).transact(self.officers[Role.CURRENCY_SUPERVISOR])
        self.currency.approve(self.rewards.address, FUNDED).transact(self.patron)
        self.rewards.fund(1, FUNDED).transact(self.patron)
        self.rewards.open_activity(1, self.school.address, RATE, bytes(32)).transact(rewards_officer)
        self.rewards.set_attester(self.coordinator.address, appointed=True).transact(self.school)
        self.rewards.appoint_city_attester(self.inspector.address).transact(rewards_officer)

    def hand_in_twice(self) -> None:
        """The month is over: both sign the list, and it is handed in twice, by mistake."""
        self.suite.move_clock_to(begin_of(self.month + 1))
        plan, document = ShiftPlan.of(1, self._shifts()), bytes(Web3.keccak(text="sign-in sheet"))
        domain = self.rewards.domain()
        attestations = [
            Attestation(message.digest(domain), document, key.address, message.sign(key, domain))
            for message in plan.messages(document)
            for key in (self.coordinator, self.inspector)
        ]
        for _time in range(2):
            handed_in = settle_shifts(
                self.rewards,
                plan,
                Path("attestations.jsonl"),
                attestations,
                lambda call: call.transact(self.suite.relayer),
            )
            for _part in handed_in:
                pass

    def figures(self) -> dict[str, Any]:
        """From the logs, and whether balances and the programme's money agree with them."""
        paid, skipped = list(self.rewards.events(ShiftRewarded)), list(self.rewards.events(ShiftSkipped))
        by_person = Counter[str]()
        for each in paid:
            by_person[each.volunteer] += each.amount
        total, held = by_person.total(), self.rewards.programme(1).held
        return {
            "shifts": len(paid),
            "paid": total,
            "skipped": dict(Counter(ShiftRefusal(each.reason).name for each in skipped)),
            "budget_left": held,
            "add_up": (
                total + held == FUNDED == total + self.currency.balance_of(self.rewards.address)
                and max(by_person.values()) == CAP
                and all(self.currency.balance_of(each.address) == by_person[each.address] for each in self.volunteers)
            ),
        }

    def _shifts(self) -> list[Shift]:
        """Each Saturday two to four hours of everybody."""
        return [
            Shift(each.address, begin_of(self.month) + (week * 7 + 5) * DAY + 9 * HOUR, 4 + number % 5)
            for number, each in enumerate(self.volunteers)
            for week in range(WEEKS)
        ]


def _show(output: Output, figures: dict[str, Any]) -> None:
    facts = [
        (_("shifts paid"), figures["shifts"]),
        (_("won paid for them"), figures["paid"]),
        (_("shifts not paid: no resident, or above the cap"), sum(figures["skipped"].values())),
        (_("left of the patron's money"), figures["budget_left"]),
    ]
    output.facts(output.text(_("Volunteers")), [(output.text(label), f"{number:,}") for label, number in facts])
    output.check(figures["add_up"], _("logs, balances and the programme's money say the same"))
