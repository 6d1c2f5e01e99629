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

    /// @dev The header at byte `at`; whatever lies beyond the batch is the caller's to refuse.
    function groupAt(bytes calldata batch, uint256 at) internal pure returns (uint256 choices, uint256 count) {
        uint256 word = uint256(_wordAt(batch, at));
        choices = word >> 128;
        count = (word >> 112) & type(uint16).max;
    }

    /// @dev The voter index of the vote at byte `at`.
    function indexAt(bytes calldata batch, uint256 at) internal pure returns (uint256) {
        return uint256(_wordAt(batch, at)) >> 232;
    }

    /// @dev The compact signature of the vote at byte `at`.
    function signatureAt(bytes calldata batch, uint256 at) internal pure returns (bytes32 r, bytes32 vs) {
        // No overflow: `at` is a place in calldata.
        unchecked {
            r = _wordAt(batch, at + 3);
            vs = _wordAt(batch, at + 35);
        }
    }

    function _wordAt(bytes calldata batch, uint256 at) private pure returns (bytes32 word) {
        // Safe: reads calldata only; a place beyond it reads as zeros.
        assembly ("memory-safe") {
            word := calldataload(add(batch.offset, at))
        }
    }
}
