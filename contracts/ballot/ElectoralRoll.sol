// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IElectoralRoll} from "./IElectoralRoll.sol";
import {RollId} from "./RollId.sol";
import {VoterBlob} from "./VoterBlob.sol";

/// @title Electoral roll
/// @notice See `IElectoralRoll`.
contract ElectoralRoll is IElectoralRoll, AccessManaged {
    // Types

    struct Roll {
        uint24 voters;
        uint24 descents;
        uint40 frozenAt;
        bool withdrawn;
        bytes32 commitment;
    }

    // Constants and immutables

    uint256 private constant MAX_VOTERS = type(uint24).max;

    /// @inheritdoc IElectoralRoll
    uint256 public immutable objectionPeriod;

    // Storage

    uint32 private _rollCount;
    mapping(RollId roll => Roll) private _rolls;

    // Constructor

    constructor(uint256 objectionPeriod_, address authority) AccessManaged(authority) {
        objectionPeriod = objectionPeriod_;
    }

    // Administration

    /// @inheritdoc IElectoralRoll
    function open() external restricted returns (RollId roll) {
        roll = RollId.wrap(++_rollCount);

        emit RollOpened(roll);
    }

    /// @inheritdoc IElectoralRoll
    function append(RollId roll, bytes calldata packed) external restricted {
        Roll storage r = _growing(roll);
        uint256 first = r.voters;
        uint256 count = packed.length / VoterBlob.ADDRESS_BYTES;
        if (packed.length % VoterBlob.ADDRESS_BYTES != 0 || count == 0 || count > VoterBlob.VOTERS) {
            revert BadVoterBytes(packed.length);
        }
        if (first % VoterBlob.VOTERS != 0) revert LastBlobNotFull(roll, first);
        if (first + count > MAX_VOTERS) revert RollFull(roll, first, count);

        r.descents += uint24(_descents(roll, first, packed));
        r.voters = uint24(first + count);
        r.commitment = keccak256(abi.encode(r.commitment, keccak256(packed)));
        address blob = VoterBlob.write(roll, first / VoterBlob.VOTERS, packed);

        emit VotersAppended(roll, first, count, blob);
    }

    /// @inheritdoc IElectoralRoll
    function freeze(RollId roll, District[] calldata districts) external restricted {
        Roll storage r = _growing(roll);
        uint256 size = r.voters;
        if (size == 0) revert RollEmpty(roll);
        uint256 covered = _sizeOf(districts);
        if (covered != size) revert DistrictsDoNotCover(roll, covered, size);

        uint256 between = _descentsBetween(roll, districts);
        if (between != r.descents) revert VotersNotAscending(roll, r.descents, between);

        bytes32 whole = keccak256(abi.encode(r.commitment, keccak256(abi.encode(districts))));
        r.commitment = whole;
        r.frozenAt = uint40(block.timestamp);

        emit RollFrozen(roll, size, whole, districts);
    }

    /// @inheritdoc IElectoralRoll
    function withdraw(RollId roll, bytes32 document, string calldata uri) external restricted {
        Roll storage r = _standing(roll);
        uint256 end = r.frozenAt + objectionPeriod;
        if (block.timestamp >= end) revert ObjectionPeriodOver(roll, end, block.timestamp);
        if (document == 0) revert WithdrawalReasonMissing(roll);

        r.withdrawn = true;

        emit RollWithdrawn(roll, document, uri);
    }

    // Users' functions

    /// @inheritdoc IElectoralRoll
    function proveDuplicate(RollId roll, uint256 first, uint256 second) external {
        Roll storage r = _standing(roll);
        address voter = voterAt(roll, first);
        if (first >= second || voterAt(roll, second) != voter) revert NotADuplicate(roll, first, second);

        r.withdrawn = true;

        emit DuplicateProven(roll, voter, first, second);
    }

    // Views

    /// @inheritdoc IElectoralRoll
    function voters(RollId roll) external view returns (uint256) {
        return _known(roll).voters;
    }

    /// @inheritdoc IElectoralRoll
    function isFrozen(RollId roll) external view returns (bool) {
        return _known(roll).frozenAt != 0;
    }

    /// @inheritdoc IElectoralRoll
    function usableFrom(RollId roll) external view returns (uint256) {
        uint256 frozenAt = _known(roll).frozenAt;
        return frozenAt == 0 ? 0 : frozenAt + objectionPeriod;
    }

    /// @inheritdoc IElectoralRoll
    function isWithdrawn(RollId roll) external view returns (bool) {
        return _known(roll).withdrawn;
    }

    /// @inheritdoc IElectoralRoll
    function commitment(RollId roll) external view returns (bytes32) {
        return _known(roll).commitment;
    }

    /// @inheritdoc IElectoralRoll
    function voterAt(RollId roll, uint256 index) public view returns (address) {
        if (index >= _known(roll).voters) revert NoSuchVoter(roll, index);

        return _voterAt(roll, index);
    }

    /// @inheritdoc IElectoralRoll
    function blobAt(RollId roll, uint256 number) public view returns (address) {
        return VoterBlob.locate(address(this), roll, number);
    }

    // Internals

    function _known(RollId roll) private view returns (Roll storage r) {
        uint256 number = RollId.unwrap(roll);
        if (number == 0 || number > _rollCount) revert UnknownRoll(roll);
        return _rolls[roll];
    }

    function _growing(RollId roll) private view returns (Roll storage r) {
        r = _known(roll);
        if (r.frozenAt != 0) revert RollAlreadyFrozen(roll);
    }

    /// @dev A frozen roll that was not withdrawn.
    function _standing(RollId roll) private view returns (Roll storage r) {
        r = _known(roll);
        if (r.frozenAt == 0) revert RollStillGrows(roll);
        if (r.withdrawn) revert RollAlreadyWithdrawn(roll);
    }

    function _voterAt(RollId roll, uint256 index) private view returns (address) {
        return VoterBlob.voterAt(blobAt(roll, index / VoterBlob.VOTERS), index % VoterBlob.VOTERS);
    }

    /// @dev In how many places the addresses descend, from the one before them on. They may only where a district
    /// begins, which is known once the roll is frozen.
    function _descents(RollId roll, uint256 first, bytes calldata packed) private view returns (uint256 descents) {
        address previous = first == 0 ? address(0) : _voterAt(roll, first - 1);
        uint256 place;
        while (true) {
            (place, previous) = VoterBlob.skipAscending(packed, place, previous);
            if (place >= packed.length) return descents;
            address voter = VoterBlob.voterIn(packed, place);
            if (voter == previous || voter == address(0)) {
                revert VoterTwiceOrZero(roll, first + place / VoterBlob.ADDRESS_BYTES, voter, previous);
            }
            ++descents;
            previous = address(0);
        }
    }

    /// @dev In how many places the addresses descend where a district begins.
    function _descentsBetween(RollId roll, District[] calldata districts) private view returns (uint256 descents) {
        uint256 first;
        for (uint256 i = 1; i < districts.length; ++i) {
            first += districts[i - 1].voters;
            if (_voterAt(roll, first) <= _voterAt(roll, first - 1)) ++descents;
        }
    }

    function _sizeOf(District[] calldata districts) private pure returns (uint256 size) {
        for (uint256 i; i < districts.length; ++i) {
            District calldata d = districts[i];
            bool ascending = i == 0 || d.code > districts[i - 1].code;
            if (!ascending || d.voters == 0) revert BadDistrict(i, d.code, d.voters);
            size += d.voters;
        }
    }
}
