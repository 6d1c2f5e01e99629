// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Vote batch
/// @notice The packed form in which a relayer hands over signed votes, grouped by equal choices.
/// @dev Big-endian, no padding; groups follow one another to the end of the batch:
///
///      +---------------+------------+==================================================+
///      | choices       | count      | vote | vote | ... (count of them, at least one)  |
///      | 16 bytes      | 2 bytes    |                                                  |
///      +---------------+------------+==================================================+
///                                    vote: +-------------+----------+----------+
///                                          | voter index | r        | vs       |
///                                          | 3 bytes     | 32 bytes | 32 bytes |   EIP-2098
///                                          +-------------+----------+----------+
library VoteBatch {
    uint256 internal constant HEADER_BYTES = 18;
    uint256 internal constant VOTE_BYTES = 67;

    /// @dev Where a batch starts and ends in calldata. All places below are of this kind: absolute, so that reading one
    /// of hundreds of votes costs no detour over the array.
    function bounds(bytes calldata batch) internal pure returns (uint256 start, uint256 end) {
        // Safe: reads the slice's own offset.
        assembly ("memory-safe") {
            start := batch.offset
        }
        end = start + batch.length;
    }

    /// @dev The header of the group at `place`; whatever lies beyond the batch is the caller's to refuse.
    function groupAt(uint256 place) internal pure returns (uint256 choices, uint256 count) {
        // Safe: reads calldata only; beyond its end it reads as zeros.
        assembly ("memory-safe") {
            let word := calldataload(place)
            choices := shr(128, word)
            count := and(shr(112, word), 0xffff)
        }
    }

    /// @dev Voter index of the vote at `place`.
    function indexAt(uint256 place) internal pure returns (uint256 index) {
        // Safe: reads calldata only; beyond its end it reads as zeros.
        assembly ("memory-safe") {
            index := shr(232, calldataload(place))
        }
    }

    /// @dev Whether the signature of the vote at `place` is `voter`'s for `digest`. Never true for zero: where nobody can
    /// have signed, ecrecover (the contract at address 1) returns nothing.
    function isSignedBy(uint256 place, bytes32 digest, address voter) internal view returns (bool signed) {
        // Safe: writes beyond the free memory pointer only. A signature read from calldata here rather than handed over
        // to a general library saves 100 gas a vote.
        assembly ("memory-safe") {
            let m := mload(0x40)
            let vs := calldataload(add(place, 35))
            mstore(m, digest)
            mstore(add(m, 0x20), add(27, shr(255, vs)))
            mstore(add(m, 0x40), calldataload(add(place, 3)))
            mstore(add(m, 0x60), shr(1, shl(1, vs)))
            pop(staticcall(gas(), 1, m, 0x80, 0, 0x20))
            signed := and(eq(mload(0), voter), eq(returndatasize(), 0x20))
        }
    }
}
