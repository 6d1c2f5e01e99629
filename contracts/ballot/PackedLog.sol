// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Packed log
/// @notice Builds the data of `VotesCounted` and `VotesSkipped` in memory that was reserved at the start. In a
/// poll with n options a mask takes w = ⌈n / 8⌉ bytes. A group of counted votes:
///
/// | bytes     | field   | meaning                         |
/// |-----------|---------|---------------------------------|
/// | w         | choices | a bit mask                      |
/// | 2         | count   | number of voters                |
/// | 3 × count | indices | the voters' indices in the roll |
///
/// A skipped vote:
///
/// | bytes | field  | meaning                                                                   |
/// |-------|--------|---------------------------------------------------------------------------|
/// | 3     | place  | place of the vote in the batch, from 0                                    |
/// | 3     | index  | the voter's index in the roll                                             |
/// | 1     | reason | a `Skip`: 1 bad choices, 2 not eligible, 3 already voted, 4 bad signature |
///
/// @dev Appending costs about 30 gas; a buffer that can grow would cost about 200.
library PackedLog {
    // Constants

    uint256 private constant COUNT_BYTES = 2;
    uint256 private constant INDEX_BYTES = 3;
    uint256 private constant PLACE_BYTES = 3;
    uint256 private constant REASON_BYTES = 1;

    /// @dev Left shift that makes an index the first bytes of a word: `256 - 8 * INDEX_BYTES`.
    uint256 private constant INDEX_SHIFT = 232;

    // Functions

    /// @dev An empty log with room for `capacity` bytes. The caller must not append more.
    function create(uint256 capacity) internal pure returns (bytes memory log) {
        // One word extra: `append` stores whole words, so up to 31 bytes past the end.
        log = new bytes(capacity + 32);
        truncate(log, 0);
    }

    /// @dev Appends the low `size` bytes of `value`, big-endian; no higher bit may be set.
    function append(bytes memory log, uint256 value, uint256 size) internal pure {
        // Safe: `create` reserved the capacity and one extra word.
        assembly ("memory-safe") {
            let length := mload(log)
            mstore(add(add(log, 32), length), shl(sub(256, shl(3, size)), value))
            mstore(log, add(length, size))
        }
    }

    /// @dev The same as `append(log, index, INDEX_BYTES)`, cheaper because it runs for every counted vote.
    function appendIndex(bytes memory log, uint256 index) internal pure {
        // Safe: as in `append`.
        assembly ("memory-safe") {
            let length := mload(log)
            mstore(add(add(log, 32), length), shl(INDEX_SHIFT, index))
            mstore(log, add(length, INDEX_BYTES))
        }
    }

    /// @dev Appends `size` bytes of calldata, from the absolute position `place` on.
    function appendCalldata(bytes memory log, uint256 place, uint256 size) internal pure {
        // Safe: as in `append`; only reads calldata.
        assembly ("memory-safe") {
            let length := mload(log)
            calldatacopy(add(add(log, 32), length), place, size)
            mstore(log, add(length, size))
        }
    }

    /// @dev Appends a group's header, whose mask takes `width` bytes, with count 0 and returns its place in the log.
    function beginGroup(bytes memory log, uint256 choices, uint256 width) internal pure returns (uint256 place) {
        place = log.length;
        append(log, choices, width);
        append(log, 0, COUNT_BYTES);
    }

    /// @dev Writes the count of the indices appended since the header at `place`, or removes it if there are none.
    function endGroup(bytes memory log, uint256 place, uint256 width) internal pure returns (uint256 count) {
        // Cannot underflow: the header at `place` was appended.
        unchecked {
            count = (log.length - place - width - COUNT_BYTES) / INDEX_BYTES;
        }
        if (count == 0) truncate(log, place);

        // Safe: writes the two bytes of the header's count, removed or not.
        assembly ("memory-safe") {
            let at := add(add(log, 32), add(place, width))
            mstore8(at, shr(8, count))
            mstore8(add(at, 1), count)
        }
    }

    /// @dev The log of one counted vote.
    function ofOne(uint256 choices, uint256 width, uint256 index) internal pure returns (bytes memory log) {
        log = create(width + COUNT_BYTES + INDEX_BYTES);
        append(log, choices, width);
        append(log, 1, COUNT_BYTES);
        append(log, index, INDEX_BYTES);
    }

    /// @dev Appends a skipped vote: its place in the batch, the voter's index and the reason.
    function appendSkip(bytes memory log, uint256 place, uint256 index, uint256 reason) internal pure {
        append(log, place, PLACE_BYTES);
        append(log, index, INDEX_BYTES);
        append(log, reason, REASON_BYTES);
    }

    /// @dev Shortens the log to `length` bytes.
    function truncate(bytes memory log, uint256 length) internal pure {
        // Safe: only shortens the log.
        assembly ("memory-safe") {
            mstore(log, length)
        }
    }
}
