// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Entry} from "./Entry.sol";
import {Kind} from "./Kind.sol";
import {Paces} from "./Paces.sol";
import {Reason} from "./Reason.sol";
import {Record} from "./Record.sol";
import {VehicleId} from "./VehicleId.sol";
import {Verdict} from "./Verdict.sol";

/// @title Vehicle registry
/// @notice Titles and histories of vehicles. A history is a chain of records in events; the registry keeps its running
/// head, so anyone can prove that nothing was altered or left out, and judges the odometer's readings.
/// @dev A record holds its recorder's number; `recorderOf` gives the address. So a record fits in one word, and costs
/// about 300 gas less than with the address.
/// head(0) = the vehicle's id; head(n) = keccak256(abi.encode(head(n-1), record, document)).
/// The layouts of `Entry` and `Record` are in Entry.sol and Record.sol.
/// Batches are all or nothing. In errors, `index` is the item of the batch, from 0; outside a batch it is 0.
interface IVehicleRegistry {
    // Types

    /// @notice One record, as its event gave it.
    struct Evidence {
        Record record;
        bytes32 document;
    }

    /// @notice Consecutive records of a history, up to its head or to a record whose number is a multiple of 32.
    /// @param headBefore Head before the first of them: the vehicle's id if that is record 1.
    struct Run {
        bytes32 headBefore;
        Evidence[] evidence;
    }

    /// @notice Shows the record that is to be corrected, and what takes its place in the series of readings.
    /// @dev Of a record without a reading, or with one that came too late for the series, only the record itself has
    /// to be shown. Of another, also its neighbours in the series: of the last one the two before it, of the one before
    /// the last the one before that, of any other the ones on either side.
    /// @param number The record to be corrected.
    /// @param newer Record with the next newer reading, if that is older than the last; else 0.
    /// @param runs Records, each in one of the runs.
    struct Witness {
        uint24 number;
        uint24 newer;
        Run[] runs;
    }

    /// @notice What readings of a vehicle are judged by; used inside the registry only.
    struct Bench {
        VehicleId vehicle;
        uint256 plausibleKmPerDay;
    }

    /// @notice A reading that the registry keeps for comparison.
    /// @param number Number of its record; 0 if there is no reading.
    struct KeptReading {
        uint24 number;
        uint40 occurredAt;
        uint24 km;
    }

    /// @notice What the registry knows of a vehicle.
    /// @param records Number of records, the registration included; 0 means not registered.
    /// @param last Latest standing reading by date: one that has not been superseded.
    /// @param previous The standing reading before it by date.
    /// @param verdict Verdict on the series of standing readings: illogical if one is, else none if the gauge changed.
    /// @param reason What is found about the last reading.
    /// @param illogical How many standing readings are illogical; 4,095 means at least so many, for good.
    /// @param gaugeChanges How many standing records changed the gauge; 255 means at least so many, for good.
    /// @param everIllogical Whether any reading was ever judged illogical, even if corrected since.
    /// @param everImplausible Whether any reading ever rose faster than the pace of the vehicle's class.
    /// @param gaugeEverChanged Whether the gauge or its unit ever changed, or the vehicle was imported.
    /// @param corrected Whether any record was ever superseded.
    /// @param brands Kinds of standing records that brand the vehicle, such as a flood: bit k for kind k.
    /// @param restrictions How many liens, seizures and the like are open; none lets the title move.
    /// @param class Class of the vehicle, by whose pace its readings are judged; see `Paces`.
    /// @param head Running head of the history.
    struct Vehicle {
        uint24 records;
        KeptReading last;
        KeptReading previous;
        Verdict verdict;
        Reason reason;
        uint16 illogical;
        uint8 gaugeChanges;
        bool everIllogical;
        bool everImplausible;
        bool gaugeEverChanged;
        bool corrected;
        uint64 brands;
        uint16 restrictions;
        uint8 class;
        bytes32 head;
    }

    // Events

    /// @notice `record` was appended to the vehicle's history.
    /// @param document Salted hash of the document behind the record; 0 if there is none.
    event Recorded(VehicleId indexed vehicle, Record record, bytes32 document);

    /// @notice The reading of record `number` has another neighbour by date now, and so another finding.
    event JudgedAgain(VehicleId indexed vehicle, uint24 number, Reason before, Reason reason);

    /// @notice `recorder` appears in records as `number`.
    event RecorderNumbered(address indexed recorder, uint32 indexed number);

    /// @notice `recorder` may write `kinds` (bit k for kind k) from `from` until just before `until`.
    event Accredited(address indexed recorder, uint64 kinds, uint40 from, uint40 until);

    /// @notice Everything `recorder` has recorded since `from` is tainted.
    event Revoked(address indexed recorder, uint40 from);

    /// @notice The recorder's revocation was a mistake or an attack: nothing that it has recorded is tainted any more.
    event RevocationLifted(address indexed recorder);

    // Errors

    /// @notice The vehicle is not registered.
    error VehicleNotRegistered(VehicleId vehicle, uint256 index);

    /// @notice The vehicle is already registered.
    error VehicleAlreadyRegistered(VehicleId vehicle, uint256 index);

    /// @notice The recorder is not accredited at this time; both times are 0 if it never was.
    error NotAccreditedNow(address recorder, uint40 from, uint40 until);

    /// @notice The recorder's accreditation was revoked.
    error RecorderRevoked(address recorder, uint40 revokedFrom);

    /// @notice The recorder is not accredited for this kind, or the kind does not exist.
    error KindNotAccredited(address recorder, uint8 kind, uint256 index);

    /// @notice The kind does not exist.
    error UnknownKind(uint8 kind);

    /// @notice The function takes only entries of kind `expected`.
    error WrongKind(uint8 kind, Kind expected, uint256 index);

    /// @notice The reading or event is dated in the future.
    error OccurredInFuture(uint256 occurredAt, uint256 timestamp, uint256 index);

    /// @notice The gauge state does not exist.
    error UnknownGauge(uint8 gauge, uint256 index);

    /// @notice If the gauge was not read, km must be 0.
    error UnreadGaugeWithKm(uint256 km, uint256 index);

    /// @notice Changes of the gauge are accredited by a bit of their own, `GAUGE_CHANGES`.
    error GaugeChangeNotAccredited(address recorder, uint8 gauge, uint256 index);

    /// @notice A change of the gauge needs a document.
    error GaugeChangeWithoutDocument(uint8 gauge, uint256 index);

    /// @notice A record that moves, restricts or releases a title carries no reading: who writes it does nothing else.
    error TitleRecordWithReading(uint8 gauge);

    /// @notice The title does not move while `restrictions` liens, seizures and the like are open.
    error TitleRestricted(VehicleId vehicle, uint256 restrictions);

    /// @notice No restriction of the title is open.
    error TitleNotRestricted(VehicleId vehicle);

    /// @notice The title has 4,095 open restrictions.
    error TooManyRestrictions(VehicleId vehicle);

    /// @notice A record of this kind neither restricts a title nor releases it.
    error NotARestriction(uint8 kind);

    /// @notice A withdrawal carries no reading: it would put one in place of what it withdraws.
    error WithdrawalWithReading(uint8 gauge);

    /// @notice The history is full, at 2^24 - 1 records.
    error TooManyRecords(VehicleId vehicle, uint256 index);

    /// @notice A batch must have one or more items of `itemLength` bytes.
    error BadBatchLength(uint256 length, uint256 itemLength);

    /// @notice Only its own recorder may correct a record, or the registrar through `correctAsOfficer`.
    error NotTheRecorder(address caller, address recorder);

    /// @notice Records of the witness do not lead to the head or checkpoint at their end: one is missing, altered or
    /// out of order.
    error WitnessMismatch(VehicleId vehicle, bytes32 computed, bytes32 head);

    /// @notice Records of the witness are none, or end neither at the head nor at a multiple of 32.
    error WitnessOutOfPlace(uint256 first, uint256 length, uint256 records);

    /// @notice The witness does not show record `number`, which is needed to know what takes a reading's place.
    error RecordNotShown(uint256 number);

    /// @notice The reading of record `newer` does not come next after that of record `number`.
    error NotTheNextReading(uint256 newer, uint256 number);

    /// @notice The record is not tainted: its recorder was not revoked when it was recorded.
    error NotTainted(uint256 number, address recorder);

    /// @notice The record is already superseded by record `by`; correct that one.
    error AlreadySuperseded(uint256 number, uint256 by);

    /// @notice A correction cannot change the kind to or from one that moved, restricted or released the title.
    error KindFixed(Kind superseded, Kind kind);

    /// @notice An accreditation must end after it starts.
    error BadPeriod(uint40 from, uint40 until);

    /// @notice An accreditation needs at least one kind, and only kinds from `accreditable`.
    error BadKinds(uint64 kinds, uint64 accreditable);

    /// @notice A revoked address stays revoked; it can only be revoked again from an earlier time.
    error AlreadyRevoked(address recorder, uint40 revokedFrom);

    /// @notice The recorder is not revoked.
    error NotRevoked(address recorder);

    /// @notice A revocation needs a recorder and a time, neither of them 0.
    error BadRevocation(address recorder, uint40 from);

    /// @notice The class of vehicles that a registration's outcome names is not one of the city's.
    error UnknownVehicleClass(uint256 class, uint256 index);

    /// @notice Class 0 needs a pace.
    error BadPaces(Paces paces);

    /// @notice Titles move only through `transferTitle`.
    error TitleLocked(uint256 title);

    /// @notice Titles move only through `transferTitle`, so nobody can be approved to move them.
    error NoOperators(address operator);

    // Administration

    /// @notice Lets `recorder` write `kinds` from `from` until before `until`; replaces an earlier accreditation.
    /// @dev Accreditor only. Numbers the recorder. Reverts with `BadPeriod`, `BadKinds`, `AlreadyRevoked`.
    /// @param kinds Bit k allows kind k; not those that have functions of their own (`KindSet.ACCREDITABLE`).
    /// Bit 63 (`GAUGE_CHANGES`) allows records of these kinds to say that the gauge changed.
    function accredit(address recorder, uint64 kinds, uint40 from, uint40 until) external;

    /// @notice Ends the recorder's accreditation at `from` and taints everything it has recorded since, in one write.
    /// @dev Accreditor only. Reverts with `AlreadyRevoked`, `BadRevocation`. `from` is usually in the past.
    function revoke(address recorder, uint40 from) external;

    /// @notice Takes back a revocation that was a mistake, or made with a stolen key. What was struck meanwhile stays
    /// struck; the recorder may record again once it is accredited anew.
    /// @dev Administrator only: whoever revokes cannot clear. Reverts with `NotRevoked`.
    function liftRevocation(address recorder) external;

    /// @notice Registers a vehicle: mints its title to `owner` and starts its history with the registration's record.
    /// @dev Registrar only. Reverts with `VehicleAlreadyRegistered`, `WrongKind` (`Registration` is expected),
    /// `UnknownVehicleClass`, `OccurredInFuture`, `UnknownGauge`, `UnreadGaugeWithKm`.
    /// @param entry Its outcome is the vehicle's class.
    function register(VehicleId vehicle, address owner, Entry entry, bytes32 document) external;

    /// @notice Registers many vehicles.
    /// @dev Registrar only. Reverts like `register`, and with `BadBatchLength`.
    /// @param items 96 bytes each: vehicle 32, owner 20, entry 12, document 32.
    function registerBatch(bytes calldata items) external;

    /// @notice Moves the title to `to` and records the change of owner.
    /// @dev Title officer only: for a contract that sells vehicles, too. Reverts with `TitleRestricted`,
    /// `VehicleNotRegistered`, `WrongKind` (`OwnershipChange` is expected), `TitleRecordWithReading`,
    /// `ERC721InvalidReceiver`, and like `record` for the entry.
    function transferTitle(VehicleId vehicle, address to, Entry entry, bytes32 document) external;

    /// @notice Records that a restriction of the title begins or ends, by the entry's kind: a lien, for instance, or
    /// its release.
    /// @dev For the contract that keeps the liens. Reverts with `NotARestriction`, `TitleRecordWithReading`,
    /// `TooManyRestrictions`, `TitleNotRestricted`, and like `record` for the entry.
    function recordRestriction(VehicleId vehicle, Entry entry, bytes32 document) external;

    /// @notice Like `correct`, for any recorder's record.
    /// @dev History officer only. Needs no accreditation. Reverts like `correct`, except `NotTheRecorder`, and with
    /// `UnknownKind`, `UnknownVehicleClass`.
    function correctAsOfficer(VehicleId vehicle, Entry entry, bytes32 document, Witness calldata witness) external;

    // Users' functions

    /// @notice Appends a record to a vehicle's history. A reading below an earlier one is recorded and flagged.
    /// @dev Accredited recorders only. Reverts with `NotAccreditedNow`, `RecorderRevoked`, `KindNotAccredited`,
    /// `VehicleNotRegistered`, `OccurredInFuture`, `UnknownGauge`, `UnreadGaugeWithKm`, `GaugeChangeNotAccredited`,
    /// `GaugeChangeWithoutDocument`, `TooManyRecords`.
    /// A record may arrive late; its reading is then sorted in by date. Of two readings in the same second, the one
    /// recorded later counts as later.
    function record(VehicleId vehicle, Entry entry, bytes32 document) external;

    /// @notice Appends many records, in order; for example, an inspection station's day.
    /// @dev Reverts like `record`, and with `BadBatchLength`.
    /// @param items 76 bytes each: vehicle 32, entry 12, document 32.
    function recordBatch(bytes calldata items) external;

    /// @notice Replaces a record of the caller's with a new one that supersedes it; nothing is deleted.
    /// @dev Reverts like `record`, and with `NotTheRecorder`, `WitnessMismatch`, `WitnessOutOfPlace`, `RecordNotShown`,
    /// `NotTheNextReading`, `AlreadySuperseded`, `KindFixed`, `WithdrawalWithReading`.
    /// Its cost does not depend on how many records came after.
    /// @param entry The record as it should have been; of kind `Correction` to withdraw it without replacement.
    /// @param witness Shows the superseded record; `dongne.vehicle.History.witness` builds it.
    function correct(VehicleId vehicle, Entry entry, bytes32 document, Witness calldata witness) external;

    /// @notice Withdraws a tainted record, and lets what it had superseded stand again; anyone may.
    /// A tainted correction that was corrected itself can be struck too, for what it had superseded.
    /// @dev Reverts with `WitnessMismatch`, `WitnessOutOfPlace`, `RecordNotShown`,
    /// `NotTheNextReading`, `AlreadySuperseded`, `NotTainted`, `KindFixed`. The withdrawal's recorder is number 0.
    /// @param witness Shows the tainted record, and the one that it superseded.
    function strike(VehicleId vehicle, Witness calldata witness) external;

    // Views

    /// @notice Readings that rise by more km a day than the pace of the vehicle's class are implausible.
    function paces() external view returns (Paces);

    /// @notice What the registry knows of a vehicle; all zero if it is not registered.
    function stateOf(VehicleId vehicle) external view returns (Vehicle memory);

    /// @notice Running head of a vehicle's history; 0 if it is not registered.
    function headOf(VehicleId vehicle) external view returns (bytes32);

    /// @notice Head after record `number`, kept for every 32nd record; else 0.
    function checkpointOf(VehicleId vehicle, uint256 number) external view returns (bytes32);

    /// @notice Number of the record that corrects or withdraws record `number`; 0 while that stands.
    function supersededBy(VehicleId vehicle, uint256 number) external view returns (uint256);

    /// @notice A recorder's accreditation and number; all zero if it has neither.
    function accreditationOf(
        address recorder
    ) external view returns (uint64 kinds, uint40 from, uint40 until, uint40 revokedFrom, uint32 number);

    /// @notice The address of recorder `number`; 0 if no recorder has that number.
    function recorderOf(uint32 number) external view returns (address);

    /// @notice How many recorders have a number; numbers start at 1.
    function recorders() external view returns (uint32);

    /// @notice Whether a record that `recorder` made at `recordedAt` is tainted by a revocation.
    function isTainted(address recorder, uint40 recordedAt) external view returns (bool);
}
