// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title ERC-5192: minimal soulbound tokens
interface IERC5192 {
    /// @notice The token cannot be moved by its owner.
    event Locked(uint256 tokenId);

    /// @notice The token can be moved by its owner.
    event Unlocked(uint256 tokenId);

    /// @notice Whether the token is locked. Reverts for a token that does not exist.
    function locked(uint256 tokenId) external view returns (bool);
}
