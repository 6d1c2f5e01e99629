// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice How the odometer was read. `NotRead` adds nothing to the series of readings; all but `Read` restart it.
enum Gauge {
    NotRead,
    Read,
    Replaced,
    UnitChanged,
    Imported
}
