// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";

/// @title Poll box
/// @notice What boxes with open polls have in common, whatever their ballots say: a frozen roll, a period, words that
/// are decided once, one vote for each voter, and who may vote, who voted and what came out, all public.
/// @dev A voter is an index of the roll. Each index votes once and cannot change its vote. A poll never changes once
/// opened; until its start it can be cancelled.
interface IPollBox {
    // Types

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
    /// @param roll A frozen roll whose objection period is over.
    /// @param start Unix seconds from which votes are taken; at least `minimumNotice` ahead.
    /// @param end Unix seconds from which votes are no longer taken; at least `minimumDuration` after `start`.
    /// @param least How many options a ballot must pick, at least 1.
    /// @param most How many options a ballot may pick.
    /// @param cap Most that the options of one ballot may cost together; 0 for no cap.
    /// @param costs Cost of each option, in a unit that the document states; none if there is no cap.
    /// @param question 1 to 1,000 bytes in UTF-8.
    /// @param labels Of the 2 to 256 options: 1 to 400 bytes each in UTF-8, all different.
    /// @param document keccak256 of the document that explains the poll.
    /// @param documentUri Where to get that document.
    /// @param ranges 1 to 16, ascending, disjoint, each within one part of the roll: who may vote, unless struck.
    /// @param outcome How the outcome follows from the tally, and which options are blank. A ballot that picks a blank
    /// option picks nothing else, whatever `least` says.
    struct PollSpec {
        RollId roll;
        uint40 start;
        uint40 end;
        uint16 least;
        uint16 most;
        uint64 cap;
        uint64[] costs;
        string question;
        string[] labels;
        bytes32 document;
        string documentUri;
        Range[] ranges;
        IOutcomeRule.Terms outcome;
    }

    /// @notice Where a poll stands.
    /// @param roll Its roll.
    /// @param start Unix seconds from which votes are taken.
    /// @param end Unix seconds from which votes are no longer taken.
    /// @param options How many there are.
    /// @param least How many options a ballot must pick.
    /// @param most How many options a ballot may pick.
    /// @param eligible Voters who may vote.
    /// @param ballots Votes counted.
    /// @param cancelled Whether it was cancelled before its start.
    /// @param origin The roll that its roll amends, first of all; the roll itself if it amends none.
    struct Poll {
        RollId roll;
        uint40 start;
        uint40 end;
        uint16 options;
        uint16 least;
        uint16 most;
        uint24 eligible;
        uint24 ballots;
        bool cancelled;
        RollId origin;
    }

    // Events

    /// @notice A poll was cancelled before its start.
    /// @param document keccak256 of the document that gives the reason.
    /// @param uri Where to get that document.
    event PollCancelled(PollId indexed poll, bytes32 document, string uri);

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

    /// @notice The poll was cancelled before its start: it takes no votes and has no result.
    error PollWasCancelled(PollId poll);

    /// @notice A poll can be cancelled until before `start`.
    error PollHasStarted(PollId poll, uint256 start, uint256 time);

    /// @notice Whoever cancels gives a document with the reason.
    error ReasonMissing(PollId poll);

    /// @notice A poll needs a frozen roll.
    error RollNotFrozen(RollId roll);

    /// @notice Objections to the roll can be made until `usableFrom`; no poll can use it before.
    error RollOpenToObjections(RollId roll, uint256 usableFrom, uint256 time);

    /// @notice The roll was withdrawn: no more polls can use it.
    error RollWasWithdrawn(RollId roll);

    /// @notice A poll has 2 to 256 options.
    error BadOptions(uint256 options);

    /// @notice The question has 1 to `longest` bytes.
    error BadQuestion(uint256 length, uint256 longest);

    /// @notice The label of option `option` must have 1 to `longest` bytes.
    error BadLabel(uint256 option, uint256 length, uint256 longest);

    /// @notice Two options have the same label.
    error LabelTwice(uint256 first, uint256 second);

    /// @notice A ballot picks `least` to `most` options: at least 1, and at most as many as there are.
    error BadPicks(uint256 least, uint256 most, uint256 options);

    /// @notice With a cap every option has a cost, without one none has.
    error BadCosts(uint256 costs, uint256 options, uint256 cap);

    /// @notice A poll starts at `earliest` or later.
    error StartsTooSoon(uint256 start, uint256 earliest);

    /// @notice A poll ends at `earliest` or later.
    error EndsTooSoon(uint256 end, uint256 earliest);

    /// @notice A poll has 1 to 16 ranges.
    error BadRangeCount(uint256 count);

    /// @notice Ranges must hold voters, must be in ascending order without overlap, and each within a part of the roll.
    error BadRange(uint256 position, uint256 first, uint256 count);

    /// @notice The group at byte `at` is empty, or the batch ends before the group does.
    error MalformedBatch(uint256 at);

    /// @notice The voter is in none of the poll's ranges, or struck from its roll.
    error NotEligible(PollId poll, uint256 index);

    /// @notice The voter has already voted.
    error AlreadyVoted(PollId poll, uint256 index);

    /// @notice The caller is not the voter with that index.
    error NotTheVoter(PollId poll, uint256 index, address voter, address caller);

    /// @notice Not signed by that voter for these choices, this poll, contract and chain.
    error BadSignature(PollId poll, uint256 index, address voter);

    // Administration

    /// @notice Cancels a poll that has not started. Nothing can stop one that has.
    /// @dev Restricted. Reverts with `UnknownPoll`, `PollHasStarted`, `PollWasCancelled`, `ReasonMissing`.
    /// @param document keccak256 of the document that gives the reason, without personal data.
    /// @param uri Where to get that document.
    function cancel(PollId poll, bytes32 document, string calldata uri) external;

    // Views

    /// @notice The electoral rolls that polls use.
    function rolls() external view returns (IElectoralRoll);

    /// @notice What says how polls end.
    function outcomes() external view returns (IOutcomeRule);

    /// @notice Seconds that a poll is announced ahead of its start, at least.
    function minimumNotice() external view returns (uint256);

    /// @notice Seconds that a poll takes votes, at least.
    function minimumDuration() external view returns (uint256);

    /// @notice Where the poll stands.
    function pollOf(PollId poll) external view returns (Poll memory);

    /// @notice Hash of everything that was decided, `terms` of `PollOpened`.
    function termsOf(PollId poll) external view returns (bytes32);

    /// @notice How the outcome follows from the tally.
    function outcomeTermsOf(PollId poll) external view returns (IOutcomeRule.Terms memory);

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
    /// @dev Reverts with `UnknownPoll`, `PollWasCancelled`, `PollNotEnded`.
    function result(PollId poll) external view returns (IOutcomeRule.Outcome memory);
}
