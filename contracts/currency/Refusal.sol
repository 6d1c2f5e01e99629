// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Why a payment is refused.
enum Refusal {
    NONE,
    PAUSED,
    NOT_ALLOWED,
    INSUFFICIENT_BALANCE,
    REFUND_EXCEEDS_RECEIPTS,
    EXPIRED,
    BAD_SIGNATURE
}
