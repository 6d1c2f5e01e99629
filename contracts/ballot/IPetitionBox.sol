// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IPollBox} from "./IPollBox.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";

/// @title Petition box
/// @notice Citizens' proposals: a voter files one, others sign it, and once enough have signed the city is bound to
/// answer within a term. What is signed, how many must, and until when the answer is due stand on the chain; so do the
/// answer and its delay. It opens no polls: what follows from an answer is decided elsewhere.
/// @dev A petition is to voters a poll with one option. Its signatures are the votes of `IBallotBox`: the same message
/// in words, batches, logs (`VotesCounted`, `VotesSkipped`) and errors, with the petition's number as the poll's and
/// choices 1. The domain names this contract, so a signature counts for no poll.
interface IPetitionBox {
    // Types

    /// @notice What holds for the petitions of a roll, decided by the city beforehand and never changed.
    /// @param roll A frozen roll whose objection period is over.
    /// @param threshold Signatures from which the city must answer; 1 to as many as the ranges have voters.
    /// @param collecting Seconds that a petition collects signatures, at least 1.
    /// @param deciding Seconds in which the city admits or refuses a petition that was filed, at least 1.
    /// @param answering Seconds in which the city answers once the threshold is met, at least 1.
    /// @param label What signing says, for instance "I support this petition": 1 to 400 bytes in UTF-8.
    /// @param ranges 1 to 16, ascending, disjoint, each within one part of the roll: who may file and sign. Who is
    /// struck may not.
    struct Rules {
        RollId roll;
        uint24 threshold;
        uint32 collecting;
        uint32 deciding;
        uint32 answering;
        string label;
        IPollBox.Range[] ranges;
    }

    /// @notice Where a petition stands; times are Unix seconds, 0 for what has not happened.
    /// @param rules Number of its rules.
    /// @param initiator Index of the voter who filed it.
    /// @param filedAt When it was filed.
    /// @param start When it was admitted; signatures are taken from then on, for as long as the rules say.
    /// @param signatures Counted so far.
    /// @param metAt When the threshold was met.
    /// @param answeredAt When the city answered; or, of a petition without a start, when it refused to admit it.
    struct Petition {
        uint32 rules;
        uint24 initiator;
        uint40 filedAt;
        uint40 start;
        uint24 signatures;
        uint40 metAt;
        uint40 answeredAt;
    }

    // Events

    /// @notice Rules were published; nothing of them changes.
    /// @param hash `keccak256(abi.encode(rules, commitment))` with the commitment of the roll.
    event RulesPublished(uint256 indexed number, bytes32 hash, Rules rules);

    /// @notice No more petitions can be filed under these rules; those that were go on.
    event RulesClosed(uint256 indexed number);

    /// @notice A voter filed a petition. The chain holds hashes only, until the city has admitted it.
    /// @param title keccak256 of the title.
    /// @param document keccak256 of the petition itself.
    event PetitionFiled(
        PollId indexed petition,
        uint256 indexed rules,
        uint256 initiator,
        bytes32 title,
        bytes32 document,
        uint256 decideBy
    );

    /// @notice The city admitted a petition: signatures are taken from now until before `end`.
    /// @param terms What the signatures cover beside the words (`termsOf`).
    event PetitionAdmitted(PollId indexed petition, bytes32 terms, uint256 end, string title, string documentUri);

    /// @notice The city refused to admit a petition.
    /// @param document keccak256 of the reasons.
    /// @param uri Where to get them.
    event PetitionRefused(PollId indexed petition, bytes32 document, string uri, bool late);

    /// @notice Enough voters have signed: the city must answer by `answerBy`.
    event ThresholdMet(PollId indexed petition, uint256 signatures, uint256 answerBy);

    /// @notice The city answered.
    /// @param document keccak256 of the answer.
    /// @param uri Where to get it.
    /// @param late Whether the term was over.
    event PetitionAnswered(PollId indexed petition, bytes32 document, string uri, bool late);

    // Errors

    /// @notice There are no rules with that number.
    error UnknownRules(uint256 number);

    /// @notice No more petitions can be filed under these rules.
    error RulesAreClosed(uint256 number);

    /// @notice A threshold is 1 to `eligible` signatures.
    error BadPetitionThreshold(uint256 threshold, uint256 eligible);

    /// @notice Collecting, deciding and answering take at least a second each.
    error BadPetitionTerms(uint256 collecting, uint256 deciding, uint256 answering);

    /// @notice There is no petition with that number.
    error UnknownPetition(PollId petition);

    /// @notice The voter's last petition under these rules is undecided or still collects signatures.
    error PetitionUnderWay(uint256 rules, uint256 index, PollId petition);

    /// @notice Not signed by the voter who files, and not sent by that voter.
    error NotFiledByVoter(uint256 index, address voter);

    /// @notice The city has admitted or refused this petition already.
    error PetitionDecided(PollId petition);

    /// @notice These are not the words that were filed.
    error OtherTitle(PollId petition, bytes32 filed, bytes32 given);

    /// @notice Whoever refuses or answers gives a document.
    error AnswerMissing(PollId petition);

    /// @notice The threshold is not met, so there is nothing to answer.
    error ThresholdNotMet(PollId petition, uint256 signatures, uint256 threshold);

    /// @notice The city has answered this petition already; an answer cannot be replaced.
    error PetitionHasAnswer(PollId petition);

    // Administration

    /// @notice Publishes rules for petitions.
    /// @dev Restricted. Reverts with `BadPetitionTerms`, `BadPetitionThreshold`, and with the `RollNotFrozen`,
    /// `RollWasWithdrawn`, `RollOpenToObjections`, `BadLabel`, `BadRangeCount` and `BadRange` of `IPollBox`.
    /// @return number Of the rules, from 1.
    function publishRules(Rules calldata rules) external returns (uint256 number);

    /// @notice Takes no more petitions under these rules, for instance because a newer roll has others.
    /// @dev Restricted. Reverts with `UnknownRules`, `RulesAreClosed`.
    function closeRules(uint256 number) external;

    /// @notice Admits a petition in the words that were filed.
    /// @dev Restricted. Reverts with `UnknownPetition`, `PetitionDecided`, `OtherTitle`, and with `BadQuestion`.
    /// @param title 1 to 1,000 bytes in UTF-8, whose hash was filed.
    /// @param documentUri Where to get the petition itself.
    function admit(PollId petition, string calldata title, string calldata documentUri) external;

    /// @notice Refuses to admit a petition, with reasons.
    /// @dev Restricted. Reverts with `UnknownPetition`, `PetitionDecided`, `AnswerMissing`.
    /// @param document keccak256 of the reasons, without personal data.
    /// @param uri Where to get them.
    function refuse(PollId petition, bytes32 document, string calldata uri) external;

    /// @notice Answers a petition whose threshold is met; late answers are taken, and marked.
    /// @dev Restricted. Reverts with `UnknownPetition`, `ThresholdNotMet`, `PetitionHasAnswer`, `AnswerMissing`.
    /// @param document keccak256 of the answer, without personal data.
    /// @param uri Where to get it.
    function answer(PollId petition, bytes32 document, string calldata uri) external;

    // Users' functions

    /// @notice Files a petition. The voter sends it, or anyone with the voter's signature.
    /// @dev Reverts with `UnknownRules`, `RulesAreClosed`, `PetitionUnderWay`, `NotFiledByVoter`, `NotEligible`.
    /// The signed message is `Filing(string title,bytes32 document,bytes32 rules,address initiator,uint256 petition)`;
    /// the title's hash stands for it, `rules` is their hash, and `petition` the voter's next number of a petition
    /// (`filingsOf`), so that nobody files it again.
    /// @param rules Number of the rules.
    /// @param index The voter's index in the roll.
    /// @param title keccak256 of the title.
    /// @param document keccak256 of the petition itself.
    /// @param signature Of a key (65 bytes) or smart account; empty if the voter sends it.
    /// @return petition Its number.
    function file(
        uint256 rules,
        uint256 index,
        bytes32 title,
        bytes32 document,
        bytes calldata signature
    ) external returns (PollId petition);

    /// @notice Counts a packed batch of signatures, as `IBallotBox.castBatch` does. Anyone may send it.
    /// @dev Reverts with `UnknownPetition`, and with `PollNotOpen`, `MalformedBatch`.
    /// @return counted How many were counted.
    function castBatch(PollId petition, bytes calldata batch) external returns (uint256 counted);

    /// @notice Signs as the caller.
    /// @dev Reverts with `UnknownPetition`, and with `PollNotOpen`, `BadChoices`, `NotEligible`, `AlreadyVoted`,
    /// `NotTheVoter`.
    /// @param choices 1.
    function vote(PollId petition, uint256 index, uint256 choices) external;

    /// @notice Counts the signature of a smart account (ERC-1271) or of a key (65 bytes) over an `AccountVote`.
    /// @dev Reverts with `UnknownPetition`, and with `PollNotOpen`, `BadChoices`, `NotEligible`, `AlreadyVoted`,
    /// `BadSignature`.
    /// @param choices 1.
    function voteBySignature(PollId petition, uint256 index, uint256 choices, bytes calldata signature) external;

    // Views

    /// @notice The electoral rolls that petitions use.
    function rolls() external view returns (IElectoralRoll);

    /// @notice The hash of rules, their threshold, and whether they are closed.
    function rulesOf(uint256 number) external view returns (bytes32 hash, uint256 threshold, bool closed);

    /// @notice Where a petition stands.
    function petitionOf(PollId petition) external view returns (Petition memory);

    /// @notice From when a petition takes no more signatures; 0 before it was admitted.
    function endOf(PollId petition) external view returns (uint256);

    /// @notice By when the city must admit or refuse, or answer, a petition; 0 where it need not, or has.
    function dueOf(PollId petition) external view returns (uint256);

    /// @notice Hash of what a petition's signatures cover beside the words; of one that was not admitted, 0.
    function termsOf(PollId petition) external view returns (bytes32);

    /// @notice How many petitions the voter has filed under these rules.
    function filingsOf(uint256 rules, uint256 index) external view returns (uint256);

    /// @notice Whether the voter has signed.
    function hasVoted(PollId petition, uint256 index) external view returns (bool);
}
