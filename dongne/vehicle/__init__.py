"""The vehicle registry: identities, records, batches and the typed client."""

from dongne.vehicle.registry import Accreditation, KeptReading, VehicleRegistry, VehicleState
from dongne.vehicle.history import Finding, History, Witness, compare
from dongne.vehicle.identity import (
    Disclosure,
    VehicleId,
    disclose,
    document_hash,
    has_wrong_check_digit,
    normalise_vin,
    vehicle_id,
)
from dongne.vehicle.kinds import RESERVED_KINDS, Gauge, Kind, Reason, Verdict, kinds_in, label, mask
from dongne.vehicle.records import (
    NO_DOCUMENT,
    Entry,
    Evidence,
    Record,
    RecordItem,
    RegistrationItem,
    pack_batch,
    rederive_head,
)
from dongne.vehicle.sales import Sale, Sales, read_sales

__all__ = [
    "NO_DOCUMENT",
    "RESERVED_KINDS",
    "Accreditation",
    "Disclosure",
    "Entry",
    "Evidence",
    "Finding",
    "Gauge",
    "History",
    "KeptReading",
    "Kind",
    "Reason",
    "Record",
    "RecordItem",
    "RegistrationItem",
    "Sale",
    "Sales",
    "VehicleId",
    "VehicleRegistry",
    "VehicleState",
    "Verdict",
    "Witness",
    "compare",
    "disclose",
    "document_hash",
    "has_wrong_check_digit",
    "kinds_in",
    "label",
    "mask",
    "normalise_vin",
    "pack_batch",
    "read_sales",
    "rederive_head",
    "vehicle_id",
]
