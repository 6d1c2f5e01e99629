"""Transfers by authorization (EIP-3009): any nonce, any order, each once."""

import json

import pytest
from brownie import chain
from eth_utils.crypto import keccak

from dongne.currency import CancelAuthorization, Kind, ReceiveAuthorization, TransferAuthorization
from dongne.signing import Domain, compact, expand
from tests.contracts.currency.conftest import FOREVER, MODES, START, ZERO, happened, key, travel, wallet
from tests.reverting import reverts

NONCE = keccak(b"an authorization")
BYTES = "address,address,uint256,uint256,uint256,bytes32,bytes"
V_R_S = "address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32"


class Authorizations:
    """Signs authorizations for one currency and hands them in."""

    def __init__(self, currency, orders, relayer):
        self.currency, self.domain, self.relayer = currency, orders.domain, relayer

    def transfer(self, signer, payee, value, nonce=NONCE, after=0, before=FOREVER, payer=None):
        return self._authorization(TransferAuthorization, signer, payee, value, nonce, after, before, payer)

    def receive(self, signer, payee, value, nonce=NONCE, after=0, before=FOREVER, payer=None):
        return self._authorization(ReceiveAuthorization, signer, payee, value, nonce, after, before, payer)

    def _authorization(self, kind, signer, payee, value, nonce, after, before, payer):
        given = kind(payer or signer.address, str(getattr(payee, "address", payee)), value, after, before, nonce)
        return given, self.signature(signer, given)

    def signature(self, signer, message):
        return bytes(signer.unsafe_sign_hash(message.digest(self.domain)).signature)

    def hand_in(self, given, signature, how=BYTES, sender=None):
        values, sender = list(given.values().values()), {"from": sender or self.relayer}
        name = "transfer" if isinstance(given, TransferAuthorization) else "receive"
        function = getattr(self.currency, f"{name}WithAuthorization")[how.split(",")]
        tail = [signature] if how == BYTES else [signature[64], signature[:32], signature[32:64]]
        return function(*values, *tail, sender)

    def cancel(self, signer, nonce, authorizer=None, split=False):
        message = CancelAuthorization(authorizer or signer.address, nonce)
        signature = self.signature(signer, message)
        if split:
            function = self.currency.cancelAuthorization[["address", "bytes32", "uint8", "bytes32", "bytes32"]]
            tail = [signature[64], signature[:32], signature[32:64]]
        else:
            function = self.currency.cancelAuthorization[["address", "bytes32", "bytes"]]
            tail = [signature]
        return function(message.authorizer, nonce, *tail, {"from": self.relayer})


@pytest.fixture(scope="module")
def authorizations(currency, orders, relayer):
    return Authorizations(currency, orders, relayer)


@pytest.mark.parametrize("how", [BYTES, V_R_S])
def test_an_authorization_moves_the_money_once(currency, authorizations, payer, merchant, how):
    signed = authorizations.transfer(payer, merchant, 700)

    tx = authorizations.hand_in(*signed, how)

    assert happened(tx, "AuthorizationUsed") == [{"authorizer": payer.address, "nonce": "0x" + NONCE.hex()}]
    assert happened(tx, "Transfer") == [{"from": payer.address, "to": merchant, "value": 700}]
    assert currency.balanceOf(merchant) == 700
    assert currency.authorizationState(payer.address, NONCE)
    with reverts("AuthorizationAlreadyUsed", payer.address, NONCE):
        authorizations.hand_in(*signed, how)


def test_a_compact_signature_is_taken(currency, authorizations, payer, merchant):
    given, _ = authorizations.transfer(payer, merchant, 700)

    authorizations.hand_in(given, given.sign(payer, authorizations.domain).signature)

    assert currency.balanceOf(merchant) == 700


def test_authorizations_need_no_order_and_void_no_payment_or_permit(currency, authorizations, orders, payer, merchant):
    later, sooner = keccak(b"later"), keccak(b"sooner")
    payment = orders.signed(payer, merchant, 5)
    authorizations.hand_in(*authorizations.transfer(payer, merchant, 10, nonce=later))
    authorizations.hand_in(*authorizations.transfer(payer, merchant, 20, nonce=sooner))
    orders.permit(payer, merchant, 7)

    orders.pay(payment)

    assert currency.balanceOf(merchant) == 35
    assert currency.nonces(payer.address) == 1
    assert currency.accountOf(payer.address)[1] == 1


def test_neighbouring_nonces_are_apart(currency, authorizations, payer, merchant):
    numbers = [2**40, 2**40 + 1, 2**40 + 255, 2**40 + 256, 2**256 - 1]
    for number in numbers:
        authorizations.hand_in(*authorizations.transfer(payer, merchant, 1, nonce=number.to_bytes(32, "big")))

    assert currency.balanceOf(merchant) == len(numbers)
    used = [currency.authorizationState(payer.address, n.to_bytes(32, "big")) for n in (*numbers, 2**40 + 2, 2**41)]
    assert used == [True] * len(numbers) + [False, False]


def test_a_nonce_below_2_40_is_the_payers_next_payment_nonce(currency, authorizations, orders, payer, merchant):
    payment = orders.signed(payer, merchant, 5)
    first, second = ((number).to_bytes(32, "big") for number in (0, 1))

    with reverts("AuthorizationAlreadyUsed", payer.address, second):
        authorizations.hand_in(*authorizations.transfer(payer, merchant, 1, nonce=second))
    authorizations.hand_in(*authorizations.transfer(payer, merchant, 1, nonce=first))

    assert currency.authorizationState(payer.address, first)
    assert not currency.authorizationState(payer.address, second)
    with reverts("PaymentSignatureInvalid", payer.address, 1):
        orders.pay(payment)


def test_the_clock_decides_to_the_second(currency, authorizations, payer, merchant):
    now = chain[-1].timestamp + 1_000
    signed = authorizations.transfer(payer, merchant, 1, after=now, before=now + 2)

    travel(now)
    with reverts("AuthorizationNotYetValid", now):
        authorizations.hand_in(*signed)
    travel(now + 2)
    with reverts("AuthorizationExpired", now + 2):
        authorizations.hand_in(*signed)
    again = authorizations.transfer(payer, merchant, 1, after=now + 9, before=now + 11)
    travel(now + 10)
    authorizations.hand_in(*again)

    assert currency.balanceOf(merchant) == 1


def test_only_the_payee_uses_an_authorization_to_receive(currency, authorizations, payer, merchant, relayer):
    signed = authorizations.receive(payer, merchant, 5)

    for how in (BYTES, V_R_S):
        with reverts("CallerNotPayee", merchant, relayer):
            authorizations.hand_in(*signed, how)
    authorizations.hand_in(*signed, sender=merchant)

    assert currency.balanceOf(merchant) == 5


def test_an_authorization_to_receive_does_not_transfer(authorizations, payer, merchant):
    given, signature = authorizations.receive(payer, merchant, 5)
    taken_for = TransferAuthorization(
        given.payer, given.payee, given.value, given.valid_after, given.valid_before, given.nonce
    )

    with reverts("AuthorizationSignatureInvalid", payer.address, NONCE):
        authorizations.hand_in(taken_for, signature)


@pytest.mark.parametrize("how", [BYTES, V_R_S])
def test_what_was_not_signed_is_refused(authorizations, payer, neighbour, merchant, other_merchant, how):
    given, signature = authorizations.transfer(payer, merchant, 5)
    forged = authorizations.signature(neighbour, given)
    stray = TransferAuthorization(payer.address, other_merchant.address, 5, 0, FOREVER, NONCE)
    dearer = TransferAuthorization(payer.address, merchant.address, 6, 0, FOREVER, NONCE)

    for claimed, by in ((given, forged), (stray, signature), (dearer, signature), (given, bytes(64) + b"\x1b")):
        with reverts("AuthorizationSignatureInvalid", payer.address, NONCE):
            authorizations.hand_in(claimed, by, how)


@pytest.mark.parametrize("how", [BYTES, V_R_S])
def test_nobody_signs_for_the_zero_address(authorizations, neighbour, merchant, how):
    given, _ = authorizations.transfer(neighbour, merchant, 0, payer=ZERO)

    with reverts("AuthorizationSignatureInvalid", ZERO, NONCE):
        authorizations.hand_in(given, bytes(64) + b"\x1b", how)


def test_another_chain_or_contract_is_another_message(authorizations, orders, payer, merchant):
    given, _ = authorizations.transfer(payer, merchant, 5)
    domain = orders.domain
    for other in (
        Domain(domain.name, domain.version, domain.chain_id + 1, domain.verifying_contract),
        Domain(domain.name, domain.version, domain.chain_id, merchant.address),
    ):
        with reverts("AuthorizationSignatureInvalid", payer.address, NONCE):
            authorizations.hand_in(given, expand(given.sign(payer, other).signature))


@pytest.mark.parametrize("split", [False, True])
def test_a_cancelled_authorization_is_void_for_ever(currency, authorizations, payer, merchant, split):
    signed = authorizations.transfer(payer, merchant, 5)

    tx = authorizations.cancel(payer, NONCE, split=split)

    assert happened(tx, "AuthorizationCanceled") == [{"authorizer": payer.address, "nonce": "0x" + NONCE.hex()}]
    with reverts("AuthorizationAlreadyUsed", payer.address, NONCE):
        authorizations.hand_in(*signed)
    with reverts("AuthorizationAlreadyUsed", payer.address, NONCE):
        authorizations.cancel(payer, NONCE, split=split)
    assert currency.balanceOf(merchant) == 0


def test_cancelling_a_sequential_nonce_uses_it_up(currency, authorizations, orders, payer, merchant):
    payment = orders.signed(payer, merchant, 5)

    authorizations.cancel(payer, bytes(32))

    with reverts("PaymentSignatureInvalid", payer.address, 1):
        orders.pay(payment)


@pytest.mark.parametrize("split", [False, True])
def test_a_stranger_cancels_nothing(authorizations, payer, neighbour, split):
    with reverts("AuthorizationSignatureInvalid", payer.address, NONCE):
        authorizations.cancel(neighbour, NONCE, authorizer=payer.address, split=split)


def test_an_authorization_obeys_the_table_and_the_balance(city, authorizations, payer, merchant, shopkeeper, stranger):
    with reverts("TransferNotAllowed", payer.address, stranger):
        authorizations.hand_in(*authorizations.transfer(payer, stranger, 1))
    with reverts("ERC20InsufficientBalance", payer.address, START, START + 1):
        authorizations.hand_in(*authorizations.transfer(payer, merchant, START + 1))
    with reverts("RefundExceedsPurchases", shopkeeper.address, payer.address, 0, 1):
        city.currency.transfer(wallet(key("system contract")), 5, {"from": wallet(payer)})
        city.currency.transfer(merchant, 5, {"from": wallet(key("system contract"))})
        authorizations.hand_in(*authorizations.transfer(shopkeeper, payer.address, 1))


def test_a_refused_authorization_can_be_used_later(currency, city, authorizations, payer, merchant):
    signed = authorizations.transfer(payer, merchant, START + 1)
    with reverts("ERC20InsufficientBalance", payer.address, START, START + 1):
        authorizations.hand_in(*signed)
    city.issue(payer.address, 1)

    authorizations.hand_in(*signed)

    assert currency.balanceOf(merchant) == START + 1


@pytest.mark.parametrize("mode", MODES)
def test_a_smart_account_authorizes_by_its_contract(currency, authorizations, open_wallet, neighbour, merchant, mode):
    contract = open_wallet(neighbour, mode)
    given = TransferAuthorization(contract.address, merchant.address, 5, 0, FOREVER, NONCE)
    signature = authorizations.signature(neighbour, given)
    if mode == "COMPACT":
        signature = compact(signature)
    honest = mode in ("HONEST", "HUNGRY", "COMPACT", "REENTERING")  # a static call changes nothing

    if honest:
        authorizations.hand_in(given, signature)
        assert currency.balanceOf(merchant) == 5
    else:
        with reverts("AuthorizationSignatureInvalid", contract, NONCE):
            authorizations.hand_in(given, signature)


def test_the_contract_names_what_it_supports(currency):
    erc165, erc20, metadata, permit, domain = "0x01ffc9a7", "0x36372b07", "0xa219a025", "0x9d8ff7da", "0x84b0196e"
    erc7943 = "0x3edbb4c4"  # as the final standard states it
    for supported in (erc165, erc20, metadata, permit, domain, erc7943):
        assert currency.supportsInterface(supported), supported
    for other in ("0xffffffff", "0x80ac58cd", "0x00000000"):
        assert not currency.supportsInterface(other), other


def test_the_contracts_metadata_is_json_whatever_its_name(open_currency):
    found = open_currency('The "Won" \\ of 동네').contractURI()

    head, _, text = found.partition(",")
    assert head == "data:application/json;utf8"
    assert json.loads(text) == {"name": 'The "Won" \\ of 동네', "symbol": "DNW"}


def test_registering_gives_no_authorization_back(currency, city, authorizations, payer, merchant):
    authorizations.cancel(payer, NONCE)
    currency.transfer(merchant, START, {"from": wallet(payer)})
    city.reclassify(payer.address, Kind.NONE)
    city.register(Kind.RESIDENT, payer)

    assert currency.authorizationState(payer.address, NONCE)


def test_an_authorization_of_what_the_account_was_before_is_void(currency, city, authorizations, payer, merchant):
    before = authorizations.transfer(payer, merchant, 5)
    currency.transfer(merchant, START, {"from": wallet(payer)})
    ended = city.reclassify(payer.address, Kind.INSTITUTION).timestamp
    city.issue(payer.address, 50)

    with reverts("AuthorizationOfFormerKind", payer.address, ended):
        authorizations.hand_in(*before)
    late = authorizations.transfer(payer, merchant, 5, after=ended - 1, nonce=keccak(b"a second early"))
    with reverts("AuthorizationOfFormerKind", payer.address, ended):
        authorizations.hand_in(*late)
    travel(ended + 60)
    authorizations.hand_in(*authorizations.transfer(payer, merchant, 5, after=ended, nonce=keccak(b"since")))
    authorizations.cancel(payer, before[0].nonce)

    assert currency.balanceOf(merchant) == START + 5
    assert currency.kindEndedAt(payer.address) == ended


def test_an_account_that_never_was_anything_else_needs_no_time(currency, city, authorizations, neighbour, merchant):
    newcomer = key("newcomer")
    given = authorizations.transfer(newcomer, merchant, 5)
    city.register(Kind.RESIDENT, newcomer)
    city.issue(newcomer.address, 5)

    authorizations.hand_in(*given)

    assert currency.kindEndedAt(newcomer.address) == 0
