"""A chain as the clients see it: connect, read, read logs, carry out calls."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from hexbytes import HexBytes
from web3 import Web3
from web3.contract import Contract
from web3.exceptions import BadFunctionCallOutput
from web3.types import LogReceipt, TxReceipt

from dongne.abi import abi
from dongne.errors import ContractRefused, NoContractThere, NodeRefused
from dongne.fees import REQUESTS as FEE_REQUESTS
from dongne.fees import Fees, Market
from dongne.receipts import log_of, receipt_of
from dongne.rpc import RETRY_SECONDS, Nodes, Provider
from dongne.sending import FileOutbox, Listener, Policy, Sender, simulated, why_refused
from dongne.transactions import Signer, signer_of

LOGS_SPAN, FIRST_SPAN = 10_000, 500
"""Most blocks asked for in one request for logs, and how many at first; halved where a node refuses."""

MANY_LOGS = 20_000
"""Logs of one answer, after which fewer blocks are asked for: about 20 MB."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a contract is asked to do, not yet signed.

    `calldata` is what a multisignature wallet or an offline signer takes; `transact` signs, sends and waits. Commands
    send through a `Sender` with an outbox, which survives a crash.

    Attributes:
        chain: where.
        to: the contract; None creates one.
        calldata: selector and arguments, or creation code.
        title: contract and function, for people.
        gas: gas limit; None asks the node.
    """

    chain: "Chain"
    to: ChecksumAddress | None
    calldata: bytes
    title: str
    gas: int | None = None

    def simulate(self, sender: ChecksumAddress) -> int:
        """Gas that the call would take now, sent by `sender`.

        Raises:
            ContractRefused: the contract would revert.
        """
        return self.chain.estimate(sender, self)

    def check(self, sender: ChecksumAddress) -> None:
        """Ask whether the call would pass now, sent by `sender` with its gas: a fraction of the work of `simulate`.

        Raises:
            ContractRefused: the contract would revert.
        """
        limit = {} if self.gas is None else {"gas": hex(self.gas)}
        self.chain.nodes.ask("eth_call", {**simulated(sender, self), **limit}, "latest")

    def transact(self, sender: LocalAccount | Signer, confirmations: int = 1) -> TxReceipt:
        """Send and wait until `confirmations` blocks hold the transaction; a crash may leave it half done.

        Raises:
            ContractRefused: the contract reverted; nothing changed.
            TransactionNotMined: sent, but in no block yet.
        """
        return self.chain.sender(sender, policy=replace(self.chain.policy, confirmations=confirmations)).deliver(self)


class Chain:
    """A chain, as its nodes show it.

    Args:
        rpc: address of a node, or several with commas between: the next is asked where one fails.
        chain_id: the chain expected there; None accepts any.
        wait_seconds: how long to wait for a transaction to be mined.
        poll_seconds: pause between two looks for a receipt, at first.
        retry_seconds: how long a request is repeated while the nodes fail.

    Attributes:
        id: the chain's number.
        policy: how its senders send, where nothing else is asked for.

    Raises:
        NodeUnreachable: nobody answers.
        WrongChain: another chain answers.
    """

    def __init__(
        self,
        rpc: str,
        chain_id: int | None = None,
        *,
        wait_seconds: float = 180,
        poll_seconds: float = 0.05,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self.rpc, self.policy = rpc, Policy(wait_seconds=wait_seconds, poll_seconds=poll_seconds)
        self.nodes = Nodes([each.strip() for each in rpc.split(",")], chain_id, retry_seconds=retry_seconds)
        self.web3, self.id = Web3(Provider(self.nodes)), self.nodes.chain_id

    @property
    def node(self) -> str:
        """The node that is asked now, as messages and logs may show it."""
        return self.nodes.label

    @property
    def genesis(self) -> str:
        """Hash of the first block: it tells a chain from another one with the same number."""
        return self.nodes.genesis

    def sender(
        self,
        key: LocalAccount | Signer,
        folder: Path | None = None,
        *,
        policy: Policy | None = None,
        listener: Listener | None = None,
    ) -> Sender:
        """Who sends with a key.

        Args:
            key: a key in memory, or what signs with one elsewhere.
            folder: of the address books, for an outbox there that survives a crash; None keeps none.
            policy: how patiently and how dearly; None takes the chain's.
            listener: hears what is sent and mined.
        """
        signer = signer_of(key)
        outbox = FileOutbox(folder, self.id, self.genesis, signer.address) if folder else None
        return Sender(self.nodes, signer, outbox, policy or self.policy, listener)

    def contract(self, name: str, address: ChecksumAddress) -> Contract:
        """A web3 contract object with the ABI of this suite."""
        return self.web3.eth.contract(address, abi=abi(name))

    def block_number(self) -> int:
        """Number of the latest block."""
        with self.answers():
            return int(self.nodes.ask("eth_blockNumber"), 16)

    def timestamp(self, block: int | None = None) -> int:
        """Unix seconds of the latest block, or of a block."""
        with self.answers():
            return int(self._block(block)["timestamp"], 16)

    def timestamps(self, blocks: Sequence[int]) -> dict[int, int]:
        """Unix seconds of many blocks, in JSON-RPC batches."""
        answers = self.batch([("eth_getBlockByNumber", [hex(block), False]) for block in blocks])
        with self.answers():
            return {block: int(answer["timestamp"], 16) for block, answer in zip(blocks, answers, strict=True)}

    def block_hash(self, block: int) -> str:
        """Hash of a block, with 0x: it tells a block from another one with the same number."""
        with self.answers():
            return HexBytes(self._block(block)["hash"]).to_0x_hex()

    def _block(self, number: int | None) -> Any:
        return self.nodes.ask("eth_getBlockByNumber", "latest" if number is None else hex(number), False)

    def first_block_since(self, timestamp: int, first: int, last: int) -> int:
        """The first block from `first` on that is not older than some Unix second; `last` + 1 where none is."""
        return bisect_left(range(last + 1), timestamp, lo=first, key=self.timestamp)

    def code(self, address: ChecksumAddress) -> bytes:
        """Bytecode at an address; empty where there is no contract."""
        with self.answers():
            return bytes(HexBytes(self.nodes.ask("eth_getCode", address, "latest")))

    def contracts(self, addresses: Iterable[ChecksumAddress]) -> set[ChecksumAddress]:
        """Those of the addresses that have bytecode."""
        asked = list(addresses)
        codes = self.batch([("eth_getCode", [address, "latest"]) for address in asked])
        return {address for address, code in zip(asked, codes, strict=True) if HexBytes(code)}

    def balance(self, address: ChecksumAddress) -> int:
        """Wei that an address holds for gas."""
        with self.answers():
            return int(self.nodes.ask("eth_getBalance", address, "latest"), 16)

    def nonce(self, address: ChecksumAddress, *, pending: bool = False) -> int:
        """How many transactions of an address are mined, or mined and waiting."""
        with self.answers():
            return int(self.nodes.ask("eth_getTransactionCount", address, "pending" if pending else "latest"), 16)

    def fees(self) -> Fees:
        """What a transaction should pay now, wei a gas."""
        return self.market().fees()

    def market(self) -> Market:
        """What blocks cost now."""
        history, tip = self.nodes.responses(FEE_REQUESTS)
        with self.answers():
            return Market.of(history, tip)

    def estimate(self, sender: ChecksumAddress, call: Call) -> int:
        """Gas that a call would take now.

        Raises:
            ContractRefused: the contract would revert.
        """
        with self.answers():
            return int(self.nodes.ask("eth_estimateGas", simulated(sender, call)), 16)

    def receipt(self, transaction: HexBytes) -> TxReceipt | None:
        """The receipt of a transaction; None where no block holds it."""
        answer = self.nodes.ask("eth_getTransactionReceipt", transaction.to_0x_hex())
        with self.answers():
            return receipt_of(answer) if answer else None

    def refusal(self, transaction: HexBytes) -> ContractRefused | None:
        """Why a transaction that is mined reverted; None if it passed, or is in no block."""
        receipt = self.receipt(transaction)
        return why_refused(self.nodes, receipt) if receipt and receipt["status"] != 1 else None

    def batch(self, asked: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        """Results of several JSON-RPC requests in order, in few HTTP requests.

        Raises:
            DongneError: one of them failed.
        """
        return self.nodes.batch(asked)

    def logs(
        self, address: ChecksumAddress, topics: Sequence[Any], first: int, last: int | None = None
    ) -> Iterator[LogReceipt]:
        """Logs of a contract in order, typed."""
        for log in self.raw_logs(address, topics, first, last):
            with self.answers():
                typed = log_of(log)
            yield typed

    def raw_logs(
        self, address: ChecksumAddress, topics: Sequence[Any], first: int, last: int | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Logs of a contract in order, as JSON-RPC has them: for whoever reads millions.

        They are asked for in spans of blocks that the node accepts, and that hold no more logs than memory should.
        """
        last = self.block_number() if last is None else last
        span = min(FIRST_SPAN, LOGS_SPAN)
        while first <= last:
            until = min(first + span - 1, last)
            try:
                found = self._logs(address, topics, first, until)
            except NodeRefused:
                if span == 1:
                    raise
                span = max(span // 2, 1)
                continue
            yield from found
            first = until + 1
            span = max(span // 2, 1) if len(found) > MANY_LOGS else min(span * 2, LOGS_SPAN)

    def _logs(self, address: ChecksumAddress, topics: Sequence[Any], first: int, last: int) -> list[Mapping[str, Any]]:
        hexadecimal = [_as_hexadecimal(topic) for topic in topics]
        query = {"address": address, "topics": hexadecimal, "fromBlock": hex(first), "toBlock": hex(last)}
        found = self.nodes.ask("eth_getLogs", query)
        with self.answers():
            if not isinstance(found, list):
                raise TypeError("logs come as a list")
        return found

    @contextmanager
    def answers(self) -> Iterator[None]:
        """Turns what web3 raises, and what reading an answer raises, into errors of ours; reverts are decoded."""
        with self.nodes.sense():
            try:
                yield
            except BadFunctionCallOutput as error:
                raise self.no_contract() from error

    def no_contract(self) -> NoContractThere:
        """The error for an address without a contract."""
        return NoContractThere(self.node, self.id)


def _as_hexadecimal(topic: Any) -> Any:
    """A topic, or several of which one must match, as JSON-RPC takes it."""
    if isinstance(topic, list | tuple):
        return [_as_hexadecimal(each) for each in topic]
    return "0x" + topic.hex() if isinstance(topic, bytes) else topic
