"""The outbox: every transaction is written down before it is sent, so that no crash and no impatience sends it twice.

One file a chain and key. It holds the key's transaction that is under way, until its outcome has been dealt with:

    with outbox.delivery(call) as receipt:    # resumes the same call where a former run was cut off
        ...                                   # the outcome is recorded here; only then the transaction is struck out

While a transaction of the key is in no block yet, no other is sent. One that the node does not know gives way: the
next transaction takes the same nonce, so that at most one of the two can ever be mined. The same holds where a
transaction pays too little for today's blocks and is sent again with a higher fee. A chain that was reset, or another
one of the same number, has another genesis block and so another file.

`deliver` alone is enough for a call that must happen once. A command that decides from the chain's state what is still
to be done calls `settle` before it decides.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from filelock import FileLock, Timeout
from hexbytes import HexBytes
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed
from web3.types import TxReceipt

from dongne.book import FileNotWritable, write_whole
from dongne.chain import Call, Chain, Fees
from dongne.errors import (
    ChainError,
    ContractRefused,
    KeyInUseElsewhere,
    NodeRefused,
    NotEnoughForGas,
    OutboxBusy,
    OutboxNotReadable,
    TransactionNotMined,
    TransactionPending,
    TransactionReplaced,
)

FOLDER = "outbox"
LAG_SECONDS = 3.0
"""How long a node may lag behind another one of the same address."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that was written down.

    Attributes:
        title: contract and function.
        call: hash over target and calldata: the same for the same call.
        raw: the signed transaction, hexadecimal.
        transaction: its hash.
        nonce: its place among the sender's transactions.
        earlier: hashes of the same call with the same nonce and a lower fee: one of them may be mined instead.
    """

    title: str
    call: str
    raw: str
    transaction: str
    nonce: int
    earlier: tuple[str, ...] = ()

    @property
    def transactions(self) -> tuple[HexBytes, ...]:
        """All hashes under which the call may be mined, the latest first."""
        return tuple(HexBytes(each) for each in (self.transaction, *self.earlier))

    @property
    def fees(self) -> Fees:
        """What it pays."""
        fields = _fields(bytes.fromhex(self.raw))
        return Fees(int(fields["maxFeePerGas"]), int(fields["maxPriorityFeePerGas"]))


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
        self.file = folder / FOLDER / f"{chain.id}-{chain.genesis[:10]}-{sender.address}.json"
        self._freed: int | None = None
        self._next = 0

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
            if sent is None:
                self._refuse_foreign()
            elif self._gives_way(sent):
                self._make_way(sent)
            else:
                self._finish(sent)

    def under_way(self) -> str:
        """Hash of the transaction that is written down and not yet dealt with; empty where there is none."""
        sent = self._read()
        return sent.transaction if sent else ""

    def _finish(self, sent: Sent) -> None:
        """Wait for a former run's transaction; one that reverted changed nothing, so what is due is decided anew."""
        self.listener.sent(sent.transaction, sent.title)
        try:
            self.listener.mined(self._mined(sent))
        except ContractRefused:
            pass
        except TransactionNotMined as error:
            raise TransactionPending(self.sender.address, sent.transaction) from error
        self._strike_out()

    def _under_way(self, call: Call) -> Sent | None:
        """The same call, if a former run wrote it down."""
        sent = self._read()
        if sent is None:
            self._refuse_foreign()
            return None
        if sent.call == _identity(call):
            self._refuse_replaced(sent)
            return self._resent(call, sent)
        if self._gives_way(sent):
            self._make_way(sent)
            return None
        if not self._is_mined(sent):
            raise TransactionPending(self.sender.address, sent.transaction)
        self._strike_out()
        return None

    def _resent(self, call: Call, sent: Sent) -> Sent:
        """Send the same bytes again; where they pay too little by now, the call anew with the same nonce."""
        if self._is_mined(sent):
            return sent
        if sent.fees.most < self.chain.base_fee():
            return self._write_down(call, sent)
        try:
            self.chain.broadcast(bytes.fromhex(sent.raw))
        except NodeRefused as error:
            if not _mentions(error, "fee", "underpriced"):
                raise
            return self._write_down(call, sent)
        return sent

    def _write_down(self, call: Call, instead_of: Sent | None = None) -> Sent:
        raw = self._signed(call, instead_of)
        earlier = (instead_of.transaction, *instead_of.earlier) if instead_of else ()
        transaction = self.chain.hash_of(raw).to_0x_hex()
        sent = Sent(call.title, _identity(call), raw.hex(), transaction, int(_fields(raw)["nonce"]), earlier)
        write_whole(self.file, json.dumps(asdict(sent), indent=1) + "\n", mode=0o600)
        try:
            self.chain.broadcast(raw)
        except (NotEnoughForGas, NodeRefused) as error:
            # The node says for certain that it did not take it; any other refusal may hide that it did.
            if instead_of or not (isinstance(error, NotEnoughForGas) or _mentions(error, "nonce too low")):
                raise
            # What took the nonce may be this very transaction, sent on by a gateway that then asked once more.
            if self._gives_way(sent):
                self._strike_out()
                raise
        self._freed, self._next = None, sent.nonce + 1
        return sent

    def _signed(self, call: Call, instead_of: Sent | None) -> bytes:
        if instead_of:
            return self.chain.prepare(self.sender, call, instead_of.nonce, above=instead_of.fees)
        if self._freed is not None:
            return self.chain.prepare(self.sender, call, self._freed)
        # A node that lags behind the one that took the last transaction would give its nonce once more.
        nonce = max(self._next, self.chain.nonce(self.sender.address, pending=True))
        return self.chain.prepare(self.sender, call, nonce)

    def _mined(self, sent: Sent) -> TxReceipt:
        try:
            return self.chain.wait(*sent.transactions, confirmations=self.confirmations)
        except TransactionNotMined:
            self._refuse_replaced(sent)
            raise

    def _is_mined(self, sent: Sent) -> bool:
        return any(self.chain.receipt(each) for each in sent.transactions)

    def _gives_way(self, sent: Sent) -> bool:
        """Whether the node knows nothing of it: it was never sent, was dropped, or another took its nonce."""
        return not self._seen(lambda: any(self.chain.knows(each) for each in sent.transactions))

    def _make_way(self, sent: Sent) -> None:
        """Let the next transaction take the nonce of one that the node does not know."""
        self._strike_out()
        if sent.nonce >= self.chain.nonce(self.sender.address):
            self._freed = sent.nonce

    def _refuse_replaced(self, sent: Sent) -> None:
        """What took the nonce may be this very call, sent by a wallet with a higher fee: a person must look."""
        if sent.nonce >= self.chain.nonce(self.sender.address) or not self._gives_way(sent):
            return
        self._strike_out()
        raise TransactionReplaced(sent.transaction, self.sender.address, sent.nonce)

    def _refuse_foreign(self) -> None:
        """A transaction of this key that another program or machine sent may be the very one to be sent now."""
        address = self.sender.address
        if not self._seen(lambda: self.chain.nonce(address, pending=True) <= self.chain.nonce(address)):
            raise KeyInUseElsewhere(address)

    @staticmethod
    def _seen(look: Callable[[], bool]) -> bool:
        """Look more than once: one of several nodes behind an address may lag."""
        looks = Retrying(
            stop=stop_after_delay(LAG_SECONDS),
            wait=wait_fixed(0.5),
            retry=retry_if_result(lambda seen: not seen),
            retry_error_callback=lambda _state: False,
        )
        return bool(looks(look))

    def _read(self) -> Sent | None:
        try:
            raw = json.loads(self.file.read_text(encoding="utf-8"))
            sent = Sent(**{**raw, "earlier": tuple(raw["earlier"])})
            if self.chain.hash_of(bytes.fromhex(sent.raw)).to_0x_hex() != sent.transaction:
                raise ValueError("the transaction is not the one of that hash")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise OutboxNotReadable(self.file, str(error)) from error
        return sent

    def _strike_out(self) -> None:
        self.file.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One command at a time sends with a key."""
        lock = FileLock(self.file.with_suffix(".inuse"))
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout as error:
            raise OutboxBusy(self.sender.address) from error
        except OSError as error:
            raise FileNotWritable(self.file.parent, error.strerror or str(error)) from error
        try:
            yield
        finally:
            lock.release()


def _identity(call: Call) -> str:
    return sha256((call.to or "new contract").encode() + b":" + call.calldata).hexdigest()


def _mentions(error: ChainError, *words: str) -> bool:
    return any(word in str(error).lower() for word in words)


def _fields(raw: bytes) -> Mapping[str, Any]:
    return TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
