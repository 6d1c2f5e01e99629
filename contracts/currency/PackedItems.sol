// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Packed items
/// @notice Reads the batches of the currency's contracts. An account to register:
///
/// | bytes | field   | meaning |
/// |-------|---------|---------|
/// | 20    | account | address |
///
/// Money to issue:
///
/// | bytes | field   | meaning    |
/// |-------|---------|------------|
/// | 20    | account | address    |
/// | 6     | amount  | base units |
///
/// A cash-out:
///
/// | bytes | field | meaning                |
/// |-------|-------|------------------------|
/// | 4     | id    | number of the cash-out |
library PackedItems {
    // Constants

    uint256 internal constant ADDRESS_BYTES = 20;
    uint256 internal constant ISSUE_BYTES = 26;

    /// @dev Right shifts that bring a field down to bit 0.
    uint256 private constant ACCOUNT = 96;
    uint256 private constant AMOUNT = 48;
    uint256 private constant ID = 224;

    // Getters

    function addressAt(bytes calldata data, uint256 offset) internal pure returns (address) {
        return address(uint160(_wordAt(data, offset) >> ACCOUNT));
    }

    /// @dev One read for both fields of an item.
    function issueAt(bytes calldata data, uint256 offset) internal pure returns (address account, uint256 amount) {
        uint256 word = _wordAt(data, offset);
        account = address(uint160(word >> ACCOUNT));
        amount = uint48(word >> AMOUNT);
    }

    function idAt(bytes calldata data, uint256 offset) internal pure returns (uint256) {
        return _wordAt(data, offset) >> ID;
    }

    // Setters

    /// @dev Writes an item of `issueBatch` at `offset` of `data`. Safe: the caller's offsets leave 26 bytes until the
    /// end, and what `mstore` writes behind them is put back.
    function putIssue(bytes memory data, uint256 offset, address account, uint256 amount) internal pure {
        uint256 word = (uint256(uint160(account)) << ACCOUNT) | (amount << AMOUNT);
        assembly ("memory-safe") {
            let place := add(add(data, 32), offset)
            mstore(place, or(word, and(mload(place), 0xffffffffffff)))
        }
    }

    // Internals

    /// @dev 32 bytes from `offset`. Safe: reading past the end gives later bytes of the call's data, or zeros, and
    /// callers use only bytes they have checked to be there.
    function _wordAt(bytes calldata data, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, offset))
        }
    }
}
