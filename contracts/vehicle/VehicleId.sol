// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev A vehicle: keccak256(VIN || salt), where the salt is HMAC-SHA256(city's key, VIN). Derived off chain only.
/// The same number is the ERC-721 token that stands for the vehicle's title.
type VehicleId is bytes32;
