// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Order list
/// @notice Collects the orders of a batch in memory, for one log:
///
/// | bytes | field | meaning               |
/// |-------|-------|-----------------------|
/// | 32    | order | the payee's reference |
library OrderList {
    /// @dev Makes room for up to `most` orders.
    function create(uint256 most) internal pure returns (bytes memory) {
        return new bytes(32 * most);
    }

    /// @dev Writes the order at `place`, which must be within the room that `create` made.
    function put(bytes memory list, uint256 place, bytes32 order) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(list, 32), shl(5, place)), order)
        }
    }

    /// @dev Shortens the list in place to `count` orders; the rest is never read again.
    function cut(bytes memory list, uint256 count) internal pure returns (bytes memory) {
        assembly ("memory-safe") {
            mstore(list, shl(5, count))
        }
        return list;
    }
}
