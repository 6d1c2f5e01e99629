"""One way to a chain: connect, read, send, wait, read logs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import requests
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress, HexStr
from hexbytes import HexBytes
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential
from web3 import HTTPProvider, Web3
from web3.contract import Contract
from web3.exceptions import (
    ContractCustomError,
    ContractLogicError,
    TimeExhausted,
    TransactionNotFound,
    Web3RPCError,
)
from web3.types import FilterParams, LogReceipt, TxParams, TxReceipt, Wei

from dongne.abi import abi
from dongne.errors import ChainError, ContractRefused, NodeUnreachable, TransactionNotMined, WrongChain
from dongne.explanations.sentence import Sentence
from dongne.signing import Domain

LOGS_SPAN = 10_000
"""Blocks asked for in one request for logs; halved where a node refuses."""

_GAS_MARGIN = 1.1
"""Headroom over the node's estimate: state may move between estimate and block."""


@dataclass(frozen=True, slots=True)
class Fees:
    """EIP-1559 fees in wei a gas."""

    most: int
    tip: int


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
        self.rpc = rpc
        self.wait_seconds, self.poll_seconds = wait_seconds, poll_seconds
        self.web3 = Web3(HTTPProvider(rpc, request_kwargs={"timeout": 60}))
        try:
            self.id = self.web3.eth.chain_id
        except Web3RPCError as error:
            raise NodeUnreachable(rpc, error) from error
        except (requests.RequestException, ValueError) as error:
            raise NodeUnreachable(rpc, type(error).__name__) from error
        if chain_id not in (None, self.id):
            raise WrongChain(chain_id or 0, self.id)

    def contract(self, name: str, address: ChecksumAddress) -> Contract:
        """A web3 contract object with the ABI of this suite."""
        return self.web3.eth.contract(address, abi=abi(name))

    def fees(self) -> Fees:
        """A tip that recent blocks took, and twice the current base fee above it (six full blocks of rise)."""
        base = self.web3.eth.get_block("latest").get("baseFeePerGas", Wei(0))
        tip = self.web3.eth.max_priority_fee if base else Wei(0)
        return Fees(most=2 * base + tip, tip=tip)

    def prepare(self, sender: LocalAccount, data: bytes, to: ChecksumAddress | None, gas: int | None = None) -> bytes:
        """A signed raw transaction with the sender's next nonce; keep it before sending and nothing is sent twice.

        Raises:
            ContractRefused: the contract would revert.
        """
        transaction: TxParams = {
            "from": sender.address,
            "data": HexStr("0x" + data.hex()),
            "value": Wei(0),
            "chainId": self.id,
        }
        if to is not None:
            transaction["to"] = to
        with refusals():
            transaction["gas"] = gas or int(self.web3.eth.estimate_gas(transaction) * _GAS_MARGIN)
            fees = self.fees()
            transaction["maxFeePerGas"], transaction["maxPriorityFeePerGas"] = Wei(fees.most), Wei(fees.tip)
            transaction["nonce"] = self.web3.eth.get_transaction_count(sender.address, "pending")
        return bytes(sender.sign_transaction(cast(dict[str, Any], transaction)).raw_transaction)

    def broadcast(self, raw: bytes) -> HexBytes:
        """Send a signed transaction; sending it again is harmless."""
        expected = HexBytes(Web3.keccak(raw))
        with self._under_way(expected):
            try:
                self.web3.eth.send_raw_transaction(HexBytes(raw))
            except (Web3RPCError, ValueError, requests.RequestException) as error:
                # A repeated or lost answer is no failure where the node already has the transaction.
                if not self.knows(expected):
                    raise ChainError(
                        Sentence(
                            f"The node at {self.rpc} refused transaction {expected.to_0x_hex()}: {error}",
                            f"노드 {self.rpc}이(가) 거래 {expected.to_0x_hex()}을(를) 거부했습니다: {error}",
                        )
                    ) from error
        return expected

    def knows(self, transaction: HexBytes) -> bool:
        """Whether the node has the transaction, mined or waiting."""
        try:
            self.web3.eth.get_transaction(transaction)
        except TransactionNotFound:
            return False
        return True

    def wait(self, transaction: HexBytes, confirmations: int = 1) -> TxReceipt:
        """The receipt, once `confirmations` blocks (the transaction's own included) hold it.

        Raises:
            TransactionNotMined: not within `wait_seconds`.
            ContractRefused: it was mined and reverted.
        """
        try:
            with self._under_way(transaction):
                receipt = self.web3.eth.wait_for_transaction_receipt(transaction, self.wait_seconds, self.poll_seconds)
                self._wait_for_block(receipt["blockNumber"] + confirmations - 1)
        except (TimeExhausted, _NotYet) as error:
            raise TransactionNotMined(transaction.to_0x_hex(), self.wait_seconds) from error
        if receipt["status"] != 1:
            self._raise_refusal(receipt)
        return receipt

    def send(
        self,
        sender: LocalAccount,
        to: ChecksumAddress,
        data: bytes,
        *,
        gas: int | None = None,
        confirmations: int = 1,
    ) -> TxReceipt:
        """Sign, send and wait.

        Raises:
            ContractRefused: the contract reverted; nothing changed.
            TransactionNotMined: sent, but in no block yet.
        """
        return self.wait(self.broadcast(self.prepare(sender, data, to, gas)), confirmations)

    def logs(
        self, address: ChecksumAddress, topics: Sequence[Any], first: int, last: int | None = None
    ) -> Iterator[LogReceipt]:
        """Logs of a contract in order, asked for in spans that the node accepts."""
        last = self.web3.eth.block_number if last is None else last
        span = LOGS_SPAN
        while first <= last:
            until = min(first + span - 1, last)
            query: FilterParams = {
                "address": address,
                "topics": list(topics),
                "fromBlock": first,
                "toBlock": until,
            }
            try:
                found = self.web3.eth.get_logs(query)
            except (Web3RPCError, ValueError, requests.RequestException) as error:
                if span == 1:
                    raise ChainError(
                        Sentence(
                            f"The node at {self.rpc} gives no logs of block {first}: {error}",
                            f"노드 {self.rpc}이(가) 블록 {first}의 로그를 주지 않습니다: {error}",
                        )
                    ) from error
                span = max(span // 2, 1)
                continue
            yield from found
            first = until + 1

    def timestamp(self) -> int:
        """Unix seconds of the latest block."""
        return int(self.web3.eth.get_block("latest")["timestamp"])

    @contextmanager
    def _under_way(self, transaction: HexBytes) -> Iterator[None]:
        """A node that falls silent now leaves open what became of the transaction."""
        try:
            yield
        except requests.RequestException as error:
            raise ChainError(
                Sentence(
                    f"The node at {self.rpc} fell silent while transaction {transaction.to_0x_hex()} was under way. "
                    "It may still be mined: look it up before sending again.",
                    f"거래 {transaction.to_0x_hex()} 처리 중에 노드 {self.rpc}의 응답이 끊겼습니다. "
                    "나중에 블록에 포함될 수 있으니 다시 보내기 전에 조회하세요.",
                )
            ) from error

    def _wait_for_block(self, number: int) -> None:
        attempts = max(int(self.wait_seconds), 1) * 4
        pause = wait_exponential(multiplier=self.poll_seconds, max=1)
        for attempt in Retrying(
            stop=stop_after_attempt(attempts),
            wait=pause,
            retry=retry_if_exception_type(_NotYet),
            reraise=True,
        ):
            with attempt:
                if self.web3.eth.block_number < number:
                    raise _NotYet

    def _raise_refusal(self, receipt: TxReceipt) -> None:
        transaction = self.web3.eth.get_transaction(receipt["transactionHash"])
        call: TxParams = {"from": transaction["from"], "to": transaction["to"], "data": transaction["input"]}
        with refusals():
            self.web3.eth.call(call, receipt["blockNumber"])
        raise ContractRefused("", {})


class _NotYet(Exception):
    """The block that is waited for is not there yet."""


@contextmanager
def refusals() -> Iterator[None]:
    """Turns web3's revert errors into `ContractRefused`, decoded."""
    try:
        yield
    except ContractCustomError as error:
        raise ContractRefused.from_data(bytes(HexBytes(error.data))) from error  # type: ignore[arg-type]
    except ContractLogicError as error:
        data = error.data if isinstance(error.data, str) and error.data.startswith("0x") else "0x"
        raise ContractRefused.from_data(bytes(HexBytes(data))) from error
    except Web3RPCError as error:
        raise ChainError(
            Sentence(f"The node refused the call: {error}", f"노드가 호출을 거부했습니다: {error}")
        ) from error
    except requests.RequestException as error:
        raise ChainError(
            Sentence(
                f"The node fell silent ({type(error).__name__}). Check that it runs, then try again.",
                f"노드의 응답이 끊겼습니다({type(error).__name__}). 실행 중인지 확인한 뒤 다시 시도하세요.",
            )
        ) from error


class ContractClient:
    """Base of the typed clients: one deployed contract on one chain.

    Args:
        chain: where it lives.
        address: its address there.
    """

    NAME: str

    def __init__(self, chain: Chain, address: ChecksumAddress) -> None:
        self.chain, self.address = chain, address
        self.contract = chain.contract(self.NAME, address)

    def _call(self, function: str, *arguments: Any) -> Any:
        with refusals():
            return self.contract.get_function_by_name(function)(*arguments).call()

    def _send(self, sender: LocalAccount, function: str, *arguments: Any) -> TxReceipt:
        data = self.contract.encode_abi(function, list(arguments))
        return self.chain.send(sender, self.address, bytes(HexBytes(data)))

    def _events(self, event: str, first: int, last: int | None = None, **indexed: bytes | None) -> Iterator[Any]:
        """Decoded events in order; `indexed` fixes 32-byte topics by parameter name, in their order of declaration."""
        definition = self.contract.events[event]()
        topics: list[Any] = [HexBytes(definition.topic), *indexed.values()]
        for log in self.chain.logs(self.address, topics, first, last):
            yield definition.process_log(log)


class SigningClient(ContractClient):
    """Base of the typed clients of contracts for which people sign messages."""

    def domain(self) -> Domain:
        """EIP-712 domain that they sign for, as the contract states it (ERC-5267)."""
        _fields, name, version, chain_id, contract, _salt, _extensions = self._call("eip712Domain")
        return Domain(name, version, chain_id, contract)
