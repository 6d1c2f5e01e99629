"""Tables of the vehicle registry: vehicles, their records, who writes them, restrictions of titles, and sales."""

from dataclasses import dataclass

from dongne.store.rows import Address, BlockNumber, Count, Flag, Hash, Number, Row, Seconds, Small, Wide
from dongne.store.rows import state as _state


@_state("vehicles", key=("vehicle",), indexes=(("owner",),))
@dataclass(slots=True)
class Vehicle(Row):
    """A vehicle: whose title it is, since when, and how many records it has."""

    vehicle: Hash
    owner: Address = b""
    owned_since: Seconds = 0
    registered: Seconds = 0
    records: Count = 0


@_state("records", key=("vehicle", "number"), indexes=(("kind", "occurred_at"), ("recorder",)))
@dataclass(slots=True)
class VehicleRecord(Row):
    """A record of a vehicle's history, corrected ones included.

    Attributes:
        kind: a number of `RecordKind`; `gauge` and `reason` are those of docs/formats.md.
        reason: what is found of the reading, as it stands now.
        recorder: number of the recorder; 0 for withdrawals of tainted records.
        supersedes: number of the record that this one corrects; 0 for none.
        superseded_by: number of the record that corrects this one; empty where it stands.
    """

    vehicle: Hash
    number: Count
    kind: Small = 0
    gauge: Small = 0
    outcome: Count = 0
    occurred_at: Seconds = 0
    km: Count = 0
    reason: Small = 0
    recorded_at: Seconds = 0
    recorder: Number = 0
    supersedes: Count = 0
    superseded_by: Count | None = None
    document: Hash = b""
    block: BlockNumber = 0
    transaction_hash: Hash = b""


@_state("recorders", key=("recorder",), indexes=(("number",),))
@dataclass(slots=True)
class Recorder(Row):
    """Who writes records.

    Attributes:
        number: stands for it in records.
        kinds: bit k for kind k, without the bit for changes of the gauge.
        revoked_from: everything that it recorded since then is tainted; empty where nothing is.
    """

    recorder: Address
    number: Number | None = None
    kinds: Number = 0
    gauge_changes: Flag = False
    start: Seconds = 0
    until: Seconds = 0
    revoked_from: Seconds | None = None


@_state("liens", key=("id",), indexes=(("vehicle",), ("holder",)))
@dataclass(slots=True)
class Lien(Row):
    """A restriction that keeps a title from moving: a lien, a seizure, a theft or a deregistration, by its `kind`.

    Attributes:
        holder: creditor of a lien; else the authority that opened it.
        rank: of a lien; else 0.
        amount: of a lien's claim; else 0.
        released: when; empty while it is open.
    """

    id: Number
    vehicle: Hash = b""
    holder: Address = b""
    kind: Small = 0
    rank: Wide = 0
    amount: Wide = 0
    document: Hash = b""
    opened: Seconds = 0
    released: Seconds | None = None
    release_document: Hash | None = None


@_state("sales", key=("sale",), indexes=(("vehicle",), ("seller",), ("buyer",), ("stage", "stage_since")))
@dataclass(slots=True)
class Sale(Row):
    """A sale of a vehicle on the terms that both signed.

    Attributes:
        records: number of records in the history that the parties agreed on; `head` is its head.
        price: like deposit, in the token's smallest unit; the fee in that of the currency.
        fund_by: until when the price must be paid in; then the car inspected, then the title moved.
        stage: a number of `SaleStage`.
        adverse: records that came up since and may let the buyer leave.
        warranty_stage: a number of `WarrantyStage`.
    """

    sale: Hash
    vehicle: Hash = b""
    records: Count = 0
    head: Hash = b""
    seller: Address = b""
    buyer: Address = b""
    token: Address = b""
    price: Wide = 0
    deposit: Wide = 0
    fee: Wide = 0
    fund_by: Seconds = 0
    inspect_by: Seconds = 0
    settle_by: Seconds = 0
    document: Hash = b""
    opened: Seconds = 0
    stage: Small = 0
    stage_since: Seconds = 0
    adverse: Count = 0
    warranty_stage: Small = 0
    warranty_amount: Wide = 0
