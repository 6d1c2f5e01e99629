// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountWord} from "./AccountWord.sol";

/// @title Account storage
/// @notice Keeps each account's word at the slot `address << 96`, which needs no hash.
/// @dev Must be the first base contract with storage. No other variable shares a slot with an account: ordinary
/// variables take slots below 2^96, where only the zero address would be, and slot 0 is left empty for it. Mapping
/// entries lie at hashes; one that ends in 96 zero bits takes about 2^96 attempts to find.
abstract contract AccountStorage {
    // Storage

    /// @dev Slot 0 is the zero address's word. Never written: the zero address has no kind and owns nothing.
    uint256 private _zeroAddress;

    // Internals

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

    /// @dev Two stores in one call. If both accounts are the same, the second word stays.
    function _storeBoth(address first, AccountWord firstWord, address second, AccountWord secondWord) internal {
        assembly ("memory-safe") {
            sstore(shl(96, first), firstWord)
            sstore(shl(96, second), secondWord)
        }
    }
}
