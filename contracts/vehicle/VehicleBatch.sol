// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Entry} from "./Entry.sol";
import {VehicleId} from "./VehicleId.sol";

/// @title Vehicle batch
/// @notice The packed items of `recordBatch` and `registerBatch`. Callers count the items before they read one.
/// An entry's word comes with the next 22 bytes behind it, which `withEntry` drops.
///
///     record        vehicle 32 | entry 10 | document 32
///     registration  vehicle 32 | owner 20 | entry 10 | document 32
///
library VehicleBatch {
    uint256 internal constant RECORD_BYTES = 74;
    uint256 internal constant REGISTRATION_BYTES = 94;

    function recordAt(
        bytes calldata items,
        uint256 index
    ) internal pure returns (VehicleId vehicle, Entry entry, bytes32 document) {
        // Safe: it only reads calldata, within the item that the caller has counted.
        assembly ("memory-safe") {
            let start := add(items.offset, mul(index, RECORD_BYTES))
            vehicle := calldataload(start)
            entry := calldataload(add(start, 32))
            document := calldataload(add(start, 42))
        }
    }

    function registrationAt(
        bytes calldata items,
        uint256 index
    ) internal pure returns (VehicleId vehicle, address owner, Entry entry, bytes32 document) {
        // Safe: it only reads calldata, within the item that the caller has counted.
        assembly ("memory-safe") {
            let start := add(items.offset, mul(index, REGISTRATION_BYTES))
            vehicle := calldataload(start)
            owner := shr(96, calldataload(add(start, 32)))
            entry := calldataload(add(start, 52))
            document := calldataload(add(start, 62))
        }
    }
}
