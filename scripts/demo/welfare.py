"""The demo's money for a purpose: top-ups with a bonus, vouchers, a hold that lapses, a lost key."""

from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3

from dongne.currency import (
    AcceptRecovery,
    CashOutDesk,
    Holds,
    Issue,
    Kind,
    LocalCurrency,
    Recovery,
    TopUpTerms,
    Treasury,
    audit_supply,
    issue,
    top_up,
)
from dongne.currency.vouchers import Grant, GrantPlan, Terms, VoucherPayment, Vouchers, grant_list
from dongne.language import _
from dongne.signing import sign
from dongne.suite import Role
from scripts.demo.output import Output
from scripts.localchain.suite import LocalSuite, person

PEOPLE = 20
DEPOSIT, BONUS_BPS, BUDGET = 100_000, 1_000, 250_000
VOUCHER, SPENT = 50_000, 35_000
DISPUTED = 40_000
TRADE = 5_411
DAY = 86_400


def run(suite: LocalSuite, output: Output) -> dict[str, Any]:
    """Play it with people and shops of its own; gives what goes into the report, by section."""
    scene = _Scene(suite)
    scene.settle_in()
    scene.top_up()
    released = scene.hold_and_release()
    scene.recover()
    swept = scene.vouchers_from_grant_to_sweep()
    figures = scene.figures(released, swept)
    _show(output, figures)
    return figures


class _Scene:
    def __init__(self, suite: LocalSuite) -> None:
        self.suite, self.officers = suite, suite.officers
        self.currency, self.treasury = suite.client(LocalCurrency), suite.client(Treasury)
        self.vouchers, self.holds = suite.client(Vouchers), suite.client(Holds)
        self.people = [person(f"welfare {number}") for number in range(PEOPLE)]
        self.shop, self.funder, self.new_key = person("grocer"), person("foundation"), person("new key")
        self.lost = self.people[0]

    def settle_in(self) -> None:
        """Register residents, a grocer, and a foundation with money for vouchers."""
        members = self.officers[Role.MEMBERSHIP_OFFICER]
        self.currency.register(Kind.RESIDENT, [each.address for each in self.people]).transact(members)
        self.currency.register(Kind.MERCHANT, [self.shop.address], TRADE).transact(members)
        self.currency.register(Kind.INSTITUTION, [self.funder.address]).transact(members)
        self.suite.back(PEOPLE * (VOUCHER + DEPOSIT) + BUDGET)
        grant = [Issue(self.funder.address, PEOPLE * VOUCHER)]
        issuer = self.officers[Role.CURRENCY_OFFICER]
        issue(self.treasury, self.currency, grant, _code("foundation"), lambda call: call.transact(issuer))

    def top_up(self) -> None:
        """Everybody pays in at the bank and gets a tenth on top."""
        supervisor, issuer = self.officers[Role.CURRENCY_SUPERVISOR], self.officers[Role.CURRENCY_OFFICER]
        self.treasury.set_top_up_terms(TopUpTerms(BONUS_BPS, 500_000, 2_000_000)).transact(supervisor)
        self.treasury.increase_bonus_budget(BUDGET).transact(supervisor)
        deposits = [Issue(each.address, DEPOSIT) for each in self.people]
        top_up(self.treasury, self.currency, deposits, _code("deposits"), lambda call: call.transact(issuer))

    def hold_and_release(self) -> int:
        """Some of a resident's money is held, nobody confirms it, and a week later anyone frees it."""
        owner = self.people[1].address
        flagged = self.holds.flag(owner, DISPUTED, _code("report")).transact(self.officers[Role.DETECTOR])
        case = self.holds.flagged_in(flagged)
        self.holds.place(case, DISPUTED).transact(self.officers[Role.HOLDS_OFFICER])
        held = self.currency.account(owner).held
        self.suite.pass_time(7 * DAY)
        self.holds.release(case).transact(self.suite.relayer)
        return held - self.currency.account(owner).held

    def recover(self) -> None:
        """A resident has lost the key; a week after the announcement the account has a new one."""
        recovery = self.suite.client(Recovery)
        consent = sign(AcceptRecovery(self.lost.address, self.new_key.address).digest(recovery.domain()), self.new_key)
        call = recovery.announce(self.lost.address, self.new_key.address, _code("identity"), consent)
        call.transact(self.officers[Role.MEMBERSHIP_OFFICER])
        self.suite.pass_time(7 * DAY)
        recovery.complete(self.lost.address).transact(self.suite.relayer)
        self.people[0] = self.new_key

    def vouchers_from_grant_to_sweep(self) -> int:
        """The foundation pays in, residents are granted and pay the grocer by signature; the rest goes back."""
        programme, expiry = self._open_programme()
        plan = GrantPlan.of(programme, _code("groceries"), [Grant(each.address, VOUCHER) for each in self.people])
        officer = self.officers[Role.VOUCHER_OFFICER]
        for _part in grant_list(self.vouchers, self.currency, plan, lambda call: call.transact(officer)):
            pass
        for holder in self.people:
            self._spend(programme, holder)
        before = self.currency.balance_of(self.funder.address)
        self.suite.move_clock_to(expiry)
        self.vouchers.sweep(programme).transact(self.suite.relayer)
        return self.currency.balance_of(self.funder.address) - before

    def figures(self, released: int, swept: int) -> dict[str, Any]:
        """What the report gets, by section."""
        granted, spent = PEOPLE * VOUCHER, PEOPLE * SPENT
        moved = self.currency.balance_of(self.new_key.address) == DEPOSIT + DEPOSIT * BONUS_BPS // 10_000
        reserve, books = self.treasury.reserve(), audit_supply(self.currency)
        settled = self.suite.client(CashOutDesk).settled_total()
        return {
            "currency": {
                "reserve_ok": reserve.left >= self.currency.total_supply() and books.is_reconciled,
                "topped_up": PEOPLE * DEPOSIT,
                "budget_left": self.treasury.bonus_budget(),
                "settled": settled,
            },
            "vouchers": {"granted": granted, "spent": spent, "swept": swept, "add_up": granted == spent + swept},
            "holds": {"released": released, "recovered": moved},
        }

    def _open_programme(self) -> tuple[int, int]:
        start = self.suite.chain.timestamp()
        expiry = start + 60 * DAY
        terms = Terms(self.funder.address, start, expiry, 6_000, VOUCHER, (TRADE,))
        opened = self.vouchers.open(terms).transact(self.officers[Role.CURRENCY_SUPERVISOR])
        programme = self.vouchers.opened_in(opened)
        self.currency.approve(self.vouchers.address, PEOPLE * VOUCHER).transact(self.funder)
        self.vouchers.fund(programme, PEOPLE * VOUCHER).transact(self.funder)
        return programme, expiry

    def _spend(self, programme: int, holder: LocalAccount) -> None:
        deadline = self.suite.chain.timestamp() + DAY
        order = _code(f"groceries of {holder.address}")
        payment = VoucherPayment(holder.address, self.shop.address, programme, SPENT, 0, deadline, order)
        signature = payment.sign(holder, self.vouchers.domain())
        self.vouchers.spend_by_signature(payment, signature).transact(self.suite.relayer)


def _code(text: str) -> bytes:
    return bytes(Web3.keccak(text=text))


def _show(output: Output, figures: dict[str, Any]) -> None:
    currency, vouchers, holds = figures["currency"], figures["vouchers"], figures["holds"]
    facts = [
        (_("paid in by residents"), currency["topped_up"]),
        (_("left of the bonus budget"), currency["budget_left"]),
        (_("vouchers granted"), vouchers["granted"]),
        (_("spent at the grocer"), vouchers["spent"]),
        (_("back at the foundation after the expiry"), vouchers["swept"]),
        (_("held, and free again after a week without a decision"), holds["released"]),
    ]
    output.facts(
        output.text(_("Money for a purpose (won)")), [(output.text(label), f"{won:,}") for label, won in facts]
    )
    output.check(vouchers["add_up"], _("every voucher was spent at its shop or went back to its funder"))
    output.check(holds["recovered"], _("a lost key's account has its new key, with all its money"))
    output.check(currency["reserve_ok"], _("all money is in reserve, and every account is as the logs say"))
