"""Payments by smart accounts (ERC-1271), honest and hostile."""

import pytest
from brownie.exceptions import VirtualMachineError

from dongne.currency import Kind, Refusal, SignedPayment, pack_payments
from dongne.signing import compact
from tests.contracts.currency.conftest import START, happened, key, travel
from tests.contracts.currency.words import Word, stored
from tests.reverting import reverts

UNHELPFUL = ("WRONG_MAGIC", "SHORT_ANSWER", "DIRTY_MAGIC", "REVERTING", "BURNING_GAS", "HUGE_ANSWER")
ERC1271_GAS = 500_000


@pytest.fixture(scope="module")
def owner():
    return key("owner of a smart account")


def test_a_smart_account_pays_with_its_owners_signature(currency, orders, open_wallet, owner, merchant):
    contract = open_wallet(owner, "HONEST")

    tx = orders.pay_by_wallet(*orders.signed_by_wallet(contract, owner, merchant, 1_000))

    assert happened(tx, "Transfer") == [{"from": contract, "to": merchant, "value": 1_000}]
    assert stored(currency, contract) == Word(
        balance=START - 1_000, nonce=1, counted=1_000, month=stored(currency, merchant).month, kind=Kind.RESIDENT
    )
    assert stored(currency, merchant).counted == 1_000


def test_a_smart_accounts_payment_counts_once(orders, open_wallet, owner, merchant):
    contract = open_wallet(owner, "HONEST")
    order = orders.signed_by_wallet(contract, owner, merchant, 1_000)
    orders.pay_by_wallet(*order)

    with reverts("PaymentSignatureInvalid", contract, 1):
        orders.pay_by_wallet(*order)


def test_a_smart_account_refuses_another_signer(orders, open_wallet, owner, payer, merchant):
    contract = open_wallet(owner, "HONEST")

    with reverts("PaymentSignatureInvalid", contract, 0):
        orders.pay_by_wallet(*orders.signed_by_wallet(contract, payer, merchant, 1))


@pytest.mark.parametrize("length", [0, 1, 63, 64, 66])
def test_a_smart_account_refuses_signatures_of_another_length(orders, open_wallet, owner, merchant, length):
    contract = open_wallet(owner, "HONEST")
    payment, _signature = orders.signed_by_wallet(contract, owner, merchant, 1)

    with reverts("PaymentSignatureInvalid", contract, 0):
        orders.pay_by_wallet(payment, "0x" + "11" * length if length else "0x00")


@pytest.mark.parametrize("mode", UNHELPFUL)
def test_an_answer_that_is_not_a_clear_yes_is_a_no(currency, orders, open_wallet, owner, merchant, mode):
    contract = open_wallet(owner, mode)

    with reverts("PaymentSignatureInvalid", contract, 0):
        orders.pay_by_wallet(*orders.signed_by_wallet(contract, owner, merchant, 1))
    assert currency.balanceOf(merchant) == 0


def test_a_wallet_has_500_000_gas_for_its_answer(currency, orders, relayer, open_wallet, owner, payer, merchant):
    orders.pay(orders.signed(payer, merchant, 1))  # the month's first payment costs more

    def spent(mode):
        order = orders.signed_by_wallet(open_wallet(owner, mode), owner, merchant, 1)
        return currency.payMany(pack_payments([SignedPayment(*order)]), {"from": relayer}).gas_used

    burnt = spent("BURNING_GAS") - spent("WRONG_MAGIC")

    assert ERC1271_GAS - 5_000 < burnt < ERC1271_GAS


def test_a_person_without_code_does_not_pay_as_a_smart_account(orders, payer, merchant):
    payment = orders.payment(payer.address, merchant.address, 1)
    signature = bytes(payer.unsafe_sign_hash(payment.digest(orders.domain)).signature)

    with reverts("PaymentSignatureInvalid", payer.address, 0):
        orders.pay_by_wallet(payment, signature)


@pytest.mark.parametrize("precompile", range(1, 10))
def test_a_precompiled_contract_speaks_for_nobody(city, orders, merchant, precompile):
    address = f"0x{precompile:040x}"
    city.register(Kind.RESIDENT, address)
    payment = orders.payment(address, merchant.address, 1)

    with reverts("PaymentSignatureInvalid", address, 0):
        orders.pay_by_wallet(payment, b"\x01" * 65)


def test_a_wallet_that_reenters_pays_once_and_moves_nothing_else(
    city, currency, orders, relayer, open_wallet, owner, merchant
):
    contract = open_wallet(owner, "REENTERING")
    payment, signature = orders.signed_by_wallet(contract, owner, merchant, 1_000)
    batch = pack_payments([SignedPayment(payment, signature)])
    contract.prepareReentry(currency.transfer.encode_input(merchant, 500), {"from": relayer})

    orders.pay_by_wallet(payment, signature)
    contract.prepareReentry(currency.payMany.encode_input(batch), {"from": relayer})
    again = currency.payMany(batch, {"from": relayer})

    assert [event["reason"] for event in happened(again, "PaymentSkipped")] == [Refusal.BAD_SIGNATURE]
    assert currency.balanceOf(merchant) == 1_000
    assert stored(currency, contract) == Word(
        balance=START - 1_000, nonce=1, counted=1_000, month=stored(currency, merchant).month, kind=Kind.RESIDENT
    )


def test_a_smart_accounts_order_expires(chain, orders, open_wallet, owner, merchant):
    contract = open_wallet(owner, "HONEST")
    deadline = chain[-1].timestamp + 100
    order = orders.signed_by_wallet(contract, owner, merchant, 1, deadline=deadline)

    travel(deadline + 1)
    with reverts("PaymentExpired", deadline):
        orders.pay_by_wallet(*order)


def test_a_smart_account_obeys_the_table_and_its_balance(orders, open_wallet, owner, payer, merchant):
    contract = open_wallet(owner, "HONEST")

    with reverts("TransferNotAllowed", contract, payer.address):
        orders.pay_by_wallet(*orders.signed_by_wallet(contract, owner, payer, 1))
    with reverts("ERC20InsufficientBalance", contract, START, START + 1):
        orders.pay_by_wallet(*orders.signed_by_wallet(contract, owner, merchant, START + 1))


@pytest.mark.parametrize("mode", UNHELPFUL)
def test_an_unhelpful_wallet_in_a_batch_does_not_stop_the_others(
    currency, orders, relayer, open_wallet, owner, payer, neighbour, merchant, mode
):
    contract = open_wallet(owner, mode)
    bad = SignedPayment(*orders.signed_by_wallet(contract, owner, merchant, 5))
    batch = [orders.signed(payer, merchant, 1), bad, orders.signed(neighbour, merchant, 2)]

    tx = currency.payMany(pack_payments(batch), {"from": relayer})

    skipped = [(event["index"], event["reason"]) for event in happened(tx, "PaymentSkipped")]
    assert skipped == [(1, Refusal.BAD_SIGNATURE)]
    assert currency.balanceOf(merchant) == 3
    assert tx.gas_used < ERC1271_GAS + 400_000


def test_honest_wallets_and_persons_share_a_batch(currency, orders, relayer, open_wallet, owner, payer, merchant):
    contract = open_wallet(owner, "HONEST")
    by_wallet = SignedPayment(*orders.signed_by_wallet(contract, owner, merchant, 5))

    tx = currency.payMany(pack_payments([by_wallet, orders.signed(payer, merchant, 1)]), {"from": relayer})

    assert tx.return_value == 2
    assert currency.balanceOf(merchant) == 6


def test_a_64_byte_signature_of_a_smart_account_is_taken(currency, orders, relayer, open_wallet, owner, merchant):
    contract = open_wallet(owner, "COMPACT")
    payment, signature = orders.signed_by_wallet(contract, owner, merchant, 5)

    tx = currency.payMany(pack_payments([SignedPayment(payment, compact(signature))]), {"from": relayer})

    assert (tx.return_value, currency.balanceOf(merchant)) == (1, 5)


@pytest.mark.parametrize("gas", range(100_000, 1_200_001, 50_000))
def test_a_good_payment_of_a_hungry_wallet_is_paid_or_the_batch_reverts_for_gas(
    currency, orders, relayer, open_wallet, owner, payer, merchant, gas
):
    """Short of gas, a good payment must not be skipped as if its signature were bad."""
    by_wallet = SignedPayment(*orders.signed_by_wallet(open_wallet(owner, "HUNGRY"), owner, merchant, 5))
    batch = pack_payments([orders.signed(payer, merchant, 1), by_wallet])

    try:
        tx = currency.payMany(batch, {"from": relayer, "gas_limit": gas})
    except VirtualMachineError:
        assert currency.balanceOf(merchant) == 0
    else:
        assert (happened(tx, "PaymentSkipped"), currency.balanceOf(merchant)) == ([], 6)


def test_a_payment_with_too_little_gas_for_the_wallet_says_so(orders, currency, relayer, open_wallet, owner, merchant):
    payment, signature = orders.signed_by_wallet(open_wallet(owner, "HUNGRY"), owner, merchant, 5)
    order = (payment.payer, payment.payee, payment.amount, payment.deadline, payment.order)

    with pytest.raises(VirtualMachineError) as refused:
        currency.payFromSmartAccount(*order, signature, {"from": relayer, "gas_limit": 400_000})

    assert refused.value.revert_msg.startswith("GasTooLow: 540000, ")


def test_a_contract_that_may_not_pay_is_not_asked(city, currency, orders, relayer, open_wallet, owner, merchant):
    contract = open_wallet(owner, "BURNING_GAS")
    city.freeze(contract)
    bad = SignedPayment(orders.payment(contract.address, merchant.address, 1), bytes(65))

    tx = currency.payMany(pack_payments([bad]), {"from": relayer})

    assert [event["reason"] for event in happened(tx, "PaymentSkipped")] == [Refusal.NOT_ALLOWED]
    assert tx.gas_used < 100_000
