// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev How the odometer was read. Whatever is not READ restarts the series or adds nothing to it.
enum Gauge {
    NOT_READ,
    READ,
    REPLACED,
    UNIT_CHANGED,
    IMPORTED
}
