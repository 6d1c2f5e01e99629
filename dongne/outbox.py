"""The outbox: every transaction is written down before it is sent, so that no crash and no impatience sends it twice.

One file a chain and key. It holds the key's transaction that is under way, until its outcome has been dealt with:

    with outbox.delivery(call) as receipt:    # resumes the same call where a former run was cut off
        ...                                   # the outcome is recorded here; only then the transaction is struck out

While a transaction of the key is in no block yet, no other is sent. One that the node does not know and whose nonce is
free gives way: the next transaction takes the same nonce, so that at most one of the two can ever be mined.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from eth_account.signers.local import LocalAccount
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from filelock import FileLock, Timeout
from hexbytes import HexBytes
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed
from web3.types import TxReceipt

from dongne.book import write_whole
from dongne.chain import Call, Chain
from dongne.errors import (
    ContractRefused,
    KeyInUseElsewhere,
    NodeRefused,
    OutboxBusy,
    OutboxNotReadable,
    TransactionNotMined,
    TransactionPending,
    TransactionReplaced,
)

FOLDER = "outbox"
_LAG_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that was written down.

    Attributes:
        title: contract and function.
        call: hash over target and calldata: the same for the same call.
        raw: the signed transaction, hexadecimal.
        transaction: its hash.
        nonce: its place among the sender's transactions.
    """

    title: str
    call: str
    raw: str
    transaction: str
    nonce: int


@dataclass(frozen=True, slots=True)
class Listener:
    """Hears how deliveries go; for progress on a screen.

    Attributes:
        sent: hears a transaction's hash and title, before it is waited for.
        mined: hears the receipt.
    """

    sent: Callable[[str, str], None] = lambda _transaction, _title: None
    mined: Callable[[TxReceipt], None] = lambda _receipt: None


class Outbox:
    """The transactions that one key has under way on one chain.

    Args:
        chain: where they are sent.
        sender: the key.
        folder: of the address books; the outbox is a folder in it.
        confirmations: blocks that must hold a transaction before it counts as done.
        listener: hears what is sent and mined.
    """

    def __init__(
        self,
        chain: Chain,
        sender: LocalAccount,
        folder: Path,
        *,
        confirmations: int = 1,
        listener: Listener | None = None,
    ) -> None:
        self.chain, self.sender, self.confirmations = chain, sender, confirmations
        self.listener = listener or Listener()
        self.file = folder / FOLDER / f"{chain.id}-{sender.address}.json"

    def deliver(self, call: Call) -> TxReceipt:
        """Send a call, or resume it where it is under way already, and wait until it is mined.

        Raises:
            ContractRefused: the contract reverted; nothing changed.
            TransactionPending: another transaction of this key is under way; nothing was sent.
            TransactionNotMined: sent, but in no block yet; delivering the same call again resumes it.
        """
        with self.delivery(call) as receipt:
            return receipt

    @contextmanager
    def delivery(self, call: Call) -> Iterator[TxReceipt]:
        """As `deliver`; the transaction is struck out only after the block that deals with its receipt."""
        with self._locked():
            sent = self._under_way(call) or self._write_down(call)
            self.listener.sent(sent.transaction, sent.title)
            try:
                receipt = self._mined(sent)
            except ContractRefused:
                self._strike_out()
                raise
            self.listener.mined(receipt)
            yield receipt
            self._strike_out()

    def settle(self) -> None:
        """Wait for what a former run left under way; call it before deciding what is still to be sent.

        Raises:
            TransactionPending: it is still in no block.
        """
        with self._locked():
            sent = self._read()
            if sent is None or self._gives_way(sent):
                self._strike_out()
                self._refuse_foreign()
                return
            self.listener.sent(sent.transaction, sent.title)
            try:
                self.listener.mined(self._mined(sent))
            except ContractRefused:
                pass  # it changed nothing: whatever is still to be done is decided anew
            except TransactionNotMined as error:
                raise TransactionPending(self.sender.address, sent.transaction) from error
            self._strike_out()

    def under_way(self) -> str:
        """Hash of the transaction that is written down and not yet dealt with; empty where there is none."""
        sent = self._read()
        return sent.transaction if sent else ""

    def _under_way(self, call: Call) -> Sent | None:
        """The same call, if a former run wrote it down and it can still be mined."""
        sent = self._read()
        if sent is None:
            self._refuse_foreign()
            return None
        if sent.call == _identity(call) and not self._is_void(sent):
            return self._resent(call, sent)
        if self.chain.knows(HexBytes(sent.transaction)) and not self.chain.is_mined(HexBytes(sent.transaction)):
            raise TransactionPending(self.sender.address, sent.transaction)
        self._strike_out()
        return None

    def _resent(self, call: Call, sent: Sent) -> Sent:
        """Send the same bytes again; where their fee has become too low, the call with the same nonce."""
        try:
            self.chain.broadcast(bytes.fromhex(sent.raw))
        except NodeRefused as error:
            if "fee" not in str(error.cause) and "underpriced" not in str(error.cause):
                raise
            return self._write_down(call, sent.nonce)
        return sent

    def _write_down(self, call: Call, nonce: int | None = None) -> Sent:
        raw = self.chain.prepare(self.sender, call, nonce)
        transaction = self.chain.hash_of(raw)
        sent = Sent(call.title, _identity(call), raw.hex(), transaction.to_0x_hex(), _nonce(raw))
        self.file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.file, json.dumps(asdict(sent), indent=1) + "\n")
        self.chain.broadcast(raw)
        return sent

    def _mined(self, sent: Sent) -> TxReceipt:
        try:
            return self.chain.wait(HexBytes(sent.transaction), self.confirmations)
        except TransactionNotMined as error:
            if self._is_void(sent):
                self._strike_out()
                raise TransactionReplaced(sent.transaction, self.sender.address, sent.nonce) from error
            raise

    def _gives_way(self, sent: Sent) -> bool:
        """Whether the node knows nothing of it: it was never sent, dropped, or its nonce is taken."""
        return not self.chain.knows(HexBytes(sent.transaction))

    def _is_void(self, sent: Sent) -> bool:
        """Whether another transaction took its nonce, so that it can never be mined."""
        if sent.nonce >= self.chain.nonce(self.sender.address):
            return False
        # One of several nodes behind an address may lag: a transaction that is mined is looked for more than once.
        looks = Retrying(
            stop=stop_after_delay(_LAG_SECONDS),
            wait=wait_fixed(0.5),
            retry=retry_if_result(bool),
            retry_error_callback=lambda _state: True,
        )
        return bool(looks(self._gives_way, sent))

    def _refuse_foreign(self) -> None:
        """A transaction of this key that another program or machine sent may be the very one to be sent now."""
        address = self.sender.address
        if self.chain.nonce(address, pending=True) > self.chain.nonce(address):
            raise KeyInUseElsewhere(address)

    def _read(self) -> Sent | None:
        if not self.file.exists():
            return None
        try:
            return Sent(**json.loads(self.file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise OutboxNotReadable(self.file, str(error)) from error

    def _strike_out(self) -> None:
        self.file.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One command at a time sends with a key."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.file.with_suffix(".inuse"), timeout=0):
                yield
        except Timeout as error:
            raise OutboxBusy(self.sender.address) from error


def _identity(call: Call) -> str:
    return sha256((call.to or "").encode() + call.calldata).hexdigest()


def _nonce(raw: bytes) -> int:
    return int(TypedTransaction.from_bytes(HexBytes(raw)).as_dict()["nonce"])
