// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Why a payment is refused.
enum Refusal {
    None,
    Paused,
    NotAllowed,
    InsufficientBalance,
    RefundExceedsPurchases,
    Expired,
    BadSignature,
    Nothing
}
