// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollBox} from "./IPollBox.sol";
import {PollId} from "./PollId.sol";

/// @title Score ballot box
/// @notice Open ballots in which voters give points to options: cumulative voting, where a ballot has so many points
/// to give, and scoring, where each option gets up to so many. In all else they are polls like those of `IBallotBox`:
/// words that voters sign, votes that anyone relays, and logs from which anyone recounts. A tally counts points; votes
/// and support of an outcome are points, ballots and valid ballots are ballots.
/// @dev Scores are two bytes for each option that gets points, option and points, with ascending options
/// (`ScoreSheet`). Offices cast no votes in score polls.
///
/// Voters sign words (EIP-712): the question, the label and the points of each option that gets any in the order of the
/// poll, the hash of the document, `terms` and the poll's number.
interface IScoreBallotBox is IPollBox {
    // Types

    /// @notice Everything that is decided when a poll is opened.
    /// @param poll As in every box: `least` and `most` (255 at most) say how many options a ballot gives points to,
    /// and a cap is on what these cost together. A ballot that gives a blank option a point gives nothing else. The
    /// outcome is an election without a majority or a tally, and its quorum is of ballots, not of points.
    /// @param mostPoints That a ballot may give to an option, 1 to 255.
    /// @param mostTotal That a ballot may give altogether, at least `poll.least`; 0 for no limit.
    /// @param leastTotal That a ballot must give altogether, unless it is blank; 0 or 1 where any points will do.
    struct ScorePollSpec {
        PollSpec poll;
        uint8 mostPoints;
        uint16 mostTotal;
        uint16 leastTotal;
    }

    /// @notice What a ballot may give, beside what every poll says.
    /// @param mostPoints To an option.
    /// @param mostTotal Altogether; 0 for no limit.
    /// @param leastTotal Must be given altogether, unless the ballot is blank.
    struct Points {
        uint8 mostPoints;
        uint16 mostTotal;
        uint16 leastTotal;
    }

    // Events

    /// @notice A poll was opened; nothing of `spec` ever changes.
    /// @param terms `keccak256(abi.encode(spec, commitment))` with the commitment of its roll.
    event ScorePollOpened(PollId indexed poll, bytes32 terms, ScorePollSpec spec);

    /// @notice Votes were counted. `groups` repeats: how many options get points (1 byte), these and their points (2
    /// each), count (2), that many voter indices (3 each).
    /// @dev Every counted vote is in exactly one of these logs, so a recount needs nothing else.
    event ScoresCounted(PollId indexed poll, bytes groups);

    // Errors

    /// @notice A ballot gives an option 1 to 255 points at most, and altogether at least as many as the options that it
    /// must score; 0 for no limit.
    error BadPoints(uint256 mostPoints, uint256 mostTotal, uint256 least);

    /// @notice No ballot can give `leastTotal` points: it may give `most` altogether.
    error LeastTotalTooHigh(uint256 leastTotal, uint256 most);

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

    /// @notice What a ballot may give.
    /// @dev Reverts with `UnknownPoll`.
    function pointsOf(PollId poll) external view returns (Points memory);
}
