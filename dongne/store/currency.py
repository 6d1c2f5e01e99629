"""Tables of the local currency: accounts, movements of money, cash-outs, holds, and the vouchers on top of it."""

from dataclasses import dataclass

from dongne.store.rows import Address, Amount, BlockNumber, Count, Flag, Hash, Number, Row, Seconds, Small, Text, Wide
from dongne.store.rows import journal as _journal
from dongne.store.rows import state as _state


@_state("accounts", key=("address",), indexes=(("kind", "category"),))
@dataclass(slots=True)
class Account(Row):
    """An account of the currency.

    Attributes:
        kind: what it is registered as, a number of `Kind`.
        category: trade code of a merchant.
        frozen: whether it can neither pay nor be paid.
        balance: base units, those included that are held.
        held: base units that are kept from being spent.
        registered: when it was first registered; empty for accounts that never were.
        successor: the account that it became when its key was lost.
    """

    address: Address
    kind: Small = 0
    category: Count = 0
    frozen: Flag = False
    balance: Amount = 0
    held: Amount = 0
    registered: Seconds | None = None
    successor: Address | None = None


@_journal(
    "payments",
    key=("block", "log", "time"),
    indexes=(("payer", "time"), ("payee", "time"), ("order_reference",)),
    postgresql_partition_by="RANGE (time)",
)
@dataclass(slots=True)
class Payment(Row):
    """A movement of money.

    Attributes:
        time: of the block; with PostgreSQL each month has a partition.
        payer: empty where the money was issued.
        payee: empty where it was redeemed.
        payer_kind: what the payer was registered as at that moment, a number of `Kind`.
        order_reference: of a signed payment, where its log names it.
    """

    block: BlockNumber
    log: Count
    time: Seconds
    transaction_hash: Hash
    payer: Address | None
    payee: Address | None
    amount: Amount
    payer_kind: Small
    payee_kind: Small
    order_reference: Hash | None = None


@_state("cash_outs", key=("id",), indexes=(("merchant",), ("stage", "due"), ("bank_reference",)))
@dataclass(slots=True)
class CashOut(Row):
    """Money of a merchant on its way to the bank.

    Attributes:
        stage: a number of `CashOutStage`.
        requested: when; `due` is when the bank is to pay, `closed` when it was settled or returned.
        reason: why it was returned; zeros where the merchant took it back.
    """

    id: Number
    merchant: Address = b""
    amount: Amount = 0
    stage: Small = 0
    requested: Seconds = 0
    due: Seconds = 0
    merchant_reference: Hash = b""
    closed: Seconds | None = None
    bank_reference: Hash | None = None
    reason: Hash | None = None


@_state("holds", key=("id",), indexes=(("account",),))
@dataclass(slots=True)
class Hold(Row):
    """A case of disputed money.

    Attributes:
        stage: a number of `HoldStage`.
        amount: disputed while flagged, which may be more than there is; else held.
        ends: when the hold ends by itself, or the decision can be carried out; empty while flagged.
    """

    id: Number
    account: Address = b""
    amount: Wide = 0
    stage: Small = 0
    flagged: Seconds = 0
    evidence: Hash = b""
    ends: Seconds | None = None
    appealed: Flag = False
    beneficiary: Address | None = None
    decision: Hash | None = None
    ended: Seconds | None = None


@_state("programmes", key=("programme",))
@dataclass(slots=True)
class Programme(Row):
    """A voucher programme: its terms and its money, in base units.

    Attributes:
        cap: most that one person is granted in all.
        categories: trade codes of the merchants that accept it, with commas between.
        funded: paid in by the funder, less what it took back.
        granted: on vouchers in all, claims of published lists included.
        published: what published lists promise in all.
        spent: at merchants, less what they refunded.
        redeemed: rests paid out to their holders.
        swept: returned to the funder after the expiry.
    """

    programme: Number
    funder: Address = b""
    opened: Seconds = 0
    start: Seconds = 0
    expiry: Seconds = 0
    refund_bps: Count = 0
    cap: Wide = 0
    categories: Text = ""
    document: Hash = b""
    closed: Flag = False
    funded: Amount = 0
    granted: Amount = 0
    published: Amount = 0
    spent: Amount = 0
    redeemed: Amount = 0
    swept: Amount = 0


@_state("vouchers", key=("programme", "holder"), indexes=(("holder",),))
@dataclass(slots=True)
class Voucher(Row):
    """What one person has of one programme: granted in all, and not yet spent; base units."""

    programme: Number
    holder: Address
    face: Amount = 0
    balance: Amount = 0
    redeemed: Flag = False


@_journal("voucher_payments", key=("block", "log"), indexes=(("holder",), ("merchant",), ("programme",)))
@dataclass(slots=True)
class VoucherPayment(Row):
    """A voucher paid a merchant, or a merchant refunded one."""

    block: BlockNumber
    log: Count
    time: Seconds
    transaction_hash: Hash
    programme: Number
    holder: Address
    merchant: Address
    amount: Amount
    is_refund: Flag
    order_reference: Hash
