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
        bool frozen;
        bytes32 commitment;
    }

    // Constants and immutables

    uint256 private constant MAX_VOTERS = type(uint24).max;

    // Storage

    uint32 private _rollCount;
    mapping(RollId roll => Roll) private _rolls;

    // Constructor

    constructor(address authority) AccessManaged(authority) {}

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

        bytes32 whole = keccak256(abi.encode(r.commitment, keccak256(abi.encode(districts))));
        r.commitment = whole;
        r.frozen = true;

        emit RollFrozen(roll, size, whole, districts);
    }

    // Views

    /// @inheritdoc IElectoralRoll
    function voters(RollId roll) external view returns (uint256) {
        return _known(roll).voters;
    }

    /// @inheritdoc IElectoralRoll
    function isFrozen(RollId roll) external view returns (bool) {
        return _known(roll).frozen;
    }

    /// @inheritdoc IElectoralRoll
    function commitment(RollId roll) external view returns (bytes32) {
        return _known(roll).commitment;
    }

    /// @inheritdoc IElectoralRoll
    function voterAt(RollId roll, uint256 index) external view returns (address) {
        if (index >= _known(roll).voters) revert NoSuchVoter(roll, index);

        return VoterBlob.voterAt(blobAt(roll, index / VoterBlob.VOTERS), index % VoterBlob.VOTERS);
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
        if (r.frozen) revert RollAlreadyFrozen(roll);
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
