// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Gauge} from "./Gauge.sol";
import {Kind} from "./Kind.sol";

/// @dev What a recorder submits:
///
/// | bytes | field      | meaning                              |
/// |-------|------------|--------------------------------------|
/// | 1     | kind       | a `Kind`                             |
/// | 1     | gauge      | a `Gauge`                            |
/// | 2     | outcome    | what the event came to; 0 if unsaid  |
/// | 5     | occurredAt | Unix seconds of the reading or event |
/// | 3     | km         | 0 if the gauge was not read          |
///
/// Whatever follows these twelve bytes is ignored. Kind and gauge may be out of range until the registry checks them.
type Entry is bytes32;

/// @title Entry
/// @notice Packs an entry. `RecordLibrary` reads it: an entry is the first 96 bits of a record.
library EntryLibrary {
    // Constants

    uint256 private constant KIND = 248;
    uint256 private constant GAUGE = 240;
    uint256 private constant OUTCOME = 224;
    uint256 private constant OCCURRED_AT = 184;
    uint256 private constant KM = 160;

    // Functions

    function pack(Kind kind, Gauge gauge, uint16 outcome, uint40 occurredAt, uint24 km) internal pure returns (Entry) {
        uint256 what = (uint256(kind) << KIND) | (uint256(gauge) << GAUGE) | (uint256(outcome) << OUTCOME);
        uint256 word = what | (uint256(occurredAt) << OCCURRED_AT) | (uint256(km) << KM);
        return Entry.wrap(bytes32(word));
    }
}
