"""Lists of cash-back: how they are built, and how they follow from the logs of what residents and shops do."""

import random
from collections import defaultdict

import pytest
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st
from web3 import Web3

from dongne.currency import AcceptRecovery, Holds, Issue, Kind, LocalCurrency, Recovery, pack_issues
from dongne.currency.incentives import (
    CashbackList,
    Incentives,
    Place,
    Rate,
    Terms,
    compute_list,
    read_list,
    write_list,
)
from dongne.currency.incentives.errors import ListFileExists, MonthNotFinal
from dongne.currency.incentives.purchases import rewarded_books
from dongne.errors import RejectedFile
from dongne.moments import NotAMonth, month_named
from dongne.months import begin_of, month_of
from dongne.signing import expand, sign
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite, person
from tests.undoing import undone

FOOD, BOOKS, PUB = 5_411, 5_942, 5_813
DAY = 86_400
FUNDER, RELAYER = funded(12), funded(13)
WHO = [Web3.to_checksum_address(f"0x{number:040x}") for number in range(1, 301)]


def test_a_list_is_the_same_in_whatever_order_its_places_come():
    places = [Place(who, 1_000 + at) for at, who in enumerate(WHO)]
    rate = Rate(1_000, 10**6)
    shuffled = random.Random(7).sample(places, len(places))

    assert CashbackList.of(600, rate, shuffled) == CashbackList.of(600, rate, places)
    assert [len(part) for part in CashbackList.of(600, rate, places).parts] == [100, 100, 100]


def test_a_part_is_proven_by_its_number_and_its_items():
    listed = CashbackList.of(600, Rate(1_000, 10**6), [Place(who, 1_000) for who in WHO])
    node = keccak(keccak((2).to_bytes(32, "big") + keccak(pack_issues(each.as_item() for each in listed.parts[2]))))

    for branch in listed.proof(2):
        node = keccak(min(node, branch) + max(node, branch))

    assert node == listed.tree.root


def test_who_would_get_nothing_is_not_on_the_list():
    listed = CashbackList.of(600, Rate(1_000, 5), [Place(WHO[0], 9), Place(WHO[1], 10), Place(WHO[2], 10**9)])

    assert [(place.account, listed.cashback(place)) for place in listed.places] == [(WHO[1], 1), (WHO[2], 5)]


@settings(max_examples=60, deadline=None)
@given(
    bought=st.dictionaries(st.integers(1, 2**160 - 1), st.integers(0, 2**48 - 1), max_size=250),
    bps=st.integers(1, 2_000),
    cap=st.integers(1, 2**48 - 1),
    held=st.integers(1, 2**50),
)
def test_shares_never_sum_up_to_more_than_what_was_granted(bought, bps, cap, held):
    places = [Place(f"0x{number:040x}", amount) for number, amount in bought.items()]
    listed = CashbackList.of(600, Rate(bps, cap), places)
    granted = min(listed.total, held)

    assert sum(listed.cashback(place) * granted // listed.total for place in listed.places) <= granted
    assert all(0 < listed.cashback(place) <= cap for place in listed.places)


def test_a_file_says_the_same_again_and_is_never_overwritten(tmp_path):
    listed = CashbackList.of(600, Rate(1_000, 50), [Place(who, 100 + at) for at, who in enumerate(WHO)])
    file = tmp_path / "november.csv"
    write_list(file, listed, 2)

    table, again = read_list(file, 600, Rate(1_000, 50), 2)

    assert again.entries == listed.entries
    assert (again.tree.root, len(table.rows)) == (listed.tree.root, 300)
    assert file.read_text(encoding="utf-8-sig").splitlines()[1].endswith(",1.00,0.10")
    with pytest.raises(ListFileExists):
        write_list(file, listed, 2)


@pytest.mark.parametrize("line", [f"{'0x' + 'f' * 39},5", f"{WHO[0]},-5", f"{WHO[0]},5\n{WHO[0]},5"])
def test_a_file_with_a_problem_is_not_used(tmp_path, line):
    file = tmp_path / "list.csv"
    file.write_text(f"address,purchases\n{line}\n")

    with pytest.raises(RejectedFile):
        read_list(file, 600, Rate(1_000, 50), 0)


def test_months_are_korean_and_have_names():
    november = month_named("2026-11")

    assert (november, month_of(begin_of(november)), month_of(begin_of(november) - 1)) == (682, 682, 681)
    for text in ("2026-13", "2026-0", "26-11", "2026/11", "november", ""):
        with pytest.raises(NotAMonth):
            month_named(text)


@pytest.fixture(scope="module")
def city():
    """Residents with money, shops of three trades, and an institution with a programme for food and one for books."""
    with local_suite() as on:
        currency, members = on.client(LocalCurrency), on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [each.address for each in RESIDENTS]).transact(members)
        for trade, shop in SHOPS.items():
            currency.register(Kind.MERCHANT, [shop.address], trade).transact(members)
        currency.register(Kind.INSTITUTION, [FUNDER.address]).transact(members)
        on.issue([Issue(each.address, 10**6) for each in (*RESIDENTS, FUNDER)], bytes(32))
        on.move_clock_to(begin_of(month_of(on.chain.timestamp()) + 1) + DAY)
        month = month_of(on.chain.timestamp())
        for trades in ((FOOD,), (BOOKS, 1)):
            terms = Terms(FUNDER.address, month, month + 5, 1_000, 10**6, trades)
            on.client(Incentives).open(terms).transact(on.officers[Role.CURRENCY_SUPERVISOR])
        yield on


RESIDENTS = [person(f"buyer {number}") for number in range(4)]
SHOPS = {trade: person(f"shop {trade}") for trade in (FOOD, BOOKS, PUB)}


@pytest.fixture
def town(city):
    with undone(city.chain):
        yield Town(city)


class Town:
    """People who buy and shops that refund."""

    def __init__(self, suite):
        self.suite, self.currency = suite, suite.client(LocalCurrency)
        self.incentives, self.month = suite.client(Incentives), month_of(suite.chain.timestamp())

    def buy(self, who, trade, amount):
        self.currency.transfer(SHOPS[trade].address, amount).transact(who)

    def refund(self, trade, who, amount):
        self.currency.transfer(who.address, amount).transact(SHOPS[trade])

    def recode(self, trade, category):
        members = self.suite.officers[Role.MEMBERSHIP_OFFICER]
        self.currency.reclassify(SHOPS[trade].address, Kind.MERCHANT, category).transact(members)

    def listed(self, programme=1):
        due = begin_of(self.month + 1) + 7 * DAY
        if self.suite.chain.timestamp() < due:
            self.suite.move_clock_to(due)
        return compute_list(self.incentives, self.currency, programme, self.month).entries


BUYER, OTHER = RESIDENTS[:2]


def test_purchases_count_at_the_programmes_trades_only(town):
    town.buy(BUYER, FOOD, 1_000)
    town.buy(BUYER, PUB, 5_000)
    town.buy(OTHER, BOOKS, 300)

    assert town.listed(1) == {BUYER.address: 1_000}
    assert town.listed(2) == {OTHER.address: 300}


def test_a_refund_takes_from_the_purchases_of_its_shop(town):
    town.buy(BUYER, FOOD, 1_000)
    town.buy(BUYER, PUB, 5_000)
    town.refund(PUB, BUYER, 4_000)
    town.refund(FOOD, BUYER, 400)

    assert town.listed() == {BUYER.address: 600}


def test_a_refund_in_the_first_week_of_the_next_month_takes_from_the_month_of_the_purchase(town):
    town.buy(BUYER, FOOD, 1_000)
    town.suite.move_clock_to(begin_of(town.month + 1) + 7 * DAY - 60)
    town.refund(FOOD, BUYER, 400)

    assert town.listed() == {BUYER.address: 600}


def test_a_refund_of_the_next_months_purchases_leaves_the_closed_month_alone(town):
    town.buy(BUYER, FOOD, 1_000)
    town.suite.move_clock_to(begin_of(town.month + 1) + DAY)
    town.buy(BUYER, FOOD, 400)
    town.refund(FOOD, BUYER, 400)

    assert town.listed() == {BUYER.address: 1_000}


def test_a_shop_that_refunds_what_was_bought_elsewhere_lowers_what_is_rewarded(town):
    """A pub gives back more than it was paid by this resident: the rest must have been bought at the grocer's."""
    town.buy(OTHER, PUB, 5_000)
    town.buy(BUYER, PUB, 1_000)
    town.buy(BUYER, FOOD, 1_000)
    town.refund(PUB, BUYER, 1_700)

    assert town.listed() == {BUYER.address: 300}


def test_a_purchase_counts_with_the_trade_that_the_shop_had_when_it_was_paid(town):
    town.buy(BUYER, FOOD, 1_000)
    town.recode(FOOD, PUB)
    town.buy(BUYER, FOOD, 70)
    town.recode(PUB, FOOD)
    town.buy(BUYER, PUB, 5)

    assert town.listed() == {BUYER.address: 1_005}


def test_a_shop_that_was_given_another_trade_refunds_what_was_rewarded(town):
    """Else the purchase would still be rewarded, out of what was bought at pubs."""
    town.buy(BUYER, FOOD, 1_000)
    town.buy(BUYER, PUB, 1_000)
    town.recode(FOOD, PUB)
    town.refund(FOOD, BUYER, 1_000)

    assert town.listed() == {}


def test_a_resident_who_was_recovered_is_on_the_list_once_under_the_new_key(town):
    town.buy(BUYER, FOOD, 1_000)
    new = recover(town.suite, BUYER, person("new key of a buyer"))
    town.currency.transfer(SHOPS[FOOD].address, 500).transact(new)
    town.refund(FOOD, new, 200)

    assert town.listed() == {new.address: 1_300}


def test_a_shop_that_was_recovered_keeps_its_trade(town):
    town.buy(BUYER, FOOD, 1_000)
    new = recover(town.suite, SHOPS[FOOD], person("new key of a shop"))
    town.currency.transfer(new.address, 500).transact(BUYER)
    town.currency.transfer(BUYER.address, 200).transact(new)

    assert town.listed() == {BUYER.address: 1_300}


def test_who_is_struck_off_or_becomes_a_shop_is_not_on_the_list(town):
    members = town.suite.officers[Role.MEMBERSHIP_OFFICER]
    for who, kind in ((BUYER, Kind.MERCHANT), (OTHER, Kind.NONE)):
        town.buy(who, FOOD, 10**6)
        town.currency.reclassify(who.address, kind, FOOD).transact(members)

    assert town.listed() == {}


def test_money_that_a_decision_moves_to_a_shop_is_no_purchase(town):
    holds, officers = town.suite.client(Holds), town.suite.officers
    town.buy(BUYER, FOOD, 1_000)
    case = holds.flagged_in(holds.flag(BUYER.address, 700, bytes(32)).transact(officers[Role.DETECTOR]))
    holds.place(case, 700).transact(officers[Role.HOLDS_OFFICER])
    holds.confirm(case, SHOPS[FOOD].address, bytes(32)).transact(officers[Role.HOLDS_REVIEWER])
    town.suite.pass_time(14 * DAY)
    holds.carry_out(case).transact(RELAYER)

    assert town.currency.balance_of(SHOPS[FOOD].address) == 1_700
    assert town.listed() == {BUYER.address: 1_000}


def test_a_month_is_not_computed_before_its_refunds_are_over(town):
    town.buy(BUYER, FOOD, 1_000)
    town.suite.move_clock_to(begin_of(town.month + 1) + 7 * DAY - 1)

    with pytest.raises(MonthNotFinal):
        compute_list(town.incentives, town.currency, 1, town.month)


def test_what_happens_after_the_first_week_changes_nothing(town):
    town.buy(BUYER, FOOD, 1_000)
    before = town.listed()
    town.buy(BUYER, FOOD, 800)
    town.refund(FOOD, BUYER, 800)
    town.suite.pass_time(60 * DAY)

    assert town.listed() == before == {BUYER.address: 1_000}


@pytest.mark.parametrize("seed", range(3))
def test_random_months_agree_with_a_plain_model_and_never_exceed_the_currencys_counters(town, seed):
    """Shops refund only what was bought there, so the model is a sum; a second month and its first week follow."""
    dice, bought = random.Random(seed), defaultdict(int)
    for _ in range(60):
        who, trade, amount = dice.choice(RESIDENTS), dice.choice(list(SHOPS)), dice.randrange(1, 5_000)
        if dice.random() < 0.6:
            town.buy(who, trade, amount)
            bought[who.address, trade] += amount
        elif back := min(amount, bought[who.address, trade]):
            town.refund(trade, who, back)
            bought[who.address, trade] -= back
    town.suite.move_clock_to(begin_of(town.month + 1) + DAY)
    for (who, trade), amount in bought.items():
        back = dice.randrange(amount + 1)
        if back and trade != PUB:
            town.currency.transfer(who, back).transact(SHOPS[trade])
            bought[who, trade] -= back

    for programme, trade in ((1, FOOD), (2, BOOKS)):
        expected = {who: amount for (who, at), amount in bought.items() if at == trade and amount >= 10}
        assert town.listed(programme) == expected
    states = town.currency.accounts([each.address for each in RESIDENTS])
    for each, state in zip(RESIDENTS, states, strict=True):
        _counted, closed = state.purchases(town.month + 1)
        assert closed == sum(bought[each.address, trade] for trade in SHOPS)


def test_a_month_without_a_block_after_it_is_closed_as_well(town):
    town.buy(BUYER, FOOD, 1_000)
    last = town.suite.chain.block_number()

    assert rewarded_books(town.currency, [FOOD], town.month, last).rewarded() == {
        bytes.fromhex(BUYER.address[2:]): 1_000
    }


def recover(suite, account, new):
    recovery = suite.client(Recovery)
    consent = expand(sign(AcceptRecovery(account.address, new.address).digest(recovery.domain()), new))
    announced = recovery.announce(account.address, new.address, bytes(32), consent)
    announced.transact(suite.officers[Role.MEMBERSHIP_OFFICER])
    suite.pass_time(7 * DAY)
    recovery.complete(account.address).transact(suite.relayer)
    return new
