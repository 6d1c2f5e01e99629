"""Typed client of the `LocalCurrency` contract."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.contract import SigningClient
from dongne.currency.batch import pack_accounts, pack_payments
from dongne.currency.events import IssuanceAllowanceSet, PaymentSkipped
from dongne.currency.kinds import Kind, Pair, Refusal, table_pairs, transfer_table
from dongne.currency.messages import CancelAuthorization, Payment, Permit, SignedAuthorization, SignedPayment
from dongne.signing import COMPACT_SIGNATURE_BYTES, expand

MOST_COUNTED = 2**63 - 1
"""A month counts no further."""

MOST_CLOSED = 2**48 - 1
"""A closed month counts no further."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as the contract sees it.

    Attributes:
        balance: base units.
        nonce: the nonce that its next payment must be signed with.
        kind: what it is now.
        held_kind: what it was before it was frozen; NONE otherwise.
        category: the city's trade code of a merchant, 0 to 65,535.
        month: months since January 1970 (UTC+9) that `counted` is of.
        counted: purchases of `month` less refunds, base units: what a resident or an institution paid merchants, or
            what these paid a merchant.
        closed: the same of the month before `month`.
        held: base units that a hold keeps from being spent, beside `balance`.
    """

    balance: int
    nonce: int
    kind: Kind
    held_kind: Kind
    category: int
    month: int
    counted: int
    closed: int
    held: int = 0

    def purchases(self, month: int) -> tuple[int, int]:
        """Purchases of a month, not before the word's, and of the one before it; base units."""
        if self.month == month:
            return self.counted, self.closed
        return 0, min(self.counted, MOST_CLOSED) if self.month + 1 == month else 0

    @property
    def registered_kind(self) -> Kind:
        """What it is registered as, frozen or not."""
        return self.held_kind if self.kind is Kind.FROZEN else self.kind


@dataclass(frozen=True, slots=True)
class Appointed:
    """The contracts that may do what no role may, for good.

    Attributes:
        treasury: issues.
        holds: holds money and freezes accounts.
        recovery: moves accounts whose key was lost.
        unclaimed: keeps the last few won of accounts that ended.
    """

    treasury: ChecksumAddress
    holds: ChecksumAddress
    recovery: ChecksumAddress
    unclaimed: ChecksumAddress


@dataclass(frozen=True, slots=True)
class IssueList:
    """What has been issued for a purpose.

    Attributes:
        list_id: of the one list that the purpose names (`batch.list_id`); zeros where none has been served.
        served: places of it that have been served, from the first on.
    """

    list_id: bytes
    served: int


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """What became of one payment of a batch.

    Attributes:
        payment: as it was relayed.
        refusal: NONE if it was carried out.
    """

    payment: Payment
    refusal: Refusal


class LocalCurrency(SigningClient):
    """The city's currency on one chain."""

    NAME = "LocalCurrency"

    def decimals(self) -> int:
        """Decimal places of the currency: 0 for won."""
        return int(self._read("decimals"))

    def symbol(self) -> str:
        """Symbol that wallets show."""
        return str(self._read("symbol"))

    def total_supply(self, block: int | None = None) -> int:
        """Base units in circulation, now or at a block."""
        return int(self._read("totalSupply", block=block))

    def balance_of(self, account: ChecksumAddress) -> int:
        """Base units that an account holds."""
        return int(self._read("balanceOf", account))

    def balances_of(self, accounts: Sequence[ChecksumAddress], block: int | None = None) -> dict[ChecksumAddress, int]:
        """Base units that many accounts hold, now or at a block, in JSON-RPC batches."""
        answers = self._read_many("balanceOf", [(account,) for account in accounts], block)
        return {account: int(base) for account, base in zip(accounts, answers, strict=True)}

    def account(self, account: ChecksumAddress) -> AccountState:
        """Everything the contract knows of an account."""
        return _state(self._read("accountOf", account))

    def accounts(self, accounts: Sequence[ChecksumAddress], block: int | None = None) -> list[AccountState]:
        """Everything the contract knows of many accounts, now or at a block, in JSON-RPC batches."""
        return [_state(word) for word in self._read_many("accountOf", [(account,) for account in accounts], block)]

    def refundable(self, merchant: ChecksumAddress, payee: ChecksumAddress) -> int:
        """Base units that a merchant can refund to a payee now, as far as purchases go."""
        return int(self._read("refundable", merchant, payee))

    def allowed_pairs(self) -> list[Pair]:
        """Who may pay whom, as published."""
        return table_pairs(self._read("policy")[0])

    def paused_until(self) -> int:
        """Unix seconds until which transfers are paused; in the past if they are not."""
        return int(self._read("policy")[1])

    def appointed(self) -> Appointed | None:
        """The contracts that issue, hold, recover and keep what is left over; None before they are appointed."""
        found = Appointed(*self._read("appointed"))
        return found if int(found.treasury, 16) else None

    def appoint(self, appointed: Appointed) -> Call:
        """Say once for all which contracts do what no role may (deployment)."""
        four = (appointed.treasury, appointed.holds, appointed.recovery, appointed.unclaimed)
        return self._write("appoint", *four)

    def present_address(self, account: ChecksumAddress) -> ChecksumAddress:
        """The address that an account has now: its own, or the last one that it was recovered to."""
        address: ChecksumAddress = self._read("presentAddress", account)
        return address

    def kind_ended_at(self, account: ChecksumAddress) -> int:
        """Unix seconds at which what an account was before ended; 0 if it never was anything else."""
        return int(self._read("kindEndedAt", account))

    def permit_nonce(self, owner: ChecksumAddress) -> int:
        """The nonce that an owner's next permit must be signed with."""
        return int(self._read("nonces", owner))

    def issuance_allowance(self, issuer: ChecksumAddress) -> int:
        """Base units that an issuer may still issue."""
        return int(self._read("issuanceAllowance", issuer))

    def issuance_allowances(self) -> dict[ChecksumAddress, int]:
        """Base units that every issuer who ever got an allowance may still issue."""
        return self.allowances_of(list(dict.fromkeys(event.issuer for event in self.events(IssuanceAllowanceSet))))

    def allowances_of(self, issuers: Sequence[ChecksumAddress], block: int | None = None) -> dict[ChecksumAddress, int]:
        """Base units that issuers may still issue, now or at a block, in JSON-RPC batches."""
        answers = self._read_many("issuanceAllowance", [(issuer,) for issuer in issuers], block)
        return {issuer: int(base) for issuer, base in zip(issuers, answers, strict=True)}

    def issue_list(self, purpose: bytes) -> IssueList:
        """The list that a purpose names, and how many places of it have been served."""
        return IssueList(*self._read("issueList", purpose))

    def issue_lists(self, purposes: Sequence[bytes], block: int | None = None) -> list[IssueList]:
        """The same for many purposes, now or at a block, in JSON-RPC batches."""
        return [IssueList(*found) for found in self._read_many("issueList", [(each,) for each in purposes], block)]

    def register(self, kind: Kind, accounts: Iterable[ChecksumAddress], category: int = 0) -> Call:
        """Register accounts of one kind (membership officer)."""
        return self._write("register", kind, category, pack_accounts(accounts))

    def reclassify(self, account: ChecksumAddress, kind: Kind, category: int = 0) -> Call:
        """Change what a registered account is; NONE strikes it off (membership officer)."""
        return self._write("reclassify", account, kind, category)

    def register_contract(self, account: ChecksumAddress, is_one: bool) -> Call:
        """Register one of the city's contracts, or retire an empty one (currency supervisor)."""
        return self._write("registerContract", account, is_one)

    def set_transfer_table(self, pairs: Iterable[Pair]) -> Call:
        """Publish who may pay whom (currency supervisor)."""
        return self._write("setTransferTable", transfer_table(pairs))

    def pause(self, seconds: int) -> Call:
        """Stop transfers and issuing for 1 second to 72 hours (guardian)."""
        return self._write("pause", seconds)

    def increase_issuance_allowance(self, issuer: ChecksumAddress, amount: int) -> Call:
        """Let the treasury issue `amount` more base units (currency supervisor)."""
        return self._write("increaseIssuanceAllowance", issuer, amount)

    def decrease_issuance_allowance(self, issuer: ChecksumAddress, amount: int) -> Call:
        """Take `amount` base units from what an issuer may still issue, or all that is left (guardian)."""
        return self._write("decreaseIssuanceAllowance", issuer, amount)

    def transfer(self, payee: ChecksumAddress, amount: int) -> Call:
        """Pay from one's own wallet."""
        return self._write("transfer", payee, amount)

    def approve(self, spender: ChecksumAddress, amount: int) -> Call:
        """Let a spender take up to `amount` base units from one's own account."""
        return self._write("approve", spender, amount)

    def transfer_from(self, payer: ChecksumAddress, payee: ChecksumAddress, amount: int) -> Call:
        """Take what the payer has approved and pay it on."""
        return self._write("transferFrom", payer, payee, amount)

    def permit(self, permit: Permit, signature: bytes) -> Call:
        """Relay an owner's signed permit (EIP-2612); `signature` has 64 bytes (EIP-2098) or a wallet's 65."""
        r_s_v = expand(signature) if len(signature) == COMPACT_SIGNATURE_BYTES else signature
        v = r_s_v[64] % 27 + 27
        return self._write(
            "permit", permit.owner, permit.spender, permit.value, permit.deadline, v, r_s_v[:32], r_s_v[32:64]
        )

    def pay(self, signed: SignedPayment) -> Call:
        """Relay one payment signed by the payer's key (EIP-2098)."""
        payment = signed.payment
        order = (payment.payer, payment.payee, payment.amount, payment.deadline, payment.order)
        return self._write("pay", *order, signed.signature[:32], signed.signature[32:])

    def pay_from_smart_account(self, signed: SignedPayment) -> Call:
        """Relay one payment that the payer's contract approves (ERC-1271), with the signature that contract wants."""
        payment = signed.payment
        order = (payment.payer, payment.payee, payment.amount, payment.deadline, payment.order)
        return self._write("payFromSmartAccount", *order, signed.signature)

    def pay_many(self, payments: Iterable[SignedPayment]) -> Call:
        """Relay a batch; `outcomes` says of each payment what became of it."""
        return self._write("payMany", pack_payments(payments))

    def outcomes(self, receipt: TxReceipt, payments: Iterable[SignedPayment]) -> list[PaymentOutcome]:
        """What became of each payment of the batch that a transaction relayed."""
        refusals = {event.index: Refusal(event.reason) for event in self.events_of(receipt, PaymentSkipped)}
        return [
            PaymentOutcome(signed.payment, refusals.get(index, Refusal.NONE)) for index, signed in enumerate(payments)
        ]

    def transfer_with_authorization(self, signed: SignedAuthorization) -> Call:
        """Move money that its owner authorized (EIP-3009), by key or by contract."""
        return self._write(f"transferWithAuthorization({_AUTHORIZED})", *_authorized(signed))

    def cancel_authorization(self, cancel: CancelAuthorization, signature: bytes) -> Call:
        """Void an authorization that was not used yet."""
        return self._write("cancelAuthorization(address,bytes32,bytes)", cancel.authorizer, cancel.nonce, signature)

    def is_authorization_used(self, authorizer: ChecksumAddress, nonce: bytes) -> bool:
        """Whether an authorization was used or cancelled."""
        return bool(self._read("authorizationState", authorizer, nonce))


def _state(word: tuple[Any, ...]) -> AccountState:
    balance, nonce, kind, held_kind, category, month, counted, closed, held = word
    return AccountState(balance, nonce, Kind(kind), Kind(held_kind), category, month, counted, closed, held)


_AUTHORIZED = "address,address,uint256,uint256,uint256,bytes32,bytes"


def _authorized(signed: SignedAuthorization) -> tuple[Any, ...]:
    """Arguments of the functions that take an authorization with a signature of any kind."""
    return (*signed.authorization.values().values(), signed.signature)
