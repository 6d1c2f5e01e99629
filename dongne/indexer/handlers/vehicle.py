"""What the logs of registry, liens, sales and bonds say."""

from typing import Any

from dongne.indexer.draft import Draft
from dongne.indexer.handling import At, Reads, on
from dongne.store.vehicle import Lien, Recorder, Sale, Vehicle, VehicleRecord
from dongne.vehicle.events import (
    Accredited,
    AdverseEvidence,
    JudgedAgain,
    Recorded,
    RecorderNumbered,
    RestrictionOpened,
    RestrictionReleased,
    RevocationLifted,
    Revoked,
    SaleOpened,
    StageReached,
    Transfer,
    WarrantyReached,
)

_GAUGE_CHANGES = 1 << 63

_RECORDER = Reads(Recorder, "recorder")
_SALE = Reads(Sale, "sale")


@on(Recorded, reads=(Reads(Vehicle, "vehicle"),))
def recorded(draft: Draft, at: At, vehicle: bytes, record: int, document: bytes) -> None:
    """A record was appended; the word is laid out in Record.sol."""
    row = draft[VehicleRecord].change((vehicle, record >> 128 & 0xFFFFFF))
    row.kind, row.gauge, row.outcome = record >> 248, record >> 240 & 0xFF, record >> 224 & 0xFFFF
    row.occurred_at, row.km, row.reason = record >> 184 & (1 << 40) - 1, record >> 160 & 0xFFFFFF, record >> 152 & 0xFF
    row.recorded_at, row.recorder = record >> 88 & (1 << 40) - 1, record >> 56 & 0xFFFFFFFF
    row.supersedes, row.document = record >> 32 & 0xFFFFFF, document
    row.block, row.transaction_hash = at.block, at.transaction
    draft[Vehicle].change(vehicle).records = row.number
    if row.supersedes:
        draft[VehicleRecord].known((vehicle, row.supersedes)).superseded_by = row.number


@on(JudgedAgain, reads=(Reads(VehicleRecord, "vehicle", "number"),))
def judged_again(draft: Draft, _at: At, vehicle: bytes, number: int, _before: int, reason: int) -> None:
    """A reading has another finding now."""
    draft[VehicleRecord].known((vehicle, number)).reason = reason


@on(Transfer)
def title_moved(draft: Draft, at: At, _from: bytes, to: bytes, token_id: int) -> None:
    """A title was minted, or moved."""
    row = draft[Vehicle].change(token_id.to_bytes(32, "big"))
    row.registered = row.registered or at.time
    row.owner, row.owned_since = to, at.time


@on(RecorderNumbered, reads=(_RECORDER,))
def recorder_numbered(draft: Draft, _at: At, recorder: bytes, number: int) -> None:
    """A recorder got its number."""
    draft[Recorder].change(recorder).number = number


@on(Accredited, reads=(_RECORDER,))
def accredited(draft: Draft, _at: At, recorder: bytes, kinds: int, from_: int, until: int) -> None:
    """A recorder may write."""
    row = draft[Recorder].change(recorder)
    row.kinds, row.gauge_changes = kinds & _GAUGE_CHANGES - 1, bool(kinds & _GAUGE_CHANGES)
    row.start, row.until = from_, until


@on(Revoked, reads=(_RECORDER,))
def revoked(draft: Draft, _at: At, recorder: bytes, from_: int) -> None:
    """What it records from then on is tainted."""
    draft[Recorder].change(recorder).revoked_from = from_


@on(RevocationLifted, reads=(_RECORDER,))
def revocation_lifted(draft: Draft, _at: At, recorder: bytes) -> None:
    """Nothing that it recorded is tainted any more."""
    draft[Recorder].change(recorder).revoked_from = None


@on(RestrictionOpened, reads=(Reads(Lien, "id"),))
def restriction_opened(
    draft: Draft, at: At, id_: int, vehicle: bytes, holder: bytes, kind: int, rank: int, amount: int, document: bytes
) -> None:
    """Something keeps a title from moving."""
    row = draft[Lien].change(id_)
    row.vehicle, row.holder, row.kind, row.rank, row.amount = vehicle, holder, kind, rank, amount
    row.document, row.opened = document, at.time


@on(RestrictionReleased, reads=(Reads(Lien, "id"),))
def restriction_released(draft: Draft, at: At, id_: int, _vehicle: bytes, document: bytes) -> None:
    """It does no longer."""
    row = draft[Lien].known(id_)
    row.released, row.release_document = at.time, document


@on(SaleOpened, reads=(_SALE,))
def sale_opened(draft: Draft, at: At, sale: bytes, vehicle: bytes, terms: tuple[Any, ...]) -> None:
    """A sale was opened on signed terms."""
    row = draft[Sale].change(sale)
    _vehicle, row.records, row.head, seller, buyer, token, *amounts, row.document = terms
    row.vehicle, row.opened = vehicle, at.time
    row.seller, row.buyer, row.token = (bytes.fromhex(each[2:]) for each in (seller, buyer, token))
    row.price, row.deposit, row.fee, row.fund_by, row.inspect_by, row.settle_by = amounts


@on(StageReached, reads=(_SALE,))
def stage_reached(draft: Draft, at: At, sale: bytes, stage: int, _by: bytes) -> None:
    """A sale came to a stage."""
    row = draft[Sale].change(sale)
    row.stage, row.stage_since = stage, at.time


@on(AdverseEvidence, reads=(_SALE,))
def adverse_evidence(draft: Draft, _at: At, sale: bytes, _index: int, _number: int, _kind: int) -> None:
    """A record may let the buyer leave."""
    draft[Sale].known(sale).adverse += 1


@on(WarrantyReached, reads=(_SALE,))
def warranty_reached(draft: Draft, _at: At, sale: bytes, stage: int, amount: int) -> None:
    """A warranty came to a stage."""
    row = draft[Sale].known(sale)
    row.warranty_stage, row.warranty_amount = stage, amount
