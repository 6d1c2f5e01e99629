"""What can go wrong with vehicles, their records and the files that bring them."""

from dataclasses import dataclass
from pathlib import Path

from dongne.errors import EvidenceMismatch, InputError, RejectedFile, SettingError
from dongne.language import Readable, _, _n


@dataclass(eq=False)
class WrongVinLength(InputError):
    """A VIN with a character too few or too many."""

    template = _(
        "The VIN “{vin}” has {length} characters; a VIN has {expected}, a chassis number {least} to {most} with "
        "letters and digits. Compare it with the registration."
    )
    vin: str
    length: int
    expected: int
    least: int
    most: int


@dataclass(eq=False)
class WrongVinLetters(InputError):
    """A VIN with characters that no VIN has."""

    template = _("The VIN “{vin}” contains {letters}. A VIN has digits and the letters A to Z without I, O and Q.")
    vin: str
    letters: tuple[str, ...]


@dataclass(eq=False)
class NotASigner(InputError):
    """A key that has no part in what is signed."""

    template = _("{key} does not sign this: {signers} do. Take the keystore of one of them.")
    key: str
    signers: tuple[str, ...]


@dataclass(eq=False)
class NotTheirSignature(InputError):
    """A signature that another key made, or over something else."""

    template = _("This is not {signer}'s signature over just this agreement. Have {signer} sign this file again.")
    signer: str


@dataclass(eq=False)
class NotSignedYet(InputError):
    """An agreement that lacks a signature."""

    template = _("{missing} did not sign yet. Have the file signed: `dongne sign agreement FILE`.")
    missing: tuple[str, ...]


@dataclass(eq=False)
class AgreementNotReadable(InputError):
    """A file that is no agreement of the kind, or one for another chain."""

    template = _(
        "{file} is not an agreement ({kind}) for this chain and contract, or was changed by hand. Draft it again with "
        "dongne."
    )
    file: Path
    kind: str


@dataclass(eq=False)
class NoSuchRecordSince(InputError):
    """A record that is not among those since the sale."""

    template = _(
        "Record {number} does not exist, or is older than the sale. Name an inspection from record {first} on; `dongne "
        "vehicle history` lists them."
    )
    number: int
    first: int


@dataclass(eq=False)
class NothingAdverse(InputError):
    """A buyer who leaves without a reason."""

    template = _(
        "The sale has seen no adverse evidence. Run `dongne vehicle sale review` if something was recorded; cancelling "
        "instead leaves the deposit to the seller."
    )


@dataclass(eq=False)
class NotTheKindOfRestriction(InputError):
    """A restriction that its command does not open."""

    template = _("This does not open {kind}. Possible are {possible}.")
    kind: Readable
    possible: tuple[Readable, ...]


@dataclass(eq=False)
class RestrictionUnknown(InputError):
    """No open restriction of that number."""

    template = _("Restriction {number} is not open. `dongne vehicle restriction list` shows those of a vehicle.")
    number: int


@dataclass(eq=False)
class CreditorsSignatureNeeded(InputError):
    """A lien whose release its creditor has not signed."""

    template = _(
        "Restriction {number} is a lien: its creditor {creditor} signs the release with `dongne sign lien-release`. "
        "Give its signature with --signature."
    )
    number: int
    creditor: str


@dataclass(eq=False)
class NotAVehicleId(InputError):
    """A text that begins like a vehicle's id and is not one."""

    template = _("“{text}” is not a vehicle's id. An id is 0x and 64 hexadecimal digits.")
    text: str


@dataclass(eq=False)
class VehicleUnknown(InputError):
    """No vehicle of that id is registered."""

    template = _("Vehicle {vehicle} is not registered here. Check the VIN and the city's key.")
    vehicle: bytes


@dataclass(eq=False)
class VinUnknown(InputError):
    """No vehicle of that VIN is registered."""

    template = _("The vehicle with VIN {vin} is not registered. Register it first, or check the VIN.")
    vin: str


@dataclass(eq=False)
class UnknownWord(InputError):
    """A word that no list of the registry has."""

    template = _("“{text}” is not known here. Choose one of: {expected}.")
    text: str
    expected: tuple[str, ...]


@dataclass(eq=False)
class ReservedKind(InputError):
    """A kind of record that has a command of its own."""

    template = _("Records of the kind {kind} come with a command of their own: {command}.")
    kind: Readable
    command: str


@dataclass(eq=False)
class NotAccreditable(InputError):
    """A kind of record that no recorder may write."""

    template = _("No recorder can be accredited for {kind}: only the registrar writes such records.")
    kind: Readable


@dataclass(eq=False)
class NoKinds(InputError):
    """An accreditation for nothing."""

    template = _("Name at least one kind of record, for example odometer,periodic-inspection.")


@dataclass(eq=False)
class EndBeforeStart(InputError):
    """A period without any time in it."""

    template = _("The accreditation would end at {until}, before it starts at {start}. Give a later end.")
    start: str
    until: str


@dataclass(eq=False)
class KilometresOutOfRange(InputError):
    """More kilometres than the registry can hold, or fewer than none."""

    template = _("{km:,} km is not an odometer reading: 0 to {most:,} km is possible.")
    km: int
    most: int


@dataclass(eq=False)
class OutcomeOutOfRange(InputError):
    """An outcome that the registry cannot hold."""

    template = _("{outcome} is not an outcome: 0 to {most:,} is possible.")
    outcome: int
    most: int


@dataclass(eq=False)
class TimeOutOfRange(InputError):
    """Seconds that the registry cannot hold."""

    template = _("{seconds} is not a time of the registry: Unix seconds from 0 to {most} are possible.")
    seconds: int
    most: int


@dataclass(eq=False)
class KilometresUnread(InputError):
    """Kilometres of an odometer that nobody read."""

    template = _("The odometer was not read, but {km:,} km are given. Give the state of the gauge, or no kilometres.")
    km: int


@dataclass(eq=False)
class GaugeWithoutKilometres(InputError):
    """The state of a gauge without what it showed."""

    template = _("The gauge is given as “{gauge}”, but not what it showed. Give the kilometres as well.")
    gauge: Readable


@dataclass(eq=False)
class WrongHashLength(InputError):
    """The hash of a document that is not 32 bytes."""

    template = _("The hash of a document has 32 bytes, not {length}.")
    length: int


@dataclass(eq=False)
class NoSuchRecord(InputError):
    """A number that no record of the history has."""

    template = _("There is no record {number}: this history has the records 1 to {records}.")
    number: int
    records: int


@dataclass(eq=False)
class HistoryMismatch(EvidenceMismatch):
    """The records found do not lead to the head that the registry states."""

    template = _(
        "The {records} records found of vehicle {vehicle} lead to head {computed}, but the registry states {stated}. "
        "A record is missing or altered: read again from another node."
    )
    vehicle: bytes
    records: int
    computed: bytes
    stated: bytes


@dataclass(eq=False)
class RecordOutOfPlace(EvidenceMismatch):
    """A record of another number stands where one should."""

    template = _(
        "Record {expected} of vehicle {vehicle} is missing or out of order: record {found} stands in its place. Read "
        "again from another node."
    )
    vehicle: bytes
    expected: int
    found: int


@dataclass(eq=False)
class NodesDisagree(EvidenceMismatch):
    """Another node states another block or another head."""

    template = _(
        "{node} knows another block {block}, or another head of vehicle {vehicle} in it. One of the nodes is on "
        "another branch or lies: ask a third."
    )
    node: str
    vehicle: bytes
    block: int


@dataclass(eq=False)
class NotARecord(EvidenceMismatch):
    """A word that the registry cannot have written."""

    template = _("The node gives {word:#066x} as a record, which the registry cannot have written. Ask another node.")
    word: int


@dataclass(eq=False)
class NoCityKey(SettingError):
    """A VIN was given, and nothing to turn it into the vehicle's id."""

    template = _("Finding a vehicle by its VIN needs the city's key: give --key-file, or the vehicle's id (0x…).")


@dataclass(eq=False)
class CityKeyUnreadable(SettingError):
    """The file of the city's key cannot be read."""

    template = _("The city's key {file} cannot be read: {reason}")
    file: Path
    reason: str


@dataclass(eq=False)
class NotACityKey(SettingError):
    """A file whose content is not a key."""

    template = _("{file} does not hold a city's key. A key is one line of at least {digits} hexadecimal digits.")
    file: Path
    digits: int


@dataclass(eq=False)
class ShortCityKey(InputError):
    """A key that could be guessed, and with it every VIN."""

    template = _("The city's key has {length} bytes; it needs at least {shortest} random ones.")
    length: int
    shortest: int


@dataclass(eq=False)
class UnitMissing(InputError):
    """Readings that could be in miles or in kilometres."""

    template = _(
        "The column “{heading}” does not say its unit. Give --unit km or --unit miles, "
        "or head the column odometer_km or odometer_miles."
    )
    heading: str


@dataclass(eq=False)
class UnitContradicted(InputError):
    """The heading names one unit and the command another."""

    template = _("The column “{heading}” is in {stated}, but --unit says {given}. Correct one of them.")
    heading: str
    stated: Readable
    given: Readable


@dataclass(eq=False)
class OdometerOutOfRange(InputError):
    """A reading that the registry cannot hold."""

    template = _("“{text}” is out of range: the registry takes up to {most:,} km.")
    text: str
    most: int


@dataclass(eq=False)
class VehicleRegisteredToAnother(InputError):
    """A list names another owner than the registry."""

    template = _(
        "Vehicle {vehicle} is registered already, and its owner is {actual}. "
        "Take it off the list; `dongne vehicle transfer` changes an owner."
    )
    vehicle: bytes
    actual: str


@dataclass(eq=False)
class AlreadyTheOwner(InputError):
    """A title is to move to whom it belongs."""

    template = _("The title of vehicle {vehicle} belongs to {owner} already; nothing was sent.")
    vehicle: bytes
    owner: str


@dataclass(eq=False)
class OwnerMissing(InputError):
    """One vehicle is to be registered, to nobody."""

    template = _("“{text}” is one vehicle: give its owner's address with --owner.")
    text: str


@dataclass(eq=False)
class RowsLeftOut(InputError):
    """An import that could not use every row."""

    template = _("{count} of {rows} rows were left out; {file} says why. Correct them and import the file again.")
    count: int
    rows: int
    file: Path


@dataclass(eq=False)
class RowsNotUsable(RejectedFile):
    """A rehearsed import that could not use every row; no file beside it has the reasons, so the error lists them."""

    template = _n(
        "{file} has {count} row that would be left out; nothing was sent or written.\n{list}",
        "{file} has {count} rows that would be left out; nothing was sent or written.\n{list}",
    )


@dataclass(eq=False)
class NotJson(InputError):
    """A file that should hold JSON and does not."""

    template = _("This is not valid JSON: a comma, bracket or quotation mark is missing or too many around here.")


@dataclass(eq=False)
class SheetFieldsMissing(InputError):
    """Fields of the form that a sheet does not fill in; `$` is the sheet itself."""

    template = _("{place}: the form asks for {fields}. Fill in what is missing.")
    place: str
    fields: tuple[str, ...]


@dataclass(eq=False)
class SheetFieldsForeign(InputError):
    """Fields that the form does not have; `$` is the sheet itself."""

    template = _("{place}: the form does not have {fields}. Check the spelling, or leave it out.")
    place: str
    fields: tuple[str, ...]


@dataclass(eq=False)
class SheetValueWrong(InputError):
    """A value that the form does not allow."""

    template = _("{field} is {value}; the form allows: {expected}.")
    field: str
    value: str
    expected: str


@dataclass(eq=False)
class RepairNotDeclared(InputError):
    """Repaired or replaced parts, and a sheet that declares no accident or repair."""

    template = _(
        "The list of parts shows replaced (X) or welded (W) parts that are not declared: a repaired frame is an "
        "accident, a repaired outer panel at least a simple repair. Set accident or simple_repair to true, or correct "
        "the marks."
    )


@dataclass(eq=False)
class InspectionBeforeRegistration(InputError):
    """An inspection before the vehicle was registered for the first time."""

    template = _(
        "The inspection on {inspected} lies before the first registration on {registered}. Correct one of them."
    )
    inspected: str
    registered: str


@dataclass(eq=False)
class SheetOfAnotherVehicle(InputError):
    """A sheet whose VIN is not that of the vehicle it should be recorded for."""

    template = _("The sheet is for VIN {vin}, which is not the vehicle that was named. Nothing was sent.")
    vin: str


@dataclass(eq=False)
class SheetDisagrees(InputError):
    """A typed value that differs from the sheet's."""

    template = _(
        "{option} says {typed}, the sheet says {written}. Leave the option out, or correct the sheet. Nothing was sent."
    )
    option: str
    typed: str
    written: str


@dataclass(eq=False)
class CertificateNotJson(InputError):
    """A file that should be a certificate and is not even JSON."""

    template = _(
        "This is not a certificate: it is not valid JSON, or a field stands twice. Ask for the file as it was issued."
    )


@dataclass(eq=False)
class CertificateFieldsMissing(InputError):
    """A certificate, or a record in it, lacks fields."""

    template = _("{place}: the fields {fields} are missing. Do not rely on this file, and ask for it as it was issued.")
    place: Readable
    fields: tuple[str, ...]


@dataclass(eq=False)
class CertificateFieldsForeign(InputError):
    """A certificate, or a record in it, has fields that no certificate has."""

    template = _(
        "{place}: a certificate has no fields {fields}. Somebody added them: do not rely on this file, and ask for it "
        "as it was issued."
    )
    place: Readable
    fields: tuple[str, ...]


@dataclass(eq=False)
class CertificateValueWrong(InputError):
    """A value that no certificate has in that place."""

    template = _(
        "{place}: no certificate has {value} there. Do not rely on this file, and ask for it as it was issued."
    )
    place: Readable
    value: str


@dataclass(eq=False)
class CertificateRecordMisplaced(EvidenceMismatch):
    """A certificate whose records are not 1, 2, 3 and so on."""

    template = _(
        "Record {expected} is missing or out of order: record {found} stands in its place. Do not rely on this "
        "certificate, and ask for it as it was issued."
    )
    expected: int
    found: int


@dataclass(eq=False)
class CertificateRecordMislabelled(EvidenceMismatch):
    """A readable field of a record says something else than the record."""

    template = _(
        "Record {number} is relabelled: the certificate says {field} = {said}, the record itself {actual}. Do not rely "
        "on this certificate, and ask for it as it was issued."
    )
    number: int
    field: str
    said: str
    actual: str


@dataclass(eq=False)
class CertificateRecordAltered(EvidenceMismatch):
    """With a record as it stands, the records do not lead to the head stated after it."""

    template = _(
        "Record {number} is altered, or the vehicle's id is another: the records do not lead to the head stated after "
        "it. Do not rely on this certificate, and ask for it as it was issued."
    )
    number: int


@dataclass(eq=False)
class CertificateRecordsCut(EvidenceMismatch):
    """The stated head is not that of the last record."""

    template = _(
        "Something is left out after record {number}, the last one here, or the head was replaced: the records do not "
        "lead to it. Do not rely on this certificate, and ask for it as it was issued."
    )
    number: int


@dataclass(eq=False)
class CertificateContradictsItself(EvidenceMismatch):
    """A field of a certificate says something else than its records."""

    template = _(
        "The certificate says {field} = {said}, its records {actual}. Do not rely on it, and ask for it as it was "
        "issued."
    )
    field: str
    said: str
    actual: str


@dataclass(eq=False)
class CertificateVinWrong(EvidenceMismatch):
    """VIN and salt of a certificate do not give the vehicle's id."""

    template = _(
        "The certificate's VIN {vin} and salt do not give the vehicle's id {vehicle}. It is another vehicle's history: "
        "compare the VIN with the plate on the car, and ask for its own certificate."
    )
    vin: str
    vehicle: str


@dataclass(eq=False)
class CertificateOfAnotherChain(EvidenceMismatch):
    """The node serves another chain than the one of the certificate."""

    template = _(
        "The certificate is about chain {expected}, but the node at {node} serves chain {actual}. Name a node of the "
        "right chain with --rpc."
    )
    expected: int
    node: str
    actual: int


@dataclass(eq=False)
class CertificateOfAnotherCity(EvidenceMismatch):
    """The certificate names another registry than the city's address book."""

    template = _(
        "The certificate is about the registry {said}, but the address book has {expected}. It is not this city's: ask "
        "the city which registry is its own."
    )
    said: str
    expected: str


@dataclass(eq=False)
class CertificateBlockUnknown(EvidenceMismatch):
    """A node has another block of that number, or none."""

    template = _(
        "{node} does not know the block of the certificate, {block} with hash {block_hash} and time {time}. The file "
        "was altered, or the node is on another branch or behind: ask another node with --rpc."
    )
    node: str
    block: int
    block_hash: str
    time: int


@dataclass(eq=False)
class CertificateLogsMissing(EvidenceMismatch):
    """From the block on that a certificate names, a node has no first record of the vehicle."""

    template = _(
        "{node} has no first record of vehicle {vehicle} from block {block} on. The file's registry, registry_block or "
        "vehicle was altered, or the node hides logs: ask another node with --rpc."
    )
    node: str
    vehicle: bytes
    block: int


@dataclass(eq=False)
class CertificateDisputed(EvidenceMismatch):
    """A field of a certificate says something else than the chain at its block."""

    template = _(
        "The certificate says {field} = {said}, but at its block {node} states {actual}. Do not rely on it before a "
        "second node says the same as the first."
    )
    field: str
    said: str
    node: str
    actual: str


@dataclass(eq=False)
class CertificateRecordDisputed(EvidenceMismatch):
    """A record of a certificate is another one on the chain."""

    template = _(
        "Record {number} is not the one on the chain: its {field} is {said} here and {actual} at {node}. Do not rely "
        "on this certificate before a second node says the same as the first."
    )
    number: int
    field: str
    said: str
    node: str
    actual: str


@dataclass(eq=False)
class CertificateRecordLeftOut(EvidenceMismatch):
    """The chain had a record at that block that the certificate does not have."""

    template = _(
        "Record {number} is left out: at the certificate's block {node} has it. Do not rely on this certificate, and "
        "ask for it as it was issued."
    )
    number: int
    node: str


@dataclass(eq=False)
class CertificateRecordInvented(EvidenceMismatch):
    """The certificate has a record that the chain did not have at that block."""

    template = _(
        "Record {number} is invented: at the certificate's block {node} does not have it. Do not rely on this "
        "certificate, and ask for it as it was issued."
    )
    number: int
    node: str


@dataclass(eq=False)
class TitleMismatch(EvidenceMismatch):
    """Brands or restrictions in the registry's state are not those of the records."""

    template = _(
        "{node} states other brands or restrictions of vehicle {vehicle} than its records give at block {block}. The "
        "node lies or is out of order: ask another one."
    )
    node: str
    vehicle: bytes
    block: int


@dataclass(eq=False)
class RowTwice(InputError):
    """A row that is in the file already, field by field."""

    template = _("The same row is on line {line} already, and is recorded once. Remove one of them.")
    line: int


@dataclass(eq=False)
class ReservedKindInList(InputError):
    """A kind that no list of records writes."""

    template = _("A list of records does not write {kind}, which has a command of its own. Take the row out.")
    kind: Readable


@dataclass(eq=False)
class OutcomeUnknown(InputError):
    """A word that no outcome of its kind has."""

    template = _(
        "“{text}” is no outcome of the kind {kind}. Write a number up to 65,535, or a word of the list: {known}."
    )
    text: str
    kind: Readable
    known: tuple[str, ...]


@dataclass(eq=False)
class StateDisproven(EvidenceMismatch):
    """A node's own proof shows something else than it says."""

    template = _(
        "The node at {node} says one thing of vehicle {vehicle} ({what}) and proves another from the hash of block "
        "{block}. Do not rely on this node: it lies."
    )
    node: str
    vehicle: bytes
    what: str
    block: int


@dataclass(eq=False)
class RecordOutOfTime(EvidenceMismatch):
    """A record whose time is not that of the block in which a node says it is."""

    template = _(
        "The node at {node} says that record {number} of vehicle {vehicle} is in block {block}, but its time is that "
        "of another one. Do not rely on this node: it lies."
    )
    node: str
    vehicle: bytes
    number: int
    block: int


@dataclass(eq=False)
class NotAVinSalt(InputError):
    """The salt of a VIN that is not 32 bytes."""

    template = _("“{text}” is not the salt of a VIN: 0x and {digits} hexadecimal digits. Copy it again.")
    text: str
    digits: int


@dataclass(eq=False)
class SaltWithoutVin(InputError):
    """A salt was given beside the vehicle's id."""

    template = _("A salt belongs to a VIN: give the VIN instead of the vehicle's id, or leave --salt out.")


@dataclass(eq=False)
class CertificateNotWritable(InputError):
    """A certificate or its page cannot be written."""

    template = _("{file} cannot be written: {reason}. Name another place, or free some room on the disk.")
    file: Path
    reason: str
