"""Typed client of the `VehicleLiens` contract."""

from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.contract import SigningClient
from dongne.vehicle.events import RestrictionOpened
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import Kind
from dongne.vehicle.messages import OpenLien


@dataclass(frozen=True, slots=True)
class Restriction:
    """Something that keeps a title from moving.

    Attributes:
        id: its number.
        vehicle: whose title.
        holder: creditor of a lien; else the authority that opened it.
        kind: lien, seizure, provisional disposition, theft, deregistration, export or scrap.
        rank: of a lien, 1 for the vehicle's first; 0 for other restrictions.
    """

    id: int
    vehicle: VehicleId
    holder: ChecksumAddress
    kind: Kind
    rank: int


class VehicleLiens(SigningClient):
    """Liens, seizures and whatever else keeps a title from moving."""

    NAME = "VehicleLiens"

    def open_lien(self, lien: OpenLien, debtor_signature: bytes, creditor_signature: bytes) -> Call:
        """Enter a lien to which owner and creditor have agreed (lien officer)."""
        terms = (lien.vehicle, lien.debtor, lien.creditor, lien.amount, lien.document)
        return self._write("openLien", *terms, debtor_signature, creditor_signature)

    def release_lien(self, number: int, document: bytes, signature: bytes) -> Call:
        """Release a lien by its creditor's signature; anyone may."""
        return self._write("releaseLien", number, document, signature)

    def discharge_lien(self, number: int, document: bytes) -> Call:
        """Discharge a lien by a court's judgment, where the creditor cannot sign any more (administrator)."""
        return self._write("dischargeLien", number, document)

    def seize(self, vehicle: VehicleId, kind: Kind, document: bytes) -> Call:
        """Seize a vehicle, or forbid its sale for the time being (seizing authority)."""
        return self._write("seize", vehicle, kind, document)

    def release_seizure(self, number: int, document: bytes) -> Call:
        """Release a seizure or a provisional disposition (seizing authority)."""
        return self._write("releaseSeizure", number, document)

    def report_theft(self, vehicle: VehicleId, since: int, document: bytes) -> Call:
        """Report a vehicle as stolen at `since`, Unix seconds (police)."""
        return self._write("reportTheft", vehicle, since, document)

    def report_found(self, number: int, document: bytes) -> Call:
        """Report that a stolen vehicle was found (police)."""
        return self._write("reportFound", number, document)

    def deregister(self, vehicle: VehicleId, kind: Kind, document: bytes) -> Call:
        """Take a vehicle off the road: deregistered, exported or scrapped (registrar)."""
        return self._write("deregister", vehicle, kind, document)

    def reinstate(self, number: int, document: bytes) -> Call:
        """Put a deregistered vehicle back on the register (registrar)."""
        return self._write("reinstate", number, document)

    def opened_in(self, receipt: TxReceipt) -> int:
        """Number of the restriction that a transaction opened."""
        return self.events_of(receipt, RestrictionOpened)[0].id

    def restriction(self, number: int) -> Restriction | None:
        """An open restriction; None where it was released, or never opened."""
        return _restriction(number, self._read("restrictionOf", number))

    def restrictions_of(self, vehicle: VehicleId) -> list[Restriction]:
        """The open restrictions of a vehicle, in the order in which they were opened."""
        numbers = [event.id for event in self.events(RestrictionOpened, vehicle=vehicle)]
        found = self._read_many("restrictionOf", [(number,) for number in numbers])
        every = (_restriction(number, raw) for number, raw in zip(numbers, found, strict=True))
        return [each for each in every if each is not None]

    def next_rank(self, vehicle: VehicleId) -> int:
        """The rank of the vehicle's next lien."""
        return int(self._read("lastRank", vehicle)) + 1


def _restriction(number: int, raw: tuple[Any, ...]) -> Restriction | None:
    vehicle, holder, kind, rank = raw
    if not int(holder, 16):
        return None
    return Restriction(number, VehicleId(bytes(vehicle)), to_checksum_address(holder), Kind(kind), rank)
