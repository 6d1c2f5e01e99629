// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountWord} from "./AccountWord.sol";

/// @title Account storage
/// @notice Keeps each account's word at the slot `address << 96`, which needs no hash.
/// @dev Must be the first base contract with storage. No other variable shares a slot with an account: ordinary
/// variables take slots below 2^96, where only the zero address would be, and slot 0 is left empty for it. Mapping
/// entries lie at hashes; one that ends in 96 zero bits takes about 2^96 attempts to find.
abstract contract AccountStorage {
    // Constants and immutables

    /// @dev `Transfer.selector` as a literal, because assembly cannot use the name.
    bytes32 private constant TRANSFER_TOPIC = 0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef;

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

    /// @dev Stores both words and logs `Transfer(first, second, amount)`, for 50 gas less than `emit`: solc would
    /// allocate memory and mask the addresses again. If both accounts are the same, the second word stays. Safe: writes
    /// to slots that only accounts have, and to memory only in scratch space, below 0x40.
    function _settle(
        address first,
        AccountWord firstWord,
        address second,
        AccountWord secondWord,
        uint256 amount
    ) internal {
        assembly ("memory-safe") {
            sstore(shl(96, first), firstWord)
            sstore(shl(96, second), secondWord)
            mstore(0, amount)
            log3(0, 32, TRANSFER_TOPIC, first, second)
        }
    }
}
