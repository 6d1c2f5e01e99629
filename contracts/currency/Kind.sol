// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What an account is; decides who may pay whom.
/// @dev NONE is everyone the city has not registered. A FROZEN account keeps its former kind and gets it back.
enum Kind {
    NONE,
    RESIDENT,
    MERCHANT,
    INSTITUTION,
    SYSTEM_CONTRACT,
    FROZEN
}
