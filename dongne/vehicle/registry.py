"""Typed client of the `VehicleRegistry` contract."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from hexbytes import HexBytes
from web3.types import TxReceipt

from dongne.chain import ContractClient
from dongne.vehicle.history import History, Witness
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import Kind, Reason, Verdict, kinds_in, mask
from dongne.vehicle.records import (
    NO_DOCUMENT,
    Entry,
    Evidence,
    Record,
    RecordItem,
    RegistrationItem,
    pack_batch,
)


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
        verdict: verdict on the last reading.
        reason: its reason.
        ever_illogical: whether any reading was ever found illogical, even if corrected since.
        ever_implausible: whether any reading ever rose faster than the plausible pace.
        gauge_ever_changed: whether the gauge or its unit was ever changed, or the vehicle imported.
        corrected: whether any record was ever superseded.
        head: running head of the history.
    """

    records: int
    last: KeptReading | None
    previous: KeptReading | None
    verdict: Verdict
    reason: Reason
    ever_illogical: bool
    ever_implausible: bool
    gauge_ever_changed: bool
    corrected: bool
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
    """

    kinds: frozenset[Kind]
    valid_from: int
    valid_until: int
    revoked_from: int | None
    number: int

    def taints(self, record: Record) -> bool:
        """Whether a record by this recorder is tainted."""
        return self.revoked_from is not None and record.recorded_at >= self.revoked_from


class VehicleRegistry(ContractClient):
    """The city's vehicle registry on one chain."""

    NAME = "VehicleRegistry"

    def plausible_km_per_day(self) -> int:
        """The pace above which a rise is implausible."""
        return int(self._call("plausibleKmPerDay"))

    def state(self, vehicle: VehicleId) -> VehicleState:
        """What the registry knows of a vehicle."""
        records, last, previous, verdict, reason, illogical, implausible, gauge, corrected, head = self._call(
            "stateOf", vehicle
        )
        return VehicleState(
            records=records,
            last=_kept(last),
            previous=_kept(previous),
            verdict=Verdict(verdict),
            reason=Reason(reason),
            ever_illogical=illogical,
            ever_implausible=implausible,
            gauge_ever_changed=gauge,
            corrected=corrected,
            head=bytes(head),
        )

    def head(self, vehicle: VehicleId) -> bytes:
        """Running head of a vehicle's history; zero where it is not registered."""
        return bytes(self._call("headOf", vehicle))

    def owner_of(self, vehicle: VehicleId) -> ChecksumAddress:
        """Holder of the title.

        Raises:
            ContractRefused: the vehicle is not registered.
        """
        owner: ChecksumAddress = self._call("ownerOf", int.from_bytes(vehicle, "big"))
        return owner

    def accreditation(self, recorder: ChecksumAddress) -> Accreditation:
        """A recorder's accreditation."""
        kinds, valid_from, valid_until, revoked_from, number = self._call("accreditationOf", recorder)
        return Accreditation(kinds_in(kinds), valid_from, valid_until, revoked_from or None, number)

    def recorder_of(self, number: int) -> ChecksumAddress:
        """The address that a record's recorder number stands for; the zero address where it is not given."""
        recorder: ChecksumAddress = self._call("recorderOf", number)
        return recorder

    def accredit(
        self, officer: LocalAccount, recorder: ChecksumAddress, kinds: frozenset[Kind], start: int, until: int
    ) -> TxReceipt:
        """Let a recorder write `kinds` in [start, until) (accreditor)."""
        return self._send(officer, "accredit", recorder, mask(kinds), start, until)

    def revoke(self, officer: LocalAccount, recorder: ChecksumAddress, since: int) -> TxReceipt:
        """End a recorder's accreditation and taint all it recorded since (accreditor)."""
        return self._send(officer, "revoke", recorder, since)

    def register(self, registrar: LocalAccount, item: RegistrationItem) -> TxReceipt:
        """Enter a vehicle and mint its title (registrar)."""
        return self._send(registrar, "register", item.vehicle, item.owner, item.entry.word(), item.document)

    def register_batch(self, registrar: LocalAccount, items: Sequence[RegistrationItem]) -> TxReceipt:
        """Enter many vehicles, all or none (registrar)."""
        return self._send(registrar, "registerBatch", pack_batch(items))

    def transfer_title(
        self,
        registrar: LocalAccount,
        vehicle: VehicleId,
        to: ChecksumAddress,
        entry: Entry,
        document: bytes = NO_DOCUMENT,
    ) -> TxReceipt:
        """Move the title and record the change of owner (registrar)."""
        return self._send(registrar, "transferTitle", vehicle, to, entry.word(), document)

    def record(self, recorder: LocalAccount, item: RecordItem) -> TxReceipt:
        """Append a record."""
        return self._send(recorder, "record", item.vehicle, item.entry.word(), item.document)

    def record_batch(self, recorder: LocalAccount, items: Sequence[RecordItem]) -> TxReceipt:
        """Append many records in order, all or none."""
        return self._send(recorder, "recordBatch", pack_batch(items))

    def correct(
        self, recorder: LocalAccount, item: RecordItem, witness: Witness, *, as_registrar: bool = False
    ) -> TxReceipt:
        """Supersede the witnessed record by a new one; as its own recorder, or as the registrar."""
        function = "correctAsRegistrar" if as_registrar else "correct"
        return self._send(recorder, function, item.vehicle, item.entry.word(), item.document, witness.argument())

    def history(self, vehicle: VehicleId, first_block: int, last_block: int | None = None) -> History:
        """A vehicle's history from the chain's logs; `first_block` is that of the deployment."""
        found = tuple(evidence for _, evidence in self._recorded(first_block, last_block, vehicle))
        return History(vehicle, found, self._tainted(found, {}))

    def histories(self, first_block: int, last_block: int | None = None) -> dict[VehicleId, History]:
        """The histories of all vehicles, in one pass over the logs."""
        found: dict[VehicleId, list[Evidence]] = {}
        for vehicle, evidence in self._recorded(first_block, last_block):
            found.setdefault(vehicle, []).append(evidence)
        known: dict[int, Accreditation] = {}
        return {
            vehicle: History(vehicle, tuple(evidence), self._tainted(evidence, known))
            for vehicle, evidence in found.items()
        }

    def _recorded(
        self, first_block: int, last_block: int | None, vehicle: VehicleId | None = None
    ) -> Iterator[tuple[VehicleId, Evidence]]:
        """Decodes by hand: a generic decoder takes most of the time that a long history takes to read."""
        topics = [HexBytes(self.contract.events.Recorded().topic), *([HexBytes(vehicle)] if vehicle else [])]
        for log in self.chain.logs(self.address, topics, first_block, last_block):
            data = bytes(log["data"])
            record = Record.unpack(int.from_bytes(data[:32], "big"))
            yield VehicleId(bytes(log["topics"][1])), Evidence(record, data[32:64])

    def _tainted(self, evidence: Sequence[Evidence], known: dict[int, Accreditation]) -> frozenset[int]:
        """Numbers of tainted records; `known` remembers the recorders looked up so far."""
        for number in {each.record.recorder for each in evidence} - known.keys():
            known[number] = self.accreditation(self.recorder_of(number))
        return frozenset(each.record.number for each in evidence if known[each.record.recorder].taints(each.record))


def _kept(raw: tuple[int, int, int]) -> KeptReading | None:
    number, occurred_at, km = raw
    return KeptReading(number, occurred_at, km) if number else None
