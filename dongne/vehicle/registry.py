"""Typed client of the `VehicleRegistry` contract."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress

from dongne.chain import Call
from dongne.contract import ContractClient
from dongne.vehicle.events import Recorded
from dongne.vehicle.history import History, Witness
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import Kind, Reason, Verdict, allows_gauge_changes, kinds_in, mask
from dongne.vehicle.paces import Paces
from dongne.vehicle.records import (
    NO_DOCUMENT,
    STRUCK_BY,
    Entry,
    Evidence,
    Record,
    RecordItem,
    RegistrationItem,
    pack_batch,
)

Seen = Callable[[int], None]
"""Hears how many more blocks have been read."""


@dataclass(frozen=True, slots=True)
class KeptReading:
    """A reading that the registry keeps for comparison.

    Attributes:
        number: the record that made it.
        occurred_at: Unix seconds.
        km: kilometres.
    """

    number: int
    occurred_at: int
    km: int


@dataclass(frozen=True, slots=True)
class VehicleState:
    """A vehicle as the registry knows it.

    Attributes:
        records: number of records; 0 where it is not registered.
        last: latest reading by date that stands.
        previous: the one before it by date, as far as kept.
        verdict: verdict on the series of standing readings.
        reason: what is found about the last reading.
        illogical: how many standing readings are illogical; 4,095 stands for all above.
        gauge_changes: how many standing records changed the gauge; 255 stands for all above.
        ever_illogical: whether any reading was ever found illogical, even if corrected since.
        ever_implausible: whether any reading ever rose faster than the plausible pace.
        gauge_ever_changed: whether the gauge or its unit was ever changed, or the vehicle imported.
        corrected: whether any record was ever superseded.
        brands: kinds of standing records that brand the vehicle, such as a flood.
        restrictions: how many liens, seizures and the like keep the title from moving.
        vehicle_class: class of the vehicle, by whose pace its readings are judged.
        head: running head of the history.
    """

    records: int
    last: KeptReading | None
    previous: KeptReading | None
    verdict: Verdict
    reason: Reason
    illogical: int
    gauge_changes: int
    ever_illogical: bool
    ever_implausible: bool
    gauge_ever_changed: bool
    corrected: bool
    brands: frozenset[Kind]
    restrictions: int
    vehicle_class: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Accreditation:
    """What a recorder may write, and since when it is not to be trusted.

    Attributes:
        kinds: kinds of records that it may write.
        valid_from: first Unix second.
        valid_until: first Unix second after it.
        revoked_from: Unix second from which its records are tainted; None while it is not revoked.
        number: its number in records; 0 where it never wrote nor was accredited.
        gauge_changes: whether it may record that a gauge changed.
    """

    kinds: frozenset[Kind]
    valid_from: int
    valid_until: int
    revoked_from: int | None
    number: int
    gauge_changes: bool = False

    def taints(self, record: Record) -> bool:
        """Whether a record by this recorder is tainted."""
        return self.taints_at(record.recorded_at)

    def taints_at(self, recorded_at: int) -> bool:
        """Whether what this recorder wrote at a time (Unix seconds) is tainted."""
        return self.revoked_from is not None and recorded_at >= self.revoked_from


class VehicleRegistry(ContractClient):
    """The city's vehicle registry on one chain."""

    NAME = "VehicleRegistry"

    def paces(self) -> Paces:
        """The paces above which a rise is implausible, by class of vehicles."""
        return Paces.unpack(self._read("paces"))

    def state(self, vehicle: VehicleId, block: int | None = None) -> VehicleState:
        """What the registry knows of a vehicle."""
        raw = self._read("stateOf", vehicle, block=block)
        (
            records,
            last,
            previous,
            verdict,
            reason,
            illogical,
            gauge_changes,
            *ever,
            corrected,
            brands,
            restrictions,
            vehicle_class,
            head,
        ) = raw
        return VehicleState(
            records=records,
            last=_kept(last),
            previous=_kept(previous),
            verdict=Verdict(verdict),
            reason=Reason(reason),
            illogical=illogical,
            gauge_changes=gauge_changes,
            ever_illogical=ever[0],
            ever_implausible=ever[1],
            gauge_ever_changed=ever[2],
            corrected=corrected,
            brands=kinds_in(brands),
            restrictions=restrictions,
            vehicle_class=vehicle_class,
            head=bytes(head),
        )

    def head(self, vehicle: VehicleId, block: int | None = None) -> bytes:
        """Running head of a vehicle's history; zero where it is not registered."""
        return bytes(self._read("headOf", vehicle, block=block))

    def heads(self, vehicles: Sequence[VehicleId], block: int | None = None) -> dict[VehicleId, bytes]:
        """Running heads of many vehicles, in JSON-RPC batches; zero where one is not registered."""
        answers = self._read_many("headOf", [(vehicle,) for vehicle in vehicles], block)
        return {vehicle: bytes(head) for vehicle, head in zip(vehicles, answers, strict=True)}

    def owner_of(self, vehicle: VehicleId, block: int | None = None) -> ChecksumAddress:
        """Holder of the title.

        Raises:
            ContractRefused: the vehicle is not registered.
        """
        owner: ChecksumAddress = self._read("ownerOf", int.from_bytes(vehicle, "big"), block=block)
        return owner

    def owners_of(self, vehicles: Sequence[VehicleId], block: int | None = None) -> dict[VehicleId, ChecksumAddress]:
        """Holders of many titles, in JSON-RPC batches.

        Raises:
            ContractRefused: one of the vehicles is not registered.
        """
        owners = self._read_many("ownerOf", [(int.from_bytes(vehicle, "big"),) for vehicle in vehicles], block)
        return dict(zip(vehicles, owners, strict=True))

    def superseded_by(self, vehicle: VehicleId, number: int) -> int:
        """Number of the record that corrects or withdraws a record; 0 while that stands."""
        return int(self._read("supersededBy", vehicle, number))

    def accreditation(self, recorder: ChecksumAddress) -> Accreditation:
        """A recorder's accreditation."""
        return _accreditation(self._read("accreditationOf", recorder))

    def recorder_of(self, number: int) -> ChecksumAddress:
        """The address that a record's recorder number stands for; the zero address where it is not given."""
        recorder: ChecksumAddress = self._read("recorderOf", number)
        return recorder

    def recorder_count(self) -> int:
        """How many recorders have a number; they are 1 to this."""
        return int(self._read("recorders"))

    def recorders(self, numbers: Sequence[int], block: int | None = None) -> dict[int, ChecksumAddress]:
        """The addresses that recorder numbers stand for, in JSON-RPC batches."""
        return dict(zip(numbers, self._read_many("recorderOf", [(each,) for each in numbers], block), strict=True))

    def accreditations(
        self, recorders: Sequence[ChecksumAddress], block: int | None = None
    ) -> dict[ChecksumAddress, Accreditation]:
        """Accreditations of many recorders, in JSON-RPC batches."""
        answers = self._read_many("accreditationOf", [(recorder,) for recorder in recorders], block)
        return {recorder: _accreditation(answer) for recorder, answer in zip(recorders, answers, strict=True)}

    def accredit(
        self, recorder: ChecksumAddress, kinds: frozenset[Kind], start: int, until: int, *, gauge_changes: bool = False
    ) -> Call:
        """Let a recorder write `kinds` in [start, until), Unix seconds, and that a gauge changed (accreditor)."""
        return self._write("accredit", recorder, mask(kinds, gauge_changes=gauge_changes), start, until)

    def revoke(self, recorder: ChecksumAddress, since: int) -> Call:
        """End a recorder's accreditation and taint all it recorded since, Unix seconds (accreditor)."""
        return self._write("revoke", recorder, since)

    def lift_revocation(self, recorder: ChecksumAddress) -> Call:
        """Take back a revocation that was a mistake or an attack (administrator)."""
        return self._write("liftRevocation", recorder)

    def register(self, item: RegistrationItem) -> Call:
        """Enter a vehicle and mint its title (registrar)."""
        return self._write("register", item.vehicle, item.owner, item.entry.word(), item.document)

    def register_batch(self, items: Sequence[RegistrationItem]) -> Call:
        """Enter many vehicles, all or none (registrar)."""
        return self._write("registerBatch", pack_batch(items))

    def transfer_title(
        self, vehicle: VehicleId, to: ChecksumAddress, entry: Entry, document: bytes = NO_DOCUMENT
    ) -> Call:
        """Move the title and record the change of owner, without a reading (title officer)."""
        return self._write("transferTitle", vehicle, to, entry.word(), document)

    def record(self, item: RecordItem) -> Call:
        """Append a record."""
        return self._write("record", item.vehicle, item.entry.word(), item.document)

    def record_batch(self, items: Sequence[RecordItem]) -> Call:
        """Append many records in order, all or none."""
        return self._write("recordBatch", pack_batch(items))

    def correct(self, item: RecordItem, witness: Witness, *, as_officer: bool = False) -> Call:
        """Supersede the witnessed record by a new one; as its own recorder, or as the history officer."""
        function = "correctAsOfficer" if as_officer else "correct"
        return self._write(function, item.vehicle, item.entry.word(), item.document, witness.argument())

    def strike(self, vehicle: VehicleId, witness: Witness) -> Call:
        """Withdraw a tainted record and take back what it had superseded; anyone may."""
        return self._write("strike", vehicle, witness.argument())

    def recorded(
        self, vehicle: VehicleId | None = None, *, last: int | None = None, seen: Seen | None = None
    ) -> Iterator[Recorded]:
        """Every record since the deployment until block `last`, in order; those of one vehicle if one is given."""
        reached = self.entry.block
        for event in self.events(Recorded, last=last, vehicle=vehicle):
            if seen is not None and event.at.block > reached:
                seen(event.at.block - reached)
                reached = event.at.block
            yield event

    def history(self, vehicle: VehicleId, last: int | None = None, seen: Seen | None = None) -> History:
        """A vehicle's history from the chain's logs, until block `last`."""
        found = tuple(event.evidence for event in self.recorded(vehicle, last=last, seen=seen))
        return History(vehicle, found, _tainted(found, self._accreditations_by_number(found, last)))

    def verified_history(self, vehicle: VehicleId, seen: Seen | None = None, block: int | None = None) -> History:
        """The same, proven complete and unaltered by the head that the registry states; empty if not registered.

        Args:
            vehicle: whose history.
            seen: hears how many more blocks have been read.
            block: as of which block; the latest where none is named.

        Raises:
            EvidenceMismatch: a record is missing, altered or out of order.
        """
        block = self.chain.block_number() if block is None else block
        head = self.head(vehicle, block)
        found = self.history(vehicle, block, seen)
        if found.evidence or any(head):
            found.verify(head)
        return found

    def histories(self, last: int | None = None, seen: Seen | None = None) -> dict[VehicleId, History]:
        """The histories of all vehicles, in one pass over the logs."""
        found: dict[VehicleId, list[Evidence]] = {}
        for event in self.recorded(last=last, seen=seen):
            found.setdefault(event.vehicle, []).append(event.evidence)
        known = self._accreditations_by_number([each for history in found.values() for each in history], last)
        return {
            vehicle: History(vehicle, tuple(evidence), _tainted(evidence, known)) for vehicle, evidence in found.items()
        }

    def untainted(self, events: Sequence[Recorded]) -> list[bool]:
        """Whether each of some records counts, as far as its recorder goes."""
        evidence = [event.evidence for event in events]
        known = self._accreditations_by_number(evidence, None)
        return [
            each.record.recorder == STRUCK_BY or not known[each.record.recorder].taints(each.record)
            for each in evidence
        ]

    def _accreditations_by_number(self, evidence: Sequence[Evidence], block: int | None) -> dict[int, Accreditation]:
        """Accreditations of all who wrote these records, by their numbers."""
        addresses = self.recorders(sorted({each.record.recorder for each in evidence}), block)
        accreditations = self.accreditations(list(addresses.values()), block)
        return {number: accreditations[address] for number, address in addresses.items()}


def _tainted(evidence: Sequence[Evidence], known: dict[int, Accreditation]) -> frozenset[int]:
    """Numbers of tainted records; `known` has the accreditation of each recorder's number."""
    # Nobody's number stands for strikes, which nobody taints.
    return frozenset(
        each.record.number
        for each in evidence
        if each.record.recorder != STRUCK_BY and known[each.record.recorder].taints(each.record)
    )


def _accreditation(raw: tuple[int, int, int, int, int]) -> Accreditation:
    kinds, valid_from, valid_until, revoked_from, number = raw
    gauge_changes = allows_gauge_changes(kinds)
    return Accreditation(kinds_in(kinds), valid_from, valid_until, revoked_from or None, number, gauge_changes)


def _kept(raw: tuple[int, int, int]) -> KeptReading | None:
    number, occurred_at, km = raw
    return KeptReading(number, occurred_at, km) if number else None
