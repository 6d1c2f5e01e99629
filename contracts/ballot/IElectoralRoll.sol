// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RollId} from "./RollId.sol";

/// @title Electoral roll
/// @notice Frozen, numbered lists of voters' addresses, sorted by district, for use by any number of polls.
/// @dev Addresses are stored in contract bytecode ("blobs"): writing costs 200 gas a byte, and the first read from a
/// blob of 1,228 voters costs 2,600 gas. Every blob but the last is full, so voter `i` is at place `i % 1228` of blob
/// `i / 1228`. A blob's address follows from roll and number (CREATE3), so there is no directory to read.
///
/// An edition amends a frozen roll for what its changes cost: a lost key, a death or a move strikes an index, newcomers
/// and new keys are appended. A roll and the editions after it, its lineage, share its blobs and its indices: an index
/// means the same voter in all of them, and is never given twice. An edition's own voters, a part of the roll, start
/// with the next blob that no edition was given, so between two parts there may be indices without a voter.
///
/// Within a district of one part addresses are strictly ascending, so nobody is listed twice there. An address that
/// stands in two districts, or in two parts, is not found by the contract itself, but anyone can prove it, and the roll
/// is then withdrawn. Polls can use a roll once its objection period is over.
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

    /// @notice What makes a roll an edition; all zero for a roll that amends none.
    /// @param base The roll that it amends.
    /// @param depth How many editions its lineage has, itself included: 1 to 15.
    /// @param first Index of the first voter that it appends.
    /// @param added How many it appends.
    /// @param before How many voters the rolls before it have appended, struck or not.
    /// @param nextPage The lowest number that a page of struck voters can still have.
    struct Edition {
        RollId base;
        uint8 depth;
        uint24 first;
        uint24 added;
        uint24 before;
        uint16 nextPage;
    }

    // Events

    /// @notice A roll was opened; voters can be appended.
    event RollOpened(RollId indexed roll);

    /// @notice `count` voters were appended, as numbers `first` to `first + count - 1`; `blob` holds them.
    event VotersAppended(RollId indexed roll, uint256 first, uint256 count, address blob);

    /// @notice `roll` amends `base`, and will append `added` voters, as numbers `first` to `first + added - 1`.
    event RollAmended(RollId indexed roll, RollId indexed base, uint256 first, uint256 added);

    /// @notice `count` voters of page `page` are struck from the roll; `blob` says who (`StruckVoters`).
    event VotersStruck(RollId indexed roll, uint256 page, uint256 count, address blob);

    /// @notice The roll is complete; `commitment` covers every voter, who is struck, and the districts.
    /// @param voters How many voters it has who are not struck.
    /// @param districts Of the voters that this very roll has appended.
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

    /// @notice Roll `base` is the last edition of its lineage, which has `most`: publish a new roll.
    error TooManyEditions(RollId base, uint256 most);

    /// @notice Only from an edition voters are struck.
    error NotAnEdition(RollId roll);

    /// @notice Voters are struck before others are appended; `voters` were.
    error StruckTooLate(RollId roll, uint256 voters);

    /// @notice Pages come in ascending order, each once: from `next` to 255.
    error BadPageNumber(RollId roll, uint256 page, uint256 next);

    /// @notice A page of struck voters is a header with at least one bit, and for each bit a word that is not zero, 32
    /// bytes each; this one has `length` bytes for `words` bits.
    error BadStruckPage(uint256 page, uint256 length, uint256 words);

    /// @notice An edition is complete when all voters are appended that it has announced.
    error VotersMissing(RollId roll, uint256 voters, uint256 announced);

    /// @notice The roll's last blob is not full, so nothing can follow it.
    error LastBlobNotFull(RollId roll, uint256 voters);

    /// @notice Indices go up to 16,777,214, as a packed vote has 3 bytes for one; and an edition takes as many voters
    /// as it has announced.
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

    /// @notice The roll has no voter with that index, or the voter is struck.
    error NoSuchVoter(RollId roll, uint256 index);

    // Administration

    /// @notice Opens a new roll.
    /// @dev Restricted.
    /// @return roll Its number.
    function open() external returns (RollId roll);

    /// @notice Opens an edition of a frozen roll. That may be a roll that was withdrawn: the edition strikes what was
    /// wrong with it, and has an objection period of its own.
    /// @dev Restricted. Reverts with `UnknownRoll`, `RollStillGrows`, `TooManyEditions`, `RollFull`.
    /// @param base The roll that it amends: it has the same voters but for those whom the edition strikes and appends.
    /// @param added How many voters will be appended; their indices are kept for it.
    /// @return roll Its number.
    function amend(RollId base, uint256 added) external returns (RollId roll);

    /// @notice Strikes voters from an edition: all who shall not vote, those too who are struck from the base already.
    /// @dev Restricted. Reverts with `UnknownRoll`, `RollAlreadyFrozen`, `NotAnEdition`, `StruckTooLate`,
    /// `BadPageNumber`, `BadStruckPage`, and with `NoSuchVoter` for an index that no roll of the lineage before has.
    /// @param page Number of the page; pages come in ascending order, before voters are appended.
    /// @param packed Header and words of the page, as `StruckVoters` has them behind the count.
    function strike(RollId roll, uint256 page, bytes calldata packed) external;

    /// @notice Appends voters.
    /// @dev Restricted. Reverts with `UnknownRoll`, `RollAlreadyFrozen`, `BadVoterBytes`, `LastBlobNotFull`,
    /// `RollFull`, `VoterTwiceOrZero`.
    /// @param roll Number of the roll.
    /// @param voters Addresses, 20 bytes each, in ascending order of district, and within a district in ascending
    /// order; 1,228 in every call but the last.
    function append(RollId roll, bytes calldata voters) external;

    /// @notice Declares the roll complete and publishes its districts.
    /// @dev Restricted. Reverts with `UnknownRoll`, `RollAlreadyFrozen`, `RollEmpty`, `VotersMissing`, `BadDistrict`,
    /// `DistrictsDoNotCover`, `VotersNotAscending`.
    /// @param roll Number of the roll.
    /// @param districts Of the voters that were appended to it, in their order; a city without districts gives one. An
    /// edition that appends nobody gives none.
    function freeze(RollId roll, District[] calldata districts) external;

    /// @notice Withdraws a frozen roll after an objection, until its objection period is over: no poll will use it.
    /// @dev Restricted. Reverts with `UnknownRoll`, `RollStillGrows`, `RollAlreadyWithdrawn`, `ObjectionPeriodOver`,
    /// `WithdrawalReasonMissing`.
    /// @param document keccak256 of the document that gives the reason, without personal data.
    /// @param uri Where to get that document.
    function withdraw(RollId roll, bytes32 document, string calldata uri) external;

    // Users' functions

    /// @notice Proves that an address is listed twice on a frozen roll, in its own part or in those before it: no poll
    /// can be opened on it any more. Anyone may send it, at any time; a poll that was opened before goes on.
    /// @dev Reverts with `UnknownRoll`, `RollStillGrows`, `RollAlreadyWithdrawn`, `NotADuplicate`, `NoSuchVoter`.
    /// @param first Lower index of the address.
    /// @param second Higher index of the address.
    function proveDuplicate(RollId roll, uint256 first, uint256 second) external;

    // Views

    /// @notice How many voters the roll has so far who are not struck.
    function voters(RollId roll) external view returns (uint256);

    /// @notice How many of voters `first` to `first + count - 1` are not struck; 0 if they are not all within one part
    /// of the roll.
    function votersIn(RollId roll, uint256 first, uint256 count) external view returns (uint256);

    /// @notice Whether an index is struck from the roll.
    function isStruck(RollId roll, uint256 index) external view returns (bool);

    /// @notice How many indices are struck from the roll.
    function struckFrom(RollId roll) external view returns (uint256);

    /// @notice What makes the roll an edition.
    function editionOf(RollId roll) external view returns (Edition memory);

    /// @notice The first roll of its lineage, whose blobs hold all its voters; the roll itself if it amends none.
    function originOf(RollId roll) external view returns (RollId);

    /// @notice Seconds between the freezing of a roll and its first use by a poll.
    function objectionPeriod() external view returns (uint256);

    /// @notice Whether the roll is complete.
    function isFrozen(RollId roll) external view returns (bool);

    /// @notice Unix seconds from which polls can be opened on the roll; 0 while it grows.
    function usableFrom(RollId roll) external view returns (uint256);

    /// @notice Whether the roll was withdrawn, by the city or by a proven duplicate.
    function isWithdrawn(RollId roll) external view returns (bool);

    /// @notice The running hash over the blobs, `c = keccak256(c, keccak256(blob))`, starting from zero. Once the roll
    /// is frozen, `keccak256(c, keccak256(abi.encode(districts)))`. That of an edition starts from `keccak256(b, first,
    /// added)`, where b is the commitment of its base, and before the blobs goes on with `keccak256(c,
    /// keccak256(packed), page)` for each page that was struck.
    function commitment(RollId roll) external view returns (bytes32);

    /// @notice Address of a voter.
    /// @dev Reverts with `NoSuchVoter`.
    function voterAt(RollId roll, uint256 index) external view returns (address);

    /// @notice The address of blob `number` of a roll's lineage, whether written yet or not.
    function blobAt(RollId roll, uint256 number) external view returns (address);

    /// @notice The address of page `number` of the voters struck from a roll, whether written or not.
    function pageAt(RollId roll, uint256 number) external view returns (address);
}
