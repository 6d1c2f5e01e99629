// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title ERC-5192: minimal soulbound tokens
interface IERC5192 {
    // Events

    /// @notice The token cannot be moved by its owner.
    event Locked(uint256 tokenId);

    /// @notice The token can be moved by its owner.
    event Unlocked(uint256 tokenId);

    // Views

    /// @notice Whether the token is locked. Reverts if the token does not exist.
    function locked(uint256 tokenId) external view returns (bool);
}
