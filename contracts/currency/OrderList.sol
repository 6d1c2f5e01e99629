// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Order list
/// @notice The orders of a batch, collected in memory for one log: 32 bytes each, nothing between them.
library OrderList {
    /// @dev Room for `most` orders.
    function create(uint256 most) internal pure returns (bytes memory) {
        return new bytes(32 * most);
    }

    /// @dev Writes the order at `place`; the caller keeps below the room it asked for.
    function put(bytes memory list, uint256 place, bytes32 order) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(list, 32), shl(5, place)), order)
        }
    }

    /// @dev Shortens the list in place to `count` orders; what it loses is never read again.
    function cut(bytes memory list, uint256 count) internal pure returns (bytes memory) {
        assembly ("memory-safe") {
            mstore(list, shl(5, count))
        }
        return list;
    }
}
