// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {BallotPaper, BallotPaperLibrary} from "./BallotPaper.sol";
import {BITMAP_WORDS, BatchCount} from "./BatchCount.sol";
import {ChoiceRuleLibrary} from "./ChoiceRule.sol";
import {IBallotBox} from "./IBallotBox.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollTerms} from "./IPollTerms.sol";
import {PackedLog} from "./PackedLog.sol";
import {PollId} from "./PollId.sol";
import {StruckVotersLibrary} from "./StruckVoters.sol";
import {TALLY_WORDS, TallyLanes} from "./TallyLanes.sol";
import {VoteBatch} from "./VoteBatch.sol";
import {VoterBlob} from "./VoterBlob.sol";

/// @title Ballot box
/// @notice See `IBallotBox`.
contract BallotBox is IBallotBox, AccessManaged, EIP712 {
    using TallyLanes for uint256[];

    // Constants and immutables

    bytes32 private constant ACCOUNT_VOTE_TYPEHASH = keccak256(
        "AccountVote(string question,string[] choices,bytes32 document,bytes32 terms,uint256 poll,address account)"
    );
    uint256 private constant WORD_BITS = 256;

    IPollTerms private immutable _pollTerms;

    /// @inheritdoc IBallotBox
    IElectoralRoll public immutable rolls;

    /// @inheritdoc IBallotBox
    IOutcomeRule public immutable outcomes;

    /// @inheritdoc IBallotBox
    address public immutable assistance;

    /// @inheritdoc IBallotBox
    uint256 public immutable minimumNotice;

    /// @inheritdoc IBallotBox
    uint256 public immutable minimumDuration;

    // Storage

    uint256 private _pollCount;
    mapping(PollId poll => Poll) private _polls;
    mapping(PollId poll => uint256[TALLY_WORDS] lanes) private _tallies;
    mapping(PollId poll => uint256[BITMAP_WORDS] bits) private _voted;

    // Constructor

    constructor(
        IElectoralRoll rolls_,
        IOutcomeRule outcomes_,
        IPollTerms pollTerms,
        address assistance_,
        uint256 minimumNotice_,
        uint256 minimumDuration_,
        address authority
    ) AccessManaged(authority) EIP712("Dongne BallotBox", "1") {
        rolls = rolls_;
        outcomes = outcomes_;
        _pollTerms = pollTerms;
        assistance = assistance_;
        minimumNotice = minimumNotice_;
        minimumDuration = minimumDuration_;
    }

    // Administration

    /// @inheritdoc IBallotBox
    function open(PollSpec calldata spec) external restricted returns (PollId poll) {
        _checkPeriod(spec.start, spec.end);
        bytes32 terms = keccak256(abi.encode(spec, rolls.commitment(spec.roll)));
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

        emit PollOpened(poll, terms, spec);
    }

    /// @inheritdoc IBallotBox
    function cancel(PollId poll, bytes32 document, string calldata uri) external restricted {
        Poll memory p = _held(poll);
        if (block.timestamp >= p.start) revert PollHasStarted(poll, p.start, block.timestamp);
        if (document == 0) revert ReasonMissing(poll);

        _polls[poll].cancelled = true;

        emit PollCancelled(poll, document, uri);
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
        (address voter, ) = _checkVote(poll, index, choices);
        if (msg.sender != voter) revert NotTheVoter(poll, index, voter, msg.sender);

        _countOne(poll, index, choices);
    }

    /// @inheritdoc IBallotBox
    function voteBySignature(PollId poll, uint256 index, uint256 choices, bytes calldata signature) external {
        (address voter, BallotPaper memory paper) = _checkVote(poll, index, choices);
        bytes32 digest = _accountVoteDigest(poll, paper, choices, voter);
        if (!SignatureChecker.isValidSignatureNowCalldata(voter, digest, signature)) {
            revert BadSignature(poll, index, voter);
        }

        _countOne(poll, index, choices);
    }

    /// @inheritdoc IBallotBox
    function countAssisted(
        PollId poll,
        uint256 choices,
        uint256 number,
        uint256 voters
    ) external returns (uint256 taken) {
        if (msg.sender != assistance) revert NotTheAssistance(msg.sender, assistance);
        uint256[] memory added = new uint256[](TallyLanes.wordsFor(_takingVotes(poll).options));
        uint256 word = _voted[poll][number];
        taken = voters & ~word;
        uint256 ballots = LibBit.popCount(taken);
        added.add(choices, ballots);

        _voted[poll][number] = word | taken;
        _addBallots(poll, ballots, added);
    }

    // Views

    /// @inheritdoc IBallotBox
    function pollOf(PollId poll) external view returns (Poll memory) {
        return _known(poll);
    }

    /// @inheritdoc IBallotBox
    function termsOf(PollId poll) external view returns (bytes32) {
        return _paperOf(poll).terms();
    }

    /// @inheritdoc IBallotBox
    function outcomeTermsOf(PollId poll) external view returns (IOutcomeRule.Terms memory) {
        return _paperOf(poll).outcome();
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
        Poll memory p = _known(poll);
        return _isEligible(p, BallotPaperLibrary.read(poll, p.options), index);
    }

    /// @inheritdoc IBallotBox
    function hasVoted(PollId poll, uint256 index) external view returns (bool) {
        _known(poll);
        return index < BITMAP_WORDS * WORD_BITS && _hasVoted(poll, index);
    }

    /// @inheritdoc IBallotBox
    function result(PollId poll) external view returns (IOutcomeRule.Outcome memory) {
        Poll memory p = _held(poll);
        if (block.timestamp < p.end) revert PollNotEnded(poll, p.end, block.timestamp);

        return outcomes.outcome(_paperOf(poll).outcome(), tally(poll), p.ballots, p.eligible);
    }

    // Internals

    function _checkPeriod(uint256 start, uint256 end) private view {
        uint256 earliestStart = block.timestamp + minimumNotice;
        if (start < earliestStart) revert StartsTooSoon(start, earliestStart);
        // A poll lasts at least a second.
        uint256 earliestEnd = start + Math.max(minimumDuration, 1);
        if (end < earliestEnd) revert EndsTooSoon(end, earliestEnd);
    }

    function _known(PollId poll) private view returns (Poll memory p) {
        p = _polls[poll];
        if (p.end == 0) revert UnknownPoll(poll);
    }

    function _held(PollId poll) private view returns (Poll memory p) {
        p = _known(poll);
        if (p.cancelled) revert PollWasCancelled(poll);
    }

    function _takingVotes(PollId poll) private view returns (Poll memory p) {
        p = _held(poll);
        if (block.timestamp < p.start || block.timestamp >= p.end) {
            revert PollNotOpen(poll, p.start, p.end, block.timestamp);
        }
    }

    function _paperOf(PollId poll) private view returns (BallotPaper memory) {
        return BallotPaperLibrary.read(poll, _known(poll).options);
    }

    function _beginCount(PollId poll, bytes calldata batch) private view returns (BatchCount memory c) {
        Poll memory p = _takingVotes(poll);
        c.poll = poll;
        c.ofVoters(address(rolls), p.roll, p.origin);
        c.domain = _domainSeparatorV4();
        c.paper = BallotPaperLibrary.read(poll, p.options);
        c.rule = ChoiceRuleLibrary.from(c.paper, p.least, p.most);
        c.begin(batch);
    }

    /// @dev Checks everything but the caller or signature, and returns the voter's address and the poll's paper.
    function _checkVote(
        PollId poll,
        uint256 index,
        uint256 choices
    ) private view returns (address voter, BallotPaper memory paper) {
        Poll memory p = _takingVotes(poll);
        paper = BallotPaperLibrary.read(poll, p.options);
        if (!ChoiceRuleLibrary.from(paper, p.least, p.most).allows(choices)) revert BadChoices(poll, choices);
        if (!_isEligible(p, paper, index)) revert NotEligible(poll, index);
        if (_hasVoted(poll, index)) revert AlreadyVoted(poll, index);

        voter = VoterBlob.voterOf(address(rolls), p.origin, index);
    }

    function _countOne(PollId poll, uint256 index, uint256 choices) private {
        uint256 options = _polls[poll].options;
        uint256[] memory added = new uint256[](TallyLanes.wordsFor(options));
        added.add(choices, 1);
        _voted[poll][index / WORD_BITS] |= _bitOf(index);
        _addBallots(poll, 1, added);

        emit VotesCounted(poll, PackedLog.ofOne(choices, VoteBatch.maskBytes(options), index));
    }

    function _addBallots(PollId poll, uint256 ballots, uint256[] memory added) private {
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
        return _voted[poll][index / WORD_BITS] & _bitOf(index) != 0;
    }

    function _accountVoteDigest(
        PollId poll,
        BallotPaper memory paper,
        uint256 choices,
        address account
    ) private view returns (bytes32) {
        bytes32 question = paper.question();
        bytes32 chosen = paper.choicesHash(choices);
        bytes32 document = paper.document();
        bytes32 terms = paper.terms();
        return
            _hashTypedDataV4(
                keccak256(abi.encode(ACCOUNT_VOTE_TYPEHASH, question, chosen, document, terms, poll, account))
            );
    }

    function _bitOf(uint256 index) private pure returns (uint256) {
        return 1 << (index % WORD_BITS);
    }
}
