// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {BallotPaper, BallotPaperLibrary} from "./BallotPaper.sol";
import {BITMAP_WORDS, BatchCount} from "./BatchCount.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollBox} from "./IPollBox.sol";
import {IPollTerms} from "./IPollTerms.sol";
import {PollId} from "./PollId.sol";
import {StruckVotersLibrary} from "./StruckVoters.sol";
import {TALLY_WORDS, TallyLanes} from "./TallyLanes.sol";
import {VoterBlob} from "./VoterBlob.sol";

/// @title Poll box
/// @notice See `IPollBox`. A box adds how its ballots are written, checked, signed and counted.
abstract contract PollBox is IPollBox, AccessManaged, EIP712 {
    // Constants and immutables

    uint256 internal constant WORD_BITS = 256;

    IPollTerms private immutable _pollTerms;

    /// @inheritdoc IPollBox
    IElectoralRoll public immutable rolls;

    /// @inheritdoc IPollBox
    IOutcomeRule public immutable outcomes;

    /// @inheritdoc IPollBox
    uint256 public immutable minimumNotice;

    /// @inheritdoc IPollBox
    uint256 public immutable minimumDuration;

    // Storage

    uint256 private _pollCount;
    mapping(PollId poll => Poll) private _polls;
    mapping(PollId poll => uint256[TALLY_WORDS] lanes) private _tallies;
    mapping(PollId poll => uint256[BITMAP_WORDS] bits) internal _voted;

    // Constructor

    constructor(
        string memory name,
        IElectoralRoll rolls_,
        IOutcomeRule outcomes_,
        IPollTerms pollTerms,
        uint256 minimumNotice_,
        uint256 minimumDuration_,
        address authority
    ) AccessManaged(authority) EIP712(name, "1") {
        rolls = rolls_;
        outcomes = outcomes_;
        _pollTerms = pollTerms;
        minimumNotice = minimumNotice_;
        minimumDuration = minimumDuration_;
    }

    // Administration

    /// @inheritdoc IPollBox
    function cancel(PollId poll, bytes32 document, string calldata uri) external restricted {
        Poll memory p = _held(poll);
        if (block.timestamp >= p.start) revert PollHasStarted(poll, p.start, block.timestamp);
        if (document == 0) revert ReasonMissing(poll);

        _polls[poll].cancelled = true;

        emit PollCancelled(poll, document, uri);
    }

    // Views

    /// @inheritdoc IPollBox
    function pollOf(PollId poll) external view returns (Poll memory) {
        return _known(poll);
    }

    /// @inheritdoc IPollBox
    function termsOf(PollId poll) external view returns (bytes32) {
        return _paperOf(poll).terms();
    }

    /// @inheritdoc IPollBox
    function outcomeTermsOf(PollId poll) external view returns (IOutcomeRule.Terms memory) {
        return _paperOf(poll).outcome();
    }

    /// @inheritdoc IPollBox
    function turnout(PollId poll) external view returns (uint256 ballots, uint256 eligible) {
        Poll memory p = _known(poll);
        return (p.ballots, p.eligible);
    }

    /// @inheritdoc IPollBox
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

    /// @inheritdoc IPollBox
    function tally(PollId poll) public view returns (uint256[] memory counts) {
        counts = new uint256[](_known(poll).options);
        for (uint256 option; option < counts.length; ++option) {
            counts[option] = TallyLanes.countIn(_tallies[poll][TallyLanes.wordOf(option)], option);
        }
    }

    /// @inheritdoc IPollBox
    function isEligible(PollId poll, uint256 index) external view returns (bool) {
        Poll memory p = _known(poll);
        return _isEligible(p, BallotPaperLibrary.read(poll, p.options), index);
    }

    /// @inheritdoc IPollBox
    function hasVoted(PollId poll, uint256 index) external view returns (bool) {
        _known(poll);
        return index < BITMAP_WORDS * WORD_BITS && _hasVoted(poll, index);
    }

    /// @inheritdoc IPollBox
    function result(PollId poll) external view returns (IOutcomeRule.Outcome memory) {
        Poll memory p = _held(poll);
        if (block.timestamp < p.end) revert PollNotEnded(poll, p.end, block.timestamp);

        return outcomes.outcome(_paperOf(poll).outcome(), tally(poll), p.ballots, p.eligible);
    }

    // Internals

    /// @dev Checks and stores a poll and writes its paper.
    /// @param terms Hash of everything that is decided, by the box's own rule.
    function _open(PollSpec calldata spec, bytes32 terms) internal returns (PollId poll) {
        _checkPeriod(spec.start, spec.end);
        (bytes memory paper, uint256 eligible) = _pollTerms.draw(spec, terms);

        poll = PollId.wrap(++_pollCount);
        _polls[poll] = Poll({
            roll: spec.roll,
            start: spec.start,
            end: spec.end,
            options: uint16(spec.labels.length),
            least: spec.least,
            most: spec.most,
            eligible: uint24(eligible),
            ballots: 0,
            cancelled: false,
            origin: rolls.originOf(spec.roll)
        });
        BallotPaperLibrary.write(poll, paper);
    }

    function _checkPeriod(uint256 start, uint256 end) private view {
        uint256 earliestStart = block.timestamp + minimumNotice;
        if (start < earliestStart) revert StartsTooSoon(start, earliestStart);
        // A poll lasts at least a second.
        uint256 earliestEnd = start + Math.max(minimumDuration, 1);
        if (end < earliestEnd) revert EndsTooSoon(end, earliestEnd);
    }

    function _known(PollId poll) internal view returns (Poll memory p) {
        p = _polls[poll];
        if (p.end == 0) revert UnknownPoll(poll);
    }

    function _held(PollId poll) private view returns (Poll memory p) {
        p = _known(poll);
        if (p.cancelled) revert PollWasCancelled(poll);
    }

    function _takingVotes(PollId poll) internal view returns (Poll memory p) {
        p = _held(poll);
        if (block.timestamp < p.start || block.timestamp >= p.end) {
            revert PollNotOpen(poll, p.start, p.end, block.timestamp);
        }
    }

    function _paperOf(PollId poll) private view returns (BallotPaper memory) {
        return BallotPaperLibrary.read(poll, _known(poll).options);
    }

    /// @dev Fills in what a batch is counted against, but for the rule of its ballots.
    function _prepare(BatchCount memory c, PollId poll) internal view returns (Poll memory p) {
        p = _takingVotes(poll);
        c.poll = poll;
        c.ofVoters(address(rolls), p.roll, p.origin);
        c.domain = _domainSeparatorV4();
        c.paper = BallotPaperLibrary.read(poll, p.options);
    }

    /// @dev Reverts unless the voter may vote and has not voted; returns the voter's address.
    function _voterOf(
        PollId poll,
        Poll memory p,
        BallotPaper memory paper,
        uint256 index
    ) internal view returns (address) {
        if (!_isEligible(p, paper, index)) revert NotEligible(poll, index);
        if (_hasVoted(poll, index)) revert AlreadyVoted(poll, index);

        return VoterBlob.voterOf(address(rolls), p.origin, index);
    }

    /// @dev Counts the vote of one voter, who was checked.
    function _addVote(PollId poll, uint256 index, uint256[] memory added) internal {
        _voted[poll][index / WORD_BITS] |= 1 << (index % WORD_BITS);
        _addBallots(poll, 1, added);
    }

    function _addBallots(PollId poll, uint256 ballots, uint256[] memory added) internal {
        if (ballots == 0) return;

        _polls[poll].ballots += uint24(ballots);
        uint256[TALLY_WORDS] storage lanes = _tallies[poll];
        for (uint256 word; word < added.length; ++word) {
            if (added[word] != 0) lanes[word] += added[word];
        }
    }

    function _isEligible(Poll memory p, BallotPaper memory paper, uint256 index) private view returns (bool) {
        (, uint256 asked) = paper.rangeOf(index);
        return asked != 0 && !StruckVotersLibrary.from(address(rolls), p.roll, p.origin).has(index);
    }

    function _hasVoted(PollId poll, uint256 index) private view returns (bool) {
        return (_voted[poll][index / WORD_BITS] >> (index % WORD_BITS)) & 1 != 0;
    }
}
