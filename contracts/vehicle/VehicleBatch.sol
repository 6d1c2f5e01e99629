// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Entry} from "./Entry.sol";
import {VehicleId} from "./VehicleId.sol";

/// @title Vehicle batch
/// @notice Reads the batches of `recordBatch` and `registerBatch`. A record:
///
/// | bytes | field    | meaning                                             |
/// |-------|----------|-----------------------------------------------------|
/// | 32    | vehicle  | the vehicle's id                                    |
/// | 12    | entry    | an `Entry`                                          |
/// | 32    | document | salted hash of the document; zeros if there is none |
///
/// A registration:
///
/// | bytes | field    | meaning                                             |
/// |-------|----------|-----------------------------------------------------|
/// | 32    | vehicle  | the vehicle's id                                    |
/// | 20    | owner    | address                                             |
/// | 12    | entry    | an `Entry` of kind `Registration`                   |
/// | 32    | document | salted hash of the document; zeros if there is none |
///
/// @dev Callers count the items before reading one. An entry is read with the 20 bytes after it, which
/// `RecordLibrary.withEntry` drops.
library VehicleBatch {
    // Constants

    uint256 internal constant RECORD_BYTES = 76;
    uint256 internal constant REGISTRATION_BYTES = 96;

    /// @dev Offsets of the fields.
    uint256 private constant RECORD_ENTRY = 32;
    uint256 private constant RECORD_DOCUMENT = 44;
    uint256 private constant REGISTRATION_OWNER = 32;
    uint256 private constant REGISTRATION_ENTRY = 52;
    uint256 private constant REGISTRATION_DOCUMENT = 64;

    /// @dev Right shift that leaves the first 20 bytes of a word.
    uint256 private constant FIRST_20 = 96;

    // Getters

    function recordAt(
        bytes calldata items,
        uint256 index
    ) internal pure returns (VehicleId vehicle, Entry entry, bytes32 document) {
        // Safe: only reads calldata, within an item that the caller has counted.
        assembly ("memory-safe") {
            let start := add(items.offset, mul(index, RECORD_BYTES))
            vehicle := calldataload(start)
            entry := calldataload(add(start, RECORD_ENTRY))
            document := calldataload(add(start, RECORD_DOCUMENT))
        }
    }

    function registrationAt(
        bytes calldata items,
        uint256 index
    ) internal pure returns (VehicleId vehicle, address owner, Entry entry, bytes32 document) {
        // Safe: only reads calldata, within an item that the caller has counted.
        assembly ("memory-safe") {
            let start := add(items.offset, mul(index, REGISTRATION_BYTES))
            vehicle := calldataload(start)
            owner := shr(FIRST_20, calldataload(add(start, REGISTRATION_OWNER)))
            entry := calldataload(add(start, REGISTRATION_ENTRY))
            document := calldataload(add(start, REGISTRATION_DOCUMENT))
        }
    }
}
