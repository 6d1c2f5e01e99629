"""The currency office's lists: carried out once, continued where they were cut off, in few requests."""

import pytest
from eth_utils.crypto import keccak

from dongne.currency import (
    Holds,
    Issue,
    Kind,
    LocalCurrency,
    Registration,
    Treasury,
    canonical,
    issue,
    office,
    register,
)
from dongne.currency.errors import AllowanceTooSmall, PurposeServedAnotherList, RegisteredOtherwise
from dongne.errors import ContractRefused
from dongne.rpc import Nodes
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person
from tests.undoing import undone

PURPOSE = keccak(b"welfare of November")
PEOPLE = [person(f"on the list {number}").address for number in range(7)]


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        on.back(10_000)
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def currency(city):
    return LocalCurrency(city.chain, city.book.entry("LocalCurrency"))


@pytest.fixture
def treasury(city):
    return city.client(Treasury)


@pytest.fixture
def officer(city):
    return city.officers[Role.MEMBERSHIP_OFFICER]


@pytest.fixture
def issuer(city):
    return city.officers[Role.CURRENCY_OFFICER]


@pytest.fixture
def registered(currency, officer):
    """Registers a list as the membership officer; says how many accounts that were."""
    return lambda items: register(currency, items, lambda call: call.transact(officer))


@pytest.fixture
def issued(treasury, currency, issuer):
    """Issues a list as the issuer; says how many accounts were served now."""
    return lambda issues: issue(treasury, currency, issues, PURPOSE, lambda call: call.transact(issuer))


def test_a_list_of_accounts_is_registered_by_kind_and_category(currency, registered):
    kinds = [(Kind.RESIDENT, 0), (Kind.MERCHANT, 5_411), (Kind.MERCHANT, 5_812)]

    items = [Registration(account, *kind) for account, kind in zip(PEOPLE, kinds, strict=False)]
    assert registered(items) == 3

    assert [(state.kind, state.category) for state in currency.accounts(PEOPLE[:3])] == kinds


def test_a_list_is_registered_once(registered):
    items = [Registration(PEOPLE[0], Kind.RESIDENT, 0)]
    registered(items)

    assert registered(items) == 0


def test_a_frozen_account_counts_as_what_it_was_registered_as(city, currency, officer, registered):
    currency.register(Kind.RESIDENT, [PEOPLE[0]]).transact(officer)
    city.client(Holds).freeze(PEOPLE[0], bytes(32)).transact(city.officers[Role.HOLDS_OFFICER])

    assert registered([Registration(PEOPLE[0], Kind.RESIDENT, 0)]) == 0


@pytest.mark.parametrize("listed", [(Kind.RESIDENT, 0), (Kind.MERCHANT, 5_812)], ids=["kind", "category"])
def test_an_account_that_is_something_else_stops_the_list_before_anything_is_sent(
    currency, officer, registered, listed
):
    currency.register(Kind.MERCHANT, [PEOPLE[1]], 5_411).transact(officer)
    items = [Registration(PEOPLE[0], Kind.RESIDENT, 0), Registration(PEOPLE[1], *listed)]

    with pytest.raises(RegisteredOtherwise, match="registered as merchant of category 5411"):
        registered(items)

    assert currency.account(PEOPLE[0]).kind is Kind.NONE


def test_a_thousand_accounts_are_looked_up_in_few_requests(currency, registered, monkeypatch):
    thousand = [person(f"resident {number}").address for number in range(1_000)]
    requests = []
    original = Nodes._post
    monkeypatch.setattr(Nodes, "_post", lambda self, payload: requests.append(1) or original(self, payload))

    states = currency.accounts(thousand)

    assert {state.kind for state in states} == {Kind.NONE}
    assert 1 <= len(requests) <= 10


def test_a_list_is_issued_once_for_its_purpose(currency, officer, issued):
    currency.register(Kind.RESIDENT, PEOPLE).transact(officer)
    issues = [Issue(account, 100 + number) for number, account in enumerate(PEOPLE)]

    assert issued(issues) == 7
    assert issued(issues) == 0

    assert [currency.balance_of(account) for account in PEOPLE] == [100 + number for number in range(7)]


def test_a_list_that_was_cut_off_is_continued(city, currency, treasury, officer, issuer, issued, monkeypatch):
    """The sixth account is frozen as the second batch goes out."""
    issues = canonical(Issue(account, 100) for account in PEOPLE)
    currency.register(Kind.RESIDENT, PEOPLE).transact(officer)
    monkeypatch.setattr(office, "BATCH", 2)
    holds, last = city.client(Holds), issues[5].account

    def deliver(call):
        if currency.total_supply() == 200:
            holds.freeze(last, bytes(32)).transact(city.officers[Role.HOLDS_OFFICER])
        return call.transact(issuer)

    with pytest.raises(ContractRefused):
        issue(treasury, currency, issues, PURPOSE, deliver)
    holds.unfreeze(last).transact(city.officers[Role.HOLDS_OFFICER])

    assert issued(issues) == 3

    assert {currency.balance_of(account) for account in PEOPLE} == {100}


def test_a_list_that_was_exported_in_another_order_is_the_same_list(currency, officer, issued, monkeypatch):
    currency.register(Kind.RESIDENT, PEOPLE).transact(officer)
    issues = [Issue(account, 100) for account in PEOPLE]

    assert issued(issues) == 7
    assert issued(issues[::-1]) == 0

    assert {currency.balance_of(account) for account in PEOPLE} == {100}


def test_a_list_that_another_officer_has_served_is_finished(city, currency, treasury, officer, issuer, issued):
    currency.register(Kind.RESIDENT, PEOPLE).transact(officer)
    issues = [Issue(account, 100) for account in PEOPLE]
    issued(issues)

    assert issue(treasury, currency, issues, PURPOSE, lambda call: call.transact(issuer)) == 0
    with pytest.raises(ContractRefused, match="7 places of this list have been served already"):
        treasury.issue_batch(canonical(issues), PURPOSE).transact(issuer)


def test_a_purpose_that_served_another_list_is_refused(currency, officer, issued):
    currency.register(Kind.RESIDENT, PEOPLE).transact(officer)
    issued([Issue(PEOPLE[0], 100)])

    for other in ([Issue(PEOPLE[1], 250), Issue(PEOPLE[2], 100)], []):
        with pytest.raises(PurposeServedAnotherList, match="another purpose"):
            issued(other)


def test_a_list_shorter_than_what_was_served_is_refused_even_if_the_total_is_the_same(currency, officer, issued):
    currency.register(Kind.RESIDENT, PEOPLE).transact(officer)
    issued([Issue(PEOPLE[0], 100), Issue(PEOPLE[1], 50)])

    with pytest.raises(PurposeServedAnotherList, match="served 2 places of another list"):
        issued([Issue(PEOPLE[2], 150)])

    assert currency.total_supply() == 150


def test_a_list_beyond_the_allowance_is_refused_before_anything_is_issued(currency, officer, issued):
    currency.register(Kind.RESIDENT, PEOPLE[:2]).transact(officer)

    with pytest.raises(AllowanceTooSmall, match=r"needs 12,000, but .* may issue 10,000 more"):
        issued([Issue(PEOPLE[0], 6_000), Issue(PEOPLE[1], 6_000)])

    assert currency.total_supply() == 0
