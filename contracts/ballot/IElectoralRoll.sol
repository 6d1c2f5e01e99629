// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RollId} from "./RollId.sol";

/// @title Electoral roll
/// @notice Frozen, numbered lists of voters' addresses, sorted by district, that any number of polls may use.
/// @dev Addresses live in contract bytecode ("blobs"): 200 gas a byte once, then 2,600 gas for the first look
/// into a blob of 1,228 voters. Every blob but the last is full, so voter `i` is at place `i % 1228` of blob
/// `i / 1228`, and a blob's address follows from roll and number alone (CREATE3): no directory is ever read.
interface IElectoralRoll {
    /// @notice A district's share of a roll.
    /// @param code The district's official number; ascending within a roll.
    /// @param voters How many voters it has, at least one. The first district starts at voter 0, the next where it ends.
    struct District {
        uint64 code;
        uint24 voters;
    }

    /// @notice A roll was opened and takes voters.
    event RollOpened(RollId indexed roll);

    /// @notice `count` voters were appended, as numbers `first` to `first + count - 1`; `blob` holds them.
    event VotersAppended(RollId indexed roll, uint256 first, uint256 count, address blob);

    /// @notice The roll is complete; `commitment` covers every voter and the districts.
    event RollFrozen(RollId indexed roll, uint256 voters, bytes32 commitment, District[] districts);

    /// @notice There is no roll of that number.
    error UnknownRoll(RollId roll);

    /// @notice The roll is frozen and takes no more voters.
    error RollAlreadyFrozen(RollId roll);

    /// @notice A roll without voters cannot be frozen.
    error RollEmpty(RollId roll);

    /// @notice Packed addresses must be 20 bytes each and 1 to 1,228 a call.
    error BadVoterBytes(uint256 length);

    /// @notice Only the last blob may be less than full, so nothing follows one that is.
    error LastBlobNotFull(RollId roll, uint256 voters);

    /// @notice A roll holds at most 16,777,215 voters: numbers are 3 bytes in a packed vote.
    error RollFull(RollId roll, uint256 voters, uint256 more);

    /// @notice District codes must ascend and every district must have a voter.
    error BadDistrict(uint256 position, uint64 code, uint24 voters);

    /// @notice The districts together must hold exactly the roll's voters.
    error DistrictsDoNotCover(RollId roll, uint256 inDistricts, uint256 voters);

    /// @notice The roll has no voter of that number.
    error NoSuchVoter(RollId roll, uint256 index);

    /// @notice Opens a new roll.
    /// @return roll Its number.
    function open() external returns (RollId roll);

    /// @notice Appends voters.
    /// @dev Reverts with `UnknownRoll`, `RollAlreadyFrozen`, `BadVoterBytes`, `LastBlobNotFull`, `RollFull`.
    /// Warning: duplicates are not detected here; the importer refuses them, and `dongne ballot roll audit` finds them.
    /// @param roll Number of the roll.
    /// @param voters Addresses, 20 bytes each, in ascending order of district; 1,228 in every call but the last.
    function append(RollId roll, bytes calldata voters) external;

    /// @notice Declares the roll complete and publishes its districts.
    /// @dev Reverts with `UnknownRoll`, `RollAlreadyFrozen`, `RollEmpty`, `BadDistrict`, `DistrictsDoNotCover`.
    /// @param roll Number of the roll.
    /// @param districts In the roll's order; one district is enough for a city without any.
    function freeze(RollId roll, District[] calldata districts) external;

    /// @notice How many voters the roll has so far.
    function voters(RollId roll) external view returns (uint256);

    /// @notice Whether the roll is complete and usable by polls.
    function isFrozen(RollId roll) external view returns (bool);

    /// @notice The running hash `c = keccak256(c, keccak256(blob))` over the blobs from zero; once frozen, hashed
    /// again as `keccak256(c, keccak256(abi.encode(districts)))`.
    function commitment(RollId roll) external view returns (bytes32);

    /// @notice Address of a voter.
    /// @dev Reverts with `NoSuchVoter`.
    function voterAt(RollId roll, uint256 index) external view returns (address);

    /// @notice Where blob `number` of a roll lives, written or not.
    function blobAt(RollId roll, uint256 number) external view returns (address);
}
