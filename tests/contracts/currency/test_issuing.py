"""Money comes in by an issuer within its allowance, and goes out by merchants' cashing out."""

import pytest
from brownie import web3

from dongne.currency import Issue, Kind, list_id, pack_issues
from tests.contracts.currency.conftest import MOST, PAYOUT, PURPOSE, START, ZERO, City, happened, key
from tests.contracts.currency.words import Word, store, stored
from tests.reverting import reverts

CAP = 2**63 - 1
MOST_IN_A_BATCH = 2**48 - 1


@pytest.fixture
def fresh(open_currency, officers):
    """The officers' hands on a currency without any money."""
    city = City(open_currency(), officers)
    city.allow_issuing(2**256 - 1)
    return city


def issued(issuer, listed, count, total, first=0):
    """The event of an issue for `PURPOSE`."""
    return {
        "issuer": issuer,
        "purpose": "0x" + PURPOSE.hex(),
        "list": "0x" + listed.hex(),
        "first": first,
        "count": count,
        "total": total,
    }


def fill_up(currency, supply):
    """Set the total supply where it lies in storage: batches would take thousands of items to get there."""
    before = currency.totalSupply()
    for slot in range(32):
        if int.from_bytes(web3.eth.get_storage_at(currency.address, slot), "big") == before:
            value = f"{supply:#066x}"
            web3.provider.make_request("anvil_setStorageAt", [currency.address, f"{slot:#066x}", value])
            if currency.totalSupply() == supply:
                return
            web3.provider.make_request("anvil_setStorageAt", [currency.address, f"{slot:#066x}", f"{before:#066x}"])
    raise AssertionError("the supply is in none of the first slots")


def test_issuing_creates_money_out_of_the_allowance(city, currency, officers, resident):
    allowed = city.allow_issuing(1_000)

    tx = city.issue(resident, 400, PURPOSE)

    assert happened(allowed, "IssuanceAllowanceSet") == [{"issuer": officers.currency, "allowance": 1_000}]
    assert happened(tx, "Transfer") == [{"from": ZERO, "to": resident, "value": 400}]
    listed = list_id([Issue(resident.address, 400)])
    assert happened(tx, "Issued") == [issued(officers.currency, listed, count=1, total=400)]
    assert currency.balanceOf(resident) == START + 400
    assert currency.totalSupply() == 2 * START + 400
    assert currency.issuanceAllowance(officers.currency) == 600


def test_a_batch_issues_in_order_and_once_more_to_an_account_named_twice(
    city, currency, officers, resident, institution
):
    city.allow_issuing(1_000)

    four = (resident, 1), (institution, 20), (resident, 300), (institution, 0)
    tx = city.issue_many(*four, purpose=PURPOSE)

    assert [(event["to"], event["value"]) for event in happened(tx, "Transfer")] == [
        (resident, 1),
        (institution, 20),
        (resident, 300),
        (institution, 0),
    ]
    assert happened(tx, "Issued") == [
        issued(officers.currency, list_id([Issue(who.address, amount) for who, amount in four]), count=4, total=321)
    ]
    assert currency.balanceOf(resident) == START + 301
    assert currency.balanceOf(institution) == 20
    assert currency.totalSupply() == 2 * START + 321
    assert currency.issuanceAllowance(officers.currency) == 679


@pytest.mark.parametrize("kind", [Kind.RESIDENT, Kind.INSTITUTION])
def test_new_money_goes_to_residents_and_institutions(city, currency, kind):
    newcomer = key("newcomer").address
    city.register(kind, newcomer)

    city.issue(newcomer, 5)
    city.issue_many((newcomer, 6))

    assert stored(currency, newcomer) == Word(balance=11, kind=kind)


def test_no_new_money_goes_to_merchants_city_contracts_or_the_unregistered(city, merchant, system, stranger, resident):
    """Nobody could take out of a city contract what nobody had paid into it."""
    others = ((merchant, Kind.MERCHANT), (system, Kind.SYSTEM_CONTRACT), (stranger, Kind.NONE), (ZERO, Kind.NONE))
    for account, kind in others:
        with reverts("IssueNotAllowed", account, kind):
            city.issue(account, 1)
        with reverts("IssueNotAllowed", account, kind):
            city.issue_many((resident, 1), (account, 0))


def test_a_batch_with_one_bad_account_issues_nothing(city, currency, resident, stranger, officers):
    before = currency.issuanceAllowance(officers.currency)

    with reverts("IssueNotAllowed", stranger, Kind.NONE):
        city.issue_many((resident, 1), (stranger, 1), (resident, 1))

    assert currency.balanceOf(resident) == START
    assert currency.issuanceAllowance(officers.currency) == before


def test_an_issuer_stays_within_its_allowance_to_the_unit(city, officers, resident, currency):
    city.allow_issuing(100)

    with reverts("IssuanceAllowanceExceeded", officers.currency, 100, 101):
        city.issue(resident, 101)
    with reverts("IssuanceAllowanceExceeded", officers.currency, 100, 101):
        city.issue_many((resident, 100), (resident, 1))
    city.issue_many((resident, 99), (resident, 1))

    assert currency.issuanceAllowance(officers.currency) == 0
    with reverts("IssuanceAllowanceExceeded", officers.currency, 0, 1):
        city.issue(resident, 1)


def test_whoever_has_no_allowance_issues_nothing(currency, stranger, resident):
    with reverts("IssuanceAllowanceExceeded", stranger, 0, 1):
        currency.issueBatch(pack_issues([Issue(resident.address, 1)]), PURPOSE, bytes(24), 0, {"from": stranger})


def test_only_the_treasury_has_an_allowance(city, currency, stranger, resident, officers):
    """In these tests the currency officer is appointed as the treasury."""
    with reverts("NotAppointed", stranger, officers.currency):
        city.allow_issuing(7, issuer=stranger)
    with reverts("IssuanceAllowanceExceeded", stranger, 0, 7):
        city.issue_many((resident, 7), issuer=stranger)


def test_allowances_grow_by_the_supervisor_and_never_by_those_who_issue(currency, officers, stranger):
    for other in (stranger, officers.admin, officers.currency, officers.membership, officers.holds, officers.guardian):
        with reverts("AccessManagedUnauthorized", other):
            currency.increaseIssuanceAllowance(other, 1, {"from": other})


def test_allowances_shrink_at_once_by_the_guardian(currency, officers, stranger):
    for other in (stranger, officers.admin, officers.currency, officers.supervisor):
        with reverts("AccessManagedUnauthorized", other):
            currency.decreaseIssuanceAllowance(other, 1, {"from": other})
    treasury, allowance = officers.currency, currency.issuanceAllowance
    currency.decreaseIssuanceAllowance(treasury, MOST, {"from": officers.guardian})
    for _ in range(2):
        currency.increaseIssuanceAllowance(treasury, 5, {"from": officers.supervisor})

    currency.decreaseIssuanceAllowance(treasury, 3, {"from": officers.guardian})
    left = allowance(treasury)
    currency.decreaseIssuanceAllowance(treasury, 8, {"from": officers.guardian})

    assert (left, allowance(treasury)) == (7, 0)


@pytest.mark.parametrize("more", [CAP - 1, CAP, CAP + 1, MOST])
def test_an_allowance_stops_at_what_there_can_be(currency, officers, more):
    currency.decreaseIssuanceAllowance(officers.currency, MOST, {"from": officers.guardian})
    for _ in range(2):
        currency.increaseIssuanceAllowance(officers.currency, more, {"from": officers.supervisor})

    assert currency.issuanceAllowance(officers.currency) == CAP


@pytest.mark.parametrize("length", [0, 1, 25, 27, 51, 53])
def test_a_batch_that_is_not_whole_items_is_refused(currency, officers, length):
    with reverts("BadItemsLength", length):
        currency.issueBatch(b"\x01" * length, PURPOSE, bytes(24), 0, {"from": officers.currency})


def test_an_item_of_a_batch_uses_all_its_48_bits(city, currency, resident):
    city.issue_many((resident, MOST_IN_A_BATCH), (resident, MOST_IN_A_BATCH))

    assert currency.balanceOf(resident) == START + 2 * MOST_IN_A_BATCH


def test_the_supply_fills_63_bits_and_not_one_unit_more(fresh):
    holder = key("holder").address
    fresh.register(Kind.RESIDENT, holder)
    fresh.issue(holder, 1)
    fill_up(fresh.currency, CAP - 5)

    with reverts("SupplyCapExceeded", CAP - 5, 6):
        fresh.issue_many((holder, 1), (holder, 5))
    fresh.issue(holder, 5)

    assert stored(fresh.currency, holder) == Word(balance=6, kind=Kind.RESIDENT)
    assert fresh.currency.totalSupply() == CAP
    with reverts("SupplyCapExceeded", CAP, 1):
        fresh.issue(holder, 1)


def test_a_batch_beyond_the_cap_is_undone_even_where_a_balance_would_have_overflowed(fresh):
    holder = key("holder").address
    fresh.register(Kind.RESIDENT, holder)
    full = Word(balance=CAP, kind=Kind.RESIDENT)
    store(fresh.currency, holder, full)
    fill_up(fresh.currency, CAP)

    with reverts("SupplyCapExceeded", CAP, 2 * MOST_IN_A_BATCH):
        fresh.issue_many((holder, MOST_IN_A_BATCH), (holder, MOST_IN_A_BATCH))

    assert stored(fresh.currency, holder) == full


def test_a_city_contract_destroys_what_it_has_and_not_one_unit_more(currency, resident, system):
    currency.transfer(system, 500, {"from": resident})

    with reverts("ERC20InsufficientBalance", system, 500, 501):
        currency.redeem(501, PAYOUT, {"from": system})
    tx = currency.redeem(500, PAYOUT, {"from": system})

    assert happened(tx, "Transfer") == [{"from": system, "to": ZERO, "value": 500}]
    assert happened(tx, "Redeemed") == [{"holder": system, "payoutReference": "0x" + PAYOUT.hex(), "amount": 500}]
    assert currency.balanceOf(system) == 0
    assert currency.totalSupply() == 2 * START - 500
    assert stored(currency, ZERO) == Word()


def test_only_city_contracts_destroy_money(currency, city, resident, merchant, institution, stranger):
    city.issue_many((institution, 1))

    kinds = ((resident, 1), (merchant, 2), (institution, 3), (stranger, 0))
    for account, kind in kinds:
        with reverts("RedeemNotAllowed", account, kind):
            currency.redeem(0, PAYOUT, {"from": account})


def test_cashed_out_room_can_be_issued_again(fresh, accounts):
    holder, desk = accounts[7], accounts[8]
    fresh.register(Kind.RESIDENT, holder)
    fresh.register(Kind.SYSTEM_CONTRACT, desk)
    fresh.issue(holder, 10)
    fill_up(fresh.currency, CAP)
    fresh.currency.transfer(desk, 10, {"from": holder})
    fresh.currency.redeem(10, PAYOUT, {"from": desk})

    fresh.issue(holder, 10)

    assert fresh.currency.totalSupply() == CAP


# Lists


@pytest.fixture
def people(city):
    """Five residents, in the order in which a list serves them."""
    found = sorted((key(f"listed {number}").address for number in range(5)), key=str.lower)
    city.register(Kind.RESIDENT, *found)
    return found


def test_a_list_is_served_place_by_place(city, currency, people):
    whole = [(account, 10) for account in people]

    for first, last in ((0, 2), (2, 4), (4, 5)):
        city.issue_many(*whole[first:last], purpose=PURPOSE, listed=whole, first=first)

    listed, served = currency.issueList(PURPOSE)
    assert (listed, served) == ("0x" + list_id([Issue(*each) for each in whole]).hex(), 5)
    assert [currency.balanceOf(account) for account in people] == [10] * 5


@pytest.mark.parametrize("first", [0, 1, 3, 2**64 + 2, 2**256 - 1])
def test_no_place_is_served_twice_or_left_out(city, currency, people, first):
    whole = [(account, 10) for account in people]
    city.issue_many(*whole[:2], purpose=PURPOSE, listed=whole)

    with reverts("PlaceNotNext", PURPOSE, 2, first):
        city.issue_many(*whole[2:], purpose=PURPOSE, listed=whole, first=first)

    assert currency.totalSupply() == 2 * START + 20


def test_a_list_cannot_be_served_again(city, people):
    whole = [(account, 10) for account in people]
    city.issue_many(*whole, purpose=PURPOSE)

    with reverts("PlaceNotNext", PURPOSE, 5, 0):
        city.issue_many(*whole, purpose=PURPOSE)


def test_a_list_in_another_order_is_the_same_list(city, people):
    whole = [(account, 10 + number) for number, account in enumerate(people)]
    city.issue_many(*whole, purpose=PURPOSE)

    with reverts("PlaceNotNext", PURPOSE, 5, 0):
        city.issue_many(*reversed(whole), purpose=PURPOSE)


def test_a_purpose_names_one_list(city, currency, people):
    whole = [(account, 10) for account in people]
    city.issue_many(*whole[:4], purpose=PURPOSE)
    named, other = (list_id([Issue(*each) for each in some]) for some in (whole[:4], whole))

    with reverts("PurposeNamesAnotherList", PURPOSE, named, other):
        city.issue_many(whole[4], purpose=PURPOSE, listed=whole, first=4)

    assert currency.balanceOf(people[4]) == 0


def test_a_single_issue_is_made_once_for_its_purpose(city, currency, resident, institution):
    city.issue(resident, 5, PURPOSE)

    with reverts("PlaceNotNext", PURPOSE, 1, 0):
        city.issue(resident, 5, PURPOSE)
    first, other = (list_id([Issue(who.address, 5)]) for who in (resident, institution))
    with reverts("PurposeNamesAnotherList", PURPOSE, first, other):
        city.issue(institution, 5, PURPOSE)

    assert currency.balanceOf(resident) == START + 5


def test_a_batch_that_is_refused_serves_no_place(city, currency, people, stranger):
    with reverts("IssueNotAllowed", stranger, Kind.NONE):
        city.issue_many((people[0], 1), (stranger, 1), purpose=PURPOSE)

    assert currency.issueList(PURPOSE)[1] == 0
    city.issue_many((people[0], 1), purpose=PURPOSE)


def test_nobody_without_an_allowance_uses_up_a_purpose(city, currency, stranger, people):
    nothing = pack_issues([Issue(people[0], 0)])

    with reverts("IssuanceAllowanceExceeded", stranger, 0, 0):
        currency.issueBatch(nothing, PURPOSE, bytes(24), 0, {"from": stranger})
    with reverts("IssuanceAllowanceExceeded", stranger, 0, 0):
        city.issue_many((people[0], 0), purpose=PURPOSE, issuer=stranger)

    assert currency.issueList(PURPOSE)[1] == 0
