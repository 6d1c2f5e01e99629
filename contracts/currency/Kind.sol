// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What an account is; decides who may pay whom.
/// @dev `None` is everyone the city has not registered. A `Frozen` account keeps its former kind and gets it back.
/// A `Superseded` address is no account any more: its key was lost, and the account has another address.
enum Kind {
    None,
    Resident,
    Merchant,
    Institution,
    SystemContract,
    Frozen,
    Superseded
}
