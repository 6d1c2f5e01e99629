// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollBox} from "./IPollBox.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";

/// @title Secret ballot box
/// @notice Secret ballots on a frozen electoral roll: everyone sees who takes part and what is voted, and nobody sees
/// who voted what.
/// @dev Three steps, each after the other. (1) A voter signs a commitment with the key on the roll; the box keeps one
/// for each voter. (2) The officer publishes the root of the tree of all commitments (Semaphore's LeanIMT), which
/// anyone can compute from the logs. (3) A voter proves in zero knowledge to be one of them, with a nullifier that is
/// the same whenever the same identity votes in the same poll. Votes are secret only among those who registered, as
/// long as the voter keeps the secret and sends no vote from an own account; they are not free of coercion, since a
/// voter can show the secret. The tally so far is public.
interface ISecretBallotBox {
    // Types

    /// @notice Why a registration in a batch was not accepted.
    /// @param BadCommitment Zero, or not below the order of the field.
    enum RegistrationSkip {
        None,
        NotEligible,
        AlreadyRegistered,
        BadCommitment,
        BadSignature
    }

    /// @notice Why a vote in a batch was not counted.
    /// @param AlreadyVoted The nullifier has been used.
    /// @param BadProof Not a proof of a member of this poll's group for these choices in this poll, box and chain.
    enum VoteSkip {
        None,
        BadChoices,
        AlreadyVoted,
        BadProof
    }

    /// @notice Everything that is decided when a secret poll is opened.
    /// @param poll What is decided about an open poll too.
    /// @param registrationEnd Unix seconds from which no registration is taken; at least `minimumNotice` ahead, and at
    /// least `objectionPeriod` before the start.
    /// @param leastMembers How many voters must have registered for the poll to take place; at least 2.
    /// @param verifier Of the proofs; has the functions of `ISecretVoteVerifier`.
    struct SecretPollSpec {
        IPollBox.PollSpec poll;
        uint40 registrationEnd;
        uint24 leastMembers;
        address verifier;
    }

    /// @notice Where a secret poll stands.
    /// @param roll Its roll.
    /// @param options How many there are.
    /// @param least How many options a ballot must pick.
    /// @param most How many options a ballot may pick.
    /// @param registrationEnd Unix seconds from which no registration is taken.
    /// @param start Unix seconds from which votes are taken.
    /// @param end Unix seconds from which votes are no longer taken.
    /// @param eligible Voters who may register.
    /// @param members Voters who did.
    /// @param cancelled Whether it was cancelled before its start.
    struct SecretPoll {
        RollId roll;
        uint16 options;
        uint16 least;
        uint16 most;
        uint40 registrationEnd;
        uint40 start;
        uint40 end;
        uint24 eligible;
        uint24 members;
        bool cancelled;
    }

    /// @notice The group of a secret poll, and what it has voted.
    /// @param verifier Of the proofs.
    /// @param leastMembers How many voters must have registered.
    /// @param ballots Votes counted.
    /// @param root Of the tree of all commitments; 0 until it is published.
    struct Group {
        address verifier;
        uint24 leastMembers;
        uint24 ballots;
        uint256 root;
    }

    // Events

    /// @notice A secret poll was opened; nothing of `spec` ever changes.
    /// @param terms `keccak256(abi.encode(spec, commitment))` with the commitment of its roll.
    event SecretPollOpened(PollId indexed poll, bytes32 terms, SecretPollSpec spec);

    /// @notice A secret poll was cancelled before its start.
    /// @param document keccak256 of the document that gives the reason.
    /// @param uri Where to get that document.
    event SecretPollCancelled(PollId indexed poll, bytes32 document, string uri);

    /// @notice Voters registered with a key, as members `first` on. `items` repeats: voter index (3 bytes), commitment
    /// (32), signature (64).
    event VotersRegistered(PollId indexed poll, uint256 first, bytes items);

    /// @notice A smart account registered, as member `member`: by its own call, then `signature` is empty, or by a
    /// signature that it accepts.
    event AccountRegistered(PollId indexed poll, uint256 member, uint256 index, uint256 commitment, bytes signature);

    /// @notice Some registrations of a batch were not accepted. `items` repeats: place in the batch (3 bytes, from 0),
    /// voter index (3), reason (1, a `RegistrationSkip`).
    event RegistrationsSkipped(PollId indexed poll, bytes items);

    /// @notice The group is complete: `root` is that of the tree of all commitments, in the order of registration.
    event GroupPublished(PollId indexed poll, uint256 members, uint256 root);

    /// @notice Votes were counted. `items` repeats: choices (32 bytes), nullifier (32), proof (256).
    /// @dev Every counted vote is in exactly one of these logs, so a recount needs nothing else.
    event SecretVotesCounted(PollId indexed poll, bytes items);

    /// @notice Some votes of a batch were not counted. `items` repeats: place of the vote in the batch (3 bytes, from
    /// 0), nullifier (32), reason (1, a `VoteSkip`).
    event SecretVotesSkipped(PollId indexed poll, bytes items);

    // Errors

    /// @notice Registration ends at `earliest` or later.
    error RegistrationEndsTooSoon(uint256 registrationEnd, uint256 earliest);

    /// @notice A group has at least 2 members: alone, nobody hides.
    error BadLeastMembers(uint256 members);

    /// @notice There is no contract at that address.
    error BadVerifier(address verifier);

    /// @notice Registrations are taken until before `end`.
    error RegistrationOver(PollId poll, uint256 end, uint256 time);

    /// @notice A batch is a whole number of items, at least one, of `size` bytes each.
    error MalformedItems(uint256 length, uint256 size);

    /// @notice A commitment is between 1 and the order of the field.
    error BadCommitment(uint256 commitment);

    /// @notice The voter has registered a commitment already.
    error VoterAlreadyRegistered(PollId poll, uint256 index);

    /// @notice Not signed by that voter for this commitment, poll, box and chain.
    error BadRegistrationSignature(PollId poll, uint256 index, address voter);

    /// @notice The group is published from the end of the registration until the objection period before the start.
    error NotTimeForGroup(PollId poll, uint256 from, uint256 until, uint256 time);

    /// @notice The group is complete.
    error GroupAlreadyPublished(PollId poll, uint256 root);

    /// @notice Too few voters registered for the poll to take place.
    error GroupTooSmall(PollId poll, uint256 members, uint256 least);

    /// @notice A root is between 1 and the order of the field.
    error BadGroupRoot(uint256 root);

    /// @notice The group was not published, so there is nothing to prove a vote against: the poll does not take place.
    error GroupNotPublished(PollId poll);

    /// @notice What is left of the transaction's gas might not suffice to judge a proof.
    error TooLittleGas(uint256 left, uint256 needed);

    // Administration

    /// @notice Opens a secret poll; registration starts at once.
    /// @dev Restricted. Reverts with `RegistrationEndsTooSoon`, `BadLeastMembers`, `BadVerifier`, and like
    /// `IBallotBox.open`.
    /// @return poll Its number.
    function open(SecretPollSpec calldata spec) external returns (PollId poll);

    /// @notice Cancels a poll that has not started. Nothing can stop one that has.
    /// @dev Restricted. Reverts like `IPollBox.cancel`.
    /// @param document keccak256 of the document that gives the reason, without personal data.
    /// @param uri Where to get that document.
    function cancel(PollId poll, bytes32 document, string calldata uri) external;

    /// @notice Publishes the root of the group, once.
    /// @dev Restricted. Reverts with `UnknownPoll`, `PollWasCancelled`, `NotTimeForGroup`, `GroupAlreadyPublished`,
    /// `GroupTooSmall`, `BadGroupRoot`. The contract cannot check the root; anyone can, from the logs, for the whole
    /// objection period.
    function publishGroup(PollId poll, uint256 root) external;

    // Users' functions

    /// @notice Accepts a packed batch of signed registrations (`Registration`). Anyone may send it.
    /// @dev Each voter has signed `Registration(string statement,string question,bytes32 document,bytes32 terms,uint256
    /// poll,address voter,uint256 commitment)` with a key (ECDSA). Invalid ones are skipped and logged with a reason.
    /// Reverts with `UnknownPoll`, `PollWasCancelled`, `RegistrationOver`, `MalformedItems`.
    /// @return accepted How many were accepted.
    function register(PollId poll, bytes calldata batch) external returns (uint256 accepted);

    /// @notice Registers a smart account by a signature that it accepts (ERC-1271), or a key by one of 65 bytes; a call
    /// by the voter itself needs none. Anyone may send it.
    /// @dev Reverts with `UnknownPoll`, `PollWasCancelled`, `RegistrationOver`, `NotEligible`,
    /// `VoterAlreadyRegistered`,
    /// `BadCommitment`, `BadRegistrationSignature`.
    function registerAccount(PollId poll, uint256 index, uint256 commitment, bytes calldata signature) external;

    /// @notice Counts a packed batch of votes (`SecretVote`). Anyone may send it; a voter should not.
    /// @dev Each proof is one of membership in the group, with the nullifier of the scope `scopeOf(poll)` and the
    /// message `messageOf(poll, choices)`. Invalid votes are skipped and logged with a reason; even a batch of only
    /// invalid votes does not revert. All proofs are judged together, and one by one only where that fails. Reverts
    /// with `UnknownPoll`, `PollWasCancelled`, `PollNotOpen`, `GroupNotPublished`, `MalformedItems`, `TooLittleGas`.
    /// @return counted How many votes were counted.
    function castSecretVotes(PollId poll, bytes calldata batch) external returns (uint256 counted);

    // Views

    /// @notice The electoral rolls that polls use.
    function rolls() external view returns (IElectoralRoll);

    /// @notice What says how polls end.
    function outcomes() external view returns (IOutcomeRule);

    /// @notice Seconds that a poll is announced, and takes registrations, at least.
    function minimumNotice() external view returns (uint256);

    /// @notice Seconds that a poll takes votes, at least.
    function minimumDuration() external view returns (uint256);

    /// @notice Seconds between the publication of a group and the start, at least.
    function objectionPeriod() external view returns (uint256);

    /// @notice Depth of the circuit: groups have up to 2^depth members.
    function depth() external view returns (uint256);

    /// @notice Where the poll stands.
    function pollOf(PollId poll) external view returns (SecretPoll memory);

    /// @notice The poll's group and what it has voted.
    function groupOf(PollId poll) external view returns (Group memory);

    /// @notice Hash of everything that was decided, `terms` of `SecretPollOpened`.
    function termsOf(PollId poll) external view returns (bytes32);

    /// @notice Votes so far, by option.
    function tally(PollId poll) external view returns (uint256[] memory);

    /// @notice Whether the voter has registered a commitment.
    function isRegistered(PollId poll, uint256 index) external view returns (bool);

    /// @notice Whether a vote with that nullifier was counted.
    function isSpent(PollId poll, uint256 nullifier) external view returns (bool);

    /// @notice The scope of a poll's proofs, as Semaphore's libraries take it: bound to chain, box, poll and terms.
    function scopeOf(PollId poll) external view returns (uint256);

    /// @notice The message of a proof for these choices (a bit mask), as Semaphore's libraries take it: the digest of
    /// what an open vote signs, `Vote(string question,string[] choices,bytes32 document,bytes32 terms,uint256 poll)`,
    /// in the domain of this box.
    function messageOf(PollId poll, uint256 choices) external view returns (uint256);

    /// @notice How the poll ended; shares of the eligible are shares of those who might have registered.
    /// @dev Reverts with `UnknownPoll`, `PollWasCancelled`, `PollNotEnded`, `GroupNotPublished`.
    function result(PollId poll) external view returns (IOutcomeRule.Outcome memory);
}
