"""The treasury: nothing is issued beyond the reserve, and bonuses stay within their budget and caps."""

import random

import pytest
from brownie import chain
from eth_utils.crypto import keccak

from dongne.currency import Issue, Kind, list_id, pack_issues
from dongne.suite import Role
from tests.contracts.currency.conftest import MOST, City, happened, key, travel
from tests.contracts.wiring import wire
from tests.reverting import reverts

DAY = 86_400
STATEMENT = keccak(b"the bank's statement")
TERMS = (1_000, 500_000, 2_000_000)
"""10 %, on at most 500,000 a month, up to 2,000,000 in hand."""


class Office:
    """The offices around the treasury."""

    def __init__(self, treasury, currency, desk, officers, attester):
        self.treasury, self.currency, self.desk = treasury, currency, desk
        self.officers, self.attester, self.lists = officers, attester, 0

    def attest(self, reserve, days=30, ago=0):
        as_of = chain[-1].timestamp - ago
        expires = as_of + days * DAY
        self.treasury.attest(reserve, as_of, expires, STATEMENT, {"from": self.attester})
        return expires

    def set_terms(self, *terms):
        return self.treasury.setTopUpTerms(terms, {"from": self.officers.supervisor})

    def budget(self, more):
        return self.treasury.increaseBonusBudget(more, {"from": self.officers.supervisor})

    def issue(self, *issues):
        return self._serve(self.treasury.issueBatch, issues)

    def top_up(self, *deposits):
        return self._serve(self.treasury.topUpBatch, deposits)

    def _serve(self, function, pairs):
        self.lists += 1
        items = [Issue(str(getattr(who, "address", who)), amount) for who, amount in pairs]
        purpose = keccak(text=f"list {self.lists}")
        return function(pack_issues(items), purpose, list_id(items), 0, {"from": self.officers.currency})


@pytest.fixture(scope="module")
def attester(accounts):
    return accounts[8]


@pytest.fixture(scope="module")
def desk(access, officers, fresh_currency, CashOutDesk):
    return CashOutDesk.deploy(fresh_currency, access, {"from": officers.admin})


@pytest.fixture(scope="module")
def fresh_currency(access, officers, LocalCurrency):
    """A currency that has not appointed anybody yet."""
    from dongne.currency import DEFAULT_TABLE

    return LocalCurrency.deploy("Dongne Won", "DNW", 0, DEFAULT_TABLE, access, {"from": officers.admin})


@pytest.fixture(scope="module")
def office(
    access, officers, appoint, fresh_currency, desk, attester, Recovery, Treasury, resident, neighbour, merchant, system
):
    recovery = Recovery.deploy(fresh_currency, access, {"from": officers.admin})
    treasury = Treasury.deploy(fresh_currency, desk, recovery, access, {"from": officers.admin})
    appoint(fresh_currency, treasury, desk, desk)
    wire(access, fresh_currency, {}, officers.admin)
    holders = {
        Role.RESERVE_ATTESTER: attester,
        Role.CURRENCY_OFFICER: officers.currency,
        Role.CURRENCY_SUPERVISOR: officers.supervisor,
        Role.MEMBERSHIP_OFFICER: officers.membership,
        Role.GUARDIAN: officers.guardian,
    }
    wire(access, treasury, holders, officers.admin)
    city = City(fresh_currency, officers)
    city.register(Kind.RESIDENT, resident, neighbour)
    city.register(Kind.MERCHANT, merchant)
    fresh_currency.increaseIssuanceAllowance(treasury, MOST, {"from": officers.supervisor})
    return Office(treasury, fresh_currency, desk, officers, attester)


@pytest.fixture
def ready(office):
    """A reserve of ten million, terms, and a budget of a million for bonuses."""
    office.attest(10_000_000)
    office.set_terms(*TERMS)
    office.budget(1_000_000)
    return office


def test_an_attestation_is_stated_with_its_document(office, attester):
    expires = office.attest(5_000_000, ago=60)

    assert office.treasury.attestation() == (5_000_000, 0, expires - 30 * DAY, expires, "0x" + STATEMENT.hex())
    assert office.treasury.reserve() == (5_000_000, 5_000_000)


def test_nothing_is_issued_without_a_reserve(office, resident):
    with reverts("AttestationExpired", 0):
        office.issue((resident, 1))


def test_issuing_stops_at_the_reserve_to_the_won(office, resident, neighbour):
    office.attest(1_000)
    office.issue((resident, 600), (neighbour, 399))

    with reverts("ReserveExceeded", 1_000, 1_001):
        office.issue((resident, 2))
    office.issue((resident, 1))

    assert office.treasury.reserve() == (1_000, 0)


def test_an_expired_attestation_stops_a_list_between_its_batches(office, resident, neighbour):
    expires = office.attest(1_000)
    items = [Issue(each, 10) for each in sorted((resident.address, neighbour.address))]
    parts, whole, purpose = [items[:1], items[1:]], list_id(items), keccak(b"in two batches")
    sender = {"from": office.officers.currency}

    travel(expires - 1)
    office.treasury.issueBatch(pack_issues(parts[0]), purpose, whole, 0, sender)
    travel(expires)
    with reverts("AttestationExpired", expires):
        office.treasury.issueBatch(pack_issues(parts[1]), purpose, whole, 1, sender)
    office.attest(1_000)
    office.treasury.issueBatch(pack_issues(parts[1]), purpose, whole, 1, sender)

    assert office.currency.totalSupply() == 20


def test_a_lower_attestation_counts_at_once(office, resident):
    office.attest(1_000)
    office.issue((resident, 500))
    office.attest(400)

    assert office.treasury.reserve() == (400, 0)
    with reverts("ReserveExceeded", 400, 501):
        office.issue((resident, 1))


def test_what_is_settled_leaves_the_reserve(access, office, officers, resident, merchant, shopkeeper, orders, accounts):
    from dongne.currency import ReceiveAuthorization
    from dongne.currency.cash_out_desk import pack_ids
    from dongne.signing import Domain

    currency, desk = office.currency, office.desk
    wire(access, desk, {Role.SETTLEMENT_OFFICER: accounts[9]}, officers.admin)
    City(currency, officers).register(Kind.SYSTEM_CONTRACT, desk)
    office.attest(1_000)
    office.issue((resident, 1_000))
    currency.transfer(merchant, 600, {"from": resident})
    _fields, name, version, chain_id, contract, _salt, _extensions = currency.eip712Domain()
    given = ReceiveAuthorization(merchant.address, desk.address, 600, 0, 2**40, keccak(b"cash-out"))
    digest = given.digest(Domain(name, version, chain_id, contract))
    signature = bytes(shopkeeper.unsafe_sign_hash(digest).signature)
    requested = desk.request(merchant, 600, 0, 2**40, given.nonce, signature, {"from": resident})
    travel(requested.timestamp + 3 * DAY)

    desk.settleBatch(pack_ids([0]), STATEMENT, {"from": accounts[9]})

    assert currency.totalSupply() == 400
    assert office.treasury.reserve() == (400, 0)  # the bank paid 600 out of the reserve
    with reverts("ReserveExceeded", 400, 401):
        office.issue((resident, 1))
    settled_at = chain[-1].timestamp
    for as_of, left in ((settled_at - 1, 400), (settled_at, 1_000), (settled_at + 1, 1_000)):
        travel(settled_at + 100 + left)  # a statement from before the bank paid counts for what it was
        office.treasury.attest(1_000, as_of, settled_at + DAY, STATEMENT, {"from": office.attester})
        assert office.treasury.reserve() == (left, left - 400)


def test_the_desk_knows_what_it_had_settled_at_any_time(access, office, officers, resident, merchant, accounts):
    desk, times = office.desk, [0, 2**48, 2**256 - 1]

    assert [desk.settledUntil(time) for time in times] == [0, 0, 0]
    assert desk.settledTotal() == 0


@pytest.mark.parametrize("days", [0, 36])
def test_an_attestation_is_good_until_35_days_after_the_statement(office, attester, days):
    now = chain[-1].timestamp
    expires = now + days * DAY

    with reverts("BadAttestationTerm", expires):
        office.treasury.attest(1, now, expires, STATEMENT, {"from": attester})
    with reverts("BadAttestationTerm", now + 5):
        office.treasury.attest(1, now + 4 - 35 * DAY, now + 5, STATEMENT, {"from": attester})


def test_a_statement_is_of_now_or_before(office, attester):
    now = chain[-1].timestamp + 60
    travel(now)

    with reverts("StatementOfTheFuture", now + 1):
        office.treasury.attest(1, now + 1, now + DAY, STATEMENT, {"from": attester})


def test_nobody_goes_back_to_an_older_statement(office, attester):
    office.attest(900)
    latest = office.treasury.attestation()[2]

    with reverts("OlderStatement", latest, latest - 1):
        office.attest(1_000, ago=chain[-1].timestamp - latest + 1)
    office.treasury.attest(800, latest, latest + DAY, STATEMENT, {"from": attester})  # the same one, corrected

    assert office.treasury.reserve()[0] == 800


def test_a_top_up_gives_the_bonus_on_top(ready, resident, neighbour):
    tx = ready.top_up((resident, 300_000), (neighbour, 999))

    assert ready.currency.balanceOf(resident) == 330_000
    assert ready.currency.balanceOf(neighbour.address) == 999 + 99
    assert ready.treasury.bonusBudget() == 1_000_000 - 30_099
    assert ready.treasury.depositedThisMonth(resident) == 300_000
    (told,) = happened(tx, "ToppedUp")
    assert (told["count"], told["deposits"], told["bonuses"]) == (2, 300_999, 30_099)


def test_a_list_of_top_ups_is_served_once(ready, resident):
    items = [Issue(resident.address, 1_000)]
    arguments = (pack_issues(items), keccak(b"once"), list_id(items), 0, {"from": ready.officers.currency})
    ready.treasury.topUpBatch(*arguments)

    with reverts("PlaceNotNext", keccak(b"once"), 1, 0):
        ready.treasury.topUpBatch(*arguments)


def test_a_resident_deposits_up_to_the_cap_of_a_calendar_month(ready, resident):
    ready.top_up((resident, 400_000))

    with reverts("MonthlyCapExceeded", resident, 100_000, 100_001):
        ready.top_up((resident, 100_001))
    ready.top_up((resident, 100_000))
    with reverts("MonthlyCapExceeded", resident, 0, 1):
        ready.top_up((resident, 1))


def test_splitting_a_deposit_does_not_get_around_the_cap(ready, resident):
    with reverts("MonthlyCapExceeded", resident, 200_000, 300_000):
        ready.top_up((resident, 300_000), (resident, 300_000))
    assert ready.currency.totalSupply() == 0


def test_a_new_month_begins_in_korea_to_the_second(ready, resident):
    from datetime import datetime, timedelta, timezone

    korea = timezone(timedelta(hours=9))
    today = datetime.fromtimestamp(chain[-1].timestamp, korea)
    first = datetime(today.year + today.month // 12, today.month % 12 + 1, 1, tzinfo=korea)
    ready.top_up((resident, 500_000))
    ready.attest(10_000_000, days=35)

    travel(int(first.timestamp()) - 1)
    with reverts("MonthlyCapExceeded", resident, 0, 1):
        ready.top_up((resident, 1))
    travel(int(first.timestamp()))
    ready.top_up((resident, 500_000))

    assert ready.treasury.depositedThisMonth(resident) == 500_000


def test_nobody_tops_up_beyond_what_may_be_held(ready, resident):
    ready.set_terms(1_000, 5_000_000, 1_000_000)
    ready.top_up((resident, 900_000))  # 990,000 in hand

    with reverts("HoldingCapExceeded", resident, 1_000_000, 1_001_000):
        ready.top_up((resident, 10_000))


def test_the_holding_cap_binds_top_ups_only(ready, resident, neighbour):
    ready.set_terms(0, 500_000, 500_000)
    ready.top_up((resident, 500_000))

    ready.issue((resident, 7))

    assert ready.currency.balanceOf(resident) == 500_007


def test_bonuses_stop_at_the_budget_however_many_race_for_it(ready, officers, resident, neighbour):
    ready.treasury.decreaseBonusBudget(2**64 - 1, {"from": officers.guardian})
    ready.budget(100)
    ready.top_up((resident, 600))

    with reverts("BonusBudgetExceeded", 40, 41):
        ready.top_up((neighbour, 410))
    with reverts("BonusBudgetExceeded", 40, 50):
        ready.top_up((neighbour, 250), (resident, 250))
    ready.top_up((neighbour, 400))

    assert ready.treasury.bonusBudget() == 0


@pytest.mark.parametrize("kind", [Kind.MERCHANT, Kind.INSTITUTION, Kind.NONE])
def test_only_residents_top_up(ready, officers, kind):
    someone = key(f"someone of kind {kind}")
    if kind:
        City(ready.currency, officers).register(kind, someone)

    with reverts("TopUpNotAllowed", someone.address, kind):
        ready.top_up((someone, 10))


@pytest.mark.parametrize("length", [0, 25, 27])
def test_half_a_deposit_is_refused(ready, officers, length):
    with reverts("BadTopUpsLength", length):
        ready.treasury.topUpBatch(bytes(length), STATEMENT, bytes(24), 0, {"from": officers.currency})


def test_the_largest_deposit_of_a_batch_fits(ready, resident):
    largest = 2**48 - 1
    ready.attest(2**64 - 1)
    ready.budget(2**60)
    ready.set_terms(3_000, largest, largest)

    with reverts("HoldingCapExceeded", resident, largest, largest + largest * 3 // 10):
        ready.top_up((resident, largest))
    deposit = largest * 10 // 13
    ready.top_up((resident, deposit))

    assert ready.currency.balanceOf(resident) == deposit + deposit * 3 // 10


def test_a_bonus_has_its_limit(office):
    office.set_terms(3_000, 1, 1)
    with reverts("BonusTooHigh", 3_001):
        office.set_terms(3_001, 1, 1)
    assert office.treasury.topUpTerms() == (3_000, 1, 1)


def test_each_office_does_its_own_and_nobody_elses(office, officers, attester, stranger):
    treasury = office.treasury
    acts = {
        attester: [lambda who: treasury.attest(1, 1, 2**39, STATEMENT, {"from": who})],
        officers.currency: [
            lambda who: treasury.issueBatch(bytes(26), STATEMENT, bytes(24), 0, {"from": who}),
            lambda who: treasury.topUpBatch(bytes(26), STATEMENT, bytes(24), 0, {"from": who}),
        ],
        officers.supervisor: [
            lambda who: treasury.setTopUpTerms(TERMS, {"from": who}),
            lambda who: treasury.increaseBonusBudget(1, {"from": who}),
        ],
        officers.guardian: [lambda who: treasury.decreaseBonusBudget(1, {"from": who})],
    }
    for own, some in acts.items():
        for other in (*acts, officers.admin, officers.membership, stranger):
            for act in some:
                if other != own:
                    with reverts("AccessManagedUnauthorized", other):
                        act(other)


def test_nobody_but_the_treasury_issues_whatever_role_it_holds(office, officers, resident):
    with reverts("NotAppointed", officers.currency, office.treasury):
        office.currency.increaseIssuanceAllowance(officers.currency, 5, {"from": officers.supervisor})
    with reverts("IssuanceAllowanceExceeded", officers.currency, 0, 5):
        items = pack_issues([Issue(resident.address, 5)])
        office.currency.issueBatch(items, STATEMENT, bytes(24), 0, {"from": officers.currency})


def test_a_stolen_issuing_key_makes_no_more_than_the_reserve_has_room_for(office, resident):
    office.attest(1_000_000)
    office.issue((resident, 999_990))

    with reverts("ReserveExceeded", 1_000_000, 1_000_001):
        office.issue((resident, 11))
    office.issue((resident, 10))

    assert office.currency.totalSupply() == 1_000_000  # lost at most: what room the reserve had, 10


@pytest.mark.parametrize("seed", range(3))
def test_the_supply_never_exceeds_the_reserve_whatever_happens(ready, resident, neighbour, seed):
    dice, people = random.Random(seed), (resident.address, neighbour.address)
    reserve, supply, budget, deposited = 10_000_000, 0, 1_000_000, dict.fromkeys(people, 0)
    for _ in range(40):
        who, amount, step = dice.choice(people), dice.randrange(1, 300_000), dice.random()
        if step < 0.2:
            reserve = dice.randrange(2_000_000)
            ready.attest(reserve)
        elif step < 0.6:
            error = ("ReserveExceeded", reserve, supply + amount) if supply + amount > reserve else None
            supply += _done(error, lambda who=who, amount=amount: ready.issue((who, amount))) * amount
        else:
            bonus, holding = amount // 10, ready.currency.balanceOf(who)
            error = None
            if deposited[who] + amount > 500_000:
                error = ("MonthlyCapExceeded", who, 500_000 - deposited[who], amount)
            elif holding + amount + bonus > 2_000_000:
                error = ("HoldingCapExceeded", who, 2_000_000, holding + amount + bonus)
            elif bonus > budget:
                error = ("BonusBudgetExceeded", budget, bonus)
            elif supply + amount + bonus > reserve:
                error = ("ReserveExceeded", reserve, supply + amount + bonus)
            if _done(error, lambda who=who, amount=amount: ready.top_up((who, amount))):
                supply, budget, deposited[who] = supply + amount + bonus, budget - bonus, deposited[who] + amount

        assert ready.currency.totalSupply() == supply
        assert ready.treasury.reserve() == (reserve, max(0, reserve - supply))
        assert ready.treasury.bonusBudget() == budget


def _done(error, act):
    if error is None:
        act()
        return True
    with reverts(*error):
        act()
    return False
