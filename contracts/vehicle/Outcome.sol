// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Outcome
/// @notice What contracts read in the outcome of a record; docs/vehicles.md lists the outcomes of all kinds.
/// @dev Of a registration it is the class of the vehicle, see `Paces`. Of a performance inspection bit 15 says that a
/// sheet stands behind it, and each other bit is something that it found.
library Outcome {
    // Constants

    uint256 private constant FINDINGS = 0x7fff;

    // Functions

    /// @dev Whether an inspection found what an earlier one had not.
    function findsMore(uint256 outcome, uint256 earlier) internal pure returns (bool) {
        return outcome & ~earlier & FINDINGS != 0;
    }
}
