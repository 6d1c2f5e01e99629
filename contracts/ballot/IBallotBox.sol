// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IElectoralRoll} from "./IElectoralRoll.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";

/// @title Ballot box
/// @notice Open ballots on a frozen electoral roll: anyone relays signed votes, anyone recounts from the logs.
/// @dev A voter is an index of the roll; a choice is a bit mask (bit `i` = option `i`). One vote an index, for good.
/// The ballot is open: how an index voted is public. A poll never changes once opened.
interface IBallotBox {
    /// @notice What makes a mask a valid choice.
    /// @param ExactlyOne One option.
    /// @param UpTo At least one option and at most `picks`.
    /// @param Exactly `picks` options.
    enum Rule {
        ExactlyOne,
        UpTo,
        Exactly
    }

    /// @notice Why a vote of a batch was not counted.
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

    /// @notice Everything that is decided about a poll, once.
    /// @param roll A frozen roll.
    /// @param rule What makes a choice valid.
    /// @param options 2 to 128.
    /// @param picks The rule's number; 1 for `ExactlyOne`.
    /// @param start Unix seconds of the first moment that takes votes; not in the past.
    /// @param end Unix seconds of the first moment that takes none.
    /// @param quorumBps Share of the eligible voters, in 1/10,000, that must vote for a result to count.
    /// @param passBps Share of the ballots, in 1/10,000, of which the leading option must have more; 5,000 is an
    /// absolute majority, 0 a plurality.
    /// @param contentHash keccak256 of the document that words question and options.
    /// @param contentUri Where that document can be had.
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
    /// @param eligible Voters who could.
    /// @param quorumMet Whether enough of them did.
    /// @param leaders Mask of the options with the most votes; two bits or more are a tie, none is no vote at all.
    /// @param votes Votes of each leader.
    /// @param passed Quorum met, one leader, and more than `passBps` of the ballots for it.
    struct Result {
        uint256 ballots;
        uint256 eligible;
        bool quorumMet;
        uint256 leaders;
        uint256 votes;
        bool passed;
    }

    /// @notice A poll was opened, as it will be for good.
    event PollOpened(PollId indexed poll, PollSpec spec);

    /// @notice Votes were counted. `groups` repeats: choices (16 bytes), count (2), count voter indices (3 each).
    /// @dev Every counted vote is in exactly one such log, so a recount needs nothing else.
    event VotesCounted(PollId indexed poll, bytes groups);

    /// @notice Votes of a batch were not counted. `items` repeats: place of the vote in the batch (3 bytes, from 0),
    /// voter index (3), reason (1, a `Skip`).
    event VotesSkipped(PollId indexed poll, bytes items);

    /// @notice There is no poll of that number.
    error UnknownPoll(PollId poll);

    /// @notice The poll takes votes from `start` until before `end`.
    error PollNotOpen(PollId poll, uint256 start, uint256 end, uint256 time);

    /// @notice The result is known from `end` on.
    error PollNotEnded(PollId poll, uint256 end, uint256 time);

    /// @notice A poll needs a roll that is frozen.
    error RollNotFrozen(RollId roll);

    /// @notice A poll has 2 to 128 options.
    error BadOptions(uint256 options);

    /// @notice `picks` must be 1 for `ExactlyOne`, otherwise 1 to the number of options.
    error BadPicks(uint256 picks, uint256 options);

    /// @notice A poll starts now or later and ends after it starts.
    error BadPollPeriod(uint256 start, uint256 end, uint256 time);

    /// @notice Shares are in 1/10,000 and at most 10,000.
    error BadShare(uint256 bps);

    /// @notice A poll has 1 to 16 ranges.
    error BadRangeCount(uint256 count);

    /// @notice Ranges must not be empty, must ascend without overlap, and must lie within the roll.
    error BadRange(uint256 position, uint256 first, uint256 count);

    /// @notice The batch has an empty group at byte `at`, or ends inside the group that starts there.
    error MalformedBatch(uint256 at);

    /// @notice The choices break the poll's rule.
    error BadChoices(PollId poll, uint256 choices);

    /// @notice The voter is in none of the poll's ranges.
    error NotEligible(PollId poll, uint256 index);

    /// @notice The voter's vote was counted before.
    error AlreadyVoted(PollId poll, uint256 index);

    /// @notice The roll has another address under that index.
    error NotTheVoter(PollId poll, uint256 index, address voter, address caller);

    /// @notice The signature is not that voter's for this choice, poll, contract and chain.
    error BadSignature(PollId poll, uint256 index, address voter);

    /// @notice Opens a poll.
    /// @dev Reverts with `RollNotFrozen`, `BadOptions`, `BadPicks`, `BadPollPeriod`, `BadShare`, `BadRangeCount`, `BadRange`
    /// and, of the roll, `UnknownRoll`.
    function open(PollSpec calldata spec) external returns (PollId poll);

    /// @notice Counts a packed batch of signed votes (`VoteBatch`), whoever brings it.
    /// @dev Each voter signed `Vote(uint256 poll,uint256 choices)`.
    /// Invalid votes are skipped and logged with their reason: a batch never fails because of one, or of all.
    /// Reverts with `UnknownPoll`, `PollNotOpen`, `MalformedBatch`.
    /// Only keys sign here (ECDSA); smart accounts use `vote` or `voteBySignature`.
    /// @return counted How many votes were counted.
    function castBatch(PollId poll, bytes calldata batch) external returns (uint256 counted);

    /// @notice Casts the caller's own vote.
    /// @dev Reverts with `UnknownPoll`, `PollNotOpen`, `BadChoices`, `NotEligible`, `NotTheVoter`, `AlreadyVoted`.
    function vote(PollId poll, uint256 index, uint256 choices) external;

    /// @notice Casts a vote that was signed for a smart account (ERC-1271), or by a key (65 bytes), whoever brings it.
    /// @dev Reverts with `UnknownPoll`, `PollNotOpen`, `BadChoices`, `NotEligible`, `BadSignature`, `AlreadyVoted`.
    /// The signed message is `AccountVote(uint256 poll,uint256 index,uint256 choices)`. It names the voter, unlike that
    /// of a batch: one key may own several accounts, and what it signs for one must not vote for another.
    function voteBySignature(PollId poll, uint256 index, uint256 choices, bytes calldata signature) external;

    /// @notice The rolls that polls use.
    function rolls() external view returns (IElectoralRoll);

    /// @notice What was decided when the poll was opened.
    function specOf(PollId poll) external view returns (PollSpec memory);

    /// @notice Votes counted so far and voters who may vote.
    function turnout(PollId poll) external view returns (uint256 ballots, uint256 eligible);

    /// @notice Votes counted so far among voters `first` to `first + count - 1`: a district's turnout.
    /// @dev Reads a word for each 256 voters asked for; the caller bounds the work.
    function turnoutOf(PollId poll, uint256 first, uint256 count) external view returns (uint256 ballots);

    /// @notice Votes so far by option.
    function tally(PollId poll) external view returns (uint256[] memory);

    /// @notice Whether the voter may vote in this poll.
    function isEligible(PollId poll, uint256 index) external view returns (bool);

    /// @notice Whether the voter's vote was counted.
    function hasVoted(PollId poll, uint256 index) external view returns (bool);

    /// @notice How the poll ended.
    /// @dev Reverts with `UnknownPoll`, `PollNotEnded`.
    function result(PollId poll) external view returns (Result memory);
}
