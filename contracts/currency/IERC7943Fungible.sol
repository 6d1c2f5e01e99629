// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Fungible tokens under a rule of law (ERC-7943)
/// @notice The part of the standard that tells who may transact, and what is kept from being spent.
interface IERC7943Fungible {
    // Events

    /// @notice `amount` moved by due process.
    event ForcedTransfer(address indexed from, address indexed to, uint256 amount);

    /// @notice So much of `account`'s money is kept from being spent now.
    event Frozen(address indexed account, uint256 amount);

    // Users' functions

    /// @notice Moves money that is kept from being spent, and only that.
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool result);

    /// @notice Keeps so much of an account's money from being spent, or all of it if that is less.
    function setFrozenTokens(address account, uint256 amount) external returns (bool result);

    // Views

    /// @notice Whether an account can pay and be paid at all.
    function canTransact(address account) external view returns (bool allowed);

    /// @notice How much of an account's money is kept from being spent.
    function getFrozenTokens(address account) external view returns (uint256 amount);

    /// @notice Whether `from` could pay `to` this amount now.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool allowed);
}
