// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {BallotPaper, BallotPaperLibrary} from "./BallotPaper.sol";
import {BITMAP_WORDS} from "./BatchCount.sol";
import {ChoiceRuleLibrary} from "./ChoiceRule.sol";
import {IBallotBox} from "./IBallotBox.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollTerms} from "./IPollTerms.sol";
import {IScoreBallotBox} from "./IScoreBallotBox.sol";
import {PollId} from "./PollId.sol";
import {ScoreCount} from "./ScoreCount.sol";
import {ScoreRule} from "./ScoreRule.sol";
import {ScoreSheet} from "./ScoreSheet.sol";
import {StruckVotersLibrary} from "./StruckVoters.sol";
import {TALLY_WORDS, TallyLanes} from "./TallyLanes.sol";
import {VoteBatch} from "./VoteBatch.sol";
import {VoterBlob} from "./VoterBlob.sol";

/// @title Score ballot box
/// @notice See `IScoreBallotBox`.
contract ScoreBallotBox is IScoreBallotBox, AccessManaged, EIP712 {
    // Constants and immutables

    bytes32 private constant ACCOUNT_SCORE_VOTE_TYPEHASH = keccak256(
        "AccountScoreVote(string question,Score[] scores,bytes32 document,bytes32 terms,uint256 poll,address account)"
        "Score(string option,uint256 points)"
    );
    uint256 private constant WORD_BITS = 256;

    /// @dev A batch says in one byte how many options get points.
    uint256 private constant MOST_SCORED = 255;

    IPollTerms private immutable _pollTerms;

    /// @inheritdoc IScoreBallotBox
    IElectoralRoll public immutable rolls;

    /// @inheritdoc IScoreBallotBox
    IOutcomeRule public immutable outcomes;

    /// @inheritdoc IScoreBallotBox
    uint256 public immutable minimumNotice;

    /// @inheritdoc IScoreBallotBox
    uint256 public immutable minimumDuration;

    // Storage

    uint256 private _pollCount;
    mapping(PollId poll => ScorePoll) private _polls;
    mapping(PollId poll => uint256[TALLY_WORDS] lanes) private _tallies;
    mapping(PollId poll => uint256[BITMAP_WORDS] bits) private _voted;

    // Constructor

    constructor(
        IElectoralRoll rolls_,
        IOutcomeRule outcomes_,
        IPollTerms pollTerms,
        uint256 minimumNotice_,
        uint256 minimumDuration_,
        address authority
    ) AccessManaged(authority) EIP712("Dongne ScoreBallotBox", "1") {
        rolls = rolls_;
        outcomes = outcomes_;
        _pollTerms = pollTerms;
        minimumNotice = minimumNotice_;
        minimumDuration = minimumDuration_;
    }

    // Administration

    /// @inheritdoc IScoreBallotBox
    function open(ScorePollSpec calldata spec) external restricted returns (PollId poll) {
        IBallotBox.PollSpec calldata terms = spec.poll;
        _checkPeriod(terms.start, terms.end);
        _checkPoints(spec);
        bytes32 termsHash = keccak256(abi.encode(spec, rolls.commitment(terms.roll)));
        (bytes memory paper, uint256 eligible) = _pollTerms.draw(terms, termsHash);

        poll = PollId.wrap(++_pollCount);
        _polls[poll] = ScorePoll({
            roll: terms.roll,
            start: terms.start,
            end: terms.end,
            options: uint16(terms.labels.length),
            least: terms.least,
            most: terms.most,
            eligible: uint24(eligible),
            ballots: 0,
            cancelled: false,
            origin: rolls.originOf(terms.roll),
            mostPoints: spec.mostPoints,
            mostTotal: spec.mostTotal
        });
        BallotPaperLibrary.write(poll, paper);

        emit ScorePollOpened(poll, termsHash, spec);
    }

    /// @inheritdoc IScoreBallotBox
    function cancel(PollId poll, bytes32 document, string calldata uri) external restricted {
        ScorePoll memory p = _held(poll);
        if (block.timestamp >= p.start) revert IBallotBox.PollHasStarted(poll, p.start, block.timestamp);
        if (document == 0) revert IBallotBox.ReasonMissing(poll);

        _polls[poll].cancelled = true;

        emit IBallotBox.PollCancelled(poll, document, uri);
    }

    // Users' functions

    /// @inheritdoc IScoreBallotBox
    function castBatch(PollId poll, bytes calldata batch) external returns (uint256) {
        ScorePoll memory p = _takingVotes(poll);
        ScoreCount memory c;
        c.votes.poll = poll;
        c.votes.ofVoters(address(rolls), p.roll, p.origin);
        c.votes.domain = _domainSeparatorV4();
        c.votes.paper = BallotPaperLibrary.read(poll, p.options);
        c.rule = _ruleOf(p, c.votes.paper);
        c.count(batch, _voted[poll]);
        _addBallots(poll, c.votes.ballots, c.votes.added);

        if (c.votes.counted.length != 0) emit ScoresCounted(poll, c.votes.counted);
        if (c.votes.skipped.length != 0) emit IBallotBox.VotesSkipped(poll, c.votes.skipped);
        return c.votes.ballots;
    }

    /// @inheritdoc IScoreBallotBox
    function vote(PollId poll, uint256 index, bytes calldata scores) external {
        (address voter, ) = _checkVote(poll, index, scores);
        if (msg.sender != voter) revert IBallotBox.NotTheVoter(poll, index, voter, msg.sender);

        _countOne(poll, index, scores);
    }

    /// @inheritdoc IScoreBallotBox
    function voteBySignature(PollId poll, uint256 index, bytes calldata scores, bytes calldata signature) external {
        (address voter, BallotPaper memory paper) = _checkVote(poll, index, scores);
        bytes32 digest = _accountVoteDigest(poll, paper, scores, voter);
        if (!SignatureChecker.isValidSignatureNowCalldata(voter, digest, signature)) {
            revert IBallotBox.BadSignature(poll, index, voter);
        }

        _countOne(poll, index, scores);
    }

    // Views

    /// @inheritdoc IScoreBallotBox
    function pollOf(PollId poll) external view returns (ScorePoll memory) {
        return _known(poll);
    }

    /// @inheritdoc IScoreBallotBox
    function termsOf(PollId poll) external view returns (bytes32) {
        return _paperOf(poll).terms();
    }

    /// @inheritdoc IScoreBallotBox
    function outcomeTermsOf(PollId poll) external view returns (IOutcomeRule.Terms memory) {
        return _paperOf(poll).outcome();
    }

    /// @inheritdoc IScoreBallotBox
    function turnout(PollId poll) external view returns (uint256 ballots, uint256 eligible) {
        ScorePoll memory p = _known(poll);
        return (p.ballots, p.eligible);
    }

    /// @inheritdoc IScoreBallotBox
    function turnoutOf(PollId poll, uint256 first, uint256 count) external view returns (uint256 ballots) {
        _known(poll);
        uint256 limit = BITMAP_WORDS * WORD_BITS;
        first = Math.min(first, limit);
        uint256 end = first + Math.min(count, limit - first);
        while (first < end) {
            uint256 bits = _voted[poll][first / WORD_BITS] >> (first % WORD_BITS);
            uint256 span = Math.min(WORD_BITS - (first % WORD_BITS), end - first);
            if (span < WORD_BITS) bits &= (1 << span) - 1;
            ballots += LibBit.popCount(bits);
            first += span;
        }
    }

    /// @inheritdoc IScoreBallotBox
    function tally(PollId poll) public view returns (uint256[] memory counts) {
        counts = new uint256[](_known(poll).options);
        for (uint256 option; option < counts.length; ++option) {
            counts[option] = TallyLanes.countIn(_tallies[poll][TallyLanes.wordOf(option)], option);
        }
    }

    /// @inheritdoc IScoreBallotBox
    function isEligible(PollId poll, uint256 index) external view returns (bool) {
        ScorePoll memory p = _known(poll);
        return _isEligible(p, BallotPaperLibrary.read(poll, p.options), index);
    }

    /// @inheritdoc IScoreBallotBox
    function hasVoted(PollId poll, uint256 index) external view returns (bool) {
        _known(poll);
        return index < BITMAP_WORDS * WORD_BITS && _hasVoted(poll, index);
    }

    /// @inheritdoc IScoreBallotBox
    function result(PollId poll) external view returns (IOutcomeRule.Outcome memory) {
        ScorePoll memory p = _held(poll);
        if (block.timestamp < p.end) revert IBallotBox.PollNotEnded(poll, p.end, block.timestamp);

        return outcomes.outcome(_paperOf(poll).outcome(), tally(poll), p.ballots, p.eligible);
    }

    // Internals

    function _checkPeriod(uint256 start, uint256 end) private view {
        uint256 earliestStart = block.timestamp + minimumNotice;
        if (start < earliestStart) revert IBallotBox.StartsTooSoon(start, earliestStart);
        // A poll lasts at least a second.
        uint256 earliestEnd = start + Math.max(minimumDuration, 1);
        if (end < earliestEnd) revert IBallotBox.EndsTooSoon(end, earliestEnd);
    }

    /// @dev Refuses points that no ballot can give, and outcomes that take points for voters.
    function _checkPoints(ScorePollSpec calldata spec) private pure {
        (uint256 least, uint256 mostTotal) = (spec.poll.least, spec.mostTotal);
        if (spec.poll.most > MOST_SCORED) revert TooManyScored(spec.poll.most, MOST_SCORED);
        if (spec.mostPoints == 0 || (mostTotal != 0 && mostTotal < least)) {
            revert BadPoints(spec.mostPoints, mostTotal, least);
        }
        IOutcomeRule.Terms calldata outcome = spec.poll.outcome;
        bool isDecision = outcome.aim == IOutcomeRule.Aim.Decision;
        bool hasMajority = outcome.pass.moreThan || outcome.pass.numerator != 0;
        bool quorumOfPoints = outcome.quorum.part == IOutcomeRule.Measure.Support;
        if (isDecision || hasMajority || quorumOfPoints) revert NotForPoints(outcome);
    }

    function _known(PollId poll) private view returns (ScorePoll memory p) {
        p = _polls[poll];
        if (p.end == 0) revert IBallotBox.UnknownPoll(poll);
    }

    function _held(PollId poll) private view returns (ScorePoll memory p) {
        p = _known(poll);
        if (p.cancelled) revert IBallotBox.PollWasCancelled(poll);
    }

    function _takingVotes(PollId poll) private view returns (ScorePoll memory p) {
        p = _held(poll);
        if (block.timestamp < p.start || block.timestamp >= p.end) {
            revert IBallotBox.PollNotOpen(poll, p.start, p.end, block.timestamp);
        }
    }

    function _paperOf(PollId poll) private view returns (BallotPaper memory) {
        return BallotPaperLibrary.read(poll, _known(poll).options);
    }

    /// @dev Checks everything but the caller or signature, and returns the voter's address and the poll's paper.
    function _checkVote(
        PollId poll,
        uint256 index,
        bytes calldata scores
    ) private view returns (address voter, BallotPaper memory paper) {
        ScorePoll memory p = _takingVotes(poll);
        paper = BallotPaperLibrary.read(poll, p.options);
        (uint256 place, uint256 scored) = _scoresOf(scores);
        bool isWhole = scored * ScoreSheet.SCORE_BYTES == scores.length && scored <= MOST_SCORED;
        if (!isWhole || !_ruleOf(p, paper).allows(place, scored)) revert BadScores(poll, scores);
        if (!_isEligible(p, paper, index)) revert IBallotBox.NotEligible(poll, index);
        if (_hasVoted(poll, index)) revert IBallotBox.AlreadyVoted(poll, index);

        voter = VoterBlob.voterOf(address(rolls), p.origin, index);
    }

    function _countOne(PollId poll, uint256 index, bytes calldata scores) private {
        uint256[] memory added = new uint256[](TallyLanes.wordsFor(_polls[poll].options));
        (uint256 place, uint256 scored) = _scoresOf(scores);
        ScoreSheet.addTo(added, place, scored, 1);
        _voted[poll][index / WORD_BITS] |= _bitOf(index);
        _addBallots(poll, 1, added);

        emit ScoresCounted(poll, abi.encodePacked(uint8(scored), scores, uint16(1), uint24(index)));
    }

    function _addBallots(PollId poll, uint256 ballots, uint256[] memory added) private {
        if (ballots == 0) return;

        _polls[poll].ballots += uint24(ballots);
        uint256[TALLY_WORDS] storage lanes = _tallies[poll];
        for (uint256 word; word < added.length; ++word) {
            if (added[word] != 0) lanes[word] += added[word];
        }
    }

    function _ruleOf(ScorePoll memory p, BallotPaper memory paper) private pure returns (ScoreRule memory) {
        return
            ScoreRule({
                scored: ChoiceRuleLibrary.from(paper, p.least, p.most),
                mostPoints: p.mostPoints,
                mostTotal: p.mostTotal
            });
    }

    /// @dev Where scores start in calldata, and how many there are.
    function _scoresOf(bytes calldata scores) private pure returns (uint256 place, uint256 scored) {
        (place, ) = VoteBatch.bounds(scores);
        scored = scores.length / ScoreSheet.SCORE_BYTES;
    }

    function _isEligible(ScorePoll memory p, BallotPaper memory paper, uint256 index) private view returns (bool) {
        (, uint256 asked) = paper.rangeOf(index);
        return asked != 0 && !StruckVotersLibrary.from(address(rolls), p.roll, p.origin).has(index);
    }

    function _hasVoted(PollId poll, uint256 index) private view returns (bool) {
        return _voted[poll][index / WORD_BITS] & _bitOf(index) != 0;
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

    function _bitOf(uint256 index) private pure returns (uint256) {
        return 1 << (index % WORD_BITS);
    }
}
