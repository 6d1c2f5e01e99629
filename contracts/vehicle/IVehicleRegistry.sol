// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Entry} from "./Entry.sol";
import {Gauge} from "./Gauge.sol";
import {Kind} from "./Kind.sol";
import {Reason} from "./Reason.sol";
import {Record} from "./Record.sol";
import {VehicleId} from "./VehicleId.sol";
import {Verdict} from "./Verdict.sol";

/// @title Vehicle registry
/// @notice Titles and histories of vehicles. A history is a chain of records in events; the registry keeps its running
/// head and what the odometer's readings say, so that a reader can prove that nothing was altered or left out.
/// @dev A record names its recorder by number, and `recorderOf` gives the address: so a record fits one word, its event
/// two, and every record costs some 300 gas less than with the address in it.
/// head(0) = the vehicle's id; head(n) = keccak256(abi.encode(head(n-1), record, document)).
/// The layouts of `Entry` and `Record` are in Entry.sol and Record.sol.
/// A batch is taken whole or not at all. Errors that carry `index` name its item, from 0; outside a batch it is 0.
interface IVehicleRegistry {
    /// @notice One record as its event gave it.
    struct Evidence {
        Record record;
        bytes32 document;
    }

    /// @notice Proves that a record is in a vehicle's history, and still stands.
    /// @param headBefore Head before `superseded`: the vehicle's id where that is its first record.
    /// @param superseded The record to be superseded.
    /// @param later Every record after it, in order.
    struct Witness {
        bytes32 headBefore;
        Evidence superseded;
        Evidence[] later;
    }

    /// @notice A reading that the registry keeps for comparison.
    /// @param number The record that made it; 0 where there is none.
    struct KeptReading {
        uint24 number;
        uint40 occurredAt;
        uint24 km;
    }

    /// @notice What the registry knows of a vehicle.
    /// @param records Number of records, the registration included; 0 means not registered.
    /// @param last Latest reading by date that has not been superseded.
    /// @param previous The one before it by date, as far as kept.
    /// @param verdict Verdict on the last reading, as far as corrected.
    /// @param reason Its reason.
    /// @param everIllogical Whether any reading was ever found illogical, even if corrected since.
    /// @param everImplausible Whether any reading ever rose faster than `plausibleKmPerDay`.
    /// @param gaugeEverChanged Whether the gauge or its unit was ever changed, or the vehicle imported.
    /// @param corrected Whether any record was ever superseded.
    /// @param head Running head of the history.
    struct Vehicle {
        uint24 records;
        KeptReading last;
        KeptReading previous;
        Verdict verdict;
        Reason reason;
        bool everIllogical;
        bool everImplausible;
        bool gaugeEverChanged;
        bool corrected;
        bytes32 head;
    }

    /// @notice A record was appended to the vehicle's history, as its `record.number`.
    /// @param document Salted hash of the document behind the record; 0 where there is none.
    event Recorded(VehicleId indexed vehicle, Record record, bytes32 document);

    /// @notice `recorder` is number `number` in the records it writes.
    event RecorderNumbered(address indexed recorder, uint32 indexed number);

    /// @notice `recorder` may write `kinds` (bit k for kind k) from `from` until just before `until`.
    event Accredited(address indexed recorder, uint64 kinds, uint40 from, uint40 until);

    /// @notice Whatever `recorder` wrote or writes from `from` on is tainted.
    event Revoked(address indexed recorder, uint40 from);

    /// @notice No such vehicle is registered.
    error VehicleNotRegistered(VehicleId vehicle, uint256 index);

    /// @notice The vehicle is registered already.
    error VehicleAlreadyRegistered(VehicleId vehicle, uint256 index);

    /// @notice The recorder's accreditation does not cover now; both times are 0 where there never was one.
    error NotAccreditedNow(address recorder, uint40 from, uint40 until);

    /// @notice The recorder's accreditation is revoked.
    error RecorderRevoked(address recorder, uint40 revokedFrom);

    /// @notice The recorder's accreditation does not cover this kind, or there is no such kind.
    error KindNotAccredited(address recorder, uint8 kind, uint256 index);

    /// @notice There is no such kind.
    error UnknownKind(uint8 kind);

    /// @notice The function takes entries of one kind only.
    error WrongKind(uint8 kind, Kind expected, uint256 index);

    /// @notice The event would lie in the future.
    error OccurredInFuture(uint256 occurredAt, uint256 timestamp, uint256 index);

    /// @notice There is no such gauge state.
    error UnknownGauge(uint8 gauge, uint256 index);

    /// @notice A gauge that was not read must come with 0 km.
    error UnreadGaugeWithKm(uint256 km, uint256 index);

    /// @notice The history is full.
    error TooManyRecords(VehicleId vehicle, uint256 index);

    /// @notice A batch must be one or more items of `itemLength` bytes.
    error BadBatchLength(uint256 length, uint256 itemLength);

    /// @notice A record is corrected by its own recorder, or by the registrar through `correctAsRegistrar`.
    error NotTheRecorder(address caller, address recorder);

    /// @notice The witness does not end at the vehicle's head: a record is missing, altered or out of order.
    error WitnessMismatch(VehicleId vehicle, bytes32 computed, bytes32 head);

    /// @notice The record was superseded before; correct the later one.
    error AlreadySuperseded(uint256 number, uint256 by);

    /// @notice A registration or change of owner is corrected in its reading and document, not into or out of its kind.
    error TitleKindFixed(Kind superseded, Kind kind);

    /// @notice An accreditation must end after it starts.
    error BadPeriod(uint40 from, uint40 until);

    /// @notice An accreditation needs at least one kind, and only kinds that a recorder may write.
    error BadKinds(uint64 kinds, uint64 accreditable);

    /// @notice An address once revoked stays revoked, and can only be revoked from an earlier time.
    error AlreadyRevoked(address recorder, uint40 revokedFrom);

    /// @notice Revocation needs a time.
    error RevokedFromZero(address recorder);

    /// @notice The pace above which a reading is implausible must be 1 to 2**24 - 1 km a day.
    error BadPlausiblePace(uint256 kmPerDay);

    /// @notice A title moves only by `transferTitle`.
    error TitleLocked(uint256 title);

    /// @notice A title moves only by `transferTitle`, so nobody can be approved to move it.
    error NoOperators(address operator);

    /// @notice Lets `recorder` write `kinds` in [`from`, `until`); replaces an earlier accreditation.
    /// @dev Accreditor only. Gives the recorder its number. Reverts with `BadPeriod`, `BadKinds`, `AlreadyRevoked`.
    /// @param kinds Bit k allows kind k. `Registration`, `OwnershipChange` and `Correction` come with their own functions.
    function accredit(address recorder, uint64 kinds, uint40 from, uint40 until) external;

    /// @notice Ends the recorder's accreditation at `from` and taints, in this one write, all that it recorded since.
    /// @dev Accreditor only. Reverts with `AlreadyRevoked`, `RevokedFromZero`. `from` may lie in the past: its point.
    function revoke(address recorder, uint40 from) external;

    /// @notice Enters a vehicle: mints its title to `owner` and opens its history with the record of the registration.
    /// @dev Registrar only. Reverts with `VehicleAlreadyRegistered`, `WrongKind` (`Registration` is expected),
    /// `OccurredInFuture`, `UnknownGauge`, `UnreadGaugeWithKm`.
    function register(VehicleId vehicle, address owner, Entry entry, bytes32 document) external;

    /// @notice Enters many vehicles.
    /// @dev Registrar only. Reverts as `register`, and with `BadBatchLength`.
    /// @param items 94 bytes each: vehicle 32, owner 20, entry 10, document 32.
    function registerBatch(bytes calldata items) external;

    /// @notice Moves the title to `to` and records the change of owner.
    /// @dev Registrar only. Reverts with `VehicleNotRegistered`, `WrongKind` (`OwnershipChange` is expected),
    /// `ERC721InvalidReceiver`, and as `record` for the entry.
    function transferTitle(VehicleId vehicle, address to, Entry entry, bytes32 document) external;

    /// @notice Supersedes any record; otherwise as `correct`.
    /// @dev Registrar only. Reverts as `correct` but for accreditation and `NotTheRecorder`, and with `UnknownKind`.
    function correctAsRegistrar(VehicleId vehicle, Entry entry, bytes32 document, Witness calldata witness) external;

    /// @notice Appends a record to a vehicle's history. A reading below an earlier one is recorded and flagged.
    /// @dev Accredited recorders only. Reverts with `NotAccreditedNow`, `RecorderRevoked`, `KindNotAccredited`,
    /// `VehicleNotRegistered`, `OccurredInFuture`, `UnknownGauge`, `UnreadGaugeWithKm`, `TooManyRecords`.
    /// Records may arrive late; the reading then takes its place by date.
    function record(VehicleId vehicle, Entry entry, bytes32 document) external;

    /// @notice Appends many records, in order: a station's day.
    /// @dev Reverts as `record`, and with `BadBatchLength`.
    /// @param items 74 bytes each: vehicle 32, entry 10, document 32.
    function recordBatch(bytes calldata items) external;

    /// @notice Supersedes a record that the caller wrote by a new one; nothing is deleted.
    /// @dev Reverts as `record`, and with `NotTheRecorder`, `WitnessMismatch`, `AlreadySuperseded`, `TitleKindFixed`.
    /// Costs gas for every record after the superseded one.
    /// @param entry The record as it should have been; of kind `Correction` where nothing takes its place.
    /// @param witness Proof of the superseded record; `dongne.vehicle.History.witness` builds it.
    function correct(VehicleId vehicle, Entry entry, bytes32 document, Witness calldata witness) external;

    /// @notice The ten bytes that a recorder submits; for those who call without `dongne`.
    /// @param occurredAt Unix seconds of the reading or event; never later than the block that takes it.
    /// @param km Kilometres; 0 where the gauge was not read.
    function entryOf(Kind kind, Gauge gauge, uint40 occurredAt, uint24 km) external pure returns (Entry);

    /// @notice The pace, in km a day, above which a rise is found implausible.
    function plausibleKmPerDay() external view returns (uint256);

    /// @notice What the registry knows of a vehicle; all zero where it is not registered.
    function stateOf(VehicleId vehicle) external view returns (Vehicle memory);

    /// @notice Running head of a vehicle's history; 0 where it is not registered.
    function headOf(VehicleId vehicle) external view returns (bytes32);

    /// @notice A recorder's accreditation and number; all zero where it has neither.
    function accreditationOf(
        address recorder
    ) external view returns (uint64 kinds, uint40 from, uint40 until, uint40 revokedFrom, uint32 number);

    /// @notice The recorder that a record's `recorder` number stands for; 0 where the number is not given.
    function recorderOf(uint32 number) external view returns (address);

    /// @notice How many recorders have a number; they are 1 to this.
    function recorders() external view returns (uint32);

    /// @notice Whether what `recorder` wrote at `recordedAt` is tainted by a revocation.
    function isTainted(address recorder, uint40 recordedAt) external view returns (bool);
}
