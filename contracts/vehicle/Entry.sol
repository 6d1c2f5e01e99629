// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Gauge} from "./Gauge.sol";
import {Kind} from "./Kind.sol";

/// @dev What a recorder submits: kind 1 | gauge 1 | occurredAt 5 | km 3 bytes; what follows these ten is ignored.
type Entry is bytes32;

/// @title Entry
/// @notice Puts an entry together; `Record` reads it, because its first 80 bits are the entry.
library EntryLibrary {
    uint256 private constant KIND = 248;
    uint256 private constant GAUGE = 240;
    uint256 private constant OCCURRED_AT = 200;
    uint256 private constant KM = 176;

    function pack(Kind kind, Gauge gauge, uint40 occurredAt, uint24 km) internal pure returns (Entry) {
        uint256 what = (uint256(kind) << KIND) | (uint256(gauge) << GAUGE);
        uint256 word = what | (uint256(occurredAt) << OCCURRED_AT) | (uint256(km) << KM);
        return Entry.wrap(bytes32(word));
    }
}
