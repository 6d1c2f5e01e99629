// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev How the odometer was read. Whatever is not `Read` restarts the series or adds nothing to it.
enum Gauge {
    NotRead,
    Read,
    Replaced,
    UnitChanged,
    Imported
}
