// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Vote batch
/// @notice Reads the batches of `castBatch`: signed votes in groups with the same choices. In a poll with n options a
/// mask takes w = ⌈n / 8⌉ bytes. A group:
///
/// | bytes      | field   | meaning                                  |
/// |------------|---------|------------------------------------------|
/// | w          | choices | a bit mask                               |
/// | 2          | count   | number of votes in the group, at least 1 |
/// | 67 × count | votes   | see below                                |
///
/// A vote, with an EIP-2098 signature:
///
/// | bytes | field | meaning                                        |
/// |-------|-------|------------------------------------------------|
/// | 3     | index | the voter's index in the roll                  |
/// | 32    | r     | first half of the signature                    |
/// | 32    | vs    | second half: s, with the parity in its top bit |
library VoteBatch {
    // Constants

    uint256 internal constant COUNT_BYTES = 2;
    uint256 internal constant VOTE_BYTES = 67;

    /// @dev Offsets in a vote.
    uint256 private constant R = 3;
    uint256 private constant VS = 35;

    /// @dev Right shifts that bring a field down to bit 0: count of a group, index of a vote.
    uint256 private constant COUNT = 240;
    uint256 private constant INDEX = 232;

    // Functions

    /// @dev How many bytes a mask takes in a poll with so many options.
    function maskBytes(uint256 options) internal pure returns (uint256) {
        return (options + 7) / 8;
    }

    /// @dev Where a batch starts and ends in calldata. Every `place` below is such an absolute position, so that
    /// reading a vote does not go through the array.
    function bounds(bytes calldata batch) internal pure returns (uint256 start, uint256 end) {
        // Safe: reads the slice's own offset.
        assembly ("memory-safe") {
            start := batch.offset
        }
        end = start + batch.length;
    }

    /// @dev The header of the group at `place`, whose mask takes `width` bytes. The caller must refuse a group that
    /// ends after the batch.
    function groupAt(uint256 place, uint256 width) internal pure returns (uint256 choices, uint256 count) {
        // Safe: only reads calldata, which gives zeros past its end.
        assembly ("memory-safe") {
            choices := shr(sub(256, shl(3, width)), calldataload(place))
            count := shr(COUNT, calldataload(add(place, width)))
        }
    }

    /// @dev The number of votes that stands at `place`.
    function countAt(uint256 place) internal pure returns (uint256 count) {
        // Safe: only reads calldata, which gives zeros past its end.
        assembly ("memory-safe") {
            count := shr(COUNT, calldataload(place))
        }
    }

    /// @dev The voter index of the vote at `place`.
    function indexAt(uint256 place) internal pure returns (uint256 index) {
        // Safe: only reads calldata, which gives zeros past its end.
        assembly ("memory-safe") {
            index := shr(INDEX, calldataload(place))
        }
    }

    /// @dev Whether `voter` signed `digest` in the vote at `place`. Never true for the zero address: for an invalid
    /// signature ecrecover, the precompile at address 1, returns nothing.
    function isSignedBy(uint256 place, bytes32 digest, address voter) internal view returns (bool signed) {
        // Safe: writes only scratch space and beyond the free memory pointer. Reading the signature from calldata here,
        // instead of passing it to a library, saves 100 gas a vote.
        assembly ("memory-safe") {
            let m := mload(0x40)
            let vs := calldataload(add(place, VS))
            mstore(m, digest)
            mstore(add(m, 0x20), add(27, shr(255, vs)))
            mstore(add(m, 0x40), calldataload(add(place, R)))
            mstore(add(m, 0x60), shr(1, shl(1, vs)))
            pop(staticcall(gas(), 1, m, 0x80, 0, 0x20))
            signed := and(eq(mload(0), voter), eq(returndatasize(), 0x20))
        }
    }
}
