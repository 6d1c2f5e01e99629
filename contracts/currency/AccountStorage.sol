// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountWord} from "./AccountWord.sol";

/// @title Account storage
/// @notice Keeps each account's word at the slot `address << 96`, which needs no hash.
/// @dev Must be the first base with storage. No other variable can share a slot with an account: ordinary variables take
/// low slots (below 2^96, where only the zero address would be, and slot 0 is kept empty for it); entries of mappings
/// lie at hashes, of which one ends in 96 zero bits only by finding a 96-bit partial preimage for each attempt.
abstract contract AccountStorage {
    /// @dev Slot 0, the zero address's word: never written, so that the zero address is of no kind and owns nothing.
    uint256 private _zeroAddress;

    function _account(address account) internal view returns (AccountWord word) {
        assembly ("memory-safe") {
            word := sload(shl(96, account))
        }
    }

    function _store(address account, AccountWord word) internal {
        assembly ("memory-safe") {
            sstore(shl(96, account), word)
        }
    }

    /// @dev Two stores in one call; where both accounts are one, the second store stays.
    function _storeBoth(address first, AccountWord firstWord, address second, AccountWord secondWord) internal {
        assembly ("memory-safe") {
            sstore(shl(96, first), firstWord)
            sstore(shl(96, second), secondWord)
        }
    }
}
