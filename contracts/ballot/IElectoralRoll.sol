// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RollId} from "./RollId.sol";

/// @title Electoral roll
/// @notice Frozen, numbered lists of voters' addresses, sorted by district, for use by any number of polls.
/// @dev Addresses are stored in contract bytecode ("blobs"): writing costs 200 gas a byte, and the first read from a
/// blob of 1,228 voters costs 2,600 gas. Every blob but the last is full, so voter `i` is at place `i % 1228` of blob
/// `i / 1228`. A blob's address follows from roll and number (CREATE3), so there is no directory to read.
///
/// Within a district addresses are strictly ascending, so nobody is listed twice there. An address that stands in two
/// districts is not found by the contract itself, but anyone can prove it, and the roll is then withdrawn. Polls can
/// use a roll once its objection period is over.
interface IElectoralRoll {
    // Types

    /// @notice A district's part of a roll.
    /// @param code The district's official number; ascending within a roll.
    /// @param voters Number of its voters, at least one. The first district starts at voter 0, each other where the one
    /// before it ends.
    struct District {
        uint64 code;
        uint24 voters;
    }

    // Events

    /// @notice A roll was opened; voters can be appended.
    event RollOpened(RollId indexed roll);

    /// @notice `count` voters were appended, as numbers `first` to `first + count - 1`; `blob` holds them.
    event VotersAppended(RollId indexed roll, uint256 first, uint256 count, address blob);

    /// @notice The roll is complete; `commitment` covers every voter and the districts.
    event RollFrozen(RollId indexed roll, uint256 voters, bytes32 commitment, District[] districts);

    /// @notice The roll was withdrawn during its objection period.
    /// @param document keccak256 of the document that gives the reason.
    /// @param uri Where to get that document.
    event RollWithdrawn(RollId indexed roll, bytes32 document, string uri);

    /// @notice `voter` was proven to be listed twice, under `first` and `second`; the roll is withdrawn.
    event DuplicateProven(RollId indexed roll, address voter, uint256 first, uint256 second);

    // Errors

    /// @notice There is no roll with that number.
    error UnknownRoll(RollId roll);

    /// @notice The roll is frozen and takes no more voters.
    error RollAlreadyFrozen(RollId roll);

    /// @notice A roll without voters cannot be frozen.
    error RollEmpty(RollId roll);

    /// @notice Packed addresses must be 20 bytes each, and 1 to 1,228 in a call.
    error BadVoterBytes(uint256 length);

    /// @notice The roll's last blob is not full, so nothing can follow it.
    error LastBlobNotFull(RollId roll, uint256 voters);

    /// @notice A roll holds at most 16,777,215 voters: a packed vote has 3 bytes for the index.
    error RollFull(RollId roll, uint256 voters, uint256 more);

    /// @notice District codes must be in ascending order, and every district must have at least one voter.
    error BadDistrict(uint256 position, uint64 code, uint24 voters);

    /// @notice The districts' voters must add up to the roll's voters.
    error DistrictsDoNotCover(RollId roll, uint256 inDistricts, uint256 voters);

    /// @notice Address `voter` must be above that of the voter before it, `previous`, and not zero.
    error VoterTwiceOrZero(RollId roll, uint256 index, address voter, address previous);

    /// @notice Within a district addresses must ascend: they descend in `descents` places of the roll, of which only
    /// `betweenDistricts` are where a district begins.
    error VotersNotAscending(RollId roll, uint256 descents, uint256 betweenDistricts);

    /// @notice The roll is not frozen.
    error RollStillGrows(RollId roll);

    /// @notice The roll can be withdrawn until before `usableFrom`.
    error ObjectionPeriodOver(RollId roll, uint256 usableFrom, uint256 time);

    /// @notice The roll was withdrawn already.
    error RollAlreadyWithdrawn(RollId roll);

    /// @notice Whoever withdraws a roll gives a document with the reason.
    error WithdrawalReasonMissing(RollId roll);

    /// @notice A proof names two different voters, the lower index first, with the same address.
    error NotADuplicate(RollId roll, uint256 first, uint256 second);

    /// @notice The roll has no voter with that index.
    error NoSuchVoter(RollId roll, uint256 index);

    // Administration

    /// @notice Opens a new roll.
    /// @dev Restricted.
    /// @return roll Its number.
    function open() external returns (RollId roll);

    /// @notice Appends voters.
    /// @dev Restricted. Reverts with `UnknownRoll`, `RollAlreadyFrozen`, `BadVoterBytes`, `LastBlobNotFull`,
    /// `RollFull`, `VoterTwiceOrZero`.
    /// @param roll Number of the roll.
    /// @param voters Addresses, 20 bytes each, in ascending order of district, and within a district in ascending
    /// order; 1,228 in every call but the last.
    function append(RollId roll, bytes calldata voters) external;

    /// @notice Declares the roll complete and publishes its districts.
    /// @dev Restricted. Reverts with `UnknownRoll`, `RollAlreadyFrozen`, `RollEmpty`, `BadDistrict`,
    /// `DistrictsDoNotCover`, `VotersNotAscending`.
    /// @param roll Number of the roll.
    /// @param districts In the roll's order; a city without districts gives one.
    function freeze(RollId roll, District[] calldata districts) external;

    /// @notice Withdraws a frozen roll after an objection, until its objection period is over: no poll will use it.
    /// @dev Restricted. Reverts with `UnknownRoll`, `RollStillGrows`, `RollAlreadyWithdrawn`, `ObjectionPeriodOver`,
    /// `WithdrawalReasonMissing`.
    /// @param document keccak256 of the document that gives the reason, without personal data.
    /// @param uri Where to get that document.
    function withdraw(RollId roll, bytes32 document, string calldata uri) external;

    // Users' functions

    /// @notice Proves that an address is listed twice on a frozen roll: no poll can be opened on it any more. Anyone
    /// may send it, at any time; a poll that was opened before goes on.
    /// @dev Reverts with `UnknownRoll`, `RollStillGrows`, `RollAlreadyWithdrawn`, `NotADuplicate`, `NoSuchVoter`.
    /// @param first Lower index of the address.
    /// @param second Higher index of the address.
    function proveDuplicate(RollId roll, uint256 first, uint256 second) external;

    // Views

    /// @notice How many voters the roll has so far.
    function voters(RollId roll) external view returns (uint256);

    /// @notice Seconds between the freezing of a roll and its first use by a poll.
    function objectionPeriod() external view returns (uint256);

    /// @notice Whether the roll is complete.
    function isFrozen(RollId roll) external view returns (bool);

    /// @notice Unix seconds from which polls can be opened on the roll; 0 while it grows.
    function usableFrom(RollId roll) external view returns (uint256);

    /// @notice Whether the roll was withdrawn, by the city or by a proven duplicate.
    function isWithdrawn(RollId roll) external view returns (bool);

    /// @notice The running hash over the blobs, `c = keccak256(c, keccak256(blob))`, starting from zero. Once the roll
    /// is frozen, `keccak256(c, keccak256(abi.encode(districts)))`.
    function commitment(RollId roll) external view returns (bytes32);

    /// @notice Address of a voter.
    /// @dev Reverts with `NoSuchVoter`.
    function voterAt(RollId roll, uint256 index) external view returns (address);

    /// @notice The address of blob `number` of a roll, whether written yet or not.
    function blobAt(RollId roll, uint256 number) external view returns (address);
}
