// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {Accreditation, AccreditationLibrary} from "./Accreditation.sol";
import {Entry, EntryLibrary} from "./Entry.sol";
import {Gauge} from "./Gauge.sol";
import {IERC5192} from "./IERC5192.sol";
import {IVehicleRegistry} from "./IVehicleRegistry.sol";
import {Kind} from "./Kind.sol";
import {Mark} from "./Mark.sol";
import {Odometer} from "./Odometer.sol";
import {Reason} from "./Reason.sol";
import {Record, RecordLibrary} from "./Record.sol";
import {VehicleBatch} from "./VehicleBatch.sol";
import {VehicleId} from "./VehicleId.sol";
import {VehicleState} from "./VehicleState.sol";

/// @title Vehicle registry
/// @notice See `IVehicleRegistry`.
/// @dev A record costs two storage writes, the vehicle's state and its head, in neighbouring slots under one hash.
contract VehicleRegistry is IVehicleRegistry, IERC5192, ERC721, AccessManaged {
    using VehicleBatch for bytes;

    // Types

    /// @dev Of one vehicle; the records themselves are in events.
    struct History {
        VehicleState state;
        bytes32 head;
    }

    // Constants and immutables

    /// @dev All kinds but `Registration`, `OwnershipChange` and `Correction`, which have functions of their own.
    uint64 private constant ACCREDITABLE_KINDS = uint64(
        (1 << uint256(Kind.Correction)) - 1 - (1 << uint256(Kind.Registration)) - (1 << uint256(Kind.OwnershipChange))
    );

    /// @inheritdoc IVehicleRegistry
    uint256 public immutable plausibleKmPerDay;

    // Storage

    mapping(VehicleId vehicle => History history) private _histories;
    mapping(address recorder => Accreditation accreditation) private _accreditations;

    /// @inheritdoc IVehicleRegistry
    mapping(uint32 number => address recorder) public recorderOf;

    /// @inheritdoc IVehicleRegistry
    uint32 public recorders;

    // Constructor

    /// @param name_ ERC-721 name of the titles.
    /// @param symbol_ ERC-721 symbol of the titles.
    /// @param plausibleKmPerDay_ Readings that rise faster are implausible; 1 to 2^24 - 1.
    /// @param authority_ The city's access manager.
    constructor(
        string memory name_,
        string memory symbol_,
        uint256 plausibleKmPerDay_,
        address authority_
    ) ERC721(name_, symbol_) AccessManaged(authority_) {
        bool sensible = plausibleKmPerDay_ != 0 && plausibleKmPerDay_ <= type(uint24).max;
        if (!sensible) revert BadPlausiblePace(plausibleKmPerDay_);

        plausibleKmPerDay = plausibleKmPerDay_;
    }

    // Administration

    /// @inheritdoc IVehicleRegistry
    function accredit(address recorder, uint64 kinds, uint40 from, uint40 until) external restricted {
        uint40 revokedFrom = _accreditations[recorder].revokedFrom();
        if (revokedFrom != 0) revert AlreadyRevoked(recorder, revokedFrom);
        if (kinds == 0 || kinds & ~ACCREDITABLE_KINDS != 0) revert BadKinds(kinds, ACCREDITABLE_KINDS);
        if (until <= from) revert BadPeriod(from, until);

        _accreditations[recorder] = AccreditationLibrary.pack(kinds, from, until, 0, _numberOf(recorder));

        emit Accredited(recorder, kinds, from, until);
    }

    /// @inheritdoc IVehicleRegistry
    function revoke(address recorder, uint40 from) external restricted {
        Accreditation accreditation = _accreditations[recorder];
        uint40 revokedFrom = accreditation.revokedFrom();
        if (from == 0) revert RevokedFromZero(recorder);
        // Never later: that would silently clear records that readers know as tainted.
        if (revokedFrom != 0 && from >= revokedFrom) revert AlreadyRevoked(recorder, revokedFrom);

        _accreditations[recorder] = accreditation.revoked(from);

        emit Revoked(recorder, from);
    }

    /// @inheritdoc IVehicleRegistry
    function register(VehicleId vehicle, address owner, Entry entry, bytes32 document) external restricted {
        _register(vehicle, owner, _registrarsStamp().withEntry(entry), document, 0);
    }

    /// @inheritdoc IVehicleRegistry
    function registerBatch(bytes calldata items) external restricted {
        uint256 count = _countItems(items, VehicleBatch.REGISTRATION_BYTES);
        Record stamp = _registrarsStamp();

        for (uint256 i; i < count; ++i) {
            (VehicleId vehicle, address owner, Entry entry, bytes32 document) = items.registrationAt(i);
            _register(vehicle, owner, stamp.withEntry(entry), document, i);
        }
    }

    /// @inheritdoc IVehicleRegistry
    function transferTitle(VehicleId vehicle, address to, Entry entry, bytes32 document) external restricted {
        Record record_ = _registrarsStamp().withEntry(entry);
        _checkKind(record_, Kind.OwnershipChange, 0);

        _append(vehicle, record_, document, 0);
        uint256 title = uint256(VehicleId.unwrap(vehicle));
        // Needs no approval by the owner and does not call the receiver. Refuses the zero address, which would burn.
        _transfer(_requireOwned(title), to, title);
    }

    /// @inheritdoc IVehicleRegistry
    function correctAsRegistrar(
        VehicleId vehicle,
        Entry entry,
        bytes32 document,
        Witness calldata witness
    ) external restricted {
        Record record_ = _registrarsStamp().withEntry(entry);
        if (record_.kind() > uint256(type(Kind).max)) revert UnknownKind(uint8(record_.kind()));

        _correct(vehicle, record_, document, witness);
    }

    // Users' functions

    /// @inheritdoc IVehicleRegistry
    function record(VehicleId vehicle, Entry entry, bytes32 document) external {
        (uint256 kinds, Record stamp) = _authorise();
        Record record_ = stamp.withEntry(entry);
        if ((kinds >> record_.kind()) & 1 == 0) revert KindNotAccredited(msg.sender, uint8(record_.kind()), 0);

        _append(vehicle, record_, document, 0);
    }

    /// @inheritdoc IVehicleRegistry
    function recordBatch(bytes calldata items) external {
        (uint256 kinds, Record stamp) = _authorise();
        uint256 count = _countItems(items, VehicleBatch.RECORD_BYTES);

        for (uint256 i; i < count; ++i) {
            (VehicleId vehicle, Entry entry, bytes32 document) = items.recordAt(i);
            Record record_ = stamp.withEntry(entry);
            if ((kinds >> record_.kind()) & 1 == 0) revert KindNotAccredited(msg.sender, uint8(record_.kind()), i);
            _append(vehicle, record_, document, i);
        }
    }

    /// @inheritdoc IVehicleRegistry
    function correct(VehicleId vehicle, Entry entry, bytes32 document, Witness calldata witness) external {
        (uint256 kinds, Record stamp) = _authorise();
        Record record_ = stamp.withEntry(entry);
        kinds |= 1 << uint256(Kind.Correction);
        if ((kinds >> record_.kind()) & 1 == 0) revert KindNotAccredited(msg.sender, uint8(record_.kind()), 0);
        uint256 recorder = witness.superseded.record.recorder();
        if (recorder != stamp.recorder()) revert NotTheRecorder(msg.sender, recorderOf[uint32(recorder)]);

        _correct(vehicle, record_, document, witness);
    }

    /// @dev Always reverts: titles move only through `transferTitle`.
    function approve(address, uint256 tokenId) public pure override {
        revert TitleLocked(tokenId);
    }

    /// @dev Always reverts: titles move only through `transferTitle`.
    function setApprovalForAll(address operator, bool) public pure override {
        revert NoOperators(operator);
    }

    /// @dev Always reverts, and so do both forms of `safeTransferFrom`, which call it.
    function transferFrom(address, address, uint256 tokenId) public pure override {
        revert TitleLocked(tokenId);
    }

    // Views

    /// @inheritdoc IVehicleRegistry
    function entryOf(Kind kind, Gauge gauge, uint40 occurredAt, uint24 km) external pure returns (Entry) {
        return EntryLibrary.pack(kind, gauge, occurredAt, km);
    }

    /// @inheritdoc IVehicleRegistry
    function stateOf(VehicleId vehicle) external view returns (Vehicle memory) {
        VehicleState state = _histories[vehicle].state;
        Mark last = state.last();
        return
            Vehicle({
                records: uint24(state.records()),
                last: _kept(last),
                previous: _kept(state.previous()),
                verdict: Odometer.verdictOf(Reason(last.reason())),
                reason: Reason(last.reason()),
                everIllogical: state.hasSeen(Reason.LowerThanEarlier) || state.hasSeen(Reason.HigherThanLater),
                everImplausible: state.hasSeen(Reason.Implausible),
                gaugeEverChanged: state.hasSeen(Reason.GaugeReplaced) ||
                    state.hasSeen(Reason.UnitChanged) ||
                    state.hasSeen(Reason.Imported),
                corrected: state.isCorrected(),
                head: _histories[vehicle].head
            });
    }

    /// @inheritdoc IVehicleRegistry
    function headOf(VehicleId vehicle) external view returns (bytes32) {
        return _histories[vehicle].head;
    }

    /// @inheritdoc IVehicleRegistry
    function accreditationOf(
        address recorder
    ) external view returns (uint64 kinds, uint40 from, uint40 until, uint40 revokedFrom, uint32 number) {
        Accreditation word = _accreditations[recorder];
        return (word.kinds(), word.from(), word.until(), word.revokedFrom(), word.recorder());
    }

    /// @inheritdoc IVehicleRegistry
    function isTainted(address recorder, uint40 recordedAt) external view returns (bool) {
        return _accreditations[recorder].isRevokedAt(recordedAt);
    }

    /// @inheritdoc IERC5192
    function locked(uint256 tokenId) external view returns (bool) {
        _requireOwned(tokenId);
        return true;
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IVehicleRegistry).interfaceId ||
            interfaceId == type(IERC5192).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // Internals

    function _register(VehicleId vehicle, address owner, Record entry, bytes32 document, uint256 index) private {
        History storage history = _histories[vehicle];
        if (history.head != 0) revert VehicleAlreadyRegistered(vehicle, index);
        _checkKind(entry, Kind.Registration, index);

        uint256 title = uint256(VehicleId.unwrap(vehicle));
        _mint(owner, title);
        emit Locked(title);
        history.head = VehicleId.unwrap(vehicle);
        _append(vehicle, entry, document, index);
    }

    function _correct(VehicleId vehicle, Record entry, bytes32 document, Witness calldata witness) private {
        History storage history = _histories[vehicle];
        Record superseded = witness.superseded.record;
        _checkWitness(vehicle, history.head, witness);
        _checkTitleKindKept(Kind(superseded.kind()), Kind(entry.kind()));

        VehicleState state = history.state;
        uint256 number = superseded.number();
        history.state = state.withoutReading(number);
        _append(vehicle, entry.withSupersedes(number), document, 0);
        if (state.previous().number() == number) _judgeLastAgain(history);
    }

    /// @dev All records go through here.
    function _append(VehicleId vehicle, Record entry, bytes32 document, uint256 index) private {
        History storage history = _histories[vehicle];
        VehicleState state = history.state;
        bytes32 head = history.head;
        uint256 number = state.nextNumber();
        if (head == 0) revert VehicleNotRegistered(vehicle, index);
        if (number == 0) revert TooManyRecords(vehicle, index);
        if (entry.occurredAt() > block.timestamp) revert OccurredInFuture(entry.occurredAt(), block.timestamp, index);

        if (entry.gauge() == uint256(Gauge.Read)) {
            (state, entry) = Odometer.takeReading(state, entry, number, plausibleKmPerDay);
        } else {
            _checkGauge(entry, index);
            (state, entry) = Odometer.takeOther(state, entry, number);
        }
        history.state = state;
        history.head = EfficientHashLib.hash(head, bytes32(Record.unwrap(entry)), document);

        emit Recorded(vehicle, entry, document);
    }

    /// @dev After the reading before the last one was corrected: the last one had been judged against it.
    function _judgeLastAgain(History storage history) private {
        VehicleState state = history.state;
        if (!state.last().exists()) return;

        history.state = state.withLastReason(Odometer.judgeLastAgain(state, plausibleKmPerDay));
    }

    /// @dev The kinds that the caller may write now, one bit each, and the caller's stamp.
    function _authorise() private view returns (uint256 kinds, Record stamp) {
        Accreditation word = _accreditations[msg.sender];
        if (block.timestamp < word.from() || block.timestamp >= word.until()) {
            if (word.isRevokedAt(block.timestamp)) revert RecorderRevoked(msg.sender, word.revokedFrom());
            revert NotAccreditedNow(msg.sender, word.from(), word.until());
        }
        return (word.kinds(), RecordLibrary.stamp(word.recorder(), block.timestamp));
    }

    /// @dev The registrar's role lets it write; its number only says who it was.
    function _registrarsStamp() private returns (Record) {
        return RecordLibrary.stamp(_numberOf(msg.sender), block.timestamp);
    }

    /// @dev The address's number, assigned now if it had none.
    function _numberOf(address recorder) private returns (uint32 number) {
        Accreditation word = _accreditations[recorder];
        number = word.recorder();
        if (number != 0) return number;

        number = ++recorders;
        recorderOf[number] = recorder;
        _accreditations[recorder] = AccreditationLibrary.pack(
            word.kinds(),
            word.from(),
            word.until(),
            word.revokedFrom(),
            number
        );

        emit RecorderNumbered(recorder, number);
    }

    /// @dev For every gauge state but `Read`, which needs no check.
    function _checkGauge(Record entry, uint256 index) private pure {
        uint256 gauge = entry.gauge();
        if (gauge > uint256(type(Gauge).max)) revert UnknownGauge(uint8(gauge), index);
        if (gauge == uint256(Gauge.NotRead) && entry.km() != 0) revert UnreadGaugeWithKm(entry.km(), index);
    }

    function _checkKind(Record entry, Kind kind, uint256 index) private pure {
        if (entry.kind() != uint256(kind)) revert WrongKind(uint8(entry.kind()), kind, index);
    }

    /// @dev The witness must end at the head, and none of its later records may supersede the same record.
    function _checkWitness(VehicleId vehicle, bytes32 head, Witness calldata witness) private pure {
        uint256 number = witness.superseded.record.number();
        bytes32 computed = _fold(witness.headBefore, witness.superseded);
        for (uint256 i; i < witness.later.length; ++i) {
            Record later = witness.later[i].record;
            if (later.supersedes() == number) revert AlreadySuperseded(number, later.number());
            computed = _fold(computed, witness.later[i]);
        }
        if (computed != head) revert WitnessMismatch(vehicle, computed, head);
    }

    /// @dev The title moved with such a record, and a correction does not move it back.
    function _checkTitleKindKept(Kind superseded, Kind kind) private pure {
        if (superseded == kind) return;
        if (_movesTitle(superseded) || _movesTitle(kind)) revert TitleKindFixed(superseded, kind);
    }

    function _movesTitle(Kind kind) private pure returns (bool) {
        return kind == Kind.Registration || kind == Kind.OwnershipChange;
    }

    function _fold(bytes32 head, Evidence calldata evidence) private pure returns (bytes32) {
        return EfficientHashLib.hash(head, bytes32(Record.unwrap(evidence.record)), evidence.document);
    }

    function _countItems(bytes calldata items, uint256 itemLength) private pure returns (uint256) {
        if (items.length == 0 || items.length % itemLength != 0) revert BadBatchLength(items.length, itemLength);
        return items.length / itemLength;
    }

    function _kept(Mark mark) private pure returns (KeptReading memory) {
        return KeptReading(uint24(mark.number()), uint40(mark.occurredAt()), uint24(mark.km()));
    }
}
