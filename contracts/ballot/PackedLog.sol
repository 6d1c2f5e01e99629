// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Packed log
/// @notice A byte string that grows inside room set aside for it, then is emitted.
/// @dev Appending costs about 30 gas, where a general buffer that may move costs about 200.
library PackedLog {
    uint256 private constant CHOICES_BYTES = 16;
    uint256 private constant COUNT_BYTES = 2;
    uint256 private constant INDEX_BYTES = 3;

    /// @dev An empty log with room for `capacity` bytes; appending more is the caller's mistake to avoid.
    function create(uint256 capacity) internal pure returns (bytes memory log) {
        // One word more: `append` stores whole words, of which up to 31 bytes reach past what counts.
        log = new bytes(capacity + 32);
        truncate(log, 0);
    }

    /// @dev Appends the low `size` bytes of `value`, big-endian; no higher bit may be set.
    function append(bytes memory log, uint256 value, uint256 size) internal pure {
        // Safe: `create` set aside the caller's capacity and one word more.
        assembly ("memory-safe") {
            let length := mload(log)
            mstore(add(add(log, 32), length), shl(sub(256, shl(3, size)), value))
            mstore(log, add(length, size))
        }
    }

    /// @dev Appends a voter index: `append` of 3 bytes, spelled out because every counted vote does it.
    function appendIndex(bytes memory log, uint256 index) internal pure {
        // Safe: as in `append`.
        assembly ("memory-safe") {
            let length := mload(log)
            mstore(add(add(log, 32), length), shl(232, index))
            mstore(log, add(length, 3))
        }
    }

    /// @dev Appends a group's header with a count of zero and returns its place.
    function beginGroup(bytes memory log, uint256 choices) internal pure returns (uint256 place) {
        place = log.length;
        append(log, choices << (8 * COUNT_BYTES), CHOICES_BYTES + COUNT_BYTES);
    }

    /// @dev Fills in the count of the indices that followed, or takes the header back if none did.
    function endGroup(bytes memory log, uint256 place) internal pure returns (uint256 count) {
        // No underflow: `beginGroup` grew the log beyond `place` by the header.
        unchecked {
            count = (log.length - place - CHOICES_BYTES - COUNT_BYTES) / INDEX_BYTES;
        }
        if (count == 0) truncate(log, place);

        // Safe: the two bytes of the header that `beginGroup` wrote, taken back or not.
        assembly ("memory-safe") {
            let at := add(add(log, 32), add(place, CHOICES_BYTES))
            mstore8(at, shr(8, count))
            mstore8(add(at, 1), count)
        }
    }

    /// @dev Shortens the log to `length` bytes.
    function truncate(bytes memory log, uint256 length) internal pure {
        // Safe: only ever shortens, within the log's own memory.
        assembly ("memory-safe") {
            mstore(log, length)
        }
    }
}
