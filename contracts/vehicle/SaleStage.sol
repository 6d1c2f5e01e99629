// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Where a sale stands. From `Released` on it has ended.
enum SaleStage {
    None,
    Offered,
    Funded,
    Inspected,
    Confirmed,
    Disputed,
    Released,
    Cancelled,
    Decided,
    TimedOut
}
