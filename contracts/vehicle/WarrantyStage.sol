// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Where the warranty of a sale stands.
enum WarrantyStage {
    None,
    Covered,
    Claimed,
    Contested,
    Ended
}
