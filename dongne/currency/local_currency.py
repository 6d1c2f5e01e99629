"""Typed client of the `LocalCurrency` contract."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from hexbytes import HexBytes
from web3.logs import DISCARD
from web3.types import TxReceipt

from dongne.chain import SigningClient
from dongne.currency.batch import Issue, pack_accounts, pack_issues, pack_payments
from dongne.currency.messages import Payment, Permit, SignedPayment
from dongne.signing import expand

ZERO_ADDRESS = "0x0000000000000000000000000000000000000000"


class Kind(IntEnum):
    """What an account is; decides who may pay whom."""

    NONE = 0
    RESIDENT = 1
    MERCHANT = 2
    INSTITUTION = 3
    SYSTEM_CONTRACT = 4
    FROZEN = 5


class Refusal(IntEnum):
    """Why a payment is refused."""

    NONE = 0
    PAUSED = 1
    NOT_ALLOWED = 2
    INSUFFICIENT_BALANCE = 3
    REFUND_EXCEEDS_RECEIPTS = 4
    EXPIRED = 5
    BAD_SIGNATURE = 6


Pair = tuple[Kind, Kind]


def transfer_table(pairs: Iterable[Pair]) -> int:
    """The transfer table in which just these (payer, payee) pairs are allowed."""
    return sum({1 << (8 * payer + payee) for payer, payee in pairs})


def table_pairs(table: int) -> list[Pair]:
    """The (payer, payee) pairs that a transfer table allows."""
    return [(payer, payee) for payer in Kind for payee in Kind if table >> (8 * payer + payee) & 1]


DEFAULT_TABLE = transfer_table(
    [
        (Kind.RESIDENT, Kind.MERCHANT),
        (Kind.RESIDENT, Kind.SYSTEM_CONTRACT),
        (Kind.MERCHANT, Kind.RESIDENT),
        (Kind.MERCHANT, Kind.SYSTEM_CONTRACT),
        (Kind.INSTITUTION, Kind.RESIDENT),
        (Kind.INSTITUTION, Kind.MERCHANT),
        (Kind.INSTITUTION, Kind.SYSTEM_CONTRACT),
        (Kind.SYSTEM_CONTRACT, Kind.RESIDENT),
        (Kind.SYSTEM_CONTRACT, Kind.MERCHANT),
        (Kind.SYSTEM_CONTRACT, Kind.INSTITUTION),
    ]
)
"""Payments and refunds, and the city's own contracts; no resales between merchants."""

RESIDENTS_MAY_GIVE = transfer_table([(Kind.RESIDENT, Kind.RESIDENT)])
"""Added to `DEFAULT_TABLE` where residents may pay one another."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as the contract sees it.

    Attributes:
        balance: base units.
        nonce: the nonce that its next payment or permit must be signed with.
        kind: what it is now.
        held_kind: what it was before it was frozen; NONE otherwise.
        category: the city's trade code of a merchant, 0 to 65,535.
        month: months since January 1970 (UTC+9) that `receipts` is of.
        receipts: what a merchant was paid in `month` and has not refunded, base units.
    """

    balance: int
    nonce: int
    kind: Kind
    held_kind: Kind
    category: int
    month: int
    receipts: int


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """What became of one payment of a batch.

    Attributes:
        payment: as it was relayed.
        refusal: NONE if it was carried out.
    """

    payment: Payment
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Supply:
    """The money in circulation, summed up from the chain's logs alone.

    Attributes:
        issued: base units ever issued.
        redeemed: base units ever cashed out.
        balances: balance by account, zero balances left out.
    """

    issued: int
    redeemed: int
    balances: dict[ChecksumAddress, int]

    @property
    def circulating(self) -> int:
        """Base units that must be there."""
        return self.issued - self.redeemed


class LocalCurrency(SigningClient):
    """The city's currency on one chain."""

    NAME = "LocalCurrency"

    def decimals(self) -> int:
        """Decimal places of the currency: 0 for won."""
        return int(self._call("decimals"))

    def symbol(self) -> str:
        """Symbol that wallets show."""
        return str(self._call("symbol"))

    def total_supply(self) -> int:
        """Base units in circulation."""
        return int(self._call("totalSupply"))

    def balance_of(self, account: ChecksumAddress) -> int:
        """Base units that an account holds."""
        return int(self._call("balanceOf", account))

    def account(self, account: ChecksumAddress) -> AccountState:
        """Everything the contract knows of an account."""
        balance, nonce, kind, held_kind, category, month, receipts = self._call("accountOf", account)
        return AccountState(balance, nonce, Kind(kind), Kind(held_kind), category, month, receipts)

    def allowed_pairs(self) -> list[Pair]:
        """Who may pay whom, as published."""
        return table_pairs(self._call("policy")[0])

    def paused_until(self) -> int:
        """Unix seconds until which transfers are paused; in the past if they are not."""
        return int(self._call("policy")[1])

    def issuance_allowance(self, issuer: ChecksumAddress) -> int:
        """Base units that an issuer may still issue."""
        return int(self._call("issuanceAllowance", issuer))

    def issued(self, issuer: ChecksumAddress, purpose: bytes, first_block: int) -> tuple[int, int]:
        """How many accounts an issuer has served for a purpose, and with how many base units in all."""
        events = [
            event["args"]
            for event in self._events(
                "Issued", first_block, issuer=bytes(12) + bytes(HexBytes(issuer)), purpose=purpose
            )
        ]
        return sum(event["count"] for event in events), sum(event["total"] for event in events)

    def register(
        self, officer: LocalAccount, kind: Kind, accounts: Iterable[ChecksumAddress], category: int = 0
    ) -> TxReceipt:
        """Register accounts of one kind (membership officer)."""
        return self._send(officer, "register", kind, category, pack_accounts(accounts))

    def reclassify(self, officer: LocalAccount, account: ChecksumAddress, kind: Kind, category: int = 0) -> TxReceipt:
        """Change what a registered account is; NONE strikes it off (membership officer)."""
        return self._send(officer, "reclassify", account, kind, category)

    def set_transfer_table(self, officer: LocalAccount, pairs: Iterable[Pair]) -> TxReceipt:
        """Publish who may pay whom (currency officer)."""
        return self._send(officer, "setTransferTable", transfer_table(pairs))

    def pause(self, guardian: LocalAccount, seconds: int) -> TxReceipt:
        """Stop transfers and issuing for 1 second to 72 hours (guardian)."""
        return self._send(guardian, "pause", seconds)

    def set_issuance_allowance(self, officer: LocalAccount, issuer: ChecksumAddress, allowance: int) -> TxReceipt:
        """Set how much more an issuer may issue (currency officer)."""
        return self._send(officer, "setIssuanceAllowance", issuer, allowance)

    def freeze(self, officer: LocalAccount, account: ChecksumAddress) -> TxReceipt:
        """Stop an account (holds officer)."""
        return self._send(officer, "freeze", account)

    def unfreeze(self, officer: LocalAccount, account: ChecksumAddress) -> TxReceipt:
        """End a freeze (holds officer)."""
        return self._send(officer, "unfreeze", account)

    def issue(self, issuer: LocalAccount, account: ChecksumAddress, amount: int, purpose: bytes) -> TxReceipt:
        """Issue new money to one account; `amount` in base units."""
        return self._send(issuer, "issue", account, amount, purpose)

    def issue_batch(self, issuer: LocalAccount, issues: Iterable[Issue], purpose: bytes) -> TxReceipt:
        """Issue new money to many accounts, all or none."""
        return self._send(issuer, "issueBatch", pack_issues(issues), purpose)

    def transfer(self, payer: LocalAccount, payee: ChecksumAddress, amount: int) -> TxReceipt:
        """Pay from one's own wallet."""
        return self._send(payer, "transfer", payee, amount)

    def approve(self, owner: LocalAccount, spender: ChecksumAddress, amount: int) -> TxReceipt:
        """Let a spender take up to `amount` base units from one's own account."""
        return self._send(owner, "approve", spender, amount)

    def transfer_from(
        self, spender: LocalAccount, payer: ChecksumAddress, payee: ChecksumAddress, amount: int
    ) -> TxReceipt:
        """Take what the payer has approved and pay it on."""
        return self._send(spender, "transferFrom", payer, payee, amount)

    def permit(self, relayer: LocalAccount, permit: Permit, signature: bytes) -> TxReceipt:
        """Relay an owner's signed leave (EIP-2612); `signature` is the 64 bytes of `Permit.sign`."""
        r_s_v = expand(signature)
        terms = (permit.owner, permit.spender, permit.value, permit.deadline)
        return self._send(relayer, "permit", *terms, r_s_v[64], r_s_v[:32], r_s_v[32:64])

    def pay(self, relayer: LocalAccount, signed: SignedPayment) -> TxReceipt:
        """Relay one payment signed by the payer's key (EIP-2098)."""
        payment = signed.payment
        order = (payment.payer, payment.payee, payment.amount, payment.deadline, payment.order)
        return self._send(relayer, "pay", *order, signed.signature[:32], signed.signature[32:])

    def pay_many(self, relayer: LocalAccount, payments: list[SignedPayment]) -> list[PaymentOutcome]:
        """Relay a batch; says of each payment what became of it."""
        receipt = self._send(relayer, "payMany", pack_payments(payments))
        skipped = self.contract.events.PaymentSkipped().process_receipt(receipt, DISCARD)
        refusals = {event["args"]["index"]: Refusal(event["args"]["reason"]) for event in skipped}
        return [
            PaymentOutcome(signed.payment, refusals.get(index, Refusal.NONE)) for index, signed in enumerate(payments)
        ]

    def redeem(self, merchant: LocalAccount, amount: int, reference: bytes) -> TxReceipt:
        """Cash out a merchant's money."""
        return self._send(merchant, "redeem", amount, reference)

    def supply_from_logs(self, first_block: int) -> Supply:
        """Sum up every transfer since `first_block`, trusting no balance that the contract states."""
        topic = HexBytes(self.contract.events.Transfer().topic)
        balances: dict[ChecksumAddress, int] = {}
        for log in self.chain.logs(self.address, [topic], first_block):
            amount = int.from_bytes(log["data"], "big")
            for account, change in ((log["topics"][1], -amount), (log["topics"][2], amount)):
                address = self.chain.web3.to_checksum_address(account[12:])
                balances[address] = balances.get(address, 0) + change
        burned_less_issued = balances.pop(self.chain.web3.to_checksum_address(ZERO_ADDRESS), 0)
        return self._supply(burned_less_issued, balances, first_block)

    def _supply(self, burned_less_issued: int, balances: dict[ChecksumAddress, int], first_block: int) -> Supply:
        redeemed = sum(event["args"]["amount"] for event in self._events("Redeemed", first_block))
        return Supply(
            redeemed - burned_less_issued,
            redeemed,
            {account: base for account, base in balances.items() if base},
        )
