// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {Accreditation, AccreditationLibrary} from "./Accreditation.sol";
import {Amendment} from "./Amendment.sol";
import {Entry, EntryLibrary} from "./Entry.sol";
import {Gauge} from "./Gauge.sol";
import {History, HistoryLibrary} from "./History.sol";
import {IERC5192} from "./IERC5192.sol";
import {IVehicleRegistry} from "./IVehicleRegistry.sol";
import {Kind} from "./Kind.sol";
import {KindSet} from "./KindSet.sol";
import {Mark} from "./Mark.sol";
import {Odometer} from "./Odometer.sol";
import {Paces} from "./Paces.sol";
import {Reason} from "./Reason.sol";
import {Record, RecordLibrary} from "./Record.sol";
import {VehicleBatch} from "./VehicleBatch.sol";
import {VehicleId} from "./VehicleId.sol";
import {VehicleState, VehicleStateLibrary} from "./VehicleState.sol";

/// @title Vehicle registry
/// @notice See `IVehicleRegistry`.
/// @dev A record costs two storage writes, the vehicle's state and its head, in neighbouring slots under one hash.
contract VehicleRegistry is IVehicleRegistry, IERC5192, ERC721, AccessManaged {
    using KindSet for uint256;
    using VehicleBatch for bytes;

    // Constants and immutables

    /// @inheritdoc IVehicleRegistry
    Paces public immutable paces;

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
    /// @param paces_ Km a day above which a rise is implausible, by class of vehicles; class 0 needs one.
    /// @param authority_ The city's access manager.
    constructor(
        string memory name_,
        string memory symbol_,
        Paces paces_,
        address authority_
    ) ERC721(name_, symbol_) AccessManaged(authority_) {
        if (!paces_.has(0)) revert BadPaces(paces_);

        paces = paces_;
    }

    // Administration

    /// @inheritdoc IVehicleRegistry
    function accredit(address recorder, uint64 kinds, uint40 from, uint40 until) external restricted {
        uint40 revokedFrom = _accreditations[recorder].revokedFrom();
        if (revokedFrom != 0) revert AlreadyRevoked(recorder, revokedFrom);
        // The bit for gauges says nothing without a kind.
        uint64 named = kinds & ~(uint64(1) << AccreditationLibrary.GAUGE_CHANGES);
        if (named == 0 || named & ~KindSet.ACCREDITABLE != 0) revert BadKinds(kinds, uint64(KindSet.ACCREDITABLE));
        if (until <= from) revert BadPeriod(from, until);

        _accreditations[recorder] = AccreditationLibrary.pack(kinds, from, until, 0, _numberOf(recorder));

        emit Accredited(recorder, kinds, from, until);
    }

    /// @inheritdoc IVehicleRegistry
    function revoke(address recorder, uint40 from) external restricted {
        Accreditation accreditation = _accreditations[recorder];
        uint40 revokedFrom = accreditation.revokedFrom();
        // Nobody's number stands for strikes, which nobody taints.
        if (from == 0 || recorder == address(0)) revert BadRevocation(recorder, from);
        // Never later: that would silently clear records that readers know as tainted.
        if (revokedFrom != 0 && from >= revokedFrom) revert AlreadyRevoked(recorder, revokedFrom);

        _accreditations[recorder] = accreditation.revoked(from);

        emit Revoked(recorder, from);
    }

    /// @inheritdoc IVehicleRegistry
    function liftRevocation(address recorder) external restricted {
        Accreditation accreditation = _accreditations[recorder];
        if (accreditation.revokedFrom() == 0) revert NotRevoked(recorder);

        _accreditations[recorder] = accreditation.lifted();

        emit RevocationLifted(recorder);
    }

    /// @inheritdoc IVehicleRegistry
    function register(VehicleId vehicle, address owner, Entry entry, bytes32 document) external restricted {
        _register(vehicle, owner, _officersStamp().withEntry(entry), document, 0);
    }

    /// @inheritdoc IVehicleRegistry
    function registerBatch(bytes calldata items) external restricted {
        uint256 count = _countItems(items, VehicleBatch.REGISTRATION_BYTES);
        Record stamp = _officersStamp();

        for (uint256 i; i < count; ++i) {
            (VehicleId vehicle, address owner, Entry entry, bytes32 document) = items.registrationAt(i);
            _register(vehicle, owner, stamp.withEntry(entry), document, i);
        }
    }

    /// @inheritdoc IVehicleRegistry
    function transferTitle(VehicleId vehicle, address to, Entry entry, bytes32 document) external restricted {
        Record record_ = _officersStamp().withEntry(entry);
        _checkKind(record_, Kind.OwnershipChange, 0);
        _checkUnread(record_);
        uint256 restrictions = _histories[vehicle].state.restrictions();
        if (restrictions != 0) revert TitleRestricted(vehicle, restrictions);

        _append(vehicle, record_, document, 0);
        uint256 title = uint256(VehicleId.unwrap(vehicle));
        // Needs no approval by the owner and does not call the receiver. Refuses the zero address, which would burn.
        _transfer(_requireOwned(title), to, title);
    }

    /// @inheritdoc IVehicleRegistry
    function recordRestriction(VehicleId vehicle, Entry entry, bytes32 document) external restricted {
        Record record_ = _officersStamp().withEntry(entry);
        _checkUnread(record_);
        VehicleState state = _histories[vehicle].state;
        _histories[vehicle].state = state.withRestrictions(
            _restrictionsAfter(vehicle, state.restrictions(), record_.kind())
        );

        _append(vehicle, record_, document, 0);
    }

    /// @inheritdoc IVehicleRegistry
    function correctAsOfficer(
        VehicleId vehicle,
        Entry entry,
        bytes32 document,
        Witness calldata witness
    ) external restricted {
        Record record_ = _officersStamp().withEntry(entry);
        if (record_.kind() > uint256(type(Kind).max)) revert UnknownKind(uint8(record_.kind()));

        _correct(vehicle, record_, document, witness, false);
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
        uint256 recorder = HistoryLibrary.recordIn(witness, witness.number).recorder();
        if (recorder != stamp.recorder()) revert NotTheRecorder(msg.sender, recorderOf[uint32(recorder)]);

        _correct(vehicle, record_, document, witness, false);
    }

    /// @inheritdoc IVehicleRegistry
    function strike(VehicleId vehicle, Witness calldata witness) external {
        Record tainted = HistoryLibrary.recordIn(witness, witness.number);
        address recorder = recorderOf[uint32(tainted.recorder())];
        if (!_accreditations[recorder].isRevokedAt(tainted.recordedAt())) {
            revert NotTainted(witness.number, recorder);
        }
        uint256 back = tainted.supersedes();
        Amendment amendment = _histories[vehicle].amendments[back];
        // A tainted correction that was corrected itself still hides what it superseded.
        bool hides = back != 0 && amendment.supersededBy() == witness.number;
        Record withdrawal = RecordLibrary.stamp(0, block.timestamp).withEntry(
            EntryLibrary.pack(Kind.Correction, Gauge.NotRead, 0, uint40(block.timestamp), 0)
        );

        _correct(vehicle, withdrawal, 0, witness, hides);
        if (hides) _takeBack(vehicle, HistoryLibrary.recordIn(witness, back));
    }

    /// @dev Always reverts: titles move only through `transferTitle`.
    function approve(address, uint256 tokenId) public pure override {
        revert TitleLocked(tokenId);
    }

    /// @dev Always reverts: titles move only through `transferTitle`.
    function setApprovalForAll(address operator, bool) public pure override {
        revert NoOperators(operator);
    }

    /// @dev Always reverts, and so does the form without data, which calls it.
    function safeTransferFrom(address, address, uint256 tokenId, bytes memory) public pure override {
        revert TitleLocked(tokenId);
    }

    /// @dev Always reverts.
    function transferFrom(address, address, uint256 tokenId) public pure override {
        revert TitleLocked(tokenId);
    }

    // Views

    /// @inheritdoc IVehicleRegistry
    function stateOf(VehicleId vehicle) external view returns (Vehicle memory) {
        VehicleState state = _histories[vehicle].state;
        uint256 brands = _histories[vehicle].brands.kinds();
        Mark last = state.last();
        return
            Vehicle({
                records: uint24(state.records()),
                last: _kept(last),
                previous: _kept(state.previous()),
                verdict: Odometer.verdictOf(state, brands),
                reason: Reason(last.reason()),
                illogical: uint16(state.illogical()),
                gaugeChanges: uint8(state.gaugeChanges()),
                everIllogical: state.wasEverIllogical(),
                everImplausible: state.wasEverImplausible(),
                gaugeEverChanged: state.wasEverGaugeChanged(),
                corrected: state.isCorrected(),
                brands: uint64(brands),
                restrictions: uint16(state.restrictions()),
                class: uint8(state.class()),
                head: _histories[vehicle].head
            });
    }

    /// @inheritdoc IVehicleRegistry
    function headOf(VehicleId vehicle) external view returns (bytes32) {
        return _histories[vehicle].head;
    }

    /// @inheritdoc IVehicleRegistry
    function checkpointOf(VehicleId vehicle, uint256 number) external view returns (bytes32) {
        return _histories[vehicle].checkpoints[number];
    }

    /// @inheritdoc IVehicleRegistry
    function supersededBy(VehicleId vehicle, uint256 number) external view returns (uint256) {
        return _histories[vehicle].amendments[number].supersededBy();
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

    /// @dev Titles have no metadata document: what counts of a vehicle is its history.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return "";
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
        history.state = history.state.withClass(_checkedClass(entry, index));
        _append(vehicle, entry, document, index);
    }

    /// @dev A record is superseded once; `again` lets a strike do it again.
    function _correct(VehicleId vehicle, Record entry, bytes32 document, Witness calldata witness, bool again) private {
        History storage history = _histories[vehicle];
        uint256 number = witness.number;
        history.prove(vehicle, witness);
        Record superseded = HistoryLibrary.recordIn(witness, number);
        Amendment amendment = history.amendments[number];
        bool stands = amendment.supersededBy() == 0;
        if (!stands && !again) revert AlreadySuperseded(number, amendment.supersededBy());
        _checkKindKept(superseded.kind(), entry.kind());
        bool reading = entry.gauge() != uint256(Gauge.NotRead);
        if (entry.kind() == uint256(Kind.Correction) && reading) revert WithdrawalWithReading(uint8(entry.gauge()));

        VehicleState state = history.state;
        history.amendments[number] = amendment.withSupersededBy(state.nextNumber());
        if (stands && KindSet.BRANDING.has(superseded.kind()))
            history.brands = history.brands.without(superseded.kind());
        if (stands && superseded.gauge() != uint256(Gauge.NotRead)) {
            state = history.remove(_bench(vehicle, state), state, superseded, witness);
        }
        if (entry.kind() == uint256(Kind.Registration)) state = state.withClass(_checkedClass(entry, 0));
        history.state = state.asCorrected();
        _append(vehicle, entry.withSupersedes(number), document, 0);
    }

    /// @dev Lets a record stand again whose correction was struck.
    function _takeBack(VehicleId vehicle, Record back) private {
        History storage history = _histories[vehicle];
        history.amendments[back.number()] = history.amendments[back.number()].withSupersededBy(0);
        if (KindSet.BRANDING.has(back.kind())) history.brands = history.brands.with(back.kind());
        if (back.gauge() == uint256(Gauge.NotRead)) return;

        VehicleState state = history.state;
        history.state = history.takeBack(_bench(vehicle, state), state, back);
    }

    /// @dev All records go through here.
    function _append(VehicleId vehicle, Record entry, bytes32 document, uint256 index) private {
        History storage history = _histories[vehicle];
        VehicleState state = history.state;
        bytes32 head = history.head;
        uint256 number = state.nextNumber();
        if (head == 0) revert VehicleNotRegistered(vehicle, index);
        if (number == 0) revert TooManyRecords(vehicle, index);
        uint256 at = entry.occurredAt();
        if (at > block.timestamp) revert OccurredInFuture(at, block.timestamp, index);
        // Written out: `has` costs more here, and every record pays for it.
        if ((1 << entry.kind()) & KindSet.BRANDING != 0) history.brands = history.brands.with(entry.kind());

        Mark last = state.last();
        // Fast path: most records are the next reading of the series.
        if (at >= last.occurredAt() && entry.gauge() == uint256(Gauge.Read)) {
            uint256 reason = uint256(Reason.NoBaseline);
            if (last.exists()) reason = Odometer.follow(last, at, entry.km(), paces.at(state.placeOfPace()));
            if (reason != uint256(Reason.Consistent)) state = state.withFinding(reason);
            entry = entry.complete(reason, number, last.number());
            state = state.withNext(entry.mark());
        } else {
            _checkGauge(entry, document, index);
            (state, entry) = history.take(_bench(vehicle, state), state, entry, number);
        }
        head = EfficientHashLib.hash(head, bytes32(Record.unwrap(entry)), document);
        history.state = state;
        history.head = head;
        if (number & HistoryLibrary.CHECKPOINT_MASK == 0) history.checkpoints[number] = head;

        emit Recorded(vehicle, entry, document);
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

    /// @dev The officer's role lets it write; its number only says who it was.
    function _officersStamp() private returns (Record) {
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

    function _checkGauge(Record entry, bytes32 document, uint256 index) private view {
        uint256 gauge = entry.gauge();
        if (gauge > uint256(type(Gauge).max)) revert UnknownGauge(uint8(gauge), index);
        if (gauge == uint256(Gauge.NotRead) && entry.km() != 0) revert UnreadGaugeWithKm(entry.km(), index);
        if (gauge <= uint256(Gauge.Read)) return;
        // Only the registrar writes registrations: it sees the papers of imported vehicles.
        bool allowed = entry.kind() == uint256(Kind.Registration) || _accreditations[msg.sender].allowsGaugeChanges();
        if (!allowed) revert GaugeChangeNotAccredited(msg.sender, uint8(gauge), index);
        if (document == 0) revert GaugeChangeWithoutDocument(uint8(gauge), index);
    }

    function _bench(VehicleId vehicle, VehicleState state) private view returns (Bench memory) {
        return Bench(vehicle, paces.at(state.placeOfPace()));
    }

    /// @dev The class of vehicles that a registration names.
    function _checkedClass(Record entry, uint256 index) private view returns (uint256 class) {
        class = entry.outcome();
        if (!paces.has(class)) revert UnknownVehicleClass(class, index);
    }

    function _restrictionsAfter(VehicleId vehicle, uint256 restrictions, uint256 kind) private pure returns (uint256) {
        if (KindSet.RESTRICTING.has(kind)) {
            if (restrictions == VehicleStateLibrary.MOST_RESTRICTIONS) revert TooManyRestrictions(vehicle);
            return restrictions + 1;
        }
        if (!KindSet.RELEASING.has(kind)) revert NotARestriction(uint8(kind));
        if (restrictions == 0) revert TitleNotRestricted(vehicle);
        return restrictions - 1;
    }

    function _checkKind(Record entry, Kind kind, uint256 index) private pure {
        if (entry.kind() != uint256(kind)) revert WrongKind(uint8(entry.kind()), kind, index);
    }

    /// @dev The title moved, or was restricted or released, with such a record, and a correction does not undo that.
    function _checkKindKept(uint256 superseded, uint256 kind) private pure {
        if (superseded == kind) return;
        if (KindSet.BOUND.has(superseded) || KindSet.BOUND.has(kind)) revert KindFixed(Kind(superseded), Kind(kind));
    }

    /// @dev Whoever moves or restricts titles does nothing else.
    function _checkUnread(Record entry) private pure {
        if (entry.gauge() != uint256(Gauge.NotRead)) revert TitleRecordWithReading(uint8(entry.gauge()));
    }

    function _countItems(bytes calldata items, uint256 itemLength) private pure returns (uint256) {
        if (items.length == 0 || items.length % itemLength != 0) revert BadBatchLength(items.length, itemLength);
        return items.length / itemLength;
    }

    function _kept(Mark mark) private pure returns (KeptReading memory) {
        return KeptReading(uint24(mark.number()), uint40(mark.occurredAt()), uint24(mark.km()));
    }
}
