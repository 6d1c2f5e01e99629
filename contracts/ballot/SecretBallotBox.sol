// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {BallotPaper, BallotPaperLibrary} from "./BallotPaper.sol";
import {BITMAP_WORDS} from "./BatchCount.sol";
import {ChoiceRuleLibrary} from "./ChoiceRule.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollBox} from "./IPollBox.sol";
import {IPollTerms} from "./IPollTerms.sol";
import {ISecretBallotBox} from "./ISecretBallotBox.sol";
import {PackedLog} from "./PackedLog.sol";
import {PollId} from "./PollId.sol";
import {ProofCheck, ProofCheckLibrary} from "./ProofCheck.sol";
import {Registration, RegistrationLibrary} from "./Registration.sol";
import {RollId} from "./RollId.sol";
import {FIELD_ORDER, SecretVoteLibrary} from "./SecretVote.sol";
import {StruckVoters, StruckVotersLibrary} from "./StruckVoters.sol";
import {TALLY_WORDS, TallyLanes} from "./TallyLanes.sol";
import {VoterBlob} from "./VoterBlob.sol";

/// @title Secret ballot box
/// @notice See `ISecretBallotBox`.
contract SecretBallotBox is ISecretBallotBox, AccessManaged, EIP712 {
    using PackedLog for bytes;

    // Constants and immutables

    bytes32 private constant REGISTRATION_TYPEHASH = keccak256(
        "Registration(string statement,string question,bytes32 document,bytes32 terms,uint256 poll,"
        "address voter,uint256 commitment)"
    );
    bytes32 private constant STATEMENT = keccak256(
        "I register this commitment for the secret ballot on this question. "
        "It admits one vote, and does not show which."
    );
    bytes32 private constant SCOPE_TYPEHASH = keccak256(
        "Scope(uint256 chainId,address box,uint256 poll,bytes32 terms)"
    );
    uint256 private constant WORD_BITS = 256;

    /// @dev Of the circuit: a group may have as many members as a roll has voters.
    uint256 private constant DEPTH = 24;

    /// @inheritdoc ISecretBallotBox
    IElectoralRoll public immutable rolls;

    /// @inheritdoc ISecretBallotBox
    IOutcomeRule public immutable outcomes;

    IPollTerms private immutable _pollTerms;

    /// @inheritdoc ISecretBallotBox
    uint256 public immutable minimumNotice;

    /// @inheritdoc ISecretBallotBox
    uint256 public immutable minimumDuration;

    /// @inheritdoc ISecretBallotBox
    uint256 public immutable objectionPeriod;

    // Storage

    uint256 private _pollCount;
    mapping(PollId poll => SecretPoll) private _polls;
    mapping(PollId poll => Group) private _groups;
    mapping(PollId poll => uint256[TALLY_WORDS] lanes) private _tallies;
    mapping(PollId poll => uint256[BITMAP_WORDS] bits) private _registered;
    mapping(PollId poll => mapping(uint256 nullifier => bool)) private _spent;

    // Constructor

    constructor(
        IElectoralRoll rolls_,
        IOutcomeRule outcomes_,
        IPollTerms pollTerms,
        uint256 minimumNotice_,
        uint256 minimumDuration_,
        uint256 objectionPeriod_,
        address authority
    ) AccessManaged(authority) EIP712("Dongne SecretBallotBox", "1") {
        rolls = rolls_;
        outcomes = outcomes_;
        _pollTerms = pollTerms;
        minimumNotice = minimumNotice_;
        minimumDuration = minimumDuration_;
        objectionPeriod = objectionPeriod_;
    }

    // Administration

    /// @inheritdoc ISecretBallotBox
    function open(SecretPollSpec calldata spec) external restricted returns (PollId poll) {
        IPollBox.PollSpec calldata terms = spec.poll;
        _checkPeriods(spec);
        if (spec.leastMembers < 2) revert BadLeastMembers(spec.leastMembers);
        if (spec.verifier.code.length == 0) revert BadVerifier(spec.verifier);
        bytes32 termsHash = keccak256(abi.encode(spec, rolls.commitment(terms.roll)));
        (bytes memory paper, uint256 eligible) = _pollTerms.draw(terms, termsHash);

        poll = PollId.wrap(++_pollCount);
        _polls[poll] = SecretPoll({
            roll: terms.roll,
            options: uint16(terms.labels.length),
            least: terms.least,
            most: terms.most,
            registrationEnd: spec.registrationEnd,
            start: terms.start,
            end: terms.end,
            eligible: uint24(eligible),
            members: 0,
            cancelled: false
        });
        _groups[poll] = Group({verifier: spec.verifier, leastMembers: spec.leastMembers, ballots: 0, root: 0});
        BallotPaperLibrary.write(poll, paper);

        emit SecretPollOpened(poll, termsHash, spec);
    }

    /// @inheritdoc ISecretBallotBox
    function cancel(PollId poll, bytes32 document, string calldata uri) external restricted {
        SecretPoll memory p = _held(poll);
        if (block.timestamp >= p.start) revert IPollBox.PollHasStarted(poll, p.start, block.timestamp);
        if (document == 0) revert IPollBox.ReasonMissing(poll);

        _polls[poll].cancelled = true;

        emit SecretPollCancelled(poll, document, uri);
    }

    /// @inheritdoc ISecretBallotBox
    function publishGroup(PollId poll, uint256 root) external restricted {
        SecretPoll memory p = _held(poll);
        Group memory g = _groups[poll];
        if (g.root != 0) revert GroupAlreadyPublished(poll, g.root);
        uint256 latest = p.start - objectionPeriod;
        if (block.timestamp < p.registrationEnd || block.timestamp > latest) {
            revert NotTimeForGroup(poll, p.registrationEnd, latest, block.timestamp);
        }
        if (p.members < g.leastMembers) revert GroupTooSmall(poll, p.members, g.leastMembers);
        if (!_isElement(root)) revert BadGroupRoot(root);

        _groups[poll].root = root;

        emit GroupPublished(poll, p.members, root);
    }

    // Users' functions

    /// @inheritdoc ISecretBallotBox
    function register(PollId poll, bytes calldata batch) external returns (uint256 accepted) {
        SecretPoll memory p = _registering(poll);
        BallotPaper memory paper = _paperOf(poll, p);
        (RollId origin, StruckVoters memory struck) = _votersOf(p.roll);
        uint256 count = _itemsIn(batch, RegistrationLibrary.BYTES);
        bytes memory taken = PackedLog.create(batch.length);
        bytes memory skipped = PackedLog.create(batch.length);
        for (uint256 place; place < count; ++place) {
            Registration item = RegistrationLibrary.at(batch, place);
            RegistrationSkip skip = _take(poll, origin, struck, paper, item);
            if (skip == RegistrationSkip.None) item.appendTo(taken);
            else skipped.appendSkip(place, item.index(), uint256(skip));
        }

        accepted = taken.length / RegistrationLibrary.BYTES;
        if (accepted != 0) {
            _polls[poll].members = uint24(p.members + accepted);
            emit VotersRegistered(poll, p.members, taken);
        }
        if (skipped.length != 0) emit RegistrationsSkipped(poll, skipped);
    }

    /// @inheritdoc ISecretBallotBox
    function registerAccount(PollId poll, uint256 index, uint256 commitment, bytes calldata signature) external {
        SecretPoll memory p = _registering(poll);
        BallotPaper memory paper = _paperOf(poll, p);
        (RollId origin, StruckVoters memory struck) = _votersOf(p.roll);
        if (!_admits(paper, struck, index)) revert IPollBox.NotEligible(poll, index);
        if (_isRegistered(poll, index)) revert VoterAlreadyRegistered(poll, index);
        if (!_isElement(commitment)) revert BadCommitment(commitment);
        address voter = VoterBlob.voterOf(address(rolls), origin, index);
        if (msg.sender != voter || signature.length != 0) {
            bytes32 digest = _registrationDigest(poll, paper, voter, commitment);
            if (!SignatureChecker.isValidSignatureNowCalldata(voter, digest, signature)) {
                revert BadRegistrationSignature(poll, index, voter);
            }
        }

        _registered[poll][index / WORD_BITS] |= _bitOf(index);
        _polls[poll].members = p.members + 1;

        emit AccountRegistered(poll, p.members, index, commitment, signature);
    }

    /// @inheritdoc ISecretBallotBox
    function castSecretVotes(PollId poll, bytes calldata batch) external returns (uint256) {
        ProofCheck memory check = _beginCheck(poll, batch);
        (uint256 ballots, bytes memory counted) = check.count(batch, _spent[poll]);
        if (ballots != 0) {
            _addBallots(poll, ballots, check.added);
            emit SecretVotesCounted(poll, counted);
        }
        if (check.skipped.length != 0) emit SecretVotesSkipped(poll, check.skipped);
        return ballots;
    }

    // Views

    /// @inheritdoc ISecretBallotBox
    function depth() external pure returns (uint256) {
        return DEPTH;
    }

    /// @inheritdoc ISecretBallotBox
    function pollOf(PollId poll) external view returns (SecretPoll memory) {
        return _known(poll);
    }

    /// @inheritdoc ISecretBallotBox
    function groupOf(PollId poll) external view returns (Group memory) {
        _known(poll);
        return _groups[poll];
    }

    /// @inheritdoc ISecretBallotBox
    function termsOf(PollId poll) external view returns (bytes32) {
        return _paperOf(poll, _known(poll)).terms();
    }

    /// @inheritdoc ISecretBallotBox
    function tally(PollId poll) public view returns (uint256[] memory counts) {
        counts = new uint256[](_known(poll).options);
        for (uint256 option; option < counts.length; ++option) {
            counts[option] = TallyLanes.countIn(_tallies[poll][TallyLanes.wordOf(option)], option);
        }
    }

    /// @inheritdoc ISecretBallotBox
    function isRegistered(PollId poll, uint256 index) external view returns (bool) {
        _known(poll);
        return index < BITMAP_WORDS * WORD_BITS && _isRegistered(poll, index);
    }

    /// @inheritdoc ISecretBallotBox
    function isSpent(PollId poll, uint256 nullifier) external view returns (bool) {
        _known(poll);
        return _spent[poll][nullifier];
    }

    /// @inheritdoc ISecretBallotBox
    function scopeOf(PollId poll) external view returns (uint256) {
        return _scope(poll, _paperOf(poll, _known(poll)));
    }

    /// @inheritdoc ISecretBallotBox
    function messageOf(PollId poll, uint256 choices) external view returns (uint256) {
        ProofCheck memory check;
        (check.poll, check.paper, check.domain) = (poll, _paperOf(poll, _known(poll)), _domainSeparatorV4());
        return check.messageOf(choices);
    }

    /// @inheritdoc ISecretBallotBox
    function result(PollId poll) external view returns (IOutcomeRule.Outcome memory) {
        SecretPoll memory p = _held(poll);
        if (block.timestamp < p.end) revert IPollBox.PollNotEnded(poll, p.end, block.timestamp);
        Group memory g = _groups[poll];
        if (g.root == 0) revert GroupNotPublished(poll);

        return outcomes.outcome(_paperOf(poll, p).outcome(), tally(poll), g.ballots, p.eligible);
    }

    // Internals

    function _checkPeriods(SecretPollSpec calldata spec) private view {
        uint256 earliest = block.timestamp + Math.max(minimumNotice, 1);
        if (spec.registrationEnd < earliest) revert RegistrationEndsTooSoon(spec.registrationEnd, earliest);
        uint256 earliestStart = spec.registrationEnd + objectionPeriod;
        if (spec.poll.start < earliestStart) revert IPollBox.StartsTooSoon(spec.poll.start, earliestStart);
        // A poll lasts at least a second.
        uint256 earliestEnd = spec.poll.start + Math.max(minimumDuration, 1);
        if (spec.poll.end < earliestEnd) revert IPollBox.EndsTooSoon(spec.poll.end, earliestEnd);
    }

    function _known(PollId poll) private view returns (SecretPoll memory p) {
        p = _polls[poll];
        if (p.end == 0) revert IPollBox.UnknownPoll(poll);
    }

    function _held(PollId poll) private view returns (SecretPoll memory p) {
        p = _known(poll);
        if (p.cancelled) revert IPollBox.PollWasCancelled(poll);
    }

    function _registering(PollId poll) private view returns (SecretPoll memory p) {
        p = _held(poll);
        if (block.timestamp >= p.registrationEnd) revert RegistrationOver(poll, p.registrationEnd, block.timestamp);
    }

    function _paperOf(PollId poll, SecretPoll memory p) private view returns (BallotPaper memory) {
        return BallotPaperLibrary.read(poll, p.options);
    }

    /// @dev Marks the voter as registered, or says why not.
    function _take(
        PollId poll,
        RollId origin,
        StruckVoters memory struck,
        BallotPaper memory paper,
        Registration item
    ) private returns (RegistrationSkip) {
        (uint256 index, uint256 commitment) = (item.index(), item.commitment());
        if (!_admits(paper, struck, index)) return RegistrationSkip.NotEligible;
        if (_isRegistered(poll, index)) return RegistrationSkip.AlreadyRegistered;
        if (!_isElement(commitment)) return RegistrationSkip.BadCommitment;
        address voter = VoterBlob.voterOf(address(rolls), origin, index);
        address signer = item.signer(_registrationDigest(poll, paper, voter, commitment));
        if (signer == address(0) || signer != voter) return RegistrationSkip.BadSignature;

        _registered[poll][index / WORD_BITS] |= _bitOf(index);
        return RegistrationSkip.None;
    }

    function _beginCheck(PollId poll, bytes calldata batch) private view returns (ProofCheck memory check) {
        SecretPoll memory p = _held(poll);
        if (block.timestamp < p.start || block.timestamp >= p.end) {
            revert IPollBox.PollNotOpen(poll, p.start, p.end, block.timestamp);
        }
        Group memory g = _groups[poll];
        if (g.root == 0) revert GroupNotPublished(poll);
        check.votes = _itemsIn(batch, SecretVoteLibrary.BYTES);
        check.poll = poll;
        check.paper = _paperOf(poll, p);
        check.domain = _domainSeparatorV4();
        check.verifier = g.verifier;
        check.root = g.root;
        check.scope = ProofCheckLibrary.hashed(_scope(poll, check.paper));
        check.depth = DEPTH;
        check.rule = ChoiceRuleLibrary.from(check.paper, p.least, p.most);
        check.added = new uint256[](TallyLanes.wordsFor(p.options));
    }

    function _itemsIn(bytes calldata batch, uint256 size) private pure returns (uint256 count) {
        count = batch.length / size;
        if (count == 0 || batch.length % size != 0) revert MalformedItems(batch.length, size);
    }

    function _addBallots(PollId poll, uint256 ballots, uint256[] memory added) private {
        _groups[poll].ballots += uint24(ballots);
        uint256[TALLY_WORDS] storage lanes = _tallies[poll];
        for (uint256 word; word < added.length; ++word) {
            if (added[word] != 0) lanes[word] += added[word];
        }
    }

    function _isRegistered(PollId poll, uint256 index) private view returns (bool) {
        return _registered[poll][index / WORD_BITS] & _bitOf(index) != 0;
    }

    function _scope(PollId poll, BallotPaper memory paper) private view returns (uint256) {
        return uint256(keccak256(abi.encode(SCOPE_TYPEHASH, block.chainid, this, poll, paper.terms())));
    }

    function _registrationDigest(
        PollId poll,
        BallotPaper memory paper,
        address voter,
        uint256 commitment
    ) private view returns (bytes32) {
        bytes32 registration = EfficientHashLib.hash(
            REGISTRATION_TYPEHASH,
            STATEMENT,
            paper.question(),
            paper.document(),
            paper.terms(),
            bytes32(PollId.unwrap(poll)),
            bytes32(uint256(uint160(voter))),
            bytes32(commitment)
        );
        return _hashTypedDataV4(registration);
    }

    /// @dev Whether a voter of that index is in one of the poll's ranges and not struck.
    function _admits(BallotPaper memory paper, StruckVoters memory struck, uint256 index) private view returns (bool) {
        (, uint256 asked) = paper.rangeOf(index);
        return asked != 0 && !struck.has(index);
    }

    function _votersOf(RollId roll) private view returns (RollId origin, StruckVoters memory struck) {
        origin = rolls.originOf(roll);
        struck = StruckVotersLibrary.from(address(rolls), roll, origin);
    }

    function _isElement(uint256 number) private pure returns (bool) {
        return number != 0 && number < FIELD_ORDER;
    }

    function _bitOf(uint256 index) private pure returns (uint256) {
        return 1 << (index % WORD_BITS);
    }
}
