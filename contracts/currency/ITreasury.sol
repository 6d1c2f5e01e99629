// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Kind} from "./Kind.sol";

/// @title Treasury
/// @notice Where money comes into circulation: never more than the won in reserve that were attested, and top-ups with
/// a bonus within a budget.
/// @dev Appointed in the currency for good: nobody else issues. "Restricted" functions need a role of the city's access
/// manager; who attests, who issues and who sets terms and budget are different roles.
interface ITreasury {
    // Types

    /// @notice What the bank confirmed.
    /// @param reserve Base units in the reserve account.
    /// @param settledBefore What the cash-out desk had settled at the statement: what it settles later leaves it.
    /// @param asOf Unix seconds at which the bank counted it.
    /// @param expires Unix seconds from which on nothing is issued on it.
    /// @param document Salted hash of the bank's statement.
    struct Attestation {
        uint64 reserve;
        uint112 settledBefore;
        uint40 asOf;
        uint40 expires;
        bytes32 document;
    }

    /// @notice Terms of top-ups.
    /// @param bonusBps Bonus in hundredths of a percent of the deposit, at most 3,000.
    /// @param monthlyCap Base units that a resident can deposit in a calendar month; 6 bytes, as in a batch.
    /// @param holdingCap Base units that a resident can hold after a top-up.
    struct TopUpTerms {
        uint16 bonusBps;
        uint48 monthlyCap;
        uint48 holdingCap;
    }

    // Events

    /// @notice `reserve` base units were in the reserve account at `asOf`; `document` says so.
    event ReserveAttested(address indexed attester, uint256 reserve, uint256 asOf, uint256 expires, bytes32 document);

    /// @notice Later top-ups have these terms.
    event TopUpTermsSet(uint256 bonusBps, uint256 monthlyCap, uint256 holdingCap);

    /// @notice Bonuses can still cost `budget` base units.
    event BonusBudgetSet(uint256 budget);

    /// @notice Residents deposited `deposits` in won and got `bonuses` on top, for a purpose of the currency's lists.
    event ToppedUp(bytes32 indexed purpose, uint256 first, uint256 count, uint256 deposits, uint256 bonuses);

    // Errors

    /// @notice More would be in circulation than is in reserve.
    error ReserveExceeded(uint256 reserve, uint256 supply);

    /// @notice Nothing is issued on an attestation from this second on; have the reserve attested again.
    error AttestationExpired(uint256 expires);

    /// @notice An attestation is good until 35 days after the bank's statement at most.
    error BadAttestationTerm(uint256 expires);

    /// @notice The bank cannot have counted what is there later than now.
    error StatementOfTheFuture(uint256 asOf);

    /// @notice The reserve was attested by a later statement.
    error OlderStatement(uint256 latest, uint256 asOf);

    /// @notice A bonus is at most 3,000 hundredths of a percent.
    error BonusTooHigh(uint256 bonusBps);

    /// @notice Only residents top up.
    error TopUpNotAllowed(address account, Kind kind);

    /// @notice The resident can deposit `left` more this month.
    error MonthlyCapExceeded(address account, uint256 left, uint256 deposit);

    /// @notice The resident would hold more than a top-up may lead to.
    error HoldingCapExceeded(address account, uint256 cap, uint256 holding);

    /// @notice The bonuses cost more than is left of the budget.
    error BonusBudgetExceeded(uint256 budget, uint256 bonuses);

    /// @notice A batch of packed items is empty, or its length is not a whole number of items.
    error BadTopUpsLength(uint256 length);

    // Administration

    /// @notice States what is in the reserve account.
    /// @dev Restricted. Reverts with `BadAttestationTerm`, `StatementOfTheFuture`, `OlderStatement`. What the desk had
    /// settled by then the contract knows itself.
    /// @param reserve Base units.
    /// @param asOf Unix seconds at which the bank counted it, as its statement says.
    /// @param expires Unix seconds, at most 35 days after `asOf`.
    /// @param document Salted hash of the bank's statement.
    function attest(uint64 reserve, uint40 asOf, uint40 expires, bytes32 document) external;

    /// @notice Sets the terms of later top-ups.
    /// @dev Restricted. Reverts with `BonusTooHigh`.
    function setTopUpTerms(TopUpTerms calldata terms) external;

    /// @notice Gives bonuses `amount` base units more.
    /// @dev Restricted; to another role than the one that tops up.
    function increaseBonusBudget(uint64 amount) external;

    /// @notice Takes `amount` base units from what bonuses can still cost; nothing is left if that was less.
    /// @dev Restricted; not to be announced ahead.
    function decreaseBonusBudget(uint64 amount) external;

    /// @notice Issues new money to the next accounts of a list, within the reserve.
    /// @dev Restricted. Reverts with `AttestationExpired`, `ReserveExceeded`, and like the currency's `issueBatch`.
    function issueBatch(bytes calldata items, bytes32 purpose, bytes24 list, uint256 first) external;

    /// @notice Turns residents' deposits into money, with the bonus on top: all of them or none.
    /// @dev Restricted. Reverts with `TopUpNotAllowed`, `MonthlyCapExceeded`, `HoldingCapExceeded`,
    /// `BonusBudgetExceeded`, `BadTopUpsLength`, and like `issueBatch`. The list is served in the currency, so that no
    /// deposit counts twice.
    /// @param deposits Address (20 bytes) and deposit in base units (6 bytes) each.
    /// @param purpose Of the list, in the currency; its own, not that of other issues.
    /// @param list First 24 bytes of the hash of the whole list of deposits.
    /// @param first How many places of the list come before these.
    function topUpBatch(bytes calldata deposits, bytes32 purpose, bytes24 list, uint256 first) external;

    // Views

    /// @notice What the bank confirmed last; zeros before the first time.
    function attestation() external view returns (Attestation memory);

    /// @notice What is left of the attested reserve after the cash-outs settled since, and how much more can be issued
    /// on it now.
    function reserve() external view returns (uint256 left, uint256 issuable);

    /// @notice Terms of top-ups.
    function topUpTerms() external view returns (TopUpTerms memory);

    /// @notice Base units that bonuses can still cost.
    function bonusBudget() external view returns (uint256);

    /// @notice Base units that a resident has deposited in the present calendar month.
    function depositedThisMonth(address account) external view returns (uint256);
}
