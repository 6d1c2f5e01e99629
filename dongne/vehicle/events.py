"""Events of the `VehicleRegistry` contract."""

from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress

from dongne.events import Event
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import Kind, kinds_in
from dongne.vehicle.records import Evidence, Record


@dataclass(frozen=True, slots=True)
class RegistryEvent(Event):
    """Base of the registry's events."""

    CONTRACT = "VehicleRegistry"


@dataclass(frozen=True, slots=True)
class Recorded(RegistryEvent):
    """A record was appended to a vehicle's history.

    Attributes:
        vehicle: whose history.
        record: its packed word; `evidence` unpacks it.
        document: salted hash of the document behind it; zeros where there is none.
    """

    vehicle: VehicleId
    record: int
    document: bytes

    @property
    def evidence(self) -> Evidence:
        """The record with its document's hash: what the head covers."""
        return Evidence(Record.unpack(self.record), self.document)


@dataclass(frozen=True, slots=True)
class JudgedAgain(RegistryEvent):
    """The reading of a record has another neighbour by date now, and so another finding."""

    vehicle: VehicleId
    number: int
    before: int
    reason: int


@dataclass(frozen=True, slots=True)
class RecorderNumbered(RegistryEvent):
    """A recorder got the number that stands for it in records."""

    recorder: ChecksumAddress
    number: int


@dataclass(frozen=True, slots=True)
class Accredited(RegistryEvent):
    """A recorder may write records of some kinds from `from_` until just before `until`, Unix seconds.

    Attributes:
        kinds: bit k for kind k; `scope` names them; bit 63 for changes of the gauge.
    """

    recorder: ChecksumAddress
    kinds: int
    from_: int
    until: int

    @property
    def scope(self) -> frozenset[Kind]:
        """The kinds that it may write."""
        return kinds_in(self.kinds)


@dataclass(frozen=True, slots=True)
class Revoked(RegistryEvent):
    """What a recorder wrote or writes from `from_` (Unix seconds) on is tainted."""

    recorder: ChecksumAddress
    from_: int


@dataclass(frozen=True, slots=True)
class RevocationLifted(RegistryEvent):
    """A recorder's revocation was taken back: nothing that it wrote is tainted any more."""

    recorder: ChecksumAddress


@dataclass(frozen=True, slots=True)
class Transfer(RegistryEvent):
    """A title moved, or was minted: then `from_` is the zero address (ERC-721)."""

    from_: ChecksumAddress
    to: ChecksumAddress
    token_id: int

    @property
    def vehicle(self) -> VehicleId:
        """The vehicle whose title it is."""
        return VehicleId(self.token_id.to_bytes(32, "big"))


@dataclass(frozen=True, slots=True)
class Locked(RegistryEvent):
    """A title was minted that its owner's wallet cannot move (ERC-5192)."""

    token_id: int


@dataclass(frozen=True, slots=True)
class RestrictionOpened(Event):
    """Something keeps a title from moving.

    Attributes:
        id: number of the restriction.
        vehicle: whose title.
        holder: creditor of a lien; else the authority that opened it.
        kind: a number of `Kind`.
        rank: of a lien; else 0.
        amount: of a lien's claim; else 0.
        document: salted hash of the document behind it.
    """

    CONTRACT = "VehicleLiens"

    id: int
    vehicle: VehicleId
    holder: ChecksumAddress
    kind: int
    rank: int
    amount: int
    document: bytes


@dataclass(frozen=True, slots=True)
class RestrictionReleased(Event):
    """A restriction no longer keeps the title from moving; `document` is the salted hash of why."""

    CONTRACT = "VehicleLiens"

    id: int
    vehicle: VehicleId
    document: bytes


@dataclass(frozen=True, slots=True)
class SaleOpened(Event):
    """A sale was opened; `terms` as the contract's struct has them."""

    CONTRACT = "VehicleSale"

    sale: bytes
    vehicle: VehicleId
    terms: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class StageReached(Event):
    """A sale came to a stage, a number of `SaleStage`; `by` sent it there."""

    CONTRACT = "VehicleSale"

    sale: bytes
    stage: int
    by: ChecksumAddress


@dataclass(frozen=True, slots=True)
class AdverseEvidence(Event):
    """Record `number` may be a reason for the buyer to leave."""

    CONTRACT = "VehicleSale"

    sale: bytes
    index: int
    number: int
    kind: int


@dataclass(frozen=True, slots=True)
class WarrantyReached(Event):
    """The warranty of a sale came to a stage, a number of `WarrantyStage`; `amount` in the bond's smallest unit."""

    CONTRACT = "DealerBond"

    sale: bytes
    stage: int
    amount: int
