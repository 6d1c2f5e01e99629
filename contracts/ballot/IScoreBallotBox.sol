// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IBallotBox} from "./IBallotBox.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";

/// @title Score ballot box
/// @notice Open ballots in which voters give points to options: cumulative voting, where a ballot has so many points
/// to give, and scoring, where each option gets up to so many. In all else they are polls of `IBallotBox`: a frozen
/// roll, words that voters sign, votes that anyone relays, logs from which anyone recounts, and nothing that changes
/// once a poll is open.
/// @dev Scores are two bytes for each option that gets points, option and points, with ascending options
/// (`ScoreSheet`). Offices cast no votes in score polls. Where votes and polls are refused for the same reasons, the
/// errors are those of `IBallotBox`.
///
/// Voters sign words (EIP-712): the question, the label and the points of each option that gets any in the order of the
/// poll, the hash of the document, `terms` and the poll's number.
interface IScoreBallotBox {
    // Types

    /// @notice Everything that is decided when a poll is opened.
    /// @param poll As for `IBallotBox`: `least` and `most` (255 at most) say how many options a ballot gives points to,
    /// and a cap is on what these cost together. A ballot that gives a blank option a point gives nothing else. The
    /// outcome is an election without a majority or a tally, and its quorum is of ballots, not of points.
    /// @param mostPoints That a ballot may give to an option, 1 to 255.
    /// @param mostTotal That a ballot may give altogether, at least `poll.least`; 0 for no limit.
    struct ScorePollSpec {
        IBallotBox.PollSpec poll;
        uint8 mostPoints;
        uint16 mostTotal;
    }

    /// @notice Where a poll stands.
    /// @param roll Its roll.
    /// @param start Unix seconds from which votes are taken.
    /// @param end Unix seconds from which votes are no longer taken.
    /// @param options How many there are.
    /// @param least How many options a ballot must give points to.
    /// @param most How many options a ballot may give points to.
    /// @param eligible Voters who may vote.
    /// @param ballots Votes counted.
    /// @param cancelled Whether it was cancelled before its start.
    /// @param origin The roll that its roll amends, first of all; the roll itself if it amends none.
    /// @param mostPoints That a ballot may give to an option.
    /// @param mostTotal That a ballot may give altogether; 0 for no limit.
    struct ScorePoll {
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
        uint8 mostPoints;
        uint16 mostTotal;
    }

    // Events

    /// @notice A poll was opened; nothing of `spec` ever changes.
    /// @param terms `keccak256(abi.encode(spec, commitment))` with the commitment of its roll.
    event ScorePollOpened(PollId indexed poll, bytes32 terms, ScorePollSpec spec);

    /// @notice Votes were counted. `groups` repeats: how many options get points (1 byte), these and their points (2
    /// each), count (2), that many voter indices (3 each).
    /// @dev Every counted vote is in exactly one of these logs, so a recount needs nothing else. Votes that are not
    /// counted are in `VotesSkipped`, and cancelled polls in `PollCancelled`, of `IBallotBox`.
    event ScoresCounted(PollId indexed poll, bytes groups);

    // Errors

    /// @notice A ballot gives an option 1 to 255 points at most, and altogether at least as many as the options that it
    /// must score; 0 for no limit.
    error BadPoints(uint256 mostPoints, uint256 mostTotal, uint256 least);

    /// @notice A ballot gives points to at most `limit` options.
    error TooManyScored(uint256 most, uint256 limit);

    /// @notice Points are not voters: a score poll is an election without a majority or a tally, and its quorum is of
    /// ballots or valid ballots.
    error NotForPoints(IOutcomeRule.Terms outcome);

    /// @notice The poll does not allow these scores.
    error BadScores(PollId poll, bytes scores);

    // Administration

    /// @notice Opens a poll.
    /// @dev Restricted. Reverts with `BadPoints`, `TooManyScored`, `NotForPoints`, and as `IBallotBox.open` does.
    /// @return poll Its number.
    function open(ScorePollSpec calldata spec) external returns (PollId poll);

    /// @notice Cancels a poll that has not started. Nothing can stop one that has.
    /// @dev Restricted. Reverts with `UnknownPoll`, `PollHasStarted`, `PollWasCancelled`, `ReasonMissing`.
    /// @param document keccak256 of the document that gives the reason, without personal data.
    /// @param uri Where to get that document.
    function cancel(PollId poll, bytes32 document, string calldata uri) external;

    // Users' functions

    /// @notice Counts a packed batch of signed votes (`ScoreCount`). Anyone may send it.
    /// @dev Each voter has signed `ScoreVote(string question,Score[] scores,bytes32 document,bytes32 terms,uint256
    /// poll)Score(string option,uint256 points)` with a key (ECDSA); smart accounts use `vote` or `voteBySignature`.
    /// Invalid votes are skipped and logged with a reason; even a batch of only invalid votes does not revert. Reverts
    /// with `UnknownPoll`, `PollWasCancelled`, `PollNotOpen`, `MalformedBatch`.
    /// @return counted How many votes were counted.
    function castBatch(PollId poll, bytes calldata batch) external returns (uint256 counted);

    /// @notice Casts the caller's own vote.
    /// @dev Reverts with `UnknownPoll`, `PollWasCancelled`, `PollNotOpen`, `BadScores`, `NotEligible`, `AlreadyVoted`,
    /// `NotTheVoter`.
    function vote(PollId poll, uint256 index, bytes calldata scores) external;

    /// @notice Casts a vote signed by a smart account (ERC-1271) or by a key (65 bytes). Anyone may send it.
    /// @dev Reverts with `UnknownPoll`, `PollWasCancelled`, `PollNotOpen`, `BadScores`, `NotEligible`, `AlreadyVoted`,
    /// `BadSignature`. The signed message is `AccountScoreVote(string question,Score[] scores,bytes32 document,bytes32
    /// terms,uint256 poll,address account)Score(string option,uint256 points)`: it names the voter.
    function voteBySignature(PollId poll, uint256 index, bytes calldata scores, bytes calldata signature) external;

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
    function pollOf(PollId poll) external view returns (ScorePoll memory);

    /// @notice Hash of everything that was decided, `terms` of `ScorePollOpened`.
    function termsOf(PollId poll) external view returns (bytes32);

    /// @notice How the outcome follows from the tally.
    function outcomeTermsOf(PollId poll) external view returns (IOutcomeRule.Terms memory);

    /// @notice Votes counted so far, and how many voters may vote.
    function turnout(PollId poll) external view returns (uint256 ballots, uint256 eligible);

    /// @notice Votes counted so far among voters `first` to `first + count - 1`: a district's turnout.
    /// @dev Reads one word per 256 voters; the caller limits the work by `count`.
    function turnoutOf(PollId poll, uint256 first, uint256 count) external view returns (uint256 ballots);

    /// @notice Points so far, by option.
    function tally(PollId poll) external view returns (uint256[] memory);

    /// @notice Whether the voter may vote in this poll.
    function isEligible(PollId poll, uint256 index) external view returns (bool);

    /// @notice Whether the voter has voted.
    function hasVoted(PollId poll, uint256 index) external view returns (bool);

    /// @notice How the poll ended. `votes` and `support` are points of each leader; `ballots` and `valid` are ballots.
    /// @dev Reverts with `UnknownPoll`, `PollWasCancelled`, `PollNotEnded`.
    function result(PollId poll) external view returns (IOutcomeRule.Outcome memory);
}
