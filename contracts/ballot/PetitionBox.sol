// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {BallotPaper, BallotPaperLibrary} from "./BallotPaper.sol";
import {BITMAP_WORDS, BatchCount} from "./BatchCount.sol";
import {ChoiceRuleLibrary} from "./ChoiceRule.sol";
import {IBallotBox} from "./IBallotBox.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IPetitionBox} from "./IPetitionBox.sol";
import {IPollBox} from "./IPollBox.sol";
import {PackedLog} from "./PackedLog.sol";
import {PollCheck} from "./PollCheck.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";
import {StruckVotersLibrary} from "./StruckVoters.sol";
import {VoteBatch} from "./VoteBatch.sol";
import {VoterBlob} from "./VoterBlob.sol";

/// @title Petition box
/// @notice See `IPetitionBox`.
contract PetitionBox is IPetitionBox, AccessManaged, EIP712 {
    // Types

    /// @dev What every batch of signatures needs of the rules, in one word; then what a filing and an admission need.
    struct KeptRules {
        RollId roll;
        uint24 threshold;
        uint32 collecting;
        uint32 deciding;
        uint32 answering;
        bool closed;
        RollId origin;
        bytes32 hash;
        bytes32 label;
        bytes ranges;
    }

    struct Filing {
        bytes32 title;
        bytes32 document;
    }

    struct Filings {
        uint64 count;
        PollId last;
    }

    // Constants and immutables

    bytes32 private constant ACCOUNT_VOTE_TYPEHASH = keccak256(
        "AccountVote(string question,string[] choices,bytes32 document,bytes32 terms,uint256 poll,address account)"
    );
    bytes32 private constant FILING_TYPEHASH = keccak256(
        "Filing(string title,bytes32 document,bytes32 rules,address initiator,uint256 petition)"
    );
    uint256 private constant WORD_BITS = 256;
    uint256 private constant ONE_OPTION = 1;
    uint256 private constant SIGNED = 1;

    /// @inheritdoc IPetitionBox
    IElectoralRoll public immutable rolls;

    // Storage

    uint32 private _ruleCount;
    uint256 private _petitionCount;
    mapping(uint256 number => KeptRules) private _rules;
    mapping(PollId petition => Petition) private _petitions;
    mapping(PollId petition => Filing) private _filings;
    mapping(uint256 rules => mapping(uint256 index => Filings)) private _filed;
    mapping(PollId petition => uint256[BITMAP_WORDS] bits) private _signed;

    // Constructor

    constructor(IElectoralRoll rolls_, address authority) AccessManaged(authority) EIP712("Dongne PetitionBox", "1") {
        rolls = rolls_;
    }

    // Administration

    /// @inheritdoc IPetitionBox
    function publishRules(Rules calldata given) external restricted returns (uint256 number) {
        PollCheck.checkRoll(rolls, given.roll);
        bytes32 label = PollCheck.checkLabel(0, bytes(given.label));
        uint256 eligible = PollCheck.checkRanges(rolls, given.roll, given.ranges);
        if (given.threshold == 0 || given.threshold > eligible) revert BadPetitionThreshold(given.threshold, eligible);
        if (given.collecting == 0 || given.deciding == 0 || given.answering == 0) {
            revert BadPetitionTerms(given.collecting, given.deciding, given.answering);
        }

        number = ++_ruleCount;
        bytes32 hash = keccak256(abi.encode(given, rolls.commitment(given.roll)));
        _rules[number] = KeptRules({
            roll: given.roll,
            threshold: given.threshold,
            collecting: given.collecting,
            deciding: given.deciding,
            answering: given.answering,
            closed: false,
            origin: rolls.originOf(given.roll),
            hash: hash,
            label: label,
            ranges: BallotPaperLibrary.packedRanges(given.ranges)
        });

        emit RulesPublished(number, hash, given);
    }

    /// @inheritdoc IPetitionBox
    function closeRules(uint256 number) external restricted {
        KeptRules storage r = _openRules(number);

        r.closed = true;

        emit RulesClosed(number);
    }

    /// @inheritdoc IPetitionBox
    function admit(PollId petition, string calldata title, string calldata documentUri) external restricted {
        Petition memory p = _undecided(petition);
        PollCheck.checkQuestion(bytes(title));
        Filing memory filing = _filings[petition];
        bytes32 given = keccak256(bytes(title));
        if (given != filing.title) revert OtherTitle(petition, filing.title, given);

        KeptRules storage r = _rules[p.rules];
        bytes32 terms = keccak256(abi.encode(r.hash, petition, p.initiator, given, filing.document));
        _petitions[petition].start = uint40(block.timestamp);
        bytes memory paper = BallotPaperLibrary.packPetition(given, filing.document, terms, r.label, r.ranges);
        BallotPaperLibrary.write(petition, paper);

        emit PetitionAdmitted(petition, terms, block.timestamp + r.collecting, title, documentUri);
    }

    /// @inheritdoc IPetitionBox
    function refuse(PollId petition, bytes32 document, string calldata uri) external restricted {
        Petition memory p = _undecided(petition);
        if (document == 0) revert AnswerMissing(petition);

        _petitions[petition].answeredAt = uint40(block.timestamp);

        emit PetitionRefused(petition, document, uri, block.timestamp > p.filedAt + _rules[p.rules].deciding);
    }

    /// @inheritdoc IPetitionBox
    function answer(PollId petition, bytes32 document, string calldata uri) external restricted {
        Petition memory p = _known(petition);
        KeptRules storage r = _rules[p.rules];
        if (p.metAt == 0) revert ThresholdNotMet(petition, p.signatures, r.threshold);
        if (p.answeredAt != 0) revert PetitionHasAnswer(petition);
        if (document == 0) revert AnswerMissing(petition);

        _petitions[petition].answeredAt = uint40(block.timestamp);

        emit PetitionAnswered(petition, document, uri, block.timestamp > p.metAt + r.answering);
    }

    // Users' functions

    /// @inheritdoc IPetitionBox
    function file(
        uint256 number,
        uint256 index,
        bytes32 title,
        bytes32 document,
        bytes calldata signature
    ) external returns (PollId petition) {
        KeptRules storage r = _openRules(number);
        if (!_isAsked(r, index)) revert IPollBox.NotEligible(PollId.wrap(0), index);
        Filings storage filed = _filed[number][index];
        if (_isUnderWay(filed.last)) revert PetitionUnderWay(number, index, filed.last);
        address voter = VoterBlob.voterOf(address(rolls), r.origin, index);
        if (msg.sender != voter || signature.length != 0) {
            bytes32 filing = keccak256(abi.encode(FILING_TYPEHASH, title, document, r.hash, voter, filed.count));
            if (!SignatureChecker.isValidSignatureNowCalldata(voter, _hashTypedDataV4(filing), signature)) {
                revert NotFiledByVoter(index, voter);
            }
        }

        petition = PollId.wrap(++_petitionCount);
        (filed.count, filed.last) = (filed.count + 1, petition);
        _filings[petition] = Filing(title, document);
        Petition storage p = _petitions[petition];
        (p.rules, p.initiator, p.filedAt) = (uint32(number), uint24(index), uint40(block.timestamp));

        emit PetitionFiled(petition, number, index, title, document, block.timestamp + r.deciding);
    }

    /// @inheritdoc IPetitionBox
    function castBatch(PollId petition, bytes calldata batch) external returns (uint256) {
        (Petition memory p, KeptRules storage r) = _takingSignatures(petition);
        BatchCount memory c;
        c.poll = petition;
        c.ofVoters(address(rolls), r.roll, r.origin);
        c.domain = _domainSeparatorV4();
        c.paper = BallotPaperLibrary.read(petition, ONE_OPTION);
        c.rule = ChoiceRuleLibrary.from(c.paper, ONE_OPTION, ONE_OPTION);
        c.begin(batch);
        c.count(_signed[petition]);
        _add(petition, p, r, c.ballots);

        if (c.counted.length != 0) emit IBallotBox.VotesCounted(petition, c.counted);
        if (c.skipped.length != 0) emit IPollBox.VotesSkipped(petition, c.skipped);
        return c.ballots;
    }

    /// @inheritdoc IPetitionBox
    function vote(PollId petition, uint256 index, uint256 choices) external {
        (Petition memory p, KeptRules storage r, address voter, ) = _checkVote(petition, index, choices);
        if (msg.sender != voter) revert IPollBox.NotTheVoter(petition, index, voter, msg.sender);

        _countOne(petition, p, r, index);
    }

    /// @inheritdoc IPetitionBox
    function voteBySignature(PollId petition, uint256 index, uint256 choices, bytes calldata signature) external {
        (Petition memory p, KeptRules storage r, address voter, BallotPaper memory paper) = _checkVote(
            petition,
            index,
            choices
        );
        bytes32 digest = _accountVoteDigest(petition, paper, voter);
        if (!SignatureChecker.isValidSignatureNowCalldata(voter, digest, signature)) {
            revert IPollBox.BadSignature(petition, index, voter);
        }

        _countOne(petition, p, r, index);
    }

    // Views

    /// @inheritdoc IPetitionBox
    function rulesOf(uint256 number) external view returns (bytes32 hash, uint256 threshold, bool closed) {
        KeptRules storage r = _knownRules(number);
        return (r.hash, r.threshold, r.closed);
    }

    /// @inheritdoc IPetitionBox
    function petitionOf(PollId petition) external view returns (Petition memory) {
        return _known(petition);
    }

    /// @inheritdoc IPetitionBox
    function endOf(PollId petition) external view returns (uint256) {
        Petition memory p = _known(petition);
        return p.start == 0 ? 0 : p.start + _rules[p.rules].collecting;
    }

    /// @inheritdoc IPetitionBox
    function dueOf(PollId petition) external view returns (uint256) {
        Petition memory p = _known(petition);
        KeptRules storage r = _rules[p.rules];
        if (p.answeredAt != 0) return 0;
        if (p.start == 0) return p.filedAt + r.deciding;
        return p.metAt == 0 ? 0 : p.metAt + r.answering;
    }

    /// @inheritdoc IPetitionBox
    function termsOf(PollId petition) external view returns (bytes32) {
        return _known(petition).start == 0 ? bytes32(0) : BallotPaperLibrary.read(petition, ONE_OPTION).terms();
    }

    /// @inheritdoc IPetitionBox
    function filingsOf(uint256 number, uint256 index) external view returns (uint256) {
        return _filed[number][index].count;
    }

    /// @inheritdoc IPetitionBox
    function hasVoted(PollId petition, uint256 index) external view returns (bool) {
        _known(petition);
        return index < BITMAP_WORDS * WORD_BITS && _hasSigned(petition, index);
    }

    // Internals

    function _knownRules(uint256 number) private view returns (KeptRules storage r) {
        r = _rules[number];
        if (r.hash == 0) revert UnknownRules(number);
    }

    function _openRules(uint256 number) private view returns (KeptRules storage r) {
        r = _knownRules(number);
        if (r.closed) revert RulesAreClosed(number);
    }

    function _known(PollId petition) private view returns (Petition memory p) {
        p = _petitions[petition];
        if (p.filedAt == 0) revert UnknownPetition(petition);
    }

    function _undecided(PollId petition) private view returns (Petition memory p) {
        p = _known(petition);
        if (p.start != 0 || p.answeredAt != 0) revert PetitionDecided(petition);
    }

    /// @dev Whether the city has not decided about a petition, or it still collects signatures.
    function _isUnderWay(PollId petition) private view returns (bool) {
        Petition memory p = _petitions[petition];
        if (p.start == 0) return p.filedAt != 0 && p.answeredAt == 0;
        return block.timestamp < p.start + _rules[p.rules].collecting;
    }

    function _takingSignatures(PollId petition) private view returns (Petition memory p, KeptRules storage r) {
        p = _known(petition);
        r = _rules[p.rules];
        uint256 end = p.start == 0 ? 0 : p.start + r.collecting;
        if (block.timestamp >= end) revert IPollBox.PollNotOpen(petition, p.start, end, block.timestamp);
    }

    /// @dev Checks everything but the caller or signature.
    function _checkVote(
        PollId petition,
        uint256 index,
        uint256 choices
    ) private view returns (Petition memory p, KeptRules storage r, address voter, BallotPaper memory paper) {
        (p, r) = _takingSignatures(petition);
        if (choices != SIGNED) revert IBallotBox.BadChoices(petition, choices);
        if (!_isAsked(r, index)) revert IPollBox.NotEligible(petition, index);
        if (_hasSigned(petition, index)) revert IPollBox.AlreadyVoted(petition, index);

        voter = VoterBlob.voterOf(address(rolls), r.origin, index);
        paper = BallotPaperLibrary.read(petition, ONE_OPTION);
    }

    function _countOne(PollId petition, Petition memory p, KeptRules storage r, uint256 index) private {
        _signed[petition][index / WORD_BITS] |= 1 << (index % WORD_BITS);
        _add(petition, p, r, 1);

        emit IBallotBox.VotesCounted(petition, PackedLog.ofOne(SIGNED, VoteBatch.maskBytes(ONE_OPTION), index));
    }

    /// @dev Adds signatures; the first that meet the threshold start the city's term.
    function _add(PollId petition, Petition memory p, KeptRules storage r, uint256 count) private {
        if (count == 0) return;
        p.signatures += uint24(count);
        bool isMet = p.metAt == 0 && p.signatures >= r.threshold;
        if (isMet) p.metAt = uint40(block.timestamp);
        _petitions[petition] = p;

        if (isMet) emit ThresholdMet(petition, p.signatures, block.timestamp + r.answering);
    }

    function _hasSigned(PollId petition, uint256 index) private view returns (bool) {
        return (_signed[petition][index / WORD_BITS] >> (index % WORD_BITS)) & 1 != 0;
    }

    function _isAsked(KeptRules storage r, uint256 index) private view returns (bool) {
        if (!BallotPaperLibrary.isWithin(r.ranges, index)) return false;
        return !StruckVotersLibrary.from(address(rolls), r.roll, r.origin).has(index);
    }

    function _accountVoteDigest(
        PollId petition,
        BallotPaper memory paper,
        address account
    ) private view returns (bytes32) {
        bytes32 chosen = paper.choicesHash(SIGNED);
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        ACCOUNT_VOTE_TYPEHASH,
                        paper.question(),
                        chosen,
                        paper.document(),
                        paper.terms(),
                        petition,
                        account
                    )
                )
            );
    }
}
