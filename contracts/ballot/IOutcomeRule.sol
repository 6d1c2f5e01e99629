// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Outcome rule
/// @notice Says how a poll ended, from its tally. It stores nothing, so any ballot box can use it, and anyone can ask
/// it about any figures.
/// @dev Shares are exact: 33.33 % is 3,333 of 10,000, a third is 1 of 3. A tie is stated and never broken.
interface IOutcomeRule {
    // Types

    /// @notice What a poll is for.
    /// @param Election The options with the most votes win `seats` seats.
    /// @param Decision `proposal` passes or does not, whatever leads.
    /// @param Tally The tally itself is the result, for instance of a participatory budget.
    enum Aim {
        Election,
        Decision,
        Tally
    }

    /// @notice What a threshold compares.
    /// @param Eligible Voters who may vote.
    /// @param Ballots Votes counted.
    /// @param Valid Votes counted that are not blank.
    /// @param Support Votes for the proposal; without one, votes of each leading option.
    enum Measure {
        Eligible,
        Ballots,
        Valid,
        Support
    }

    /// @notice `part` must be at least `numerator / denominator` of `whole`, or more than that.
    /// @param part What must be large enough.
    /// @param whole What it is a share of; it stands before `part` in `Measure`.
    /// @param numerator 0 to `denominator`; with `moreThan` below it.
    /// @param denominator At least 1.
    /// @param moreThan Whether exactly that share is too little.
    struct Threshold {
        Measure part;
        Measure whole;
        uint32 numerator;
        uint32 denominator;
        bool moreThan;
    }

    /// @notice How the outcome follows from the tally.
    /// @param aim What the poll is for.
    /// @param seats Of an election, how many options win; otherwise 0.
    /// @param proposal Of a decision, a mask of the options that are votes for it; otherwise 0.
    /// @param blank A mask of the options that stand for no choice: they win nothing and are not valid votes.
    /// @param quorum Without it nothing passes and nobody wins.
    /// @param pass What the proposal, or each option that wins, needs; `part` is `Support`.
    struct Terms {
        Aim aim;
        uint8 seats;
        uint256 proposal;
        uint256 blank;
        Threshold quorum;
        Threshold pass;
    }

    /// @notice How a poll ended.
    /// @param ballots Votes counted.
    /// @param eligible Voters who may vote.
    /// @param valid Ballots that are not blank.
    /// @param quorumMet Whether the quorum was met.
    /// @param leaders Mask of the options, blank ones apart, with the most votes; several bits are a tie, 0 no votes.
    /// @param votes Votes of each leader.
    /// @param support Votes for the proposal; without one, `votes`.
    /// @param won Mask of the options that won, or of the proposal if it passed.
    /// @param tied Mask of the options that share too few seats: which of them win is not decided here.
    /// @param passed The proposal passed; every seat was won; of a tally, the quorum was met.
    struct Outcome {
        uint256 ballots;
        uint256 eligible;
        uint256 valid;
        bool quorumMet;
        uint256 leaders;
        uint256 votes;
        uint256 support;
        uint256 won;
        uint256 tied;
        bool passed;
    }

    // Errors

    /// @notice A threshold is `numerator / denominator` of 0 to 1, and "more than" is of less than 1; its part stands
    /// after its whole in `Measure`.
    error BadThreshold(Threshold threshold);

    /// @notice Only a decision has a proposal: options that exist and are not blank, and several of them only where a
    /// ballot picks one option.
    error BadProposal(uint256 proposal, uint256 options);

    /// @notice Blank options must be options of the poll, and not all of them.
    error BadBlankOptions(uint256 blank, uint256 options);

    /// @notice An election has 1 seat to as many as there are options that are not blank; other polls have none.
    error BadSeats(uint256 seats, uint256 options);

    // Views

    /// @notice Refuses terms that have no meaning for a poll.
    /// @dev Reverts with `BadThreshold`, `BadProposal`, `BadBlankOptions`, `BadSeats`.
    /// @param options How many the poll has, 1 to 256.
    /// @param most How many of them a ballot may pick.
    function check(Terms calldata terms, uint256 options, uint256 most) external pure;

    /// @notice How a poll with these terms and this tally ended.
    /// @param tally Votes by option, for up to 256 options. A ballot gives an option one vote at most, and picks a
    /// blank option alone.
    function outcome(
        Terms calldata terms,
        uint256[] calldata tally,
        uint256 ballots,
        uint256 eligible
    ) external pure returns (Outcome memory);
}
