// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Packed items
/// @notice Reads lists of addresses and of issues, whose layout is drawn in docs/formats.md.
library PackedItems {
    uint256 internal constant ADDRESS_BYTES = 20;
    uint256 internal constant ISSUE_BYTES = 26;

    function addressAt(bytes calldata data, uint256 offset) internal pure returns (address) {
        return address(uint160(_wordAt(data, offset) >> 96));
    }

    /// @dev One read for both fields of an item.
    function issueAt(bytes calldata data, uint256 offset) internal pure returns (address account, uint256 amount) {
        uint256 word = _wordAt(data, offset);
        account = address(uint160(word >> 96));
        amount = uint48(word >> 48);
    }

    /// @dev 32 bytes from `offset`. Reading beyond the end is harmless: it gives the bytes that follow in the call's own
    /// data, or zeros, and callers use only bytes whose presence they have checked.
    function _wordAt(bytes calldata data, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, offset))
        }
    }
}
