// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {BITMAP_WORDS, BatchCount} from "./BatchCount.sol";
import {ChoiceRuleLibrary} from "./ChoiceRule.sol";
import {IBallotBox} from "./IBallotBox.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";
import {TALLY_WORDS, TallyLanes} from "./TallyLanes.sol";

/// @title Ballot box
/// @notice See `IBallotBox`.
contract BallotBox is IBallotBox, AccessManaged, EIP712 {
    using TallyLanes for uint256[];

    // Types

    /// @dev What every vote reads, and the one number it changes, in one slot.
    struct Poll {
        RollId roll;
        Rule rule;
        uint8 options;
        uint8 picks;
        uint40 start;
        uint40 end;
        uint16 quorumBps;
        uint16 passBps;
        uint24 eligible;
        uint24 ballots;
    }

    struct Content {
        bytes32 digest;
        string uri;
    }

    // Constants and immutables

    bytes32 private constant ACCOUNT_VOTE_TYPEHASH = keccak256(
        "AccountVote(uint256 poll,uint256 index,uint256 choices)"
    );
    uint256 private constant MAX_OPTIONS = 128;
    uint256 private constant MAX_RANGES = 16;
    uint256 private constant BPS = 10_000;
    uint256 private constant WORD_BITS = 256;

    /// @inheritdoc IBallotBox
    IElectoralRoll public immutable rolls;

    // Storage

    uint256 private _pollCount;
    mapping(PollId poll => Poll) private _polls;
    mapping(PollId poll => Content) private _contents;
    mapping(PollId poll => Range[]) private _ranges;
    mapping(PollId poll => uint256[TALLY_WORDS] lanes) private _tallies;
    mapping(PollId poll => uint256[BITMAP_WORDS] bits) private _voted;

    // Constructor

    constructor(IElectoralRoll rolls_, address authority) AccessManaged(authority) EIP712("Dongne BallotBox", "1") {
        rolls = rolls_;
    }

    // Administration

    /// @inheritdoc IBallotBox
    function open(PollSpec calldata spec) external restricted returns (PollId poll) {
        _checkTerms(spec);
        uint256 eligible = _checkRanges(spec);

        poll = PollId.wrap(++_pollCount);
        _polls[poll] = Poll({
            roll: spec.roll,
            rule: spec.rule,
            options: spec.options,
            picks: spec.picks,
            start: spec.start,
            end: spec.end,
            quorumBps: spec.quorumBps,
            passBps: spec.passBps,
            eligible: uint24(eligible),
            ballots: 0
        });
        for (uint256 i; i < spec.ranges.length; ++i) _ranges[poll].push(spec.ranges[i]);
        _contents[poll] = Content(spec.contentHash, spec.contentUri);

        emit PollOpened(poll, spec);
    }

    // Users' functions

    /// @inheritdoc IBallotBox
    function castBatch(PollId poll, bytes calldata batch) external returns (uint256) {
        BatchCount memory c = _beginCount(poll, batch);
        c.count(_voted[poll]);
        _addBallots(poll, c.ballots, c.added);

        if (c.counted.length != 0) emit VotesCounted(poll, c.counted);
        if (c.skipped.length != 0) emit VotesSkipped(poll, c.skipped);
        return c.ballots;
    }

    /// @inheritdoc IBallotBox
    function vote(PollId poll, uint256 index, uint256 choices) external {
        address voter = _checkVote(poll, index, choices);
        if (msg.sender != voter) revert NotTheVoter(poll, index, voter, msg.sender);

        _countOne(poll, index, choices);
    }

    /// @inheritdoc IBallotBox
    function voteBySignature(PollId poll, uint256 index, uint256 choices, bytes calldata signature) external {
        address voter = _checkVote(poll, index, choices);
        if (!SignatureChecker.isValidSignatureNowCalldata(voter, _accountVoteDigest(poll, index, choices), signature)) {
            revert BadSignature(poll, index, voter);
        }

        _countOne(poll, index, choices);
    }

    // Views

    /// @inheritdoc IBallotBox
    function specOf(PollId poll) external view returns (PollSpec memory) {
        Poll memory p = _known(poll);
        return
            PollSpec({
                roll: p.roll,
                rule: p.rule,
                options: p.options,
                picks: p.picks,
                start: p.start,
                end: p.end,
                quorumBps: p.quorumBps,
                passBps: p.passBps,
                contentHash: _contents[poll].digest,
                contentUri: _contents[poll].uri,
                ranges: _ranges[poll]
            });
    }

    /// @inheritdoc IBallotBox
    function turnout(PollId poll) external view returns (uint256 ballots, uint256 eligible) {
        Poll memory p = _known(poll);
        return (p.ballots, p.eligible);
    }

    /// @inheritdoc IBallotBox
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

    /// @inheritdoc IBallotBox
    function tally(PollId poll) public view returns (uint256[] memory counts) {
        counts = new uint256[](_known(poll).options);
        for (uint256 option; option < counts.length; ++option) {
            counts[option] = TallyLanes.countIn(_tallies[poll][TallyLanes.wordOf(option)], option);
        }
    }

    /// @inheritdoc IBallotBox
    function isEligible(PollId poll, uint256 index) external view returns (bool) {
        _known(poll);
        return _isEligible(poll, index);
    }

    /// @inheritdoc IBallotBox
    function hasVoted(PollId poll, uint256 index) external view returns (bool) {
        _known(poll);
        return index < BITMAP_WORDS * WORD_BITS && _hasVoted(poll, index);
    }

    /// @inheritdoc IBallotBox
    function result(PollId poll) external view returns (Result memory r) {
        Poll memory p = _known(poll);
        if (block.timestamp < p.end) revert PollNotEnded(poll, p.end, block.timestamp);

        r.ballots = p.ballots;
        r.eligible = p.eligible;
        r.quorumMet = r.ballots * BPS >= uint256(p.quorumBps) * r.eligible;
        (r.leaders, r.votes) = _leaders(tally(poll));
        bool untied = LibBit.popCount(r.leaders) == 1;
        r.passed = r.quorumMet && untied && r.votes * BPS > uint256(p.passBps) * r.ballots;
    }

    // Internals

    function _checkTerms(PollSpec calldata spec) private view {
        if (!rolls.isFrozen(spec.roll)) revert RollNotFrozen(spec.roll);
        if (spec.options < 2 || spec.options > MAX_OPTIONS) revert BadOptions(spec.options);
        uint256 most = spec.rule == Rule.ExactlyOne ? 1 : spec.options;
        if (spec.picks == 0 || spec.picks > most) revert BadPicks(spec.picks, spec.options);
        if (spec.start < block.timestamp || spec.end <= spec.start) {
            revert BadPollPeriod(spec.start, spec.end, block.timestamp);
        }
        if (spec.quorumBps > BPS) revert BadShare(spec.quorumBps);
        if (spec.passBps > BPS) revert BadShare(spec.passBps);
    }

    function _checkRanges(PollSpec calldata spec) private view returns (uint256 eligible) {
        uint256 ranges = spec.ranges.length;
        if (ranges == 0 || ranges > MAX_RANGES) revert BadRangeCount(ranges);

        uint256 voters = rolls.voters(spec.roll);
        uint256 free;
        for (uint256 i; i < ranges; ++i) {
            (uint256 first, uint256 count) = (spec.ranges[i].first, spec.ranges[i].count);
            if (count == 0 || first < free || first + count > voters) revert BadRange(i, first, count);
            free = first + count;
            eligible += count;
        }
    }

    function _known(PollId poll) private view returns (Poll memory p) {
        p = _polls[poll];
        if (p.end == 0) revert UnknownPoll(poll);
    }

    function _takingVotes(PollId poll) private view returns (Poll memory p) {
        p = _known(poll);
        if (block.timestamp < p.start || block.timestamp >= p.end) {
            revert PollNotOpen(poll, p.start, p.end, block.timestamp);
        }
    }

    function _beginCount(PollId poll, bytes calldata batch) private view returns (BatchCount memory c) {
        Poll memory p = _takingVotes(poll);
        c.poll = poll;
        c.roll = p.roll;
        c.rolls = address(rolls);
        c.domain = _domainSeparatorV4();
        c.rule = ChoiceRuleLibrary.from(p.rule, p.options, p.picks);
        c.ranges = _ranges[poll];
        c.begin(batch, p.options);
    }

    /// @dev Checks everything but the caller or signature, and returns the voter's address.
    function _checkVote(PollId poll, uint256 index, uint256 choices) private view returns (address voter) {
        Poll memory p = _takingVotes(poll);
        if (!ChoiceRuleLibrary.from(p.rule, p.options, p.picks).allows(choices)) revert BadChoices(poll, choices);
        if (!_isEligible(poll, index)) revert NotEligible(poll, index);
        if (_hasVoted(poll, index)) revert AlreadyVoted(poll, index);

        return rolls.voterAt(p.roll, index);
    }

    function _countOne(PollId poll, uint256 index, uint256 choices) private {
        uint256[] memory added = new uint256[](TallyLanes.wordsFor(_polls[poll].options));
        added.add(choices, 1);
        _voted[poll][index / WORD_BITS] |= _bitOf(index);
        _addBallots(poll, 1, added);

        emit VotesCounted(poll, abi.encodePacked(uint128(choices), uint16(1), uint24(index)));
    }

    function _addBallots(PollId poll, uint256 ballots, uint256[] memory added) private {
        if (ballots == 0) return;

        _polls[poll].ballots += uint24(ballots);
        uint256[TALLY_WORDS] storage lanes = _tallies[poll];
        for (uint256 word; word < added.length; ++word) {
            if (added[word] != 0) lanes[word] += added[word];
        }
    }

    function _isEligible(PollId poll, uint256 index) private view returns (bool) {
        Range[] memory ranges = _ranges[poll];
        for (uint256 i; i < ranges.length; ++i) {
            if (index >= ranges[i].first && index < uint256(ranges[i].first) + ranges[i].count) return true;
        }
        return false;
    }

    function _hasVoted(PollId poll, uint256 index) private view returns (bool) {
        return _voted[poll][index / WORD_BITS] & _bitOf(index) != 0;
    }

    function _accountVoteDigest(PollId poll, uint256 index, uint256 choices) private view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ACCOUNT_VOTE_TYPEHASH, poll, index, choices)));
    }

    function _leaders(uint256[] memory counts) private pure returns (uint256 leaders, uint256 votes) {
        for (uint256 option; option < counts.length; ++option) {
            uint256 count = counts[option];
            if (count == 0 || count < votes) continue;
            if (count > votes) (leaders, votes) = (0, count);
            leaders |= 1 << option;
        }
    }

    function _bitOf(uint256 index) private pure returns (uint256) {
        return 1 << (index % WORD_BITS);
    }
}
