// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {BallotPaper} from "./BallotPaper.sol";
import {ChoiceRule} from "./ChoiceRule.sol";
import {ISecretBallotBox} from "./ISecretBallotBox.sol";
import {ISecretVoteVerifier} from "./ISecretVoteVerifier.sol";
import {PackedLog} from "./PackedLog.sol";
import {PollId} from "./PollId.sol";
import {FIELD_ORDER, SecretVote, SecretVoteLibrary} from "./SecretVote.sol";
import {TallyLanes} from "./TallyLanes.sol";

/// @dev A batch of secret votes while it is counted.
/// @param poll Its number.
/// @param paper What the votes are about.
/// @param domain EIP-712 separator of the box.
/// @param votes In the batch.
/// @param verifier Of the proofs.
/// @param root Of the group.
/// @param scope Of the poll, as the circuit takes it.
/// @param depth Of the circuit.
/// @param rule Which choices are valid.
/// @param added Votes to add, in lanes by option.
/// @param waiting Places of the votes whose proofs are to be judged; the first `waitingCount` are set.
/// @param claims What the verifier is asked about them.
/// @param skipped The log of those that are not counted.
struct ProofCheck {
    PollId poll;
    BallotPaper paper;
    bytes32 domain;
    uint256 votes;
    address verifier;
    uint256 root;
    uint256 scope;
    uint256 depth;
    ChoiceRule rule;
    uint256[] added;
    uint256[] waiting;
    uint256 waitingCount;
    bytes claims;
    bytes skipped;
}

using ProofCheckLibrary for ProofCheck global;

/// @title Proof check
/// @notice Counts a batch of secret votes for `SecretBallotBox`: sorts out what needs no proof to be refused, has all
/// other proofs judged at once, and one by one only if that fails.
library ProofCheckLibrary {
    using PackedLog for bytes;
    using TallyLanes for uint256[];

    // Constants

    bytes32 private constant VOTE_TYPEHASH = keccak256(
        "Vote(string question,string[] choices,bytes32 document,bytes32 terms,uint256 poll)"
    );

    uint256 private constant PLACE_BYTES = 3;
    uint256 private constant NULLIFIER_BYTES = 32;
    uint256 private constant REASON_BYTES = 1;

    /// @dev The most gas that judging may take. Judging n proofs at once takes about 210,000 + 48,000 n; one alone
    /// takes 230,000, and up to 290,000 where points are not on their curves, because a failing precompile burns what
    /// it is given.
    uint256 private constant ALL_GAS = 260_000;
    uint256 private constant EACH_GAS = 64_000;
    uint256 private constant ONE_GAS = 330_000;

    // Functions

    /// @dev Counts the votes and marks their nullifiers.
    function count(
        ProofCheck memory self,
        bytes calldata batch,
        mapping(uint256 nullifier => bool) storage spent
    ) internal returns (uint256 ballots, bytes memory counted) {
        self.waiting = new uint256[](self.votes);
        self.claims = PackedLog.create(self.votes * SecretVoteLibrary.BYTES);
        self.skipped = PackedLog.create(batch.length);
        for (uint256 place; place < self.votes; ++place) _sortOut(self, batch, place, spent);

        counted = PackedLog.create(self.waitingCount * SecretVoteLibrary.BYTES);
        bool sound = self.waitingCount > 1 && _judgeAll(self);
        for (uint256 i; i < self.waitingCount; ++i) {
            uint256 place = self.waiting[i];
            SecretVote vote = SecretVoteLibrary.at(batch, place);
            if (spent[vote.nullifier()]) _skip(self, vote, place, ISecretBallotBox.VoteSkip.AlreadyVoted);
            else if (!sound && !_judge(self, vote)) _skip(self, vote, place, ISecretBallotBox.VoteSkip.BadProof);
            else {
                spent[vote.nullifier()] = true;
                vote.appendTo(counted);
                self.added.add(vote.choices(), 1);
                ++ballots;
            }
        }
    }

    /// @dev What a proof for these choices says: what an open vote signs.
    function messageOf(ProofCheck memory self, uint256 choices) internal pure returns (uint256) {
        BallotPaper memory paper = self.paper;
        bytes32 vote = EfficientHashLib.hash(
            VOTE_TYPEHASH,
            paper.question(),
            paper.choicesHash(choices),
            paper.document(),
            paper.terms(),
            bytes32(PollId.unwrap(self.poll))
        );
        return uint256(MessageHashUtils.toTypedDataHash(self.domain, vote));
    }

    /// @dev A number as Semaphore's circuit takes it: hashed to fit the field.
    function hashed(uint256 number) internal pure returns (uint256) {
        return uint256(EfficientHashLib.hash(bytes32(number))) >> 8;
    }

    // Internals

    /// @dev Skips a vote that no proof can save, else puts it among those to be judged.
    function _sortOut(
        ProofCheck memory self,
        bytes calldata batch,
        uint256 place,
        mapping(uint256 nullifier => bool) storage spent
    ) private view {
        SecretVote vote = SecretVoteLibrary.at(batch, place);
        uint256 nullifier = vote.nullifier();
        if (!self.rule.allows(vote.choices())) _skip(self, vote, place, ISecretBallotBox.VoteSkip.BadChoices);
        else if (nullifier >= FIELD_ORDER) _skip(self, vote, place, ISecretBallotBox.VoteSkip.BadProof);
        else if (spent[nullifier]) _skip(self, vote, place, ISecretBallotBox.VoteSkip.AlreadyVoted);
        else {
            self.waiting[self.waitingCount++] = place;
            vote.appendClaimTo(self.claims, hashed(messageOf(self, vote.choices())));
        }
    }

    function _judgeAll(ProofCheck memory self) private view returns (bool) {
        return
            _ask(
                self.verifier,
                ALL_GAS + EACH_GAS * self.waitingCount,
                abi.encodeCall(ISecretVoteVerifier.verifyAll, (self.root, self.scope, self.depth, self.claims))
            );
    }

    function _judge(ProofCheck memory self, SecretVote vote) private view returns (bool) {
        (uint256[2] memory a, uint256[2][2] memory b, uint256[2] memory c) = vote.proof();
        uint256 message = hashed(self.messageOf(vote.choices()));
        uint256[4] memory signals = [self.root, vote.nullifier(), message, self.scope];
        return
            _ask(
                self.verifier,
                ONE_GAS,
                abi.encodeCall(ISecretVoteVerifier.verifyProof, (a, b, c, signals, self.depth))
            );
    }

    /// @dev Whether the verifier says yes. It gets the same gas whatever is left, so that nobody can make a good proof
    /// fail by sending too little; and no more, so that it cannot burn all of it.
    function _ask(address verifier, uint256 most, bytes memory question) private view returns (bool yes) {
        // A call passes on at most 63/64 of what is left.
        uint256 needed = most + most / 32;
        if (gasleft() < needed) revert ISecretBallotBox.TooLittleGas(gasleft(), needed);
        // Safe: writes only scratch space. No answer, or one that is not the word 1, is a no.
        assembly ("memory-safe") {
            mstore(0, 0)
            let success := staticcall(most, verifier, add(question, 0x20), mload(question), 0, 0x20)
            yes := and(and(success, eq(returndatasize(), 0x20)), eq(mload(0), 1))
        }
    }

    function _skip(
        ProofCheck memory self,
        SecretVote vote,
        uint256 place,
        ISecretBallotBox.VoteSkip reason
    ) private pure {
        self.skipped.append(place, PLACE_BYTES);
        self.skipped.append(vote.nullifier(), NULLIFIER_BYTES);
        self.skipped.append(uint256(reason), REASON_BYTES);
    }
}
