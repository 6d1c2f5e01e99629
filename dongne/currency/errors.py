"""What can go wrong in the currency office, beside what the contract itself refuses."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from eth_typing import ChecksumAddress

from dongne.currency.kinds import Kind
from dongne.errors import EvidenceMismatch, InputError, SettingError, SigningError
from dongne.language import Joined, Message, Word, _, _n


@dataclass(eq=False)
class NobodysAddress(InputError):
    """The zero address where an account is needed."""

    template = _("The zero address belongs to nobody. Give the address of an account.")


@dataclass(eq=False)
class AmountNotPositive(InputError):
    """Nothing, where something must be paid."""

    template = _("The amount is zero. Give more than zero.")


@dataclass(eq=False)
class PurposeMissing(InputError):
    """A list that is issued for nothing."""

    template = _("The purpose is empty. Say what the list is for, e.g. welfare 2026-12.")


@dataclass(eq=False)
class AmountTooLarge(InputError):
    """More than one item of a batch can carry."""

    template = _("{amount} is too large: at most {most} base units fit into one payment or issue.")
    amount: str
    most: int


@dataclass(eq=False)
class AmountDoesNotFit(InputError):
    """An amount outside the six bytes of a batch."""

    template = _("Amount {amount} does not fit a batch: 0 to {most} base units are possible.")
    amount: int
    most: int


@dataclass(eq=False)
class DeadlineDoesNotFit(InputError):
    """A deadline outside the five bytes of a batch."""

    template = _("Deadline {deadline} is not a Unix time in seconds.")
    deadline: int


@dataclass(eq=False)
class PaymentDoesNotFit(InputError):
    """A reference or a signature that a batch cannot hold."""

    template = _(
        "An order has {order_bytes} bytes and a signature at most {most}; got {order} and {signature}. "
        "Hash a longer reference."
    )
    order_bytes: int
    most: int
    order: int
    signature: int


@dataclass(eq=False)
class BatchCutOff(InputError):
    """Packed payments that end within one, or that are more than their nonces."""

    template = _("The batch of {length} bytes does not hold {nonces} whole payments.")
    length: int
    nonces: int


@dataclass(eq=False)
class NoncesLeftOver(InputError):
    """More nonces than packed payments."""

    template = _("The batch holds {payments} payments, but {nonces} nonces were given.")
    payments: int
    nonces: int


@dataclass(eq=False)
class NotThePayer(SigningError):
    """A payment is signed with the payer's key only."""

    template = _("{signer} cannot sign for {payer}: use the payer's key.")
    signer: ChecksumAddress
    payer: ChecksumAddress


@dataclass(eq=False)
class NotTheOwner(SigningError):
    """A permit is signed with the owner's key only."""

    template = _("{signer} cannot sign for {owner}: use the owner's key.")
    signer: ChecksumAddress
    owner: ChecksumAddress


@dataclass(eq=False)
class OrderNotSignable(SigningError):
    """A reference of the wrong length."""

    template = _("The order has {length} bytes; hash longer references to {expected}.")
    length: int
    expected: int


@dataclass(eq=False)
class NotSignedByPayer(SigningError):
    """A wallet's signature that is not over this very payment."""

    template = _(
        "The signature is not the one of {payer} for this payment. Was it made for the same payee, amount, nonce, "
        "deadline and order, on this chain?"
    )
    payer: ChecksumAddress


@dataclass(eq=False)
class MissingSigner(SettingError):
    """Neither a key nor a wallet's signature was given."""

    template = _(
        "Who signs? Name the payer's key with --keystore (or DONGNE_KEYSTORE); or, where a wallet signs, its address "
        "with --payer and either --typed-data or --signature."
    )


@dataclass(eq=False)
class PaymentFileNotWritable(InputError):
    """A payment cannot be added to a file."""

    template = _("The payment could not be added to {file}: {reason}.")
    file: Path
    reason: str


@dataclass(eq=False)
class RegisteredOtherwise(InputError):
    """An account of the list is registered as something else."""

    template = _(
        "{account} is registered as {kind} of category {category}, but the list says {wanted} of category "
        "{wanted_category}. Nothing was sent. Reclassify the account, or correct the list."
    )
    account: ChecksumAddress
    kind: Kind
    category: int
    wanted: Kind
    wanted_category: int


@dataclass(eq=False)
class PurposeServedAnotherList(InputError):
    """A purpose names one list, and this is another."""

    template = _(
        "This purpose has served {served:,} places of another list: with other accounts or amounts. Nothing was sent. "
        "Bring that list to finish it, or take another purpose for this one."
    )
    served: int


@dataclass(eq=False)
class AllowanceChangeUnclear(InputError):
    """Both directions of a change."""

    template = _("Say either --more or --less, with an amount.")


@dataclass(eq=False)
class NoNewMoneyFor(InputError):
    """People of a list whom the contract issues nothing to, so that the list would stop half-way."""

    template = _n(
        "{count} account of the list cannot receive new money now: {accounts}. It is frozen, not registered, a shop, "
        "or replaced by another key. Nothing was sent. Wait for it, or give the others a list and a purpose of their "
        "own.",
        "{count:,} accounts of the list cannot receive new money now, among them {accounts}. They are frozen, not "
        "registered, shops, or replaced by other keys. Nothing was sent. Wait for them, or give the others a list and "
        "a purpose of their own.",
    )
    count: int
    accounts: tuple[ChecksumAddress, ...]


@dataclass(eq=False)
class AllowanceTooSmall(InputError):
    """The treasury may not issue the whole list."""

    template = _(
        "The rest of the list needs {needed:,f}, but the treasury may issue {allowance:,f} more. Nothing was sent. "
        "Ask the currency supervisor for a larger allowance."
    )
    needed: Decimal
    allowance: Decimal


@dataclass(eq=False)
class ReserveTooSmall(InputError):
    """Too little is in reserve, or its attestation has expired."""

    template = _(
        "The rest of the list needs {needed:,f}, but the attested reserve has room for {issuable:,f}. Nothing was "
        "sent. Have the reserve attested: dongne currency reserve attest"
    )
    needed: Decimal
    issuable: Decimal


@dataclass(eq=False)
class BonusBudgetTooSmall(InputError):
    """The bonuses of a list cost more than is left of their budget."""

    template = _(
        "The bonuses of the list cost {needed:,f}, but {budget:,f} are left of the budget. Nothing was sent. Ask the "
        "currency supervisor for more, or lower the bonus."
    )
    needed: Decimal
    budget: Decimal


@dataclass(eq=False)
class SupplyMismatch(EvidenceMismatch):
    """Logs and contract disagree about the money in circulation."""

    template = _(
        "By the logs {circulating} circulate and accounts hold {held}; the contract says {stated}. "
        "Report this to the city."
    )
    circulating: str
    held: str
    stated: str


@dataclass(eq=False)
class StatementDiffers(EvidenceMismatch):
    """The logs of an account add up to another balance than the contract states."""

    template = _(
        "By the logs until block {block} {account} has {by_logs}; the contract says {stated}. The node may withhold "
        "logs: repeat it at another node. If that says the same, report it to the city."
    )
    account: ChecksumAddress
    by_logs: str
    stated: str
    block: int


@dataclass(eq=False)
class ReserveNotSound(EvidenceMismatch):
    """An issue was not covered, or logs and contracts disagree about the reserve."""

    template = _n(
        "The reserve is not as it must be in {count} point:\n{list}\nThe node may withhold logs: repeat the report at "
        "another node. If it says the same, report this to the city.",
        "The reserve is not as it must be in {count:,} points:\n{list}\nThe node may withhold logs: repeat the report "
        "at another node. If it says the same, report this to the city.",
    )
    count: int
    list: Joined


@dataclass(eq=False)
class BooksDiffer(EvidenceMismatch):
    """Logs and contract disagree about accounts, issuers or lists."""

    template = _n(
        "The logs and the contract disagree in {count} point:\n{list}\nThe node may withhold logs: repeat the audit at "
        "another node. If it says the same, report this to the city.",
        "The logs and the contract disagree in {count:,} points:\n{list}\nThe node may withhold logs: repeat the audit "
        "at another node. If it says the same, report this to the city.",
    )
    count: int
    list: Joined


@dataclass(eq=False)
class SignedLineNotValid(InputError):
    """A line of a payment file that is not a JSON object with the right fields."""

    template = _("This is not a payment: {reason}. A line is a JSON object with {expected}.")
    reason: Message | str
    expected: tuple[str, ...]


@dataclass(eq=False)
class OrderTooLong(InputError):
    """A reference that does not fit 32 bytes."""

    template = _("The order “{text}” has {length} bytes; at most {most} are possible. Give its hash instead.")
    text: str
    length: int
    most: int


@dataclass(eq=False)
class CashOutListedTwice(InputError):
    """A number that a list for the bank names twice."""

    template = _("Cash-out {id} stands in line {line} already. Leave one of them out, if the bank paid it once.")
    id: int
    line: int


@dataclass(eq=False)
class PayoutFileExists(InputError):
    """Where a list for the bank should go is a file already."""

    template = _("{file} exists already; the bank may have it. Nothing was written. Name another file.")
    file: Path


@dataclass(eq=False)
class NoPayoutsLeft(InputError):
    """A list of which nothing can be settled."""

    template = _("Nothing was settled: none of the {count} cash-outs in the file is open as it is listed.")
    count: int


@dataclass(eq=False)
class NotARiskClass(InputError):
    """A text that names no risk class, or days that are not one for each."""

    template = _("“{text}” does not fit the risk classes: {expected}.")
    text: str
    expected: tuple[Word, ...]
