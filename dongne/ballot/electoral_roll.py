"""Typed client of the `ElectoralRoll` contract."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.ballot.editions import Edition, unpack_struck
from dongne.ballot.errors import BlobDiffers, NoSuchRoll, RollHashDiffers, RollStillOpen
from dongne.ballot.events import RollAmended, RollFrozen, RollOpened, VotersAppended, VotersStruck
from dongne.ballot.gas import append_gas
from dongne.ballot.rolls import ADDRESS_BYTES, Address, District, VoterList, as_tuples
from dongne.chain import Call
from dongne.contract import ContractClient

_MOST_ROLLS = 2**32 - 1


@dataclass(frozen=True, slots=True)
class RollState:
    """A roll as the contract sees it.

    Attributes:
        voters: how many it has who are not struck.
        frozen: whether it is complete.
        commitment: 32 bytes; covers voters and, once frozen, districts.
        usable_from: Unix seconds from which polls can be opened on it; 0 while it grows.
        withdrawn: whether no more polls can be opened on it.
    """

    voters: int
    frozen: bool
    commitment: bytes
    usable_from: int = 0
    withdrawn: bool = False


class ElectoralRoll(ContractClient):
    """The city's electoral rolls on one chain."""

    NAME = "ElectoralRoll"

    def open(self) -> Call:
        """Open a roll (roll officer); `opened_in` tells its number."""
        return self._write("open")

    def opened_in(self, receipt: TxReceipt) -> int:
        """Number of the roll that a transaction opened."""
        return self.events_of(receipt, RollOpened)[0].roll

    def amend(self, base: int, added: int) -> Call:
        """Open an edition of a frozen roll that will append so many voters (roll officer)."""
        return self._write("amend", base, added)

    def amended_in(self, receipt: TxReceipt) -> RollAmended:
        """The log of the edition that a transaction opened."""
        return self.events_of(receipt, RollAmended)[0]

    def strike(self, roll: int, page: int, packed: bytes) -> Call:
        """Strike one page of voters from an edition (roll officer)."""
        return self._write("strike", roll, page, packed)

    def append(self, roll: int, blob: bytes) -> Call:
        """Append one blob of packed addresses (roll officer)."""
        return replace(self._write("append", roll, blob), gas=append_gas(len(blob) // ADDRESS_BYTES))

    def appended_in(self, receipt: TxReceipt) -> VotersAppended:
        """The log of the voters that a transaction appended."""
        return self.events_of(receipt, VotersAppended)[0]

    def freeze(self, roll: int, districts: Sequence[District]) -> Call:
        """Complete a roll (roll officer)."""
        return self._write("freeze", roll, as_tuples(districts))

    def withdraw(self, roll: int, document: bytes, uri: str) -> Call:
        """Withdraw a roll after an objection, within its objection period (roll officer).

        Args:
            document: keccak256 of the document that gives the reason.
            uri: where it can be had.
        """
        return self._write("withdraw", roll, document, uri)

    def prove_duplicate(self, roll: int, first: int, second: int) -> Call:
        """Prove that two indices of a frozen roll have the same address (anyone): no more polls can use it."""
        return self._write("proveDuplicate", roll, first, second)

    def objection_period(self) -> int:
        """Seconds between the freezing of a roll and its first use."""
        return int(self._read("objectionPeriod"))

    def state(self, roll: int) -> RollState:
        """What the contract says of a roll.

        Raises:
            NoSuchRoll: no roll can have that number.
            ContractRefused: there is none of that number.
        """
        _check_number(roll)
        return self.states([roll])[0]

    def states(self, rolls: Sequence[int]) -> list[RollState]:
        """The same of several rolls, in JSON-RPC batches."""
        numbers = [(roll,) for roll in rolls]
        names = ("voters", "isFrozen", "commitment", "usableFrom", "isWithdrawn")
        found = (self._read_many(name, numbers) for name in names)
        return [RollState(*state) for state in zip(*found, strict=True)]

    def commitment(self, roll: int) -> bytes:
        """The roll's hash so far; the final one once it is frozen."""
        return bytes(self._read("commitment", roll))

    def voter_at(self, roll: int, index: int) -> ChecksumAddress:
        """Address of one voter."""
        address: ChecksumAddress = self._read("voterAt", roll, index)
        return address

    def numbers(self) -> list[int]:
        """Numbers of all rolls ever opened.

        Raises:
            NoContractThere: there are none because there is no contract.
        """
        opened = [event.roll for event in self.events(RollOpened)]
        if not opened and not self.chain.code(self.address):
            raise self.chain.no_contract()
        return opened

    def frozen(self) -> dict[int, RollFrozen]:
        """Every frozen roll, by number."""
        return {event.roll: event for event in self.events(RollFrozen)}

    def districts(self, roll: int) -> tuple[District, ...]:
        """Districts of a frozen roll, from the logs of its freezing and of the rolls that it amends.

        Raises:
            RollStillOpen: the roll is not frozen.
        """
        own = self._frozen(roll).layout()
        amended = self.amendment(roll)
        if amended is None:
            return own
        shifted = (replace(district, first=district.first + amended.first) for district in own)
        return (*self.districts(amended.base), *shifted)

    def amendment(self, roll: int) -> RollAmended | None:
        """What makes a roll an edition; None if it amends none."""
        return next(self.events(RollAmended, roll=roll), None)

    def depth(self, roll: int) -> int:
        """How many editions a roll's lineage has, the roll itself included; 0 of a roll that amends none."""
        return int(self._read("editionOf", roll)[1])

    def editions(self, base: int) -> list[RollAmended]:
        """The editions that amend a roll, frozen or not."""
        return list(self.events(RollAmended, base=base))

    def bases(self) -> dict[int, int]:
        """The roll that each edition amends, by the edition's number."""
        return {event.roll: event.base for event in self.events(RollAmended)}

    def standing_editions(self, base: int) -> list[int]:
        """The editions that amend a roll and that polls may use, now or after their objection period."""
        numbers = [event.roll for event in self.editions(base)]
        states = zip(numbers, self.states(numbers), strict=True)
        return [roll for roll, state in states if state.frozen and not state.withdrawn]

    def latest_edition(self, roll: int) -> int:
        """The roll that came of a roll by all its editions so far; itself where none amends it."""
        editions = self.standing_editions(roll)
        return self.latest_edition(editions[-1]) if editions else roll

    def voters_in(self, roll: int, ranges: Sequence[tuple[int, int]]) -> list[int]:
        """How many voters of a roll are in each of some ranges of (first index, count), the struck left out."""
        return [int(count) for count in self._read_many("votersIn", [(roll, *each) for each in ranges])]

    def struck(self, roll: int) -> int:
        """How many indices are struck from a roll."""
        return int(self._read("struckFrom", roll))

    def read(self, roll: int) -> VoterList:
        """A frozen roll as the chain keeps it: blobs and pages by `eth_getCode`, districts from the log, its hash
        recomputed; of an edition, the same of every roll that it amends.

        Raises:
            RollStillOpen: the roll is not frozen.
            EvidenceMismatch: a blob, a page or a commitment is not what the logs say.
        """
        frozen = self._frozen(roll)
        own = VoterList(self._voters(roll), frozen.layout())
        amended = self.amendment(roll)
        edition = None
        if amended is not None:
            edition = Edition(self.read(amended.base), amended.first, self._struck(roll), own)
        computed = (edition or own).commitment()
        if computed != frozen.commitment:
            raise RollHashDiffers(roll, computed, frozen.commitment)
        return edition.roll() if edition else own

    def _frozen(self, roll: int) -> RollFrozen:
        _check_number(roll)
        frozen = next(self.events(RollFrozen, roll=roll), None)
        if frozen is None:
            self.state(roll)  # refuses a number that no roll has
            raise RollStillOpen(roll)
        return frozen

    def _voters(self, roll: int) -> tuple[Address, ...]:
        appended = list(self.events(VotersAppended, roll=roll))
        codes = self.chain.batch([("eth_getCode", [event.blob, "latest"]) for event in appended])
        with self.chain.answers():
            blobs = [_voters_of(event, bytes.fromhex(code[2:])) for event, code in zip(appended, codes, strict=True)]
        return tuple(voter for blob in blobs for voter in blob)

    def stored(self, roll: int) -> list[tuple[ChecksumAddress, bytes]]:
        """What a roll itself stores, with its addresses: pages of struck voters, then blobs of voters."""
        struck, appended = self.events(VotersStruck, roll=roll), self.events(VotersAppended, roll=roll)
        there = [*(event.blob for event in struck), *(event.blob for event in appended)]
        codes = self.chain.batch([("eth_getCode", [blob, "latest"]) for blob in there])
        with self.chain.answers():
            return [(blob, bytes.fromhex(code[4:])) for blob, code in zip(there, codes, strict=True)]

    def _struck(self, roll: int) -> frozenset[int]:
        pages = list(self.events(VotersStruck, roll=roll))
        codes = self.chain.batch([("eth_getCode", [event.blob, "latest"]) for event in pages])
        with self.chain.answers():
            struck = [
                unpack_struck(event.page, bytes.fromhex(code[2:])) for event, code in zip(pages, codes, strict=True)
            ]
            return frozenset(index for some in struck for index in some)


def _voters_of(appended: VotersAppended, code: bytes) -> list[Address]:
    if len(code) != 1 + appended.count * ADDRESS_BYTES:
        raise BlobDiffers(appended.blob, len(code), appended.count)
    return [code[start : start + ADDRESS_BYTES] for start in range(1, len(code), ADDRESS_BYTES)]


def _check_number(roll: int) -> None:
    if not 1 <= roll <= _MOST_ROLLS:
        raise NoSuchRoll(roll)
