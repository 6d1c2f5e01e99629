// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPollBox} from "./IPollBox.sol";
import {PollId} from "./PollId.sol";

/// @title Ballot box
/// @notice Open ballots on a frozen electoral roll: voters sign what they read, anyone can relay their votes, and
/// anyone can recount from the logs.
/// @dev Choices are a bit mask (bit `i` is option `i`). Ballots are not secret: how an index voted is public.
///
/// Voters sign words (EIP-712): the question, the labels of the options that they choose in the order of the poll, the
/// hash of the document, `terms` and the poll's number. `terms` covers everything that was decided about the poll, so a
/// signature counts for no other poll, even if a reorganisation of the chain gives that one the same number.
interface IBallotBox is IPollBox {
    // Events

    /// @notice A poll was opened; nothing of `spec` ever changes.
    /// @param terms `keccak256(abi.encode(spec, commitment))` with the commitment of its roll.
    event PollOpened(PollId indexed poll, bytes32 terms, PollSpec spec);

    /// @notice Votes were counted. `groups` repeats: choices (a byte for every eight options of the poll), count (2),
    /// that many voter indices (3 each).
    /// @dev Every counted vote is in exactly one of these logs or in one `AssistedVotesCounted` of `assistance`, so a
    /// recount needs nothing else.
    event VotesCounted(PollId indexed poll, bytes groups);

    // Errors

    /// @notice The poll does not allow these choices.
    error BadChoices(PollId poll, uint256 choices);

    /// @notice Only the contract of the accredited offices brings votes without a signature.
    error NotTheAssistance(address caller, address assistance);

    // Administration

    /// @notice Opens a poll.
    /// @dev Restricted. Reverts with `RollNotFrozen`, `RollWasWithdrawn`, `RollOpenToObjections`, `StartsTooSoon`,
    /// `EndsTooSoon`, `BadOptions`, `BadQuestion`, `BadLabel`, `LabelTwice`, `BadPicks`, `BadCosts`, `BadRangeCount`,
    /// `BadRange`, with the roll's `UnknownRoll`, and with the errors of `IOutcomeRule.check`.
    /// @return poll Its number.
    function open(PollSpec calldata spec) external returns (PollId poll);

    // Users' functions

    /// @notice Counts a packed batch of signed votes (`VoteBatch`). Anyone may send it.
    /// @dev Each voter has signed `Vote(string question,string[] choices,bytes32 document,bytes32 terms,uint256 poll)`
    /// with a key (ECDSA); smart accounts use `vote` or `voteBySignature`. Invalid votes are skipped and logged with a
    /// reason; even a batch of only invalid votes does not revert. Reverts with `UnknownPoll`, `PollWasCancelled`,
    /// `PollNotOpen`, `MalformedBatch`.
    /// @return counted How many votes were counted.
    function castBatch(PollId poll, bytes calldata batch) external returns (uint256 counted);

    /// @notice Casts the caller's own vote.
    /// @dev Reverts with `UnknownPoll`, `PollWasCancelled`, `PollNotOpen`, `BadChoices`, `NotEligible`, `AlreadyVoted`,
    /// `NotTheVoter`.
    function vote(PollId poll, uint256 index, uint256 choices) external;

    /// @notice Casts a vote signed by a smart account (ERC-1271) or by a key (65 bytes). Anyone may send it.
    /// @dev Reverts with `UnknownPoll`, `PollWasCancelled`, `PollNotOpen`, `BadChoices`, `NotEligible`, `AlreadyVoted`,
    /// `BadSignature`. The signed message is `AccountVote(string question,string[] choices,bytes32 document,bytes32
    /// terms,uint256 poll,address account)`. Unlike the message of a batch, it names the voter: one key may own several
    /// accounts, and its signature for one must not vote for another.
    function voteBySignature(PollId poll, uint256 index, uint256 choices, bytes calldata signature) external;

    /// @notice Counts votes that an accredited office cast for voters: equal choices of voters of one word. Only
    /// `assistance` calls it, which has checked the office, the choices, that the poll asks these voters and that none
    /// is struck, and logs what was counted (`AssistedVotesCounted`).
    /// @dev Reverts with `NotTheAssistance`, `UnknownPoll`, `PollWasCancelled`, `PollNotOpen`.
    /// @param choices A bit mask that the poll's rule allows.
    /// @param number Of the word: voters `256 number` to `256 number + 255` of the roll.
    /// @param voters Mask of the voters within the word.
    /// @return taken Mask of those who had not voted yet, and now have.
    function countAssisted(
        PollId poll,
        uint256 choices,
        uint256 number,
        uint256 voters
    ) external returns (uint256 taken);

    // Views

    /// @notice The contract of the offices that cast votes for voters, an `IAssistedVoting`.
    function assistance() external view returns (address);
}
