"""Typed client of the `VehicleSale` contract."""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress

from dongne.chain import Call
from dongne.contract import SigningClient
from dongne.vehicle.identity import VehicleId
from dongne.vehicle.kinds import Kind
from dongne.vehicle.messages import SaleTerms
from dongne.vehicle.records import Evidence
from dongne.words import SaleStage

Stage = SaleStage
"""Where a sale stands."""

RUNNING = (Stage.OFFERED, Stage.FUNDED, Stage.INSPECTED, Stage.CONFIRMED, Stage.DISPUTED)
"""Stages of a sale that has not ended."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sale has come.

    Attributes:
        stage: where it stands.
        exited: whether the buyer left over adverse evidence: only the deposit is still held.
        by_buyer: disputed: whether the buyer called the arbiter.
        caught_up: confirmed: whether every record until the end of the buyer's day was seen: later ones delay nothing.
        reviewed: number of the last record that the sale has seen.
        inspection: number of the inspection's record; 0 where there is none, or it was withdrawn.
        km: reading of the inspection.
        outcome: outcome of the inspection: what it found.
        inspector: recorder's number of the inspection.
        inspected_at: Unix seconds at which the inspection was recorded.
        adverse: how many adverse records were seen, without those dismissed.
        until: confirmed: when anyone can release it; disputed: when the arbiter's time ends; released: when it was.
        head: head of the history after record `reviewed`.
    """

    stage: Stage
    exited: bool
    by_buyer: bool
    caught_up: bool
    reviewed: int
    inspection: int
    km: int
    outcome: int
    inspector: int
    inspected_at: int
    adverse: int
    until: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Adverse:
    """A record after the agreed history that lets the buyer leave.

    Attributes:
        index: what `exit` takes.
        number: of the record.
        kind: what it says.
        recorder: number of whoever wrote it.
        recorded_at: Unix seconds.
        dismissed: whether it was dismissed because its recorder is revoked.
    """

    index: int
    number: int
    kind: Kind
    recorder: int
    recorded_at: int
    dismissed: bool


class VehicleSale(SigningClient):
    """Holds the price of a used car until its title moves."""

    NAME = "VehicleSale"

    def open(self, terms: SaleTerms, seller_signature: bytes, buyer_signature: bytes) -> Call:
        """Open a sale that both parties have signed; anyone may."""
        return self._write("open", terms.argument(), seller_signature, buyer_signature)

    def fund(self, terms: SaleTerms) -> Call:
        """Take price and fee, which the buyer has approved; anyone may."""
        return self._write("fund", terms.argument())

    def review(self, terms: SaleTerms, evidence: Sequence[Evidence]) -> Call:
        """Show the sale what was recorded since: up to the head, or to a record whose number is a multiple of 32."""
        return self._write("review", terms.argument(), [(each.record.pack(), each.document) for each in evidence])

    def dismiss(self, terms: SaleTerms, indices: Sequence[int]) -> Call:
        """Dismiss adverse evidence by recorders that were revoked since; anyone may."""
        return self._write("dismiss", terms.argument(), list(indices))

    def confirm(self, terms: SaleTerms) -> Call:
        """Confirm that the papers are in order (sale officer)."""
        return self._write("confirm", terms.argument())

    def release(self, terms: SaleTerms) -> Call:
        """Move title and price: the buyer at once, anyone a day after the confirmation."""
        return self._write("release", terms.argument())

    def cancel(self, terms: SaleTerms) -> Call:
        """End a sale; a buyer who has paid leaves the deposit to the seller (seller or buyer)."""
        return self._write("cancel", terms.argument())

    def exit(self, terms: SaleTerms, index: int) -> Call:
        """Leave over adverse evidence (buyer)."""
        return self._write("exit", terms.argument(), index)

    def dispute(self, terms: SaleTerms) -> Call:
        """Call the arbiter; if that stays silent, the sale ends as if the caller had cancelled (seller or buyer)."""
        return self._write("dispute", terms.argument())

    def decide(self, terms: SaleTerms, to_seller: int) -> Call:
        """Decide a dispute: the seller gets so much of the deposit, the buyer all the rest (arbiter)."""
        return self._write("decide", terms.argument(), to_seller)

    def time_out(self, terms: SaleTerms) -> Call:
        """Send everything back to the buyer where a deadline has passed; anyone may."""
        return self._write("timeOut", terms.argument())

    def withdraw(self, token: ChecksumAddress, account: ChecksumAddress) -> Call:
        """Pay out what is owed to an account; anyone may."""
        return self._write("withdraw", token, account)

    def allow_token(self, token: ChecksumAddress, *, allowed: bool) -> Call:
        """Allow or forbid money for later sales (sale supervisor)."""
        return self._write("allowToken", token, allowed)

    def set_fee(self, fee: int, recipient: ChecksumAddress) -> Call:
        """Set the fee of later sales, in base units of the currency, and who gets it (sale supervisor)."""
        return self._write("setFee", fee, recipient)

    def sale_of(self, terms: SaleTerms) -> bytes:
        """Number of the sale on these terms."""
        return bytes(self._read("saleOf", terms.argument()))

    def progress(self, sale: bytes) -> Progress:
        """How far a sale has come."""
        stage, *numbers, head = self._read("progressOf", sale)
        exited, by_buyer, caught_up, reviewed, *inspected, adverse, until = numbers
        inspection, km, outcome, inspector, inspected_at = inspected
        return Progress(
            stage=Stage(stage),
            exited=exited,
            by_buyer=by_buyer,
            caught_up=caught_up,
            reviewed=reviewed,
            inspection=inspection,
            km=km,
            outcome=outcome,
            inspector=inspector,
            inspected_at=inspected_at,
            adverse=adverse,
            until=until,
            head=bytes(head),
        )

    def adverse(self, sale: bytes) -> list[Adverse]:
        """The records that let the buyer leave."""
        indices = range(int(self._read("adverseCount", sale)))
        found = self._read_many("adverseOf", [(sale, index) for index in indices])
        return [
            Adverse(index, number, Kind(kind), recorder, recorded_at, dismissed)
            for index, (number, recorder, recorded_at, kind, dismissed) in zip(indices, found, strict=True)
        ]

    def running_sale(self, vehicle: VehicleId) -> bytes | None:
        """The sale of a vehicle that is running; None where there is none."""
        sale = bytes(self._read("runningSale", vehicle))
        return sale if any(sale) else None

    def owed(self, token: ChecksumAddress, account: ChecksumAddress) -> int:
        """What an account can withdraw, in the token's smallest unit."""
        return int(self._read("owed", token, account))

    def is_allowed(self, token: ChecksumAddress) -> bool:
        """Whether sales may be paid in a token."""
        return bool(self._read("isAllowed", token))

    def fee(self) -> int:
        """The fee of sales that are opened now, in base units of the currency."""
        return int(self._read("fee"))
