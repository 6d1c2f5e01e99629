// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Packed items
/// @notice Reads the currency's batches, whose layout is drawn in docs/formats.md.
library PackedItems {
    uint256 internal constant ADDRESS_BYTES = 20;
    uint256 internal constant ISSUE_BYTES = 26;

    /// @dev A packed payment up to its signature: payer, payee, amount, deadline, order, length of the signature.
    uint256 internal constant PAYMENT_HEAD_BYTES = 85;

    function addressAt(bytes calldata data, uint256 offset) internal pure returns (address) {
        return address(uint160(wordAt(data, offset) >> 96));
    }

    /// @dev One read for both fields of an item.
    function issueAt(bytes calldata data, uint256 offset) internal pure returns (address account, uint256 amount) {
        uint256 word = wordAt(data, offset);
        account = address(uint160(word >> 96));
        amount = uint48(word >> 48);
    }

    function amountAndDeadlineAt(bytes calldata data, uint256 offset) internal pure returns (uint256 amount, uint256 deadline) {
        uint256 word = wordAt(data, offset);
        amount = word >> 208;
        deadline = uint40(word >> 168);
    }

    function lengthAt(bytes calldata data, uint256 offset) internal pure returns (uint256) {
        return wordAt(data, offset) >> 240;
    }

    /// @dev 32 bytes from `offset`. Reading beyond the end is harmless: it gives the bytes that follow, or zeros, of the
    /// call's own data, and callers use only bytes whose presence they have checked.
    function wordAt(bytes calldata data, uint256 offset) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, offset))
        }
    }
}
