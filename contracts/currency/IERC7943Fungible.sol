// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Fungible tokens under a rule of law (ERC-7943)
/// @notice Who may pay and be paid, and what is kept from being spent. The interface of the final standard,
/// `0x3edbb4c4`, without its errors, which it leaves to the token.
interface IERC7943Fungible {
    // Events

    /// @notice `amount` moved by due process.
    event ForcedTransfer(address indexed from, address indexed to, uint256 amount);

    /// @notice So much of `account`'s money is kept from being spent now.
    event Frozen(address indexed account, uint256 amount);

    // Users' functions

    /// @notice Moves money that is kept from being spent, and only that.
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool result);

    /// @notice Keeps so much of an account's money from being spent, or all of it if that is less: what the account is
    /// paid later is not kept, where the standard would have it.
    function setFrozenTokens(address account, uint256 amount) external returns (bool result);

    // Views

    /// @notice Whether an account can pay anybody now.
    function canSend(address account) external view returns (bool allowed);

    /// @notice Whether anybody can pay an account now.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice How much of an account's money is kept from being spent.
    function getFrozenTokens(address account) external view returns (uint256 amount);

    /// @notice Whether `from` could pay `to` this amount now.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool allowed);
}
