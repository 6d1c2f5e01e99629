"""Files of signed payments: read line by line, wallets' signatures made compact, relayed once."""

import csv
import json
from dataclasses import replace

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_utils.crypto import keccak

from dongne.chain import Call
from dongne.currency import (
    Issue,
    Kind,
    LocalCurrency,
    Payment,
    SignedPayment,
    Treasury,
    payment_line,
    read_payments,
    relay_payments,
)
from dongne.currency.errors import NotSignedByPayer
from dongne.currency.paymentfile import FIELDS, order_of
from dongne.currency.relay import PAID
from dongne.errors import RejectedFile
from dongne.signing import Domain, compact_of, expand, sign
from dongne.suite import Role
from scripts.deployment.artifacts import artifact
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite, person
from tests.contracts.currency.conftest import MODES
from tests.undoing import undone

KEY, SHOP = person("payer"), person("shop").address
DOMAIN = Domain("Dongne Won", "1", 31_337, "0x" + "12" * 20)
LATER = 2**40 - 1
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def payment(nonce=0, amount=100, payer=KEY.address, deadline=LATER):
    return Payment(payer, SHOP, amount, nonce, deadline, order_of(f"A-{nonce}"))


def mirrored(signature):
    """The other valid form of a signature: s on the upper half of the curve."""
    s = CURVE_ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


@pytest.mark.parametrize(
    "form",
    [
        expand,
        lambda compact: expand(compact)[:64] + bytes([expand(compact)[64] - 27]),
        lambda compact: mirrored(expand(compact)),
        bytes,
    ],
    ids=["v 27 or 28", "v 0 or 1", "high s", "compact"],
)
@pytest.mark.parametrize("nonce", range(4))
def test_a_wallets_signature_becomes_the_compact_one_in_every_form(form, nonce):
    signed = payment(nonce).sign(KEY, DOMAIN)

    assert payment(nonce).signed_by_wallet(form(signed.signature), DOMAIN) == signed
    assert payment(nonce).with_signature(form(signed.signature), DOMAIN) == signed


@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(65), b"\xff" * 65, b"\x01" * 66])
def test_what_the_payers_key_did_not_sign_is_left_for_its_contract_and_refused_from_a_wallet(signature):
    assert compact_of(signature, payment().digest(DOMAIN), KEY.address) is None
    assert payment().with_signature(signature, DOMAIN).signature == signature
    with pytest.raises(NotSignedByPayer, match="same payee, amount, nonce"):
        payment().signed_by_wallet(signature, DOMAIN)


def test_another_keys_signature_is_not_taken():
    other = Account.from_key(b"\x07" * 32)
    signature = payment(payer=other.address).sign(other, DOMAIN).signature

    with pytest.raises(NotSignedByPayer):
        payment().signed_by_wallet(expand(signature), DOMAIN)


def test_a_line_is_read_back_as_the_payment_it_was_written_from(tmp_path):
    file, signed = tmp_path / "payments.jsonl", [payment(nonce).sign(KEY, DOMAIN) for nonce in range(2)]
    file.write_text("\n\n".join(payment_line(each, 2) for each in signed), encoding="utf-8")

    listed = read_payments(file, 2, DOMAIN)

    assert [(each.line, each.signed) for each in listed.payments] == [(1, signed[0]), (3, signed[1])]


@pytest.mark.parametrize(
    "headings", [FIELDS, ("지급인", "수취인", "금액", "순번", "기한", "주문번호", "서명")], ids=["en", "ko"]
)
def test_payments_may_come_as_csv_with_wallets_signatures(tmp_path, headings):
    signed = payment(amount=12_500).sign(KEY, DOMAIN)
    row = [KEY.address, SHOP, "12,500", 0, LATER, "A-0", "0x" + expand(signed.signature).hex()]
    file = tmp_path / "payments.csv"
    with file.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([headings, row])

    assert [each.signed for each in read_payments(file, 0, DOMAIN).payments] == [signed]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not a payment"),
        ("[]", "not an object"),
        ("null", "not an object"),
        ("[" * 100_000, "not a payment"),
        ('{"payer": 1}', "it has no payee, amount"),
        ({"amount": 1.5}, "decimal places"),
        ({"amount": "1e3"}, "not an amount"),
        ({"amount": True}, "not an amount"),
        ({"amount": 2**48}, "too large"),
        ({"amount": None}, "not an amount"),
        ({"nonce": -1}, "not a whole number"),
        ({"nonce": 2**40}, "out of range"),
        ({"deadline": 2**40}, "out of range"),
        ({"payer": "0x12"}, "not an address"),
        ({"order": "x" * 33}, "at most 32"),
        ({"signature": "0x1"}, "not bytes"),
        ({"signature": "0x"}, "not bytes"),
        ({"signature": []}, "not bytes"),
    ],
    ids=str,
)
def test_a_bad_line_is_left_out_and_said_why(tmp_path, line, why):
    good = json.loads(payment_line(payment().sign(KEY, DOMAIN), 0))
    bad = line if isinstance(line, str) else json.dumps({**good, **line})
    file = tmp_path / "payments.jsonl"
    file.write_text(json.dumps(good) + "\n" + bad + "\n", encoding="utf-8")

    listed = read_payments(file, 0, DOMAIN)

    assert [each.line for each in listed.payments] == [1]
    assert [problem.line for problem in listed.problems.found] == [2]
    with pytest.raises(RejectedFile, match=why):
        listed.problems.raise_if_any()


@pytest.fixture(scope="module")
def city():
    """A city in which the payer holds 1,000 and may pay a shop."""
    with local_suite() as on:
        currency = LocalCurrency(on.chain, on.book.entry("LocalCurrency"))
        members = on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [KEY.address]).transact(members)
        currency.register(Kind.MERCHANT, [SHOP]).transact(members)
        on.back(1_000)
        on.client(Treasury).issue_batch([Issue(KEY.address, 1_000)], bytes(32)).transact(
            on.officers[Role.CURRENCY_OFFICER]
        )
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(request):
    if "currency" not in request.fixturenames:
        yield
        return
    with undone(request.getfixturevalue("city").chain):
        yield


@pytest.fixture
def currency(city):
    return LocalCurrency(city.chain, city.book.entry("LocalCurrency"))


@pytest.fixture
def relayed(tmp_path, currency):
    """Relays payments; gives what became of each line, and how many transactions that took."""

    def relay_all(payments):
        file, sent = tmp_path / "payments.jsonl", []
        lines = [payment_line(each.sign(KEY, currency.domain()), 0) for each in payments]
        file.write_text("\n".join(lines), encoding="utf-8")

        def deliver_all(calls):
            return currency.chain.sender(funded(9)).deliver_all(sent.append(call) or call for call in calls)

        listed = read_payments(file, 0, currency.domain())
        outcomes = {}
        for part in relay_payments(currency, listed.payments, deliver_all):
            outcomes |= part
        said = [PAID if each.result is PAID else each.detail.text("en") for _line, each in sorted(outcomes.items())]
        return said, len(sent)

    return relay_all


def test_a_file_is_relayed_in_one_transaction(currency, relayed):
    assert relayed([payment(0), payment(1), payment(2)]) == ([PAID] * 3, 1)
    assert currency.balance_of(SHOP) == 300


def test_a_file_that_was_relayed_sends_nothing_the_second_time(currency, relayed):
    relayed([payment(0), payment(1)])

    said, sent = relayed([payment(0), payment(1)])

    assert sent == 0
    assert said[0].startswith("nonce 0 is used already (the next is 2)")
    assert currency.balance_of(SHOP) == 200


def test_each_refused_payment_is_said_why(relayed):
    said, _sent = relayed([payment(0, deadline=1), payment(3)])

    assert said[0] == "the deadline has passed"
    assert said[1].startswith("nonce 3 comes too early: the payer's next is 1")


def test_a_payment_beyond_the_balance_is_refused_and_the_others_are_paid(currency, relayed):
    said, _sent = relayed([payment(0), payment(1, amount=5_000)])

    assert said == [PAID, "the payer does not hold enough"]
    assert currency.balance_of(SHOP) == 100


def test_an_altered_payment_is_refused_by_the_contract(currency):
    signed = payment().sign(KEY, currency.domain())
    altered = replace(signed, payment=replace(signed.payment, amount=900))

    receipt = currency.pay_many([altered]).transact(funded(9))

    assert [each.refusal.text("en") for each in currency.outcomes(receipt, [altered])] == [
        "not signed by the payer for its next nonce, or paid before"
    ]


@pytest.fixture
def smart_account(city, currency):
    """Registers a smart account that holds 100 and whose owner is KEY; the mode is that of its mock contract."""

    def deploy(mode):
        wallet, relayer = artifact("ERC1271Wallet"), funded(9)
        arguments = encode(["address", "uint8"], [KEY.address, MODES.index(mode)])
        creation = Call(city.chain, None, wallet.creation_code + arguments, "ERC1271Wallet")
        address = creation.transact(relayer)["contractAddress"]
        currency.register(Kind.RESIDENT, [address]).transact(city.officers[Role.MEMBERSHIP_OFFICER])
        city.issue([Issue(address, 100)], keccak(hexstr=address))
        return address

    return deploy


def by_contract(currency, address):
    """The payment of a smart account, signed by its owner as a wallet does."""
    order = payment(payer=address, amount=10)
    return SignedPayment(order, expand(sign(order.digest(currency.domain()), KEY)))


def test_greedy_smart_accounts_spoil_nobodys_payment(tmp_path, currency, smart_account):
    """Each burns 500,000 gas for its answer; together they would leave nothing for the others of their batch."""
    greedy = [smart_account("BURNING_GAS") for _ in range(8)]
    hungry, honest = smart_account("HUNGRY"), smart_account("HONEST")
    signed = [by_contract(currency, address) for address in [*greedy, hungry, honest]]
    file, sizes, outcomes = tmp_path / "payments.jsonl", [], {}
    lines = [payment_line(each, 0) for each in [*signed, payment().sign(KEY, currency.domain())]]
    file.write_text("\n".join(lines), encoding="utf-8")

    def deliver_all(calls):
        return currency.chain.sender(funded(9)).deliver_all(sizes.append(call.gas) or call for call in calls)

    for part in relay_payments(currency, read_payments(file, 0, currency.domain()).payments, deliver_all):
        outcomes |= part

    assert [outcomes[line].result is PAID for line in range(1, 12)] == [False] * 8 + [True] * 3
    assert len(sizes) == 3
    assert max(sizes) < 16_777_216
    assert currency.balance_of(SHOP) == 120


def test_a_hungry_smart_account_is_paid_for_with_the_gas_that_a_node_estimates(currency, smart_account):
    signed = by_contract(currency, smart_account("HUNGRY"))

    currency.pay_from_smart_account(signed).transact(funded(9))

    assert currency.balance_of(SHOP) == 10


def test_a_signature_longer_than_a_wallets_is_left_out(tmp_path):
    file = tmp_path / "payments.jsonl"
    file.write_text(payment_line(SignedPayment(payment(), bytes(4_097)), 0), encoding="utf-8")

    with pytest.raises(RejectedFile, match=r"The signature has 4,?097 bytes"):
        read_payments(file, 0, DOMAIN).problems.raise_if_any()
