"""Base of the typed clients: one deployed contract, its functions as calls, its events typed."""

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import Any, TypeVar

from eth_abi.abi import encode
from eth_typing import ChecksumAddress
from eth_utils.abi import collapse_if_tuple, function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address
from web3.contract import Contract
from web3.types import TxReceipt

from dongne import abi
from dongne.book import Entry
from dongne.chain import Call, Chain
from dongne.events import Event
from dongne.outputs import decoder
from dongne.signing import Domain

AnEvent = TypeVar("AnEvent", bound=Event)


class ContractClient:
    """One deployed contract of the suite on one chain.

    Functions that only read return values; functions that write return a `Call`, which `Call.transact` or a `Sender`
    carries out.

    Args:
        chain: where it lives.
        entry: its place in the address book; no log of it is older than `entry.block`.
    """

    NAME: str

    def __init__(self, chain: Chain, entry: Entry) -> None:
        self.chain, self.entry = chain, entry

    @property
    def address(self) -> ChecksumAddress:
        """Where the contract lives."""
        return self.entry.address

    @cached_property
    def contract(self) -> Contract:
        """The contract as web3 has it."""
        return self.chain.contract(self.NAME, self.address)

    def events(
        self, kind: type[AnEvent], *, first: int | None = None, last: int | None = None, **indexed: object
    ) -> Iterator[AnEvent]:
        """Events of a kind in order, since the deployment; `indexed` selects by indexed parameters."""
        since = self.entry.block if first is None else first
        for log in self.chain.logs(self.address, kind.topics(**indexed), since, last):
            with self.chain.answers():
                event = kind.decode(log)
            yield event

    def events_of(self, receipt: TxReceipt, kind: type[AnEvent]) -> list[AnEvent]:
        """Events of a kind that one transaction made this contract log."""
        topic = kind.topic()
        return [
            kind.decode(log)
            for log in receipt["logs"]
            if log["address"] == self.address and log["topics"] and bytes(log["topics"][0]) == topic
        ]

    def _write(self, function: str, *arguments: Any, gas: int | None = None) -> Call:
        """What the contract is asked to do, by a function of its ABI; with its types where several have the name."""
        title = f"{self.NAME}.{function.partition('(')[0]}"
        return Call(self.chain, self.address, self._calldata(function, arguments), title, gas)

    def _read(self, function: str, *arguments: Any, block: int | None = None) -> Any:
        """What a view returns, at the latest block or at `block`."""
        with self.chain.answers():
            return self.contract.get_function_by_name(function)(*arguments).call(block_identifier=block)

    def _read_many(self, function: str, arguments: Sequence[tuple[Any, ...]], block: int | None = None) -> list[Any]:
        """What a view returns for each tuple of arguments, in JSON-RPC batches."""
        at = "latest" if block is None else hex(block)
        target = {"to": self.address}
        requests = [
            ("eth_call", [{**target, "data": "0x" + self._calldata(function, each).hex()}, at]) for each in arguments
        ]
        outputs = abi.entry(self.NAME, "function", function)["outputs"]
        types = [collapse_if_tuple(output) for output in outputs]
        answers = self.chain.batch(requests)
        with self.chain.answers():
            return [_decoded(types, answer, self.chain) for answer in answers]

    def _calldata(self, function: str, arguments: Sequence[Any]) -> bytes:
        selector, types = _called(self.NAME, function)
        return selector + encode(types, arguments)


class SigningClient(ContractClient):
    """Base of the typed clients of contracts for which people sign messages."""

    def domain(self) -> Domain:
        """EIP-712 domain that they sign for, as the contract states it (ERC-5267)."""
        _fields, name, version, chain_id, contract, _salt, _extensions = self._read("eip712Domain")
        return Domain(name, version, chain_id, contract)


@cache
def _called(contract: str, function: str) -> tuple[bytes, list[str]]:
    """Selector of a function, and the types of its arguments."""
    definition = abi.entry(contract, "function", function)
    types = [collapse_if_tuple(each) for each in definition["inputs"]]
    return bytes(function_abi_to_4byte_selector(definition)), types  # type: ignore[arg-type]


def _decoded(types: Sequence[str], answer: str, chain: Chain) -> Any:
    raw = bytes.fromhex(answer.removeprefix("0x"))
    if not raw:
        raise chain.no_contract()
    values = tuple(
        to_checksum_address(value) if kind == "address" else value
        for kind, value in zip(types, decoder(tuple(types))(raw), strict=True)
    )
    return values[0] if len(values) == 1 else values
