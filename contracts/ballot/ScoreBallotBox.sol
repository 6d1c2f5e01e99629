// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BallotPaper, BallotPaperLibrary} from "./BallotPaper.sol";
import {ChoiceRuleLibrary} from "./ChoiceRule.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollTerms} from "./IPollTerms.sol";
import {IScoreBallotBox} from "./IScoreBallotBox.sol";
import {PollBox} from "./PollBox.sol";
import {PollId} from "./PollId.sol";
import {ScoreCount} from "./ScoreCount.sol";
import {ScoreRule} from "./ScoreRule.sol";
import {ScoreSheet} from "./ScoreSheet.sol";
import {TallyLanes} from "./TallyLanes.sol";
import {VoteBatch} from "./VoteBatch.sol";

/// @title Score ballot box
/// @notice See `IScoreBallotBox`.
contract ScoreBallotBox is PollBox, IScoreBallotBox {
    // Constants and immutables

    bytes32 private constant ACCOUNT_SCORE_VOTE_TYPEHASH = keccak256(
        "AccountScoreVote(string question,Score[] scores,bytes32 document,bytes32 terms,uint256 poll,address account)"
        "Score(string option,uint256 points)"
    );

    /// @dev A batch says in one byte how many options get points.
    uint256 private constant MOST_SCORED = 255;

    // Storage

    mapping(PollId poll => Points) private _points;

    // Constructor

    constructor(
        IElectoralRoll rolls,
        IOutcomeRule outcomes,
        IPollTerms pollTerms,
        uint256 minimumNotice,
        uint256 minimumDuration,
        address authority
    ) PollBox("Dongne ScoreBallotBox", rolls, outcomes, pollTerms, minimumNotice, minimumDuration, authority) {}

    // Administration

    /// @inheritdoc IScoreBallotBox
    function open(ScorePollSpec calldata spec) external restricted returns (PollId poll) {
        _checkPoints(spec);
        bytes32 terms = keccak256(abi.encode(spec, rolls.commitment(spec.poll.roll)));
        poll = _open(spec.poll, terms);
        _points[poll] = Points(spec.mostPoints, spec.mostTotal, spec.leastTotal);

        emit ScorePollOpened(poll, terms, spec);
    }

    // Users' functions

    /// @inheritdoc IScoreBallotBox
    function castBatch(PollId poll, bytes calldata batch) external returns (uint256) {
        ScoreCount memory c;
        Poll memory p = _prepare(c.votes, poll);
        c.rule = _ruleOf(poll, p, c.votes.paper);
        c.count(batch, _voted[poll]);
        _addBallots(poll, c.votes.ballots, c.votes.added);

        if (c.votes.counted.length != 0) emit ScoresCounted(poll, c.votes.counted);
        if (c.votes.skipped.length != 0) emit VotesSkipped(poll, c.votes.skipped);
        return c.votes.ballots;
    }

    /// @inheritdoc IScoreBallotBox
    function vote(PollId poll, uint256 index, bytes calldata scores) external {
        (address voter, BallotPaper memory paper) = _checkVote(poll, index, scores);
        if (msg.sender != voter) revert NotTheVoter(poll, index, voter, msg.sender);

        _countOne(poll, paper, index, scores);
    }

    /// @inheritdoc IScoreBallotBox
    function voteBySignature(PollId poll, uint256 index, bytes calldata scores, bytes calldata signature) external {
        (address voter, BallotPaper memory paper) = _checkVote(poll, index, scores);
        bytes32 digest = _accountVoteDigest(poll, paper, scores, voter);
        if (!SignatureChecker.isValidSignatureNowCalldata(voter, digest, signature)) {
            revert BadSignature(poll, index, voter);
        }

        _countOne(poll, paper, index, scores);
    }

    // Views

    /// @inheritdoc IScoreBallotBox
    function pointsOf(PollId poll) external view returns (Points memory) {
        _known(poll);
        return _points[poll];
    }

    // Internals

    /// @dev Refuses points that no ballot can give, and outcomes that take points for voters.
    function _checkPoints(ScorePollSpec calldata spec) private pure {
        (uint256 least, uint256 mostTotal) = (spec.poll.least, spec.mostTotal);
        if (spec.poll.most > MOST_SCORED) revert TooManyScored(spec.poll.most, MOST_SCORED);
        if (spec.mostPoints == 0 || (mostTotal != 0 && mostTotal < least)) {
            revert BadPoints(spec.mostPoints, mostTotal, least);
        }
        uint256 giveable = uint256(spec.poll.most) * spec.mostPoints;
        if (mostTotal != 0) giveable = Math.min(giveable, mostTotal);
        if (spec.leastTotal > giveable) revert LeastTotalTooHigh(spec.leastTotal, giveable);
        IOutcomeRule.Terms calldata outcome = spec.poll.outcome;
        bool isDecision = outcome.aim == IOutcomeRule.Aim.Decision;
        bool hasMajority = outcome.pass.moreThan || outcome.pass.numerator != 0;
        bool quorumOfPoints = outcome.quorum.part == IOutcomeRule.Measure.Support;
        if (isDecision || hasMajority || quorumOfPoints) revert NotForPoints(outcome);
    }

    /// @dev Checks everything but the caller or signature, and returns the voter's address and the poll's paper.
    function _checkVote(
        PollId poll,
        uint256 index,
        bytes calldata scores
    ) private view returns (address voter, BallotPaper memory paper) {
        Poll memory p = _takingVotes(poll);
        paper = BallotPaperLibrary.read(poll, p.options);
        (uint256 place, uint256 scored) = _scoresOf(scores);
        bool isWhole = scored * ScoreSheet.SCORE_BYTES == scores.length && scored <= MOST_SCORED;
        if (!isWhole || !_ruleOf(poll, p, paper).allows(place, scored)) revert BadScores(poll, scores);

        voter = _voterOf(poll, p, paper, index);
    }

    function _countOne(PollId poll, BallotPaper memory paper, uint256 index, bytes calldata scores) private {
        uint256[] memory added = new uint256[](TallyLanes.wordsFor(paper.options));
        (uint256 place, uint256 scored) = _scoresOf(scores);
        ScoreSheet.addTo(added, place, scored, 1);
        _addVote(poll, index, added);

        emit ScoresCounted(poll, abi.encodePacked(uint8(scored), scores, uint16(1), uint24(index)));
    }

    function _ruleOf(PollId poll, Poll memory p, BallotPaper memory paper) private view returns (ScoreRule memory) {
        Points memory points = _points[poll];
        return
            ScoreRule({
                scored: ChoiceRuleLibrary.from(paper, p.least, p.most),
                mostPoints: points.mostPoints,
                mostTotal: points.mostTotal,
                leastTotal: points.leastTotal
            });
    }

    /// @dev Where scores start in calldata, and how many there are.
    function _scoresOf(bytes calldata scores) private pure returns (uint256 place, uint256 scored) {
        (place, ) = VoteBatch.bounds(scores);
        scored = scores.length / ScoreSheet.SCORE_BYTES;
    }

    function _accountVoteDigest(
        PollId poll,
        BallotPaper memory paper,
        bytes calldata scores,
        address account
    ) private view returns (bytes32) {
        (uint256 place, uint256 scored) = _scoresOf(scores);
        bytes32 given = ScoreSheet.hash(paper, place, scored);
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        ACCOUNT_SCORE_VOTE_TYPEHASH,
                        paper.question(),
                        given,
                        paper.document(),
                        paper.terms(),
                        poll,
                        account
                    )
                )
            );
    }
}
