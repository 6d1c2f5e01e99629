// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPollBox} from "./IPollBox.sol";

/// @title Poll terms
/// @notice Checks what is decided about a poll and draws up its ballot paper. It stores nothing, so any ballot box can
/// use it.
interface IPollTerms {
    // Views

    /// @notice Checks everything but the period, and packs what votes are checked against.
    /// @dev Reverts with `RollNotFrozen`, `RollWasWithdrawn`, `RollOpenToObjections`, `BadQuestion`, `BadOptions`,
    /// `BadLabel`, `LabelTwice`, `BadPicks`, `BadCosts`, `BadRangeCount`, `BadRange`, with the roll's `UnknownRoll`,
    /// and with the errors of `IOutcomeRule.check`.
    /// @param spec What is decided.
    /// @param termsHash Hash of everything that is decided, by the box's own rule.
    /// @return paper What the poll's blob holds behind its first byte (`BallotPaper`).
    /// @return eligible How many voters the ranges hold.
    function draw(
        IPollBox.PollSpec calldata spec,
        bytes32 termsHash
    ) external view returns (bytes memory paper, uint256 eligible);
}
