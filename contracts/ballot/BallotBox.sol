// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {BallotPaper, BallotPaperLibrary} from "./BallotPaper.sol";
import {BatchCount} from "./BatchCount.sol";
import {ChoiceRuleLibrary} from "./ChoiceRule.sol";
import {IBallotBox} from "./IBallotBox.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollTerms} from "./IPollTerms.sol";
import {PackedLog} from "./PackedLog.sol";
import {PollBox} from "./PollBox.sol";
import {PollId} from "./PollId.sol";
import {TallyLanes} from "./TallyLanes.sol";
import {VoteBatch} from "./VoteBatch.sol";

/// @title Ballot box
/// @notice See `IBallotBox`.
contract BallotBox is PollBox, IBallotBox {
    using TallyLanes for uint256[];

    // Constants and immutables

    bytes32 private constant ACCOUNT_VOTE_TYPEHASH = keccak256(
        "AccountVote(string question,string[] choices,bytes32 document,bytes32 terms,uint256 poll,address account)"
    );

    /// @inheritdoc IBallotBox
    address public immutable assistance;

    // Constructor

    constructor(
        IElectoralRoll rolls,
        IOutcomeRule outcomes,
        IPollTerms pollTerms,
        address assistance_,
        uint256 minimumNotice,
        uint256 minimumDuration,
        address authority
    ) PollBox("Dongne BallotBox", rolls, outcomes, pollTerms, minimumNotice, minimumDuration, authority) {
        assistance = assistance_;
    }

    // Administration

    /// @inheritdoc IBallotBox
    function open(PollSpec calldata spec) external restricted returns (PollId poll) {
        bytes32 terms = keccak256(abi.encode(spec, rolls.commitment(spec.roll)));
        poll = _open(spec, terms);

        emit PollOpened(poll, terms, spec);
    }

    // Users' functions

    /// @inheritdoc IBallotBox
    function castBatch(PollId poll, bytes calldata batch) external returns (uint256) {
        BatchCount memory c;
        Poll memory p = _prepare(c, poll);
        c.rule = ChoiceRuleLibrary.from(c.paper, p.least, p.most);
        c.begin(batch);
        c.count(_voted[poll]);
        _addBallots(poll, c.ballots, c.added);

        if (c.counted.length != 0) emit VotesCounted(poll, c.counted);
        if (c.skipped.length != 0) emit VotesSkipped(poll, c.skipped);
        return c.ballots;
    }

    /// @inheritdoc IBallotBox
    function vote(PollId poll, uint256 index, uint256 choices) external {
        (address voter, BallotPaper memory paper) = _checkVote(poll, index, choices);
        if (msg.sender != voter) revert NotTheVoter(poll, index, voter, msg.sender);

        _countOne(poll, paper, index, choices);
    }

    /// @inheritdoc IBallotBox
    function voteBySignature(PollId poll, uint256 index, uint256 choices, bytes calldata signature) external {
        (address voter, BallotPaper memory paper) = _checkVote(poll, index, choices);
        bytes32 digest = _accountVoteDigest(poll, paper, choices, voter);
        if (!SignatureChecker.isValidSignatureNowCalldata(voter, digest, signature)) {
            revert BadSignature(poll, index, voter);
        }

        _countOne(poll, paper, index, choices);
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

    // Internals

    /// @dev Checks everything but the caller or signature, and returns the voter's address and the poll's paper.
    function _checkVote(
        PollId poll,
        uint256 index,
        uint256 choices
    ) private view returns (address voter, BallotPaper memory paper) {
        Poll memory p = _takingVotes(poll);
        paper = BallotPaperLibrary.read(poll, p.options);
        if (!ChoiceRuleLibrary.from(paper, p.least, p.most).allows(choices)) revert BadChoices(poll, choices);

        voter = _voterOf(poll, p, paper, index);
    }

    function _countOne(PollId poll, BallotPaper memory paper, uint256 index, uint256 choices) private {
        uint256[] memory added = new uint256[](TallyLanes.wordsFor(paper.options));
        added.add(choices, 1);
        _addVote(poll, index, added);

        emit VotesCounted(poll, PackedLog.ofOne(choices, VoteBatch.maskBytes(paper.options), index));
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
}
