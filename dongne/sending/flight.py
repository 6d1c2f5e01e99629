"""What one key has under way: signed, saved, handed in, and looked after until it is final.

A nonce is used once on a chain, so of all versions of a transaction at most one is ever mined, and handing in the same
bytes again is harmless. Everything here rests on these two.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from time import monotonic
from typing import Any, Protocol

from eth_typing import ChecksumAddress
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed
from web3.types import TxReceipt

from dongne.errors import (
    FeeAboveCap,
    KeyInUseElsewhere,
    NodeRefused,
    NotEnoughForGas,
    OutcomeUndone,
    TransactionReplaced,
    WrongChain,
)
from dongne.fees import REQUESTS as FEE_REQUESTS
from dongne.fees import Fees, Market
from dongne.receipts import receipt_of
from dongne.rpc import Nodes, Request
from dongne.sending.handover import Said, Verdict, hand_in, known
from dongne.sending.outbox import Entry, Outbox, State
from dongne.sending.policy import USUAL_FINAL_BLOCKS, Policy
from dongne.transactions import Signer, Transaction

LAG_SECONDS = 3.0
"""How long one of several nodes behind an address may lag behind another."""

_GAS_MARGIN = 1.3
"""Headroom over the node's estimate: state may move between estimate and block, and some clients say what a call costs
after refunds, a fifth at most (EIP-3529), where it needs what it costs before."""

_DROPPED_SECONDS = 2.0
"""How often the oldest transaction is asked for: a node may have dropped it."""

_BLOCKLESS_SECONDS = 2.0
"""After so long without a new block, a development chain is asked to mine one."""


class Order(Protocol):
    """What a transaction is to do."""

    @property
    def to(self) -> ChecksumAddress | None:
        """The contract; None creates one."""

    @property
    def calldata(self) -> bytes:
        """Selector and arguments, or creation code."""

    @property
    def title(self) -> str:
        """Contract and function, for people."""

    @property
    def gas(self) -> int | None:
        """Gas limit; None asks the node."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Hears how transactions go; for progress on a screen.

    Attributes:
        sent: hears a transaction's hash and title, before it is waited for.
        replaced: hears the same of a version that pays more than the former one.
        mined: hears the receipt, when the outcome is told.
    """

    sent: Callable[[str, str], None] = lambda _transaction, _title: None
    replaced: Callable[[str, str], None] = lambda _transaction, _title: None
    mined: Callable[[TxReceipt], None] = lambda _receipt: None


def identity(order: Order) -> str:
    """The same for the same call: hash over target and calldata."""
    return sha256((order.to or "new contract").encode() + b":" + order.calldata).hexdigest()


class Flight:
    """Transactions of one key, from their signing to the moment when they are final.

    Attributes:
        entries: those whose outcome is not told, or that a reorganization took back, by nonce.
        head: number of the latest block at the last look.
        capped: whether one of them should pay more than the policy allows.
    """

    def __init__(
        self, nodes: Nodes, signer: Signer, outbox: Outbox, policy: Policy, listener: Listener | None = None
    ) -> None:
        self.nodes, self.signer, self.outbox, self.policy = nodes, signer, outbox, policy
        self.listener = listener or Listener()
        self.entries: dict[int, Entry] = {}
        self.head, self.capped = 0, False
        self._moved, self._asked = monotonic(), 0.0
        self._count, self._next = 0, 0
        self._receipts: dict[int, TxReceipt] = {}
        self._shelf: dict[int, tuple[int, str]] = {}  # told, not final: block and its hash
        self._signed_at: dict[int, tuple[int, float]] = {}
        self._missing: dict[int, float] = {}
        self._changed: set[int] = set()
        self._unpaid: set[int] = set()

    # What there is

    @property
    def address(self) -> ChecksumAddress:
        """Whose transactions they are."""
        return self.signer.address

    @property
    def unmined(self) -> list[Entry]:
        """Entries that are in no block, the oldest first."""
        return [entry for _nonce, entry in sorted(self.entries.items()) if entry.state is not State.MINED]

    def untold(self, call: str | None = None) -> list[Entry]:
        """Entries whose outcome nobody has dealt with, of one call or of all, the oldest first."""
        found = [entry for _nonce, entry in sorted(self.entries.items()) if not entry.told]
        return [entry for entry in found if call in (None, entry.call)]

    def revisit(self) -> None:
        """Read what former runs left, look where it is now, and forget what is final."""
        self._load()
        if not self.entries and not self._shelf:
            return
        _in_time(self._has_caught_up)
        self.look()
        places = {entry.nonce: (entry.block, entry.block_hash) for entry in self.entries.values() if entry.block}
        self._take_back(self._uprooted({**places, **self._shelf}))
        self.prune()

    # Sending

    def post(self, orders: Sequence[Order]) -> list[Entry]:
        """Sign, save and hand in transactions with the key's next nonces.

        Raises:
            ContractRefused: one would revert; none was sent.
            FeeAboveCap: blocks cost more than the policy allows; none was sent.
            KeyInUseElsewhere: the key has a transaction under way that was not sent from here; none was sent.
            WrongChain: the node serves another chain now; none was sent.
            NotEnoughForGas: the sender cannot pay for the first that is not mined; what was not taken is forgotten.
        """
        fees, nonce, gas = self._terms(orders)
        fresh = [
            self._entry(order, self._transaction(order, nonce + place, fees, limit))
            for place, (order, limit) in enumerate(zip(orders, gas, strict=True))
        ]
        self._save(fresh)
        self._next = nonce + len(fresh)
        self._hand_in(fresh, fresh=True)
        for entry in fresh:
            self.listener.sent(entry.hash, entry.title)
        return [self.entries[entry.nonce] for entry in fresh]

    def _terms(self, orders: Sequence[Order]) -> tuple[Fees, int, list[int]]:
        """Fees, first nonce and gas limits, by one request."""
        asked: list[Request] = [
            ("eth_chainId", []),
            ("eth_blockNumber", []),
            ("eth_getTransactionCount", [self.address, "latest"]),
            ("eth_getTransactionCount", [self.address, "pending"]),
            *FEE_REQUESTS,
            *(("eth_estimateGas", [simulated(self.address, order)]) for order in orders if order.gas is None),
        ]
        answers = self.nodes.responses(asked)
        with self.nodes.sense():
            chain_id, head, latest, pending = (int(self.nodes.result_in(each), 16) for each in answers[:4])
            estimates = iter([int(self.nodes.result_in(each), 16) for each in answers[6:]])
            market = Market.of(answers[4], answers[5])
        if chain_id != self.nodes.chain_id:
            raise WrongChain(self.nodes.label, self.nodes.chain_id, chain_id)
        self._see(head)
        gas = [order.gas or int(next(estimates) * _GAS_MARGIN) for order in orders]
        return market.fees(self.policy.fee_cap), self._next_nonce(latest, pending), gas

    def _next_nonce(self, latest: int, pending: int) -> int:
        if not self.outbox.exclusive:
            return pending
        if not self.entries and pending > latest:
            self.refuse_foreign()
        # A node that lags behind the one that took the last transaction would give its nonce once more.
        return max([latest, self._next, *(nonce + 1 for nonce in (*self.entries, *self._shelf))])

    def refuse_foreign(self) -> None:
        """A transaction of this key that another program or machine sent may be the very one to be sent now.

        Raises:
            KeyInUseElsewhere: there is one.
        """
        asked: list[Request] = [("eth_getTransactionCount", [self.address, at]) for at in ("latest", "pending")]
        if not _in_time(lambda: len(set(map(str, self.nodes.batch(asked)))) == 1):
            raise KeyInUseElsewhere(self.address)

    def _transaction(self, order: Order, nonce: int, fees: Fees, gas: int) -> Transaction:
        to = bytes.fromhex(order.to[2:]) if order.to else b""
        return Transaction(self.nodes.chain_id, nonce, fees, gas, to, order.calldata)

    def _entry(self, order: Order, transaction: Transaction) -> Entry:
        return Entry(transaction.nonce, order.title, identity(order), self.signer.sign(transaction))

    def _save(self, signed: Sequence[Entry]) -> None:
        """Write versions down before they are sent."""
        self.outbox.put(signed)
        for entry in signed:
            self.entries[entry.nonce] = entry
            self._signed_at[entry.nonce] = (self.head, monotonic())

    def _hand_in(self, entries: Sequence[Entry], *, fresh: bool = False) -> None:
        """Hand in what is saved, in the order of the nonces."""
        self._asked, cheap = monotonic(), list[Entry]()
        for said in hand_in(self.nodes, entries):
            match said.verdict:
                case Verdict.TAKEN | Verdict.NONCE_USED:
                    self._mark(said.entry.nonce, state=State.SENT)
                case Verdict.DEARER:
                    cheap.append(said.entry)
                case Verdict.NEVER if self._may_be_paid_later(said):
                    self._unpaid.add(said.entry.nonce)
                case Verdict.NEVER:
                    self._refused(said, fresh)
        if cheap:
            self._raise_prices(cheap)

    def _may_be_paid_later(self, said: Said) -> bool:
        """Whether those before it must be mined first: nodes count what all may cost at most, which is more than what
        they will."""
        oldest = min(entry.nonce for entry in self.unmined)
        return isinstance(said.refusal, NotEnoughForGas) and said.entry.nonce > oldest

    def _refused(self, said: Said, fresh: bool) -> None:
        """What a node knows it did not refuse, whatever it said: it may have forwarded it first."""
        if _in_time(lambda: bool(known(self.nodes, [said.entry]))):
            self._mark(said.entry.nonce, state=State.SENT)
            return
        if fresh and isinstance(said.refusal, NotEnoughForGas):
            there = max(known(self.nodes, self.unmined), default=-1)
            self._free([each.nonce for each in self.unmined if each.nonce >= said.entry.nonce and each.nonce > there])
        raise said.refusal or NodeRefused(self.nodes.label, "")

    # Looking after

    def look(self) -> None:
        """See how far the chain is, and which of the entries are in a block.

        Raises:
            OutcomeUndone: one that had passed was taken back, and refused when it was mined again.
            ChainError: the nodes failed.
        """
        asked: list[Request] = [("eth_blockNumber", []), ("eth_getTransactionCount", [self.address, "latest"])]
        with self.nodes.sense():
            head, self._count = (int(answer, 16) for answer in self.nodes.batch(asked))
        self._see(head)
        places = {entry.nonce: entry.block for entry in self.entries.values() if entry.block}
        places |= {nonce: block for nonce, (block, _hash) in self._shelf.items()}
        uncounted = [nonce for nonce in places if nonce >= self._count]
        self._take_back(nonce for nonce in uncounted if self._is_gone(nonce, places[nonce]))
        self._find([entry for entry in self.unmined if entry.nonce < self._count])
        self._nudge()

    def is_settled(self, nonce: int) -> bool:
        """Whether an entry is as deep in the chain as the policy demands before its outcome is told."""
        entry = self.entries[nonce]
        if entry.state is not State.MINED:
            return False
        confirmations = self.policy.confirmations
        if confirmations == 1:
            return True
        deep = entry.block <= (self.head - confirmations + 1 if confirmations else self.final_block())
        if not deep:
            return False
        uprooted = self._uprooted({nonce: (entry.block, entry.block_hash)})
        self._take_back(uprooted)
        return not uprooted

    def receipt(self, nonce: int) -> TxReceipt:
        """The receipt of an entry that is mined."""
        if nonce not in self._receipts:
            self._find([self.entries[nonce]])
        return self._receipts[nonce]

    def tell(self, nonce: int) -> None:
        """Note that the outcome of an entry has been dealt with."""
        if not self.outbox.exclusive:
            self._forget([nonce])
            return
        self._receipts.pop(nonce, None)
        self._mark(nonce, told=True)

    def keep(self) -> None:
        """Write down what was learnt since, and shelve what is told and mined."""
        changed = [self.entries[nonce] for nonce in sorted(self._changed) if nonce in self.entries]
        self._changed.clear()
        if changed:
            self.outbox.put(changed)
        for entry in list(self.entries.values()):
            if entry.told and entry.state is State.MINED:
                self._shelf[entry.nonce] = (entry.block, entry.block_hash)
                del self.entries[entry.nonce]

    def prune(self) -> None:
        """Forget what is told and final."""
        if not self._shelf:
            return
        final = self.final_block()
        deep = {nonce: place for nonce, place in self._shelf.items() if place[0] <= final}
        uprooted = self._uprooted(deep)
        self._forget(deep.keys() - uprooted)
        self._take_back(uprooted)
        self.keep()

    def blocks_to_final(self) -> int:
        """Blocks until all that was told is final; 0 where it is."""
        if not self._shelf:
            return 0
        return max(1, max(block for block, _hash in self._shelf.values()) - self.final_block())

    def push(self) -> None:
        """Do something about what is not mined: hand in what was dropped, raise the price of what is stuck.

        Raises:
            TransactionReplaced: another transaction of the key has taken a nonce.
            ChainError: the nodes failed.
        """
        waiting = self.unmined
        if not waiting:
            return
        oldest = waiting[0]
        if self._count > oldest.nonce:
            self._refuse_replaced(oldest)
        elif oldest.nonce in self._unpaid:
            self._signed_at |= {nonce: (self.head, monotonic()) for nonce in self._unpaid}
            self._unpaid.clear()
            self._hand_in(waiting)
        elif self._is_stuck(oldest):
            self._raise_prices([each for each in waiting if each.fees.most <= oldest.fees.most])
        elif monotonic() - self._asked > _DROPPED_SECONDS:
            self._asked = monotonic()
            if oldest.state is State.SAVED or not known(self.nodes, [oldest]):
                self._hand_in(waiting)

    def make_way(self) -> None:
        """Forget the last entries where no node knows them: the next ones take their nonces.

        At most one of two transactions with one nonce is ever mined. What stands before one that a node knows must be
        mined first, and is handed in again.
        """
        waiting = [entry for entry in self.unmined if not entry.told]
        there = set[int]()

        def all_there() -> bool:
            there.update(known(self.nodes, waiting))
            return len(there) == len(waiting)

        _in_time(all_there)
        last = max([self._count - 1, *there, *(entry.nonce for entry in self.unmined if entry.told)])
        self._free([entry.nonce for entry in waiting if entry.nonce > last])

    def _has_caught_up(self) -> bool:
        """Whether the node has the blocks in which former runs found their transactions."""
        self.look()
        entries = (entry.block for entry in self.entries.values())
        return self.head >= max((*entries, *(block for block, _hash in self._shelf.values())))

    def _load(self) -> None:
        self.entries, self._shelf = {}, {}
        for entry in self.outbox.entries():
            self.nodes.seen = max(self.nodes.seen, entry.block)
            if entry.told and entry.state is State.MINED:
                self._shelf[entry.nonce] = (entry.block, entry.block_hash)
            else:
                self.entries[entry.nonce] = entry

    def _see(self, head: int) -> None:
        if head != self.head:
            self.head, self._moved = head, monotonic()
        self.nodes.seen = max(self.nodes.seen, head)

    def _mark(self, nonce: int, **changes: Any) -> None:
        self.entries[nonce] = replace(self.entries[nonce], **changes)
        self._changed.add(nonce)

    def _forget(self, nonces: Iterable[int]) -> None:
        gone = list(nonces)
        if not gone:
            return
        self.outbox.remove(gone)
        for nonce in gone:
            for kept in (self.entries, self._shelf, self._receipts, self._signed_at, self._missing):
                kept.pop(nonce, None)

    def _free(self, nonces: Iterable[int]) -> None:
        """Forget entries, so that others take their nonces."""
        freed = list(nonces)
        self._forget(freed)
        self._next = min([self._next, *freed])

    def _find(self, entries: Sequence[Entry]) -> None:
        """Look for receipts, under all hashes that an entry may be mined by."""
        asked = [(entry, each) for entry in entries for each in entry.hashes]
        answers = self.nodes.batch([("eth_getTransactionReceipt", [each]) for _entry, each in asked])
        for (entry, _hash), answer in zip(asked, answers, strict=True):
            if answer:
                self._found(entry, answer)
            else:
                self._missing.setdefault(entry.nonce, monotonic())

    def _found(self, entry: Entry, answer: Mapping[str, Any]) -> None:
        with self.nodes.sense():
            receipt = receipt_of(answer)
        passed, block_hash = receipt["status"] == 1, receipt["blockHash"].to_0x_hex()
        self._receipts[entry.nonce] = receipt
        self._missing.pop(entry.nonce, None)
        self._mark(entry.nonce, state=State.MINED, block=receipt["blockNumber"], block_hash=block_hash, passed=passed)
        if entry.told and entry.passed and not passed:
            self._forget([entry.nonce])
            raise OutcomeUndone(receipt["transactionHash"].to_0x_hex(), entry.title)

    def _is_gone(self, nonce: int, block: int) -> bool:
        """Whether a mined entry that a node does not count is taken back, and the node not merely behind."""
        if block <= self.head:
            return True
        return monotonic() - self._missing.setdefault(nonce, monotonic()) > LAG_SECONDS

    def _take_back(self, nonces: Iterable[int]) -> None:
        """Their block is no longer part of the chain: they wait again."""
        gone = set(nonces)
        if shelved := gone & self._shelf.keys():
            self.entries |= {entry.nonce: entry for entry in self.outbox.entries() if entry.nonce in shelved}
        for nonce in gone:
            for kept in (self._shelf, self._receipts, self._missing):
                kept.pop(nonce, None)
            self._mark(nonce, state=State.SAVED, block=0, block_hash="")

    def _uprooted(self, places: Mapping[int, tuple[int, str]]) -> set[int]:
        """Nonces of those whose block is no longer part of the chain."""
        numbers = sorted({block for block, _hash in places.values() if block <= self.head})
        answers = self.nodes.batch([("eth_getBlockByNumber", [hex(number), False]) for number in numbers])
        with self.nodes.sense():
            hashes = {number: answer["hash"] if answer else "" for number, answer in zip(numbers, answers, strict=True)}
        return {nonce for nonce, (block, hash_) in places.items() if hashes.get(block, hash_) != hash_}

    def final_block(self) -> int:
        """Number of the last block that is final, as of the last look."""
        blocks = self.policy.final_blocks
        if blocks is None and self.nodes.is_development:
            blocks = 1
        if blocks is None:
            answer = self.nodes.response("eth_getBlockByNumber", ["finalized", False])
            with self.nodes.sense():
                if found := answer.get("result"):
                    return int(found["number"], 16)
            blocks = USUAL_FINAL_BLOCKS
        return self.head - blocks + 1

    def _is_stuck(self, entry: Entry) -> bool:
        """Whether the oldest entry waits longer than it should, or pays less than blocks cost."""
        if entry.nonce not in self._signed_at:  # a former run's
            self._signed_at[entry.nonce] = (self.head, monotonic())
            return entry.fees.most < self._market().base
        block, since = self._signed_at[entry.nonce]
        if self.head - block >= self.policy.stuck_blocks:
            return True
        return monotonic() - since > self.policy.stuck_seconds and entry.fees.most < self._market().base

    def _raise_prices(self, entries: Sequence[Entry]) -> None:
        """Sign anew what pays too little, with the same nonces: at today's price, and at an eighth more at least."""
        market = self._market()
        dearer = [version for entry in entries if (version := self._dearer(entry, market))]
        self._save(dearer)
        for entry in dearer:
            self.listener.replaced(entry.hash, entry.title)
        for said in hand_in(self.nodes, dearer):
            if said.verdict in (Verdict.TAKEN, Verdict.NONCE_USED):
                self._mark(said.entry.nonce, state=State.SENT)

    def _dearer(self, entry: Entry, market: Market) -> Entry | None:
        """A version that pays more; None where that would be too much, or of no use."""
        before, cap = entry.transaction, self.policy.fee_cap
        try:
            wanted = market.fees(cap)
        except FeeAboveCap:
            wanted = None
        fees = wanted and (wanted.replacing(before.fees) if before.fees.most or wanted.most else before.fees)
        if fees is None or (cap is not None and fees.most > cap):
            self.capped = True
            return None
        if market.is_beyond(fees):
            return None
        raw = self.signer.sign(replace(before, fees=fees))
        earlier = entry.earlier if raw == entry.raw else entry.hashes
        return replace(entry, raw=raw, earlier=earlier, state=State.SAVED)

    def _market(self) -> Market:
        history, tip = self.nodes.responses(FEE_REQUESTS)
        with self.nodes.sense():
            return Market.of(history, tip)

    def _refuse_replaced(self, entry: Entry) -> None:
        """What took the nonce may be this very call, sent by a wallet with a higher fee: a person must look."""
        since = self._missing.setdefault(entry.nonce, monotonic())
        if monotonic() - since > LAG_SECONDS and not known(self.nodes, [entry]):
            self._forget([entry.nonce])
            raise TransactionReplaced(entry.hash, self.address, entry.nonce)

    def _nudge(self) -> None:
        """A development chain that mines on demand only is asked for a block that is waited for."""
        if not self.entries or monotonic() - self._moved < _BLOCKLESS_SECONDS or not self.nodes.is_development:
            return
        self._moved = monotonic()
        if not self.unmined or self.nodes.response("anvil_getAutomine", []).get("result"):
            self.nodes.ask("evm_mine")


def simulated(sender: ChecksumAddress, order: Order) -> dict[str, str]:
    """A call as `eth_estimateGas` and `eth_call` take it."""
    call = {"from": sender, "data": "0x" + order.calldata.hex(), "value": "0x0"}
    return {**call, "to": order.to} if order.to else call


def _in_time(look: Callable[[], bool]) -> bool:
    """Look more than once: one of several nodes behind an address may lag."""
    looks = Retrying(
        stop=stop_after_delay(LAG_SECONDS),
        wait=wait_fixed(0.5),
        retry=retry_if_result(lambda seen: not seen),
        retry_error_callback=lambda _state: False,
    )
    return bool(looks(look))
