// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice How long a merchant waits for its money: the city looks longer at whom it knows less.
enum RiskClass {
    Standard,
    Trusted,
    Watched,
    High
}
