// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Follows a recovery
/// @notice What keeps something by the address of an account, and must keep it by the new one when the key was lost:
/// otherwise a new key would be a way around a cap.
interface IFollowsRecovery {
    // Errors

    /// @notice Only the currency's recovery contract says so.
    error NotTheRecoveryContract(address caller, address recovery);

    // Users' functions

    /// @notice `from` has the address `to` from now on.
    /// @dev The recovery contract's. Reverts with `NotTheRecoveryContract`.
    function accountRecovered(address from, address to) external;
}
