"""Typed client of the `ElectoralRoll` contract, and a roll as anyone reads it back from the chain."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from hexbytes import HexBytes
from web3 import Web3
from web3.types import TxReceipt

from dongne.chain import ContractClient
from dongne.errors import EvidenceMismatch, InputError
from dongne.explanations.sentence import Sentence

BLOB_VOTERS = 1228
"""Voters of a full blob."""
ADDRESS_BYTES = 20

Address = bytes
"""A voter's address as the roll holds it: 20 bytes."""


@dataclass(frozen=True, slots=True)
class District:
    """A district's share of a roll.

    Attributes:
        code: official number, ascending within a roll, below 2^64.
        first: index of its first voter.
        count: how many voters it has.
    """

    code: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class VoterList:
    """Voters and districts of a roll, in the roll's order.

    Attributes:
        voters: addresses of 20 bytes, by index.
        districts: from index 0 on, without gaps.
    """

    voters: tuple[Address, ...]
    districts: tuple[District, ...]

    def blobs(self) -> Iterator[bytes]:
        """Packed addresses, 1,228 at a time."""
        for start in range(0, len(self.voters), BLOB_VOTERS):
            yield b"".join(self.voters[start : start + BLOB_VOTERS])

    def commitment(self) -> bytes:
        """The hash that a roll of exactly these voters and districts publishes."""
        running = bytes(32)
        for blob in self.blobs():
            running = _hash_of_two(running, Web3.keccak(blob))
        return _hash_of_two(running, Web3.keccak(encode(["(uint64,uint24)[]"], [_as_tuples(self.districts)])))

    def duplicates(self) -> dict[ChecksumAddress, list[int]]:
        """Addresses that stand under more than one index, with those indices."""
        places: dict[Address, list[int]] = {}
        for index, voter in enumerate(self.voters):
            places.setdefault(voter, []).append(index)
        return {Web3.to_checksum_address(voter): found for voter, found in places.items() if len(found) > 1}

    def index_of(self, voter: ChecksumAddress) -> int:
        """A voter's index.

        Raises:
            InputError: the address is not on the roll.
        """
        try:
            return self.voters.index(bytes.fromhex(voter[2:]))
        except ValueError:
            raise InputError(
                Sentence(
                    f"{voter} is not on the roll; ask the election office which address is registered",
                    f"{voter} 주소는 명부에 없습니다. 등록된 주소를 선거 담당자에게 문의하세요",
                )
            ) from None

    def district(self, code: int) -> District:
        """The district of an official number.

        Raises:
            InputError: the roll has none of that number.
        """
        for district in self.districts:
            if district.code == code:
                return district
        known = ", ".join(str(each.code) for each in self.districts)
        raise InputError(
            Sentence(
                f"The roll has no district {code}; it has {known}",
                f"명부에 지역 {code}이(가) 없습니다. 다음 중에서 고르세요: {known}",
            )
        )


def districts_of(counts: Sequence[tuple[int, int]]) -> tuple[District, ...]:
    """Districts from (code, number of voters), laid out one after another from index 0."""
    starts = accumulate((count for _code, count in counts), initial=0)
    return tuple(District(code, first, count) for (code, count), first in zip(counts, starts, strict=False))


@dataclass(frozen=True, slots=True)
class RollState:
    """A roll as the contract sees it.

    Attributes:
        voters: how many it has.
        frozen: whether polls may use it.
        commitment: 32 bytes; covers voters and, once frozen, districts.
    """

    voters: int
    frozen: bool
    commitment: bytes


class ElectoralRoll(ContractClient):
    """The city's electoral rolls on one chain."""

    NAME = "ElectoralRoll"

    def state(self, roll: int) -> RollState:
        """What the contract says of a roll.

        Raises:
            ContractRefused: there is none of that number.
        """
        return RollState(
            int(self._call("voters", roll)),
            bool(self._call("isFrozen", roll)),
            bytes(self._call("commitment", roll)),
        )

    def voter_at(self, roll: int, index: int) -> ChecksumAddress:
        """Address of one voter."""
        return Web3.to_checksum_address(self._call("voterAt", roll, index))

    def open(self, officer: LocalAccount) -> int:
        """Open a roll (election officer) and return its number."""
        receipt = self._send(officer, "open")
        return int(self.contract.events.RollOpened().process_receipt(receipt)[0]["args"]["roll"])

    def append(self, officer: LocalAccount, roll: int, blob: bytes) -> TxReceipt:
        """Append one blob of packed addresses (election officer)."""
        return self._send(officer, "append", roll, blob)

    def freeze(self, officer: LocalAccount, roll: int, districts: Sequence[District]) -> TxReceipt:
        """Complete a roll (election officer)."""
        return self._send(officer, "freeze", roll, _as_tuples(districts))

    def publish(
        self, officer: LocalAccount, voters: VoterList, progress: Callable[[int], None] = lambda _count: None
    ) -> int:
        """Open, fill and freeze a roll; returns its number. `progress` hears how many voters each blob added."""
        roll = self.open(officer)
        for blob in voters.blobs():
            self.append(officer, roll, blob)
            progress(len(blob) // ADDRESS_BYTES)
        self.freeze(officer, roll, voters.districts)
        return roll

    def numbers(self, first_block: int) -> list[int]:
        """Numbers of all rolls ever opened."""
        return [event["args"]["roll"] for event in self._events("RollOpened", first_block)]

    def read(self, roll: int, first_block: int) -> VoterList:
        """A frozen roll as the chain keeps it: blobs by `eth_getCode`, districts from the log, its hash recomputed.

        Raises:
            InputError: the roll is not frozen.
            EvidenceMismatch: a blob or the commitment is not what the logs say.
        """
        topic = roll.to_bytes(32, "big")
        frozen = next(self._events("RollFrozen", first_block, roll=topic), None)
        if frozen is None:
            raise InputError(
                Sentence(
                    f"Roll {roll} is not frozen, or was before block {first_block}; "
                    f"`dongne ballot roll show {roll}` tells",
                    f"명부 {roll}번이 확정되지 않았거나 블록 {first_block} 이전에 확정되었습니다. "
                    f"`dongne ballot roll show {roll}`(으)로 확인하세요",
                )
            )
        voters = [
            voter
            for event in self._events("VotersAppended", first_block, roll=topic)
            for voter in self._blob(event["args"])
        ]
        districts = districts_of([(each["code"], each["voters"]) for each in frozen["args"]["districts"]])
        found = VoterList(tuple(voters), districts)
        published, computed = frozen["args"]["commitment"], found.commitment()
        if computed != published:
            raise EvidenceMismatch(
                Sentence(
                    f"Roll {roll} hashes to 0x{computed.hex()}, but 0x{published.hex()} was published: do not use it",
                    f"명부 {roll}번의 해시는 0x{computed.hex()}이지만 공고된 해시는 0x{published.hex()}입니다. "
                    "이 명부를 쓰지 마세요",
                )
            )
        return found

    def _blob(self, appended: dict[str, object]) -> list[Address]:
        blob, count = Web3.to_checksum_address(str(appended["blob"])), int(str(appended["count"]))
        code = bytes(self.chain.web3.eth.get_code(blob))
        if len(code) != 1 + count * ADDRESS_BYTES:
            raise EvidenceMismatch(
                Sentence(
                    f"Blob {blob} holds {len(code)} bytes, not the {count} voters of its log: is the node in sync?",
                    f"명부 조각 {blob}은(는) {len(code)}바이트로, 로그에 적힌 선거인 {count}명과 맞지 않습니다. "
                    "노드가 동기화되었는지 확인하세요",
                )
            )
        return [code[start : start + ADDRESS_BYTES] for start in range(1, len(code), ADDRESS_BYTES)]


def _hash_of_two(left: bytes, right: bytes) -> bytes:
    return bytes(HexBytes(Web3.keccak(left + right)))


def _as_tuples(districts: Sequence[District]) -> list[tuple[int, int]]:
    return [(district.code, district.count) for district in districts]
