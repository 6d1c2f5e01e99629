"""One way to a chain: connect, read, sign, send, wait, read logs."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from time import monotonic, sleep
from typing import Any, cast

import requests
from eth_abi.exceptions import DecodingError
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress, HexStr
from hexbytes import HexBytes
from web3 import HTTPProvider, Web3
from web3.contract import Contract
from web3.exceptions import (
    BadFunctionCallOutput,
    ContractCustomError,
    ContractLogicError,
    TransactionNotFound,
    Web3Exception,
    Web3RPCError,
)
from web3.types import FilterParams, LogReceipt, RPCEndpoint, TxParams, TxReceipt, Wei

from dongne.abi import abi
from dongne.config import without_secrets
from dongne.errors import (
    ChainError,
    ContractRefused,
    NoContractThere,
    NodeRefused,
    NodeSilent,
    NodeTalksNonsense,
    NodeUnreachable,
    NotEnoughForGas,
    TransactionNotMined,
    WrongChain,
)
from dongne.parts import parts

LOGS_SPAN = 10_000
"""Blocks asked for in one request for logs; halved where a node refuses."""

BATCH_REQUESTS = 200
"""Requests of one JSON-RPC batch."""

_GAS_MARGIN = 1.1
"""Headroom over the node's estimate: state may move between estimate and block."""

_BLOCKLESS_SECONDS = 2.0
"""After so long without a new block, a development chain is asked to mine one."""


@dataclass(frozen=True, slots=True)
class Fees:
    """EIP-1559 fees in wei a gas."""

    most: int
    tip: int

    def replacing(self, other: "Fees") -> "Fees":
        """These fees, raised to what nodes demand of a transaction that replaces another: an eighth more."""
        least = Fees(other.most + other.most // 8 + 1, other.tip + other.tip // 8 + 1)
        return Fees(max(self.most, least.most), max(self.tip, least.tip))


@dataclass(frozen=True, slots=True)
class Call:
    """What a contract is asked to do, not yet signed: three verbs turn it into a transaction.

    `calldata` is what a multisignature wallet or an offline signer takes; `send` signs and sends it and returns at
    once; `Chain.wait` waits for the receipt. `transact` does both. Commands send through the `Outbox`, which survives
    a crash.

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

    def send(self, sender: LocalAccount) -> HexBytes:
        """Sign and send; returns the transaction's hash without waiting.

        Raises:
            ContractRefused: the contract would revert; nothing was sent.
        """
        return self.chain.broadcast(self.chain.prepare(sender, self))

    def transact(self, sender: LocalAccount, confirmations: int = 1) -> TxReceipt:
        """Send and wait.

        Raises:
            ContractRefused: the contract reverted; nothing changed.
            TransactionNotMined: sent, but in no block yet.
        """
        return self.chain.wait(self.send(sender), confirmations=confirmations)


class Chain:
    """A node of one chain.

    Args:
        rpc: address of the node.
        chain_id: the chain expected there; None accepts any.
        wait_seconds: how long to wait for a transaction to be mined.
        poll_seconds: pause between two looks for a receipt.

    Raises:
        NodeUnreachable: nobody answers.
        WrongChain: another chain answers.
    """

    def __init__(
        self, rpc: str, chain_id: int | None = None, *, wait_seconds: float = 180, poll_seconds: float = 0.05
    ) -> None:
        self.rpc, self.node = rpc, without_secrets(rpc)
        self.wait_seconds, self.poll_seconds = wait_seconds, poll_seconds
        self.fee_cap: int | None = None
        self.web3 = Web3(HTTPProvider(rpc, request_kwargs={"timeout": 60}))
        try:
            self.id = self.web3.eth.chain_id
        except Web3RPCError as error:
            raise NodeUnreachable(self.node, error) from error
        except (requests.RequestException, Web3Exception, ValueError, TypeError) as error:
            raise NodeUnreachable(self.node, _brief(error)) from error
        if chain_id not in (None, self.id):
            raise WrongChain(self.node, chain_id or 0, self.id)

    def contract(self, name: str, address: ChecksumAddress) -> Contract:
        """A web3 contract object with the ABI of this suite."""
        return self.web3.eth.contract(address, abi=abi(name))

    def block_number(self) -> int:
        """Number of the latest block."""
        with self.answers():
            return int(self.web3.eth.block_number)

    def timestamp(self, block: int | None = None) -> int:
        """Unix seconds of the latest block, or of a block."""
        with self.answers():
            return int(self.web3.eth.get_block("latest" if block is None else block)["timestamp"])

    def timestamps(self, blocks: Sequence[int]) -> dict[int, int]:
        """Unix seconds of many blocks, in JSON-RPC batches."""
        answers = self.batch([("eth_getBlockByNumber", [hex(block), False]) for block in blocks])
        with self.answers():
            return {block: int(answer["timestamp"], 16) for block, answer in zip(blocks, answers, strict=True)}

    def block_hash(self, block: int) -> str:
        """Hash of a block, with 0x: it tells a block from another one with the same number."""
        with self.answers():
            return HexBytes(self.web3.eth.get_block(block)["hash"]).to_0x_hex()

    def first_block_since(self, timestamp: int, first: int, last: int) -> int:
        """The first block from `first` on that is not older than some Unix second; `last` + 1 where none is."""
        return bisect_left(range(last + 1), timestamp, lo=first, key=self.timestamp)

    def code(self, address: ChecksumAddress) -> bytes:
        """Bytecode at an address; empty where there is no contract."""
        with self.answers():
            return bytes(self.web3.eth.get_code(address))

    def contracts(self, addresses: Iterable[ChecksumAddress]) -> set[ChecksumAddress]:
        """Those of the addresses that have bytecode."""
        asked = list(addresses)
        codes = self.batch([("eth_getCode", [address, "latest"]) for address in asked])
        return {address for address, code in zip(asked, codes, strict=True) if HexBytes(code)}

    def balance(self, address: ChecksumAddress) -> int:
        """Wei that an address holds for gas."""
        with self.answers():
            return int(self.web3.eth.get_balance(address))

    def nonce(self, address: ChecksumAddress, *, pending: bool = False) -> int:
        """How many transactions of an address are mined, or mined and waiting."""
        with self.answers():
            return int(self.web3.eth.get_transaction_count(address, "pending" if pending else "latest"))

    @cached_property
    def genesis(self) -> str:
        """Hash of the first block: it tells a chain from another one with the same number."""
        return self.block_hash(0)

    def base_fee(self) -> int:
        """Wei a gas that the latest block burned; 0 on a chain without fees."""
        with self.answers():
            return int(self.web3.eth.get_block("latest").get("baseFeePerGas", Wei(0)))

    def fees(self) -> Fees:
        """A tip that recent blocks took, and twice the current base fee above it (six full blocks of rise).

        Never more than `fee_cap`, in wei a gas, where one is set.
        """
        with self.answers():
            base = self.base_fee()
            tip = self.web3.eth.max_priority_fee if base else Wei(0)
        most = 2 * base + tip if self.fee_cap is None else min(2 * base + tip, self.fee_cap)
        return Fees(most=most, tip=min(tip, most))

    def estimate(self, sender: ChecksumAddress, call: Call) -> int:
        """Gas that a call would take now.

        Raises:
            ContractRefused: the contract would revert.
        """
        with self.answers():
            return int(self.web3.eth.estimate_gas(_transaction(sender, call)))

    def prepare(
        self, sender: LocalAccount, call: Call, nonce: int | None = None, *, above: Fees | None = None
    ) -> bytes:
        """A signed raw transaction; save it first: resending the same bytes is harmless.

        Args:
            nonce: the sender's next one where none is given.
            above: fees of the transaction with the same nonce that this one replaces.

        Raises:
            ContractRefused: the contract would revert.
        """
        transaction = _transaction(sender.address, call)
        transaction["chainId"] = self.id
        transaction["gas"] = call.gas or int(self.estimate(sender.address, call) * _GAS_MARGIN)
        fees = self.fees() if above is None else self.fees().replacing(above)
        transaction["maxFeePerGas"], transaction["maxPriorityFeePerGas"] = Wei(fees.most), Wei(fees.tip)
        transaction["nonce"] = cast(Any, self.nonce(sender.address, pending=True) if nonce is None else nonce)
        return bytes(sender.sign_transaction(cast(dict[str, Any], transaction)).raw_transaction)

    def broadcast(self, raw: bytes) -> HexBytes:
        """Send a signed transaction; sending it again is harmless."""
        transaction = self.hash_of(raw)
        try:
            self.web3.eth.send_raw_transaction(HexBytes(raw))
        except (Web3Exception, ValueError, requests.RequestException) as error:
            # A repeated or lost answer is no failure where the node already has the transaction.
            if not self.knows(transaction):
                raise self._refused(error) from error
        return transaction

    @staticmethod
    def hash_of(raw: bytes) -> HexBytes:
        """Hash of a signed transaction, known before it is sent."""
        return HexBytes(Web3.keccak(raw))

    def knows(self, transaction: HexBytes) -> bool:
        """Whether the node has the transaction, mined or waiting."""
        with self.answers():
            try:
                self.web3.eth.get_transaction(transaction)
            except TransactionNotFound:
                return False
        return True

    def receipt(self, transaction: HexBytes) -> TxReceipt | None:
        """The receipt of a transaction; None where no block holds it."""
        with self.answers():
            try:
                return self.web3.eth.get_transaction_receipt(transaction)
            except TransactionNotFound:
                return None

    def wait(self, *transactions: HexBytes, confirmations: int = 1) -> TxReceipt:
        """The receipt, once `confirmations` blocks (the transaction's own included) hold it.

        Args:
            transactions: one, or several of the same nonce of which only one can be mined.
            confirmations: at least 1.

        Raises:
            TransactionNotMined: not within `wait_seconds`.
            ContractRefused: it was mined and reverted.
        """
        while True:
            receipt = self._first_receipt(transactions)
            self._wait_for_block(receipt["blockNumber"] + confirmations - 1, transactions[0])
            # The block may have been dropped for another one meanwhile.
            again = self.receipt(receipt["transactionHash"]) if confirmations > 1 else receipt
            if again is not None and again["blockHash"] == receipt["blockHash"]:
                break
        if receipt["status"] != 1:
            raise self._refusal(receipt)
        return receipt

    def _first_receipt(self, transactions: Sequence[HexBytes]) -> TxReceipt:
        started = monotonic()
        while True:
            for transaction in transactions:
                if receipt := self.receipt(transaction):
                    return receipt
            if monotonic() - started > self.wait_seconds:
                raise TransactionNotMined(transactions[0].to_0x_hex(), self.wait_seconds)
            sleep(self.poll_seconds)

    def batch(self, requests_: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        """Results of several JSON-RPC requests in order, `BATCH_REQUESTS` in one HTTP request.

        Raises:
            ChainError: one of them failed.
        """
        results: list[Any] = []
        for some in parts(requests_, BATCH_REQUESTS):
            part = [(RPCEndpoint(method), params) for method, params in some]
            with self.answers():
                responses = cast(HTTPProvider, self.web3.provider).make_batch_request(part)
            if not isinstance(responses, list) or len(responses) != len(part) or not _answers_each(responses):
                raise NodeTalksNonsense(self.node, type(responses).__name__)
            with self.answers():
                results += [self._result(response) for response in responses]
        return results

    def logs(
        self, address: ChecksumAddress, topics: Sequence[Any], first: int, last: int | None = None
    ) -> Iterator[LogReceipt]:
        """Logs of a contract in order, asked for in spans that the node accepts."""
        last = self.block_number() if last is None else last
        span = LOGS_SPAN
        while first <= last:
            until = min(first + span - 1, last)
            query: FilterParams = {"address": address, "topics": list(topics), "fromBlock": first, "toBlock": until}
            try:
                with self.answers():
                    found = self.web3.eth.get_logs(query)
                    if not isinstance(found, list):
                        raise TypeError("logs come as a list")
            except ChainError:
                if span == 1:
                    raise
                span = max(span // 2, 1)
                continue
            yield from found
            first = until + 1

    @contextmanager
    def answers(self) -> Iterator[None]:
        """Turns what web3 and requests raise into errors of ours; reverts are decoded."""
        try:
            yield
        except ContractCustomError as error:
            raise ContractRefused.from_data(bytes(HexBytes(error.data))) from error  # type: ignore[arg-type]
        except ContractLogicError as error:
            data = error.data if isinstance(error.data, str) and error.data.startswith("0x") else "0x"
            raise ContractRefused.from_data(bytes(HexBytes(data))) from error
        except BadFunctionCallOutput as error:
            raise self.no_contract() from error
        except (Web3Exception, requests.RequestException, ValueError) as error:
            raise self._refused(error) from error
        except (TypeError, KeyError, AttributeError, DecodingError) as error:
            raise NodeTalksNonsense(self.node, type(error).__name__) from error

    def no_contract(self) -> NoContractThere:
        """The error for an address without a contract."""
        return NoContractThere(self.node, self.id)

    def _refused(self, error: Exception) -> ChainError:
        if isinstance(error, requests.RequestException):
            return NodeSilent(self.node, _brief(error))
        if "insufficient funds" in str(error).lower():
            return NotEnoughForGas(self.node)
        return NodeRefused(self.node, _brief(error) if isinstance(error, ValueError) else error)

    def _result(self, response: Any) -> Any:
        if "error" not in response:
            return response["result"]
        data = response["error"].get("data")
        if isinstance(data, str) and data.startswith("0x"):
            raise ContractRefused.from_data(bytes(HexBytes(data)))
        raise NodeRefused(self.node, response["error"].get("message", response["error"]))

    def _wait_for_block(self, number: int, transaction: HexBytes) -> None:
        """Wait for a block; a development chain that makes none by itself is asked for it."""
        started = moved = monotonic()
        latest = self.block_number()
        while latest < number:
            if monotonic() - started > self.wait_seconds:
                raise TransactionNotMined(transaction.to_0x_hex(), self.wait_seconds)
            if self._is_development and monotonic() - moved > _BLOCKLESS_SECONDS:
                self.web3.provider.make_request(RPCEndpoint("evm_mine"), [])
            sleep(min(max(self.poll_seconds, 0.05), 1))
            before, latest = latest, self.block_number()
            moved = monotonic() if latest > before else moved

    @cached_property
    def _is_development(self) -> bool:
        with self.answers():
            version = str(self.web3.client_version).lower()
        return any(name in version for name in ("anvil", "hardhat", "ganache"))

    def _refusal(self, receipt: TxReceipt) -> ContractRefused:
        """Why a transaction reverted, by repeating it; unknown where the node has forgotten that block's state."""
        try:
            with self.answers():
                transaction = self.web3.eth.get_transaction(receipt["transactionHash"])
                call: TxParams = {"from": transaction["from"], "data": transaction["input"]}
                if transaction.get("to"):
                    call["to"] = transaction["to"]
                self.web3.eth.call(call, receipt["blockNumber"])
        except ContractRefused as refused:
            return refused
        except ChainError:
            pass
        return ContractRefused("", {})


def _transaction(sender: ChecksumAddress, call: Call) -> TxParams:
    transaction: TxParams = {"from": sender, "data": HexStr("0x" + call.calldata.hex()), "value": Wei(0)}
    if call.to is not None:
        transaction["to"] = call.to
    return transaction


def _answers_each(responses: Sequence[Any]) -> bool:
    """Whether a batch's answers, sorted by their ids, are one for each request: web3 numbers requests in a row."""
    ids: list[Any] = [response.get("id") if isinstance(response, dict) else None for response in responses]
    return all(type(each) is int for each in ids) and ids == list(range(ids[0], ids[0] + len(ids)))


def _brief(error: Exception) -> str:
    """The kind of an error, with the HTTP status where there is one: its text may hold a whole page."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    return f"HTTP {status}" if status else type(error).__name__
