// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IBallotBox} from "./IBallotBox.sol";
import {PollId} from "./PollId.sol";

/// @title Assisted voting
/// @notice Offices (a polling booth, a counter that takes paper) that cast votes for voters who cannot sign: accredited
/// for one poll before its start, each with a cap and a log of its own. The votes go into the ballot box's own count
/// of who has voted, so nobody votes twice, on paper and by key.
/// @dev A ballot box takes such votes only from the contract that it names as its `assistance`. What an office says
/// cannot be proven to anybody: so all offices of a poll together are limited to `ceiling` percent of its voters, every
/// vote stands under its office, and `record` commits to the papers that bear it out.
interface IAssistedVoting {
    // Types

    /// @notice An office's accreditation for one poll.
    /// @param cap Votes that it may cast; 0 if it is not accredited.
    /// @param cast Votes that it has cast.
    /// @param revoked Whether it may cast no more.
    struct Office {
        uint24 cap;
        uint24 cast;
        bool revoked;
    }

    // Events

    /// @notice An office was accredited for a poll, before its start.
    /// @param document keccak256 of the decision, without personal data.
    event OfficeAccredited(
        IBallotBox indexed box,
        PollId indexed poll,
        address indexed office,
        uint256 cap,
        bytes32 document
    );

    /// @notice An office casts no more votes in a poll; those that it cast stand.
    /// @param document keccak256 of the reason, without personal data.
    event OfficeRevoked(IBallotBox indexed box, PollId indexed poll, address indexed office, bytes32 document);

    /// @notice Votes that an office cast were counted. `groups` repeats, as in `VotesCounted`: choices (a byte for
    /// every eight options of the poll), count (2), that many voter indices (3 each).
    /// @param record keccak256 of the office's papers for this batch.
    event AssistedVotesCounted(
        IBallotBox indexed box,
        PollId indexed poll,
        address indexed office,
        bytes32 record,
        bytes groups
    );

    /// @notice Votes of an office's batch were not counted. `items` repeats: place of the vote in the batch (3 bytes,
    /// from 0), voter index (3), reason (1, a `Skip`).
    event AssistedVotesSkipped(IBallotBox indexed box, PollId indexed poll, address indexed office, bytes items);

    // Errors

    /// @notice Offices are accredited until before `start`.
    error AccreditedTooLate(PollId poll, uint256 start, uint256 time);

    /// @notice An office has a cap of at least 1.
    error BadOfficeCap(address office, uint256 cap);

    /// @notice The office is accredited for the poll already.
    error OfficeKnown(PollId poll, address office);

    /// @notice The offices of the poll together would exceed `most`, the ceiling of votes that are cast for voters.
    error CeilingExceeded(PollId poll, uint256 caps, uint256 most);

    /// @notice The caller, or the one who is to be revoked, is not an office of the poll.
    error NotAnOffice(PollId poll, address office);

    /// @notice The office was revoked: it casts no more votes.
    error OfficeWasRevoked(PollId poll, address office);

    /// @notice The batch would bring the office to `cast` votes, above its cap.
    error OfficeCapExceeded(PollId poll, address office, uint256 cast, uint256 cap);

    /// @notice A batch, an accreditation and a revocation commit to a document.
    error RecordMissing(PollId poll, address office);

    /// @notice Within a group voters must ascend: `index`, at byte `at` of the batch, does not.
    error VotersOfGroupNotAscending(uint256 at, uint256 index);

    // Administration

    /// @notice Accredits an office for a poll, before its start.
    /// @dev Restricted. Reverts with `RecordMissing`, `BadOfficeCap`, `OfficeKnown`, `AccreditedTooLate`,
    /// `CeilingExceeded`, with the box's `UnknownPoll` and with `PollWasCancelled`.
    /// @param box A ballot box.
    /// @param poll Number of the poll.
    /// @param office Whose transactions bring the votes.
    /// @param cap Votes that it may cast.
    /// @param document keccak256 of the decision, without personal data.
    function accredit(IBallotBox box, PollId poll, address office, uint24 cap, bytes32 document) external;

    /// @notice Lets an office cast no more votes in a poll, at any time and for good. Its share of the ceiling is not
    /// given to others.
    /// @dev Restricted. Reverts with `RecordMissing`, `NotAnOffice`, `OfficeWasRevoked`.
    /// @param document keccak256 of the reason, without personal data.
    function revoke(IBallotBox box, PollId poll, address office, bytes32 document) external;

    // Users' functions

    /// @notice Counts votes that the calling office casts for voters. Votes whose choices break the rule, whose voters
    /// the poll does not ask, or who have voted, are skipped and logged with the reason.
    /// @dev Reverts with `NotAnOffice`, `OfficeWasRevoked`, `RecordMissing`, `OfficeCapExceeded`,
    /// `VotersOfGroupNotAscending`, and as `IBallotBox.castBatch` does with `UnknownPoll`, `PollWasCancelled`,
    /// `PollNotOpen`, `MalformedBatch`.
    /// @param batch Groups as in `VotesCounted`: choices, count (2 bytes), that many voter indices (3 each), ascending.
    /// @param record keccak256 of the office's papers for this batch.
    /// @return counted How many votes were counted.
    function castAssisted(
        IBallotBox box,
        PollId poll,
        bytes calldata batch,
        bytes32 record
    ) external returns (uint256 counted);

    // Views

    /// @notice Percent of a poll's voters whose votes all its offices together may cast, at most.
    function ceiling() external view returns (uint256);

    /// @notice An office's accreditation for a poll.
    function officeOf(IBallotBox box, PollId poll, address office) external view returns (Office memory);

    /// @notice Caps of all the poll's offices together, those revoked too, and votes that they have cast.
    function assistedIn(IBallotBox box, PollId poll) external view returns (uint256 caps, uint256 cast);
}
