// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IElectoralRoll} from "./IElectoralRoll.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";

/// @title Ballot box
/// @notice Open ballots on a frozen electoral roll: anyone can relay signed votes, and anyone can recount from the
/// logs.
/// @dev A voter is an index of the roll; choices are a bit mask (bit `i` is option `i`). Each index votes once and
/// cannot change its vote. Ballots are not secret: how an index voted is public. A poll never changes once opened.
interface IBallotBox {
    // Types

    /// @notice Which choices are valid.
    /// @param ExactlyOne One option.
    /// @param UpTo At least one option and at most `picks`.
    /// @param Exactly `picks` options.
    enum Rule {
        ExactlyOne,
        UpTo,
        Exactly
    }

    /// @notice Why a vote in a batch was not counted.
    enum Skip {
        None,
        BadChoices,
        NotEligible,
        AlreadyVoted,
        BadSignature
    }

    /// @notice Voters `first` to `first + count - 1` of the roll.
    struct Range {
        uint24 first;
        uint24 count;
    }

    /// @notice Everything that is decided when a poll is opened.
    /// @param roll A frozen roll.
    /// @param rule Which choices are valid.
    /// @param options 2 to 128.
    /// @param picks The rule's number; 1 for `ExactlyOne`.
    /// @param start Unix seconds from which votes are taken; not in the past.
    /// @param end Unix seconds from which votes are no longer taken.
    /// @param quorumBps Share of the eligible voters, in 1/10,000, who must vote for the result to count.
    /// @param passBps Share of the ballots, in 1/10,000, that the leading option must exceed; 5,000 is an absolute
    /// majority, 0 a plurality.
    /// @param contentHash keccak256 of the document with the question and the options.
    /// @param contentUri Where to get that document.
    /// @param ranges 1 to 16, ascending, disjoint, within the roll: who may vote.
    struct PollSpec {
        RollId roll;
        Rule rule;
        uint8 options;
        uint8 picks;
        uint40 start;
        uint40 end;
        uint16 quorumBps;
        uint16 passBps;
        bytes32 contentHash;
        string contentUri;
        Range[] ranges;
    }

    /// @notice How a poll ended.
    /// @param ballots Votes counted.
    /// @param eligible Voters who may vote.
    /// @param quorumMet Whether enough of them voted.
    /// @param leaders Mask of the options with the most votes; two or more bits are a tie, none means no votes.
    /// @param votes Votes for each leader.
    /// @param passed Whether the quorum was met and a single leader has more than `passBps` of the ballots.
    struct Result {
        uint256 ballots;
        uint256 eligible;
        bool quorumMet;
        uint256 leaders;
        uint256 votes;
        bool passed;
    }

    // Events

    /// @notice A poll was opened; `spec` never changes.
    event PollOpened(PollId indexed poll, PollSpec spec);

    /// @notice Votes were counted. `groups` repeats: choices (16 bytes), count (2), that many voter indices (3 each).
    /// @dev Every counted vote is in exactly one of these logs, so a recount needs nothing else.
    event VotesCounted(PollId indexed poll, bytes groups);

    /// @notice Some votes of a batch were not counted. `items` repeats: place of the vote in the batch (3 bytes, from
    /// 0), voter index (3), reason (1, a `Skip`).
    event VotesSkipped(PollId indexed poll, bytes items);

    // Errors

    /// @notice There is no poll with that number.
    error UnknownPoll(PollId poll);

    /// @notice The poll takes votes from `start` until before `end`.
    error PollNotOpen(PollId poll, uint256 start, uint256 end, uint256 time);

    /// @notice The result is available from `end`.
    error PollNotEnded(PollId poll, uint256 end, uint256 time);

    /// @notice A poll needs a frozen roll.
    error RollNotFrozen(RollId roll);

    /// @notice A poll has 2 to 128 options.
    error BadOptions(uint256 options);

    /// @notice `picks` must be 1 for `ExactlyOne`, otherwise from 1 to the number of options.
    error BadPicks(uint256 picks, uint256 options);

    /// @notice A poll must not start in the past, and must end after it starts.
    error BadPollPeriod(uint256 start, uint256 end, uint256 time);

    /// @notice Shares are in 1/10,000 and at most 10,000.
    error BadShare(uint256 bps);

    /// @notice A poll has 1 to 16 ranges.
    error BadRangeCount(uint256 count);

    /// @notice Ranges must not be empty, must be in ascending order without overlap, and must be within the roll.
    error BadRange(uint256 position, uint256 first, uint256 count);

    /// @notice The group at byte `at` is empty, or the batch ends before the group does.
    error MalformedBatch(uint256 at);

    /// @notice The poll's rule does not allow these choices.
    error BadChoices(PollId poll, uint256 choices);

    /// @notice The voter is in none of the poll's ranges.
    error NotEligible(PollId poll, uint256 index);

    /// @notice The voter has already voted.
    error AlreadyVoted(PollId poll, uint256 index);

    /// @notice The caller is not the voter with that index.
    error NotTheVoter(PollId poll, uint256 index, address voter, address caller);

    /// @notice Not signed by that voter for these choices, this poll, contract and chain.
    error BadSignature(PollId poll, uint256 index, address voter);

    // Administration

    /// @notice Opens a poll.
    /// @dev Restricted. Reverts with `RollNotFrozen`, `BadOptions`, `BadPicks`, `BadPollPeriod`, `BadShare`,
    /// `BadRangeCount`, `BadRange`, and with the roll's `UnknownRoll`.
    /// @return poll Its number.
    function open(PollSpec calldata spec) external returns (PollId poll);

    // Users' functions

    /// @notice Counts a packed batch of signed votes (`VoteBatch`). Anyone may send it.
    /// @dev Each voter has signed `Vote(uint256 poll,uint256 choices)` with a key (ECDSA); smart accounts use `vote` or
    /// `voteBySignature`. Invalid votes are skipped and logged with a reason; even a batch of only invalid votes does
    /// not revert. Reverts with `UnknownPoll`, `PollNotOpen`, `MalformedBatch`.
    /// @return counted How many votes were counted.
    function castBatch(PollId poll, bytes calldata batch) external returns (uint256 counted);

    /// @notice Casts the caller's own vote.
    /// @dev Reverts with `UnknownPoll`, `PollNotOpen`, `BadChoices`, `NotEligible`, `NotTheVoter`, `AlreadyVoted`.
    function vote(PollId poll, uint256 index, uint256 choices) external;

    /// @notice Casts a vote signed by a smart account (ERC-1271) or by a key (65 bytes). Anyone may send it.
    /// @dev Reverts with `UnknownPoll`, `PollNotOpen`, `BadChoices`, `NotEligible`, `BadSignature`, `AlreadyVoted`. The
    /// signed message is `AccountVote(uint256 poll,uint256 index,uint256 choices)`. Unlike the message of a batch, it
    /// names the voter: one key may own several accounts, and its signature for one must not vote for another.
    function voteBySignature(PollId poll, uint256 index, uint256 choices, bytes calldata signature) external;

    // Views

    /// @notice The electoral rolls that polls use.
    function rolls() external view returns (IElectoralRoll);

    /// @notice Everything that was decided when the poll was opened.
    function specOf(PollId poll) external view returns (PollSpec memory);

    /// @notice Votes counted so far, and how many voters may vote.
    function turnout(PollId poll) external view returns (uint256 ballots, uint256 eligible);

    /// @notice Votes counted so far among voters `first` to `first + count - 1`: a district's turnout.
    /// @dev Reads one word per 256 voters; the caller limits the work by `count`.
    function turnoutOf(PollId poll, uint256 first, uint256 count) external view returns (uint256 ballots);

    /// @notice Votes so far, by option.
    function tally(PollId poll) external view returns (uint256[] memory);

    /// @notice Whether the voter may vote in this poll.
    function isEligible(PollId poll, uint256 index) external view returns (bool);

    /// @notice Whether the voter has voted.
    function hasVoted(PollId poll, uint256 index) external view returns (bool);

    /// @notice How the poll ended.
    /// @dev Reverts with `UnknownPoll`, `PollNotEnded`.
    function result(PollId poll) external view returns (Result memory);
}
