// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A vehicle: keccak256(VIN || salt), where salt = HMAC-SHA256(city's key, VIN). Computed off-chain only.
/// @dev The same number is the id of the ERC-721 token that is the vehicle's title.
type VehicleId is bytes32;
