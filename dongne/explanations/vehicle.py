"""Errors of the vehicle contracts."""

from dongne.explanations.readings import Reading, bound, word, words_of
from dongne.language import Moment, Template, _
from dongne.words import RecordKind

READINGS: dict[str, Reading] = {
    **dict.fromkeys(("from", "until"), bound),
    **dict.fromkeys(("revokedFrom", "occurredAt", "timestamp"), Moment),
    **dict.fromkeys(("kind", "expected", "superseded"), word(RecordKind)),
    **dict.fromkeys(("kinds", "accreditable"), words_of(RecordKind)),
}

EXPLANATIONS: dict[str, Template] = {
    "VehicleNotRegistered": _(
        "Vehicle {vehicle} (item {index}) is not registered. Register it first, or check the VIN and the city's key."
    ),
    "VehicleAlreadyRegistered": _(
        "Vehicle {vehicle} (item {index}) is registered already. Leave it out of the registration."
    ),
    "NotAccreditedNow": _(
        "{recorder} is not accredited now (start: {from}; end: {until}). Ask the accreditor for a valid accreditation."
    ),
    "RecorderRevoked": _(
        "{recorder} was revoked from {revokedFrom} on. It cannot record again: have a new key accredited."
    ),
    "KindNotAccredited": _(
        "{recorder} may not record the kind {kind} (item {index}). Ask the accreditor to widen the scope, or correct "
        "the kind."
    ),
    "UnknownKind": _("There is no kind {kind} of records. docs/formats.md lists them."),
    "WrongKind": _("Item {index} has the kind {kind}, but only {expected} is possible here. Correct the entry's kind."),
    "OccurredInFuture": _(
        "Item {index} is dated {occurredAt}, after the block's time {timestamp}. Check its date and time zone."
    ),
    "UnknownGauge": _("Item {index} has gauge state {gauge}; there are 0 to 4. docs/formats.md lists them."),
    "UnreadGaugeWithKm": _(
        "Item {index} says {km} km but that the gauge was not read. Set the gauge's state, or 0 km."
    ),
    "GaugeChangeNotAccredited": _(
        "{recorder} may not record that a gauge changed ({gauge}, item {index}). Record what the gauge shows, or ask the "
        "accreditor for the right to record changes of the gauge."
    ),
    "GaugeChangeWithoutDocument": _(
        "Item {index} says that the gauge changed ({gauge}), but brings no document. Give the workshop's invoice or the "
        "import papers."
    ),
    "TitleMoveWithReading": _(
        "A change of owner carries no reading (gauge state {gauge}). Leave it out; a recorder records it apart."
    ),
    "WithdrawalWithReading": _(
        "A withdrawal carries no reading (gauge state {gauge}). Leave it out, or correct the record instead."
    ),
    "TooManyRecords": _(
        "The history of vehicle {vehicle} is full (item {index}). Report this to the registrar: it does not happen"
        " in use."
    ),
    "BadBatchLength": _(
        "A batch of {length} bytes is not one or more items of {itemLength} bytes. Pack it with dongne, or see "
        "docs/formats.md."
    ),
    "NotTheRecorder": _(
        "{caller} did not write that record: {recorder} did. Ask {recorder} or the history officer to correct it."
    ),
    "WitnessMismatch": _(
        "The records given for vehicle {vehicle} lead to head {computed}, but the registry has {head}. Read the "
        "history again and retry: a record is missing, altered, or was added meanwhile."
    ),
    "WitnessOutOfPlace": _(
        "The witness shows {length} records from record {first} on; they must end at the last of the {records} records or "
        "at one whose number is a multiple of 32. Have dongne build the witness."
    ),
    "RecordNotShown": _(
        "The witness does not show record {number}, which is needed to prove what the correction leaves. Read the history "
        "again and retry; dongne builds the witness."
    ),
    "NotTheNextReading": _(
        "The reading of record {newer} does not come next after that of record {number}. Read the history again and "
        "retry: a record was added or corrected meanwhile."
    ),
    "NotTainted": _(
        "Record {number} is not tainted: {recorder} was not revoked when it was recorded. Only its recorder or the "
        "history officer corrects it."
    ),
    "AlreadySuperseded": _("Record {number} was superseded by record {by}. Correct record {by} instead."),
    "TitleKindFixed": _(
        "A record of the kind {superseded} cannot become one of the kind {kind}: a registration or change of owner keeps its "
        "kind. Correct its reading and document, or record another change of owner."
    ),
    "BadPeriod": _("An accreditation from {from} until {until} covers no time. Give an end after its start."),
    "BadKinds": _(
        "The kinds asked for ({kinds}) are none, or more than can be accredited ({accreditable}). Choose "
        "among the kinds that recorders write; docs/formats.md lists them."
    ),
    "AlreadyRevoked": _(
        "{recorder} is revoked from {revokedFrom} on and stays so. Revoke from an earlier time, or accredit a new key."
    ),
    "RevokedFromZero": _(
        "Revoking {recorder} needs a time. Give the Unix seconds from which its records are not to be trusted."
    ),
    "BadPlausiblePace": _("{kmPerDay} km a day is no pace to judge by. Deploy with 1 to 16,777,215."),
    "TitleLocked": _("Title {title} does not move by wallet. Apply to the title office for a change of owner."),
    "NoOperators": _(
        "{operator} cannot be approved to move titles: only the title office moves them. Apply there for a change of "
        "owner."
    ),
    "ERC721InvalidReceiver": _("A title cannot belong to {receiver}. Give the new owner's address."),
    "ERC721NonexistentToken": _(
        "There is no title {tokenId}. Check the VIN and the city's key: the vehicle is not registered here."
    ),
    "ERC721InvalidOwner": _("{owner} cannot own titles. Ask for the balance of a real address."),
}
